"""A check: one thing to look for, and everything that is to be said about it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from npverify.errors import Severity
from npverify.lint.context import Context
from npverify.lint.findings import LintFinding, Related, Undecided
from npverify.resources import Origin


@dataclass(frozen=True, slots=True)
class Found:
    """What a check found, before it is known by which check."""

    subject: str
    part: str
    message: str
    origin: Origin
    label: str | None = None
    hint: str | None = None
    related: tuple[Related, ...] = ()


@dataclass(frozen=True, slots=True)
class Open:
    """What a check could not decide, and why (`the time limit was reached`)."""

    subject: str
    part: str
    reason: str
    origin: Origin


@dataclass(frozen=True, slots=True)
class LintRule:
    """A code; `npverify explain CODE` and the documentation page are made of its texts.

    `name` is in kebab case. `why` says why it matters, `fix` what to do about it. `bad` is the smallest
    manifest that is reported (exactly once), `good` the same one mended; both under the network plugin `cni`
    (empty: the specification).
    """

    code: str
    name: str
    title: str
    severity: Severity
    why: str
    fix: str
    bad: str
    good: str
    cni: str = field(default="", kw_only=True)


@dataclass(frozen=True, slots=True)
class Check(LintRule):
    """A code with the way to find what it stands for."""

    find: Callable[[Context], Iterator[Found | Open]]

    def run(self, context: Context) -> Iterator[LintFinding | Undecided]:
        """Everything that the check finds, and what it leaves open."""
        for found in self.find(context):
            if isinstance(found, Open):
                yield Undecided(self.code, found.subject, found.part, found.reason, found.origin)
            else:
                yield LintFinding(
                    code=self.code,
                    severity=self.severity,
                    message=found.message,
                    subject=found.subject,
                    part=found.part,
                    origin=found.origin,
                    label=found.label,
                    hint=found.hint,
                    related=found.related,
                )
