"""From single objects to an inventory: later objects replace earlier ones of their name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from npverify.errors import Finding
from npverify.manifests.codes import REPLACED_OBJECT
from npverify.manifests.kinds import Item
from npverify.manifests.metadata import is_generated
from npverify.manifests.ownership import fold_workloads
from npverify.manifests.values import Value
from npverify.manifests.workloads import RawWorkload
from npverify.resources import (
    METADATA_NAME,
    AdminPolicy,
    Namespace,
    NetworkPolicy,
    Node,
    PluginSign,
    Service,
    Tier,
)
from npverify.resources.inventory import Inventory, UnmodelledPolicy

Key = tuple[str, str, str]
_ALIKE = ("Pod", "Node")
"""Kinds of which there are many that tell the same of a network plugin."""
_Item = TypeVar("_Item", NetworkPolicy, AdminPolicy, Namespace, Node, Service, RawWorkload, UnmodelledPolicy)


@dataclass
class Assembly:
    """The objects read so far, each under its namespace, kind and name."""

    namespaces: dict[Key, Namespace] = field(default_factory=dict)
    nodes: dict[Key, Node] = field(default_factory=dict)
    services: dict[Key, Service] = field(default_factory=dict)
    policies: dict[Key, NetworkPolicy] = field(default_factory=dict)
    admin_policies: dict[Key, AdminPolicy] = field(default_factory=dict)
    workloads: dict[Key, RawWorkload] = field(default_factory=dict)
    unmodelled: dict[Key, UnmodelledPolicy] = field(default_factory=dict)
    ignored: dict[str, int] = field(default_factory=dict)
    signs: dict[object, PluginSign] = field(default_factory=dict)

    def add(self, item: Item, root: Value) -> None:
        """Take the object that was read from `root`; reports there if it replaces an earlier one."""
        match item:
            case NetworkPolicy():
                _put(self.policies, (item.namespace, item.kind, item.name), item, root)
            case AdminPolicy():
                _put(self.admin_policies, ("", item.kind, item.name), item, root)
            case Namespace():
                _put(self.namespaces, ("", "Namespace", item.name), item, root)
            case Node():
                _put(self.nodes, ("", "Node", item.name), item, root)
            case Service():
                _put(self.services, (item.namespace, "Service", item.name), item, root)
            case RawWorkload():
                _put(self.workloads, item.key, item, root)
            case UnmodelledPolicy():
                kind = f"{item.kind}.{item.api_version.rpartition('/')[0]}"
                _put(self.unmodelled, (item.namespace or "", kind, item.name), item, root)

    def ignore(self, what: str) -> None:
        """Count an object that says nothing about policies."""
        self.ignored[what] = self.ignored.get(what, 0) + 1

    def tell(self, sign: PluginSign, kind: str) -> None:
        """Take what an object of that kind tells of a network plugin; of Pods and Nodes that tell the same,
        the first is enough.
        """
        if kind in _ALIKE:
            self.signs.setdefault((kind, sign.containers, sign.settings), sign)
        else:
            self.signs[kind, sign.namespace, sign.name] = sign

    def inventory(
        self,
        *,
        files: tuple[str, ...],
        findings: tuple[Finding, ...],
        left_out: tuple[Finding, ...],
        keep_finished: bool,
    ) -> Inventory:
        """Everything together, sorted."""
        nodes = {node.name: node for node in _sorted(self.nodes)}
        workloads = fold_workloads(self.workloads, nodes, keep_finished=keep_finished)
        lived_in = [workload.namespace for workload in workloads]
        lived_in += [key[0] for key in (*self.services, *self.policies, *self.unmodelled) if key[0]]
        return Inventory(
            namespaces=_all_namespaces(_sorted(self.namespaces), lived_in),
            workloads=workloads,
            services=_sorted(self.services),
            nodes=_sorted(self.nodes),
            policies=_sorted(self.policies),
            admin_policies=tuple(sorted(_sorted(self.admin_policies), key=_precedence)),
            unmodelled=_sorted(self.unmodelled),
            ignored={name: self.ignored[name] for name in sorted(self.ignored)},
            files=files,
            findings=findings,
            left_out=left_out,
            plugin_signs=tuple(dict.fromkeys(self.signs.values())),
        )


def _put(shelf: dict[Key, _Item], key: Key, item: _Item, root: Value) -> None:
    namespace, kind, name = key
    if is_generated(name):
        # The server would give each of them a name of its own.
        key = namespace, kind, f"{name}{len(shelf):09}"
    earlier = shelf.pop(key, None)
    if earlier is not None:
        root.remark(
            REPLACED_OBJECT,
            f"{kind} `{namespace}/{name}` replaces the one at {earlier.origin}"
            if namespace
            else f"{kind} `{name}` replaces the one at {earlier.origin}",
            hint="rename one of the two if both are meant",
            path=("metadata", "name"),
        )
    shelf[key] = item


def _sorted(shelf: Mapping[Key, _Item]) -> tuple[_Item, ...]:
    return tuple(shelf[key] for key in sorted(shelf))


def _precedence(policy: AdminPolicy) -> tuple[int, int, str]:
    """Where a policy stands: by tier, priority and name."""
    return tuple(Tier).index(policy.tier), policy.priority, policy.name


def _all_namespaces(declared: Iterable[Namespace], lived_in: Iterable[str]) -> dict[str, Namespace]:
    every = {namespace.name: namespace for namespace in declared}
    for name in lived_in:
        if name not in every:
            every[name] = Namespace(name, {METADATA_NAME: name}, declared=False)
    return {name: every[name] for name in sorted(every)}
