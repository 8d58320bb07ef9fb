"""`networking.k8s.io/v1` NetworkPolicy as rules (semantics/kubernetes.md section 1), as one network plugin
enforces them (semantics/cni.md section 1).

All policies of one direction are one layer of allow rules whose order does not matter; what the policies
select is isolated. Only where all networks of a pod are one table are there denials among them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from npverify.cni import CniProfile, ExceptMode, NamedPorts
from npverify.dialects.one_table import needs_table, table_rules
from npverify.dialects.peers import compile_peer_of, compile_subject
from npverify.dialects.port_names import PortReading, compile_port
from npverify.dialects.stages import Stage, StagedLayer
from npverify.dialects.surroundings import (
    NO_PODS,
    DeclaredPods,
    is_in_force,
    names_a_port,
)
from npverify.dialects.table_entries import contributions, selected_pods
from npverify.resources import (
    Direction,
    NetworkPolicy,
)
from npverify_encodings.model import (
    EVERYTHING,
    NOTHING,
    Action,
    EndpointSet,
    Isolation,
    Kind,
    KindIs,
    Layer,
    NamespaceIs,
    Not,
    Rule,
    TrafficSet,
    all_of,
    any_of,
)

UNSELECTED = "(unselected)"
"""The owner of what isolates pods that no policy selects."""

KIND = "networking.k8s.io/v1/NetworkPolicy"
"""The kind as profiles list it."""

_POD = KindIs(Kind.POD)
_OTHER = {Direction.INGRESS: Direction.EGRESS, Direction.EGRESS: Direction.INGRESS}


def compile_policies(
    policies: Iterable[NetworkPolicy],
    direction: Direction,
    profile: CniProfile,
    pods: DeclaredPods = NO_PODS,
) -> tuple[StagedLayer, ...]:
    """One layer: allow rules in any order; `Rule.owner` and `Isolation.owner` are `namespace/name`.

    Where all networks of a pod are one table, the order of the rules matters, and there may be a second layer
    for what the first one passes on.
    """
    listed = tuple(policies)
    enforced = tuple(policy for policy in listed if _is_enforced(policy, direction, profile))
    if profile.except_mode is ExceptMode.ONE_TABLE:
        rules, passed = _in_one_table(enforced, direction, profile, pods)
    else:
        rules, passed = tuple(_allow_rules(enforced, direction, profile, pods)), ()
    isolated = (
        *(Isolation(str(policy), compile_subject(policy)) for policy in enforced),
        *_unselected(listed, profile),
    )
    layers = [Layer(rules, isolated)]
    if any(rule.action is Action.PASS for rule in rules):
        layers.append(Layer(passed, isolated))
    return tuple(StagedLayer(Stage.NAMESPACED, layer) for layer in layers)


def _allow_rules(
    policies: Iterable[NetworkPolicy], direction: Direction, profile: CniProfile, pods: DeclaredPods
) -> Iterator[Rule]:
    for policy in policies:
        for parts in compile_rules(policy, direction, profile, pods):
            for peer, traffic in parts.matches():
                yield Rule(str(policy), parts.subject, peer, traffic)
        if not profile.directions_apart and _is_enforced(policy, _OTHER[direction], profile):
            yield from _turned_around(policy, direction, profile, pods)


def _turned_around(
    policy: NetworkPolicy, direction: Direction, profile: CniProfile, pods: DeclaredPods
) -> Iterator[Rule]:
    """What the rules of the other direction admit between two pods that the policy selects."""
    for parts in compile_rules(policy, _OTHER[direction], profile, pods):
        for peer, traffic in parts.matches():
            yield Rule(str(policy), all_of(parts.subject, peer), parts.subject, traffic)


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


_LOOKING_AT_PODS = (NamedPorts.SELECTED_PODS, NamedPorts.AGREED, NamedPorts.NAMESPACE_NUMBERS)


def looks_at_pods(profile: CniProfile) -> bool:
    """Whether it depends on the pods that there are what rules match."""
    return profile.host_network_peers or names_are_looked_up(profile)


def names_are_looked_up(profile: CniProfile) -> bool:
    """Whether it depends on other pods than the destination what a port name in a rule comes to."""
    modes = profile.named_ports_ingress, profile.named_ports_egress
    return profile.unresolved_names_open or any(mode in _LOOKING_AT_PODS for mode in modes)


_ADD_UP = (
    NamedPorts.PER_DESTINATION,
    NamedPorts.SELECTED_PODS,
    NamedPorts.AGREED,
    NamedPorts.ALL_PORTS,
)


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
    names_add_up = not profile.unresolved_names_open and all(mode in _ADD_UP for mode in modes)
    if not names_add_up and any(map(names_a_port, listed)):
        return False
    if not profile.directions_apart and any(set(p.policy_types) == set(Direction) for p in listed):
        return False
    return profile.except_mode is ExceptMode.PER_BLOCK or not _needs_order(listed, profile)


def _needs_order(policies: Iterable[NetworkPolicy], profile: CniProfile) -> bool:
    """Whether what an ipBlock admits depends on others."""
    rules = (rule for policy in policies for rule in (*policy.ingress, *policy.egress))
    blocks = [peer.ip_block for rule in rules for peer in rule.peers if peer.ip_block is not None]
    excepts = [network for block in blocks for network in block.excepts]
    if profile.except_mode is ExceptMode.ONE_TABLE:
        return needs_table((block.cidr for block in blocks), excepts)
    return bool(excepts)


@dataclass(frozen=True, slots=True)
class RuleParts:
    """One rule with its items apart; no peers or no ports: everything.

    Where a plugin looks for port names at some peers only, `ports` has no names, and the rule admits
    `named_ports` at the peers `named` besides. `opened` are peers and traffic that it admits where nobody has
    the names of its ports.
    """

    subject: EndpointSet
    peers: tuple[EndpointSet, ...]
    ports: tuple[TrafficSet, ...]

    named: EndpointSet | None = None
    named_ports: tuple[TrafficSet, ...] = ()
    opened: tuple[EndpointSet, TrafficSet] | None = None

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
        if self.opened is not None and self.opened[0] != NOTHING:
            yield self.opened


def compile_rules(
    policy: NetworkPolicy, direction: Direction, profile: CniProfile, pods: DeclaredPods = NO_PODS
) -> tuple[RuleParts, ...]:
    """The rules of one direction, each with its items apart."""
    return tuple(
        _compile_rule(PortReading(policy, rule, direction, profile, pods)) for rule in policy.rules(direction)
    )


def _compile_rule(reading: PortReading) -> RuleParts:
    policy, rule = reading.policy, reading.rule
    peers = (compile_peer_of(rule, p, policy.namespace, reading.profile, reading.pods) for p in rule.peers)
    where = reading.where()
    return RuleParts(
        compile_subject(policy),
        tuple(peers),
        reading.compile(),
        where,
        () if where is None else tuple(compile_port(port) for port in reading.names),
        reading.opened(),
    )


def _in_one_table(
    policies: Sequence[NetworkPolicy], direction: Direction, profile: CniProfile, pods: DeclaredPods
) -> tuple[tuple[Rule, ...], tuple[Rule, ...]]:
    """The rules, and those of what they pass on."""
    rules: list[Rule] = []
    passed: list[Rule] = []
    for _, own in groupby(sorted(policies, key=lambda p: (p.namespace, p.name)), key=lambda p: p.namespace):
        readings = [
            PortReading(policy, rule, direction, profile, pods)
            for policy in own
            for rule in policy.rules(direction)
        ]
        selected = [pods_of_rule for reading in readings for pods_of_rule in selected_pods(reading)]
        found = table_rules(selected, [each for reading in readings for each in contributions(reading)])
        rules += found[0]
        passed += found[1]
    return tuple(rules), tuple(passed)
