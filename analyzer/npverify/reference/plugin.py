"""How one network plugin reads NetworkPolicies (semantics/cni.md section 1), one concrete flow at a time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from ipaddress import ip_network

from npverify.cni import CniProfile, ExceptMode, NamedPorts
from npverify.reference.blocks import (
    EVERY_ADDRESS,
    Contribution,
    RuleSource,
    cidr_holds,
    deciding,
    networks_of,
    one_set_holds,
)
from npverify.reference.network_policy import block_holds, peer_admits, port_admits
from npverify.reference.port_names import PortNames
from npverify.reference.selectors import namespace_labels, selects
from npverify.resources import (
    Direction,
    Endpoint,
    Flow,
    Network,
    NetworkPolicy,
    NodeEndpoint,
    Peer,
    Pod,
    PodEndpoint,
    PolicyPort,
    PolicyRule,
)

KIND = "networking.k8s.io/v1/NetworkPolicy"
"""The kind as profiles list it."""

ADMIN_KINDS = {
    "ClusterNetworkPolicy": "policy.networking.k8s.io/v1alpha2/ClusterNetworkPolicy",
    "AdminNetworkPolicy": "policy.networking.k8s.io/v1alpha1/AdminNetworkPolicy",
    "BaselineAdminNetworkPolicy": "policy.networking.k8s.io/v1alpha1/BaselineAdminNetworkPolicy",
}
"""The kinds of admin policies as profiles list them."""


@dataclass(frozen=True, slots=True)
class Plugin:
    """A network plugin with the pods of the input, hostNetwork ones included, that it may look at."""

    profile: CniProfile
    declared: Sequence[PodEndpoint] = ()

    # Which policies there are ------------------------------------------------------------------------

    def enforces(self, policy: NetworkPolicy, direction: Direction) -> bool:
        """Whether the policy says anything about a direction, to this plugin."""
        profile = self.profile
        if not profile.enforces or (profile.kinds is not None and KIND not in profile.kinds):
            return False
        names = NamedPorts.REJECT_POLICY in (profile.named_ports_ingress, profile.named_ports_egress)
        if names and _uses_names(policy):
            return False
        if direction in policy.policy_types:
            return True
        return not profile.policy_types and len(policy.rules(direction)) > 0

    def selects(self, policy: NetworkPolicy, pod: Pod) -> bool:
        """Whether the policy is about the pod."""
        return policy.namespace == pod.namespace and selects(policy.pod_selector, pod.labels)

    # What a rule admits ------------------------------------------------------------------------------

    def admitting(
        self, policies: Sequence[NetworkPolicy], direction: Direction, peer: Endpoint, flow: Flow
    ) -> Iterator[tuple[NetworkPolicy, int, PolicyRule]]:
        """The rules, numbered from 1, that admit a flow of a pod which all of these policies isolate."""
        rules = [
            (policy, number, rule)
            for policy in policies
            for number, rule in enumerate(policy.rules(direction), start=1)
        ]
        if self.profile.except_mode is ExceptMode.ONE_TABLE and peer.address is not None:
            yield from self._by_networks(rules, direction, peer, flow)
            return
        for policy, number, rule in rules:
            if self.rule_admits(policy, rule, direction, peer, flow):
                yield policy, number, rule
        if not self.profile.directions_apart and self.profile.except_mode is not ExceptMode.ONE_TABLE:
            yield from self._of_the_other_direction(policies, direction, peer, flow)

    def _of_the_other_direction(
        self, policies: Sequence[NetworkPolicy], direction: Direction, peer: Endpoint, flow: Flow
    ) -> Iterator[RuleSource]:
        """docs/cni-sources.md, K5: the rules of the other direction, of policies that have both and select
        both ends.
        """
        if not isinstance(peer, PodEndpoint):
            return
        leaving = direction is Direction.EGRESS
        other, pod = (Direction.INGRESS, flow.source) if leaving else (Direction.EGRESS, flow.destination)
        for policy in policies:
            if self.enforces(policy, other) and self.selects(policy, peer.pod):
                for number, rule in enumerate(policy.rules(other), start=1):
                    if self.rule_admits(policy, rule, other, pod, flow):
                        yield policy, number, rule

    def rule_admits(
        self, policy: NetworkPolicy, rule: PolicyRule, direction: Direction, peer: Endpoint, flow: Flow
    ) -> bool:
        """Whether some peer of the rule is this one, and some port of it admits the flow there."""
        if not rule.peers:
            return self.ports_admit(policy, rule, None, direction, flow)
        return any(
            self.peer_admits(item, policy, rule, peer)
            and self.ports_admit(policy, rule, item, direction, flow)
            for item in rule.peers
        )

    def peer_admits(self, item: Peer, policy: NetworkPolicy, rule: PolicyRule, peer: Endpoint) -> bool:
        """Whether one peer of a rule is this endpoint."""
        if item.ip_block is None:
            return peer_admits(item, policy, peer, self.profile) or self._is_host(item, policy, peer)
        if isinstance(peer, PodEndpoint) and not self.profile.ip_block_matches_pods:
            return False
        if isinstance(peer, NodeEndpoint) and not self.profile.ip_block_matches_nodes:
            return False
        any_ipv6 = self.profile.any_ipv6_block
        if not cidr_holds(item.ip_block, peer.address, any_ipv6=any_ipv6):
            return False
        if self.profile.except_mode is ExceptMode.ONE_SET:
            blocks = (other.ip_block for other in rule.peers if other.ip_block is not None)
            return one_set_holds(blocks, peer.address, any_ipv6=any_ipv6)
        return block_holds(item.ip_block, peer.address)

    def _is_host(self, item: Peer, policy: NetworkPolicy, peer: Endpoint) -> bool:
        """Whether the endpoint is the node of a hostNetwork pod that the selectors of a peer select."""
        if not self.profile.host_network_peers or not isinstance(peer, NodeEndpoint):
            return False
        for end in self.declared:
            if end.pod.host_network and peer.address in (end.pod.addresses or end.pod.node_addresses):
                if item.namespace_selector is None:
                    is_there = end.pod.namespace == policy.namespace
                else:
                    is_there = selects(item.namespace_selector, namespace_labels(end.namespace))
                if is_there and (item.pod_selector is None or selects(item.pod_selector, end.pod.labels)):
                    return True
        return False

    # Ports -------------------------------------------------------------------------------------------

    def ports_admit(
        self, policy: NetworkPolicy, rule: PolicyRule, item: Peer | None, direction: Direction, flow: Flow
    ) -> bool:
        """Whether a port of the rule admits the flow at one of its peers (None: the rule has no peers)."""
        if not rule.ports or self._names.opens_everything(policy, rule, item, direction, flow):
            return True
        return any(self._port_admits(port, policy, item, direction, flow) for port in rule.ports)

    def _port_admits(
        self, port: PolicyPort, policy: NetworkPolicy, item: Peer | None, direction: Direction, flow: Flow
    ) -> bool:
        if port.protocol is not flow.protocol:
            return False
        if isinstance(port.port, str):
            return self._names.admits(port, policy, item, direction, flow)
        if port.end_port is not None and not self.profile.end_port:
            return flow.port == port.port
        return port_admits(port, flow)

    @property
    def _names(self) -> PortNames:
        return PortNames(self.profile, self.declared)

    # One table of networks ----------------------------------------------------------------------------

    def _by_networks(
        self, rules: Sequence[RuleSource], direction: Direction, peer: Endpoint, flow: Flow
    ) -> Iterator[RuleSource]:
        """docs/cni-sources.md, A3: the rules that the entry which holds the peer's address has."""
        assert peer.address is not None
        found = tuple(self._contributions(rules, direction, peer, flow))
        admitting = [each.rule for each in deciding(found, peer.address) if each.admits]
        yield from (rule for rule in rules if any(rule is each for each in admitting))

    def _contributions(
        self, rules: Sequence[RuleSource], direction: Direction, peer: Endpoint, flow: Flow
    ) -> Iterator[Contribution]:
        for source in rules:
            policy, _, rule = source
            for item in rule.peers or (None,):
                if not self._names.is_listed(policy, rule, item, direction, flow):
                    continue
                admits = self.ports_admit(policy, rule, item, direction, flow)
                for network, excepts in self._networks(policy, rule, item, peer):
                    yield Contribution(source, network, excepts, admits)

    def _networks(
        self, policy: NetworkPolicy, rule: PolicyRule, item: Peer | None, peer: Endpoint
    ) -> Iterator[tuple[Network, tuple[Network, ...]]]:
        """The networks of one peer of a rule that matter for an endpoint, with their exceptions."""
        if item is None:
            yield from ((block.cidr, ()) for block in EVERY_ADDRESS)
        elif item.ip_block is None:
            if self.peer_admits(item, policy, rule, peer):
                yield ip_network(str(peer.address)), ()
        elif self._may_match(peer):
            for network in networks_of(item.ip_block.cidr, any_ipv6=self.profile.any_ipv6_block):
                yield network, item.ip_block.excepts

    def _may_match(self, peer: Endpoint) -> bool:
        """Whether an ipBlock can match the endpoint."""
        if isinstance(peer, PodEndpoint):
            return self.profile.ip_block_matches_pods
        return self.profile.ip_block_matches_nodes or not isinstance(peer, NodeEndpoint)


def _uses_names(policy: NetworkPolicy) -> bool:
    rules = [*policy.rules(Direction.INGRESS), *policy.rules(Direction.EGRESS)]
    return any(isinstance(port.port, str) for rule in rules for port in rule.ports)
