"""NetworkPolicies against one side of one flow (semantics sections 1.1 to 1.5), read line by line."""

from __future__ import annotations

from npverify.cni import CniProfile
from npverify.reference.selectors import namespace_labels, selects
from npverify.resources import (
    Address,
    Direction,
    Endpoint,
    Flow,
    IPBlock,
    NetworkPolicy,
    Peer,
    PodEndpoint,
    PolicyPort,
    PolicyRule,
)


def applies(policy: NetworkPolicy, pod: PodEndpoint, direction: Direction) -> bool:
    """Section 1.1: the policy is of the pod's namespace, selects it, and lists the direction."""
    return (
        policy.namespace == pod.pod.namespace
        and selects(policy.pod_selector, pod.pod.labels)
        and direction in policy.policy_types
    )


def rule_admits(
    policy: NetworkPolicy, rule: PolicyRule, peer: Endpoint, flow: Flow, profile: CniProfile
) -> bool:
    """Whether the rule admits the flow: its ports AND its peers."""
    return ports_admit(rule, flow) and peers_admit(policy, rule, peer, profile)


def ports_admit(rule: PolicyRule, flow: Flow) -> bool:
    """No ports: every port of every protocol. Otherwise one of them has to match."""
    if not rule.ports:
        return True
    return any(port_admits(port, flow) for port in rule.ports)


def port_admits(port: PolicyPort, flow: Flow) -> bool:
    """Section 1.4: the protocol, and then no port at all, a number, a range, or a name."""
    if port.protocol is not flow.protocol:
        return False
    if port.port is None:
        return True
    if isinstance(port.port, str):
        return _names(port.port, flow)
    if port.end_port is None:
        return flow.port == port.port
    return port.port <= flow.port <= port.end_port


def _names(name: str, flow: Flow) -> bool:
    """A named port resolves on the destination pod, in both directions; what is no pod has none."""
    if not isinstance(flow.destination, PodEndpoint):
        return False
    for container_port in flow.destination.pod.ports:
        if (
            container_port.name == name
            and container_port.protocol is flow.protocol
            and container_port.number == flow.port
        ):
            return True
    return False


def peers_admit(policy: NetworkPolicy, rule: PolicyRule, peer: Endpoint, profile: CniProfile) -> bool:
    """No peers: every source or destination. Otherwise one of them has to match."""
    if not rule.peers:
        return True
    return any(peer_admits(item, policy, peer, profile) for item in rule.peers)


def peer_admits(item: Peer, policy: NetworkPolicy, peer: Endpoint, profile: CniProfile) -> bool:
    """Section 1.3: an ipBlock looks at the address; selectors match pods only, and both must (AND)."""
    if item.ip_block is not None:
        if isinstance(peer, PodEndpoint) and not profile.ip_block_matches_pods:
            return False
        return block_holds(item.ip_block, peer.address)
    if not isinstance(peer, PodEndpoint):
        return False
    if item.namespace_selector is None:
        if peer.pod.namespace != policy.namespace:
            return False
    elif not selects(item.namespace_selector, namespace_labels(peer.namespace)):
        return False
    return item.pod_selector is None or selects(item.pod_selector, peer.pod.labels)


def block_holds(block: IPBlock, address: Address | None) -> bool:
    """Whether the address is in `cidr` and no `except`; families never mix, an unknown address is nowhere."""
    if address is None or address not in block.cidr:
        return False
    return not any(address in excepted for excepted in block.excepts)
