"""Results as every format for pipelines needs them, whatever the command that they come from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePath

from npverify.errors import Severity
from npverify.resources import Origin


@dataclass(frozen=True, slots=True)
class ResultRule:
    """A code under which something may be reported.

    `help` and `help_markdown` say everything that there is to say, `advice` the gist of it in Markdown.
    """

    code: str
    name: str
    title: str
    severity: Severity
    help: str
    help_markdown: str
    advice: str = ""


@dataclass(frozen=True, slots=True)
class ResultPlace:
    """Another place that a result speaks of."""

    message: str
    origin: Origin


@dataclass(frozen=True, slots=True)
class Acceptance:
    """Somebody's decision to live with a result; `in_source`: it stands beside what it is about."""

    reason: str
    in_source: bool
    origin: Origin


@dataclass(frozen=True, slots=True)
class Result:
    """One thing to report, under a code of the rules.

    `subject` is the object that it is about, and `fingerprint` the same for the same result after lines have
    moved. Accepted results do not count; one that is not `decided` is neither good nor bad.
    """

    code: str
    severity: Severity
    message: str
    subject: str
    origin: Origin
    fingerprint: str
    hint: str | None = None
    related: tuple[ResultPlace, ...] = ()
    accepted: Acceptance | None = None
    decided: bool = True

    @property
    def sentence(self) -> str:
        """The message with the object that it is about."""
        return f"{self.subject}: {self.message}" if self.subject else self.message

    @property
    def fails(self) -> bool:
        """Whether a pipeline should stop because of it."""
        return self.decided and self.accepted is None and self.severity is not Severity.NOTE


@dataclass(frozen=True, slots=True)
class Results:
    """The results of one run of a command, with the rules that were looked for.

    `tool` names the command (`npverify lint`), `summary` is its answer in one line, and `remarks` say what
    was read and what was passed over. `first` comes before everything else: that nothing is enforced.
    """

    tool: str
    summary: str
    rules: tuple[ResultRule, ...]
    results: tuple[Result, ...]
    remarks: tuple[str, ...] = ()
    first: tuple[str, ...] = ()

    @property
    def reported(self) -> tuple[Result, ...]:
        """The results that count."""
        return tuple(result for result in self.results if result.decided and result.accepted is None)

    @property
    def accepted(self) -> tuple[Result, ...]:
        """The results that somebody has decided to live with."""
        return tuple(result for result in self.results if result.accepted is not None)

    @property
    def undecided(self) -> tuple[Result, ...]:
        """What could not be decided."""
        return tuple(result for result in self.results if not result.decided)


def rule_label(rule: ResultRule) -> str:
    """A rule by code and name, as `NPV208 dead-selector`."""
    return f"{rule.code} {rule.name}".rstrip()


def labels(rules: Sequence[ResultRule]) -> dict[str, str]:
    """The labels of the rules by their codes."""
    return {rule.code: rule_label(rule) for rule in rules}


def relative_path(file: str, root: PurePath | None) -> str:
    """A file as seen from the root, with `/`; one that is not below the root stays as it is."""
    path = PurePath(file)
    if root is not None and path.is_absolute() and path.is_relative_to(root):
        path = path.relative_to(root)
    return path.as_posix()
