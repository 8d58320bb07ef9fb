"""`networking.k8s.io/v1` NetworkPolicy as rules (semantics/kubernetes.md section 1), as one network plugin
enforces them (semantics/cni.md section 1).

All policies of one direction are one layer of allow rules whose order does not matter; what the policies
select is isolated. Only where the longest prefix decides are there denials among them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from npverify.cni import CniProfile, ExceptMode, NamedPorts
from npverify.dialects.longest_prefix import EVERY_ADDRESS, Entry, Selected, ordered_rules
from npverify.dialects.stages import Stage, StagedLayer
from npverify.dialects.surroundings import (
    NO_PODS,
    DeclaredPods,
    compile_selector,
    is_in_force,
    names_a_port,
)
from npverify.resources import (
    Direction,
    IPBlock,
    Network,
    NetworkPolicy,
    Peer,
    PolicyPort,
    PolicyRule,
)
from npverify_encodings.model import (
    EVERYTHING,
    NOTHING,
    AddressIn,
    EndpointSet,
    Isolation,
    Kind,
    KindIs,
    Layer,
    NamespaceIs,
    Not,
    PortIn,
    PortNamed,
    ProtocolIs,
    Rule,
    Scope,
    TrafficSet,
    all_of,
    any_of,
)

UNSELECTED = "(unselected)"
"""The owner of what isolates pods that no policy selects."""

KIND = "networking.k8s.io/v1/NetworkPolicy"
"""The kind as profiles list it."""

_POD = KindIs(Kind.POD)


def compile_policies(
    policies: Iterable[NetworkPolicy],
    direction: Direction,
    profile: CniProfile,
    pods: DeclaredPods = NO_PODS,
) -> tuple[StagedLayer, ...]:
    """One layer: allow rules in any order; `Rule.owner` and `Isolation.owner` are `namespace/name`."""
    listed = tuple(policies)
    enforced = tuple(policy for policy in listed if _is_enforced(policy, direction, profile))
    if profile.except_mode is ExceptMode.MOST_SPECIFIC:
        rules = tuple(_by_longest_prefix(enforced, direction, profile, pods))
    else:
        rules = tuple(
            Rule(str(policy), parts.subject, peer, traffic)
            for policy in enforced
            for parts in compile_rules(policy, direction, profile, pods)
            for peer, traffic in parts.matches()
        )
    isolated = (
        *(Isolation(str(policy), compile_subject(policy)) for policy in enforced),
        *_unselected(listed, profile),
    )
    return (StagedLayer(Stage.NAMESPACED, Layer(rules, isolated)),)


def _unselected(policies: Iterable[NetworkPolicy], profile: CniProfile) -> Iterator[Isolation]:
    """The pods that no policy of their namespace selects, where the plugin isolates these."""
    if not (profile.enforces and profile.unselected_isolated):
        return
    by_namespace: dict[str, list[EndpointSet]] = {}
    for policy in policies:
        own = by_namespace.setdefault(policy.namespace, [])
        if any(_is_enforced(policy, direction, profile) for direction in Direction):
            own.append(compile_subject(policy))
    for name, subjects in sorted(by_namespace.items()):
        others = (Not(subject) for subject in subjects)
        yield Isolation(UNSELECTED, all_of(_POD, NamespaceIs(name), *others))


def compile_elsewhere(namespaces: Iterable[str], profile: CniProfile) -> tuple[StagedLayer, ...]:
    """The pods of all other namespaces, where the plugin isolates what no policy selects."""
    if not (profile.enforces and profile.unselected_isolated):
        return ()
    outside = (Not(NamespaceIs(name)) for name in sorted(set(namespaces)))
    isolation = Isolation(UNSELECTED, all_of(_POD, *outside))
    return (StagedLayer(Stage.ELSEWHERE, Layer(isolated=(isolation,))),)


def _is_enforced(policy: NetworkPolicy, direction: Direction, profile: CniProfile) -> bool:
    if not profile.enforces or (profile.kinds is not None and KIND not in profile.kinds):
        return False
    rejects = NamedPorts.REJECT_POLICY in (profile.named_ports_ingress, profile.named_ports_egress)
    if rejects and names_a_port(policy):
        return False
    return is_in_force(policy, direction, types_count=profile.policy_types)


def with_effect(policies: Iterable[NetworkPolicy], profile: CniProfile) -> tuple[NetworkPolicy, ...]:
    """The policies that the plugin enforces at all."""
    return tuple(p for p in policies if any(_is_enforced(p, d, profile) for d in Direction))


_ADD_UP = (NamedPorts.PER_DESTINATION, NamedPorts.UNION, NamedPorts.GLOBAL, NamedPorts.ALL_PORTS)


def adds_up(policies: Iterable[NetworkPolicy], profile: CniProfile) -> bool:
    """Whether each item of a rule allows what it says, whatever other items and rules there are."""
    listed = tuple(policies)
    if profile.unselected_isolated:
        return False
    if any(not _is_enforced(p, d, profile) for p in listed for d in p.policy_types):
        return False
    if not profile.policy_types and any(
        _is_enforced(p, d, profile) for p in listed for d in Direction if d not in p.policy_types
    ):
        return False
    modes = profile.named_ports_ingress, profile.named_ports_egress
    if any(mode not in _ADD_UP for mode in modes) and any(map(names_a_port, listed)):
        return False
    if profile.except_mode is ExceptMode.PER_BLOCK:
        return True
    rules = (rule for policy in listed for rule in (*policy.ingress, *policy.egress))
    return not any(peer.ip_block and peer.ip_block.excepts for rule in rules for peer in rule.peers)


@dataclass(frozen=True, slots=True)
class RuleParts:
    """One rule with its items apart; no peers or no ports: everything.

    Where a plugin looks for port names at some peers only, `ports` has no names, and the rule admits
    `named_ports` at the peers `named` besides.
    """

    subject: EndpointSet
    peers: tuple[EndpointSet, ...]
    ports: tuple[TrafficSet, ...]

    named: EndpointSet | None = None
    named_ports: tuple[TrafficSet, ...] = ()

    def match(self, *, peer: int | None = None, port: int | None = None) -> tuple[EndpointSet, TrafficSet]:
        """The peers and the traffic of the rule, or of one item of it (counted from 0) only."""
        peers = self.peers if peer is None else (self.peers[peer],)
        ports = self.ports if port is None else (self.ports[port],)
        return (any_of(*peers) if peers else EVERYTHING, any_of(*ports) if ports else EVERYTHING)

    def matches(self) -> Iterator[tuple[EndpointSet, TrafficSet]]:
        """What the rule matches, all of it."""
        yield self.match()
        if self.named is not None and self.named != NOTHING and self.named_ports:
            yield self.named, any_of(*self.named_ports)


def compile_subject(policy: NetworkPolicy) -> EndpointSet:
    """The pods that the policy selects."""
    return all_of(_POD, NamespaceIs(policy.namespace), *compile_selector(policy.pod_selector, Scope.POD))


def compile_rules(
    policy: NetworkPolicy, direction: Direction, profile: CniProfile, pods: DeclaredPods = NO_PODS
) -> tuple[RuleParts, ...]:
    """The rules of one direction, each with its items apart."""
    return tuple(_compile_rule(policy, rule, direction, profile, pods) for rule in policy.rules(direction))


def _compile_rule(
    policy: NetworkPolicy,
    rule: PolicyRule,
    direction: Direction,
    profile: CniProfile,
    pods: DeclaredPods,
) -> RuleParts:
    subject = compile_subject(policy)
    peers = tuple(_compile_peer(peer, policy.namespace, profile, pods, rule) for peer in rule.peers)
    where = _where_names_count(policy, rule, direction, profile, pods)
    if where is None:
        ports = tuple(_compile_port(port, policy, direction, profile, pods) for port in rule.ports)
        return RuleParts(subject, peers, ports)
    ports = tuple(
        NOTHING if isinstance(port.port, str) else _compile_port(port, policy, direction, profile, pods)
        for port in rule.ports
    )
    named = tuple(compile_port(port) for port in rule.ports if isinstance(port.port, str))
    return RuleParts(subject, peers, ports, where, named)


def _where_names_count(
    policy: NetworkPolicy,
    rule: PolicyRule,
    direction: Direction,
    profile: CniProfile,
    pods: DeclaredPods,
) -> EndpointSet | None:
    """The peers at which the plugin looks for the port names of a rule; None: at those of the rule."""
    mode = _named_ports(profile, direction)
    if not any(isinstance(port.port, str) for port in rule.ports):
        return None
    if mode is NamedPorts.SELECTED_PEERS:
        selectors = (peer for peer in rule.peers if peer.ip_block is None)
        return any_of(*(_compile_peer(p, policy.namespace, profile, pods, rule) for p in selectors))
    if mode is NamedPorts.OWN_NAMESPACE and not rule.peers:
        return all_of(_POD, NamespaceIs(policy.namespace))
    return None


def _named_ports(profile: CniProfile, direction: Direction) -> NamedPorts:
    return profile.named_ports_ingress if direction is Direction.INGRESS else profile.named_ports_egress


def _by_longest_prefix(
    policies: Sequence[NetworkPolicy], direction: Direction, profile: CniProfile, pods: DeclaredPods
) -> Iterator[Rule]:
    for _, own in groupby(sorted(policies, key=lambda p: (p.namespace, p.name)), key=lambda p: p.namespace):
        selected: list[Selected] = []
        entries: list[Entry] = []
        for policy in own:
            for rule, parts in zip(
                policy.rules(direction), compile_rules(policy, direction, profile, pods), strict=True
            ):
                _sort_peers(policy, rule, parts, _kinds_of_blocks(profile), selected, entries)
        yield from ordered_rules(selected, entries)


def _sort_peers(
    policy: NetworkPolicy,
    rule: PolicyRule,
    parts: RuleParts,
    kinds: EndpointSet,
    selected: list[Selected],
    entries: list[Entry],
) -> None:
    """Take the rule apart into the pods that it selects and its ipBlocks."""
    _, traffic = parts.match()
    blocks = (
        [peer.ip_block for peer in rule.peers if peer.ip_block is not None] if rule.peers else EVERY_ADDRESS
    )
    matched = kinds if rule.peers else EVERYTHING
    entries += [Entry(str(policy), parts.subject, block, traffic, matched) for block in blocks]
    pods = any_of(*(p for p, peer in zip(parts.peers, rule.peers, strict=True) if peer.ip_block is None))
    if pods != NOTHING:
        selected.append(Selected(str(policy), parts.subject, pods, traffic))
    if parts.named is not None and parts.named != NOTHING:
        selected.append(Selected(str(policy), parts.subject, parts.named, any_of(*parts.named_ports)))


def compile_peer(peer: Peer, namespace: str, profile: CniProfile) -> EndpointSet:
    """The endpoints that one item of `from` or `to` selects by itself, in a policy of the given namespace."""
    return _compile_peer(peer, namespace, profile, NO_PODS, PolicyRule(peers=(peer,)))


def _compile_peer(
    peer: Peer, namespace: str, profile: CniProfile, pods: DeclaredPods, rule: PolicyRule
) -> EndpointSet:
    if peer.ip_block is not None:
        without = peer.ip_block.excepts
        if profile.except_mode is ExceptMode.PER_RULE:
            without = _excepts_of(rule)
        return all_of(_kinds_of_blocks(profile), compile_ip_block(IPBlock(peer.ip_block.cidr, without)))
    terms: list[EndpointSet] = [_POD]
    if peer.namespace_selector is None:
        terms.append(NamespaceIs(namespace))
    else:
        terms.extend(compile_selector(peer.namespace_selector, Scope.NAMESPACE))
    if peer.pod_selector is not None:
        terms.extend(compile_selector(peer.pod_selector, Scope.POD))
    if not profile.host_network_peers:
        return all_of(*terms)
    return any_of(all_of(*terms), pods.hosts(peer, namespace))


def _kinds_of_blocks(profile: CniProfile) -> EndpointSet:
    """The endpoints that an ipBlock can match."""
    kinds = [Not(_POD)] if not profile.ip_block_matches_pods else []
    kinds += [Not(KindIs(Kind.NODE))] if not profile.ip_block_matches_nodes else []
    return all_of(*kinds)


def _excepts_of(rule: PolicyRule) -> tuple[Network, ...]:
    """The exceptions of all blocks of a rule."""
    blocks = (peer.ip_block for peer in rule.peers)
    return tuple(dict.fromkeys(network for block in blocks if block is not None for network in block.excepts))


def compile_ip_block(block: IPBlock) -> EndpointSet:
    """The addresses of the block that are in none of its exceptions."""
    return all_of(AddressIn(block.cidr), *(Not(AddressIn(network)) for network in block.excepts))


def _compile_port(
    port: PolicyPort,
    policy: NetworkPolicy,
    direction: Direction,
    profile: CniProfile,
    pods: DeclaredPods,
) -> TrafficSet:
    """The traffic that one item of `ports` admits, as the plugin has it."""
    if isinstance(port.port, str):
        match _named_ports(profile, direction):
            case NamedPorts.ALL_PORTS:
                return ProtocolIs(port.protocol)
            case NamedPorts.UNION:
                return any_of(compile_port(port), pods.numbers_of(port.port, port.protocol, policy))
            case NamedPorts.GLOBAL:
                return any_of(compile_port(port), pods.numbers_of(port.port, port.protocol))
            case _:
                return compile_port(port)
    if isinstance(port.port, int) and not profile.end_port:
        return all_of(ProtocolIs(port.protocol), PortIn(port.port, port.port))
    return compile_port(port)


def compile_port(port: PolicyPort) -> TrafficSet:
    """The traffic that one item of `ports` admits."""
    protocol = ProtocolIs(port.protocol)
    match port.port:
        case None:
            return protocol
        case str(name):
            return all_of(protocol, PortNamed(name))
        case first:
            return all_of(protocol, PortIn(first, port.end_port or first))
