"""Short manifests of admin policies for the tests of their reader."""

from __future__ import annotations

CLUSTER = (
    "apiVersion: policy.networking.k8s.io/v1alpha2\nkind: ClusterNetworkPolicy\nmetadata: {name: p}\n"
    "spec:\n  tier: Admin\n  priority: 10\n  subject: {namespaces: {}}\n"
)
ADMIN = (
    "apiVersion: policy.networking.k8s.io/v1alpha1\nkind: AdminNetworkPolicy\nmetadata: {name: p}\n"
    "spec:\n  priority: 10\n  subject: {namespaces: {}}\n"
)
BASELINE = (
    "apiVersion: policy.networking.k8s.io/v1alpha1\nkind: BaselineAdminNetworkPolicy\n"
    "metadata: {name: default}\nspec:\n  subject: {namespaces: {}}\n"
)


def cluster_rule(rule: str, direction: str = "egress") -> str:
    """A ClusterNetworkPolicy with one rule, whose text stands on line 8 from column 6 on."""
    return f"{CLUSTER}  {direction}:\n  - {rule}\n"


def admin_rule(rule: str, direction: str = "egress") -> str:
    """An AdminNetworkPolicy with one rule, whose text stands on line 8 from column 5 on."""
    return f"{ADMIN}  {direction}:\n  - {rule}\n"


def baseline_rule(rule: str, direction: str = "egress") -> str:
    """A BaselineAdminNetworkPolicy with one rule."""
    return f"{BASELINE}  {direction}:\n  - {rule}\n"
