"""Which Pods, ReplicaSets and Jobs belong to which workload."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from npverify.manifests.workloads import POD, Owner, RawWorkload
from npverify.resources import Address, Node, Pod, Workload

_TEMPLATE_HASH = "pod-template-hash"

Key = tuple[str, str, str]


def fold_workloads(
    raw: Mapping[Key, RawWorkload], nodes: Mapping[str, Node], *, keep_finished: bool
) -> tuple[Workload, ...]:
    """The workloads that nothing in the input owns, each with the pods of all that it owns, sorted.

    A pod learns the addresses of its node from the Node object where its own status does not tell them.
    """
    members: dict[Key, list[RawWorkload]] = {}
    for key, item in raw.items():
        members.setdefault(_root(raw, key, item), []).append(item)
    addresses = {name: node.addresses for name, node in nodes.items()}
    found = (
        _workload(raw[key], items, addresses, keep_finished=keep_finished)
        for key, items in members.items()
        if not _is_leftover(raw[key], items)
    )
    return tuple(sorted(found, key=lambda w: (w.namespace, w.kind, w.name)))


def _is_leftover(root: RawWorkload, items: list[RawWorkload]) -> bool:
    """Whether this is the ReplicaSet of an earlier revision of a Deployment that is not in the input."""
    is_owned = root.kind == "ReplicaSet" and root.owner is not None
    return is_owned and root.has_no_replicas and len(items) == 1


def _root(raw: Mapping[Key, RawWorkload], key: Key, item: RawWorkload) -> Key:
    """The last owner of the chain that is in the input."""
    seen = {key}
    while True:
        owner = _owner(raw, item)
        if owner is None or owner in seen:
            return key
        seen.add(owner)
        key, item = owner, raw[owner]


def _owner(raw: Mapping[Key, RawWorkload], item: RawWorkload) -> Key | None:
    if item.owner is None:
        return None
    key = item.namespace, item.owner.kind, item.owner.name
    return key if key in raw else _owner_of_missing(raw, item, item.owner)


def _owner_of_missing(raw: Mapping[Key, RawWorkload], item: RawWorkload, owner: Owner) -> Key | None:
    """The owner of an owner that is not in the input, known by how Kubernetes names what it creates:
    a ReplicaSet after its Deployment and the hash of its template, a Job after its CronJob and the time.
    """
    name, _, suffix = owner.name.rpartition("-")
    match owner.kind:
        case "ReplicaSet" if suffix and suffix == item.pod.labels.get(_TEMPLATE_HASH):
            key = item.namespace, "Deployment", name
        case "Job" if suffix.isdecimal():
            key = item.namespace, "CronJob", name
        case _:
            return None
    return key if key in raw else None


def _workload(
    root: RawWorkload,
    items: Iterable[RawWorkload],
    addresses: Mapping[str, tuple[Address, ...]],
    *,
    keep_finished: bool,
) -> Workload:
    live: list[Pod] = []
    finished: list[Pod] = []
    for item in sorted(items, key=lambda i: i.key):
        if item.kind == POD:
            is_kept = keep_finished or not item.is_finished
            (live if is_kept else finished).append(_on_its_node(item.pod, addresses))
    template = root.pod if root.kind != POD else None
    if template is not None and not live:
        if not root.is_finished or keep_finished:
            live.append(template)
        elif not finished:
            finished.append(template)
    return Workload(
        kind=root.kind,
        namespace=root.namespace,
        name=root.name,
        pods=tuple(live),
        finished_pods=tuple(finished),
        template=template,
        origin=root.origin,
    )


def _on_its_node(pod: Pod, addresses: Mapping[str, tuple[Address, ...]]) -> Pod:
    if pod.node is None or pod.node_addresses or not addresses.get(pod.node):
        return pod
    return replace(pod, node_addresses=addresses[pod.node])
