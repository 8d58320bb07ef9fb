"""Declared endpoints and outside addresses, sorted into the classes that rules can tell apart."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from npverify.errors import InternalError
from npverify.questions.connectivity.connections import Interval
from npverify.questions.connectivity.cuts import AddressCut, Table
from npverify.questions.connectivity.mentions import Mentions, NamespaceWays
from npverify.questions.selections import DeclaredPod, declared_endpoint
from npverify.resources import Address, Network
from npverify_encodings.model import DeclaredEndpoint, Kind, Scope

FAMILIES = (4, 6)

NamespaceLabels = Mapping[str, Mapping[str, str] | None]
"""The labels of namespaces; None: any."""


@dataclass(frozen=True, slots=True)
class Member:
    """A declared pod, and the sides of a cell on which it is asked for."""

    declared: DeclaredPod
    is_source: bool = True
    is_destination: bool = True


@dataclass(frozen=True, slots=True)
class Outside:
    """The addresses of one atom that can be outside: those that no pod can have and the input gives to no pod
    and no node.
    """

    atom: int
    version: int
    intervals: tuple[Interval, ...]
    is_source: bool = True
    is_destination: bool = True


class OwnNode(StrEnum):
    """Whether a hostNetwork pod of one workload runs on the node of a pod of another."""

    ALWAYS = "always"
    MAYBE = "maybe"
    NEVER = "never"


@dataclass(frozen=True, slots=True)
class EndpointClass:
    """Pods, or outside addresses, that no rule tells apart.

    `spots` are the points at which they can be, by address family; a family they have no address of is left
    out, and so is one that the network plugin does not carry. `is_open`: they have one address of those, else
    every one that the input gives; `is_shared`: one of these is another endpoint's as well.
    `has_open_labels`: the labels of their namespace are open too. `nodes` are those that they run on (None:
    not known).
    """

    kind: Kind
    namespace: str
    labels: Mapping[str, str]
    table: Table
    spots: Mapping[int, int]
    addresses: tuple[Address, ...]
    is_open: bool
    is_shared: bool
    has_open_labels: bool
    nodes: frozenset[str | None]
    is_source: bool
    is_destination: bool
    members: tuple[DeclaredPod, ...] = ()
    outside: Outside | None = None

    def own_node(self, other: EndpointClass) -> OwnNode:
        """Whether one of the two is the node on which the other runs."""
        if {self.kind, other.kind} != {Kind.POD, Kind.NODE}:
            return OwnNode.NEVER
        return relation(self.nodes, other.nodes)


def relation(one: frozenset[str | None], other: frozenset[str | None]) -> OwnNode:
    """Whether pods that run on these nodes share one, whichever two of them."""
    if None in one or None in other:
        return OwnNode.MAYBE
    if not one & other:
        return OwnNode.NEVER
    return OwnNode.ALWAYS if len(one | other) == 1 else OwnNode.MAYBE


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What classes are made with: what rules mention, how addresses are cut, what is known of namespaces, and
    the address families that the network plugin carries.
    """

    mentions: Mentions
    cut: AddressCut
    namespaces: NamespaceLabels
    ways: NamespaceWays
    pod_networks: tuple[Network, ...] = ()
    families: tuple[int, ...] = FAMILIES

    @property
    def points(self) -> int:
        """How many points there are: one for each atom of addresses and way of labels."""
        return self.ways.count * len(self.cut.atoms)

    def in_every_way(self, atoms: int, ways: Iterable[int] | None = None) -> int:
        """The points at some atoms of addresses, with labels in some ways (None: in each)."""
        width = len(self.cut.atoms)
        return sum(atoms << way * width for way in (range(self.ways.count) if ways is None else ways))

    def way(self, points: int, number: int) -> int:
        """The atoms of addresses of those points at which labels are in one way."""
        return points >> number * len(self.cut.atoms) & self.cut.everything

    @property
    def pod_atoms(self) -> int:
        """Where a pod of which no address is known can have one."""
        if not self.pod_networks:
            return self.cut.everything
        found = 0
        for network in self.pod_networks:
            found |= self.cut.bits(network)
        return found


def sort_into_classes(
    members: Iterable[Member], outside: Iterable[Outside], around: Surroundings
) -> tuple[EndpointClass, ...]:
    """Every class that has a member, in the order of their first ones; outside addresses come last."""
    sorter = _Sorter(tuple(members), around)
    classes = (*sorter.declared(), *sorter.outside(outside))
    if not all(each.members or (each.outside is not None and each.outside.intervals) for each in classes):
        raise InternalError("a class of endpoints is empty", details=repr(classes))
    return classes


class _Sorter:
    def __init__(self, members: Sequence[Member], around: Surroundings) -> None:
        self._members = members
        self._around = around
        self._endpoints = [declared_endpoint(member.declared) for member in members]
        self._nodes = _nodes_of_workloads(members, self._endpoints)
        kinds = zip(members, self._endpoints, strict=True)
        self._node_sets = tuple(
            dict.fromkeys(self._nodes[_workload_key(m)] for m, e in kinds if e.kind is Kind.NODE)
        )
        given = Counter(a for e in self._endpoints if e.kind is Kind.POD for a in set(e.addresses))
        on_nodes = {a for e in self._endpoints if e.kind is Kind.NODE for a in e.addresses}
        self._shared = {a for a, count in given.items() if count > 1 or a in on_nodes}

    def declared(self) -> Iterator[EndpointClass]:
        groups: dict[Hashable, list[int]] = {}
        for number, (member, endpoint) in enumerate(zip(self._members, self._endpoints, strict=True)):
            groups.setdefault(self._key(member, endpoint), []).append(number)
        for numbers in groups.values():
            yield self._class(numbers)

    def _key(self, member: Member, endpoint: DeclaredEndpoint) -> Hashable:
        around = self._around
        nodes = self._nodes[_workload_key(member)]
        sides = member.is_source, member.is_destination, self._address_key(endpoint)
        if endpoint.kind is Kind.NODE:
            return (*sides, nodes)
        labels = around.namespaces[endpoint.namespace]
        is_named = labels is None or endpoint.namespace in around.mentions.namespaces
        return (
            *sides,
            endpoint.namespace if is_named else None,
            None if labels is None else around.mentions.project(Scope.NAMESPACE, labels),
            around.mentions.project(Scope.POD, dict(endpoint.labels)),
            self._table(endpoint),
            tuple(relation(nodes, other) for other in self._node_sets),
        )

    def _address_key(self, endpoint: DeclaredEndpoint) -> Hashable:
        """The atoms of the known addresses, or the addresses where another endpoint has one of them too."""
        if self._is_shared(endpoint):
            return tuple(sorted(map(str, endpoint.addresses)))
        return tuple(sorted((a.version, self._atom(a)) for a in endpoint.addresses))

    def _is_shared(self, endpoint: DeclaredEndpoint) -> bool:
        return not self._shared.isdisjoint(endpoint.addresses)

    def _atom(self, address: Address) -> int:
        return self._around.cut.atom_of(address.version, int(address))

    def _table(self, endpoint: DeclaredEndpoint) -> Table:
        return frozenset(port for port in endpoint.ports if port[0] in self._around.mentions.port_names)

    def _class(self, numbers: Sequence[int]) -> EndpointClass:
        first, endpoint = self._members[numbers[0]], self._endpoints[numbers[0]]
        labels = self._around.namespaces[endpoint.namespace] if endpoint.kind is Kind.POD else {}
        return EndpointClass(
            kind=endpoint.kind,
            namespace=endpoint.namespace,
            labels=dict(endpoint.labels),
            table=self._table(endpoint),
            spots=self._spots(endpoint, has_open_labels=labels is None),
            addresses=endpoint.addresses,
            is_open=not endpoint.addresses,
            is_shared=self._is_shared(endpoint),
            has_open_labels=labels is None,
            nodes=self._nodes[_workload_key(first)],
            is_source=first.is_source,
            is_destination=first.is_destination,
            members=tuple(self._members[number].declared for number in numbers),
        )

    def _spots(self, endpoint: DeclaredEndpoint, *, has_open_labels: bool) -> Mapping[int, int]:
        around = self._around
        if endpoint.addresses:
            atoms = 0
            for address in endpoint.addresses:
                atoms |= 1 << self._atom(address)
        else:
            atoms = around.pod_atoms if endpoint.kind is Kind.POD else around.cut.everything
        ways = None if has_open_labels else (0,)
        spots = {v: around.in_every_way(atoms & around.cut.family[v], ways) for v in around.families}
        return {version: points for version, points in spots.items() if points}

    def outside(self, parts: Iterable[Outside]) -> Iterator[EndpointClass]:
        for part in parts:
            yield EndpointClass(
                kind=Kind.EXTERNAL,
                namespace="",
                labels={},
                table=frozenset(),
                spots={part.version: 1 << part.atom},
                addresses=(),
                is_open=False,
                is_shared=False,
                has_open_labels=False,
                nodes=frozenset(),
                is_source=part.is_source,
                is_destination=part.is_destination,
                outside=part,
            )


_WorkloadKey = tuple[str, str, str, bool]


def _workload_key(member: Member) -> _WorkloadKey:
    workload = member.declared.workload
    return workload.namespace, workload.kind, workload.name, member.declared.pod.host_network


def _nodes_of_workloads(
    members: Sequence[Member], endpoints: Sequence[DeclaredEndpoint]
) -> Mapping[_WorkloadKey, frozenset[str | None]]:
    """The nodes on which the pods of each workload run: they are folded, so it is open which of them one is
    on.
    """
    nodes: dict[_WorkloadKey, set[str | None]] = {}
    for member, endpoint in zip(members, endpoints, strict=True):
        nodes.setdefault(_workload_key(member), set()).add(endpoint.node)
    return {key: frozenset(own) for key, own in nodes.items()}
