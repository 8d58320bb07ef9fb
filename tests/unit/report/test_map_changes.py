"""What has changed between two maps, in every format."""

from __future__ import annotations

import csv
import io
import json
import re
from dataclasses import replace

import jsonschema
import pytest
from tests.unit.report import map_sample as sample
from tests.unit.report.map_sample import OBJECTS, deployment, map_of

from npverify.questions.connectivity import Verification, map_difference
from npverify.report import Style, report_schema
from npverify.report.map_changes import folded_changes
from npverify.report.map_csv import DIFFERENCE_COLUMNS, render_map_csv
from npverify.report.map_diff_text import render_map_difference_text
from npverify.report.map_mapping import difference_mapping, render_map_json
from npverify.report.map_markdown import render_map_markdown

SCHEMA = jsonschema.Draft202012Validator(json.loads(report_schema("map")))


def without(*names):
    return [o for o in OBJECTS if f"{o['kind']}/{o['metadata']['name']}" not in names]


OLD = map_of(OBJECTS)
OPENED = map_of([*without("NetworkPolicy/api"), deployment("new")])
FIXED = map_of([*without("Deployment/web"), {**deployment("web"), "kind": "DaemonSet"}])
CHANGED = map_difference(OLD, OPENED)
EVERYONE = sample.policy(
    "web", {"app": "web"}, ingress=[{"from": [{"podSelector": {}}, sample.block("10.0.0.0/8")]}]
)
SETTLED = map_difference(OLD, map_of([*without("NetworkPolicy/web"), EVERYONE]))
SAME = map_difference(OLD, map_of(OBJECTS))
DIFFERENCES = {
    "opened": CHANGED,
    "closed": map_difference(OPENED, OLD),
    "replaced": map_difference(OLD, FIXED),
    "settled": SETTLED,
    "same": SAME,
}
everywhere = pytest.mark.parametrize("found", DIFFERENCES.values(), ids=DIFFERENCES)


def test_what_was_opened_is_on_one_line():
    text = render_map_difference_text(CHANGED)

    assert text.startswith("different: 5 pairs changed, 1 endpoint new\n")
    assert (
        "\n+ opened: shop/web[Deployment] → shop/api[Deployment]: TCP 80 before, All Connections now\n"
        in text
    )
    assert (
        "\n+ opened: shop/twin-a[Deployment], shop/twin-b[Deployment], any outside address → "
        "shop/api[Deployment]: No Connections before, All Connections now\n"
    ) in text


def test_what_was_closed_is_its_mirror_image():
    text = render_map_difference_text(DIFFERENCES["closed"])

    assert (
        "\n- closed: shop/web[Deployment] → shop/api[Deployment]: All Connections before, TCP 80 now\n"
        in text
    )
    assert "\nonly in the old version\n  shop/new[Deployment]\n" in text


def test_an_endpoint_that_came_is_listed_with_its_cells():
    text = render_map_difference_text(CHANGED)

    assert "\nonly in the new one\n  shop/new[Deployment]\n" in text
    assert re.search(
        r"^\+ new: .*shop/web\[Deployment\].* → shop/new\[Deployment\]: All Conn", text, re.MULTILINE
    )
    assert (
        "+ new: shop/new[Deployment] → shop/web[Deployment]: All Connections (conditional: pod addr" in text
    )


def test_a_condition_that_is_gone_is_a_change():
    text = render_map_difference_text(SETTLED)

    assert text.startswith("different: 3 pairs changed\n")
    assert (
        "~ unconditional now: shop/api[Deployment], shop/twin-a[Deployment], shop/twin-b[Deployment] → "
        "shop/web[Deployment]: All Connections (conditional: pod addresses) before, All Connections now\n"
    ) in text
    assert "  open       pod addresses: " in text


def test_a_condition_that_is_new_is_a_change():
    text = render_map_difference_text(map_difference(SETTLED.new, SETTLED.old))

    assert "~ conditional now: " in text


def test_ports_opened_and_closed_at_once():
    other = sample.policy(
        "api", {"app": "api"}, ingress=[{"from": [sample.app("web")], "ports": [{"port": 81}]}]
    )

    text = render_map_difference_text(map_difference(OLD, map_of([*without("NetworkPolicy/api"), other])))

    assert (
        "± opened and closed: shop/web[Deployment] → shop/api[Deployment]: TCP 80 before, TCP 81 now" in text
    )


def test_the_same_map_twice_is_no_change():
    assert render_map_difference_text(SAME).startswith("the same: no pair has changed\n")
    assert "no pair has changed" in render_map_markdown(SAME)


def test_an_undecided_difference_says_so_first():
    first, second, *_ = render_map_difference_text(replace(SAME, undecided="a reason")).splitlines()

    assert first == "undecided: a reason"
    assert second == "  without    no pair has changed, if the policies that are not modelled did nothing"


def test_both_maps_were_confirmed():
    whole, part = (replace(OLD, verification=Verification(number, 60)) for number in (60, 50))

    text = render_map_difference_text(replace(CHANGED, old=whole, new=whole))
    assert "confirmed  every pair of both maps, by the solver" in text
    text = render_map_difference_text(replace(CHANGED, old=whole, new=part))
    assert "confirmed  110 of 120 pairs of both maps, by the solver" in text


@everywhere
def test_folded_changes_spell_out_to_the_cells(found):
    spelled = [
        (source.name, destination.name)
        for change in folded_changes(found)
        for source in change.sources
        for destination in change.destinations
    ]

    cells = [*found.changed, *found.removed, *found.added]
    assert sorted(spelled) == sorted((cell.source.name, cell.destination.name) for cell in cells)


@everywhere
def test_json_fits_its_schema_and_has_every_cell(found):
    data = json.loads(render_map_json(found, with_stats=True))

    SCHEMA.validate(data)
    assert [(c["source"], c["destination"], c["opened"], c["closed"]) for c in data["changed"]] == [
        (c.source.name, c.destination.name, str(c.opened), str(c.closed)) for c in found.changed
    ]
    assert len(data["removed"]) == len(found.removed)
    assert len(data["added"]) == len(found.added)
    assert data["old"]["stats"]


def test_the_schema_tells_a_map_from_a_difference():
    data = difference_mapping(CHANGED)
    del data["changed"]

    assert not SCHEMA.is_valid(data)


@everywhere
def test_csv_has_a_row_a_changed_cell(found):
    rows = list(csv.reader(io.StringIO(render_map_csv(found))))

    assert rows[0] == list(DIFFERENCE_COLUMNS)
    assert len(rows) - 1 == len(found.changed) + len(found.removed) + len(found.added)


def test_csv_says_what_was_and_what_is():
    rows = render_map_csv(CHANGED).splitlines()

    assert "shop/web[Deployment],shop/api[Deployment],opened,TCP 80,All Connections" in rows
    assert "shop/web[Deployment],shop/new[Deployment],new,,All Connections" in rows


@everywhere
def test_every_row_of_the_markdown_table_has_four_cells(found):
    table = [line for line in render_map_markdown(found).splitlines() if line.startswith("|")]

    assert all(len(re.findall(r"(?<!\\)\|", line)) == 5 for line in table)
    assert bool(table) is not found.is_empty


@everywhere
@pytest.mark.parametrize("width", [40, 80])
def test_lines_keep_to_the_width_unless_a_name_is_longer(found, width):
    for line in render_map_difference_text(found, width=width).splitlines():
        assert len(line) <= width or len(line.split()) == 1


def test_colour_is_no_more_than_colour():
    coloured = render_map_difference_text(CHANGED, style=Style(color=True))

    assert "\x1b[" in coloured
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == render_map_difference_text(CHANGED)
