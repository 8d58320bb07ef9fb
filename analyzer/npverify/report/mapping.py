"""An answer as plain data, `npverify/report/v1`: the one structure behind JSON and YAML."""

from __future__ import annotations

from npverify.questions.answer import Answer, ListEntry, Region, Witness
from npverify.questions.query import Query, Selection, TrafficItem
from npverify.report.plain import (
    SCHEMA,
    Data,
    direction_data,
    endpoint_data,
    input_data,
    origin_data,
    rules_data,
)


def report_mapping(answer: Answer, *, with_stats: bool = False) -> Data:
    """The answer as the JSON Schema `npverify schema` describes it; every key is always there."""
    shown = answer.witness or answer.blocked
    data: Data = {
        "schema": SCHEMA,
        "verdict": answer.verdict.value,
        "any": answer.any.value if answer.any else None,
        "declared": answer.declared.value if answer.declared else None,
        "universe": answer.universe,
        "question": _question(answer.query),
        "witness": _witness(answer.witness),
        "blocked": _witness(answer.blocked),
        "region": _region(answer.region),
        "egress": direction_data(shown.egress) if shown else None,
        "ingress": direction_data(shown.ingress) if shown else None,
        "core": rules_data(answer.core),
        "entries": [_entry(entry) for entry in answer.entries],
        "complete": answer.complete,
        "conditions": list(answer.conditions),
        "assumptions": list(answer.assumptions),
        "notes": list(answer.notes),
        "vacuous": list(answer.vacuous),
        "undecided": answer.undecided,
        "withoutUnmodelled": answer.without_unmodelled.value if answer.without_unmodelled else None,
        "input": input_data(answer.input),
    }
    if with_stats:
        data["stats"] = {"seconds": dict(answer.stats.seconds), "counts": dict(answer.stats.counts)}
    return data


def _question(query: Query) -> Data:
    return {
        "sentence": query.sentence,
        "form": query.form.value,
        "source": _selection(query.source),
        "destination": _selection(query.destination),
        "traffic": [_traffic(item) for item in query.traffic],
        "directions": [direction.value for direction in query.directions],
    }


def _selection(selection: Selection | None) -> Data | None:
    return None if selection is None else {"text": selection.text, "understood": selection.understood}


def _traffic(item: TrafficItem) -> Data:
    return {
        "protocol": item.protocol.value if item.protocol else None,
        "first": item.first,
        "last": item.last,
        "name": item.name,
    }


def _witness(witness: Witness | None) -> Data | None:
    if witness is None:
        return None
    return {
        "source": witness.source,
        "destination": witness.destination,
        "protocol": witness.flow.protocol.value,
        "port": witness.flow.port,
        "declared": witness.declared,
        "connects": witness.reachable,
        "sourceEndpoint": endpoint_data(witness.flow.source),
        "destinationEndpoint": endpoint_data(witness.flow.destination),
        "chosenAddress": list(witness.open_address),
        "egress": direction_data(witness.egress),
        "ingress": direction_data(witness.ingress),
    }


def _region(region: Region | None) -> Data | None:
    if region is None:
        return None
    return {
        "source": list(region.source),
        "destination": list(region.destination),
        "traffic": list(region.traffic),
        "ignored": list(region.ignored),
    }


def _entry(entry: ListEntry) -> Data:
    return {
        "endpoint": entry.endpoint,
        "declared": entry.declared,
        "traffic": list(entry.traffic),
        "origin": None if entry.origin is None else origin_data(entry.origin),
        "rules": rules_data(entry.rules),
        "conditions": list(entry.conditions),
        "otherEnd": list(entry.other_end),
    }
