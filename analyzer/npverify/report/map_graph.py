"""A connectivity map as a graph: Graphviz (dot) and Mermaid, a cluster a namespace."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from npverify.questions.connectivity import ConnectivityMap, EndpointKind, MapDifference, MapEndpoint
from npverify.report.map_rows import connection_words, endpoint_name


@dataclass(frozen=True, slots=True)
class Graph:
    """Nodes by cluster (the name of a namespace, or empty), and labelled edges between node numbers."""

    clusters: tuple[tuple[str, tuple[Node, ...]], ...]
    edges: tuple[Edge, ...]


@dataclass(frozen=True, slots=True)
class Node:
    """A node of a graph."""

    number: int
    label: str
    is_outside: bool


@dataclass(frozen=True, slots=True)
class Edge:
    """An edge; `look` is solid, dashed (it hangs on open facts), green (opened) or red (closed)."""

    source: int
    destination: int
    label: str
    look: str = "solid"


def graph_of(found: ConnectivityMap | MapDifference, *, cidr: bool = False) -> Graph:
    """The nodes and edges; of two maps, those that have changed, with the endpoints that they touch."""
    found_edges = list(_changes(found) if isinstance(found, MapDifference) else _cells(found))
    if isinstance(found, MapDifference):
        ends = {end: None for source, destination, *_ in found_edges for end in (source, destination)}
    else:
        ends = dict.fromkeys(found.endpoints)
    numbers = {endpoint: number for number, endpoint in enumerate(ends)}
    clusters: dict[str, list[Node]] = {}
    for endpoint, number in numbers.items():
        name = endpoint_name(endpoint, cidr=cidr)
        in_cluster = endpoint.namespace is not None and endpoint.kind is not EndpointKind.NAMESPACE
        label = name.removeprefix(f"{endpoint.namespace}/") if in_cluster else name
        cluster = endpoint.namespace or "" if in_cluster else ""
        clusters.setdefault(cluster, []).append(Node(number, label, endpoint.is_external))
    return Graph(
        tuple((cluster, tuple(clusters[cluster])) for cluster in sorted(clusters)),
        tuple(Edge(numbers[one], numbers[other], label, look) for one, other, label, look in found_edges),
    )


_Found = tuple[MapEndpoint, MapEndpoint, str, str]


def _cells(found: ConnectivityMap) -> Iterator[_Found]:
    for cell in found.cells():
        look = "solid" if cell.connections else "dashed"
        yield cell.source, cell.destination, connection_words(cell.connections, cell.conditional), look


def _changes(found: MapDifference) -> Iterator[_Found]:
    for changed in found.changed:
        if changed.opened:
            yield changed.source, changed.destination, f"+ {changed.opened}", "green"
        if changed.closed:
            yield changed.source, changed.destination, f"- {changed.closed}", "red"
        if not changed.opened and not changed.closed:
            words = connection_words(changed.new, changed.new_conditional)
            yield changed.source, changed.destination, f"~ {words}", "dashed"
    for cells, mark, look in ((found.removed, "-", "red"), (found.added, "+", "green")):
        for cell in cells:
            words = connection_words(cell.connections, cell.conditional)
            yield cell.source, cell.destination, f"{mark} {words}", look


# Graphviz ---------------------------------------------------------------------------------------------


def render_map_dot(found: ConnectivityMap | MapDifference, *, cidr: bool = False) -> str:
    """The graph for Graphviz."""
    return "\n".join(_dot(graph_of(found, cidr=cidr))) + "\n"


def _dot(graph: Graph) -> Iterator[str]:
    yield "digraph connectivity {"
    yield "  rankdir=LR;"
    yield '  node [shape=box, fontname="sans-serif"];'
    yield '  edge [fontname="sans-serif", fontsize=10];'
    for number, (cluster, nodes) in enumerate(graph.clusters):
        indent = "  "
        if cluster:
            yield f"  subgraph cluster_{number} {{"
            yield f"    label={_quoted(cluster)};"
            indent = "    "
        for node in nodes:
            shape = ", shape=ellipse" if node.is_outside else ""
            yield f"{indent}n{node.number} [label={_quoted(node.label)}{shape}];"
        if cluster:
            yield "  }"
    for edge in graph.edges:
        looks = {"solid": "", "dashed": ", style=dashed", "green": ", color=green", "red": ", color=red"}
        yield f"  n{edge.source} -> n{edge.destination} [label={_quoted(edge.label)}{looks[edge.look]}];"
    yield "}"


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


# Mermaid ----------------------------------------------------------------------------------------------


def render_map_mermaid(found: ConnectivityMap | MapDifference, *, cidr: bool = False) -> str:
    """The graph for Mermaid."""
    return "\n".join(_mermaid(graph_of(found, cidr=cidr))) + "\n"


def _mermaid(graph: Graph) -> Iterator[str]:
    yield "flowchart LR"
    for number, (cluster, nodes) in enumerate(graph.clusters):
        indent = "  "
        if cluster:
            yield f"  subgraph c{number}[{_mermaid_text(cluster)}]"
            indent = "    "
        for node in nodes:
            opening, closing = ("([", "])") if node.is_outside else ("[", "]")
            yield f"{indent}n{node.number}{opening}{_mermaid_text(node.label)}{closing}"
        if cluster:
            yield "  end"
    for number, edge in enumerate(graph.edges):
        arrow = "-.->" if edge.look == "dashed" else "-->"
        yield f"  n{edge.source} {arrow}|{_mermaid_text(edge.label)}| n{edge.destination}"
        if edge.look in ("green", "red"):
            yield f"  linkStyle {number} stroke:{edge.look}"


def _mermaid_text(text: str) -> str:
    """Quoted, with what Mermaid would read as its own written as entities."""
    escaped = (
        text.replace("#", "#35;")
        .replace("&", "#amp;")
        .replace('"', "#quot;")
        .replace("<", "#lt;")
        .replace(">", "#gt;")
    )
    return f'"{escaped}"'
