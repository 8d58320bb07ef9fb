"""Places, rules, flows and what was read, as plain data for JSON and YAML."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from npverify.errors import Finding
from npverify.questions.answer import InputSummary
from npverify.reference import DirectionReport, RuleReference
from npverify.resources import Endpoint, ExternalEndpoint, NodeEndpoint, Origin, PodEndpoint

SCHEMA = "npverify/report/v1"

Data = dict[str, object]


def endpoint_data(endpoint: Endpoint) -> Data:
    """One end of a flow; every key is always there."""
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


def direction_data(report: DirectionReport) -> Data:
    """How one direction was decided."""
    return {
        "decision": report.decision.value,
        "allows": report.decision.allows,
        "rules": rules_data(report.rules),
        "path": [
            {
                "tier": step.tier,
                "priority": step.priority,
                "rule": rule_data(step.rule),
                "action": step.action,
            }
            for step in report.path
        ],
        "nearest": [{"rule": rule_data(miss.rule), "lacks": list(miss.lacks)} for miss in report.nearest],
    }


def rules_data(rules: Iterable[RuleReference]) -> list[Data]:
    """Rules or policies, in their order."""
    return [rule_data(rule) for rule in rules]


def rule_data(rule: RuleReference) -> Data:
    """A rule or policy with its place."""
    return {"policy": rule.policy, "kind": rule.kind, "rule": rule.rule, **origin_data(rule.origin)}


def origin_data(origin: Origin) -> Data:
    """A place."""
    return {"file": origin.file, "line": origin.line, "column": origin.column}


def input_data(read: InputSummary) -> Data:
    """What was read, and what was passed over."""
    return {
        "files": read.files,
        "policies": read.policies,
        "workloads": read.workloads,
        "namespaces": read.namespaces,
        "services": read.services,
        "ignored": dict(read.ignored),
        "unmodelled": rules_data(read.unmodelled),
        "leftOut": [finding_data(finding) for finding in read.left_out],
        "findings": [finding_data(finding) for finding in read.findings],
    }


def finding_data(finding: Finding) -> Data:
    """A finding with its place."""
    return {
        "code": finding.code,
        "severity": finding.severity.value,
        "message": finding.message,
        "hint": finding.hint,
        **origin_data(finding.origin),
    }
