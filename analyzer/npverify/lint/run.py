"""Run the checks over one input."""

from __future__ import annotations

from collections.abc import Sequence

from npverify.lint.check import Check
from npverify.lint.checks import CHECKS
from npverify.lint.context import Context
from npverify.lint.findings import LintFinding, Undecided


def run_checks(context: Context, checks: Sequence[Check] = CHECKS) -> tuple[LintFinding, ...]:
    """Everything that the checks find, in the order of the files."""
    findings, _ = find_all(context, checks)
    return findings


def find_all(
    context: Context, checks: Sequence[Check]
) -> tuple[tuple[LintFinding, ...], tuple[Undecided, ...]]:
    """Everything that the checks find, and what they could not decide, each in the order of the files."""
    findings: list[LintFinding] = []
    undecided: list[Undecided] = []
    for check in checks:
        with context.stopwatch.measure(check.name):
            for found in check.run(context):
                if isinstance(found, Undecided):
                    undecided.append(found)
                else:
                    findings.append(found)
    return in_order(findings), tuple(sorted(undecided, key=lambda u: (u.origin, u.code, u.part, u.reason)))


def in_order(findings: Sequence[LintFinding]) -> tuple[LintFinding, ...]:
    """The findings in the order of the files."""
    return tuple(sorted(findings, key=lambda f: (f.origin, f.code, f.part, f.message)))
