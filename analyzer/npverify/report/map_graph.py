"""A connectivity map as a graph: what stands in it, before it is drawn."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from npverify.questions.connectivity import (
    ConnectivityMap,
    EndpointKind,
    Exposure,
    MapDifference,
    MapEndpoint,
    OutsideAddresses,
)
from npverify.report.map_changes import change_words, folded_changes
from npverify.report.map_exposure import entry_ports, peer_words, sorted_entries
from npverify.report.map_words import cell_connections, cell_reasons, endpoint_names
from npverify.report.style import printable
from npverify.resources import Direction


class Shape(StrEnum):
    """What a node stands for: something declared, addresses outside, or pods that could exist."""

    DECLARED = "declared"
    OUTSIDE = "outside"
    POSSIBLE = "possible"


class Look(StrEnum):
    """What an edge means; CONDITIONAL: all of it hangs on open facts."""

    PLAIN = "plain"
    CONDITIONAL = "conditional"
    OPENED = "opened"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Node:
    """A node; its label may have several lines."""

    number: int
    label: tuple[str, ...]
    shape: Shape


@dataclass(frozen=True, slots=True)
class Edge:
    """An edge between nodes, by their numbers."""

    source: int
    destination: int
    label: str
    look: Look = Look.PLAIN


@dataclass(frozen=True, slots=True)
class Graph:
    """Nodes by cluster (a namespace; empty: none), and the edges between them."""

    clusters: tuple[tuple[str, tuple[Node, ...]], ...]
    edges: tuple[Edge, ...]


def graph_of(found: ConnectivityMap | MapDifference, *, cidr: bool = False) -> Graph:
    """A node for each endpoint, but one for all outside addresses that behave alike; with exposure, also one
    for each set of possible pods. Of two maps: what has changed, and the endpoints that it concerns.
    """
    drawing = _Drawing(cidr=cidr)
    if isinstance(found, MapDifference):
        drawing.add_changes(found)
    else:
        drawing.add_map(found)
        for exposure in found.exposure:
            drawing.add_exposure(found, exposure)
    return drawing.graph()


class _Drawing:
    def __init__(self, *, cidr: bool) -> None:
        self._cidr = cidr
        self._numbers: dict[Hashable, int] = {}
        self._clusters: dict[str, list[Node]] = {}
        self._edges: list[Edge] = []

    def graph(self) -> Graph:
        clusters = ((printable(name), tuple(self._clusters[name])) for name in sorted(self._clusters))
        return Graph(tuple(clusters), tuple(self._edges))

    def add_map(self, found: ConnectivityMap) -> None:
        """Every endpoint and every cell; alike outside addresses are drawn as the first of them."""
        for endpoint in found.endpoints:
            self._endpoint_of(found, endpoint)
        for source in found.sources:
            if self._is_drawn(found, source):
                for cell in found.cells_of(source):
                    if self._is_drawn(found, cell.destination):
                        self._edges.append(
                            Edge(
                                self._endpoint_of(found, source),
                                self._endpoint_of(found, cell.destination),
                                cell_connections(
                                    cell.connections, cell.conditional, cell_reasons(found, cell)
                                ),
                                Look.PLAIN if cell.connections else Look.CONDITIONAL,
                            )
                        )

    def add_exposure(self, found: ConnectivityMap, exposure: Exposure) -> None:
        """Each set of possible pods, with an edge from or to every endpoint that is exposed to it; of outside
        addresses the cells of the map say the same.
        """
        for entry in sorted_entries(exposure):
            if isinstance(entry.peers, OutsideAddresses):
                continue
            words = peer_words(entry.peers, cidr=self._cidr)
            peers = self._node(("peers", words), "", (words,), Shape.POSSIBLE)
            conditions = f" (conditional: {' and '.join(entry.conditions)})" if entry.conditions else ""
            look = Look.CONDITIONAL if entry.conditions else Look.PLAIN
            for endpoint in exposure.endpoints:
                ends = self._endpoint_of(found, endpoint), peers
                source, destination = ends if exposure.direction is Direction.EGRESS else ends[::-1]
                self._edges.append(Edge(source, destination, entry_ports(entry) + conditions, look))

    def add_changes(self, found: MapDifference) -> None:
        """Every changed cell."""
        for each in folded_changes(found):
            look = {"+": Look.OPENED, "-": Look.CLOSED}.get(each.change.sign, Look.PLAIN)
            words = f"{each.change.word}: {change_words(each.change)}"
            for source, destination in _pairs(each.sources, each.destinations):
                self._edges.append(
                    Edge(self._endpoint((source,)), self._endpoint((destination,)), words, look)
                )

    def _is_drawn(self, found: ConnectivityMap, endpoint: MapEndpoint) -> bool:
        return not endpoint.is_external or found.group_of(endpoint).endpoints[0] == endpoint

    def _endpoint_of(self, found: ConnectivityMap, endpoint: MapEndpoint) -> int:
        return self._endpoint(found.group_of(endpoint).endpoints if endpoint.is_external else (endpoint,))

    def _endpoint(self, endpoints: tuple[MapEndpoint, ...]) -> int:
        """The node of an endpoint, or of alike outside addresses."""
        first = endpoints[0]
        is_inside = first.namespace is not None and first.kind is not EndpointKind.NAMESPACE
        cluster = (first.namespace or "") if is_inside else ""
        names = endpoint_names(endpoints, cidr=self._cidr)
        label = tuple(name.removeprefix(f"{cluster}/") for name in names) if is_inside else names
        shape = Shape.OUTSIDE if first.is_external else Shape.DECLARED
        return self._node(("endpoint", first.name), cluster, label, shape)

    def _node(self, key: Hashable, cluster: str, label: Iterable[str], shape: Shape) -> int:
        if key not in self._numbers:
            number = self._numbers[key] = len(self._numbers)
            node = Node(number, tuple(map(printable, label)), shape)
            self._clusters.setdefault(cluster, []).append(node)
        return self._numbers[key]


def _pairs(
    sources: Iterable[MapEndpoint], destinations: Iterable[MapEndpoint]
) -> Iterator[tuple[MapEndpoint, MapEndpoint]]:
    for source in sources:
        for destination in destinations:
            yield source, destination
