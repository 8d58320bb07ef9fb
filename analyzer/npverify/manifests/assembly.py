"""From single objects to an inventory: later objects replace earlier ones, pods find their owners."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from npverify.errors import Finding, Severity
from npverify.manifests.codes import REPLACED_OBJECT
from npverify.manifests.workloads import POD, Owner, RawWorkload
from npverify.resources import (
    METADATA_NAME,
    Namespace,
    NetworkPolicy,
    Node,
    Origin,
    Pod,
    Service,
    Workload,
)
from npverify.resources.inventory import Inventory, UnmodelledPolicy

_TEMPLATE_HASH = "pod-template-hash"


@dataclass
class Assembly:
    """The objects read so far, each under its kind, namespace and name."""

    namespaces: dict[str, Namespace] = field(default_factory=dict)
    nodes: dict[str, Node] = field(default_factory=dict)
    services: dict[tuple[str, str], Service] = field(default_factory=dict)
    policies: dict[tuple[str, str], NetworkPolicy] = field(default_factory=dict)
    workloads: dict[tuple[str, str, str], RawWorkload] = field(default_factory=dict)
    unmodelled: list[UnmodelledPolicy] = field(default_factory=list)
    ignored: dict[str, int] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)

    def add(self, item: NetworkPolicy | Namespace | Node | Service | RawWorkload | UnmodelledPolicy) -> None:
        """Take one object; it replaces an earlier one of its name, with a finding."""
        match item:
            case NetworkPolicy():
                earlier = self.policies.pop((item.namespace, item.name), None)
                self._replaced("NetworkPolicy", str(item), earlier, item.origin)
                self.policies[item.namespace, item.name] = item
            case Namespace():
                known = self.namespaces.pop(item.name, None)
                self._replaced("Namespace", item.name, known, item.origin)
                self.namespaces[item.name] = item
            case Node():
                self._replaced("Node", item.name, self.nodes.pop(item.name, None), item.origin)
                self.nodes[item.name] = item
            case Service():
                key = item.namespace, item.name
                self._replaced("Service", "/".join(key), self.services.pop(key, None), item.origin)
                self.services[key] = item
            case RawWorkload():
                raw = self.workloads.pop(item.key, None)
                self._replaced(item.kind, f"{item.namespace}/{item.name}", raw, item.origin)
                self.workloads[item.key] = item
            case UnmodelledPolicy():
                self.unmodelled.append(item)

    def ignore(self, what: str) -> None:
        """Count an object that says nothing about policies."""
        self.ignored[what] = self.ignored.get(what, 0) + 1

    def _replaced(
        self,
        kind: str,
        name: str,
        earlier: NetworkPolicy | Namespace | Node | Service | RawWorkload | None,
        origin: Origin,
    ) -> None:
        if earlier is None or name.endswith("*"):
            return
        self.findings.append(
            Finding(
                code=REPLACED_OBJECT,
                severity=Severity.WARNING,
                message=f"{kind} `{name}` replaces the one at {earlier.origin}",
                origin=origin,
                hint="rename one of the two if both are meant",
            )
        )

    def inventory(
        self, *, files: tuple[str, ...], left_out: tuple[Finding, ...], keep_finished: bool
    ) -> Inventory:
        """Everything together, sorted."""
        workloads = _Ownership(self.workloads, keep_finished=keep_finished).workloads()
        lived_in = [w.namespace for w in workloads]
        lived_in += [namespace for namespace, _ in (*self.services, *self.policies)]
        lived_in += [policy.namespace for policy in self.unmodelled if policy.namespace is not None]
        return Inventory(
            namespaces=_all_namespaces(self.namespaces, lived_in),
            workloads=workloads,
            services=tuple(self.services[key] for key in sorted(self.services)),
            nodes=tuple(self.nodes[name] for name in sorted(self.nodes)),
            policies=tuple(self.policies[key] for key in sorted(self.policies)),
            unmodelled=tuple(sorted(self.unmodelled, key=lambda p: (p.namespace or "", p.kind, p.name))),
            ignored={name: self.ignored[name] for name in sorted(self.ignored)},
            files=files,
            findings=tuple(self.findings),
            left_out=left_out,
        )


def _all_namespaces(declared: Mapping[str, Namespace], lived_in: Iterable[str]) -> dict[str, Namespace]:
    every = dict(declared)
    for name in lived_in:
        if name not in every:
            every[name] = Namespace(name, {METADATA_NAME: name}, declared=False)
    return {name: every[name] for name in sorted(every)}


class _Ownership:
    """Folds Pods, ReplicaSets and Jobs into the workloads that own them."""

    def __init__(self, raw: Mapping[tuple[str, str, str], RawWorkload], *, keep_finished: bool) -> None:
        self._raw = raw
        self._keep_finished = keep_finished

    def workloads(self) -> tuple[Workload, ...]:
        """The workloads that nothing in the input owns, with the pods of all they own."""
        members: dict[tuple[str, str, str], list[RawWorkload]] = {}
        for item in self._raw.values():
            members.setdefault(self._root(item).key, []).append(item)
        found = (self._workload(self._raw[key], items) for key, items in members.items())
        return tuple(sorted(found, key=lambda w: (w.namespace, w.kind, w.name)))

    def _root(self, item: RawWorkload) -> RawWorkload:
        """The last owner of the chain that is in the input."""
        seen = {item.key}
        while True:
            owner = self._owner(item)
            if owner is None or owner.key in seen:
                return item
            seen.add(owner.key)
            item = owner

    def _owner(self, item: RawWorkload) -> RawWorkload | None:
        if item.owner is None:
            return None
        found = self._raw.get((item.namespace, item.owner.kind, item.owner.name))
        return found or self._deployment_behind(item, item.owner)

    def _deployment_behind(self, item: RawWorkload, owner: Owner) -> RawWorkload | None:
        """The Deployment of a ReplicaSet that is not in the input, known by the hash in its name."""
        template_hash = item.pod.labels.get(_TEMPLATE_HASH) if item.pod else None
        if owner.kind != "ReplicaSet" or not template_hash or not owner.name.endswith(f"-{template_hash}"):
            return None
        name = owner.name.removesuffix(f"-{template_hash}")
        return self._raw.get((item.namespace, "Deployment", name))

    def _workload(self, root: RawWorkload, items: Iterable[RawWorkload]) -> Workload:
        live: list[Pod] = []
        finished: list[Pod] = []
        for item in sorted(items, key=lambda i: i.key):
            if item.kind == POD and item.pod is not None:
                kept = self._keep_finished or not item.is_finished
                (live if kept else finished).append(item.pod)
        template = root.pod if root.kind != POD else None
        if root.is_finished and template is not None and not self._keep_finished:
            finished.append(replace(template, phase="Succeeded"))
        elif not live and template is not None:
            live.append(template)
        return Workload(
            kind=root.kind,
            namespace=root.namespace,
            name=root.name,
            pods=tuple(live),
            finished_pods=tuple(finished),
            template=template,
            origin=root.origin,
        )
