"""The errors of npverify, and the findings that are none.

```text
NpverifyError
├── InputError       the user's files: one or more problems, each with its place (exit 2)
│   └── ConfigurationError   among them npverify's own, npverify.yaml and baselines
├── UsageError       a question, flag or path that cannot be understood (exit 2)
└── InternalError    npverify's own fault, a failed replay included (exit 4)
```
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from npverify.resources.origin import Origin


class NpverifyError(Exception):
    """Root of everything that npverify raises on purpose."""


class Severity(StrEnum):
    """How much a finding matters."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing worth telling about the input, at one place.

    `width` is the number of characters that the caret line marks; `source_line` is the text of the
    line (without its newline), or None where the file is no longer at hand. `related` are other places that
    matter, with what they are.
    """

    code: str
    severity: Severity
    message: str
    origin: Origin
    hint: str | None = None
    label: str | None = None
    width: int = 1
    source_line: str | None = None
    related: tuple[tuple[Origin, str], ...] = ()


class InputError(NpverifyError):
    """The user's files hold problems; all of them together, in the order of the files."""

    def __init__(self, problems: tuple[Finding, ...]) -> None:
        super().__init__("\n".join(f"{p.origin}: {p.message}" for p in problems))
        self.problems = problems

    def __reduce__(self) -> tuple[type[InputError], tuple[tuple[Finding, ...]]]:
        return type(self), (self.problems,)


class ConfigurationError(InputError):
    """npverify.yaml, or a baseline, holds problems."""


class UsageError(NpverifyError):
    """A question, flag or path that cannot be understood.

    `text` with `start` and `end` (character offsets) marks the part of a question that is wrong.
    """

    def __init__(
        self,
        message: str,
        *,
        hint: str | None = None,
        text: str | None = None,
        start: int = 0,
        end: int = 0,
        expected: str | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.text = text
        self.start = start
        self.end = end
        self.expected = expected


class InternalError(NpverifyError):
    """Npverify contradicted itself; `details` is what a bug report needs."""

    def __init__(self, message: str, *, details: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.details = details
