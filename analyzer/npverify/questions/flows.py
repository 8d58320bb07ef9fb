"""The flows that a question is about."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from npverify.questions.plan import Flows
from npverify.questions.query import Query, Selection, TrafficItem
from npverify.questions.selections import (
    ANYTHING,
    OUTSIDE,
    PODS,
    Declared,
    DeclaredPod,
    declared_in,
    declared_pods,
    possible_endpoints,
)
from npverify.resources.inventory import Inventory
from npverify_encodings.flows import Side
from npverify_encodings.model import (
    EVERYTHING,
    EndpointSet,
    Not,
    PortIn,
    PortNamed,
    ProtocolIs,
    TrafficSet,
    all_of,
    any_of,
)
from npverify_encodings.ports import FIRST_PORT, LAST_PORT

WELL_KNOWN = (("TCP", 80), ("TCP", 443), ("TCP", 8080), ("UDP", 53), ("TCP", 53))
"""Ports that a reader recognises, for counterexamples that may use any."""
_MOST_PREFERRED = 8

Picked = Mapping[str, Declared]


def flows_between(query: Query, inventory: Inventory) -> Flows:
    """The flows from the question's source to its destination on its ports."""
    source, picked_source = _end(query.source, inventory)
    destination, picked_destination = _end(query.destination, inventory)
    return _flows(query, source, picked_source, destination, picked_destination)


def flows_to_itself(query: Query, inventory: Inventory) -> Flows:
    """The flows of each pod of the question to itself through a Service, on its ports."""
    one, picked = _end(query.source, inventory)
    other, also = _end(query.destination, inventory)
    pods = {
        key: found
        for key, found in picked.items()
        if key in also and isinstance(found, DeclaredPod) and not found.pod.host_network
    }
    ends = (all_of(PODS, ends) for ends in dict.fromkeys((one, other)))
    flows = _flows(query, OUTSIDE, {}, all_of(*ends), pods)
    return replace(flows, itself=True)


def flows_from_others(query: Query, inventory: Inventory) -> Flows:
    """The flows to the question's destination from everything but its source."""
    assert query.source is not None
    source, destination = query.source, query.destination
    others = all_of(ANYTHING, Not(possible_endpoints(source, inventory)))
    named = declared_in(source, inventory)
    picked = {key: pod for key, pod in _every_pod(inventory).items() if key not in named}
    target, picked_target = _end(destination, inventory)
    return _flows(query, others, picked, target, picked_target)


def flows_with_outside(query: Query, inventory: Inventory, side: Side) -> Flows:
    """The flows between the question's source (it asks about one set of pods only) and the outside; `side` is
    the end at which the pods are.
    """
    pods, picked = _end(query.source, inventory)
    if side is Side.SOURCE:
        return Flows(pods, OUTSIDE, EVERYTHING, {Side.SOURCE: picked, Side.DESTINATION: {}}, _preferred({}))
    return Flows(OUTSIDE, pods, EVERYTHING, {Side.SOURCE: {}, Side.DESTINATION: picked}, _preferred(picked))


def _flows(
    query: Query, source: EndpointSet, from_pods: Picked, destination: EndpointSet, to_pods: Picked
) -> Flows:
    return Flows(
        source=source,
        destination=destination,
        traffic=traffic_set(query.traffic),
        declared={Side.SOURCE: from_pods, Side.DESTINATION: to_pods},
        preferred=_preferred(to_pods),
    )


def _end(selection: Selection | None, inventory: Inventory) -> tuple[EndpointSet, Picked]:
    if selection is None:
        return ANYTHING, _every_pod(inventory)
    return possible_endpoints(selection, inventory), declared_in(selection, inventory)


def _every_pod(inventory: Inventory) -> dict[str, Declared]:
    return {d.key: d for d in declared_pods(inventory) if not d.pod.host_network}


def traffic_set(items: Iterable[TrafficItem]) -> TrafficSet:
    """The traffic of a question; no items mean everything."""
    sets = [_item_set(item) for item in items]
    return any_of(*sets) if sets else EVERYTHING


def _item_set(item: TrafficItem) -> TrafficSet:
    protocol = EVERYTHING if item.protocol is None else ProtocolIs(item.protocol)
    if item.name is not None:
        return all_of(protocol, PortNamed(item.name))
    if (item.first, item.last) == (FIRST_PORT, LAST_PORT):
        return protocol
    return all_of(protocol, PortIn(item.first, item.last))


def _preferred(to_pods: Picked) -> tuple[TrafficSet, ...]:
    """Ports that the destinations declare, then well-known ones."""
    declared = {
        (str(port.protocol), port.number)
        for picked in to_pods.values()
        if isinstance(picked, DeclaredPod)
        for port in picked.pod.ports
    }
    listed = [*sorted(declared)[:_MOST_PREFERRED], *WELL_KNOWN]
    return tuple(all_of(ProtocolIs(protocol), PortIn(port, port)) for protocol, port in dict.fromkeys(listed))
