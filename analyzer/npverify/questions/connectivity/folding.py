"""What stands for endpoints in a map: their classes as they are, or whole namespaces."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import and_, or_
from typing import NamedTuple

from npverify.questions.connectivity.bits import bits_of
from npverify.questions.connectivity.classes import EndpointClass
from npverify.questions.connectivity.matrix import Settled
from npverify.questions.selections import DeclaredPod
from npverify_encodings.model import Kind


class Content(NamedTuple):
    """The bits of a cell: traffic that is allowed for sure, traffic that may be, and whether that is the same
    for any two endpoints.
    """

    sure: int
    possible: int
    uniform: bool = True


UnitRow = dict[Content, int]
"""Destination units by what can be reached of them; none stands twice."""


@dataclass(frozen=True, slots=True)
class Unit:
    """One line of a map before groups are made: a class, or the pods of a namespace."""

    classes: tuple[int, ...]
    namespace: str | None = None


def fold_nothing(
    classes: Sequence[EndpointClass], rows: Sequence[Settled]
) -> tuple[list[Unit], list[UnitRow]]:
    """Every class by itself."""
    units = [Unit((number,)) for number in range(len(classes))]
    return units, [{Content(*key): bits for key, bits in row.items()} for row in rows]


def fold_namespaces(
    classes: Sequence[EndpointClass], rows: Sequence[Settled], *, include_self: bool
) -> tuple[list[Unit], list[UnitRow]]:
    """The pods of each namespace together; hostNetwork pods and outside addresses stay as they are."""
    folding = _Folding(classes, rows, include_self=include_self)
    return folding.units, [folding.row(unit) for unit in folding.units]


class _Folding:
    def __init__(
        self, classes: Sequence[EndpointClass], rows: Sequence[Settled], *, include_self: bool
    ) -> None:
        self._rows = rows
        self._classes = classes
        self._include_self = include_self
        self._pods = _pods_by_namespace(classes)
        self.units = [Unit(tuple(own), name) for name, own in sorted(self._pods.items())]
        self.units += [Unit((n,)) for n, each in enumerate(classes) if each.kind is not Kind.POD]
        self._masks = [bits_of(n for n in unit.classes if classes[n].is_destination) for unit in self.units]

    def row(self, unit: Unit) -> UnitRow:
        """What a unit can reach."""
        rows = [self._rows[number] for number in unit.classes if self._classes[number].is_source]
        keys = dict.fromkeys(key for row in rows for key in row)
        some = {key: reduce(or_, (row.get(key, 0) for row in rows)) for key in keys}
        every = {key: reduce(and_, (row.get(key, 0) for row in rows)) for key in keys}
        found: UnitRow = {}
        for place, (other, mask) in enumerate(zip(self.units, self._masks, strict=True)):
            if other is unit and unit.namespace is not None:
                content = self._own_content(unit)
            else:
                hits = [key for key in keys if some[key] & mask]
                is_uniform = len(hits) == 1 and every[hits[0]] & mask == mask
                content = _together(hits, uniform=is_uniform)
            if content.possible:
                found[content] = found.get(content, 0) | 1 << place
        return found

    def _own_content(self, unit: Unit) -> Content:
        """The cell of a namespace with itself, without the pairs of pods that are not asked for."""
        crowd = _Crowd(self._classes, self._pods[unit.namespace or ""])
        hits: dict[tuple[int, int], None] = {}
        for number in unit.classes:
            if self._classes[number].is_source:
                left = partners = crowd.partners(number, include_self=self._include_self)
                for key, classes in self._rows[number].items():
                    if classes & partners:
                        hits[key] = None
                        left &= ~classes
                if left:
                    hits[0, 0] = None
        return _together(list(hits), uniform=len(hits) == 1)


class _Crowd:
    """The pods of one namespace by class, and which of them make pairs."""

    def __init__(self, classes: Sequence[EndpointClass], pods: Mapping[int, Sequence[DeclaredPod]]) -> None:
        self._pods = pods
        self._destinations = bits_of(number for number in pods if classes[number].is_destination)
        self._only: dict[tuple[str, str], int] = {}
        for number in pods:
            workloads = self._workloads(number)
            if len(workloads) == 1:
                for each in workloads:
                    self._only[each] = self._only.get(each, 0) | 1 << number

    def _workloads(self, number: int) -> set[tuple[str, str]]:
        return {(each.workload.kind, each.workload.name) for each in self._pods[number]}

    def partners(self, number: int, *, include_self: bool) -> int:
        """The classes with a pod that one of this class makes a pair with: one of another workload, or (with
        `include_self`) any other pod.
        """
        if include_self:
            own = self._pods[number]
            is_alone = len(own) == 1 and not own[0].pod.replicated
            return self._destinations & ~(1 << number) if is_alone else self._destinations
        workloads = self._workloads(number)
        if len(workloads) > 1:
            return self._destinations
        return self._destinations & ~self._only[workloads.pop()]


def _together(keys: Sequence[tuple[int, int]], *, uniform: bool) -> Content:
    """What is so of some pair of endpoints."""
    sure = reduce(or_, (key[0] for key in keys), 0)
    return Content(sure, reduce(or_, (key[1] for key in keys), 0), uniform)


def _pods_by_namespace(
    classes: Sequence[EndpointClass],
) -> Mapping[str, Mapping[int, Sequence[DeclaredPod]]]:
    """The pods of the pod network by namespace and class."""
    found: dict[str, dict[int, list[DeclaredPod]]] = {}
    for number, each in enumerate(classes):
        for declared in each.members if each.kind is Kind.POD else ():
            found.setdefault(declared.pod.namespace, {}).setdefault(number, []).append(declared)
    return found
