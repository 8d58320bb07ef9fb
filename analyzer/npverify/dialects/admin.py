"""Admin policies as ordered rules (semantics/kubernetes.md section 3).

Each tier is one layer: policies by priority, the rules of each in their order, and the first that matches
decides. What none matches falls through, so nothing is isolated.

Policies of one tier and priority have no order. They come by name, unless an open fact says that one of them
goes first: whichever matches can then be the first that does. Where there are three or more, a second fact
says which comes next: any two can then be the first that match, one at each end of a flow.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from ipaddress import ip_network
from itertools import groupby

from npverify.dialects.stages import Stage, StagedLayer
from npverify.dialects.surroundings import compile_selector
from npverify.resources import (
    AdminAction,
    AdminPeer,
    AdminPolicy,
    AdminPort,
    AdminRule,
    Direction,
    LabelSelector,
    Network,
    Node,
    PodSet,
    Tier,
)
from npverify_encodings.model import (
    EVERYTHING,
    NOTHING,
    Action,
    AddressIn,
    Condition,
    EndpointSet,
    Kind,
    KindIs,
    Layer,
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

TIE = "tie-"
"""Start of the names of the open facts about the order of a tie: `tie-first:KIND/NAME`, `tie-second:…`."""
KINDS = {
    "ClusterNetworkPolicy": "policy.networking.k8s.io/v1alpha2/ClusterNetworkPolicy",
    "AdminNetworkPolicy": "policy.networking.k8s.io/v1alpha1/AdminNetworkPolicy",
    "BaselineAdminNetworkPolicy": "policy.networking.k8s.io/v1alpha1/BaselineAdminNetworkPolicy",
}
"""The kinds as profiles list them."""

_POD = KindIs(Kind.POD)
_ACTIONS = {
    AdminAction.ACCEPT: Action.ALLOW,
    AdminAction.DENY: Action.DENY,
    AdminAction.PASS: Action.PASS,
}
_STAGES = {Tier.ADMIN: Stage.ADMIN, Tier.BASELINE: Stage.BASELINE}


@dataclass(frozen=True, slots=True)
class AdminPolicies:
    """Admin policies with what they refer to: the nodes of the input, and the networks of domain names."""

    policies: tuple[AdminPolicy, ...] = ()
    nodes: tuple[Node, ...] = ()
    resolved: Mapping[str, tuple[Network, ...]] = field(default_factory=dict)

    def of_kinds(self, kinds: Sequence[str] | None) -> AdminPolicies:
        """Those of some kinds, written `apiVersion/kind` (None: all of them)."""
        if kinds is None:
            return self
        own = tuple(policy for policy in self.policies if KINDS[policy.kind] in kinds)
        return replace(self, policies=own)


NO_ADMIN_POLICIES = AdminPolicies()


def owner_of(policy: AdminPolicy) -> str:
    """The name of the policy in the rule model, which no NetworkPolicy has."""
    return f"{policy.kind} {policy.name}"


def goes_first(policy: AdminPolicy) -> Condition:
    """The open fact that a policy comes before the others of its tier and priority."""
    return Condition(
        f"{TIE}first:{policy.kind}/{policy.name}",
        f"{owner_of(policy)} comes before the other {policy.tier} policies of priority {policy.priority}",
        f"{owner_of(policy)} comes after another {policy.tier} policy of priority {policy.priority}",
    )


def goes_second(policy: AdminPolicy) -> Condition:
    """The open fact that a policy comes before those of its tier and priority that do not go first."""
    others = f"other {policy.tier} policies of priority {policy.priority} but the first"
    return Condition(
        f"{TIE}second:{policy.kind}/{policy.name}",
        f"{owner_of(policy)} comes before the {others}",
        f"{owner_of(policy)} does not come before all {others}",
    )


def resolves_to(name: str) -> Condition:
    """The open fact that a domain name stands for the address outside that a flow goes to."""
    return Condition(
        f"domain:{name}",
        f"the destination is an address of {name}",
        f"the destination is no address of {name}",
    )


def compile_admin(admin: AdminPolicies, direction: Direction) -> tuple[StagedLayer, ...]:
    """A layer for each tier that has rules for the direction; `Rule.owner` is `kind name`."""
    layers = []
    for tier, stage in _STAGES.items():
        rules = tuple(_rules_of_tier(tier, direction, admin))
        if rules:
            layers.append(StagedLayer(stage, Layer(rules)))
    return tuple(layers)


def tie_groups(policies: Iterable[AdminPolicy], direction: Direction) -> Iterator[tuple[AdminPolicy, ...]]:
    """The policies of one tier and priority, where there are several that do different things."""
    own = (policy for policy in policies if policy.rules(direction))
    for group in _by_priority(own):
        actions = {_effective_action(rule) for policy in group for rule in policy.rules(direction)}
        if len(group) > 1 and len(actions - {None}) > 1:
            yield group


def _effective_action(rule: AdminRule) -> AdminAction | None:
    """What a rule does to what it matches; None where it fails closed and matches nothing."""
    if not rule.fails_closed:
        return rule.action
    return None if rule.action is AdminAction.ACCEPT else AdminAction.DENY


def _by_priority(policies: Iterable[AdminPolicy]) -> Iterator[tuple[AdminPolicy, ...]]:
    for _, group in groupby(sorted(policies, key=_rank), key=lambda policy: _rank(policy)[:2]):
        yield tuple(group)


def _rank(policy: AdminPolicy) -> tuple[Tier, int, str, str]:
    return policy.tier, policy.priority, policy.name, policy.kind


def _rules_of_tier(tier: Tier, direction: Direction, admin: AdminPolicies) -> Iterator[Rule]:
    own = [policy for policy in admin.policies if policy.tier is tier]
    tied = {group[0].priority for group in tie_groups(own, direction)}
    for group in _by_priority(own):
        if group[0].priority in tied:
            for policy, fact in _early_places(group):
                yield from _rules(policy, direction, admin, fact)
        for policy in group:
            yield from _rules(policy, direction, admin)


def _early_places(group: Sequence[AdminPolicy]) -> Iterator[tuple[AdminPolicy, Condition]]:
    """The policies of a tie ahead of their order by name, each with the fact that puts it there.

    INVARIANT: the facts come from all policies of the tie, whatever directions these have rules for, since
    both directions, and the reference evaluator, share them.
    """
    if len(group) == 2:
        yield group[1], goes_first(group[1])
        return
    yield from ((policy, goes_first(policy)) for policy in group)
    yield from ((policy, goes_second(policy)) for policy in group)


def _rules(
    policy: AdminPolicy, direction: Direction, admin: AdminPolicies, *facts: Condition
) -> Iterator[Rule]:
    for rule in policy.rules(direction):
        yield from compile_admin_rule(policy, rule, admin, *facts)


def compile_admin_rule(
    policy: AdminPolicy, rule: AdminRule, admin: AdminPolicies, *facts: Condition
) -> Iterator[Rule]:
    """The rule: one for all peers that are sets of endpoints, and one for each open domain name."""
    effective = _effective_action(rule)
    if effective is None:
        return
    owner, subject, action = owner_of(policy), compile_pods(policy.subject), _ACTIONS[effective]
    if rule.fails_closed:
        yield Rule(owner, subject, EVERYTHING, EVERYTHING, action, facts)
        return
    traffic = any_of(*map(compile_admin_port, rule.ports)) if rule.ports else EVERYTHING
    peer = any_of(*(compile_admin_peer(peer, admin) for peer in rule.peers))
    if peer != NOTHING:
        yield Rule(owner, subject, peer, traffic, action, facts)
    for name in _open_names(rule, admin):
        outside = KindIs(Kind.EXTERNAL)
        yield Rule(owner, subject, outside, traffic, action, (*facts, resolves_to(name)))


def _open_names(rule: AdminRule, admin: AdminPolicies) -> Iterator[str]:
    """The domain names of which nobody has said what they resolve to.

    A name with a star stays open where only names below it are resolved: there may be others.
    """
    for peer in rule.peers:
        for name in peer.domain_names:
            if name not in admin.resolved:
                yield name


def _resolved(name: str, resolved: Mapping[str, tuple[Network, ...]]) -> tuple[Network, ...]:
    """The networks of a name; of `*.suffix`, those of every name below the suffix."""
    if not name.startswith("*."):
        return resolved.get(name, ())
    suffix = name.removeprefix("*")
    below = [other for other in resolved if other == name or other.endswith(suffix)]
    return tuple(network for other in below for network in resolved[other])


def compile_pods(pods: PodSet) -> EndpointSet:
    """The pods that meet both selectors."""
    return all_of(
        _POD,
        *compile_selector(pods.namespace_selector, Scope.NAMESPACE),
        *compile_selector(pods.pod_selector, Scope.POD),
    )


def compile_admin_peer(peer: AdminPeer, admin: AdminPolicies) -> EndpointSet:
    """The endpoints that one item of `from` or `to` selects; open domain names are left out."""
    parts: list[EndpointSet] = []
    if peer.pods is not None:
        parts.append(compile_pods(peer.pods))
    parts += [AddressIn(network) for network in peer.networks]
    if peer.nodes is not None:
        parts.append(_compile_nodes(peer.nodes, admin.nodes))
    parts += [AddressIn(network) for name in peer.domain_names for network in _resolved(name, admin.resolved)]
    return any_of(*parts)


def _compile_nodes(selector: LabelSelector, nodes: Iterable[Node]) -> EndpointSet:
    """The nodes that meet a selector, by their addresses; an empty one is met by those nobody knows, too."""
    if not selector.requirements:
        return KindIs(Kind.NODE)
    requirements = compile_selector(selector, Scope.POD)
    addresses = [
        address
        for node in nodes
        if all(requirement.admits(node.labels.get(requirement.key)) for requirement in requirements)
        for address in node.addresses
    ]
    return all_of(Not(_POD), any_of(*(AddressIn(ip_network(str(address))) for address in addresses)))


def compile_admin_port(port: AdminPort) -> TrafficSet:
    """The traffic that one item of `protocols` matches; a named port brings its own protocol."""
    if port.name is not None:
        return PortNamed(port.name)
    parts: list[TrafficSet] = [] if port.protocol is None else [ProtocolIs(port.protocol)]
    if port.first is not None:
        parts.append(PortIn(port.first, port.last or port.first))
    return all_of(*parts)
