"""Where a cluster's name servers may be, as far as policies can tell."""

from __future__ import annotations

from collections.abc import Sequence
from ipaddress import ip_address, ip_network

from npverify.cni import limits_of
from npverify.lint.blocks import PRIVATE, left_of
from npverify.lint.context import Context
from npverify.lint.extent import PLATFORM_NAMESPACES
from npverify.questions.selections import DeclaredPod
from npverify.reference.network_policy import block_holds
from npverify.reference.selectors import namespace_labels, selects
from npverify.resources import (
    METADATA_NAME,
    Address,
    IPBlock,
    LabelSelector,
    Namespace,
    NetworkPolicy,
    Operator,
    Peer,
    PolicyPort,
    PolicyRule,
    Protocol,
    Requirement,
)

OPENSHIFT = "openshift-dns"
NODE_LOCAL_ADDRESS = ip_address("169.254.20.10")
_LINK_LOCAL = ip_network("169.254.0.0/16")

_PORTS = (53, 5353)
_OPENSHIFT_PORTS = (5353,)
"""What OpenShift's DNS pods listen on, behind port 53 of their Service."""

_NARROWEST = {4: 24, 6: 112}
_MOST_PORTS = 1000
_DNS_LABELS = ("kube-dns", "coredns")
_NODE_LOCAL = "node-local-dns"


def is_dns_pod(declared: DeclaredPod) -> bool:
    """Whether a declared pod is one of the cluster's name servers, by its label or its port."""
    pod = declared.pod
    return pod.labels.get("k8s-app") in _DNS_LABELS or any(
        port.number in _PORTS and port.protocol is Protocol.UDP and "dns" in (port.name or "dns")
        for port in pod.ports
    )


def node_local_dns(context: Context) -> DeclaredPod | None:
    """The pods of NodeLocal DNS, which run on every node in its network; None where it is not declared."""
    return next((d for d in context.host_network_pods if d.pod.labels.get("k8s-app") == _NODE_LOCAL), None)


def is_for_openshift(rule: PolicyRule) -> bool:
    """Whether all that a rule admits is in the namespace of OpenShift's name servers."""
    return bool(rule.peers) and all(
        peer.namespace_selector is not None
        and any(
            (r.key, r.operator, r.values) == (METADATA_NAME, Operator.IN, (OPENSHIFT,))
            for r in peer.namespace_selector.requirements
        )
        for peer in rule.peers
    )


def name_server_ports(context: Context, protocol: Protocol) -> tuple[int, ...]:
    """Where the cluster's name servers listen, if the input shows that; empty where a policy may also see
    another port: that of their Service, or of NodeLocal DNS.
    """
    if limits_of(context.settings.profile).sees_cluster_ips or node_local_dns(context) is not None:
        return ()
    servers = [
        declared
        for declared in context.pods
        if is_dns_pod(declared)
        and (declared.pod.labels.get("k8s-app") in _DNS_LABELS or declared.pod.namespace == OPENSHIFT)
    ]
    numbers = [_dns_numbers(declared, protocol) for declared in servers]
    return tuple(sorted(set().union(*numbers))) if numbers and all(numbers) else ()


def _dns_numbers(declared: DeclaredPod, protocol: Protocol) -> set[int]:
    """The ports of a name server that are for DNS, by their name or their number."""
    return {
        port.number
        for port in declared.pod.ports
        if port.protocol is protocol and (port.number in _PORTS or "dns" in (port.name or ""))
    }


def dns_port(rule: PolicyRule, protocol: Protocol, listening: Sequence[int] = ()) -> PolicyPort | None:
    """The item of `ports` that is written for DNS: it names its port, or a small range around it.

    `listening` are the ports on which the name servers listen, where that is known.
    """
    numbers = listening or (_OPENSHIFT_PORTS if is_for_openshift(rule) else _PORTS)
    for port in rule.ports:
        if port.protocol is protocol and port.port is not None and _is_for_dns(port, numbers):
            return port
    return None


def _is_for_dns(port: PolicyPort, numbers: Sequence[int]) -> bool:
    if not isinstance(port.port, int):
        return port.port is not None and ("dns" in port.port or port.port == "domain")
    end = port.end_port or port.port
    return end - port.port < _MOST_PORTS and any(port.port <= number <= end for number in numbers)


def holds_dns_port(rule: PolicyRule, protocol: Protocol) -> bool:
    """Whether a rule admits the port of DNS among many others."""
    return not rule.ports or any(
        port.protocol is protocol
        and (port.port is None or (isinstance(port.port, int) and port.port <= 53 <= (port.end_port or 0)))
        for port in rule.ports
    )


def may_hold_dns(peer: Peer, policy: NetworkPolicy, context: Context) -> bool:
    """Whether a peer of an egress rule may admit a name server, declared or not."""
    if peer.ip_block is not None:
        is_likely = matches_name_servers(context) and _block_may_hold_dns(peer.ip_block, context)
    else:
        is_likely = _namespace_may_hold_dns(peer, policy, context) and _may_select_dns(peer.pod_selector)
    return is_likely or any(is_dns_pod(declared) for declared in context.admitted_pods(peer, policy))


def matches_name_servers(context: Context) -> bool:
    """Whether an ipBlock may match a name server of the cluster under the network plugin."""
    profile = context.settings.profile
    on_nodes = profile.ip_block_matches_nodes and node_local_dns(context) is not None
    return profile.ip_block_matches_pods or on_nodes


def is_for_blocked_dns(rule: PolicyRule, context: Context) -> bool:
    """Whether a rule admits the name servers of the cluster by blocks only, which never match them."""
    blocks = [peer.ip_block for peer in rule.peers if peer.ip_block is not None]
    return (
        bool(blocks)
        and len(blocks) == len(rule.peers)
        and not matches_name_servers(context)
        and any(_block_may_hold_dns(block, context) for block in blocks)
    )


def _block_may_hold_dns(block: IPBlock, context: Context) -> bool:
    """Whether it holds the address of NodeLocal DNS, of a DNS Service, or a good part of where pods live."""
    known: list[Address] = []
    if block.cidr.prefixlen >= _LINK_LOCAL.prefixlen or node_local_dns(context) is not None:
        known.append(NODE_LOCAL_ADDRESS)
    for name in PLATFORM_NAMESPACES:
        for service in context.services.of_namespace(name):
            if any(port.port == 53 for port in service.ports):
                known += service.cluster_addresses
    if any(block_holds(block, address) for address in known):
        return True
    where_pods_live = context.settings.pod_cidrs or PRIVATE
    return block.cidr.prefixlen <= _NARROWEST[block.cidr.version] and any(
        left_of(block, network) is not None for network in where_pods_live
    )


def _namespace_may_hold_dns(peer: Peer, policy: NetworkPolicy, context: Context) -> bool:
    """Whether a peer may be about a namespace where name servers usually run; the labels of one that the
    input does not declare may be any.
    """
    if peer.namespace_selector is None:
        return policy.namespace in PLATFORM_NAMESPACES
    return any(
        _may_be_met(peer.namespace_selector, _namespace(name, context)) for name in PLATFORM_NAMESPACES
    )


def _namespace(name: str, context: Context) -> Namespace:
    return context.inventory.namespaces.get(name) or Namespace(name, {METADATA_NAME: name}, declared=False)


def _may_be_met(selector: LabelSelector, namespace: Namespace) -> bool:
    if namespace.declared:
        return selects(selector, namespace_labels(namespace))
    own = tuple(r for r in selector.requirements if r.key == METADATA_NAME)
    return selects(LabelSelector(own), namespace_labels(namespace))


def _may_select_dns(selector: LabelSelector | None) -> bool:
    """Whether whatever the selector asks for speaks of DNS."""
    return selector is None or all(map(_may_be_of_dns, selector.requirements))


def _may_be_of_dns(requirement: Requirement) -> bool:
    if requirement.operator in (Operator.NOT_IN, Operator.DOES_NOT_EXIST):
        return True
    return any("dns" in word for word in (requirement.key, *requirement.values))
