"""Weave Net, which is archived; read in release 2.8.1."""

from __future__ import annotations

from collections.abc import Mapping

from npverify.cni.kinds import NETWORK_POLICY
from npverify.cni.plugin import LISTED, Choice, Plugin, Remark, code, documented, inferred
from npverify.cni.profile import NamedPorts, OwnNodeEgress, OwnNodeIngress
from npverify.cni.topics import CLUSTER_IP, ESTABLISHED, HOST_PODS, ICMP, ITSELF, LIMITS, NEW_PODS

_ANALYSER = "weaveworks/weave npc/analyser.go"
_MAIN = "weaveworks/weave prog/weave-npc/main.go lines 124-190"


def _facts(choice: Choice) -> Mapping[str, object]:
    assert choice is not None
    return {
        "named_ports_ingress": NamedPorts.REJECT_POLICY,
        "named_ports_egress": NamedPorts.REJECT_POLICY,
        "end_port": False,
        "families": (4,),
        "own_node_ingress": OwnNodeIngress.ALWAYS,
        "own_node_egress": OwnNodeEgress.ALWAYS,
        "kinds": (NETWORK_POLICY,),
    }


WEAVE = Plugin(
    "weave",
    "Weave Net (archived)",
    "2.8.1",
    _facts,
    {
        "enforces": code(_ANALYSER),
        "kinds": LISTED,
        "policy_types": code(_ANALYSER),
        "ip_block_matches_pods": LISTED,
        "ip_block_matches_nodes": LISTED,
        "except_mode": code("weaveworks/weave npc/ipblock.go: a rule of its own for each ipBlock"),
        "named_ports_ingress": code(f"{_ANALYSER} lines 57 and 128; weave#3032: the whole policy is dropped"),
        "named_ports_egress": code(f"{_ANALYSER} lines 57 and 128; weave#3032: the whole policy is dropped"),
        "end_port": code(f"{_ANALYSER}: never read"),
        "sctp": inferred("as iptables has it"),
        "families": LISTED,
        "host_network_peers": code("weaveworks/weave npc/namespace.go line 557, hasIP"),
        "own_node_ingress": code(f"{_MAIN}: traffic from the host is not filtered"),
        "own_node_egress": code(f"{_MAIN}: a rule for local destinations returns; weave#3924"),
        "self_service_egress": inferred("not looked at"),
        "self_service_ingress": inferred("not looked at"),
    },
    remarks=(
        Remark(CLUSTER_IP, "the pod behind it, after translation", LISTED),
        Remark(ITSELF, "not subject to policies", LISTED),
        Remark(HOST_PODS, "never restricted", code("weaveworks/weave npc/namespace.go line 557, hasIP")),
        Remark(ICMP, "denied", LISTED),
        Remark(ESTABLISHED, "continue", code(_MAIN)),
        Remark(NEW_PODS, "denied until the pod is in the set of those that are allowed", LISTED),
        Remark(
            LIMITS,
            "an ipBlock in an ingress rule meets masqueraded addresses unless externalTrafficPolicy is Local",
            documented("weave.works: kube-addon"),
        ),
        Remark(LIMITS, "multicast (224.0.0.0/4) is accepted by default", code(_MAIN)),
    ),
)
