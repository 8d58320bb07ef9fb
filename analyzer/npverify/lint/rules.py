"""Every code that `npverify lint` may report: those of the checks, of suppressions and of reading."""

from __future__ import annotations

from npverify.errors import Severity
from npverify.lint.check import LintRule
from npverify.lint.checks import CHECKS
from npverify.lint.selection import Codes
from npverify.lint.suppression_rules import SUPPRESSION_RULES
from npverify.manifests import CODES, REMARKS
from npverify.manifests.codes import NO_KIND

LINT_RULES: tuple[LintRule, ...] = tuple(sorted((*CHECKS, *SUPPRESSION_RULES), key=lambda rule: rule.code))
"""The rules with all their texts, by their codes."""

INPUT_RULES: tuple[LintRule, ...] = tuple(
    LintRule(
        code=code,
        name="",
        title=CODES[code].title,
        severity=Severity.NOTE if code == NO_KIND else Severity.WARNING,
        why=CODES[code].explanation,
        fix="",
        bad="",
        good="",
    )
    for code in sorted(REMARKS)
)
"""What the reader remarks, as rules without name and examples."""

_ERRORS = frozenset(CODES) - REMARKS

LINT_CODES = Codes(
    {**dict.fromkeys(sorted(REMARKS), ""), **{rule.code: rule.name for rule in LINT_RULES}}, errors=_ERRORS
)
"""What can be selected and ignored."""

SUPPRESSIBLE = Codes({check.code: check.name for check in CHECKS}, errors=_ERRORS)
"""What an annotation can be about."""
