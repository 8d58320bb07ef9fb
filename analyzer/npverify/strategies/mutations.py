"""Strategy for policies in which one thing was edited."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from ipaddress import ip_network
from typing import TypeVar

from hypothesis import strategies as st

from npverify.manifests.metadata import DEFAULT_NAMESPACE
from npverify.resources import (
    Direction,
    IPBlock,
    LabelSelector,
    Network,
    NetworkPolicy,
    Operator,
    Peer,
    PolicyPort,
    PolicyRule,
    Protocol,
    Requirement,
)
from npverify.strategies.parts import Object
from npverify.strategies.rewordings import FIRST_PORT, LAST_PORT
from npverify.strategies.spelling import PolicyObjects, check_policies, spell_policy

DENY_ALL = NetworkPolicy(DEFAULT_NAMESPACE, "policy", LabelSelector(), (Direction.INGRESS,))
"""What is added to no policies at all."""

_Item = TypeVar("_Item")
_FLIPPED = {
    Operator.IN: Operator.NOT_IN,
    Operator.NOT_IN: Operator.IN,
    Operator.EXISTS: Operator.DOES_NOT_EXIST,
    Operator.DOES_NOT_EXIST: Operator.EXISTS,
}


@st.composite
def mutations(draw: st.DrawFn, *, policies: PolicyObjects) -> list[Object]:
    """The given policies after one edit such as people make, which may or may not change what they allow.

    A policy, rule, peer, port or policyType is dropped, copied or added; a label value, operator, port,
    protocol or CIDR becomes another; or the two selectors of one peer become two peers, and the other way
    round. What takes the place of a value is taken from elsewhere in the policies where possible. `policies`
    are NetworkPolicies as `network_policies` draws them, or those of a loaded cluster's `inventory`.
    """
    known = check_policies("policies", policies)
    if not known:
        return [spell_policy(DENY_ALL)]
    words = _words_of(known)
    number = draw(st.integers(0, len(known) - 1))
    options = [found for edit in EDITS if (found := list(edit(known[number], words)))]
    edited = draw(st.sampled_from(options).flatmap(st.sampled_from))
    return [spell_policy(policy) for policy in (*known[:number], *edited, *known[number + 1 :])]


@dataclass(frozen=True, slots=True)
class Words:
    """What policies speak of: edits take their new values from here."""

    labels: tuple[tuple[str, str], ...]
    networks: tuple[Network, ...]
    ports: tuple[int | str, ...]
    names: frozenset[tuple[str, str]]


Edit = Callable[[NetworkPolicy, Words], Iterator[tuple[NetworkPolicy, ...]]]
"""Gives the policies that may take the place of one."""


def _words_of(policies: Sequence[NetworkPolicy]) -> Words:
    rules = [rule for policy in policies for direction in Direction for rule in policy.rules(direction)]
    peers = [peer for rule in rules for peer in rule.peers]
    selectors = [policy.pod_selector for policy in policies]
    selectors += [s for peer in peers for s in (peer.pod_selector, peer.namespace_selector) if s is not None]
    blocks = [peer.ip_block for peer in peers if peer.ip_block is not None]
    labels = [(r.key, value) for s in selectors for r in s.requirements for value in r.values]
    return Words(
        labels=_unique((*labels, ("app", "other")), _MOST_WORDS),
        networks=_unique((n for block in blocks for n in (block.cidr, *block.excepts)), _MOST_WORDS),
        ports=_unique((p.port for rule in rules for p in rule.ports if p.port is not None), _MOST_WORDS),
        names=frozenset((policy.namespace, policy.name) for policy in policies),
    )


_MOST_WORDS = 12
"""Values of each sort that edits choose from."""


# Whole policies and their rules -----------------------------------------------------------------------


def drop(_policy: NetworkPolicy, _words: Words) -> Iterator[tuple[NetworkPolicy, ...]]:
    """The policy goes."""
    yield ()


def add_policy(policy: NetworkPolicy, words: Words) -> Iterator[tuple[NetworkPolicy, ...]]:
    """A policy like this one comes, without any rules, or for every pod of the namespace."""
    name, number = "added", 2
    while (policy.namespace, name) in words.names:
        name, number = f"added-{number}", number + 1
    yield policy, replace(policy, name=name, ingress=(), egress=())
    yield policy, replace(policy, name=name, pod_selector=LabelSelector())


def change_types(policy: NetworkPolicy, _words: Words) -> Iterator[tuple[NetworkPolicy, ...]]:
    """Other policyTypes."""
    for types in ((Direction.INGRESS,), (Direction.EGRESS,), (Direction.INGRESS, Direction.EGRESS)):
        if set(types) != set(policy.policy_types):
            yield (replace(policy, policy_types=types),)


def change_subject(policy: NetworkPolicy, words: Words) -> Iterator[tuple[NetworkPolicy, ...]]:
    """Another podSelector."""
    for selector in other_selectors(policy.pod_selector, words):
        yield (replace(policy, pod_selector=selector),)


def drop_rule(policy: NetworkPolicy, _words: Words) -> Iterator[tuple[NetworkPolicy, ...]]:
    """One rule goes."""
    for direction, rules in _own(policy).items():
        for rest in without_one(rules):
            yield (_with(policy, direction, rest),)


def add_rule(policy: NetworkPolicy, words: Words) -> Iterator[tuple[NetworkPolicy, ...]]:
    """A rule comes: for everything, for one port, for one label, or the one of the other direction."""
    ports = [PolicyPort(port=port) for port in words.ports[:3]]
    for direction, rules in _own(policy).items():
        key, value = words.labels[0]
        labelled = Peer(pod_selector=_selector(Requirement(key, Operator.IN, (value,))))
        others = policy.rules(_other(direction))
        new = (PolicyRule(), *(PolicyRule((), (port,)) for port in ports), PolicyRule((labelled,)), *others)
        yield from ((_with(policy, direction, (*rules, rule)),) for rule in new if rule not in rules)


def change_rule(edit: Callable[[PolicyRule, Words], Iterator[PolicyRule]]) -> Edit:
    """One rule becomes another."""

    def change(policy: NetworkPolicy, words: Words) -> Iterator[tuple[NetworkPolicy, ...]]:
        for direction, rules in _own(policy).items():
            for number, rule in enumerate(rules):
                for edited in edit(rule, words):
                    if edited != rule:
                        yield (_with(policy, direction, (*rules[:number], edited, *rules[number + 1 :])),)

    return change


# Peers ------------------------------------------------------------------------------------------------


def drop_peer(rule: PolicyRule, _words: Words) -> Iterator[PolicyRule]:
    """One peer goes; with the last one, any peer is admitted."""
    yield from (PolicyRule(rest, rule.ports) for rest in without_one(rule.peers))


def add_peer(rule: PolicyRule, words: Words) -> Iterator[PolicyRule]:
    """One peer comes; to a rule for any peer it is a restriction."""
    key, value = words.labels[0]
    networks = words.networks or (ip_network("10.0.0.0/8"),)
    for peer in (
        Peer(pod_selector=_selector(Requirement(key, Operator.IN, (value,)))),
        Peer(namespace_selector=LabelSelector()),
        *(Peer(ip_block=IPBlock(network)) for network in networks[:2]),
    ):
        if peer not in rule.peers:
            yield PolicyRule((*rule.peers, peer), rule.ports)


def move_dash(rule: PolicyRule, _words: Words) -> Iterator[PolicyRule]:
    """Both selectors of one peer become two peers, or two peers one: `-` is OR, no `-` is AND."""
    for number, peer in enumerate(rule.peers):
        before, after = rule.peers[:number], rule.peers[number + 1 :]
        if peer.pod_selector is not None and peer.namespace_selector is not None:
            two = Peer(namespace_selector=peer.namespace_selector), Peer(pod_selector=peer.pod_selector)
            yield PolicyRule((*before, *two, *after), rule.ports)
        for following in after[:1]:
            joined = _joined(peer, following)
            if joined is not None:
                yield PolicyRule((*before, joined, *after[1:]), rule.ports)


def _joined(one: Peer, other: Peer) -> Peer | None:
    """Both selectors in one peer, where each peer has one of them."""
    pods = [peer.pod_selector for peer in (one, other) if peer.pod_selector is not None]
    namespaces = [peer.namespace_selector for peer in (one, other) if peer.namespace_selector is not None]
    return Peer(pods[0], namespaces[0]) if len(pods) == len(namespaces) == 1 else None


def change_peer(rule: PolicyRule, words: Words) -> Iterator[PolicyRule]:
    """A selector or block becomes another."""
    for number, peer in enumerate(rule.peers):
        for edited in _other_peers(peer, words):
            yield PolicyRule((*rule.peers[:number], edited, *rule.peers[number + 1 :]), rule.ports)


def _other_peers(peer: Peer, words: Words) -> Iterator[Peer]:
    if peer.ip_block is not None:
        yield from (Peer(ip_block=block) for block in _other_blocks(peer.ip_block, words))
    if peer.pod_selector is not None:
        for selector in other_selectors(peer.pod_selector, words):
            yield replace(peer, pod_selector=selector)
        yield replace(peer, namespace_selector=None if peer.namespace_selector else LabelSelector())
    if peer.namespace_selector is not None:
        for selector in other_selectors(peer.namespace_selector, words):
            yield replace(peer, namespace_selector=selector)


def _other_blocks(block: IPBlock, words: Words) -> Iterator[IPBlock]:
    cidr = block.cidr
    yield from (IPBlock(cidr, rest) for rest in without_one(block.excepts))
    if cidr.prefixlen > 0:
        yield IPBlock(cidr.supernet(), block.excepts)
    for network in (*(words.networks), *(cidr.subnets() if cidr.prefixlen < cidr.max_prefixlen else ())):
        if network != cidr:
            yield IPBlock(network, tuple(e for e in block.excepts if _is_inside(e, network)))
        if _is_inside(network, cidr) and network not in block.excepts:
            yield IPBlock(cidr, (*block.excepts, network))


def _is_inside(inner: Network, outer: Network) -> bool:
    """Whether a network is a strict part of another, as the API server wants exceptions to be."""
    return inner.version == outer.version and (
        inner.network_address in outer and inner.prefixlen > outer.prefixlen
    )


def other_selectors(selector: LabelSelector, words: Words) -> Iterator[LabelSelector]:
    """Selectors with one requirement less, more, or another one in its place."""
    requirements = selector.requirements
    for number, requirement in enumerate(requirements):
        before, after = requirements[:number], requirements[number + 1 :]
        yield LabelSelector((*before, *after))
        for other in _other_requirements(requirement, words):
            yield LabelSelector((*before, other, *after))
    for key, value in words.labels[:3]:
        more = Requirement(key, Operator.IN, (value,))
        if more not in requirements:
            yield LabelSelector((*requirements, more))


def _other_requirements(requirement: Requirement, words: Words) -> Iterator[Requirement]:
    key, values = requirement.key, requirement.values
    yield Requirement(key, _FLIPPED[requirement.operator], values)
    yield from (
        replace(requirement, key=other) for other in _unique(k for k, _ in words.labels) if other != key
    )
    for value in (*_unique(v for k, v in words.labels if k == key), "other") if values else ():
        if value not in values:
            yield replace(requirement, values=(value, *values[1:]))
            yield replace(requirement, values=(*values, value))
    if len(values) > 1:
        yield from (replace(requirement, values=rest) for rest in without_one(values))


# Ports ------------------------------------------------------------------------------------------------


def drop_port(rule: PolicyRule, _words: Words) -> Iterator[PolicyRule]:
    """One port goes; with the last one, any port is admitted."""
    yield from (PolicyRule(rule.peers, rest) for rest in without_one(rule.ports))


def add_port(rule: PolicyRule, words: Words) -> Iterator[PolicyRule]:
    """One port comes; to a rule for any port it is a restriction."""
    for port in (*words.ports[:3], 8080):
        added = PolicyPort(port=port)
        if added not in rule.ports:
            yield PolicyRule(rule.peers, (*rule.ports, added))


def change_port(rule: PolicyRule, words: Words) -> Iterator[PolicyRule]:
    """A protocol, a port or the end of a range becomes another."""
    for number, port in enumerate(rule.ports):
        for edited in _other_ports(port, words):
            yield PolicyRule(rule.peers, (*rule.ports[:number], edited, *rule.ports[number + 1 :]))


def _other_ports(port: PolicyPort, words: Words) -> Iterator[PolicyPort]:
    yield from (replace(port, protocol=protocol) for protocol in Protocol if protocol is not port.protocol)
    if port.port is not None:
        yield PolicyPort(port.protocol)
    for other in words.ports:
        if other != port.port:
            yield PolicyPort(port.protocol, other)
    if isinstance(port.port, int):
        first, last = port.port, port.end_port or port.port
        yield from (
            PolicyPort(port.protocol, one, other if other > one or port.end_port else None)
            for one, other in ((first - 1, last), (first + 1, last), (first, last - 1), (first, last + 1))
            if FIRST_PORT <= one <= other <= LAST_PORT
        )


EDITS: Sequence[Edit] = (
    drop,
    drop_rule,
    change_rule(drop_peer),
    change_rule(drop_port),
    change_rule(change_peer),
    change_rule(change_port),
    change_rule(move_dash),
    change_rule(add_peer),
    change_rule(add_port),
    change_subject,
    change_types,
    add_rule,
    add_policy,
)


def without_one(items: Sequence[_Item]) -> Iterator[tuple[_Item, ...]]:
    """The items without one of them."""
    for number in range(len(items)):
        yield (*items[:number], *items[number + 1 :])


def _unique(items: Iterable[_Item], most: int | None = None) -> tuple[_Item, ...]:
    return tuple(dict.fromkeys(items))[:most]


def _selector(requirement: Requirement) -> LabelSelector:
    return LabelSelector((requirement,))


def _other(direction: Direction) -> Direction:
    return Direction.EGRESS if direction is Direction.INGRESS else Direction.INGRESS


def _own(policy: NetworkPolicy) -> dict[Direction, tuple[PolicyRule, ...]]:
    return {direction: policy.rules(direction) for direction in Direction}


def _with(policy: NetworkPolicy, direction: Direction, rules: tuple[PolicyRule, ...]) -> NetworkPolicy:
    """The policy with other rules for one direction."""
    if direction is Direction.INGRESS:
        return replace(policy, ingress=rules)
    return replace(policy, egress=rules)
