"""The traffic of a region, as far as it is asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from npverify.questions.connectivity.connections import (
    NO_CONNECTIONS,
    Connections,
)
from npverify.questions.connectivity.cuts import Table
from npverify.questions.connectivity.regions import Region
from npverify.questions.connectivity.result import NamedPort
from npverify.questions.query import TrafficItem
from npverify_encodings.model import PROTOCOLS


@dataclass(frozen=True, slots=True)
class Talk:
    """Ports by number, and ports by the names that a possible destination has for them."""

    connections: Connections = NO_CONNECTIONS
    named: tuple[NamedPort, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.connections) or bool(self.named)

    def joined(self, other: Talk) -> Talk:
        """What is in either."""
        connections = self.connections.union(other.connections)
        by_names: dict[tuple[str, ...], Connections] = {}
        for port in (*self.named, *other.named):
            by_names[port.names] = by_names.get(port.names, NO_CONNECTIONS).union(port.ports)
        left = {names: ports.difference(connections) for names, ports in by_names.items()}
        return Talk(
            connections, tuple(NamedPort(names, by_names[names]) for names in sorted(left) if left[names])
        )


def talk_of(region: Region, items: Sequence[TrafficItem], table: Table | None) -> Talk:
    """The traffic of a region that is in one of the items (none: all of it); `table` are the named ports of a
    declared destination, None where the destination is a possible pod.
    """
    found = Talk()
    for item in items or (TrafficItem(),):
        names, ports = set(region.names), region.connections.intersection(_numbers(item))
        if item.name is not None and table is not None:
            ports = ports.intersection(_resolved(item.name, table))
        elif item.name is not None:
            names.add(item.name)
        if ports:
            own = Talk(named=(NamedPort(tuple(sorted(names)), ports),)) if names else Talk(ports)
            found = found.joined(own)
    return found


def _numbers(item: TrafficItem) -> Connections:
    protocols = PROTOCOLS if item.protocol is None else (str(item.protocol),)
    return Connections.of({protocol: [(item.first, item.last)] for protocol in protocols})


def _resolved(name: str, table: Table) -> Connections:
    ports: dict[str, list[tuple[int, int]]] = {}
    for known, protocol, number in table:
        if known == name:
            ports.setdefault(protocol, []).append((number, number))
    return Connections.of(ports)
