"""Admin policies against one side of one flow (semantics section 3), read line by line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from npverify.reference.selectors import namespace_labels, selects
from npverify.resources import (
    AdminAction,
    AdminPeer,
    AdminPolicy,
    AdminPort,
    AdminRule,
    Direction,
    Endpoint,
    ExternalEndpoint,
    Flow,
    Network,
    Node,
    NodeEndpoint,
    PodEndpoint,
    PodSet,
    Tier,
)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What rules refer to: the nodes of the input, the networks of domain names, and the names of the open
    facts that are taken to be so (`tie-first:KIND/NAME`, `domain:NAME`).
    """

    nodes: Sequence[Node] = ()
    resolved: Mapping[str, tuple[Network, ...]] = field(default_factory=dict)
    facts: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Match:
    """The first rule of a tier that matches, counted from 1 within its policy, and what it does."""

    policy: AdminPolicy
    number: int
    rule: AdminRule
    action: AdminAction


def first_match(
    policies: Iterable[AdminPolicy],
    tier: Tier,
    direction: Direction,
    pod: PodEndpoint,
    peer: Endpoint,
    flow: Flow,
    around: Surroundings,
) -> Match | None:
    """Section 3.2: ascending priority, then the order of the rules; None where no rule matches."""
    for policy in in_order((p for p in policies if p.tier is tier), around.facts):
        if not holds_pod(policy.subject, pod):
            continue
        for number, rule in enumerate(policy.rules(direction), start=1):
            action = action_on(rule, peer, flow, around)
            if action is not None:
                return Match(policy, number, rule, action)
    return None


def in_order(policies: Iterable[AdminPolicy], facts: frozenset[str]) -> Iterator[AdminPolicy]:
    """Section 3.3: of equal priority no order is defined; those that a fact puts first, then by name."""
    yield from sorted(
        policies,
        key=lambda p: (p.priority, f"tie-first:{p.kind}/{p.name}" not in facts, p.name, p.kind),
    )


def action_on(rule: AdminRule, peer: Endpoint, flow: Flow, around: Surroundings) -> AdminAction | None:
    """What a rule does with the flow; None where it does not match.

    A rule with a peer that nobody knows fails closed: Accept matches nothing, Deny and Pass deny everything.
    """
    if any(item.is_unknown for item in rule.peers):
        return None if rule.action is AdminAction.ACCEPT else AdminAction.DENY
    if not any(peer_matches(item, peer, around) for item in rule.peers):
        return None
    if rule.ports and not any(port_matches(item, flow) for item in rule.ports):
        return None
    return rule.action


def holds_pod(pods: PodSet, end: Endpoint) -> bool:
    """Both selectors (AND); what is no pod of the pod network is in no such set."""
    return (
        isinstance(end, PodEndpoint)
        and selects(pods.namespace_selector, namespace_labels(end.namespace))
        and selects(pods.pod_selector, end.pod.labels)
    )


def peer_matches(item: AdminPeer, peer: Endpoint, around: Surroundings) -> bool:
    """Section 3.1: pods, or networks (of whatever has the address), or nodes by their addresses, or names."""
    if item.pods is not None and holds_pod(item.pods, peer):
        return True
    if any(peer.address is not None and peer.address in network for network in item.networks):
        return True
    if item.nodes is not None and _is_node(item, peer, around.nodes):
        return True
    return any(_is_named(name, peer, around) for name in item.domain_names)


def _is_node(item: AdminPeer, peer: Endpoint, nodes: Iterable[Node]) -> bool:
    """The empty selector is met by every node; any other by Node objects, whose addresses are looked at."""
    assert item.nodes is not None
    if not item.nodes.requirements:
        return isinstance(peer, NodeEndpoint)
    if isinstance(peer, PodEndpoint) or peer.address is None:
        return False
    return any(selects(item.nodes, node.labels) and peer.address in node.addresses for node in nodes)


def _is_named(name: str, peer: Endpoint, around: Surroundings) -> bool:
    """A name that was resolved matches those addresses; any other is an open fact about the outside."""
    if name.startswith("*."):
        known = [other for other in around.resolved if other == name or other.endswith(name[1:])]
    else:
        known = [other for other in around.resolved if other == name]
    networks = [network for other in known for network in around.resolved[other]]
    if networks:
        return peer.address is not None and any(peer.address in network for network in networks)
    return isinstance(peer, ExternalEndpoint) and f"domain:{name}" in around.facts


def port_matches(item: AdminPort, flow: Flow) -> bool:
    """A protocol with or without ports; or a name, which is a container port of the destination pod."""
    if item.name is not None:
        return isinstance(flow.destination, PodEndpoint) and any(
            (port.name, port.protocol, port.number) == (item.name, flow.protocol, flow.port)
            for port in flow.destination.pod.ports
        )
    if item.protocol is not None and item.protocol is not flow.protocol:
        return False
    if item.first is None:
        return True
    return item.first <= flow.port <= (item.first if item.last is None else item.last)
