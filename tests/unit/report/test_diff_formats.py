"""A comparison as JSON, CSV, Markdown, workflow commands and SARIF."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import PurePosixPath

import jsonschema
import pytest
from tests.unit.report import comparisons

from npverify.errors import Severity
from npverify.report import SCHEMA, render_github, render_sarif, report_schema
from npverify.report.diff_csv import COLUMNS, render_diff_csv
from npverify.report.diff_mapping import diff_mapping, render_diff_json
from npverify.report.diff_markdown import render_diff_markdown
from npverify.report.diff_results import RULES, diff_results

VALIDATOR = jsonschema.Draft202012Validator(json.loads(report_schema("diff")))
EVERYTHING = sorted(comparisons.EVERYTHING)


# JSON --------------------------------------------------------------------------------------------------


def test_the_schema_is_one():
    jsonschema.Draft202012Validator.check_schema(VALIDATOR.schema)


@pytest.mark.parametrize("with_stats", [True, False])
@pytest.mark.parametrize("name", EVERYTHING)
def test_every_comparison_fits_the_schema(name, with_stats):
    text = render_diff_json(comparisons.EVERYTHING[name], comparisons.SIDES, with_stats=with_stats)

    VALIDATOR.validate(json.loads(text))


def test_every_key_of_the_data_is_required_by_the_schema():
    data = diff_mapping(comparisons.DIFFERENT)

    assert set(data) == set(VALIDATOR.schema["required"])
    assert set(data) | {"stats"} == set(VALIDATOR.schema["properties"])
    assert data["schema"] == SCHEMA


@pytest.mark.parametrize("key", sorted(diff_mapping(comparisons.DIFFERENT)))
def test_the_schema_misses_a_key_that_is_not_there(key):
    data = diff_mapping(comparisons.DIFFERENT)
    del data[key]

    with pytest.raises(jsonschema.ValidationError):
        VALIDATOR.validate(data)


def objects_of(schema):
    if isinstance(schema, Mapping):
        if schema.get("type") == "object":
            yield schema
        for part in schema.values():
            yield from objects_of(part)


def test_objects_with_fixed_keys_admit_no_others_and_need_all():
    objects = [schema for schema in objects_of(VALIDATOR.schema) if "properties" in schema]

    assert len(objects) > 10
    for schema in objects:
        assert schema["additionalProperties"] is False
        assert set(schema["properties"]) - set(schema["required"]) <= {"stats"}


def test_shared_parts_of_the_two_schemas_are_the_same():
    query = json.loads(report_schema("query"))["$defs"]
    shared = set(query) & set(VALIDATOR.schema["$defs"])

    assert {"endpoint", "direction", "rule", "origin", "finding", "input"} <= shared
    for name in shared - {"verdict", "witness"}:
        assert query[name] == VALIDATOR.schema["$defs"][name]


def test_the_data_of_a_region():
    data = diff_mapping(comparisons.DIFFERENT, comparisons.SIDES)

    opened, closed = data["differences"]
    assert data["counts"] == {"opened": 1, "closed": 1, "shared": 0}
    assert (data["old"]["name"], data["new"]["input"]["files"]) == ("k8s at main", 3)
    assert opened["source"] == {
        "text": "pods with app=frontend in namespace shop",
        "terms": ["a pod", "namespace shop", "app=frontend"],
    }
    assert closed["traffic"] == {"text": "any port", "terms": []}
    assert (opened["witness"]["old"]["connects"], opened["witness"]["new"]["connects"]) == (False, True)
    assert opened["witness"]["new"]["ingress"]["rules"][0]["line"] == 11
    assert closed["conditions"] == ["the source pod has its address in 10.0.0.0/8"]


def test_what_only_some_regions_have():
    (masked,) = diff_mapping(comparisons.MASKED)["differences"]
    (service,) = diff_mapping(comparisons.SERVICE)["differences"]

    assert (masked["direction"], masked["masked"]) == ("Ingress", True)
    assert (service["subject"], service["origin"]["file"]) == ("svc/shop/db", "services.yaml")
    assert (service["direction"], service["masked"]) == (None, False)


def test_an_undecided_comparison_is_no_verdict():
    data = diff_mapping(comparisons.UNMODELLED_KINDS)

    assert (data["verdict"], data["withoutUnmodelled"]) == ("undecided", "equivalent")
    assert "CiliumNetworkPolicy" in data["undecided"]


# CSV ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", EVERYTHING)
def test_a_row_a_region_below_the_header(name):
    comparison = comparisons.EVERYTHING[name]

    header, *rows = csv.reader(io.StringIO(render_diff_csv(comparison)))

    assert tuple(header) == COLUMNS
    assert len(rows) == len(comparison.differences)
    assert all(len(row) == len(COLUMNS) for row in rows)


def test_the_cells_of_a_row():
    opened, _closed = csv.DictReader(io.StringIO(render_diff_csv(comparisons.DIFFERENT)))

    assert opened["change"] == "opened"
    assert opened["destination"] == "pods with app in (db,cache) in any namespace"
    assert (opened["flow_protocol"], opened["flow_port"]) == ("TCP", "5432")
    assert (opened["old"], opened["new"]) == (
        "ingress denied by shop/db",
        "ingress allowed by shop/db rule 1",
    )
    assert (opened["file"], opened["line"]) == ("policies.yaml", "11")


def test_a_row_about_a_service():
    (row,) = csv.DictReader(io.StringIO(render_diff_csv(comparisons.SERVICE)))

    assert (row["subject"], row["new"]) == ("svc/shop/db", "svc/shop/db does not lead there")
    assert (row["file"], row["line"]) == ("services.yaml", "3")


# Markdown ----------------------------------------------------------------------------------------------


def table_of(markdown):
    rows = [line for line in markdown.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in re.split(r"(?<!\\)\|", row)[1:-1]] for row in rows]


@pytest.mark.parametrize("name", EVERYTHING)
def test_every_row_of_the_table_has_every_column(name):
    table = table_of(render_diff_markdown(comparisons.EVERYTHING[name]))

    assert {len(row) for row in table} in (set(), {6})
    assert len(table) in (0, 2 + len(comparisons.EVERYTHING[name].differences))


@pytest.mark.parametrize("name", EVERYTHING)
def test_what_is_folded_is_closed_again(name):
    markdown = render_diff_markdown(comparisons.EVERYTHING[name])

    assert markdown.count("<details>") == markdown.count("</details>") >= 1
    assert "\n\n\n" not in markdown
    assert markdown.startswith("## npverify diff: ")


def test_the_table_names_the_change_the_ends_and_the_place():
    _header, _rule, opened, _closed = table_of(render_diff_markdown(comparisons.DIFFERENT))

    assert opened == [
        "1",
        "**opened**",
        "pods with app=frontend in namespace shop",
        "pods with app in (db,cache) in any namespace",
        "tcp/5432",
        "shop/db rule 1 `policies.yaml:11:7`",
    ]


def test_nothing_of_the_users_is_taken_for_markup():
    markdown = render_diff_markdown(comparisons.UNFRIENDLY)

    assert "a\\|b" in markdown
    assert "<b>" not in markdown
    assert "\x1b" not in markdown


def test_a_list_that_was_cut_says_so_in_the_open():
    markdown = render_diff_markdown(comparisons.CUT)

    visible = markdown.split("<details>")[0]
    assert "**Not all:** the list was cut" in visible
    assert "at least 1 region opened" in visible


def test_files_below_the_root_are_named_from_there():
    from npverify.resources import Origin

    absolute = replace(
        comparisons.WORKLOAD,
        differences=(replace(comparisons.WORKLOAD.differences[0], origin=Origin("/repo/w.yaml", 4, 1)),),
    )

    assert "`w.yaml:4:1`" in render_diff_markdown(absolute, root=PurePosixPath("/repo"))


# Workflow commands and SARIF ---------------------------------------------------------------------------


def test_a_result_a_region_at_the_place_to_look_at():
    opened, closed = diff_results(comparisons.DIFFERENT, comparisons.SIDES).results

    assert (opened.code, opened.severity, str(opened.origin)) == (
        "NPV001",
        Severity.WARNING,
        "policies.yaml:11:7",
    )
    assert "opened: pods with app=frontend in namespace shop → " in opened.message
    assert "such as shop/deployment/frontend → shop/deployment/database on tcp/5432" in opened.message
    assert [place.message for place in opened.related] == [
        "old: shop/db isolates for ingress, and no rule allows it",
        "new: shop/db rule 1 allows the ingress",
    ]
    assert closed.code == "NPV002"
    assert closed.fingerprint != opened.fingerprint


def test_what_contradicts_a_claim_is_an_error():
    (result,) = diff_results(comparisons.NOT_DISJOINT).results

    assert (result.code, result.severity) == ("NPV003", Severity.ERROR)


def test_a_fingerprint_does_not_depend_on_the_lines():
    (result,) = diff_results(comparisons.NOT_AT_MOST).results
    witness = replace(comparisons.FRONTEND_TO_DB, new=comparisons.DENYING, old=comparisons.ALLOWING)
    moved = replace(
        comparisons.NOT_AT_MOST, differences=(replace(comparisons.OPENED_REGION, witness=witness),)
    )

    assert diff_results(moved).results[0].fingerprint == result.fingerprint


def test_workflow_commands_end_with_the_verdict():
    lines = render_github(diff_results(comparisons.OUT_OF_TIME)).splitlines()

    assert [line.split(" ")[0] for line in lines[:-1]] == ["::warning", "::warning"]
    assert lines[-1] == (
        "different: at least 1 region opened, 1 closed; not all: the time limit was reached, so there may be "
        "more"
    )


@pytest.mark.parametrize("name", EVERYTHING)
def test_sarif_has_the_verdict_and_every_region(name):
    comparison = comparisons.EVERYTHING[name]

    (run,) = json.loads(render_sarif(diff_results(comparison), version="1"))["runs"]

    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    assert rules == [rule.code for rule in RULES.values()]
    assert [result["ruleId"] in rules for result in run["results"]] == [True] * len(comparison.differences)
    remarks = [note["message"]["text"] for note in run["invocations"][0]["toolExecutionNotifications"]]
    assert remarks[0].startswith(f"{comparison.verdict}: ")
