"""The policy kinds that plugins implement, as `apiVersion/kind`."""

from __future__ import annotations

NETWORK_POLICY = "networking.k8s.io/v1/NetworkPolicy"
CLUSTER_NETWORK_POLICY = "policy.networking.k8s.io/v1alpha2/ClusterNetworkPolicy"
ADMIN_NETWORK_POLICIES = (
    "policy.networking.k8s.io/v1alpha1/AdminNetworkPolicy",
    "policy.networking.k8s.io/v1alpha1/BaselineAdminNetworkPolicy",
)
