"""A lint result as plain data, `npverify/report/v1` of kind `lint`."""

from __future__ import annotations

import json
from dataclasses import replace

from npverify.lint import LintFinding, LintResult, LintRule, SuppressedFinding, Undecided
from npverify.report.lint_results import lint_summary
from npverify.report.plain import SCHEMA, Data, input_data, origin_data
from npverify.resources import Origin


def render_lint_json(lint: LintResult, *, with_stats: bool = False) -> str:
    """The result as JSON, indented, with a newline at its end."""
    return json.dumps(lint_mapping(lint, with_stats=with_stats), indent=2, ensure_ascii=False) + "\n"


def lint_mapping(lint: LintResult, *, with_stats: bool = False) -> Data:
    """The result as the JSON Schema `npverify schema lint` describes it; every key is always there."""
    data: Data = {
        "schema": SCHEMA,
        "kind": "lint",
        "summary": lint_summary(lint),
        "fails": lint.fails,
        "findings": [_finding(finding) for finding in lint.findings],
        "suppressed": [_suppressed(suppressed) for suppressed in lint.suppressed],
        "undecided": [_undecided(undecided) for undecided in lint.undecided],
        "rules": [_rule(rule) for rule in lint.rules],
        "notes": list(lint.notes),
        "input": input_data(replace(lint.input, findings=())),
    }
    if with_stats:
        data["stats"] = {"seconds": dict(lint.stats.seconds), "counts": dict(lint.stats.counts)}
    return data


def _finding(finding: LintFinding) -> Data:
    return {
        "code": finding.code,
        "severity": finding.severity.value,
        "message": finding.message,
        "subject": finding.subject,
        "part": finding.part,
        **_place(finding.origin),
        "label": finding.label,
        "hint": finding.hint,
        "related": [{"message": place.message, **_place(place.origin)} for place in finding.related],
        "fingerprint": finding.fingerprint,
    }


def _place(origin: Origin) -> Data:
    return {**origin_data(origin), "endColumn": origin.column + origin.width if origin.line else 0}


def _suppressed(suppressed: SuppressedFinding) -> Data:
    return {
        **_finding(suppressed.finding),
        "suppression": {
            "source": suppressed.source.value,
            "reason": suppressed.reason,
            **origin_data(suppressed.origin),
        },
    }


def _undecided(undecided: Undecided) -> Data:
    return {
        "code": undecided.code,
        "subject": undecided.subject,
        "part": undecided.part,
        "reason": undecided.reason,
        **_place(undecided.origin),
    }


def _rule(rule: LintRule) -> Data:
    return {"code": rule.code, "name": rule.name, "severity": rule.severity.value, "title": rule.title}
