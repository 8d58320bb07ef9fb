"""An answer as plain data, `npverify/report/v1`: the one structure behind JSON and YAML."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from npverify.errors import Finding
from npverify.questions.answer import Answer, InputSummary, ListEntry, Region, Witness
from npverify.questions.query import Query, Selection, TrafficItem
from npverify.reference import DirectionReport, RuleReference
from npverify.resources import Endpoint, ExternalEndpoint, NodeEndpoint, Origin, PodEndpoint

SCHEMA = "npverify/report/v1"

Data = dict[str, object]


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
        "egress": _direction(shown.egress) if shown else None,
        "ingress": _direction(shown.ingress) if shown else None,
        "core": _rules(answer.core),
        "entries": [_entry(entry) for entry in answer.entries],
        "complete": answer.complete,
        "conditions": list(answer.conditions),
        "assumptions": list(answer.assumptions),
        "notes": list(answer.notes),
        "vacuous": list(answer.vacuous),
        "undecided": answer.undecided,
        "withoutUnmodelled": answer.without_unmodelled.value if answer.without_unmodelled else None,
        "input": _input(answer.input),
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
        "sourceEndpoint": _endpoint(witness.flow.source),
        "destinationEndpoint": _endpoint(witness.flow.destination),
        "chosenAddress": list(witness.open_address),
        "egress": _direction(witness.egress),
        "ingress": _direction(witness.ingress),
    }


def _endpoint(endpoint: Endpoint) -> Data:
    data: Data = {
        "kind": "pod",
        "address": None if endpoint.address is None else str(endpoint.address),
        "namespace": None,
        "name": None,
        "labels": {},
        "namespaceLabels": {},
    }
    match endpoint:
        case PodEndpoint(pod, namespace):
            data |= {
                "namespace": pod.namespace,
                "name": pod.name,
                "labels": _sorted(pod.labels),
                "namespaceLabels": _sorted(namespace.labels),
            }
        case NodeEndpoint(name):
            data |= {"kind": "node", "name": name}
        case ExternalEndpoint():
            data["kind"] = "external"
    return data


def _sorted(labels: Mapping[str, str]) -> dict[str, str]:
    return {key: labels[key] for key in sorted(labels)}


def _region(region: Region | None) -> Data | None:
    if region is None:
        return None
    return {
        "source": list(region.source),
        "destination": list(region.destination),
        "traffic": list(region.traffic),
        "ignored": list(region.ignored),
    }


def _direction(report: DirectionReport) -> Data:
    return {
        "decision": report.decision.value,
        "allows": report.decision.allows,
        "rules": _rules(report.rules),
        "nearest": [{"rule": _rule(miss.rule), "lacks": list(miss.lacks)} for miss in report.nearest],
    }


def _rules(rules: Iterable[RuleReference]) -> list[Data]:
    return [_rule(rule) for rule in rules]


def _rule(rule: RuleReference) -> Data:
    return {"policy": rule.policy, "kind": rule.kind, "rule": rule.rule, **_origin(rule.origin)}


def _origin(origin: Origin) -> Data:
    return {"file": origin.file, "line": origin.line, "column": origin.column}


def _entry(entry: ListEntry) -> Data:
    return {
        "endpoint": entry.endpoint,
        "declared": entry.declared,
        "traffic": list(entry.traffic),
        "origin": None if entry.origin is None else _origin(entry.origin),
        "rules": _rules(entry.rules),
        "conditions": list(entry.conditions),
        "otherEnd": list(entry.other_end),
    }


def _input(read: InputSummary) -> Data:
    return {
        "files": read.files,
        "policies": read.policies,
        "workloads": read.workloads,
        "namespaces": read.namespaces,
        "services": read.services,
        "ignored": dict(read.ignored),
        "unmodelled": _rules(read.unmodelled),
        "leftOut": [_finding(finding) for finding in read.left_out],
        "findings": [_finding(finding) for finding in read.findings],
    }


def _finding(finding: Finding) -> Data:
    return {
        "code": finding.code,
        "severity": finding.severity.value,
        "message": finding.message,
        "hint": finding.hint,
        **_origin(finding.origin),
    }
