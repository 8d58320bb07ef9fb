"""A connectivity map as a graph: every cell is an edge, and both languages can be read back."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.report import map_sample as sample
from tests.unit.report.graph_texts import parse_dot, parse_mermaid
from tests.unit.report.map_sample import LIVE, OBJECTS, map_of

from npverify.questions.connectivity import EndpointKind, Grouping, map_difference
from npverify.report.map_drawing import render_map_dot, render_map_mermaid
from npverify.report.map_words import cell_connections, cell_reasons, endpoint_name

LANGUAGES = {"dot": (render_map_dot, parse_dot), "mermaid": (render_map_mermaid, parse_mermaid)}
MAPS = {
    "plain": map_of(OBJECTS),
    "live": map_of(LIVE, include_self=True),
    "namespaces": map_of(LIVE, group=Grouping.NAMESPACE),
}
in_both_languages = pytest.mark.parametrize(("render", "parse"), LANGUAGES.values(), ids=LANGUAGES)


def names_of(parsed):
    """The label of each node, with the name of its cluster before it."""
    clusters = {node: name for name, *nodes in parsed.clusters.values() for node in nodes}
    return {
        node: f"{clusters[node]}/{label}" if node in clusters else label
        for node, (label, _) in parsed.nodes.items()
    }


def shown(found, endpoint):
    """The name of an endpoint in a graph: outside addresses that are alike are one node."""
    if not endpoint.is_external:
        return endpoint_name(endpoint)
    whole = {4: 2**32, 6: 2**128}
    lines, sizes = [], {4: 0, 6: 0}
    for each in found.group_of(endpoint).endpoints:
        sizes[each.range.version] += int(each.range.last) - int(each.range.first) + 1
        lines.append((each.range.version, str(each.range)))
    if sizes == whole:
        return "any outside address"
    full = {version for version, size in sizes.items() if size == whole[version]}
    names = [name for version, name in lines if version not in full]
    return "\n".join([*names, *(f"any outside IPv{version} address" for version in sorted(full))])


@in_both_languages
@pytest.mark.parametrize("found", MAPS.values(), ids=MAPS)
def test_the_graph_has_every_endpoint_and_every_cell(found, render, parse):
    parsed = parse(render(found))

    names = names_of(parsed)
    assert sorted(names.values()) == sorted({shown(found, endpoint) for endpoint in found.endpoints})
    edges = {(names[a], names[b], words, look.get("style", "")) for a, b, words, look in parsed.edges}
    assert edges == {
        (
            shown(found, cell.source),
            shown(found, cell.destination),
            cell_connections(cell.connections, cell.conditional, cell_reasons(found, cell)),
            "" if cell.connections else "dashed",
        )
        for cell in found.cells()
    }
    assert len(edges) == len(parsed.edges)


@in_both_languages
def test_there_is_a_cluster_for_each_namespace(render, parse):
    parsed = parse(render(MAPS["plain"]))

    assert [name for name, *_ in parsed.clusters.values()] == ["else", "shop"]
    assert all(node in parsed.nodes for _, *nodes in parsed.clusters.values() for node in nodes)


@in_both_languages
@given(name=st.text(st.characters(codec="utf-8"), min_size=1, max_size=12))
def test_whatever_a_name_is_the_graph_can_be_read(render, parse, name):
    found = MAPS["plain"]
    odd = replace(found.endpoint(sample.ODD), name=f"{name}/{name}", namespace=name)
    groups = tuple(
        replace(group, endpoints=tuple(odd if e.name == sample.ODD else e for e in group.endpoints))
        for group in found.groups
    )

    parsed = parse(render(replace(found, groups=groups)))

    (label,) = (label for label, _ in parsed.nodes.values() if label not in SHOWN)
    assert label.isprintable()
    if name.isprintable():
        assert label == name


SHOWN = {
    *(f"{name}[Deployment]" for name in ("web", "api", "twin-a", "twin-b")),
    "10.0.0.0-10.255.255.255",
    "0.0.0.0-9.255.255.255\n11.0.0.0-255.255.255.255\nany outside IPv6 address",
}


@in_both_languages
def test_changes_are_green_and_red(render, parse):
    opened = [o for o in OBJECTS if (o["kind"], o["metadata"]["name"]) != ("NetworkPolicy", "api")]
    there, back = (map_difference(*pair) for pair in ((a, b) for a, b in both_ways(opened)))

    (edge,) = (e for e in parse(render(there)).edges if "TCP 80" in e[2])
    assert edge[2:] == ("opened: TCP 80 before, All Connections now", {"color": "green"})
    (edge,) = (e for e in parse(render(back)).edges if "TCP 80" in e[2])
    assert edge[2:] == ("closed: All Connections before, TCP 80 now", {"color": "red"})


def both_ways(objects):
    old, new = map_of(OBJECTS), map_of(objects)
    return (old, new), (new, old)


@in_both_languages
def test_a_graph_of_no_changes_is_empty(render, parse):
    parsed = parse(render(map_difference(MAPS["plain"], MAPS["plain"])))

    assert (parsed.nodes, parsed.edges) == ({}, [])


def test_kinds_of_endpoints_have_shapes_of_their_own():
    parsed = parse_dot(render_map_dot(MAPS["plain"]))

    outside = {label for label, look in parsed.nodes.values() if look.get("shape") == "ellipse"}
    assert outside == {
        shown(MAPS["plain"], e) for e in MAPS["plain"].endpoints if e.kind is EndpointKind.EXTERNAL
    }
