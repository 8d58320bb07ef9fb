"""`networking.k8s.io/v1` NetworkPolicy as rules (semantics/kubernetes.md section 1).

All policies of one direction are one layer of allow rules whose order does not matter; what the policies
select is isolated.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from npverify.cni import CniProfile
from npverify.dialects.stages import Stage, StagedLayer
from npverify.resources import (
    Direction,
    IPBlock,
    LabelSelector,
    NetworkPolicy,
    Peer,
    PolicyPort,
)
from npverify_encodings.model import (
    EVERYTHING,
    AddressIn,
    EndpointSet,
    Isolation,
    Kind,
    KindIs,
    LabelOperator,
    LabelRequirement,
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

_POD = KindIs(Kind.POD)


def compile_policies(
    policies: Iterable[NetworkPolicy], direction: Direction, profile: CniProfile
) -> tuple[StagedLayer, ...]:
    """One layer: allow rules in any order; `Rule.owner` and `Isolation.owner` are `namespace/name`."""
    return (StagedLayer(Stage.NAMESPACED, _policy_layer(policies, direction, profile)),)


@dataclass(frozen=True, slots=True)
class RuleParts:
    """One rule with its items apart; no peers or no ports: everything."""

    subject: EndpointSet
    peers: tuple[EndpointSet, ...]
    ports: tuple[TrafficSet, ...]

    def match(self, *, peer: int | None = None, port: int | None = None) -> tuple[EndpointSet, TrafficSet]:
        """The peers and the traffic of the rule, or of one item of it (counted from 0) only."""
        peers = self.peers if peer is None else (self.peers[peer],)
        ports = self.ports if port is None else (self.ports[port],)
        return (any_of(*peers) if peers else EVERYTHING, any_of(*ports) if ports else EVERYTHING)


def compile_subject(policy: NetworkPolicy) -> EndpointSet:
    """The pods that the policy selects."""
    return all_of(_POD, NamespaceIs(policy.namespace), *compile_selector(policy.pod_selector, Scope.POD))


def compile_rules(policy: NetworkPolicy, direction: Direction, profile: CniProfile) -> tuple[RuleParts, ...]:
    """The rules of one direction, each with its items apart."""
    subject = compile_subject(policy)
    return tuple(
        RuleParts(
            subject,
            tuple(compile_peer(peer, policy.namespace, profile) for peer in rule.peers),
            tuple(compile_port(port) for port in rule.ports),
        )
        for rule in policy.rules(direction)
    )


def _policy_layer(policies: Iterable[NetworkPolicy], direction: Direction, profile: CniProfile) -> Layer:
    rules: list[Rule] = []
    isolated: list[Isolation] = []
    for policy in policies:
        if direction in policy.policy_types:
            isolated.append(Isolation(str(policy), compile_subject(policy)))
            for parts in compile_rules(policy, direction, profile):
                peer, traffic = parts.match()
                rules.append(Rule(str(policy), parts.subject, peer, traffic))
    return Layer(tuple(rules), tuple(isolated))


def compile_peer(peer: Peer, namespace: str, profile: CniProfile) -> EndpointSet:
    """The endpoints that one item of `from` or `to` selects, in a policy of the given namespace."""
    if peer.ip_block is not None:
        block = compile_ip_block(peer.ip_block)
        return block if profile.ip_block_matches_pods else all_of(Not(_POD), block)
    terms: list[EndpointSet] = [_POD]
    if peer.namespace_selector is None:
        terms.append(NamespaceIs(namespace))
    else:
        terms.extend(compile_selector(peer.namespace_selector, Scope.NAMESPACE))
    if peer.pod_selector is not None:
        terms.extend(compile_selector(peer.pod_selector, Scope.POD))
    return all_of(*terms)


def compile_ip_block(block: IPBlock) -> EndpointSet:
    """The addresses of the block that are in none of its exceptions."""
    return all_of(AddressIn(block.cidr), *(Not(AddressIn(network)) for network in block.excepts))


def compile_selector(selector: LabelSelector, scope: Scope) -> tuple[LabelRequirement, ...]:
    """The requirements of a selector, to be met together."""
    return tuple(
        LabelRequirement(scope, requirement.key, LabelOperator(requirement.operator), requirement.values)
        for requirement in selector.requirements
    )


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
