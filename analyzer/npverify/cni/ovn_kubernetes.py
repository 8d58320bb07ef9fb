"""OVN-Kubernetes; read in release 1.3.0."""

from __future__ import annotations

from collections.abc import Mapping

from npverify.cni.kinds import ADMIN_NETWORK_POLICIES, NETWORK_POLICY
from npverify.cni.plugin import LISTED, Choice, Plugin, Remark, code, documented, inferred
from npverify.cni.profile import NamedPorts, OwnNodeEgress, OwnNodeIngress, SelfService
from npverify.cni.topics import (
    CLUSTER_IP,
    ESTABLISHED,
    HOST_PODS,
    ICMP,
    ITSELF,
    LIMITS,
    NEW_PODS,
    OTHER_KINDS,
)

_GRESS = "ovn-org/ovn-kubernetes go-controller/pkg/ovn/gress_policy.go"


def _facts(choice: Choice) -> Mapping[str, object]:
    assert choice is not None
    return {
        "named_ports_ingress": NamedPorts.ALL_PORTS,
        "named_ports_egress": NamedPorts.ALL_PORTS,
        "own_node_ingress": OwnNodeIngress.ALWAYS,
        "own_node_egress": OwnNodeEgress.POLICY,
        "self_service_egress": SelfService.ALWAYS,
        "self_service_ingress": SelfService.ALWAYS,
        "kinds": (NETWORK_POLICY, *ADMIN_NETWORK_POLICIES),
    }


OVN_KUBERNETES = Plugin(
    "ovn-kubernetes",
    "OVN-Kubernetes",
    "1.3.0",
    _facts,
    {
        "enforces": LISTED,
        "kinds": documented("ovn-kubernetes: ANP and BANP are on by default"),
        "policy_types": LISTED,
        "ip_block_matches_pods": LISTED,
        "ip_block_matches_nodes": LISTED,
        "except_mode": code(f"{_GRESS}: the exception stands in the match of its block"),
        "named_ports_ingress": code(f"{_GRESS} lines 118-120: a name becomes port 0; ovn-kubernetes#2117"),
        "named_ports_egress": code(f"{_GRESS} lines 118-120: a name becomes port 0; ovn-kubernetes#2117"),
        "end_port": LISTED,
        "sctp": LISTED,
        "families": LISTED,
        "host_network_peers": LISTED,
        "own_node_ingress": documented("ovn-kubernetes docs acls.md: the management port is always allowed"),
        "own_node_egress": LISTED,
        "self_service_egress": documented("ovn-kubernetes docs acls.md: hairpin ACLs"),
        "self_service_ingress": documented("ovn-kubernetes docs acls.md: hairpin ACLs"),
    },
    remarks=(
        Remark(
            CLUSTER_IP,
            "the backend, after load balancing: OpenShift's DNS has to be allowed on port 5353",
            documented("ovn-kubernetes docs acls.md"),
        ),
        Remark(ITSELF, "not subject to policies", LISTED),
        Remark(HOST_PODS, "never restricted", LISTED),
        Remark(ICMP, "denied, unless allow-icmp-network-policy is set", code("config.go lines 549 and 1340")),
        Remark(ESTABLISHED, "continue", inferred("not checked on a cluster")),
        Remark(NEW_PODS, "mostly denied", inferred("not checked on a cluster")),
        Remark(
            OTHER_KINDS,
            "EgressFirewall of k8s.ovn.org, looked at after NetworkPolicies; npverify does not model it yet",
            documented("ovn-kubernetes: egress firewall"),
        ),
        Remark(
            LIMITS,
            "a policy with the annotation for stateless rules does not allow replies by itself; npverify "
            "takes replies to be allowed",
            documented("ovn-kubernetes: stateless network policies"),
        ),
        Remark(
            LIMITS, "old releases keep an exception from other rules as well", code(f"{_GRESS}: drop ACLs")
        ),
    ),
    is_versioned=True,
)
