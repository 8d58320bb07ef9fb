"""A saved report of `npverify check`, read back."""

from __future__ import annotations

from npverify.checking import AssertionResult, CheckResult, Outcome
from npverify.errors import Severity
from npverify.manifests.values import Value
from npverify.report.saved_answers import read_answer
from npverify.report.saved_comparisons import read_comparison
from npverify.report.saved_parts import read_input, read_origin
from npverify.report.saved_values import each, flag_of, maybe, optional_text, part, text_of, texts_of, word_of


def read_check(value: Value) -> CheckResult:
    """The outcomes of the assertions."""
    return CheckResult(
        file=text_of(value, "configuration"),
        results=each(value, "assertions", _read_assertion),
        input=read_input(part(value, "input")),
        skipped=texts_of(value, "skipped"),
        is_strict=flag_of(value, "strict"),
        notes=texts_of(value, "notes") if value.get("notes") else (),
    )


def _read_assertion(value: Value) -> AssertionResult:
    found = AssertionResult(
        name=text_of(value, "name"),
        claim=text_of(value, "claim"),
        form=text_of(value, "form"),
        severity=word_of(value, "severity", Severity),
        outcome=word_of(value, "outcome", Outcome),
        origin=read_origin(value),
        answer=maybe(value, "answer", read_answer),
        comparison=maybe(value, "comparison", read_comparison),
        other=optional_text(value, "other"),
        vacuous=texts_of(value, "vacuous"),
        notes=texts_of(value, "notes"),
        allow_vacuous=flag_of(value, "allowVacuous"),
    )
    if (found.answer is None) is (found.comparison is None):
        value.fail("must have either an `answer` or a `comparison`")
    return found
