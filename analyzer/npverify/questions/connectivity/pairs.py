"""The exact verdict on one pair of classes, for pairs whose two ends cannot be settled each by itself.

That is so where what is open about the one depends on the other: no two endpoints have the same address,
which matters where a single one is left for both; and two pods of one namespace see the same labels of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from npverify.questions.connectivity.bits import numbers_in
from npverify.questions.connectivity.classes import EndpointClass, Surroundings
from npverify.questions.connectivity.connections import Interval, normalize, overlap, without
from npverify_encodings.model import Kind

Addresses = tuple[Interval, ...]


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a pair connects whatever is open, and whether it may connect."""

    sure: bool
    possible: bool


@dataclass(frozen=True, slots=True)
class _End:
    """The addresses of one end in one family, and those of them that the other end's decisions admit."""

    every: Addresses
    admitted: Addresses

    @property
    def refused(self) -> Addresses:
        return without(self.every, self.admitted)


def ways_of_pair(
    source: EndpointClass, destination: EndpointClass, around: Surroundings
) -> Iterator[tuple[int, int]]:
    """The ways in which the labels of the namespaces of both can be together."""
    is_same = source.namespace == destination.namespace
    for own in range(around.ways.count) if source.has_open_labels else (0,):
        if source.has_open_labels and destination.has_open_labels and is_same:
            yield own, own
        else:
            for theirs in range(around.ways.count) if destination.has_open_labels else (0,):
                yield own, theirs


@dataclass(frozen=True, slots=True)
class Pair:
    """Two ends of flows; `is_one_class` says whether they are of one class (None: if they are the same)."""

    source: EndpointClass
    destination: EndpointClass
    around: Surroundings
    is_one_class: bool | None = None

    @property
    def may_coincide(self) -> bool:
        """Whether equal addresses are no sign that both ends are one: of two pods on one node, and of two
        members of one class that only look as if they had the same addresses.
        """
        source, destination = self.source, self.destination
        if source.kind is Kind.NODE and destination.kind is Kind.NODE:
            return True
        is_one = source is destination if self.is_one_class is None else self.is_one_class
        return is_one and not source.is_open and not source.is_shared

    def confined(self, start: int, end: int) -> Pair:
        """The pair with each end at some atoms of addresses only."""
        source, destination = self.source, self.destination
        return Pair(
            _confine(source, start, self.around),
            _confine(destination, end, self.around),
            self.around,
            source is destination,
        )

    @property
    def can_talk(self) -> bool:
        """Whether the two can have addresses between which there are flows."""
        everything = self.around.cut.everything
        return bool(self._families(everything, everything))

    def _families(self, egress: int, ingress: int) -> list[tuple[_End, _End]]:
        """Both ends, in each family in which there are flows between them."""
        families = (
            (_end(self.source, v, self.around, ingress), _end(self.destination, v, self.around, egress))
            for v in self.around.families
        )
        return [(one, other) for one, other in families if _meet(one.every, other.every, self.may_coincide)]

    def decide(self, *, egress: int, ingress: int) -> Verdict:
        """The verdict on flows of one atom of traffic, with the labels of both namespaces in one way.

        `egress` are the atoms of addresses at which the source may talk to the destination, `ingress` those
        at which the destination admits the source.
        """
        source, destination, may_coincide = self.source, self.destination, self.may_coincide
        pairs = self._families(egress, ingress)
        possible = any(_meet(one.admitted, other.admitted, may_coincide) for one, other in pairs)
        if not possible or not (source.is_open or destination.is_open):
            return Verdict(possible, possible)
        if source.is_open and destination.is_open:
            is_sure = all(
                not _meet(one.refused, other.every, may_coincide)
                and not _meet(one.every, other.refused, may_coincide)
                for one, other in pairs
            )
        else:
            ends = pairs if destination.is_open else [(other, one) for one, other in pairs]
            is_sure = all(_always_finds(known, open_end, may_coincide) for known, open_end in ends)
        return Verdict(is_sure, possible)


def _confine(of: EndpointClass, atoms: int, around: Surroundings) -> EndpointClass:
    """The class at some atoms of addresses only."""
    points = around.in_every_way(atoms)
    spots = {version: own & points for version, own in of.spots.items() if own & points}
    inside = (a for a in of.addresses if atoms >> around.cut.atom_of(a.version, int(a)) & 1)
    return replace(of, spots=spots, addresses=tuple(inside))


def _end(of: EndpointClass, version: int, around: Surroundings, admitted: int) -> _End:
    """One end in one family; `admitted` are atoms of addresses."""
    spots = around.way(of.spots.get(version, 0), 0)
    inside = _addresses(spots & admitted, around)
    if not of.addresses:
        return _End(_addresses(spots, around), inside)
    every = normalize((int(a), int(a)) for a in of.addresses if a.version == version)
    return _End(every, overlap(every, inside))


def _addresses(atoms: int, around: Surroundings) -> Addresses:
    return normalize(i for number in numbers_in(atoms) for i in around.cut.atoms[number].intervals)


def _meet(one: Addresses, other: Addresses, may_coincide: bool) -> bool:
    """Whether the ends can have an address each in these sets, not the same one unless they may coincide."""
    if not one or not other:
        return False
    is_single = len(one) == 1 and one[0][0] == one[0][1]
    return may_coincide or not is_single or one != other


def _always_finds(known: _End, open_end: _End, may_coincide: bool) -> bool:
    """Whether, at each address that the open end may have, one of the known ones connects."""
    if _meet(known.every, open_end.refused, may_coincide):
        return False
    if not known.admitted:
        return not _meet(known.every, open_end.admitted, may_coincide)
    first, last = known.admitted[0]
    is_single = len(known.admitted) == 1 and first == last
    if may_coincide or not is_single or not overlap(known.admitted, open_end.admitted):
        return True
    return known.every == known.admitted
