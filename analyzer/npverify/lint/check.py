"""A check: one thing to look for, and everything that is to be said about it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from npverify.errors import Severity
from npverify.lint.context import Context
from npverify.lint.findings import LintFinding, Related
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
class Check:
    """One check; `npverify explain CODE` and the documentation page are made of its texts.

    `name` is in kebab case. `why` says why it matters, `fix` what to do about it. `bad` is the smallest
    manifest that is reported (exactly once, by this check), `good` the same one mended.
    """

    code: str
    name: str
    title: str
    severity: Severity
    why: str
    fix: str
    bad: str
    good: str
    find: Callable[[Context], Iterator[Found]]

    def run(self, context: Context) -> Iterator[LintFinding]:
        """Everything that the check finds."""
        for found in self.find(context):
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
