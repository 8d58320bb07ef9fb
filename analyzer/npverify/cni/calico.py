"""Calico, and Canal and the VPC CNI with Calico, whose policies it enforces; read in release 3.32.1."""

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
from npverify.cni.profile import Evidence, OwnNodeEgress, OwnNodeIngress, SelfService
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

_CONVERSION = "projectcalico/calico libcalico-go/lib/backend/k8s/conversion/conversion.go"


def _facts(choice: Choice) -> Mapping[str, object]:
    drops = choice.words["endpoint-to-host"] == "drop"
    return {
        "own_node_ingress": OwnNodeIngress.ALWAYS,
        "own_node_egress": OwnNodeEgress.NEVER if drops else OwnNodeEgress.POLICY,
        "self_service_egress": SelfService.POLICY,
        "self_service_ingress": SelfService.POLICY,
        "kinds": _kinds(choice),
    }


def _kinds(choice: Choice) -> tuple[str, ...]:
    if choice.is_before(3, 30):
        return (NETWORK_POLICY,)
    if choice.is_before(3, 32):
        return (NETWORK_POLICY, *ADMIN_NETWORK_POLICIES)
    return (NETWORK_POLICY, CLUSTER_NETWORK_POLICY)


_EVIDENCE = {
    "enforces": code(f"{_CONVERSION}, K8sNetworkPolicyToCalico"),
    "kinds": code("projectcalico/calico commit bac09c191d (#11144): ANP and BANP in 3.30 and 3.31 only"),
    "policy_types": code(f"{_CONVERSION}: egress rules without the type are ignored with a warning"),
    "ip_block_matches_pods": reported("projectcalico/calico#6634: 0.0.0.0/0 matches pods"),
    "ip_block_matches_nodes": code(f"{_CONVERSION}, k8sPeerToCalicoFields: nets and notNets, no exclusion"),
    "except_mode": code(f"{_CONVERSION}, k8sPeerToCalicoFields: notNets of the same rule"),
    "named_ports_ingress": code("projectcalico/calico felix/calc/rule_scanner.go: sets of address and port"),
    "named_ports_egress": code("projectcalico/calico felix/calc/rule_scanner.go: sets of address and port"),
    "end_port": code(f"{_CONVERSION}: endPort becomes a range"),
    "sctp": LISTED,
    "families": LISTED,
    "host_network_peers": code(f"{_CONVERSION}, IsValidCalicoWorkloadEndpoint"),
    "own_node_ingress": code("projectcalico/calico felix/rules/static.go, filterOutputChain"),
    "own_node_egress": documented("Calico docs, felix configuration: DefaultEndpointToHostAction"),
    "self_service_egress": reported("kubernetes-sigs/network-policy-api#343, #390; kubernetes#125611"),
    "self_service_ingress": reported("kubernetes-sigs/network-policy-api#343, #390; kubernetes#125611"),
}
_REMARKS = (
    Remark(CLUSTER_IP, "the pod behind it, after translation", documented("Calico docs, networkset.mdx")),
    Remark(ITSELF, "not subject to policies", LISTED),
    Remark(
        HOST_PODS,
        "restricted by HostEndpoints only, which npverify does not model",
        code(f"{_CONVERSION}, IsValidCalicoWorkloadEndpoint"),
    ),
    Remark(ICMP, "denied", LISTED),
    Remark(ESTABLISHED, "continue", reported("projectcalico/calico#6399, #2759")),
    Remark(NEW_PODS, "denied", documented("Calico docs, network-policy/policy-tiers/tiered-policy.mdx")),
    Remark(
        OTHER_KINDS,
        "NetworkPolicy and GlobalNetworkPolicy of projectcalico.org, which npverify does not model yet",
        documented("Calico docs, resources"),
    ),
    Remark(
        LIMITS,
        "of a ClusterNetworkPolicy, egress peers `nodes` and `domainNames` fail closed: Deny and Pass deny "
        "everything, Accept is dropped; npverify reads them as the API has them",
        code("projectcalico/calico: conversion of ClusterNetworkPolicy"),
    ),
    Remark(
        LIMITS,
        "peers `namespaces` of a ClusterNetworkPolicy may match the NetworkSets of these namespaces as well",
        inferred("the selector that they become says nothing of pods"),
    ),
    Remark(
        LIMITS,
        "what a pod encapsulates itself (VXLAN, IP in IP) is dropped, whatever the policies say; npverify "
        "takes the port of VXLAN as any other",
        code("projectcalico/calico felix/rules/static.go"),
    ),
    Remark(
        LIMITS,
        "an ingress policy may see the address of a node in place of the client's, where the service proxy "
        "masquerades",
        reported("projectcalico/calico#2088, #2660, #2632, #1683"),
    ),
)
_OPTIONS = (
    PluginOption(
        "endpoint-to-host",
        ("accept", "drop", "return"),
        "felix's DefaultEndpointToHostAction: what becomes of traffic from a pod to its own node after the "
        "policies (felix drops it where nobody says, and the usual manifests set ACCEPT or RETURN; after "
        "RETURN the rules of the node itself decide, which npverify takes to accept)",
    ),
)

CALICO = Plugin(
    "calico", "Calico", "3.32.1", _facts, _EVIDENCE, options=_OPTIONS, remarks=_REMARKS, is_versioned=True
)
CANAL = Plugin(
    "canal",
    "Canal: Flannel with the policies of Calico",
    "3.32.1",
    _facts,
    {**_EVIDENCE, "enforces": Evidence("semantics/cni.md, section 1.6")},
    options=_OPTIONS,
    remarks=_REMARKS,
    is_versioned=True,
)
AWS_VPC_CALICO = Plugin(
    "aws-vpc-calico",
    "Amazon VPC CNI with the policies of Calico",
    "3.32.1",
    _facts,
    {
        **_EVIDENCE,
        "own_node_egress": inferred("as Calico elsewhere, where the VPC CNI makes the network"),
    },
    options=_OPTIONS,
    remarks=_REMARKS,
    is_versioned=True,
)
