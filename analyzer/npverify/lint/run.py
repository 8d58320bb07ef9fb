"""Run the checks over one input."""

from __future__ import annotations

from collections.abc import Sequence

from npverify.lint.check import Check
from npverify.lint.checks import CHECKS
from npverify.lint.context import Context
from npverify.lint.findings import LintFinding


def run_checks(context: Context, checks: Sequence[Check] = CHECKS) -> tuple[LintFinding, ...]:
    """Everything that the checks find, in the order of the files."""
    findings: list[LintFinding] = []
    for check in checks:
        with context.stopwatch.measure(check.name):
            findings += check.run(context)
    return tuple(sorted(findings, key=lambda f: (f.origin, f.code, f.part, f.message)))
