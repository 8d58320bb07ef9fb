"""kube-router, and k3s, which embeds its policy controller; read in kube-router 2.11.1."""

from __future__ import annotations

from collections.abc import Mapping

from npverify.cni.kinds import NETWORK_POLICY
from npverify.cni.plugin import (
    LISTED,
    Choice,
    Plugin,
    PluginOption,
    Remark,
    code,
    inferred,
    reported,
)
from npverify.cni.profile import ExceptMode, NamedPorts, OwnNodeEgress, OwnNodeIngress, SelfService
from npverify.cni.topics import CLUSTER_IP, ESTABLISHED, HOST_PODS, ICMP, ITSELF, LIMITS, NEW_PODS

_NETPOL = "cloudnativelabs/kube-router pkg/controllers/netpol"
_POLICY = f"{_NETPOL}/policy.go"


def _facts(choice: Choice) -> Mapping[str, object]:
    assert choice is not None
    return {
        "except_mode": ExceptMode.ONE_SET,
        "named_ports_egress": NamedPorts.NAMESPACE_NUMBERS,
        "any_ipv6_block": False,
        "unresolved_names_open": True,
        "directions_apart": False,
        "own_node_ingress": OwnNodeIngress.ALWAYS,
        "own_node_egress": OwnNodeEgress.POLICY,
        "self_service_egress": SelfService.ALWAYS,
        "self_service_ingress": SelfService.ALWAYS,
        "kinds": (NETWORK_POLICY,),
    }


_EVIDENCE = {
    "enforces": LISTED,
    "kinds": LISTED,
    "policy_types": LISTED,
    "ip_block_matches_pods": LISTED,
    "ip_block_matches_nodes": LISTED,
    "except_mode": code(
        f"{_POLICY}, evalIPBlockPeer: one `hash:net` set a rule, with `nomatch`; Linux ip_set_hash_gen.h, "
        "mtype_test_cidrs"
    ),
    "named_ports_ingress": code(f"{_POLICY}, grabNamedPortFromPod, processIngressRules"),
    "named_ports_egress": code(f"{_POLICY}, buildNetworkPoliciesInfo, processEgressRules; k3s#7446"),
    "any_ipv6_block": code(f"{_POLICY}, evalIPBlockPeer"),
    "unresolved_names_open": code(
        f"{_POLICY}, processIngressRules, processEgressRules: no port and no resolved name counts as none"
    ),
    "directions_apart": code(
        f"{_POLICY}, syncNetworkPolicyChains, and pod.go, setupPodNetpolRules: one chain a policy; k3s#2390"
    ),
    "end_port": LISTED,
    "sctp": LISTED,
    "families": LISTED,
    "host_network_peers": code(f"{_NETPOL}/utils.go line 34, isNetPolActionable"),
    "own_node_ingress": code(f"{_NETPOL}: local sources are accepted"),
    "own_node_egress": LISTED,
    "self_service_egress": inferred("the service proxy masquerades it, so that it looks like the node"),
    "self_service_ingress": inferred("the service proxy masquerades it, so that it looks like the node"),
}
_REMARKS = (
    Remark(CLUSTER_IP, "the pod behind it, after translation", LISTED),
    Remark(ITSELF, "not subject to policies", LISTED),
    Remark(HOST_PODS, "never restricted", code(f"{_NETPOL}/utils.go line 34, isNetPolActionable")),
    Remark(
        ICMP,
        "echo requests, unreachable and time exceeded are always allowed",
        code(f"{_NETPOL}/npc_iptables.go line 783, npc_nftables.go line 357"),
    ),
    Remark(ESTABLISHED, "continue", code(_NETPOL)),
    Remark(
        NEW_PODS,
        "allowed, unless netpol-default-deny (from 2.10) is set",
        LISTED,
    ),
    Remark(
        LIMITS,
        "with use-nftables-for-netpol (from 2.11.0, experimental), an address in an exception is refused by "
        "the later rules of the policy, too, and blocks of a rule that overlap may stop every update",
        code(f"{_NETPOL}/npc_nftables.go"),
    ),
    Remark(
        LIMITS,
        "a pod may be reached under a port name that another pod has, as sets of addresses are shared",
        code(f"{_NETPOL}/policy.go, grabNamedPortFromPod"),
    ),
    Remark(LIMITS, "what is denied is refused at once (REJECT) and not dropped", code(_NETPOL)),
    Remark(
        LIMITS,
        "the service proxy may hide the client's address",
        reported("cloudnativelabs/kube-router#744"),
    ),
)
_OPTIONS = (
    PluginOption(
        "default-deny",
        ("false", "true"),
        "netpol-default-deny, from 2.10: new pods are closed until their policies are in place "
        "(kube-router#2079), which changes no verdict",
    ),
)

KUBE_ROUTER = Plugin(
    "kube-router",
    "kube-router",
    "2.11.1",
    _facts,
    _EVIDENCE,
    options=_OPTIONS,
    remarks=_REMARKS,
    is_versioned=True,
)
K3S = Plugin(
    "k3s",
    "k3s with its embedded policy controller, which is that of kube-router",
    "2.11.1",
    _facts,
    _EVIDENCE,
    remarks=_REMARKS,
)
