"""The few pairs of classes that have to be decided exactly: see `pairs`.

The bits of the matrix take it that both ends choose their open facts freely. Here are the pairs for which
that could be wrong; it does no harm if one is among them for which it is right.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from functools import reduce
from operator import and_, or_

from npverify.questions.connectivity.bits import bits_of, numbers_in
from npverify.questions.connectivity.classes import EndpointClass
from npverify.questions.connectivity.decisions import Decisions
from npverify.questions.connectivity.extents import Extent
from npverify.questions.connectivity.matrix import Settled
from npverify.questions.connectivity.pairs import Pair, Verdict, ways_of_pair
from npverify.questions.connectivity.sets import Sets
from npverify.resources import Address
from npverify_encodings.model import Kind

_Hinges = Mapping[int, Mapping[int, int]]
"""By atom that is a single address, and by subject: the peers that may be left with just this address."""


class Collisions:
    """The pairs that may collide in one world, and what becomes of them."""

    def __init__(self, sets: Sets, egress: Decisions, ingress: Decisions, world: int) -> None:
        self._sets = sets
        self._egress = egress
        self._ingress = ingress
        self._world = world
        self._tiny = bits_of(n for n, atom in enumerate(sets.around.cut.atoms) if atom.size == 1)
        self._open_spots = self._find_open_spots()
        self._hinging: dict[tuple[int, int], tuple[int, ...]] = {}
        self._verdicts: dict[Hashable, Verdict] = {}
        sources = sets.where(lambda each: each.is_source)
        destinations = sets.where(lambda each: each.is_destination)
        self._partners: dict[int, int] = {}
        for source, partners in self._pairs():
            if sources >> source & 1:
                self._partners[source] = self._partners.get(source, 0) | partners & destinations

    def correct(self, source: int, settled: Settled) -> Settled:
        """A row of the matrix with the pairs in it put right."""
        partners = self._partners.get(source, 0)
        if not partners:
            return settled
        corrected = {key: classes & ~partners for key, classes in settled.items()}
        for destination in numbers_in(partners):
            key = self._decide(source, destination)
            corrected[key] = corrected.get(key, 0) | 1 << destination
        corrected.pop((0, 0), None)
        return {key: classes for key, classes in corrected.items() if classes}

    def _decide(self, source: int, destination: int) -> tuple[int, int]:
        """The traffic that is allowed for sure, and that which may be."""
        classes, around = self._sets.classes, self._sets.around
        found = [
            self._decide_in(source, destination, own, theirs)
            for own, theirs in ways_of_pair(classes[source], classes[destination], around)
        ]
        return reduce(and_, (sure for sure, _ in found)), reduce(or_, (possible for _, possible in found))

    def _decide_in(self, source: int, destination: int, own: int, theirs: int) -> tuple[int, int]:
        """As `_decide`, with the labels of both namespaces in one way."""
        starts, ends = self._egress.places(source), self._ingress.places(destination)
        if len(starts) == len(ends) == 1:
            one, other = self._sets.classes[source], self._sets.classes[destination]
            return self._decide_at(Pair(one, other, self._sets.around), (source, own), (destination, theirs))
        pairs = self._pairs_at(source, destination)
        found = {
            place: self._decide_at(pair, (source, own), (destination, theirs), *place)
            for place, pair in pairs.items()
        }
        return self._join(source, destination, found)

    def _pairs_at(self, source: int, destination: int) -> dict[tuple[int, int], Pair]:
        """The two ends confined to each two of their places at which they can be together."""
        whole = Pair(self._sets.classes[source], self._sets.classes[destination], self._sets.around)
        starts, ends = self._egress.places(source), self._ingress.places(destination)
        pairs = {(start, end): whole.confined(start, end) for start in starts for end in ends}
        return {place: pair for place, pair in pairs.items() if pair.can_talk}

    def _join(
        self, source: int, destination: int, found: Mapping[tuple[int, int], tuple[int, int]]
    ) -> tuple[int, int]:
        """The traffic that is allowed wherever an end of an open address is, at some place of one of known
        ones; and that which may be.
        """
        classes = self._sets.classes
        sure: dict[tuple[int, int], int] = {}
        for (start, end), (own, _) in found.items():
            key = start if classes[source].is_open else 0, end if classes[destination].is_open else 0
            sure[key] = sure.get(key, 0) | own
        possible = reduce(or_, (maybe for _, maybe in found.values()), 0)
        return reduce(and_, sure.values()) if sure else 0, possible

    def _decide_at(
        self,
        pair: Pair,
        source: tuple[int, int],
        destination: tuple[int, int],
        start: int | None = None,
        end: int | None = None,
    ) -> tuple[int, int]:
        """The verdict on two classes, each with the labels of its namespace in one way, at some atoms."""
        around, every = self._sets.around, self._sets.algebra.points
        (one, own), (other, theirs) = source, destination
        sure = possible = 0
        ingress = [
            (traffic, around.way(extent.points(one, every), own))
            for traffic, extent in self._ingress.row(other, self._world, theirs, end)
        ]
        for traffic, extent in self._egress.row(one, self._world, own, start):
            atoms = around.way(extent.points(other, every), theirs)
            for matched, admitted in ingress:
                if traffic & matched and atoms and admitted:
                    verdict = self._verdict(pair, atoms, admitted)
                    sure |= traffic & matched if verdict.sure else 0
                    possible |= traffic & matched if verdict.possible else 0
        return sure, possible

    def _verdict(self, pair: Pair, egress: int, ingress: int) -> Verdict:
        key = _looks(pair.source), _looks(pair.destination), pair.may_coincide, egress, ingress
        known = self._verdicts.get(key)
        if known is None:
            known = self._verdicts[key] = pair.decide(egress=egress, ingress=ingress)
        return known

    # Which pairs --------------------------------------------------------------------------------------

    def _pairs(self) -> Iterator[tuple[int, int]]:
        """A class of sources, and classes of destinations that it may collide with."""
        yield from self._with_shared_addresses()
        yield from self._with_roaming_subjects()
        if self._sets.around.ways.count > 1:
            yield from self._with_open_labels()
            yield from self._with_wavering_subjects()
        if not self._tiny:
            return
        egress, ingress = self._hinges(self._egress), self._hinges(self._ingress)
        at = self._known_at()
        for atom, by_source in egress.items():
            for source, destinations in by_source.items():
                if at.get(atom, 0) >> source & 1:
                    yield source, destinations
        for atom, by_destination in ingress.items():
            for destination, sources in by_destination.items():
                if at.get(atom, 0) >> destination & 1:
                    yield from ((source, 1 << destination) for source in numbers_in(sources))
            yield from _both_hinge(egress.get(atom, {}), by_destination)

    def _with_shared_addresses(self) -> Iterator[tuple[int, int]]:
        """Two declared pods that the input gives one address; those of one node never collide."""
        owners: dict[Address, list[int]] = {}
        for number, each in enumerate(self._sets.classes):
            for address in each.addresses if each.is_shared else ():
                owners.setdefault(address, []).append(number)
        nodes = self._sets.of_kind[Kind.NODE]
        for numbers in owners.values():
            classes = bits_of(numbers)
            for number in numbers:
                yield number, classes & ~nodes if nodes >> number & 1 else classes

    def _with_roaming_subjects(self) -> Iterator[tuple[int, int]]:
        """Ends to which rules apply or not as their addresses are."""
        every = self._sets.algebra.classes
        yield from ((number, every) for number in numbers_in(self._egress.roaming))
        if self._ingress.roaming:
            yield from ((number, self._ingress.roaming) for number in numbers_in(every))

    def _with_wavering_subjects(self) -> Iterator[tuple[int, int]]:
        """Pods to which rules apply or not as the labels of their namespace are."""
        every = self._sets.algebra.classes
        yield from ((number, every) for number in numbers_in(self._egress.wavering))
        if self._ingress.wavering:
            yield from ((number, self._ingress.wavering) for number in numbers_in(every))

    def _with_open_labels(self) -> Iterator[tuple[int, int]]:
        """Pods of one namespace whose labels are open, and such pods with addresses of two families."""
        classes = self._sets.classes
        together: dict[str, list[int]] = {}
        for number, each in enumerate(classes):
            if each.has_open_labels:
                together.setdefault(each.namespace, []).append(number)
                if not each.is_open and len(each.spots) > 1:
                    yield number, self._sets.algebra.classes
                    yield from ((other, 1 << number) for other in range(len(classes)))
        for numbers in together.values():
            yield from ((number, bits_of(numbers)) for number in numbers)

    def _known_at(self) -> Mapping[int, int]:
        """The classes that are known to be at an atom that is a single address."""
        found: dict[int, int] = {}
        for number, each in enumerate(self._sets.classes):
            if not each.is_open:
                for spots in each.spots.values():
                    for atom in numbers_in(self._sets.around.way(spots, 0) & self._tiny):
                        found[atom] = found.get(atom, 0) | 1 << number
        return found

    def _find_open_spots(self) -> Mapping[int, int]:
        """The points at which open classes can be, with the classes."""
        found: dict[int, int] = {}
        for number, each in enumerate(self._sets.classes):
            if each.is_open:
                for spots in each.spots.values():
                    found[spots] = found.get(spots, 0) | 1 << number
        return found

    def _hinges(self, decisions: Decisions) -> _Hinges:
        found: dict[int, dict[int, int]] = {}
        for number in range(len(self._sets.classes)):
            for _, extent in decisions.row(number, self._world):
                for atom, classes in self._hinging_in(extent):
                    own = found.setdefault(atom, {})
                    own[number] = own.get(number, 0) | classes
        return found

    def _hinging_in(self, extent: Extent) -> Iterator[tuple[int, int]]:
        for points, classes in ((self._sets.algebra.points, extent.full), *extent.partial):
            for spots, members in self._open_spots.items():
                if classes & members:
                    for atom in self._single_atoms(points, spots):
                        yield atom, classes & members

    def _single_atoms(self, points: int, spots: int) -> tuple[int, ...]:
        """The single addresses that are all that is admitted, or refused, of some spots."""
        key = points, spots
        known = self._hinging.get(key)
        if known is None:
            around = self._sets.around
            ways = [(around.way(points, n), around.way(spots, n)) for n in range(around.ways.count)]
            candidates = (bits for own, every in ways for bits in (own & every, every & ~own))
            singles = dict.fromkeys(bits for bits in candidates if bits & self._tiny and not bits & bits - 1)
            known = self._hinging[key] = tuple(bits.bit_length() - 1 for bits in singles)
        return known


def _both_hinge(egress: Mapping[int, int], ingress: Mapping[int, int]) -> Iterator[tuple[int, int]]:
    """The pairs of which each end may be left with the same single address."""
    hinging = bits_of(ingress)
    for source, destinations in egress.items():
        both = bits_of(d for d in numbers_in(destinations & hinging) if ingress[d] >> source & 1)
        if both:
            yield source, both


def _looks(of: EndpointClass) -> Hashable:
    """All that a verdict depends on."""
    namespace = of.namespace if of.has_open_labels else None
    return of.kind, tuple(of.spots.items()), of.addresses, of.is_open, of.is_shared, namespace
