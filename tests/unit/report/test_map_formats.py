"""A connectivity map as JSON, CSV and Markdown says the same as its cells."""

from __future__ import annotations

import csv
import io
import json
import re
from dataclasses import replace

import jsonschema
import pytest
from tests.unit.report import map_sample as sample
from tests.unit.report.map_sample import LIVE, OBJECTS, cells_of, map_of

from npverify.questions.answer import Stats
from npverify.questions.connectivity import (
    ENTIRE_CLUSTER,
    Connections,
    Exposure,
    ExposureEntry,
    Grouping,
    NamedPort,
    OutsideAddresses,
    PossiblePods,
    Verification,
)
from npverify.report import report_schema
from npverify.report.map_csv import COLUMNS, render_map_csv
from npverify.report.map_mapping import map_mapping, render_map_json
from npverify.report.map_markdown import render_map_markdown
from npverify.report.map_words import REASONS
from npverify.resources import Direction, Requirement
from npverify.resources.selectors import Operator

HTTP = Connections.of({"TCP": [(80, 80)]})
SCHEMA = jsonschema.Draft202012Validator(json.loads(report_schema("map")))


def exposed(found):
    """The map with an exposure that has everything."""
    pods = PossiblePods(
        namespaces=("shop",),
        namespace_labels=(Requirement("team", Operator.EXISTS),),
        pod_labels=(Requirement("app", Operator.IN, ("web",)),),
    )
    api = (found.endpoint(sample.API),)
    ranges = tuple(e.range for e in found.endpoints if e.is_external)
    return replace(
        found,
        exposure=(
            Exposure(
                api,
                Direction.INGRESS,
                True,
                (ExposureEntry(ENTIRE_CLUSTER, HTTP), ExposureEntry(OutsideAddresses(ranges[:1]), HTTP)),
            ),
            Exposure(
                api,
                Direction.EGRESS,
                False,
                (ExposureEntry(pods, HTTP, (NamedPort(("http",)),), ("a name resolves to it",)),),
                complete=False,
            ),
        ),
    )


MAPS = {
    "plain": map_of(OBJECTS),
    "live": map_of(LIVE, include_self=True),
    "namespaces": map_of(LIVE, group=Grouping.NAMESPACE),
    "exposed": exposed(map_of(OBJECTS)),
    "undecided": replace(
        map_of(OBJECTS), undecided="a reason", verification=Verification(5, 60), stats=Stats({"read": 1.0})
    ),
}
pytestmark = pytest.mark.parametrize("found", MAPS.values(), ids=MAPS)


# JSON -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("cidr", [False, True])
def test_json_fits_its_schema(found, cidr):
    data = json.loads(render_map_json(found, cidr=cidr, with_stats=True))

    SCHEMA.validate(data)
    assert data["schema"] == "npverify/report/v1"
    assert "stats" in data


def test_json_is_the_mapping_with_an_item_a_line(found):
    text = render_map_json(found)

    assert json.loads(text) == json.loads(json.dumps(map_mapping(found)))
    lines = [line for line in text.splitlines() if line.startswith('    {"source"')]
    assert len(lines) == len(cells_of(found))


def test_every_key_of_json_is_in_the_schema(found):
    closed = json.dumps(json.loads(report_schema("map"))).replace(
        '"type": "object"', '"type": "object", "additionalProperties": false'
    )

    jsonschema.Draft202012Validator(json.loads(closed)).validate(map_mapping(found))


def test_json_has_every_cell(found):
    data = map_mapping(found)

    names = {endpoint["name"].removesuffix(" (hostNetwork)") for endpoint in data["endpoints"]}
    assert names == {endpoint.name for endpoint in found.endpoints}
    assert {
        tuple(cell[key].removesuffix(" (hostNetwork)") for key in ("source", "destination")): (
            cell["connections"],
            cell["conditional"],
        )
        for cell in data["connections"]
    } == cells_of(found)
    for cell in data["connections"]:
        assert bool(cell["conditions"]) is (cell["conditional"] != "No Connections")
        assert set(cell["conditions"]) <= set(REASONS.values())
        assert cell["connections"] == str(of_structure(cell["ports"]))
        assert cell["conditional"] == str(of_structure(cell["conditionalPorts"]))


def of_structure(ports):
    return Connections.of({each["protocol"]: map(tuple, each["ports"]) for each in ports})


# CSV --------------------------------------------------------------------------------------------------


def test_csv_has_a_row_a_cell(found):
    rows = list(csv.DictReader(io.StringIO(render_map_csv(found))))

    assert set(rows[0]) == set(COLUMNS)
    cells = [row for row in rows if not row["kind"].endswith("exposure")]
    assert {
        (row["source"].removesuffix(" (hostNetwork)"), row["destination"].removesuffix(" (hostNetwork)")): (
            row["connections"] or "No Connections",
            row["conditional"] or "No Connections",
        )
        for row in cells
    } == cells_of(found)
    assert all(bool(row["conditional"]) is bool(row["conditions"]) for row in cells)
    assert {row["kind"] == "some pods" for row in cells} == {not cell.uniform for cell in found.cells()}
    exposures = [row for row in rows if row not in cells]
    assert len(exposures) == sum(len(each.endpoints) * len(each.entries) for each in found.exposure)


# Markdown ---------------------------------------------------------------------------------------------


def test_every_row_of_the_markdown_table_has_three_cells(found):
    text = render_map_markdown(found)

    table = [line for line in text.splitlines() if line.startswith("|")]
    assert table[:2] == ["| source | connections | destination |", "|---|---|---|"]
    assert all(len(re.findall(r"(?<!\\)\|", line)) == 4 for line in table)
    assert not re.search(r"(?<!\\)[\[\]]", text)


def test_markdown_names_every_source_and_what_is_left_open(found):
    text = re.sub(r"\\(.)", r"\1", render_map_markdown(found))

    for endpoint in found.sources:
        if not endpoint.is_external:
            assert endpoint.name in text or "every" in text
    assert ("- conditional: pod addresses: " in text) is ("(conditional: pod addresses)" in text)
    assert ("**Undecided:** a reason." in text) is (found.undecided is not None)
    assert ("from entire cluster" in text) is bool(found.exposure)
