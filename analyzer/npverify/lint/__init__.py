"""Checks of the policies themselves: redundant, ineffective, and traps; one check a module."""

from npverify.lint.baseline import NO_BASELINE, Baseline, BaselineEntry, render_baseline
from npverify.lint.check import Check, LintRule
from npverify.lint.checks import CHECKS
from npverify.lint.context import Context
from npverify.lint.findings import LintFinding, Related, Undecided
from npverify.lint.linting import LintOptions, LintResult, lint
from npverify.lint.rules import LINT_CODES, LINT_RULES
from npverify.lint.run import run_checks
from npverify.lint.suppression import SuppressedFinding, Suppression

__all__ = [
    "CHECKS",
    "LINT_CODES",
    "LINT_RULES",
    "NO_BASELINE",
    "Baseline",
    "BaselineEntry",
    "Check",
    "Context",
    "LintFinding",
    "LintOptions",
    "LintResult",
    "LintRule",
    "Related",
    "SuppressedFinding",
    "Suppression",
    "Undecided",
    "lint",
    "render_baseline",
    "run_checks",
]
