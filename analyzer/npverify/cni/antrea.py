"""Antrea; read in release 2.7.0."""

from __future__ import annotations

from collections.abc import Mapping

from npverify.cni.kinds import ADMIN_NETWORK_POLICIES, CLUSTER_NETWORK_POLICY, NETWORK_POLICY
from npverify.cni.plugin import (
    LISTED,
    Choice,
    Plugin,
    PluginOption,
    Remark,
    code,
    documented,
    inferred,
    reported,
)
from npverify.cni.profile import OwnNodeEgress, OwnNodeIngress, SelfService
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

_DOCS = "antrea docs/antrea-network-policy.md lines 1948-1962"
_FIRST_WITH_CLUSTER_POLICIES = (2, 7)
_CONFORMANT = documented("antrea: conformant, runs every e2e test of NetworkPolicy")


def _facts(choice: Choice) -> Mapping[str, object]:
    kinds = [NETWORK_POLICY]
    if choice.is_on("cluster-network-policy") and not choice.is_before(*_FIRST_WITH_CLUSTER_POLICIES):
        kinds.append(CLUSTER_NETWORK_POLICY)
    if choice.is_on("admin-network-policy"):
        kinds += ADMIN_NETWORK_POLICIES
    return {
        "own_node_ingress": OwnNodeIngress.ALWAYS,
        "own_node_egress": OwnNodeEgress.POLICY,
        "self_service_ingress": SelfService.ALWAYS,
        "kinds": tuple(kinds),
    }


ANTREA = Plugin(
    "antrea",
    "Antrea",
    "2.7.0",
    _facts,
    {
        "enforces": _CONFORMANT,
        "kinds": documented("antrea 2.7: other kinds behind feature gates that are off"),
        "policy_types": _CONFORMANT,
        "ip_block_matches_pods": _CONFORMANT,
        "ip_block_matches_nodes": _CONFORMANT,
        "except_mode": _CONFORMANT,
        "named_ports_ingress": reported("antrea-io/antrea#241: by the ports that each pod has"),
        "named_ports_egress": reported("antrea-io/antrea#241: by the ports that each pod has"),
        "end_port": _CONFORMANT,
        "sctp": _CONFORMANT,
        "families": LISTED,
        "host_network_peers": code("antrea-io/antrea networkpolicy_controller.go line 1440"),
        "own_node_ingress": code("antrea-io/antrea pipeline.go, localProbeFlows, HostLocalSourceMark"),
        "own_node_egress": _CONFORMANT,
        "self_service_egress": inferred("the page speaks of ingress only"),
        "self_service_ingress": documented(f"{_DOCS}: always permitted with AntreaProxy"),
    },
    options=(
        PluginOption(
            "cluster-network-policy", ("false", "true"), "the feature gate ClusterNetworkPolicy, from 2.7"
        ),
        PluginOption(
            "admin-network-policy", ("false", "true"), "the feature gate AdminNetworkPolicy, deprecated"
        ),
    ),
    remarks=(
        Remark(CLUSTER_IP, "the pod behind it, after translation", LISTED),
        Remark(ITSELF, "not subject to policies", LISTED),
        Remark(HOST_PODS, "never restricted", code("antrea-io/antrea networkpolicy_controller.go line 1440")),
        Remark(ICMP, "denied", LISTED),
        Remark(ESTABLISHED, "continue", documented(_DOCS)),
        Remark(NEW_PODS, "mostly denied", inferred("not checked on a cluster")),
        Remark(
            OTHER_KINDS,
            "NetworkPolicy, ClusterNetworkPolicy, Tier and groups of crd.antrea.io, which npverify does not "
            "model yet",
            documented("antrea docs/antrea-network-policy.md"),
        ),
        Remark(
            LIMITS,
            "with proxyAll off, what comes by a NodePort gets past ingress policies with the address of the "
            "gateway",
            reported("antrea-io/antrea#280, #1580"),
        ),
        Remark(LIMITS, "without AntreaProxy, a pod to itself through a Service may fail", documented(_DOCS)),
    ),
    is_versioned=True,
)
