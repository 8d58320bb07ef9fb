"""The graph of a connectivity map for Graphviz (dot) and for Mermaid, a cluster a namespace."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from npverify.questions.connectivity import ConnectivityMap, MapDifference
from npverify.report.first import split_first
from npverify.report.map_graph import Edge, Graph, Look, Node, Shape, graph_of
from npverify.report.style import printable

_DOT_SHAPES = {Shape.DECLARED: "", Shape.OUTSIDE: ", shape=ellipse", Shape.POSSIBLE: ", style=dashed"}
_DOT_LOOKS = {
    Look.PLAIN: "",
    Look.CONDITIONAL: ", style=dashed",
    Look.OPENED: ", color=green",
    Look.CLOSED: ", color=red",
}
_MERMAID_SHAPES = {Shape.DECLARED: ("[", "]"), Shape.OUTSIDE: ("([", "])"), Shape.POSSIBLE: ("{{", "}}")}
_MERMAID_COLOURS = {Look.OPENED: "green", Look.CLOSED: "red"}
_MERMAID_ENTITIES = str.maketrans(
    {"#": "#35;", "&": "#38;", '"': "#34;", "<": "#60;", ">": "#62;", "`": "#96;", "\\": "#92;"}
)


# Graphviz ---------------------------------------------------------------------------------------------


def render_map_dot(found: ConnectivityMap | MapDifference, *, cidr: bool = False) -> str:
    """The graph for Graphviz."""
    title, _ = split_first(found.notes)
    return "\n".join(_dot(graph_of(found, cidr=cidr), title)) + "\n"


def _dot(graph: Graph, title: Sequence[str]) -> Iterator[str]:
    yield "digraph connectivity {"
    if title:
        yield f"  label={_quoted(*map(printable, title))};"
        yield "  labelloc=t;"
    yield "  rankdir=LR;"
    yield '  node [shape=box, fontname="sans-serif"];'
    yield '  edge [fontname="sans-serif", fontsize=10];'
    for number, (cluster, nodes) in enumerate(graph.clusters):
        if not cluster:
            yield from (f"  {_dot_node(node)}" for node in nodes)
            continue
        yield f"  subgraph cluster_{number} {{"
        yield f"    label={_quoted(cluster)};"
        yield from (f"    {_dot_node(node)}" for node in nodes)
        yield "  }"
    for edge in graph.edges:
        looks = f"label={_quoted(edge.label)}{_DOT_LOOKS[edge.look]}"
        yield f"  n{edge.source} -> n{edge.destination} [{looks}];"
    yield "}"


def _dot_node(node: Node) -> str:
    return f"n{node.number} [label={_quoted(*node.label)}{_DOT_SHAPES[node.shape]}];"


def _quoted(*lines: str) -> str:
    """Text as a string of the dot language, in which nothing but the end of a line has a meaning."""
    escaped = (line.replace("\\", "\\\\").replace('"', '\\"') for line in lines)
    return '"' + "\\n".join(escaped) + '"'


# Mermaid ----------------------------------------------------------------------------------------------


def render_map_mermaid(found: ConnectivityMap | MapDifference, *, cidr: bool = False) -> str:
    """The graph for Mermaid."""
    title, _ = split_first(found.notes)
    return "\n".join((*_mermaid_title(title), *_mermaid(graph_of(found, cidr=cidr)))) + "\n"


def _mermaid_title(title: Sequence[str]) -> Iterator[str]:
    """A title as Mermaid has it: YAML before the graph."""
    if title:
        yield from ("---", f"title: {json.dumps(printable('; '.join(title)))}", "---")


def _mermaid(graph: Graph) -> Iterator[str]:
    yield "flowchart LR"
    for number, (cluster, nodes) in enumerate(graph.clusters):
        if not cluster:
            yield from (f"  {_mermaid_node(node)}" for node in nodes)
            continue
        yield f"  subgraph c{number}[{_mermaid_text(cluster)}]"
        yield from (f"    {_mermaid_node(node)}" for node in nodes)
        yield "  end"
    for number, edge in enumerate(graph.edges):
        yield f"  {_mermaid_edge(edge)}"
        if edge.look in _MERMAID_COLOURS:
            yield f"  linkStyle {number} stroke:{_MERMAID_COLOURS[edge.look]}"


def _mermaid_node(node: Node) -> str:
    opening, closing = _MERMAID_SHAPES[node.shape]
    return f"n{node.number}{opening}{_mermaid_text(*node.label)}{closing}"


def _mermaid_edge(edge: Edge) -> str:
    arrow = "-.->" if edge.look is Look.CONDITIONAL else "-->"
    return f"n{edge.source} {arrow}|{_mermaid_text(edge.label)}| n{edge.destination}"


def _mermaid_text(*lines: str) -> str:
    """Quoted text in which Mermaid finds nothing of its own but line breaks."""
    return '"' + "<br>".join(line.translate(_MERMAID_ENTITIES) for line in lines) + '"'
