"""One endpoint of a map pinned down for the solver: one of its pods, or its whole range of addresses."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from ipaddress import ip_network

from npverify.questions.connectivity.classes import OwnNode, relation
from npverify.questions.connectivity.result import EndpointKind, MapEndpoint
from npverify.questions.selections import NODES, OUTSIDE, PODS, DeclaredPod, declared_endpoint
from npverify_encodings.model import (
    AddressIn,
    DeclaredEndpoint,
    EndpointSet,
    Kind,
    LabelOperator,
    LabelRequirement,
    NamespaceIs,
    Scope,
    all_of,
    any_of,
)

ANY_ADDRESS = any_of(AddressIn(ip_network("0.0.0.0/0")), AddressIn(ip_network("::/0")))
"""True of every end; it makes an encoding give both ends an address, and not the same one."""


@dataclass(frozen=True, slots=True)
class Pinned:
    """A set of endpoints that holds the end, and the declared pod that it is (None: any outside address)."""

    endpoints: EndpointSet
    declared: DeclaredEndpoint | None = None

    @property
    def is_node(self) -> bool:
        """Whether the end is a hostNetwork pod."""
        return self.declared is not None and self.declared.kind is Kind.NODE

    @property
    def is_known(self) -> bool:
        """Whether all its addresses are known."""
        return self.declared is None or bool(self.declared.addresses)

    @property
    def families(self) -> Counter[int]:
        """How many addresses are known of each family."""
        return Counter(a.version for a in (() if self.declared is None else self.declared.addresses))


class Pins:
    """Pins down endpoints; `keys` are the pod labels that rules look at."""

    def __init__(self, pods: Mapping[str, DeclaredPod], keys: Sequence[str]) -> None:
        self._keys = keys
        self._by_workload: dict[tuple[str, str, str, bool], list[DeclaredPod]] = {}
        for declared in pods.values():
            own = declared.workload
            key = own.namespace, own.kind, own.name, declared.pod.host_network
            self._by_workload.setdefault(key, []).append(declared)

    def pods_of(self, endpoint: MapEndpoint) -> Sequence[DeclaredPod]:
        """The declared pods that a workload of a map stands for."""
        is_node = endpoint.kind is EndpointKind.HOST_NETWORK
        key = endpoint.namespace or "", endpoint.workload_kind, endpoint.workload_name, is_node
        every = self._by_workload[key]
        return [each for each in every if not endpoint.pods or each.pod.name in endpoint.pods]

    def pin(self, end: DeclaredPod | MapEndpoint, other: DeclaredPod | MapEndpoint) -> Pinned:
        """One end of a flow; without its node where it is open whether the other end runs there."""
        if isinstance(end, MapEndpoint):
            assert end.range is not None
            return Pinned(all_of(OUTSIDE, any_of(*map(AddressIn, end.range.networks))))
        own = declared_endpoint(end)
        if isinstance(other, DeclaredPod) and self._relation(end, other) is OwnNode.MAYBE:
            own = replace(own, node=None)
        if own.kind is Kind.NODE:
            return Pinned(NODES, own)
        labels = dict(own.labels)
        absent = (key for key in self._keys if key not in labels)
        return Pinned(
            all_of(
                PODS,
                NamespaceIs(own.namespace),
                ANY_ADDRESS,
                *(LabelRequirement(Scope.POD, k, LabelOperator.IN, (v,)) for k, v in sorted(labels.items())),
                *(LabelRequirement(Scope.POD, key, LabelOperator.DOES_NOT_EXIST) for key in absent),
            ),
            own,
        )

    def _relation(self, one: DeclaredPod, other: DeclaredPod) -> OwnNode:
        return relation(self._nodes(one), self._nodes(other))

    def _nodes(self, declared: DeclaredPod) -> frozenset[str | None]:
        own = declared.workload
        key = own.namespace, own.kind, own.name, declared.pod.host_network
        return frozenset(each.pod.node for each in self._by_workload[key])
