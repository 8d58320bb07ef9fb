"""What a check comes back with."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256

from npverify.errors import Severity
from npverify.resources import Origin


@dataclass(frozen=True, slots=True)
class Related:
    """Another place that a finding speaks of."""

    message: str
    origin: Origin


@dataclass(frozen=True, slots=True)
class LintFinding:
    """One thing that is wrong, or looks wrong, with an object of the input.

    `subject` names the object, as `NetworkPolicy shop/db`, and `part` what of it is meant, as
    `ingress rule 2 peer 1` (counted from 1; empty: the whole object). `message` is one lower-case sentence
    without a line number; `label` stands behind the caret; `hint` is the remedy for this very case.
    """

    code: str
    severity: Severity
    message: str
    subject: str
    part: str
    origin: Origin
    label: str | None = None
    hint: str | None = None
    related: tuple[Related, ...] = ()

    @property
    def fingerprint(self) -> str:
        """The same for the same finding after lines have moved: 16 hexadecimal digits."""
        return _fingerprint(self.code, self.subject, self.part, self.message)


@dataclass(frozen=True, slots=True)
class Undecided:
    """Something that a check could not decide; neither a finding nor the absence of one."""

    code: str
    subject: str
    part: str
    reason: str
    origin: Origin

    @property
    def fingerprint(self) -> str:
        """As that of a finding."""
        return _fingerprint(self.code, self.subject, self.part, self.reason)


def _fingerprint(*parts: str) -> str:
    return sha256("\0".join(parts).encode("utf-8", "backslashreplace")).hexdigest()[:16]
