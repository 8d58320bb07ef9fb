"""Sets of (endpoint, open facts) pairs, as bits.

What policies see of an endpoint has a fixed part, which makes it a member of a *class*, and a part that the
input may leave open: its address, and the labels of a namespace without a Namespace object. A *point* is one
way in which the open part can be. An extent says which classes are in a set at every point, and which at
some points only.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple


class Extent(NamedTuple):
    """`full` are the classes that are in the set at every point; `partial` are (points, classes) pairs, in
    which no class stands twice, none that is in `full`, and no points are none or all.
    """

    full: int
    partial: tuple[tuple[int, int], ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether the set has no member."""
        return not self.full and not self.partial

    @property
    def classes(self) -> int:
        """The classes that are in the set at some point."""
        found = self.full
        for _, classes in self.partial:
            found |= classes
        return found

    def points(self, number: int, every_point: int) -> int:
        """The points at which one class is in the set."""
        if self.full >> number & 1:
            return every_point
        return next((points for points, classes in self.partial if classes >> number & 1), 0)


NOWHERE = Extent(0)


class Algebra:
    """Unions, intersections and complements over a fixed number of classes and points."""

    def __init__(self, classes: int, points: int) -> None:
        self.classes = (1 << classes) - 1
        self.points = (1 << points) - 1
        self.everywhere = Extent(self.classes)

    def at(self, points: int, classes: int) -> Extent:
        """These classes at these points."""
        if not points or not classes:
            return NOWHERE
        return Extent(classes) if points == self.points else Extent(0, ((points, classes),))

    def union(self, extents: Iterable[Extent]) -> Extent:
        """What is in any of the sets."""
        full = 0
        partial: list[tuple[int, int]] = []
        for extent in extents:
            full |= extent.full
            partial += extent.partial
        if not partial:
            return Extent(full)
        return self._settle(full, partial)

    def _settle(self, full: int, partial: Iterable[tuple[int, int]]) -> Extent:
        """The union of full classes and of pairs that may overlap."""
        parts: dict[int, int] = {}
        for points, classes in partial:
            rest = classes & ~full
            for known, members in list(parts.items()):
                both = rest & members
                joined = known | points
                if not both or joined == known:
                    rest &= ~both
                    continue
                rest &= ~both
                parts[known] &= ~both
                if joined == self.points:
                    full |= both
                else:
                    parts[joined] = parts.get(joined, 0) | both
            if rest:
                parts[points] = parts.get(points, 0) | rest
        return Extent(full, tuple((points, members) for points, members in sorted(parts.items()) if members))

    def intersection(self, one: Extent, other: Extent) -> Extent:
        """What is in both sets."""
        full = one.full & other.full
        if not one.partial and not other.partial:
            return Extent(full)
        parts: dict[int, int] = {}
        for left, members in ((self.points, one.full), *one.partial):
            for right, others in ((self.points, other.full), *other.partial):
                both, points = members & others, left & right
                if both and points and points != self.points:
                    parts[points] = parts.get(points, 0) | both
        return Extent(full, tuple(sorted(parts.items())))

    def complement(self, extent: Extent) -> Extent:
        """What is not in the set."""
        return Extent(
            self.classes & ~extent.classes,
            tuple(sorted((self.points & ~points, classes) for points, classes in extent.partial)),
        )

    def difference(self, one: Extent, other: Extent) -> Extent:
        """What is in the first set and not in the other."""
        if not one.partial and not other.partial:
            return Extent(one.full & ~other.full)
        return self.intersection(one, self.complement(other))
