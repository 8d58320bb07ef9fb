"""A comparison as results for pipelines: one result a region, at the rule to look at first."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from npverify.errors import Severity
from npverify.questions.answer import InputSummary
from npverify.questions.comparison import Change, Comparison, Difference, Relation
from npverify.reference import Evaluation
from npverify.report.changes import culprit_of, deciding_directions, listed_differences, report_of
from npverify.report.diff_sentences import Sides, cause_words, change_words, completeness_words, diff_headline
from npverify.report.first import split_first
from npverify.report.passages import input_words
from npverify.report.regions import region_phrase
from npverify.report.results import Result, ResultPlace, ResultRule, Results
from npverify.report.sentences import flow_words
from npverify.resources.origin import UNKNOWN_ORIGIN

_OPENED = "A flow that the old version denies is allowed in the new one."
_CLOSED = "A flow that the old version allows is denied in the new one."
_SHARED = "A flow is allowed in both versions, which are claimed to have none in common."
_ADVICE = " The result is about all flows of a region; it names one of them, and the rules that decide it."
RULES = {
    change: ResultRule(code, name, title, Severity.WARNING, text + _ADVICE, text + _ADVICE)
    for change, code, name, title, text in (
        (Change.OPENED, "NPV001", "opened", "a connection is opened", _OPENED),
        (Change.CLOSED, "NPV002", "closed", "a connection is closed", _CLOSED),
        (Change.SHARED, "NPV003", "shared", "a connection is allowed in both versions", _SHARED),
    )
}
"""The codes of the changes."""


def diff_results(comparison: Comparison, sides: Sides | None = None) -> Results:
    """The regions as results: errors where they contradict a claim, else warnings."""
    names = sides or Sides()
    first, notes = split_first(comparison.notes)
    listed = listed_differences(comparison)
    summary = f"{comparison.verdict}: {diff_headline(comparison, listed)}"
    if comparison.scope is not None:
        summary += f"; within the scope: {comparison.scope}"
    remarks = [f"{side}: {input_words(read)}" for side, read in _read(comparison, names)]
    if listed:
        remarks = [completeness_words(comparison), *remarks]
        if not comparison.complete:
            summary += f"; not all: {completeness_words(comparison)}"
    is_claim = comparison.relation is not Relation.EQUIVALENT
    return Results(
        tool="npverify diff",
        summary=summary,
        rules=tuple(RULES.values()),
        results=tuple(_result(each, Severity.ERROR if is_claim else Severity.WARNING) for each in listed),
        remarks=(summary, *remarks, *comparison.masked, *notes, *comparison.assumptions),
        first=first,
    )


def _read(comparison: Comparison, sides: Sides) -> Iterator[tuple[str, InputSummary]]:
    yield f"old: {sides.old}", comparison.old
    yield f"new: {sides.new}", comparison.new


def _result(difference: Difference, severity: Severity) -> Result:
    witness, culprit = difference.witness, culprit_of(difference)
    flow = f"{witness.source} → {witness.destination} on {flow_words(witness.flow)}"
    conditions = f", if {' and '.join(difference.conditions)}" if difference.conditions else ""
    return Result(
        code=RULES[difference.change].code,
        severity=severity,
        message=(
            f"{change_words(difference)}: {region_phrase(difference.region)}{conditions} (such as {flow})"
            + "".join(f"; because {cause_words(cause)}" for cause in difference.causes)
        ),
        subject="" if culprit is None else culprit.name,
        origin=UNKNOWN_ORIGIN if culprit is None else culprit.origin,
        fingerprint=_fingerprint(difference),
        related=tuple(dict.fromkeys(deciding_places(difference))),
    )


def _fingerprint(difference: Difference) -> str:
    parts = (
        difference.change,
        difference.subject,
        difference.direction,
        region_phrase(difference.region),
        difference.conditions,
    )
    return hashlib.sha256(repr(tuple(map(str, parts))).encode()).hexdigest()[:32]


def deciding_places(difference: Difference) -> Iterator[ResultPlace]:
    """The rules that decide the flow in either version."""
    for age, evaluation in (("old", difference.witness.old), ("new", difference.witness.new)):
        yield from _deciding_places(age, difference, evaluation)


def _deciding_places(age: str, difference: Difference, evaluation: Evaluation) -> Iterator[ResultPlace]:
    for direction in deciding_directions(difference):
        report = report_of(evaluation, direction)
        name = direction.value.lower()
        verb = (
            f"allows the {name}" if report.decision.allows else f"isolates for {name}, and no rule allows it"
        )
        for rule in report.rules:
            yield ResultPlace(f"{age}: {rule} {verb}", rule.origin)
