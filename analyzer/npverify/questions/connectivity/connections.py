"""Sets of traffic as a reader sees them: intervals of ports by protocol."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter

from npverify_encodings.model import PROTOCOLS
from npverify_encodings.ports import FIRST_PORT, LAST_PORT

Interval = tuple[int, int]
"""The first and the last of consecutive ports or addresses, both included."""

EVERY_PORT: Interval = (FIRST_PORT, LAST_PORT)


def normalize(intervals: Iterable[Interval]) -> tuple[Interval, ...]:
    """The same numbers as sorted intervals that neither overlap nor touch."""
    merged: list[Interval] = []
    for first, last in sorted(intervals):
        if merged and first <= merged[-1][1] + 1:
            merged[-1] = (merged[-1][0], max(merged[-1][1], last))
        else:
            merged.append((first, last))
    return tuple(merged)


def overlap(one: Iterable[Interval], other: Iterable[Interval]) -> tuple[Interval, ...]:
    """The numbers that are in both."""
    left = normalize(one)
    return without(left, without(left, other))


def without(one: Iterable[Interval], other: Iterable[Interval]) -> tuple[Interval, ...]:
    """The numbers of the first that are not in the other."""
    cuts = normalize(other)
    return tuple(piece for interval in normalize(one) for piece in _pieces_left(interval, cuts))


def _pieces_left(interval: Interval, cuts: Sequence[Interval]) -> Iterator[Interval]:
    """What sorted cuts leave of one interval."""
    start, end = interval
    for first, last in cuts[bisect_left(cuts, start, key=itemgetter(1)) :]:
        if first > end:
            break
        if start < first:
            yield start, first - 1
        start = last + 1
    if start <= end:
        yield start, end


@dataclass(frozen=True, slots=True)
class Connections:
    """Which protocols and ports are open: a set of (protocol, port) pairs.

    `ports` has one entry a protocol with at least one open port, in the order of `PROTOCOLS` (TCP, UDP,
    SCTP), each with sorted intervals that neither overlap nor touch; so equal sets are equal values.
    """

    ports: tuple[tuple[str, tuple[Interval, ...]], ...] = ()

    @classmethod
    def of(cls, ports: Mapping[str, Iterable[Interval]]) -> Connections:
        """The set of these intervals by protocol; they may overlap, touch and stand in any order."""
        normal = ((protocol, normalize(ports.get(protocol, ()))) for protocol in PROTOCOLS)
        return cls(tuple((protocol, intervals) for protocol, intervals in normal if intervals))

    @property
    def is_all(self) -> bool:
        """Whether every port of every protocol is open."""
        return self == ALL_CONNECTIONS

    @property
    def is_none(self) -> bool:
        """Whether nothing is open."""
        return not self.ports

    def __bool__(self) -> bool:
        return bool(self.ports)

    def intervals(self, protocol: str) -> tuple[Interval, ...]:
        """The open ports of one protocol."""
        return dict(self.ports).get(protocol, ())

    def admits(self, protocol: str, port: int) -> bool:
        """Whether one port of one protocol is open."""
        return any(first <= port <= last for first, last in self.intervals(protocol))

    def union(self, other: Connections) -> Connections:
        """What is open in either."""
        return Connections.of({p: (*self.intervals(p), *other.intervals(p)) for p in PROTOCOLS})

    def intersection(self, other: Connections) -> Connections:
        """What is open in both."""
        return Connections.of({p: overlap(self.intervals(p), other.intervals(p)) for p in PROTOCOLS})

    def difference(self, other: Connections) -> Connections:
        """What is open in this one and not in the other."""
        return Connections.of({p: without(self.intervals(p), other.intervals(p)) for p in PROTOCOLS})

    def structured(self) -> list[dict[str, object]]:
        """The set as plain data: `[{"protocol": "TCP", "ports": [[80, 80], [5432, 5440]]}]`."""
        return [{"protocol": p, "ports": [list(interval) for interval in own]} for p, own in self.ports]

    def __str__(self) -> str:
        """As `TCP 80,5432-5440; UDP` (a protocol alone: all of its ports), `All Connections` or
        `No Connections`.
        """
        if self.is_none:
            return "No Connections"
        if self.is_all:
            return "All Connections"
        return "; ".join(self._words())

    def _words(self) -> Iterator[str]:
        for protocol, intervals in self.ports:
            if intervals == (EVERY_PORT,):
                yield protocol
            else:
                yield f"{protocol} {','.join(map(_interval_words, intervals))}"


def _interval_words(interval: Interval) -> str:
    first, last = interval
    return str(first) if first == last else f"{first}-{last}"


ALL_CONNECTIONS = Connections(tuple((protocol, (EVERY_PORT,)) for protocol in PROTOCOLS))
NO_CONNECTIONS = Connections()
