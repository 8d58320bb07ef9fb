"""Sets of endpoints of the rule model, evaluated on classes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import NamedTuple

from npverify.errors import InternalError
from npverify.questions.connectivity.bits import bits_of
from npverify.questions.connectivity.classes import FAMILIES, EndpointClass, Surroundings
from npverify.questions.connectivity.extents import Algebra, Extent
from npverify_encodings.model import (
    AddressIn,
    AllOf,
    AnyOf,
    EndpointSet,
    Kind,
    KindIs,
    LabelOperator,
    LabelRequirement,
    NamespaceIs,
    Not,
    OwnNode,
    Scope,
)


class Reach(NamedTuple):
    """The classes that an extent reaches, by address family.

    `some_4`, `some_6`: at some point at which the class can be; `every_4`, `every_6`: wherever it is.
    """

    some_4: int
    every_4: int
    some_6: int
    every_6: int

    def meet(self, classes: int) -> Reach:
        """The part that concerns some classes only."""
        return Reach(*(bits & classes for bits in self))

    def join(self, other: Reach) -> Reach:
        """What either reaches."""
        return Reach(*(one | two for one, two in zip(self, other, strict=True)))


class Sets:
    """Which classes are in which sets of endpoints."""

    def __init__(self, classes: Sequence[EndpointClass], around: Surroundings, identity_label: str) -> None:
        self.classes = classes
        self.around = around
        self.algebra = Algebra(len(classes), around.points)
        self.every_way = (1 << around.ways.count) - 1
        self._identity_label = identity_label
        self.of_kind = {kind: bits_of(n for n, c in enumerate(classes) if c.kind is kind) for kind in Kind}
        self.with_family = {v: bits_of(n for n, c in enumerate(classes) if v in c.spots) for v in FAMILIES}
        self.open = self.where(lambda each: each.is_open)
        self._by_namespace: dict[str, int] = {}
        for number, each in enumerate(classes):
            if each.kind is Kind.POD:
                self._by_namespace[each.namespace] = self._by_namespace.get(each.namespace, 0) | 1 << number
        self._by_value: dict[tuple[Scope, str], dict[str | None, int]] = {}
        self._known: dict[EndpointSet, Extent] = {}
        self._spots = self._distinct_spots()
        self._reached: dict[int, Reach] = {}

    def where(self, holds: Callable[[EndpointClass], bool]) -> int:
        """The classes of which something is true."""
        return bits_of(number for number, each in enumerate(self.classes) if holds(each))

    # Extents ------------------------------------------------------------------------------------------

    def extent(self, endpoints: EndpointSet, own_nodes: int = 0) -> Extent:
        """Where the set is; `own_nodes` are the classes of which OwnNode is true."""
        if own_nodes:
            return self._evaluate(endpoints, own_nodes)
        known = self._known.get(endpoints)
        if known is None:
            known = self._known[endpoints] = self._evaluate(endpoints, 0)
        return known

    def subjects(self, endpoints: EndpointSet) -> int:
        """The classes that are in a set whatever is open; raises InternalError where that says too little."""
        extent = self.extent(endpoints)
        if extent.partial:
            raise InternalError(f"a policy isolates by what is open: {endpoints}")
        return extent.full

    def subjects_by_way(self, endpoints: EndpointSet) -> Iterator[tuple[int, int, int]]:
        """The classes that are in a set, by the ways of labels and the atoms of addresses (both as bits) at
        which they are.
        """
        extent, around = self.extent(endpoints), self.around
        if extent.full:
            yield self.every_way, around.cut.everything, extent.full
        for points, classes in extent.partial:
            ways: dict[int, int] = {}
            for number in range(around.ways.count):
                atoms = around.way(points, number)
                ways[atoms] = ways.get(atoms, 0) | 1 << number
            for atoms, own in ways.items():
                if atoms:
                    yield own, atoms, classes

    def atoms_of(self, number: int) -> int:
        """The atoms of addresses at which a class can be."""
        found = 0
        for spots in self.classes[number].spots.values():
            found |= self.around.way(spots, 0)
        return found

    def _evaluate(self, endpoints: EndpointSet, own_nodes: int) -> Extent:
        algebra = self.algebra
        match endpoints:
            case AllOf(terms):
                found = algebra.everywhere
                for term in terms:
                    found = algebra.intersection(found, self._evaluate(term, own_nodes))
                return found
            case AnyOf(terms):
                return algebra.union(self._evaluate(term, own_nodes) for term in terms)
            case Not(term):
                return algebra.complement(self._evaluate(term, own_nodes))
            case AddressIn(network):
                points = self.around.in_every_way(self.around.cut.bits(network))
                return algebra.at(points, algebra.classes)
            case KindIs(kind):
                return Extent(self.of_kind[kind])
            case NamespaceIs(name):
                return Extent(self._by_namespace.get(name, 0))
            case OwnNode():
                return Extent(own_nodes)
            case LabelRequirement(Scope.POD):
                return Extent(self._admitted(endpoints))
            case LabelRequirement(Scope.NAMESPACE):
                return self._namespaces(endpoints)
            case _:
                raise InternalError(f"not provided for in a map: {endpoints}")

    def _admitted(self, requirement: LabelRequirement) -> int:
        """The pods whose labels are known and meet a requirement."""
        key = requirement.scope, requirement.key
        if key not in self._by_value:
            self._by_value[key] = self._index(requirement.scope, requirement.key)
        by_value = self._by_value[key]
        if requirement.operator in (LabelOperator.EXISTS, LabelOperator.DOES_NOT_EXIST):
            named = by_value.get(None, 0)
        else:
            named = 0
            for value in requirement.values:
                named |= by_value.get(value, 0)
        is_positive = requirement.operator in (LabelOperator.IN, LabelOperator.DOES_NOT_EXIST)
        return named if is_positive else self._labelled[requirement.scope] & ~named

    @cached_property
    def _labelled(self) -> Mapping[Scope, int]:
        """The pods whose labels are known, and those whose namespace's are."""
        pods = self.of_kind[Kind.POD]
        return {
            Scope.POD: pods,
            Scope.NAMESPACE: pods & ~self.where(lambda each: each.has_open_labels),
        }

    def _index(self, scope: Scope, key: str) -> dict[str | None, int]:
        classes: dict[str | None, list[int]] = {}
        for number, each in enumerate(self.classes):
            labels = each.labels if scope is Scope.POD else self.around.namespaces.get(each.namespace)
            if each.kind is Kind.POD and labels is not None:
                classes.setdefault(labels.get(key), []).append(number)
        return {value: bits_of(own) for value, own in classes.items()}

    def _namespaces(self, requirement: LabelRequirement) -> Extent:
        if requirement.key == self._identity_label:
            meets = requirement.admits
            return Extent(sum(own for name, own in self._by_namespace.items() if meets(name)))
        known = self._admitted(requirement)
        undeclared = self.where(lambda each: each.has_open_labels)
        if not undeclared:
            return Extent(known)
        points = self.around.in_every_way(
            self.around.cut.everything, tuple(self.around.ways.meeting(requirement))
        )
        return self.algebra.union((Extent(known), self.algebra.at(points, undeclared)))

    # What an extent reaches ---------------------------------------------------------------------------

    def reach(self, extent: Extent) -> Reach:
        """The classes that are in the extent at some point, and those that are wherever they are."""
        found = self._reach_at(self.algebra.points).meet(extent.full)
        for points, classes in extent.partial:
            found = found.join(self._reach_at(points).meet(classes))
        return found

    def _reach_at(self, points: int) -> Reach:
        known = self._reached.get(points)
        if known is None:
            some, every = dict.fromkeys(FAMILIES, 0), dict.fromkeys(FAMILIES, 0)
            for (version, spots, is_open, is_labelled), classes in self._spots.items():
                inside = points & spots
                if inside:
                    some[version] |= classes
                    if inside == spots or (not is_open and is_labelled) or self._is_always(inside, is_open):
                        every[version] |= classes
            known = self._reached[points] = Reach(some[4], every[4], some[6], every[6])
        return known

    def _is_always(self, inside: int, is_open: bool) -> bool:
        """Whether one of several known addresses is inside in whichever way labels are."""
        ways = range(self.around.ways.count)
        return not is_open and all(self.around.way(inside, number) for number in ways)

    def _distinct_spots(self) -> dict[tuple[int, int, bool, bool], int]:
        found: dict[tuple[int, int, bool, bool], list[int]] = {}
        for number, each in enumerate(self.classes):
            for version, spots in each.spots.items():
                key = version, spots, each.is_open, not each.has_open_labels
                found.setdefault(key, []).append(number)
        return {key: bits_of(own) for key, own in found.items()}
