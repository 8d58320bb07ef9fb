"""Results as SARIF 2.1.0."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import PurePosixPath
from urllib.parse import unquote

import jsonschema
import pytest
from tests.unit.report import results_sample as sample
from tests.unit.report.sarif_schema import SARIF

from npverify.report import render_sarif

ROOT = PurePosixPath("/src/shop")


def run_of(results, **options):
    return json.loads(render_sarif(results, **options))["runs"][0]


def result_of(result, **options):
    (found,) = run_of(replace(sample.FULL, results=(result,)), **options)["results"]
    return found


@pytest.mark.parametrize("name", sorted(sample.EVERYTHING))
@pytest.mark.parametrize("version", ["1.2.3", None])
def test_every_log_fits_the_schema(name, version):
    log = json.loads(render_sarif(sample.EVERYTHING[name], version=version, root=ROOT))

    jsonschema.Draft202012Validator(SARIF).validate(log)


def test_the_schema_of_this_test_rejects_what_is_wrong():
    good = json.loads(render_sarif(sample.FULL))
    validator = jsonschema.Draft202012Validator(SARIF)
    spoil = [
        lambda run: run["results"][0].update(level="notice"),
        lambda run: run["results"][0].update(hint="x"),
        lambda run: run["results"][0]["locations"][0]["physicalLocation"]["region"].update(startLine=0),
        lambda run: run["results"][0].pop("message"),
        lambda run: run["tool"]["driver"].pop("name"),
        lambda run: run["results"][3]["suppressions"][0].update(kind="annotation"),
    ]

    for change in spoil:
        log = json.loads(json.dumps(good))
        change(log["runs"][0])
        assert not validator.is_valid(log)


def test_a_run_without_findings_says_which_rules_it_looked_for():
    run = run_of(sample.CLEAN)

    assert run["results"] == []
    assert [rule["id"] for rule in run["tool"]["driver"]["rules"]] == [rule.code for rule in sample.RULES]


def test_the_rule_of_a_result_is_the_one_at_its_index():
    run = run_of(sample.FULL)

    rules = run["tool"]["driver"]["rules"]
    assert run["results"]
    assert all(rules[result["ruleIndex"]]["id"] == result["ruleId"] for result in run["results"])


def test_a_rule_has_a_name_a_level_and_a_help():
    rule = run_of(sample.CLEAN)["tool"]["driver"]["rules"][1]

    assert rule["name"] == "OtherCheck"
    assert rule["defaultConfiguration"] == {"level": "error"}
    assert rule["help"] == {"text": "why\n\nfix", "markdown": "why\n\n**fix**"}


@pytest.mark.parametrize(
    ("result", "kind", "level"),
    [
        (sample.ERROR, "fail", "error"),
        (sample.WARNING, "fail", "warning"),
        (sample.NOTE, "fail", "note"),
        (sample.OPEN, "open", "none"),
    ],
)
def test_the_kind_and_level_of_a_result(result, kind, level):
    found = result_of(result)

    assert (found["kind"], found["level"]) == (kind, level)


def test_a_region_ends_behind_its_last_character():
    (location,) = result_of(sample.WARNING)["locations"]

    assert location["physicalLocation"]["region"] == {"startLine": 12, "startColumn": 1, "endColumn": 7}


def test_without_a_line_there_is_no_region():
    (location,) = result_of(sample.NOTE)["locations"]

    assert location == {
        "physicalLocation": {"artifactLocation": {"uri": "%3Cstdin%3E", "uriBaseId": "%SRCROOT%"}}
    }


@pytest.mark.parametrize(
    ("file", "uri"),
    [
        ("deploy/db.yaml", "deploy/db.yaml"),
        ("./deploy/db.yaml", "deploy/db.yaml"),
        ("/src/shop/deploy/db.yaml", "deploy/db.yaml"),
        ("../db.yaml", "../db.yaml"),
        ("my app/a#b?c.yaml", "my%20app/a%23b%3Fc.yaml"),
        ("größe%20.yaml", "gr%C3%B6%C3%9Fe%2520.yaml"),
    ],
)
def test_files_are_relative_uris(file, uri):
    (location,) = result_of(replace(sample.WARNING, origin=sample.place(file)), root=ROOT)["locations"]

    artifact = location["physicalLocation"]["artifactLocation"]
    assert artifact == {"uri": uri, "uriBaseId": "%SRCROOT%"}
    assert unquote(uri) == file.removeprefix("./").removeprefix("/src/shop/")


def test_a_file_elsewhere_is_an_absolute_uri():
    origin = sample.place("/tmp/a b.yaml")

    (location,) = result_of(replace(sample.WARNING, origin=origin), root=ROOT)["locations"]

    assert location["physicalLocation"]["artifactLocation"] == {"uri": "file:///tmp/a%20b.yaml"}


def test_braces_of_messages_are_doubled_because_they_stand_for_placeholders():
    found = result_of(sample.ERROR)

    assert found["message"]["text"].startswith("`{{app: db}}` is 100% wrong")
    assert found["relatedLocations"][0]["message"]["text"] == "the other {{one}}"


def test_the_hint_is_part_of_the_message():
    assert result_of(sample.ERROR)["message"]["text"].endswith("\nhint: take `x|y`, or\nnothing")


def test_the_fingerprint_is_the_one_of_the_finding():
    assert result_of(sample.ERROR)["partialFingerprints"] == {"npverify/v1": "0123456789abcdef"}


def test_suppressed_results_say_where_and_why():
    in_source, external = result_of(sample.IN_SOURCE), result_of(sample.EXTERNAL)

    (first,), (second,) = in_source["suppressions"], external["suppressions"]
    assert (first["kind"], first["status"]) == ("inSource", "accepted")
    assert first["justification"] == "until \x1b[2J we | migrate"
    assert first["location"]["physicalLocation"]["region"]["startLine"] == 1
    assert (second["kind"], second["justification"]) == ("external", "in the baseline")
    assert "location" not in second


def test_results_that_count_say_that_they_are_not_suppressed():
    assert result_of(sample.ERROR)["suppressions"] == []


def test_what_was_read_is_a_notification():
    (invocation,) = run_of(sample.FULL)["invocations"]

    texts = [n["message"]["text"] for n in invocation["toolExecutionNotifications"]]
    assert texts == ["read 3 files, 2 policies", "not modelled: CiliumNetworkPolicy shop/{{x}}"]


def test_another_tool_has_another_id():
    assert run_of(sample.FULL)["automationDetails"] == {"id": "npverify-lint/"}
    assert run_of(replace(sample.FULL, tool="npverify diff"))["automationDetails"] == {"id": "npverify-diff/"}
