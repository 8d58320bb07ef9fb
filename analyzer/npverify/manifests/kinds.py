"""What to do with an object, by API group and kind: the one table to which a new policy API adds a line."""

from __future__ import annotations

from enum import Enum

from npverify.manifests.workloads import POD

WORKLOADS = {
    ("apps", "Deployment"),
    ("apps", "StatefulSet"),
    ("apps", "DaemonSet"),
    ("apps", "ReplicaSet"),
    ("extensions", "Deployment"),
    ("extensions", "DaemonSet"),
    ("extensions", "ReplicaSet"),
    ("", "ReplicationController"),
    ("batch", "Job"),
    ("batch", "CronJob"),
    ("", POD),
}

UNMODELLED = {
    ("policy.networking.k8s.io", "ClusterNetworkPolicy"),
    ("policy.networking.k8s.io", "AdminNetworkPolicy"),
    ("policy.networking.k8s.io", "BaselineAdminNetworkPolicy"),
    ("cilium.io", "CiliumNetworkPolicy"),
    ("cilium.io", "CiliumClusterwideNetworkPolicy"),
    ("k8s.ovn.org", "EgressFirewall"),
    ("k8s.ovn.org", "AdminPolicyBasedExternalRoute"),
    ("network.openshift.io", "EgressNetworkPolicy"),
    ("networking.k8s.aws", "ApplicationNetworkPolicy"),
    ("security.istio.io", "AuthorizationPolicy"),
    ("policy.linkerd.io", "AuthorizationPolicy"),
}
"""Policies that npverify knows by name; every other kind that ends in NetworkPolicy joins them."""


class Handling(Enum):
    """What an object is to npverify."""

    NETWORK_POLICY = "network policy"
    NAMESPACE = "namespace"
    NODE = "node"
    SERVICE = "service"
    WORKLOAD = "workload"
    UNMODELLED = "unmodelled policy"
    IGNORED = "ignored"


_EXACT = {
    ("networking.k8s.io", "NetworkPolicy"): Handling.NETWORK_POLICY,
    ("", "Namespace"): Handling.NAMESPACE,
    ("", "Node"): Handling.NODE,
    ("", "Service"): Handling.SERVICE,
    **dict.fromkeys(WORKLOADS, Handling.WORKLOAD),
    **dict.fromkeys(UNMODELLED, Handling.UNMODELLED),
}


def handling_of(api_version: str, kind: str) -> Handling:
    """What to do with an object; by its group, so another API's NetworkPolicy is never Kubernetes' own."""
    group = api_version.rpartition("/")[0]
    found = _EXACT.get((group, kind))
    if found is not None:
        return found
    return Handling.UNMODELLED if kind.endswith("NetworkPolicy") else Handling.IGNORED
