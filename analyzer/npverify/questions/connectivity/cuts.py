"""Ports and addresses cut into atoms: the largest sets that nothing mentioned tells apart.

An atom need not be in one piece: what lies on either side of the only network that is mentioned is one atom.
No atom is empty, no two have anything in common, and together they are everything; `check_cover` holds
every cut to that.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from npverify.errors import InternalError
from npverify.questions.connectivity.bits import bits_of, numbers_in, refine
from npverify.questions.connectivity.connections import EVERY_PORT, Connections, Interval, normalize
from npverify.resources import Network
from npverify_encodings.model import (
    PROTOCOLS,
    AllOf,
    AnyOf,
    Not,
    PortElsewhere,
    PortIn,
    PortNamed,
    ProtocolIs,
    TrafficSet,
)

LAST_ADDRESS = {4: 2**32 - 1, 6: 2**128 - 1}
"""The highest address of each family; the lowest is 0."""

Table = frozenset[tuple[str, str, int]]
"""Named ports of a destination: (name, protocol, number) triples."""

NO_PORTS: Table = frozenset()


def segments(lowest: int, highest: int, intervals: Iterable[Interval]) -> tuple[Interval, ...]:
    """Consecutive pieces of `lowest` to `highest`, cut wherever one of the intervals begins or ends."""
    starts = {lowest}
    for first, last in intervals:
        starts |= {first, last + 1}
    ordered = sorted(start for start in starts if lowest <= start <= highest)
    return tuple(zip(ordered, (*(start - 1 for start in ordered[1:]), highest), strict=True))


def check_cover(what: str, pieces: Iterable[Interval], lowest: int, highest: int) -> None:
    """Raise InternalError unless the pieces are not empty, do not overlap and are everything together."""
    expected = lowest
    listed = sorted(pieces)
    for first, last in listed:
        if first != expected or last < first:
            break
        expected = last + 1
    if expected != highest + 1:
        raise InternalError(f"the atoms of {what} are no partition", details=repr(listed))


# Addresses --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class AddressAtom:
    """Addresses of one family that no network tells apart."""

    version: int
    intervals: tuple[Interval, ...]

    @property
    def size(self) -> int:
        """How many addresses there are."""
        return sum(last - first + 1 for first, last in self.intervals)


class AddressCut:
    """The addresses of both families, cut by networks; sets of atoms are bits, by their place in `atoms`."""

    def __init__(self, networks: Iterable[Network]) -> None:
        listed = sorted(set(networks), key=lambda n: (n.version, int(n.network_address), n.prefixlen))
        atoms: list[AddressAtom] = []
        self._members: dict[Network, int] = {}
        self._starts: dict[int, list[int]] = {}
        self._numbers: dict[int, list[int]] = {}
        self.family: dict[int, int] = {}
        for version, highest in LAST_ADDRESS.items():
            own = [network for network in listed if network.version == version]
            pieces = segments(0, highest, map(interval_of, own))
            check_cover(f"IPv{version}", pieces, 0, highest)
            self._cut(version, own, pieces, atoms)
        self.atoms = tuple(atoms)
        self.everything = (1 << len(atoms)) - 1

    def _cut(
        self, version: int, own: Sequence[Network], pieces: Sequence[Interval], atoms: list[AddressAtom]
    ) -> None:
        starts = [first for first, _ in pieces]
        inside: list[list[int]] = [[] for _ in pieces]
        for number, network in enumerate(own):
            first, last = interval_of(network)
            for piece in range(bisect_left(starts, first), bisect_left(starts, last + 1)):
                inside[piece].append(number)
        alike: dict[tuple[int, ...], list[int]] = {}
        for piece, numbers in enumerate(inside):
            alike.setdefault(tuple(numbers), []).append(piece)
        at = [0] * len(pieces)
        members = [0] * len(own)
        for networks, same in alike.items():
            atom = len(atoms)
            atoms.append(AddressAtom(version, normalize(pieces[piece] for piece in same)))
            self.family[version] = self.family.get(version, 0) | 1 << atom
            for piece in same:
                at[piece] = atom
            for number in networks:
                members[number] |= 1 << atom
        self._starts[version], self._numbers[version] = starts, at
        self._members.update(zip(own, members, strict=True))

    def bits(self, network: Network) -> int:
        """The atoms that are in a network, which has to be one of those that cut."""
        return self._members[network]

    def atom_of(self, version: int, number: int) -> int:
        """The place of the atom that an address is in."""
        return self._numbers[version][bisect_left(self._starts[version], number + 1) - 1]


def interval_of(network: Network) -> Interval:
    """The first and the last address of a network."""
    return int(network.network_address), int(network.broadcast_address)


# Traffic ----------------------------------------------------------------------------------------------


class TrafficCut:
    """All (protocol, port) pairs, cut by sets of traffic; sets of atoms are bits, by their place in `atoms`.

    A set that asks for a named port is another one for each table of named ports that a destination can have;
    `tables` are those that exist.
    """

    def __init__(self, sets: Iterable[TrafficSet], tables: Iterable[Table]) -> None:
        listed = tuple(dict.fromkeys(sets))
        known = tuple(dict.fromkeys(tables))
        pieces = _Pieces(listed, known)
        plain = {each: pieces.evaluate(each, NO_PORTS) for each in listed if not _names_in(each)}
        named = {
            (each, table): pieces.evaluate(each, table)
            for each in listed
            if each not in plain
            for table in known
        }
        classes = refine([pieces.everything], (*plain.values(), *named.values()))
        self._plain = {each: _places(bits, classes) for each, bits in plain.items()}
        self._named = {key: _places(bits, classes) for key, bits in named.items()}
        self.atoms = tuple(map(pieces.connections, classes))
        for protocol in PROTOCOLS:
            own = (interval for atom in self.atoms for interval in atom.intervals(protocol))
            check_cover(protocol, own, *EVERY_PORT)
        if not all(self.atoms):
            raise InternalError("an atom of traffic is empty", details=repr(self.atoms))
        self.everything = (1 << len(self.atoms)) - 1
        self._connections: dict[int, Connections] = {}

    def asks_for_a_name(self, traffic: TrafficSet) -> bool:
        """Whether one of the sets is not the same for every destination."""
        return traffic not in self._plain

    def bits(self, traffic: TrafficSet, table: Table = NO_PORTS) -> int:
        """The atoms that are in one of the sets, for destinations that have the table."""
        found = self._plain.get(traffic)
        return self._named[traffic, table] if found is None else found

    def connections(self, bits: int) -> Connections:
        """What some atoms hold together."""
        known = self._connections.get(bits)
        if known is None:
            parts = [self.atoms[number] for number in numbers_in(bits)]
            known = self._connections[bits] = Connections.of(
                {protocol: [i for part in parts for i in part.intervals(protocol)] for protocol in PROTOCOLS}
            )
        return known


class _Pieces:
    """Each protocol cut into the same intervals of ports; sets of pieces are bits."""

    def __init__(self, sets: Sequence[TrafficSet], tables: Sequence[Table]) -> None:
        names = frozenset(name for each in sets for name in _names_in(each))
        cuts = {interval for each in sets for interval in _intervals_in(each)}
        cuts |= {(number, number) for table in tables for name, _, number in table if name in names}
        self._ports = segments(*EVERY_PORT, cuts)
        check_cover("ports", self._ports, *EVERY_PORT)
        self._starts = [first for first, _ in self._ports]
        self._whole = (1 << len(self._ports)) - 1
        self._shifts = {protocol: n * len(self._ports) for n, protocol in enumerate(PROTOCOLS)}
        self.everything = self._everywhere(self._whole)

    def evaluate(self, traffic: TrafficSet, table: Table) -> int:
        """The pieces in the set, for destinations that have the table."""
        match traffic:
            case AllOf(terms):
                found = self.everything
                for term in terms:
                    found &= self.evaluate(term, table)
                return found
            case AnyOf(terms):
                found = 0
                for term in terms:
                    found |= self.evaluate(term, table)
                return found
            case Not(term):
                return self.everything & ~self.evaluate(term, table)
            case ProtocolIs(protocol):
                return self._whole << self._shifts[protocol]
            case PortIn(first, last):
                return self._everywhere(self._run(first, last))
            case PortNamed(name):
                found = 0
                for known, protocol, number in table:
                    found |= self._at(protocol, number) if known == name else 0
                return found
            case PortElsewhere():
                return self._elsewhere(traffic, table)
            case _:
                raise InternalError(f"not a set of traffic: {traffic}")

    def _elsewhere(self, atom: PortElsewhere, table: Table) -> int:
        """The pieces that some port of the table with this name and protocol is not in."""
        found = 0
        for name, protocol, number in table:
            if (name, protocol) == (atom.name, atom.protocol):
                found |= self.everything & ~self._at(protocol, number)
        return found

    def _at(self, protocol: str, number: int) -> int:
        """The piece that is one port."""
        return self._run(number, number) << self._shifts[protocol]

    def connections(self, bits: int) -> Connections:
        """What some pieces hold together."""
        return Connections.of(
            {
                protocol: [piece for n, piece in enumerate(self._ports) if bits >> shift + n & 1]
                for protocol, shift in self._shifts.items()
            }
        )

    def _run(self, first: int, last: int) -> int:
        """The ports from `first` to `last`, of no protocol yet."""
        start, end = bisect_left(self._starts, first), bisect_left(self._starts, last + 1)
        return (1 << end) - (1 << start)

    def _everywhere(self, ports: int) -> int:
        return sum(ports << shift for shift in self._shifts.values())


def _names_in(traffic: TrafficSet) -> frozenset[str]:
    match traffic:
        case AllOf(terms) | AnyOf(terms):
            return frozenset(name for term in terms for name in _names_in(term))
        case Not(term):
            return _names_in(term)
        case PortNamed(name) | PortElsewhere(name):
            return frozenset({name})
        case _:
            return frozenset()


def _intervals_in(traffic: TrafficSet) -> Iterator[Interval]:
    match traffic:
        case AllOf(terms) | AnyOf(terms):
            for term in terms:
                yield from _intervals_in(term)
        case Not(term):
            yield from _intervals_in(term)
        case PortIn(first, last):
            yield first, last


def _places(bits: int, classes: Sequence[int]) -> int:
    return bits_of(number for number, piece in enumerate(classes) if bits & piece)
