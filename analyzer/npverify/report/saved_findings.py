"""A saved report of `npverify lint`, read back."""

from __future__ import annotations

from npverify.errors import Severity
from npverify.lint import (
    LINT_RULES,
    NO_BASELINE,
    LintFinding,
    LintResult,
    LintRule,
    Related,
    SuppressedFinding,
    Undecided,
)
from npverify.lint.rules import INPUT_RULES
from npverify.lint.suppression import Source
from npverify.manifests.values import Value
from npverify.questions.answer import Stats
from npverify.report.saved_parts import read_input, read_origin, read_stats
from npverify.report.saved_values import each, maybe, optional_text, part, text_of, texts_of, word_of

_KNOWN = {rule.code: rule for rule in (*LINT_RULES, *INPUT_RULES)}


def read_findings(value: Value) -> LintResult:
    """The findings; they come without the lines of the manifests, which the report does not hold."""
    return LintResult(
        findings=each(value, "findings", _read_finding),
        suppressed=each(value, "suppressed", _read_suppressed),
        undecided=each(value, "undecided", _read_undecided),
        rules=each(value, "rules", _read_rule),
        baseline=NO_BASELINE,
        input=read_input(part(value, "input")),
        stats=maybe(value, "stats", read_stats) or Stats(),
        notes=texts_of(value, "notes") if value.get("notes") else (),
    )


def _read_finding(value: Value) -> LintFinding:
    return LintFinding(
        code=text_of(value, "code"),
        severity=word_of(value, "severity", Severity),
        message=text_of(value, "message"),
        subject=text_of(value, "subject"),
        part=text_of(value, "part"),
        origin=read_origin(value),
        label=optional_text(value, "label"),
        hint=optional_text(value, "hint"),
        related=each(value, "related", _read_related),
    )


def _read_related(value: Value) -> Related:
    return Related(text_of(value, "message"), read_origin(value))


def _read_suppressed(value: Value) -> SuppressedFinding:
    by = part(value, "suppression")
    return SuppressedFinding(
        finding=_read_finding(value),
        source=word_of(by, "source", Source),
        reason=text_of(by, "reason"),
        origin=read_origin(by),
    )


def _read_undecided(value: Value) -> Undecided:
    return Undecided(
        code=text_of(value, "code"),
        subject=text_of(value, "subject"),
        part=text_of(value, "part"),
        reason=text_of(value, "reason"),
        origin=read_origin(value),
    )


def _read_rule(value: Value) -> LintRule:
    """The rule with the texts that this npverify has for its code."""
    code, title = text_of(value, "code"), text_of(value, "title")
    known = _KNOWN.get(code)
    return LintRule(
        code=code,
        name=text_of(value, "name"),
        title=title,
        severity=word_of(value, "severity", Severity),
        why=known.why if known else title,
        fix=known.fix if known else "",
        bad=known.bad if known else "",
        good=known.good if known else "",
    )
