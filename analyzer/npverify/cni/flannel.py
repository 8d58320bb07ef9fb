"""Flannel, which enforces nothing, and its policy add-on kube-network-policies; and no plugin that does."""

from __future__ import annotations

from collections.abc import Mapping

from npverify.cni.kinds import ADMIN_NETWORK_POLICIES, CLUSTER_NETWORK_POLICY, NETWORK_POLICY
from npverify.cni.plugin import LISTED, Choice, Plugin, PluginOption, Remark, code, documented, inferred
from npverify.cni.profile import OwnNodeEgress, OwnNodeIngress, SelfService
from npverify.cni.topics import CLUSTER_IP, ESTABLISHED, HOST_PODS, ICMP, ITSELF, LIMITS, NEW_PODS

_POLICIES = "kubernetes-sigs/kube-network-policies pkg/networkpolicy/networkpolicy.go"
_KINDS = {
    "standard": (),
    "v1alpha1": ADMIN_NETWORK_POLICIES,
    "v1alpha2": (CLUSTER_NETWORK_POLICY,),
}


def _nothing(choice: Choice) -> Mapping[str, object]:
    assert choice is not None
    return {"enforces": False, "kinds": ()}


def _facts(choice: Choice) -> Mapping[str, object]:
    return {
        "own_node_ingress": OwnNodeIngress.OPEN,
        "own_node_egress": OwnNodeEgress.POLICY,
        "self_service_egress": SelfService.POLICY,
        "self_service_ingress": SelfService.POLICY,
        "kinds": (NETWORK_POLICY, *_KINDS[choice.words["flavour"]]),
    }


FLANNEL = Plugin(
    "flannel",
    "Flannel by itself",
    "0.28.9",
    _nothing,
    {
        "enforces": documented("flannel-io/flannel README and Documentation/netpol.md"),
        "kinds": documented("flannel-io/flannel README and Documentation/netpol.md"),
    },
)
NONE = Plugin(
    "none",
    "No network plugin that enforces policies",
    "",
    _nothing,
    {
        "enforces": documented("kubernetes.io: Network Policies, Prerequisites"),
        "kinds": documented("kubernetes.io: Network Policies, Prerequisites"),
    },
)
FLANNEL_NETPOL = Plugin(
    "flannel-netpol",
    "Flannel with netpol.enabled: kube-network-policies",
    "1.1.1",
    _facts,
    {
        "enforces": documented("flannel-io/flannel Documentation/netpol.md"),
        "kinds": documented("kubernetes-sigs/kube-network-policies README: by flavour"),
        "policy_types": LISTED,
        "ip_block_matches_pods": LISTED,
        "ip_block_matches_nodes": LISTED,
        "except_mode": LISTED,
        "named_ports_ingress": code(_POLICIES),
        "named_ports_egress": code(_POLICIES),
        "end_port": code(_POLICIES),
        "sctp": LISTED,
        "families": LISTED,
        "host_network_peers": code("kubernetes-sigs/kube-network-policies pkg/podinfo/ipresolver.go line 33"),
        "own_node_ingress": code(
            "kubernetes-sigs/kube-network-policies pkg/dataplane/controller.go: processes of root, and lo"
        ),
        "own_node_egress": LISTED,
        "self_service_egress": inferred("policies are looked at after translation"),
        "self_service_ingress": inferred("policies are looked at after translation"),
    },
    options=(
        PluginOption(
            "flavour", ("standard", "v1alpha1", "v1alpha2"), "the build: with no, or which, admin policies"
        ),
    ),
    remarks=(
        Remark(CLUSTER_IP, "the pod behind it, after translation", LISTED),
        Remark(ITSELF, "not subject to policies", LISTED),
        Remark(HOST_PODS, "never restricted", code("pkg/podinfo/ipresolver.go line 33")),
        Remark(ICMP, "denied; neighbour discovery of IPv6 is allowed", code("pkg/dataplane")),
        Remark(ESTABLISHED, "continue, unless StrictMode flushes them", code("pkg/dataplane/controller.go")),
        Remark(NEW_PODS, "allowed", inferred("packets are judged once the controller knows the pod")),
        Remark(
            LIMITS,
            "with FailOpen, packets pass where the controller cannot judge them",
            code("kubernetes-sigs/kube-network-policies pkg/dataplane/controller.go"),
        ),
    ),
    is_versioned=True,
)
