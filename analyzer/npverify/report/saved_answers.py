"""A saved report of `npverify query`, read back."""

from __future__ import annotations

from npverify.manifests.values import Value
from npverify.questions.answer import Answer, InputSummary, ListEntry, Stats, Verdict, Witness
from npverify.questions.query import Form, Query, Selection, TrafficItem
from npverify.report.saved_parts import (
    read_direction,
    read_flow,
    read_input,
    read_origin,
    read_region,
    read_rule,
    read_stats,
)
from npverify.report.saved_values import (
    each,
    flag_of,
    integer_of,
    maybe,
    optional_text,
    optional_word,
    part,
    text_of,
    texts_of,
    word_of,
    words_of,
)
from npverify.resources import Direction, Protocol

_NOT_HERE = InputSummary(0, 0, 0, 0, 0)
"""What an embedded answer says of the input: the report around it tells it."""


def read_answer(value: Value) -> Answer:
    """The answer; its selections are known by their words alone."""
    return Answer(
        query=_read_query(part(value, "question")),
        verdict=word_of(value, "verdict", Verdict),
        any=optional_word(value, "any", Verdict),
        declared=optional_word(value, "declared", Verdict),
        universe=text_of(value, "universe"),
        witness=maybe(value, "witness", _read_witness),
        blocked=maybe(value, "blocked", _read_witness),
        region=maybe(value, "region", read_region),
        core=each(value, "core", read_rule),
        entries=each(value, "entries", _read_entry),
        complete=flag_of(value, "complete"),
        conditions=texts_of(value, "conditions"),
        assumptions=texts_of(value, "assumptions"),
        notes=texts_of(value, "notes"),
        vacuous=texts_of(value, "vacuous"),
        undecided=optional_text(value, "undecided"),
        without_unmodelled=optional_word(value, "withoutUnmodelled", Verdict),
        input=maybe(value, "input", read_input) or _NOT_HERE,
        stats=maybe(value, "stats", read_stats) or Stats(),
    )


def _read_query(value: Value) -> Query:
    return Query(
        form=word_of(value, "form", Form),
        source=maybe(value, "source", _read_selection),
        destination=maybe(value, "destination", _read_selection),
        traffic=each(value, "traffic", _read_traffic),
        directions=words_of(value, "directions", Direction),
        sentence=text_of(value, "sentence"),
    )


def _read_selection(value: Value) -> Selection:
    return Selection((), text_of(value, "text"), text_of(value, "understood"))


def _read_traffic(value: Value) -> TrafficItem:
    return TrafficItem(
        protocol=optional_word(value, "protocol", Protocol),
        first=integer_of(value, "first"),
        last=integer_of(value, "last"),
        name=optional_text(value, "name"),
    )


def _read_witness(value: Value) -> Witness:
    return Witness(
        flow=read_flow(value),
        source=text_of(value, "source"),
        destination=text_of(value, "destination"),
        declared=flag_of(value, "declared"),
        egress=read_direction(part(value, "egress")),
        ingress=read_direction(part(value, "ingress")),
        reachable=flag_of(value, "connects"),
        open_address=texts_of(value, "chosenAddress"),
    )


def _read_entry(value: Value) -> ListEntry:
    return ListEntry(
        endpoint=text_of(value, "endpoint"),
        declared=flag_of(value, "declared"),
        traffic=texts_of(value, "traffic"),
        origin=maybe(value, "origin", read_origin),
        rules=each(value, "rules", read_rule),
        conditions=texts_of(value, "conditions"),
        other_end=texts_of(value, "otherEnd"),
    )
