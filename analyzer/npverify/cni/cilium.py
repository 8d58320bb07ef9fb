"""Cilium; read in its main branch of 2026-08-17 (release line 1.20)."""

from __future__ import annotations

from collections.abc import Mapping

from npverify.cni.kinds import CLUSTER_NETWORK_POLICY, NETWORK_POLICY
from npverify.cni.plugin import LISTED, Choice, Plugin, PluginOption, Remark, code, documented, reported
from npverify.cni.profile import NamedPorts, OwnNodeEgress, OwnNodeIngress, Sctp, SelfService
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

_MATCH = "cilium/cilium pkg/policy/types/selector.go, CIDRSelector.Matches"
_FIRST_WITH_KCNP = _FIRST_MATCHING_PODS = (1, 20)


def _facts(choice: Choice) -> Mapping[str, object]:
    matched = choice.words["cidr-match-mode"].split("+")
    is_old = choice.is_before(*_FIRST_WITH_KCNP)
    has_cluster_policies = choice.is_on("cluster-network-policy") and not is_old
    return {
        "ip_block_matches_pods": "pods" in matched and not choice.is_before(*_FIRST_MATCHING_PODS),
        "ip_block_matches_nodes": "nodes" in matched,
        "named_ports_egress": NamedPorts.AGREED if is_old else NamedPorts.PER_DESTINATION,
        "sctp": Sctp.ENFORCED if choice.is_on("sctp") else Sctp.DROPPED,
        "own_node_ingress": OwnNodeIngress.ALWAYS,
        "own_node_egress": OwnNodeEgress.POLICY,
        "policy_types": choice.is_on("policy-types-fixed"),
        "self_service_egress": SelfService.ALWAYS,
        "self_service_ingress": SelfService.ALWAYS,
        "kinds": (NETWORK_POLICY, *((CLUSTER_NETWORK_POLICY,) if has_cluster_policies else ())),
    }


_EVIDENCE = {
    "enforces": code("cilium/cilium pkg/k8s/network_policy.go"),
    "kinds": code("cilium/cilium pkg/k8s/cluster_network_policy.go: from 1.20, with a flag"),
    "policy_types": reported("cilium/cilium#48703 (2026-09-14); network_policy.go lines 236-285"),
    "ip_block_matches_pods": code(f"{_MATCH}; Documentation/security/policy/layer3.rst"),
    "ip_block_matches_nodes": code(f"{_MATCH}; Documentation/security/policy/layer3.rst"),
    "except_mode": code("cilium/cilium pkg/policy/types/selector.go: an exception belongs to its own rule"),
    "named_ports_ingress": code("cilium/cilium pkg/policy: the ports of the endpoint itself"),
    "named_ports_egress": code(
        "cilium/cilium pkg/types/portmap.go, GetNamedPort: one number of all pods, or none (cilium#12567); "
        "commits 234112b0e0, 10757e0e58: by destination from 1.20"
    ),
    "end_port": LISTED,
    "sctp": code("cilium/cilium bpf/lib/conntrack.h: without ENABLE_SCTP, DROP_CT_UNKNOWN_PROTO"),
    "families": LISTED,
    "host_network_peers": LISTED,
    "own_node_ingress": code("cilium/cilium pkg/policy/repository.go lines 486-507, allow-localhost"),
    "own_node_egress": LISTED,
    "self_service_egress": code("cilium/cilium bpf/bpf_lxc.c: a pod's own ClusterIP is not policed"),
    "self_service_ingress": code("cilium/cilium bpf/bpf_lxc.c: a pod's own ClusterIP is not policed"),
}
_REMARKS = (
    Remark(
        CLUSTER_IP,
        "the backend, after load balancing",
        documented("Cilium, layer4.rst"),
    ),
    Remark(ITSELF, "not subject to policies", code("cilium/cilium bpf/bpf_lxc.c")),
    Remark(
        HOST_PODS,
        "restricted by the host firewall only, which npverify does not model",
        code("cilium/cilium pkg/policy/repository.go line 400"),
    ),
    Remark(ICMP, "denied, but that a packet must be fragmented gets through", code("bpf/lib/policy.h")),
    Remark(ESTABLISHED, "are cut where they are not allowed any more", code("cilium/cilium bpf/bpf_lxc.c")),
    Remark(NEW_PODS, "denied", LISTED),
    Remark(
        OTHER_KINDS,
        "CiliumNetworkPolicy and CiliumClusterwideNetworkPolicy, which npverify does not model yet",
        documented("Cilium Documentation, network policy"),
    ),
    Remark(
        LIMITS,
        "enable-policy is taken to be `default`: with `always`, pods that no policy selects are isolated; "
        "with `never`, nothing is enforced",
        code("cilium/cilium pkg/policy/repository.go"),
    ),
    Remark(
        LIMITS,
        "of a ClusterNetworkPolicy, `networks` match pods and nodes only as cidr-match-mode says, and "
        "`nodes` nothing without enable-node-selector-labels; npverify reads them as the API has them",
        code("cilium/cilium pkg/k8s/cluster_network_policy.go"),
    ),
    Remark(
        LIMITS,
        "of a ClusterNetworkPolicy, `domainNames` count in Accept rules only, and bring a rule for DNS at "
        "k8s-app=kube-dns with them",
        code("cilium/cilium pkg/k8s/cluster_network_policy.go"),
    ),
    Remark(
        LIMITS,
        "peers of a NetworkPolicy may be held to the own cluster of a cluster mesh, and a ClusterIP of no "
        "Service counts as the world; npverify knows one cluster, and Services by their pods",
        code("cilium/cilium pkg/k8s/network_policy.go; cilium#31519, #13329"),
    ),
    Remark(
        LIMITS,
        "clients of a LoadBalancer or a NodePort come as the world with tunnels, else as the node that "
        "forwards them",
        documented("Cilium Documentation, caveats.rst"),
    ),
)

CILIUM = Plugin(
    "cilium",
    "Cilium",
    "1.20",
    _facts,
    _EVIDENCE,
    options=(
        PluginOption(
            "cidr-match-mode",
            ("none", "pods", "nodes", "pods+nodes"),
            "policy-cidr-match-mode: what an ipBlock matches besides addresses outside (pods from 1.20)",
        ),
        PluginOption("sctp", ("false", "true"), "sctp.enabled"),
        PluginOption("policy-types-fixed", ("false", "true"), "a release with cilium#48703 mended"),
        PluginOption(
            "cluster-network-policy", ("false", "true"), "enable-k8s-cluster-network-policy, from 1.20"
        ),
    ),
    remarks=_REMARKS,
    is_versioned=True,
)
