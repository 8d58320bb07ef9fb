"""What to do with an object, by API group and kind: the one table to which a new policy API adds a line."""

from __future__ import annotations

from collections.abc import Callable

from npverify.manifests.admin_apis import ADMIN_APIS
from npverify.manifests.admin_policies import parse_admin_policy
from npverify.manifests.network_policy import parse_network_policy
from npverify.manifests.options import ReadOptions
from npverify.manifests.services import parse_namespace, parse_node, parse_service
from npverify.manifests.unmodelled import is_policy, parse_unmodelled
from npverify.manifests.values import Value
from npverify.manifests.workloads import RawWorkload, parse_workload
from npverify.resources import AdminPolicy, Namespace, NetworkPolicy, Node, Service
from npverify.resources.inventory import UnmodelledPolicy

Item = NetworkPolicy | AdminPolicy | Namespace | Node | Service | RawWorkload | UnmodelledPolicy
Parser = Callable[[Value, str, ReadOptions], Item | None]
"""Makes a typed object of a document of some kind; None after it reported why that cannot be done."""

_PARSERS: dict[tuple[str, str], Parser] = {
    ("networking.k8s.io/v1", "NetworkPolicy"): parse_network_policy,
    ("v1", "Namespace"): parse_namespace,
    ("v1", "Node"): parse_node,
    ("v1", "Service"): parse_service,
    ("v1", "Pod"): parse_workload,
    ("v1", "ReplicationController"): parse_workload,
    **{(version, api.kind): parse_admin_policy for version, apis in ADMIN_APIS.items() for api in apis},
}
_WORKLOADS = {
    "apps": ("DaemonSet", "Deployment", "ReplicaSet", "StatefulSet"),
    "batch": ("CronJob", "Job"),
    "extensions": ("DaemonSet", "Deployment", "ReplicaSet"),
}
"""By group, whatever the version: what matters of them has always been the same."""

KNOWN_KINDS = frozenset(kind for _, kind in _PARSERS) | {k for kinds in _WORKLOADS.values() for k in kinds}


def parser_of(api_version: str, kind: str) -> Parser | None:
    """The parser of an object, or None for one that says nothing about policies.

    Another API's NetworkPolicy is never read as Kubernetes' own: it is a policy that is not modelled.
    """
    found = _PARSERS.get((api_version, kind))
    if found is not None:
        return found
    group = api_version.rpartition("/")[0]
    if kind in _WORKLOADS.get(group, ()):
        return parse_workload
    if is_policy(group, kind):
        return lambda root, kind, _: parse_unmodelled(root, api_version, kind)
    return None
