"""Parts that several saved reports have: places, rules, flows, regions and what was read."""

from __future__ import annotations

from ipaddress import IPv4Address

from npverify.errors import Finding, Severity
from npverify.manifests.values import Value
from npverify.questions.answer import InputSummary, Region, Stats
from npverify.reference import Decision, DirectionReport, NearMiss, RuleReference, Step
from npverify.report.saved_values import (
    address_of,
    each,
    integer_of,
    maybe,
    optional_text,
    pairs_of,
    part,
    text_of,
    texts_of,
    word_of,
)
from npverify.resources import (
    Endpoint,
    ExternalEndpoint,
    Flow,
    Namespace,
    NodeEndpoint,
    Origin,
    Pod,
    PodEndpoint,
    Protocol,
    Spot,
)

_NO_ADDRESS = IPv4Address(0)
"""Stands for an address whose absence was reported."""


def read_origin(value: Value) -> Origin:
    """A place, with its width where the report tells it."""
    line, column = integer_of(value, "line"), integer_of(value, "column")
    end = integer_of(value, "endColumn") if value.get("endColumn") else 0
    return Origin(text_of(value, "file"), spot=Spot(line, column, max(1, end - column)))


def read_rule(value: Value) -> RuleReference:
    """A rule or policy."""
    rule = integer_of(value, "rule") if value.get("rule") else None
    return RuleReference(text_of(value, "policy"), text_of(value, "kind"), rule, read_origin(value))


def read_direction(value: Value) -> DirectionReport:
    """How a direction was decided."""
    return DirectionReport(
        decision=word_of(value, "decision", Decision),
        rules=each(value, "rules", read_rule),
        nearest=each(value, "nearest", _read_miss),
        path=each(value, "path", _read_step) if value.get("path") else (),
    )


def _read_step(value: Value) -> Step:
    return Step(
        text_of(value, "tier"),
        integer_of(value, "priority"),
        read_rule(part(value, "rule")),
        text_of(value, "action"),
    )


def _read_miss(value: Value) -> NearMiss:
    return NearMiss(read_rule(part(value, "rule")), texts_of(value, "lacks"))


def read_flow(value: Value) -> Flow:
    """The flow of a witness."""
    return Flow(
        source=_read_endpoint(part(value, "sourceEndpoint")),
        destination=_read_endpoint(part(value, "destinationEndpoint")),
        protocol=word_of(value, "protocol", Protocol),
        port=integer_of(value, "port"),
    )


def _read_endpoint(value: Value) -> Endpoint:
    address = maybe(value, "address", address_of)
    match text_of(value, "kind"):
        case "pod":
            home = text_of(value, "namespace")
            labels = {name: item.text() or "" for name, item in pairs_of(value, "namespaceLabels")}
            own = {name: item.text() or "" for name, item in pairs_of(value, "labels")}
            return PodEndpoint(Pod(home, text_of(value, "name"), own), Namespace(home, labels), address)
        case "node":
            return NodeEndpoint(text_of(value, "name"), address)
        case "external":
            return ExternalEndpoint(address or _NO_ADDRESS)
        case kind:
            value.fail(f"unsupported kind `{kind}`", hint="npverify knows pod, node, external")
            return ExternalEndpoint(_NO_ADDRESS)


def read_region(value: Value) -> Region:
    """The region around a flow, as an answer has it."""
    return Region(
        source=texts_of(value, "source"),
        destination=texts_of(value, "destination"),
        traffic=texts_of(value, "traffic"),
        ignored=texts_of(value, "ignored"),
    )


def read_input(value: Value) -> InputSummary:
    """What was read, and what was passed over."""
    return InputSummary(
        files=integer_of(value, "files"),
        policies=integer_of(value, "policies"),
        workloads=integer_of(value, "workloads"),
        namespaces=integer_of(value, "namespaces"),
        services=integer_of(value, "services"),
        ignored={name: number.integer() or 0 for name, number in pairs_of(value, "ignored")},
        unmodelled=each(value, "unmodelled", read_rule),
        left_out=each(value, "leftOut", _read_finding),
        findings=each(value, "findings", _read_finding),
    )


def _read_finding(value: Value) -> Finding:
    return Finding(
        code=text_of(value, "code"),
        severity=word_of(value, "severity", Severity),
        message=text_of(value, "message"),
        origin=read_origin(value),
        hint=optional_text(value, "hint"),
    )


def read_stats(value: Value) -> Stats:
    """Where the time went."""
    seconds = {}
    for name, item in pairs_of(value, "seconds"):
        if isinstance(item.data, int | float) and not isinstance(item.data, bool):
            seconds[name] = float(item.data)
        else:
            item.fail("must be a number of seconds")
    counts = {name: item.integer() or 0 for name, item in pairs_of(value, "counts")}
    return Stats(seconds, counts)
