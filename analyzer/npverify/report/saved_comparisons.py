"""A saved report of `npverify diff`, read back."""

from __future__ import annotations

from npverify.cni import Evidence
from npverify.manifests.values import Value
from npverify.questions.answer import InputSummary, Region, Stats
from npverify.questions.comparison import (
    Cause,
    Change,
    Comparison,
    ComparisonVerdict,
    ComparisonWitness,
    Difference,
    Relation,
)
from npverify.reference import Evaluation
from npverify.report.diff_sentences import Sides
from npverify.report.saved_parts import read_direction, read_flow, read_input, read_origin, read_stats
from npverify.report.saved_values import (
    each,
    flag_of,
    maybe,
    optional_text,
    optional_word,
    part,
    text_of,
    texts_of,
    word_of,
)
from npverify.resources import Direction

_NOT_HERE = InputSummary(0, 0, 0, 0, 0)
"""What an embedded comparison says of the input: it is not told."""


def read_comparison(value: Value) -> Comparison:
    """The comparison."""
    return Comparison(
        relation=word_of(value, "relation", Relation),
        verdict=word_of(value, "verdict", ComparisonVerdict),
        universe=text_of(value, "universe"),
        differences=each(value, "differences", _read_difference),
        complete=flag_of(value, "complete"),
        per_direction=flag_of(value, "perDirection"),
        scope=optional_text(value, "scope"),
        masked=texts_of(value, "masked"),
        undecided=optional_text(value, "undecided"),
        without_unmodelled=optional_word(value, "withoutUnmodelled", ComparisonVerdict),
        assumptions=texts_of(value, "assumptions"),
        notes=texts_of(value, "notes"),
        old=maybe(value, "old", _read_side) or _NOT_HERE,
        new=maybe(value, "new", _read_side) or _NOT_HERE,
        stats=maybe(value, "stats", read_stats) or Stats(),
    )


def read_sides(value: Value) -> Sides:
    """What the two versions are called."""
    return Sides(text_of(part(value, "old"), "name"), text_of(part(value, "new"), "name"))


def _read_side(value: Value) -> InputSummary:
    return read_input(part(value, "input"))


def _read_difference(value: Value) -> Difference:
    return Difference(
        change=word_of(value, "change", Change),
        region=Region(
            source=texts_of(part(value, "source"), "terms"),
            destination=texts_of(part(value, "destination"), "terms"),
            traffic=texts_of(part(value, "traffic"), "terms"),
        ),
        witness=_read_witness(part(value, "witness")),
        direction=optional_word(value, "direction", Direction),
        subject=optional_text(value, "subject"),
        origin=maybe(value, "origin", read_origin),
        conditions=texts_of(value, "conditions"),
        causes=each(value, "causes", _read_cause),
    )


def _read_cause(value: Value) -> Cause:
    return Cause(
        fact=text_of(value, "fact"),
        old=text_of(value, "old"),
        new=text_of(value, "new"),
        evidence=each(value, "sources", _read_evidence),
        together=flag_of(value, "together"),
    )


def _read_evidence(value: Value) -> Evidence:
    return Evidence(text_of(value, "source"), verified=flag_of(value, "verified"))


def _read_witness(value: Value) -> ComparisonWitness:
    return ComparisonWitness(
        flow=read_flow(value),
        source=text_of(value, "source"),
        destination=text_of(value, "destination"),
        declared=flag_of(value, "declared"),
        old=_read_evaluation(part(value, "old")),
        new=_read_evaluation(part(value, "new")),
        open_address=texts_of(value, "chosenAddress"),
    )


def _read_evaluation(value: Value) -> Evaluation:
    return Evaluation(
        egress=read_direction(part(value, "egress")), ingress=read_direction(part(value, "ingress"))
    )
