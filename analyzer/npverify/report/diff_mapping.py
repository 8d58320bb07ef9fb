"""A comparison as plain data and as JSON, `npverify/report/v1`."""

from __future__ import annotations

import json
from collections.abc import Sequence

from npverify.cni.facts import value_words
from npverify.questions.answer import InputSummary
from npverify.questions.comparison import Cause, Change, Comparison, ComparisonWitness, Difference
from npverify.reference import Evaluation
from npverify.report.changes import count, is_masked, listed_differences
from npverify.report.diff_sentences import Sides, cause_words, diff_headline
from npverify.report.plain import SCHEMA, Data, direction_data, endpoint_data, input_data, origin_data
from npverify.report.regions import end_phrase, traffic_phrase


def diff_mapping(comparison: Comparison, sides: Sides | None = None, *, with_stats: bool = False) -> Data:
    """The comparison as the JSON Schema `npverify schema diff` describes it; every key is always there."""
    names = sides or Sides()
    listed = listed_differences(comparison)
    without = comparison.without_unmodelled
    data: Data = {
        "schema": SCHEMA,
        "relation": comparison.relation.value,
        "verdict": comparison.verdict.value,
        "headline": diff_headline(comparison, listed),
        "universe": comparison.universe,
        "perDirection": comparison.per_direction,
        "scope": comparison.scope,
        "counts": _counts(listed),
        "differences": [_difference(difference) for difference in listed],
        "complete": comparison.complete,
        "masked": list(comparison.masked),
        "assumptions": list(comparison.assumptions),
        "notes": list(comparison.notes),
        "undecided": comparison.undecided,
        "withoutUnmodelled": None if without is None else without.value,
        "old": _side(names.old, comparison.old),
        "new": _side(names.new, comparison.new),
    }
    if with_stats:
        data["stats"] = {"seconds": dict(comparison.stats.seconds), "counts": dict(comparison.stats.counts)}
    return data


def render_diff_json(comparison: Comparison, sides: Sides | None = None, *, with_stats: bool = False) -> str:
    """The comparison as JSON, indented, with a newline at its end."""
    data = diff_mapping(comparison, sides, with_stats=with_stats)
    return json.dumps(data, indent=2, ensure_ascii=False) + "\n"


def _counts(listed: Sequence[Difference]) -> Data:
    return {change.value: count(listed, change) for change in Change}


def _side(name: str, read: InputSummary) -> Data:
    return {"name": name, "input": input_data(read)}


def _difference(difference: Difference) -> Data:
    region = difference.region
    return {
        "change": difference.change.value,
        "source": {"text": end_phrase(region.source), "terms": list(region.source)},
        "destination": {"text": end_phrase(region.destination), "terms": list(region.destination)},
        "traffic": {"text": traffic_phrase(region.traffic), "terms": list(region.traffic)},
        "direction": None if difference.direction is None else difference.direction.value,
        "masked": is_masked(difference),
        "subject": difference.subject,
        "origin": None if difference.origin is None else origin_data(difference.origin),
        "conditions": list(difference.conditions),
        "causes": [_cause(cause) for cause in difference.causes],
        "witness": _witness(difference.witness),
    }


def _cause(cause: Cause) -> Data:
    return {
        "fact": cause.fact,
        "text": cause_words(cause),
        "old": value_words(cause.old),
        "new": value_words(cause.new),
        "together": cause.together,
        "sources": [{"source": each.source, "verified": each.verified} for each in cause.evidence],
    }


def _witness(witness: ComparisonWitness) -> Data:
    return {
        "source": witness.source,
        "destination": witness.destination,
        "protocol": witness.flow.protocol.value,
        "port": witness.flow.port,
        "declared": witness.declared,
        "sourceEndpoint": endpoint_data(witness.flow.source),
        "destinationEndpoint": endpoint_data(witness.flow.destination),
        "chosenAddress": list(witness.open_address),
        "old": _evaluation(witness.old),
        "new": _evaluation(witness.new),
    }


def _evaluation(evaluation: Evaluation) -> Data:
    return {
        "connects": evaluation.allowed,
        "egress": direction_data(evaluation.egress),
        "ingress": direction_data(evaluation.ingress),
    }
