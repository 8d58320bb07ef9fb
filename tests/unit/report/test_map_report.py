"""Every format of a connectivity map says the same, in the same order."""

from __future__ import annotations

import csv
import io
import json
import re
from ipaddress import ip_address

import jsonschema
import pytest

import npverify
from npverify.language import parse_endpoint
from npverify.questions.connectivity import (
    ALL_CONNECTIONS,
    AddressRange,
    Connections,
    EndpointKind,
    MapEndpoint,
    MapSettings,
    connectivity_map,
    map_difference,
)
from npverify.report import report_schema
from npverify.report.map_graph import graph_of, render_map_dot, render_map_mermaid
from npverify.report.map_mapping import map_mapping, render_map_csv, render_map_json
from npverify.report.map_markdown import render_map_markdown
from npverify.report.map_rows import connection_words, endpoint_names, folded_rows
from npverify.report.map_text import render_map_difference_text, render_map_text


def deployment(name, namespace="shop", replicas=1, **labels):
    labels = {"app": name, **labels}
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": name, "namespace": namespace},
        "spec": {
            "replicas": replicas,
            "selector": {"matchLabels": labels},
            "template": {
                "metadata": {"labels": labels},
                "spec": {"containers": [{"name": "main", "image": "i"}]},
            },
        },
    }


def policy(name, selector, ingress, types=("Ingress",), egress=(), namespace="shop"):
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": {"name": name, "namespace": namespace},
        "spec": {
            "podSelector": selector,
            "policyTypes": list(types),
            "ingress": ingress,
            "egress": list(egress),
        },
    }


def app(name):
    return {"podSelector": {"matchLabels": {"app": name}}}


OBJECTS = [
    deployment("web"),
    deployment("api"),
    deployment("twin-a", tier="twin"),
    deployment("twin-b", tier="twin"),
    deployment('od"d', "else") | {"metadata": {"name": "odd", "namespace": "else"}},
    policy("api", {"matchLabels": {"app": "api"}}, [{"from": [app("web")], "ports": [{"port": 80}]}]),
    policy("web", {"matchLabels": {"app": "web"}}, [{"from": [{"ipBlock": {"cidr": "10.0.0.0/8"}}]}]),
    policy("odd", {}, [], namespace="else", types=("Ingress", "Egress")),
]
OBJECTS[4]["spec"]["selector"]["matchLabels"] = {"app": "odd"}
OBJECTS[4]["spec"]["template"]["metadata"]["labels"] = {"app": "odd"}


def map_of(objects, **settings):
    return connectivity_map(npverify.load_objects(objects).inventory, MapSettings(verify=0, **settings))


@pytest.fixture(scope="module")
def found():
    return map_of(OBJECTS)


def cells(found):
    return {
        (str(c.source), str(c.destination)): (str(c.connections), str(c.conditional)) for c in found.cells()
    }


def test_folded_rows_spell_out_to_the_cells(found):
    spelled = {}
    for row in folded_rows(found):
        for source in row.sources:
            for line in row.lines:
                others = [s for s in row.sources if s != source] if line.among_themselves else []
                for destination in (*line.destinations, *others):
                    assert (str(source), str(destination)) not in spelled
                    spelled[str(source), str(destination)] = str(line.connections), str(line.conditional)

    assert spelled == cells(found)


def test_text_has_each_source_once_and_those_without_connections(found):
    text = render_map_text(found)

    assert "shop/web[Deployment]\n  TCP 80 → shop/api[Deployment]\n" in text
    assert re.search(r"\nno connections\n  else/odd\[Deployment\]\n", text)
    assert "shop/twin-a[Deployment], shop/twin-b[Deployment]\n" in text
    assert "each other" in text


def test_connections_that_hang_on_open_facts_are_told_apart(found):
    text = render_map_text(found)

    assert "if what the input leaves open allows it: All Connections → shop/web[Deployment]" in text
    assert ("shop/twin-a[Deployment]", "shop/web[Deployment]") in cells(found)
    assert cells(found)["shop/twin-a[Deployment]", "shop/web[Deployment]"] == (
        "No Connections",
        "All Connections",
    )


def test_narrow_text_keeps_to_the_width(found):
    for line in render_map_text(found, width=50).splitlines():
        assert len(line) <= 50 or " " not in line.strip()


def test_json_fits_its_schema_and_has_every_cell(found):
    data = json.loads(render_map_json(found, with_stats=True))

    jsonschema.Draft202012Validator(json.loads(report_schema("map"))).validate(data)
    listed = {
        (c["source"], c["destination"]): (c["connections"], c["conditional"]) for c in data["connections"]
    }
    assert listed == cells(found)
    (ports,) = [c["ports"] for c in data["connections"] if c["destination"] == "shop/api[Deployment]"]
    assert ports == [{"protocol": "TCP", "ports": [[80, 80]]}]
    assert data["pairs"] == found.pairs


def test_csv_has_a_row_a_cell(found):
    rows = list(csv.DictReader(io.StringIO(render_map_csv(found))))

    assert {(r["source"], r["destination"]): (r["connections"], r["conditional"]) for r in rows} == cells(
        found
    )


def test_markdown_is_one_table_with_escaped_names(found):
    lines = [line for line in render_map_markdown(found).splitlines() if line.startswith("|")]

    assert lines[:2] == ["| source | connections | destination |", "|---|---|---|"]
    assert all(line.count(" | ") == 2 for line in lines[2:])
    assert r"| shop/web\[Deployment\] | TCP 80 | shop/api\[Deployment\] |" in lines


def test_addresses_as_ranges_or_networks():
    outside = MapEndpoint(
        "10.0.0.0-10.0.0.2",
        EndpointKind.EXTERNAL,
        range=AddressRange(ip_address("10.0.0.0"), ip_address("10.0.0.2")),
    )

    assert endpoint_names([outside]) == ("10.0.0.0-10.0.0.2",)
    assert endpoint_names([outside], cidr=True) == ("10.0.0.0/31, 10.0.0.2/32",)


def test_all_addresses_of_a_family_in_words(found):
    outside = [endpoint for endpoint in found.endpoints if endpoint.is_external]

    assert endpoint_names(outside) == ("any outside address",)
    assert "any outside IPv6 address" in endpoint_names(outside[1:])


def test_ranges_that_follow_on_each_other_are_one(found):
    halves = [
        MapEndpoint(name, EndpointKind.EXTERNAL, range=AddressRange(*map(ip_address, name.split("-"))))
        for name in ("10.0.0.0-10.0.0.9", "10.0.0.10-10.0.0.20", "10.0.0.22-10.0.0.30")
    ]

    assert endpoint_names(halves) == ("10.0.0.0-10.0.0.20", "10.0.0.22-10.0.0.30")


def test_words_of_connections():
    some = Connections.of({"TCP": [(80, 80)]})

    assert connection_words(some, Connections()) == "TCP 80"
    assert connection_words(Connections(), some).endswith("allows it: TCP 80")
    assert connection_words(some, ALL_CONNECTIONS.difference(some)).startswith("TCP 80; and, if ")


# Graphs -----------------------------------------------------------------------------------------------


def test_graph_has_a_node_an_endpoint_and_an_edge_a_cell(found):
    graph = graph_of(found)

    nodes = [node for _, members in graph.clusters for node in members]
    assert sorted(node.number for node in nodes) == list(range(len(found.endpoints)))
    assert len(graph.edges) == len(cells(found))
    assert [name for name, _ in graph.clusters] == ["", "else", "shop"]


def test_dot_is_balanced_and_quoted(found):
    text = render_map_dot(found)

    assert text.startswith("digraph connectivity {\n")
    assert text.endswith("}\n")
    assert text.count("{") == text.count("}")
    assert text.count("subgraph cluster_") == 2
    for label in re.findall(r"label=(.*?)[,\]];?$", text, re.MULTILINE):
        assert re.fullmatch(r'"(?:[^"\\]|\\.)*".*', label), label
    assert len(re.findall(r"^  n\d+ -> n\d+ \[", text, re.MULTILINE)) == len(cells(found))
    assert "style=dashed" in text


MERMAID = re.compile(
    r"""\ \ subgraph\ c\d+\["[^"]*"\] | \ \ end | \ +n\d+(\["[^"]*"\] | \(\["[^"]*"\]\))
    | \ \ n\d+\ (-->|-\.->)\|"[^"]*"\|\ n\d+""",
    re.VERBOSE,
)


def test_mermaid_has_only_lines_that_it_knows(found):
    first, *lines = render_map_mermaid(found).splitlines()

    assert first == "flowchart LR"
    for line in lines:
        assert MERMAID.fullmatch(line), line


# Exposure and differences -----------------------------------------------------------------------------


def test_exposure_is_in_every_format_that_has_words():
    found = map_of(OBJECTS, exposure=True)

    text = render_map_text(found)
    assert "exposure: shop/api[Deployment] for ingress (isolated)" in text
    assert "entire cluster" in text
    data = map_mapping(found)
    jsonschema.Draft202012Validator(json.loads(report_schema("map"))).validate(data)
    assert {tuple(e["endpoints"]) for e in data["exposure"]}
    assert "### Exposure: " in render_map_markdown(found)
    assert "exposure for ingress" in render_map_csv(found)


def test_a_changed_map_shows_changed_cells_only():
    opened = [o for o in OBJECTS if o["metadata"]["name"] != "api" or o["kind"] != "NetworkPolicy"]
    difference = map_difference(map_of(OBJECTS), map_of([*opened, deployment("new")]))

    text = render_map_difference_text(difference)
    assert text.startswith("changed: ")
    assert "+ shop/web[Deployment] → shop/api[Deployment]: TCP 80 ⇒ All Connections" in text
    assert "only in the new version: shop/new[Deployment]" in text
    data = json.loads(render_map_json(difference))
    jsonschema.Draft202012Validator(json.loads(report_schema("map"))).validate(data)
    assert "color=green" in render_map_dot(difference)
    assert "stroke:green" in render_map_mermaid(difference)
    assert "| old | new |" in render_map_markdown(difference)
    assert "old,shop/web[Deployment],shop/api[Deployment],TCP 80,No Connections" in render_map_csv(difference)


def test_the_same_map_twice_is_no_change():
    difference = map_difference(map_of(OBJECTS), map_of(OBJECTS))

    assert render_map_difference_text(difference).startswith("the same: ")
    assert "no cell has changed" in render_map_markdown(difference)


def test_filters_leave_out_what_is_not_asked_for():
    inventory = npverify.load_objects(OBJECTS).inventory
    found = map_of(OBJECTS, source=parse_endpoint("web", inventory))

    assert {source for source, _ in cells(found)} == {"shop/web[Deployment]"}
    assert {str(source) for row in folded_rows(found) for source in row.sources} == {"shop/web[Deployment]"}
