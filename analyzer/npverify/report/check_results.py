"""The outcome of assertions as results for pipelines: one result for each that does not just hold."""

from __future__ import annotations

from collections.abc import Iterator

from npverify.checking import AssertionResult, CheckResult, Outcome
from npverify.errors import Severity
from npverify.questions.answer import Answer
from npverify.questions.comparison import Comparison
from npverify.reference import DirectionReport
from npverify.report.changes import listed_differences
from npverify.report.check_sentences import check_summary, finding_words, shown_witness
from npverify.report.diff_results import deciding_places
from npverify.report.first import split_first
from npverify.report.passages import input_words
from npverify.report.results import Result, ResultPlace, ResultRule, Results
from npverify.resources import Origin

_ADVICE = (
    " The result stands at the assertion in npverify.yaml; its related places are the rules that decide the "
    "flow that it names."
)


def _rule(number: int, form: str, title: str, text: str) -> ResultRule:
    return ResultRule(f"NPV{number:03}", form, title, Severity.ERROR, text + _ADVICE, text + _ADVICE)


FORM_RULES = {
    rule.name: rule
    for rule in (
        _rule(10, "reachable", "a connection that must be possible is not", "No such flow connects."),
        _rule(11, "unreachable", "a connection that must not be possible is", "Such a flow connects."),
        _rule(12, "only", "something else connects as well", "Something else than what is named connects."),
        _rule(
            13, "every", "not every one of them connects", "Two of the ends that are named do not connect."
        ),
        _rule(14, "isolated", "a pod is not isolated", "No policy isolates one of the pods."),
        _rule(15, "equivalent", "the versions differ", "A flow is allowed in one of the versions only."),
        _rule(16, "at-most", "more is allowed than before", "A flow is allowed that was denied."),
        _rule(17, "at-least", "less is allowed than before", "A flow is denied that was allowed."),
        _rule(18, "disjoint", "both versions allow something", "A flow is allowed in both versions."),
    )
}
"""The rules by the forms of claims."""

VACUOUS_RULE = ResultRule(
    "NPV019",
    "vacuous",
    "an assertion about nothing",
    Severity.WARNING,
    "The assertion holds, but nothing that the manifests declare is concerned: a name may be misspelt, or a "
    "path may be missing. `allow-vacuous: true` accepts it.",
    "The assertion holds, but nothing that the manifests declare is concerned: a name may be misspelt, or a "
    "path may be missing. `allow-vacuous: true` accepts it.",
)


def check_results(check: CheckResult) -> Results:
    """What does not hold, is vacuous or is undecided, in the order of the file."""
    first, notes = split_first(check.notes)
    forms = {rule_of(result).code for result in check.results}
    remarks = [f"read {input_words(check.input)}"]
    remarks += [f"not looked at after the first failure: {name}" for name in check.skipped]
    remarks += [f"left out: {finding.origin}: {finding.message}" for finding in check.input.left_out]
    remarks += [f"note: {note}" for note in notes]
    return Results(
        tool="npverify check",
        summary=f"{check.verdict}: {check_summary(check)}",
        rules=tuple(
            rule
            for rule in (*FORM_RULES.values(), VACUOUS_RULE)
            if rule.code in forms or rule is VACUOUS_RULE
        ),
        results=tuple(_results(check)),
        remarks=tuple(remarks),
        first=first,
    )


def rule_of(result: AssertionResult) -> ResultRule:
    """The rule that stands for the form of the claim, negated or not."""
    return FORM_RULES[result.form.removeprefix("not-")]


def _results(check: CheckResult) -> Iterator[Result]:
    seen: dict[str, int] = {}
    for result in check.results:
        number = seen[result.fingerprint] = seen.get(result.fingerprint, 0) + 1
        if result.outcome is not Outcome.HOLDS:
            fingerprint = result.fingerprint if number == 1 else f"{result.fingerprint}-{number}"
            yield _result(result, fingerprint)


def _result(result: AssertionResult, fingerprint: str) -> Result:
    is_vacuous = result.outcome is Outcome.VACUOUS
    return Result(
        code=(VACUOUS_RULE if is_vacuous else rule_of(result)).code,
        severity=Severity.WARNING if is_vacuous else result.severity,
        message=f"{result.outcome}: {finding_words(result)}",
        subject=result.name,
        origin=result.origin,
        fingerprint=fingerprint,
        related=tuple(dict.fromkeys(_places(result))),
        decided=result.outcome is not Outcome.UNDECIDED,
    )


def _places(result: AssertionResult) -> Iterator[ResultPlace]:
    """The rules that decide the flow that is named."""
    if result.outcome is not Outcome.VIOLATED:
        return
    if result.answer is not None:
        yield from _answer_places(result.answer)
    if result.comparison is not None:
        yield from _comparison_places(result.comparison)


def _answer_places(answer: Answer) -> Iterator[ResultPlace]:
    shown = shown_witness(answer)
    if shown is None:
        for rule in answer.core:
            yield ResultPlace(f"{rule} isolates", _place(rule.origin))
        return
    for name, report in (("egress", shown.egress), ("ingress", shown.ingress)):
        if shown.reachable or not report.decision.allows:
            yield from _direction_places(name, report)


def _direction_places(name: str, report: DirectionReport) -> Iterator[ResultPlace]:
    verb = f"allows the {name}" if report.decision.allows else f"isolates for {name}, and no rule allows it"
    for rule in report.rules:
        yield ResultPlace(f"{rule} {verb}", _place(rule.origin))
    for miss in report.nearest[:1]:
        lacks = " and ".join(miss.lacks)
        yield ResultPlace(f"nearest: {miss.rule} would allow it but for {lacks}", _place(miss.rule.origin))


def _comparison_places(comparison: Comparison) -> Iterator[ResultPlace]:
    for difference in listed_differences(comparison):
        if difference.subject is not None and difference.origin is not None:
            yield ResultPlace(f"{difference.subject} has changed", _place(difference.origin))
        for place in deciding_places(difference):
            yield ResultPlace(place.message, _place(place.origin))


def _place(origin: Origin) -> Origin:
    """The place alone: how wide it is, no report tells."""
    return Origin(origin.file, origin.line, origin.column)
