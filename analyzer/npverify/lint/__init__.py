"""Checks of the policies themselves: redundant, ineffective, and traps; one check a module."""

from npverify.lint.check import Check
from npverify.lint.checks import CHECKS
from npverify.lint.context import Context
from npverify.lint.findings import LintFinding, Related
from npverify.lint.run import run_checks

__all__ = ["CHECKS", "Check", "Context", "LintFinding", "Related", "run_checks"]
