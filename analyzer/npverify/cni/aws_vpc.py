"""The Amazon VPC CNI with its own network policy agent; read in VPC CNI 1.23, agent 1.4."""

from __future__ import annotations

from collections.abc import Mapping

from npverify.cni.kinds import NETWORK_POLICY
from npverify.cni.plugin import (
    LISTED,
    Choice,
    Limits,
    Plugin,
    PluginOption,
    Remark,
    code,
    documented,
    inferred,
    reported,
)
from npverify.cni.profile import (
    ExceptMode,
    NamedPorts,
    OwnNodeEgress,
    OwnNodeIngress,
    SelfService,
)
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

_RULES = "aws/aws-network-policy-agent pkg/fwruleprocessor/fw_rule_processor.go"
_ENDPOINTS = "aws/amazon-network-policy-controller-k8s pkg/resolvers/endpoints.go"
_COUNTS = "the counts in aws-network-policy-agent scripts/lib/verify_test_results.py fit nothing else"
_FIRST_ENFORCING, _FIRST_STRICT = (1, 14), (1, 17, 1)
_FAMILIES = {"both": (4, 6), "4": (4,), "6": (6,)}


def _facts(choice: Choice) -> Mapping[str, object]:
    return {
        "enforces": choice.is_on("enabled") and not choice.is_before(*_FIRST_ENFORCING),
        "except_mode": ExceptMode.PER_BLOCK if choice.is_on("except-fixed") else ExceptMode.ONE_TABLE,
        "named_ports_ingress": NamedPorts.SELECTED_PODS,
        "named_ports_egress": NamedPorts.SELECTED_PEERS,
        "families": _FAMILIES[choice.words["family"]],
        "host_network_peers": True,
        "own_node_ingress": OwnNodeIngress.ALWAYS,
        "own_node_egress": OwnNodeEgress.ALWAYS,
        "self_service_egress": SelfService.POLICY,
        "self_service_ingress": SelfService.ALWAYS,
        "unselected_isolated": choice.words["mode"] == "strict" and not choice.is_before(*_FIRST_STRICT),
        "kinds": (NETWORK_POLICY,),
    }


_EVIDENCE = {
    "enforces": documented(
        "EKS user guide, cni-network-policy: from 1.14, off unless enableNetworkPolicy is true"
    ),
    "kinds": code(
        "aws/amazon-network-policy-controller-k8s: NetworkPolicy, and kinds of networking.k8s.aws that "
        "npverify does not model"
    ),
    "unselected_isolated": documented(
        "amazon-vpc-cni-k8s README, NETWORK_POLICY_ENFORCING_MODE, from 1.17.1; #3068"
    ),
    "policy_types": LISTED,
    "ip_block_matches_pods": code(_RULES),
    "ip_block_matches_nodes": code(_RULES),
    "except_mode": code(
        f"{_RULES}, ComputeMapEntriesFromEndpointRules, checkAndDeriveL4InfoFromAnyMatchingCIDRs; "
        "aws-network-policy-agent#623 mends it"
    ),
    "named_ports_ingress": code(
        f"{_ENDPOINTS}, getIngressRulesPorts: the numbers of all pods that the policy selects"
    ),
    "named_ports_egress": code(f"{_ENDPOINTS}: by destination, never for an ipBlock or without peers"),
    "end_port": LISTED,
    "sctp": LISTED,
    "families": code(f"{_RULES}, shouldSkipRule: one family a cluster, rules of the other are skipped"),
    "host_network_peers": code(f"{_ENDPOINTS}: as the address of the node"),
    "own_node_ingress": code(f"{_RULES}: the node's own address, both ways, on every port"),
    "own_node_egress": code(f"{_RULES}: the node's own address, both ways, on every port"),
    "self_service_egress": inferred(f"the ClusterIP is seen before translation; {_COUNTS}"),
    "self_service_ingress": inferred(f"it comes back with the node's address; {_COUNTS}"),
}
_REMARKS = (
    Remark(
        CLUSTER_IP,
        "itself, before translation; the controller adds the ClusterIPs of Services whose selector fits the "
        "peer's and whose port resolves, but no headless ones; the port of a Service has to be that of its "
        "pods",
        code(_ENDPOINTS),
    ),
    Remark(ITSELF, "not subject to policies: it stays in the pod's own namespace", code(_RULES)),
    Remark(HOST_PODS, "never restricted", code(_ENDPOINTS)),
    Remark(ICMP, "denied: only rules without ports hold it", code(_RULES)),
    Remark(ESTABLISHED, "continue unless the pod's default changes", code("tc.v4ingress.bpf.c")),
    Remark(
        NEW_PODS, "allowed (mode=standard) or denied (mode=strict)", documented("amazon-vpc-cni-k8s README")
    ),
    Remark(
        OTHER_KINDS,
        "ClusterNetworkPolicy and ApplicationNetworkPolicy of networking.k8s.aws, which npverify does not "
        "model yet",
        documented("EKS user guide: cni-network-policy, auto-net-pol"),
    ),
    Remark(
        LIMITS, "24 combinations of port and protocol a CIDR; more are dropped", code("pkg/utils/utils.go")
    ),
    Remark(
        LIMITS,
        "pods of one name up to the last `-` share their policies; standalone pods may be mixed up",
        reported("aws/aws-network-policy-agent#327, #616, #671"),
    ),
    Remark(
        LIMITS,
        "Linux nodes of EC2 only; in an IPv6 cluster, what a pod sends by its second interface, for IPv4, is "
        "not restricted",
        documented("EKS user guide: cni-network-policy"),
    ),
    Remark(
        LIMITS,
        "older releases look a port name in an egress rule up at the pods that the policy selects",
        reported("aws/amazon-network-policy-controller-k8s#52, #71, #81"),
    ),
)

AWS_VPC = Plugin(
    "aws-vpc",
    "Amazon VPC CNI, its own policy agent",
    "1.23",
    _facts,
    _EVIDENCE,
    options=(
        PluginOption("enabled", ("false", "true"), "enableNetworkPolicy of the add-on"),
        PluginOption("mode", ("standard", "strict"), "NETWORK_POLICY_ENFORCING_MODE"),
        PluginOption("family", ("both", "4", "6"), "the IP version of the cluster"),
        PluginOption(
            "except-fixed",
            ("false", "true"),
            "a release of the agent with aws-network-policy-agent#623: exceptions are of their own rule",
        ),
    ),
    remarks=_REMARKS,
    is_versioned=True,
    limits=Limits(most_ports=24, names_pods_by_prefix=True, sees_cluster_ips=True),
)
