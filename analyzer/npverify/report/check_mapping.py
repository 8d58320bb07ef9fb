"""The outcome of assertions as plain data and as JSON, `npverify/report/v1` of kind `check`.

All that any other format shows is in it, so that a report can be rendered anew from its JSON alone.
"""

from __future__ import annotations

import json

from npverify.checking import AssertionResult, CheckResult, Outcome
from npverify.report.check_sentences import check_summary, finding_words
from npverify.report.diff_mapping import diff_mapping
from npverify.report.mapping import report_mapping
from npverify.report.plain import SCHEMA, Data, input_data, origin_data

_OWN_INPUT = ("schema", "input")
_OWN_SIDES = ("schema", "old", "new")


def render_check_json(check: CheckResult) -> str:
    """The outcome as JSON, indented, with a newline at its end."""
    return json.dumps(check_mapping(check), indent=2, ensure_ascii=False) + "\n"


def check_mapping(check: CheckResult) -> Data:
    """The outcome as the JSON Schema `npverify schema check` describes it; every key is always there."""
    return {
        "schema": SCHEMA,
        "kind": "check",
        "verdict": check.verdict.value,
        "summary": check_summary(check),
        "strict": check.is_strict,
        "configuration": check.file,
        "counts": {outcome.value: len(check.with_outcome(outcome)) for outcome in Outcome},
        "assertions": [_assertion(result, check) for result in check.results],
        "skipped": list(check.skipped),
        "notes": list(check.notes),
        "input": input_data(check.input),
    }


def _assertion(result: AssertionResult, check: CheckResult) -> Data:
    origin = result.origin
    return {
        "name": result.name,
        "claim": result.claim,
        "form": result.form,
        "severity": result.severity.value,
        "outcome": result.outcome.value,
        "counts": check.counts(result),
        "found": finding_words(result),
        **origin_data(origin),
        "endColumn": origin.column + origin.width if origin.line else 0,
        "fingerprint": result.fingerprint,
        "allowVacuous": result.allow_vacuous,
        "vacuous": list(result.vacuous),
        "notes": list(result.notes),
        "other": result.other,
        "answer": None if result.answer is None else _without(report_mapping(result.answer), _OWN_INPUT),
        "comparison": (
            None if result.comparison is None else _without(diff_mapping(result.comparison), _OWN_SIDES)
        ),
    }


def _without(data: Data, keys: tuple[str, ...]) -> Data:
    """What was read is told once, for all assertions."""
    return {key: value for key, value in data.items() if key not in keys}
