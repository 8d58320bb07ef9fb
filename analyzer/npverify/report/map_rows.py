"""A connectivity map folded for readers: sources that behave alike, and destinations with the same ports."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterator
from dataclasses import dataclass

from npverify.questions.connectivity import (
    ALL_CONNECTIONS,
    Connections,
    ConnectivityMap,
    EndpointGroup,
    MapEndpoint,
    RowPart,
)
from npverify.questions.connectivity.bits import numbers_in
from npverify.report.map_words import reasons_of


@dataclass(frozen=True, slots=True)
class FoldedLine:
    """Destinations with the same connections, which are conditional if there are `reasons`.

    `each_other`: each source reaches all other sources of its row as well; `itself`: and itself.
    """

    connections: Connections
    reasons: tuple[str, ...]
    destinations: tuple[MapEndpoint, ...]
    each_other: bool = False
    itself: bool = False
    uniform: bool = True


@dataclass(frozen=True, slots=True)
class FoldedRow:
    """Sources that reach the same on the same ports; without lines they reach nothing."""

    sources: tuple[MapEndpoint, ...]
    lines: tuple[FoldedLine, ...]


def folded_rows(found: ConnectivityMap) -> tuple[FoldedRow, ...]:
    """The rows of all sources, those without a connection included, sorted by their first source."""
    return _Folding(found).rows()


_Key = tuple[Connections, tuple[str, ...], bool]


class _Folding:
    def __init__(self, found: ConnectivityMap) -> None:
        self._map = found
        self._places = {endpoint.name: place for place, endpoint in enumerate(found.endpoints)}
        self._parts = Counter(each.identity for each in found.destinations if each.workload_name)
        self._known: dict[int, list[int]] = {}

    def rows(self) -> tuple[FoldedRow, ...]:
        together: dict[Hashable, list[int]] = {}
        lines: dict[Hashable, tuple[FoldedLine, ...]] = {}
        for group in self._map.groups:
            for sources in self._alike(group) if group.is_source else ():
                own = self._lines(group, sources)
                key: Hashable = sources[0] if any(line.each_other for line in own) else None
                key = key, group.is_external, own
                together.setdefault(key, []).extend(sources)
                lines[key] = own
        folded = sorted((sorted(sources), lines[key]) for key, sources in together.items())
        return tuple(FoldedRow(tuple(self._endpoints(sources)), own) for sources, own in folded)

    def _alike(self, group: EndpointGroup) -> Iterator[list[int]]:
        """The places of the endpoints of a group, apart where they differ in what they are not paired with:
        the other parts of their workload, or themselves; and where they differ in what is open about them.
        """
        include_self = self._map.settings.include_self
        hangs = any(part.conditional for part in self._map.rows[group.number])
        alike: dict[Hashable, list[int]] = {}
        for each in group.endpoints:
            is_part = self._parts[each.identity] > 1 and not include_self
            kind = each.kind if hangs else None
            key = (each.identity if is_part else None, include_self and _is_lone(each), kind)
            alike.setdefault(key, []).append(self._places[each.name])
        yield from (sorted(places) for places in alike.values())

    def _lines(self, group: EndpointGroup, sources: list[int]) -> tuple[FoldedLine, ...]:
        source = self._map.endpoints[sources[0]]
        include_self = self._map.settings.include_self
        found: dict[_Key, list[int]] = {}
        each_other: set[_Key] = set()
        itself: set[_Key] = set()
        for part in self._map.rows[group.number]:
            is_own = bool(part.destinations >> group.number & 1)
            places = self._destinations(part, source, set(sources))
            for key, some in self._by_key(source, part, places, is_own=is_own):
                found.setdefault(key, []).extend(some)
                if key[1] not in ((), reasons_of(source, source, self._map)):
                    continue
                if is_own and len(sources) > 1:
                    each_other.add(key)
                if is_own and not _is_lone(source) and (include_self or not source.workload_name):
                    itself.add(key)
        if include_self and _is_lone(source) and group.is_destination:
            own: _Key = (ALL_CONNECTIONS, (), True)
            found.setdefault(own, [])
            itself.add(own)
        lines = [(sorted(places), key) for key, places in found.items()]
        return tuple(
            FoldedLine(
                connections=key[0],
                reasons=key[1],
                destinations=tuple(self._endpoints(places)),
                each_other=key in each_other,
                itself=key in itself,
                uniform=key[2],
            )
            for places, key in sorted(lines, key=lambda line: (not line[0], line[0], str(line[1])))
            if places or key in each_other or key in itself
        )

    def _by_key(
        self, source: MapEndpoint, part: RowPart, places: list[int], *, is_own: bool
    ) -> Iterator[tuple[_Key, list[int]]]:
        """What is open whatever is left open, and what hangs on open facts, apart by the kinds of these."""
        if part.connections:
            yield (part.connections, (), part.uniform), places
        if part.conditional:
            by_reasons: dict[tuple[str, ...], list[int]] = {}
            for place in places:
                reasons = reasons_of(source, self._map.endpoints[place], self._map)
                by_reasons.setdefault(reasons, []).append(place)
            if is_own:
                by_reasons.setdefault(reasons_of(source, source, self._map), [])
            for reasons, some in by_reasons.items():
                yield (part.conditional, reasons, part.uniform), some

    def _destinations(self, part: RowPart, source: MapEndpoint, own: set[int]) -> list[int]:
        """The places of the destinations of a part that are asked for, without the sources themselves."""
        places = self._members(part.destinations)
        found = [place for place in places if place not in own]
        if self._parts[source.identity] > 1 and not self._map.settings.include_self:
            endpoints = self._map.endpoints
            return [p for p in found if not source.is_of_one_workload_with(endpoints[p])]
        return found

    def _members(self, groups: int) -> list[int]:
        if groups not in self._known:
            self._known[groups] = sorted(
                self._places[endpoint.name]
                for number in numbers_in(groups)
                for endpoint in self._map.groups[number].endpoints
            )
        return self._known[groups]

    def _endpoints(self, places: list[int]) -> Iterator[MapEndpoint]:
        return (self._map.endpoints[place] for place in places)


def _is_lone(endpoint: MapEndpoint) -> bool:
    return not endpoint.several and not endpoint.is_external
