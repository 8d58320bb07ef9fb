"""Policies of APIs that npverify knows but does not model: each is named in every answer."""

from __future__ import annotations

from npverify.manifests.metadata import DEFAULT_NAMESPACE
from npverify.manifests.values import Value
from npverify.resources.inventory import UnmodelledPolicy

_KINDS = frozenset(
    {
        ("k8s.ovn.org", "AdminPolicyBasedExternalRoute"),
        ("k8s.ovn.org", "EgressFirewall"),
        ("policy.linkerd.io", "AuthorizationPolicy"),
        ("security.istio.io", "AuthorizationPolicy"),
    }
)
_SUFFIX = "NetworkPolicy"
_MARKS_OF_CLUSTER_SCOPE = ("Cluster", "Global", "Admin")


def is_policy(group: str, kind: str) -> bool:
    """Whether a kind decides about connections: known by name, or called some sort of NetworkPolicy."""
    return kind.endswith(_SUFFIX) or (group, kind) in _KINDS


def parse_unmodelled(root: Value, api_version: str, kind: str) -> UnmodelledPolicy:
    """The name of a policy, for the list of what an answer does not cover."""
    metadata = root.get("metadata")
    name = metadata.get("name") or metadata.get("generateName") if metadata else None
    namespace = metadata.get("namespace") if metadata else None
    is_cluster_scoped = any(mark in kind for mark in _MARKS_OF_CLUSTER_SCOPE)
    return UnmodelledPolicy(
        api_version=api_version,
        kind=kind,
        namespace=None if is_cluster_scoped else str(namespace.data) if namespace else DEFAULT_NAMESPACE,
        name=str(name.data) if name else "(unnamed)",
        origin=root.origin,
    )
