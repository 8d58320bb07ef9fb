"""Exposure in the structured formats, and in graphs."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from itertools import permutations

from tests.unit.report import map_sample as sample
from tests.unit.report.map_sample import OBJECTS, map_of
from tests.unit.report.test_map_formats import HTTP, exposed

from npverify.questions.connectivity import ExposureEntry, PossiblePods
from npverify.report.map_csv import render_map_csv
from npverify.report.map_drawing import render_map_dot, render_map_mermaid
from npverify.report.map_exposure import exposure_lines
from npverify.report.map_mapping import map_mapping
from npverify.report.map_markdown import render_map_markdown

FOUND = exposed(map_of(OBJECTS))


def test_json_says_entire_cluster_and_spells_out_other_peers():
    ingress, egress = map_mapping(FOUND)["exposure"]

    assert ingress["entireCluster"] == "TCP 80"
    assert [entry["peers"]["kind"] for entry in ingress["entries"]] == ["entire cluster", "outside"]
    assert ingress["entries"][0]["peers"]["words"] == "entire cluster"
    assert ingress["entries"][1]["peers"]["addresses"][0]["first"] == "0.0.0.0"
    (entry,) = egress["entries"]
    assert entry["peers"] == {
        "words": "pods with app=web in namespace shop in namespaces with team",
        "kind": "pods",
        "namespaces": ["shop"],
        "excludedNamespaces": [],
        "namespaceLabels": [{"key": "team", "operator": "Exists", "values": []}],
        "podLabels": [{"key": "app", "operator": "In", "values": ["web"]}],
        "addresses": [],
    }
    assert entry["namedPorts"][0]["names"] == ["http"]
    assert entry["conditions"] == ["a name resolves to it"]
    assert (egress["isolated"], egress["complete"]) == (False, False)


def test_csv_has_the_peers_at_the_right_end():
    rows = [row for row in csv.DictReader(io.StringIO(render_map_csv(FOUND))) if "exposure" in row["kind"]]

    assert [(row["kind"], row["source"], row["destination"]) for row in rows] == [
        ("ingress exposure", "entire cluster", sample.API),
        ("ingress exposure", "0.0.0.0-9.255.255.255", sample.API),
        ("egress exposure", sample.API, "pods with app=web in namespace shop in namespaces with team"),
    ]
    assert [(row["connections"], row["conditional"], row["conditions"]) for row in rows] == [
        ("TCP 80", "", ""),
        ("TCP 80", "", ""),
        ("", "TCP 80; named http", "a name resolves to it"),
    ]


def test_markdown_has_a_section_for_each_direction():
    text = render_map_markdown(FOUND)

    assert (
        "### Exposure of shop/api\\[Deployment\\] for ingress (isolated)\n\n- TCP 80 from entire cluster\n"
        in text
    )
    assert "- not all: the time limit was reached" in text


def test_graphs_draw_possible_peers_apart():
    dot, mermaid = render_map_dot(FOUND), render_map_mermaid(FOUND)

    assert dot.count('[label="entire cluster", style=dashed];') == 1
    assert '[label="TCP 80; named http (conditional: a name resolves to it)", style=dashed];' in dot
    assert mermaid.count('{{"entire cluster"}}') == 1
    assert '-.->|"TCP 80; named http (conditional: a name resolves to it)"|' in mermaid


def test_entries_are_sorted_whatever_order_they_were_found_in():
    (ingress, _) = FOUND.exposure
    found = [*ingress.entries, ExposureEntry(PossiblePods(namespaces=("b",)), HTTP)]
    found.append(ExposureEntry(PossiblePods(namespaces=("a",)), HTTP))

    orders = {tuple(exposure_lines(replace(ingress, entries=order))) for order in permutations(found)}

    assert orders == {
        (
            "TCP 80 from entire cluster",
            "TCP 80 from every pod in namespace a",
            "TCP 80 from every pod in namespace b",
            "TCP 80 from 0.0.0.0-9.255.255.255",
        )
    }
