"""Admin policies against one side of one flow (semantics section 3), read line by line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from npverify.reference.selectors import namespace_labels, selects
from npverify.resources import (
    Address,
    AdminAction,
    AdminPeer,
    AdminPolicy,
    AdminPort,
    AdminRule,
    Direction,
    Endpoint,
    ExternalEndpoint,
    Flow,
    LabelSelector,
    Network,
    Node,
    NodeEndpoint,
    PodEndpoint,
    PodSet,
    Tier,
)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a verdict hangs on besides the policies and the flow.

    `resolved` holds the addresses of domain names; `facts` are the names of the open facts that are so:
    `tie-first:<kind>/<name>` and `tie-second:<kind>/<name>`, the place of a policy among those of its tier
    and priority, and `domain:<name>`, that the name stands for the address of the destination.
    """

    nodes: Sequence[Node]
    resolved: Mapping[str, tuple[Network, ...]]
    facts: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Match:
    """The rule of a policy (`number` counted from 1) that a flow meets first, and what it does to the flow.

    `action` is not that of the rule where a rule that says Pass fails closed.
    """

    policy: AdminPolicy
    number: int
    rule: AdminRule
    action: AdminAction


def first_match(
    policies: Sequence[AdminPolicy],
    tier: Tier,
    direction: Direction,
    pod: PodEndpoint,
    peer: Endpoint,
    flow: Flow,
    around: Surroundings,
) -> Match | None:
    """Section 3.2: of the tier's policies whose subject is the pod, the first rule that matches the flow."""
    for policy in in_order((policy for policy in policies if policy.tier is tier), around.facts):
        if not pods_hold(policy.subject, pod):
            continue
        for number, rule in enumerate(policy.rules(direction), start=1):
            action = action_on(rule, peer, flow, around)
            if action is not None:
                return Match(policy, number, rule, action)
    return None


def in_order(policies: Iterable[AdminPolicy], facts: frozenset[str]) -> Iterator[AdminPolicy]:
    """The policies of one tier by priority; ties, which have no order (section 3.3), as the facts have it."""
    by_priority: dict[int, list[AdminPolicy]] = {}
    for policy in policies:
        by_priority.setdefault(policy.priority, []).append(policy)
    for priority in sorted(by_priority):
        yield from tie_in_order(by_priority[priority], facts)


def tie_in_order(policies: Sequence[AdminPolicy], facts: frozenset[str]) -> Sequence[AdminPolicy]:
    """Those that go first, those that go second, and the rest, each by name.

    Of two policies, one fact tells the order: whether the latter by name goes first.
    """
    by_name = sorted(policies, key=lambda policy: (policy.name, policy.kind))
    if len(by_name) == 2:
        return by_name[::-1] if goes("first", by_name[1], facts) else by_name
    firsts = [policy for policy in by_name if goes("first", policy, facts)]
    seconds = [policy for policy in by_name if goes("second", policy, facts) and policy not in firsts]
    return [*firsts, *seconds, *(policy for policy in by_name if policy not in (*firsts, *seconds))]


def goes(place: str, policy: AdminPolicy, facts: frozenset[str]) -> bool:
    """Whether the fact is so that puts the policy in a place of its tie."""
    return f"tie-{place}:{policy.kind}/{policy.name}" in facts


def action_on(rule: AdminRule, peer: Endpoint, flow: Flow, around: Surroundings) -> AdminAction | None:
    """What the rule does to the flow; None where it does not match.

    A rule with a peer of an unknown kind fails closed (section 3.1): it accepts nothing, or denies all.
    """
    if rule.fails_closed:
        return None if rule.action is AdminAction.ACCEPT else AdminAction.DENY
    if not any(peer_holds(item, peer, around) for item in rule.peers):
        return None
    if rule.ports and not any(port_holds(port, flow) for port in rule.ports):
        return None
    return rule.action


def pods_hold(pods: PodSet, end: Endpoint) -> bool:
    """Whether the end is a pod that meets both selectors: an address or a node never does."""
    return (
        isinstance(end, PodEndpoint)
        and selects(pods.namespace_selector, namespace_labels(end.namespace))
        and selects(pods.pod_selector, end.pod.labels)
    )


def peer_holds(item: AdminPeer, peer: Endpoint, around: Surroundings) -> bool:
    """Whether the other end is among the pods, networks, nodes or domain names of one item."""
    if item.pods is not None:
        return pods_hold(item.pods, peer)
    if item.nodes is not None:
        return nodes_hold(item.nodes, peer, around.nodes)
    if item.networks:
        return is_within(peer.address, item.networks)
    return any(name_holds(name, peer, around) for name in item.domain_names)


def nodes_hold(selector: LabelSelector, peer: Endpoint, nodes: Sequence[Node]) -> bool:
    """Whether the address is one of a Node object that meets the selector; an empty one means every node.

    A pod of the pod network has no address of a node.
    """
    if isinstance(peer, PodEndpoint):
        return False
    if not selector.requirements and isinstance(peer, NodeEndpoint):
        return True
    return any(peer.address in node.addresses for node in nodes if selects(selector, node.labels))


def name_holds(name: str, peer: Endpoint, around: Surroundings) -> bool:
    """Whether the domain name stands for the address of the other end.

    A name that is resolved stands for its addresses and no others, be they those of pods; one that is not
    may stand for any address outside. A name with a star also stands for what the names below it do.
    """
    for other, networks in around.resolved.items():
        if (other == name or is_below(other, name)) and is_within(peer.address, networks):
            return True
    if name in around.resolved or not isinstance(peer, ExternalEndpoint):
        return False
    return f"domain:{name}" in around.facts


def is_below(name: str, pattern: str) -> bool:
    """Whether the pattern is `*.` and a suffix, with one label or more of the name in the star's place."""
    return pattern.startswith("*.") and name.endswith(pattern[1:])


def is_within(address: Address | None, networks: Sequence[Network]) -> bool:
    """Whether some network holds the address; families never mix, an unknown address is nowhere."""
    return address is not None and any(address in network for network in networks)


def port_holds(port: AdminPort, flow: Flow) -> bool:
    """Whether the flow goes to the named port, or has the protocol and, where there is one, the range."""
    if port.name is not None:
        return names_destination(port.name, flow)
    if port.protocol is not flow.protocol:
        return False
    return port.first is None or port.last is None or port.first <= flow.port <= port.last


def names_destination(name: str, flow: Flow) -> bool:
    """Whether the destination is a pod with a container port of that name, protocol and number."""
    if not isinstance(flow.destination, PodEndpoint):
        return False
    return any(
        (port.name, port.protocol, port.number) == (name, flow.protocol, flow.port)
        for port in flow.destination.pod.ports
    )
