"""How one network plugin reads NetworkPolicies (semantics/cni.md section 1), one concrete flow at a time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from ipaddress import ip_network

from npverify.cni import CniProfile, ExceptMode, NamedPorts
from npverify.reference.network_policy import block_holds, peer_admits, port_admits
from npverify.reference.selectors import namespace_labels, selects
from npverify.resources import (
    Address,
    Direction,
    Endpoint,
    Flow,
    IPBlock,
    NetworkPolicy,
    NodeEndpoint,
    Peer,
    Pod,
    PodEndpoint,
    PolicyPort,
    PolicyRule,
)

EVERY_ADDRESS = (IPBlock(ip_network("0.0.0.0/0")), IPBlock(ip_network("::/0")))
"""What a rule without peers holds."""

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
        if self.profile.except_mode is ExceptMode.MOST_SPECIFIC:
            yield from self._by_table(rules, direction, peer, flow)
            return
        for policy, number, rule in rules:
            if self.rule_admits(policy, rule, direction, peer, flow):
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
        if not block_holds(item.ip_block, peer.address):
            return False
        if self.profile.except_mode is ExceptMode.PER_RULE:
            return not any(
                peer.address in excepted
                for other in rule.peers
                if other.ip_block is not None
                for excepted in other.ip_block.excepts
            )
        return True

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
        if not rule.ports:
            return True
        return any(self._port_admits(port, policy, item, direction, flow) for port in rule.ports)

    def _port_admits(
        self, port: PolicyPort, policy: NetworkPolicy, item: Peer | None, direction: Direction, flow: Flow
    ) -> bool:
        if port.protocol is not flow.protocol:
            return False
        if not isinstance(port.port, str):
            if port.end_port is not None and not self.profile.end_port:
                return flow.port == port.port
            return port_admits(port, flow)
        ingress = direction is Direction.INGRESS
        mode = self.profile.named_ports_ingress if ingress else self.profile.named_ports_egress
        match mode:
            case NamedPorts.ALL_PORTS:
                return True
            case NamedPorts.UNION:
                looked_at = [end.pod for end in self._pods() if self.selects(policy, end.pod)]
            case NamedPorts.GLOBAL:
                looked_at = [end.pod for end in self._pods(with_hosts=True)]
            case NamedPorts.SELECTED_PEERS if item is None or item.ip_block is not None:
                return False
            case NamedPorts.OWN_NAMESPACE if item is None:
                end = flow.destination
                if not isinstance(end, PodEndpoint) or end.pod.namespace != policy.namespace:
                    return False
                looked_at = []
            case _:
                looked_at = []
        return port_admits(port, flow) or any(_calls(pod, port, flow) for pod in looked_at)

    def _pods(self, *, with_hosts: bool = False) -> Iterator[PodEndpoint]:
        return (end for end in self.declared if with_hosts or not end.pod.host_network)

    # The longest prefix ------------------------------------------------------------------------------

    def _by_table(
        self,
        rules: Sequence[tuple[NetworkPolicy, int, PolicyRule]],
        direction: Direction,
        peer: Endpoint,
        flow: Flow,
    ) -> Iterator[tuple[NetworkPolicy, int, PolicyRule]]:
        """Section 1.4: look the peer's address up in the table of all blocks, exceptions and selected pods.

        The narrowest entry that holds it decides. It has the ports of its own rules, and those of every wider
        block that leaves neither it nor a part around it out; an exception that is no block has none.
        """
        deciding = self._deciding_length(rules, peer)
        for policy, number, rule in rules:
            if self._admits_by_table(policy, rule, direction, peer, flow, deciding):
                yield policy, number, rule

    def _deciding_length(
        self, rules: Sequence[tuple[NetworkPolicy, int, PolicyRule]], peer: Endpoint
    ) -> int | None:
        """The length of the entry that decides; None where that is an exception alone."""
        if any(self._is_selected(policy, rule, peer) for policy, _, rule in rules):
            return _HOST
        lengths = [-1]
        refused = [-1]
        for _, _, rule in rules:
            for _, block in _blocks(rule):
                if self._may_match(rule, peer) and _holds(block, peer.address):
                    lengths.append(block.cidr.prefixlen)
                if self._may_match(rule, peer) and peer.address is not None:
                    refused += [network.prefixlen for network in block.excepts if peer.address in network]
        return None if max(refused) > max(lengths) else max(lengths)

    def _admits_by_table(
        self,
        policy: NetworkPolicy,
        rule: PolicyRule,
        direction: Direction,
        peer: Endpoint,
        flow: Flow,
        deciding: int | None,
    ) -> bool:
        selectors = [item for item in rule.peers if item.ip_block is None]
        if any(
            self.peer_admits(item, policy, rule, peer)
            and self.ports_admit(policy, rule, item, direction, flow)
            for item in selectors
        ):
            return True
        if deciding is None or not self._may_match(rule, peer):
            return False
        if not rule.peers:
            return self.ports_admit(policy, rule, None, direction, flow)
        return any(
            block_holds(block, peer.address) and self.ports_admit(policy, rule, item, direction, flow)
            for item, block in _blocks(rule)
        )

    def _is_selected(self, policy: NetworkPolicy, rule: PolicyRule, peer: Endpoint) -> bool:
        return any(
            item.ip_block is None and self.peer_admits(item, policy, rule, peer) for item in rule.peers
        )

    def _may_match(self, rule: PolicyRule, peer: Endpoint) -> bool:
        if not rule.peers:
            return True
        if isinstance(peer, PodEndpoint):
            return self.profile.ip_block_matches_pods
        return self.profile.ip_block_matches_nodes or not isinstance(peer, NodeEndpoint)


_HOST = 129
"""Longer than any prefix that a policy can have: the entry of a selected pod."""


def _blocks(rule: PolicyRule) -> Iterator[tuple[Peer | None, IPBlock]]:
    """The blocks of a rule with their peers; a rule without peers has those of every address."""
    if not rule.peers:
        yield from ((None, block) for block in EVERY_ADDRESS)
    for item in rule.peers:
        if item.ip_block is not None:
            yield item, item.ip_block


def _holds(block: IPBlock, address: Address | None) -> bool:
    return address is not None and address in block.cidr


def _calls(pod: Pod, port: PolicyPort, flow: Flow) -> bool:
    """Whether a pod has that name for the flow's port."""
    return any(
        (own.name, own.protocol, own.number) == (port.port, flow.protocol, flow.port) for own in pod.ports
    )


def _uses_names(policy: NetworkPolicy) -> bool:
    rules = [*policy.rules(Direction.INGRESS), *policy.rules(Direction.EGRESS)]
    return any(isinstance(port.port, str) for rule in rules for port in rule.ports)
