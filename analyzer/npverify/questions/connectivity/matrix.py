"""Both directions together: what each class of sources can reach, as bits over traffic and classes.

A flow is allowed iff the source's decisions admit the destination and the destination's admit the source. The
decisions of each direction come as rows by subject; those of ingress are turned around first, so that all of
one source's destinations are settled by a handful of operations on bits.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from npverify.questions.connectivity.bits import bits_of, numbers_in, refine
from npverify.questions.connectivity.decisions import Decisions
from npverify.questions.connectivity.sets import Reach, Sets
from npverify_encodings.model import Kind

Settled = dict[tuple[int, int], int]
"""Destinations by what they have in common: (traffic allowed whatever is open, traffic that may be allowed).

No destination stands twice; what is not there cannot be reached.
"""


class _Entry(NamedTuple):
    """Destinations that admit some sources on some traffic, as far as `flags` (the fields of a Reach) go."""

    traffic: int
    destinations: int
    flags: tuple[bool, bool, bool, bool]


class Matrix:
    """What every class of sources can reach in one world."""

    def __init__(
        self, sets: Sets, egress: Decisions, ingress: Decisions, every_traffic: int, world: int
    ) -> None:
        self._sets = sets
        self._egress = egress
        self._every_traffic = every_traffic
        self._world = world
        self._outside = sets.of_kind[Kind.EXTERNAL]
        self._destinations = sets.where(lambda each: each.is_destination)
        self._admitting = _Admitting(sets, self._admissions(ingress), every_traffic)

    def _admissions(self, ingress: Decisions) -> Mapping[tuple[int, Reach], int]:
        """For traffic and sources: the destinations that admit just these."""
        found: dict[tuple[int, Reach], list[int]] = {}
        for number in numbers_in(self._destinations):
            by_reach: dict[Reach, int] = {}
            for traffic, extent in ingress.row(number, self._world):
                reach = self._sets.reach(extent)
                by_reach[reach] = by_reach.get(reach, 0) | traffic
            for reach, traffic in by_reach.items():
                found.setdefault((traffic, reach), []).append(number)
        return {key: bits_of(own) for key, own in found.items()}

    def row(self, number: int) -> Settled:
        """What one class of sources can reach."""
        source = self._sets.classes[number]
        within = self._destinations
        if source.kind is Kind.EXTERNAL:
            within &= ~self._outside
        settled: Settled = {(0, 0): within}
        for traffic, egress, ingress in self._columns(number):
            some, every = self._combine(number, egress, ingress)
            settled = _split(settled, traffic, some, every)
        settled.pop((0, 0), None)
        return settled

    def _columns(self, number: int) -> Iterator[tuple[int, Reach, Reach]]:
        """Traffic that is all the same to one source: whom it may talk to, and who admits it."""
        rows = [(t, self._sets.reach(extent)) for t, extent in self._egress.row(number, self._world)]
        plus, minus = self._admitting.plus[number], self._admitting.minus[number]
        cuts = (*(traffic for traffic, _ in rows), *(entry.traffic for entry in (*plus, *minus)))
        for group in self._admitting.groups(cuts):
            reach = next((reach for traffic, reach in rows if traffic & group), None)
            if reach is not None:
                yield group, reach, self._admitting.at(number, group)

    def _combine(self, number: int, egress: Reach, ingress: Reach) -> tuple[int, int]:
        """The destinations that may be reached, and those that are whatever is open."""
        source, sets = self._sets.classes[number], self._sets
        some = egress.some_4 & ingress.some_4 | egress.some_6 & ingress.some_6
        every = {4: egress.every_4 & ingress.every_4, 6: egress.every_6 & ingress.every_6}
        failing = 0
        for version, classes in every.items():
            if version in source.spots:
                failing |= sets.with_family[version] & ~classes
        is_open = sets.algebra.classes if source.is_open else sets.open
        return some, (every[4] | every[6]) & ~(failing & is_open)


def _split(settled: Settled, traffic: int, some: int, every: int) -> Settled:
    """The destinations settled for some more traffic."""
    found: Settled = {}
    for (sure, possible), classes in settled.items():
        for key, part in (
            ((sure, possible), classes & ~some),
            ((sure, possible | traffic), classes & some & ~every),
            ((sure | traffic, possible | traffic), classes & some & every),
        ):
            if part:
                found[key] = found.get(key, 0) | part
    return found


class _Admitting:
    """Which destinations admit a source, by source.

    What admits most sources is kept once for all, and then taken off where it does not apply.
    """

    def __init__(self, sets: Sets, admissions: Mapping[tuple[int, Reach], int], every_traffic: int) -> None:
        count = len(sets.classes)
        self.plus: list[list[_Entry]] = [[] for _ in range(count)]
        self.minus: list[list[_Entry]] = [[] for _ in range(count)]
        self._base: list[_Entry] = []
        sources = sets.where(lambda each: each.is_source)
        for (traffic, reach), destinations in admissions.items():
            for flags, admitted in _by_flags(reach, sources):
                entry = _Entry(traffic, destinations, flags)
                if 2 * admitted.bit_count() > sources.bit_count():
                    self._base.append(entry)
                    for number in numbers_in(sources & ~admitted):
                        self.minus[number].append(entry)
                else:
                    for number in numbers_in(admitted):
                        self.plus[number].append(entry)
        self._base_groups = refine([every_traffic], (entry.traffic for entry in self._base))
        self._base_at = {group: _sum_up(self._base, group) for group in self._base_groups}

    def groups(self, cuts: Iterable[int]) -> list[int]:
        """The largest sets of traffic that neither the cuts nor what admits most sources tell apart."""
        return refine(self._base_groups, cuts)

    def at(self, number: int, group: int) -> Reach:
        """The destinations that admit a source on all traffic of a group."""
        base = next(bits for own, bits in self._base_at.items() if own & group)
        plus, minus = _sum_up(self.plus[number], group), _sum_up(self.minus[number], group)
        return Reach(*(b & ~m | p for b, m, p in zip(base, minus, plus, strict=True)))


def _by_flags(reach: Reach, sources: int) -> Iterator[tuple[tuple[bool, bool, bool, bool], int]]:
    """The sources that stand in the same fields, field by field."""
    parts: list[tuple[tuple[bool, ...], int]] = [((), sources)]
    for bits in reach:
        parts = [
            ((*flags, is_in), part)
            for flags, own in parts
            for is_in, part in ((True, own & bits), (False, own & ~bits))
            if part
        ]
    for flags, part in parts:
        some_4, every_4, some_6, every_6 = flags
        if some_4 or some_6:
            yield (some_4, every_4, some_6, every_6), part


def _sum_up(entries: Iterable[_Entry], group: int) -> Reach:
    some_4 = every_4 = some_6 = every_6 = 0
    for traffic, destinations, flags in entries:
        if traffic & group:
            if flags[0]:
                some_4 |= destinations
            if flags[1]:
                every_4 |= destinations
            if flags[2]:
                some_6 |= destinations
            if flags[3]:
                every_6 |= destinations
    return Reach(some_4, every_4, some_6, every_6)


def merge_worlds(rows: Sequence[Settled]) -> Settled:
    """What is so in every world, and what is so in some."""
    merged = rows[0]
    for row in rows[1:]:
        merged = _merge(merged, row)
    return merged


def _merge(one: Settled, other: Settled) -> Settled:
    if one == other:
        return one
    found: Settled = {}
    left = dict(one)
    for key, classes in ((k, c) for k, c in other.items()):
        rest = classes
        for own, members in left.items():
            both = rest & members
            if both:
                joined = (own[0] & key[0], own[1] | key[1])
                found[joined] = found.get(joined, 0) | both
                rest &= ~both
        if rest:
            joined = (0, key[1])
            found[joined] = found.get(joined, 0) | rest
    everything_else = 0
    for classes in other.values():
        everything_else |= classes
    for own, members in left.items():
        rest = members & ~everything_else
        if rest:
            joined = (0, own[1])
            found[joined] = found.get(joined, 0) | rest
    return found
