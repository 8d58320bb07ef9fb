"""Every verdict checked the whole way: solver, reference evaluator, and brute force over small worlds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from ipaddress import ip_address, ip_network
from itertools import product

from npverify.questions.answer import Answer, Verdict
from npverify.questions.ask import ask
from npverify.questions.query import AddressAlternative, Form, PodAlternative, Query, Selection, TrafficItem
from npverify.questions.settings import QuerySettings, Universe
from npverify.reference import Evaluator
from npverify.resources import (
    Address,
    Endpoint,
    ExternalEndpoint,
    Flow,
    Network,
    NodeEndpoint,
    Pod,
    PodEndpoint,
    Protocol,
    Workload,
)
from npverify.resources.inventory import Inventory

PARTS_OF_IPV6 = (ip_network("2000::/3"), ip_network("fd00::/8"))
"""What some network plugin makes of `::/0`."""

End = Workload | Address
"""An end of a flow in a test: a workload with a single pod, or an address outside."""

UNMENTIONED = ("198.18.0.77", "198.18.0.78", "2001:db8:ffff::77", "2001:db8:ffff::78")
"""Addresses that no network of a test holds, but for 0.0.0.0/0."""

DECLARED = QuerySettings(universe=Universe.DECLARED)


def split_pods(inventory: Inventory) -> tuple[Workload, ...]:
    """Every declared pod as a workload of its own."""
    return tuple(replace(w, pods=(pod,), template=None) for w in inventory.workloads for pod in w.pods)


def selection_of(end: End) -> Selection:
    """Exactly this end, as a question would select it."""
    if isinstance(end, Workload):
        return Selection((PodAlternative(workload=end),), str(end), str(end))
    network = ip_network(str(end))
    return Selection((AddressAlternative((network,)),), str(end), str(end))


def flow_query(source: End, destination: End, protocol: Protocol, port: int) -> Query:
    """Can this one flow connect?"""
    return Query(
        Form.CAN_REACH,
        selection_of(source),
        selection_of(destination),
        (TrafficItem(protocol, port, port),),
    )


def solver_reaches(
    inventory: Inventory,
    source: End,
    destination: End,
    protocol: Protocol,
    port: int,
    settings: QuerySettings = DECLARED,
) -> bool:
    """Whether the solver finds the flow between declared ends to connect (its witness was replayed)."""
    answer = ask(flow_query(source, destination, protocol, port), inventory, settings)
    assert answer.verdict in (Verdict.REACHABLE, Verdict.UNREACHABLE), answer.undecided
    return answer.verdict is Verdict.REACHABLE


def reference_reaches(
    inventory: Inventory,
    source: End,
    destination: End,
    protocol: Protocol,
    port: int,
    settings: QuerySettings = DECLARED,
) -> bool:
    """Whether some flow connects, by brute force over the addresses that pods without one could have."""
    evaluator = Evaluator(inventory.policies, settings.profile)
    addresses = candidate_addresses(inventory, settings)
    return any(
        evaluator.evaluate(flow, own_node_egress=own_node_egress).allowed
        for flow in flows_between(inventory, source, destination, protocol, port, addresses)
        if _is_possible(flow, source, destination, settings)
        for own_node_egress in (False, True)
    )


def _is_possible(flow: Flow, source: End, destination: End, settings: QuerySettings) -> bool:
    """Whether pods without a known address have one where pods can be."""
    ends = ((source, flow.source), (destination, flow.destination))
    return all(
        end.address is None
        or not isinstance(given, Workload)
        or given.pods[0].host_network
        or bool(given.pods[0].addresses)
        or not settings.pod_cidrs
        or any(end.address in cidr for cidr in settings.pod_cidrs)
        for given, end in ends
    )


def candidate_addresses(inventory: Inventory, settings: QuerySettings = DECLARED) -> tuple[Address, ...]:
    """Addresses on both sides of every boundary that a policy draws, and one that none mentions."""
    edges = {ip_address(text) for text in UNMENTIONED}
    for cidr in settings.pod_cidrs:
        edges |= {cidr[1], cidr[2], cidr[-2], cidr[-3]}
    for network in _networks(inventory):
        first, last = network.network_address, network.broadcast_address
        edges |= {first, last}
        if int(first) > 0:
            edges.add(first - 1)
        if int(last) < int(ip_network("::/0" if network.version == 6 else "0.0.0.0/0").broadcast_address):
            edges.add(last + 1)
    return tuple(sorted(edges, key=lambda a: (a.version, int(a))))


def _networks(inventory: Inventory) -> Iterator[Network]:
    for policy in inventory.policies:
        for rule in (*policy.ingress, *policy.egress):
            for peer in rule.peers:
                if peer.ip_block is not None:
                    yield peer.ip_block.cidr
                    yield from peer.ip_block.excepts
                    if peer.ip_block.cidr == ip_network("::/0"):
                        yield from PARTS_OF_IPV6


def flows_between(
    inventory: Inventory,
    source: End,
    destination: End,
    protocol: Protocol,
    port: int,
    addresses: tuple[Address, ...],
) -> Iterator[Flow]:
    """Every concrete flow between two ends: each family, each address that matters where none is given."""
    same = _is_same_pod(source, destination)
    for version in (4, 6):
        sources = list(_endpoints(inventory, source, version, addresses))
        destinations = list(_endpoints(inventory, destination, version, addresses))
        for one, other in product(sources, destinations):
            if one.address is not None and one.address == other.address:
                continue
            if not same and _fits_nodes(source, destination, one, other):
                yield Flow(one, other, protocol, port)


def _fits_nodes(source: End, destination: End, one: Endpoint, other: Endpoint) -> bool:
    """Where it is known on which nodes both pods are, that decides which of them is the other's own node."""
    if not isinstance(source, Workload) or not isinstance(destination, Workload):
        return True
    nodes = {source.pods[0].node, destination.pods[0].node}
    if None in nodes or {type(one), type(other)} != {NodeEndpoint, PodEndpoint}:
        return True
    is_own = any(isinstance(end, NodeEndpoint) and end.is_own_node for end in (one, other))
    return is_own == (len(nodes) == 1)


def _is_same_pod(source: End, destination: End) -> bool:
    if not isinstance(source, Workload) or not isinstance(destination, Workload):
        return source == destination
    return source == destination and not source.pods[0].replicated


def _endpoints(
    inventory: Inventory, end: End, version: int, addresses: tuple[Address, ...]
) -> Iterator[Endpoint]:
    if not isinstance(end, Workload):
        if end.version == version:
            yield ExternalEndpoint(end)
        return
    pod = end.pods[0]
    for address in _pod_addresses(pod, version, addresses):
        if pod.host_network:
            yield NodeEndpoint("node", address)
            yield NodeEndpoint("node", address, is_own_node=True)
        else:
            yield PodEndpoint(pod, inventory.namespaces[pod.namespace], address)


def _pod_addresses(pod: Pod, version: int, addresses: tuple[Address, ...]) -> tuple[Address, ...]:
    known = (pod.addresses or pod.node_addresses) if pod.host_network else pod.addresses
    return tuple(a for a in known or addresses if a.version == version)


def may_be_outside(address: Address, settings: QuerySettings) -> bool:
    """Whether an address can belong to something that is no pod."""
    return not any(address in cidr for cidr in settings.pod_cidrs)


def check_flow(
    inventory: Inventory,
    source: End,
    destination: End,
    protocol: Protocol,
    port: int,
    settings: QuerySettings = DECLARED,
) -> bool:
    """The verdict on one flow, after solver and reference evaluator have agreed on it."""
    expected = reference_reaches(inventory, source, destination, protocol, port, settings)
    found = solver_reaches(inventory, source, destination, protocol, port, settings)
    assert found == expected, (
        f"{source} -> {destination} {protocol}/{port}: reference {expected}, solver {found}\n"
        f"{inventory.policies}"
    )
    return expected


__all__ = [
    "DECLARED",
    "Answer",
    "check_flow",
    "flow_query",
    "reference_reaches",
    "solver_reaches",
    "split_pods",
]
