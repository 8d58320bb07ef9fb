"""The outcome of assertions for pipelines: SARIF, GitHub annotations and GitLab code quality."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import PurePosixPath

import jsonschema
import pytest
from tests.unit.report import answers, checks
from tests.unit.report.sarif_schema import SARIF
from tests.unit.report.test_github import commands

from npverify.configuration.parts import FORMS
from npverify.errors import Severity
from npverify.report import render_sarif
from npverify.report.check_results import FORM_RULES, VACUOUS_RULE, check_results
from npverify.report.gitlab import render_gitlab
from npverify.resources import Origin

ISSUE = {
    "type": "object",
    "properties": {
        "description": {"type": "string", "minLength": 1},
        "check_name": {"type": "string", "pattern": "^NPV[0-9]{3}$"},
        "fingerprint": {"type": "string", "minLength": 1},
        "severity": {"enum": ["info", "minor", "major", "critical", "blocker"]},
        "location": {
            "type": "object",
            "properties": {
                "path": {"type": "string", "pattern": r"^(?!\./)(?!/)."},
                "lines": {
                    "type": "object",
                    "properties": {"begin": {"type": "integer", "minimum": 1}},
                    "required": ["begin"],
                    "additionalProperties": False,
                },
            },
            "required": ["path", "lines"],
            "additionalProperties": False,
        },
    },
    "required": ["description", "check_name", "fingerprint", "severity", "location"],
    "additionalProperties": False,
}
CODE_QUALITY = {"type": "array", "items": ISSUE}
"""GitLab's format, as far as its documentation has it."""


def sarif(check):
    return json.loads(render_sarif(check_results(check), version="1.2.3"))


@pytest.mark.parametrize("name", sorted(checks.EVERYTHING))
def test_every_log_fits_the_schema_of_sarif(name):
    jsonschema.Draft202012Validator(SARIF).validate(sarif(checks.EVERYTHING[name]))


@pytest.mark.parametrize("name", ["empty", "all-hold"])
def test_where_all_holds_there_is_no_result(name):
    (run,) = sarif(checks.EVERYTHING[name])["runs"]

    assert run["results"] == []
    assert [rule["id"] for rule in run["tool"]["driver"]["rules"]][-1] == "NPV019"


def test_a_result_stands_at_the_assertion_with_the_deciding_rules_beside_it():
    (found,) = sarif(checks.check(checks.FAILED))["runs"][0]["results"]

    place = found["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "npverify.yaml"
    assert place["region"] == {"startLine": 4, "startColumn": 5, "endColumn": 17}
    assert found["ruleId"] == "NPV011"
    assert found["level"] == "error"
    (related,) = found["relatedLocations"]
    assert related["message"]["text"] == "shop/db rule 1 allows the ingress"
    assert related["physicalLocation"]["artifactLocation"]["uri"] == "policies.yaml"
    assert related["physicalLocation"]["region"]["startLine"] == 11


@pytest.mark.parametrize(
    ("result", "code", "severity", "decided"),
    [
        (checks.FAILED, "NPV011", Severity.ERROR, True),
        (checks.WARNING, "NPV011", Severity.WARNING, True),
        (checks.NOTHING, "NPV019", Severity.WARNING, True),
        (checks.OPEN, "NPV011", Severity.ERROR, False),
        (checks.DIFFERENT, "NPV015", Severity.ERROR, True),
        (checks.PROVED, "NPV012", Severity.ERROR, True),
    ],
    ids=lambda value: getattr(value, "name", None),
)
def test_code_and_severity_say_what_it_is(result, code, severity, decided):
    (found,) = check_results(checks.check(result)).results

    assert (found.code, found.severity, found.decided) == (code, severity, decided)


def test_only_what_does_not_hold_is_a_result():
    subjects = [result.subject for result in check_results(checks.MIXED).results]

    assert subjects == [result.name for result in checks.MIXED.results if result.outcome.value != "holds"]


@pytest.mark.parametrize(
    ("result", "messages"),
    [
        (checks.FAILED, ["shop/db rule 1 allows the ingress"]),
        (
            checks.UNREACHED,
            [
                "shop/db isolates for ingress, and no rule allows it",
                "nearest: shop/db rule 2 would allow it but for the port",
            ],
        ),
        (checks.PROVED, ["shop/db isolates", "shop/deny isolates"]),
        (
            checks.DIFFERENT,
            [
                "old: shop/db isolates for ingress, and no rule allows it",
                "new: shop/db rule 1 allows the ingress",
                "old: shop/db rule 1 allows the ingress",
                "new: shop/db isolates for ingress, and no rule allows it",
            ],
        ),
        (checks.NOTHING, []),
        (checks.OPEN, []),
    ],
    ids=lambda value: getattr(value, "name", None),
)
def test_the_deciding_rules_are_related(result, messages):
    (found,) = check_results(checks.check(result)).results

    assert sorted(place.message for place in found.related) == sorted(messages)


def test_a_direction_that_allows_a_blocked_flow_does_not_decide_it():
    blocked = replace(answers.BLOCKED, egress=answers.ALLOWED)
    unreached = replace(checks.UNREACHED, answer=replace(answers.UNREACHABLE, blocked=blocked))

    (found,) = check_results(checks.check(unreached)).results

    assert all("ingress" in place.message or "nearest" in place.message for place in found.related)
    assert found.related


def test_two_assertions_that_are_the_same_have_fingerprints_of_their_own():
    once, twice = (
        [result.fingerprint for result in check_results(checks.check(*results)).results]
        for results in ([checks.FAILED], [checks.FAILED, checks.FAILED])
    )

    assert twice == [once[0], f"{once[0]}-2"]


def test_a_fingerprint_does_not_hang_on_what_was_found():
    before, after = (
        check_results(
            checks.check(replace(checks.FAILED, outcome=outcome, origin=Origin("npverify.yaml", line, 1)))
        )
        for outcome, line in ((checks.VIOLATED, 4), (checks.UNDECIDED, 90))
    )

    assert before.results[0].fingerprint == after.results[0].fingerprint


def test_every_form_of_claim_has_a_rule():
    assert set(FORM_RULES) == set(FORMS)
    codes = [rule.code for rule in (*FORM_RULES.values(), VACUOUS_RULE)]
    assert codes == sorted(set(codes))


def test_remarks_say_what_was_skipped_and_left_out():
    assert "not looked at after the first failure: the rest" in check_results(checks.SHORT).remarks
    assert any("left out: bad.yaml:9:20" in remark for remark in check_results(checks.LEFT_OUT).remarks)
    assert f"note: {checks.COMMON}" in check_results(checks.NOTED).remarks


# GitHub -----------------------------------------------------------------------------------------------


def test_every_result_is_an_annotation_at_its_line():
    found, last = commands(
        check_results(checks.check(checks.FAILED, checks.WARNING, checks.NOTHING, checks.OPEN))
    )

    assert [command for command, _, _ in found] == ["error", "warning", "warning", "warning"]
    assert {properties["file"] for _, properties, _ in found} == {"npverify.yaml"}
    assert {properties["line"] for _, properties, _ in found} == {"4"}
    assert found[0][1]["title"] == "NPV011 unreachable"
    assert found[0][2].startswith("the database is closed: violated: frontend can reach database")
    assert last == "violated: 4 assertions: 2 violated (1 of them a warning), 1 vacuous, 1 undecided"


# GitLab -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", sorted(checks.EVERYTHING))
def test_every_report_fits_the_format_of_gitlab(name):
    issues = json.loads(render_gitlab(check_results(checks.EVERYTHING[name])))

    jsonschema.Draft202012Validator(CODE_QUALITY).validate(issues)
    assert len({issue["fingerprint"] for issue in issues}) == len(issues)


def test_severities_are_those_of_gitlab():
    results = check_results(checks.check(checks.FAILED, checks.WARNING, checks.NOTHING, checks.OPEN))

    assert [issue["severity"] for issue in json.loads(render_gitlab(results))] == [
        "major",
        "minor",
        "minor",
        "minor",
    ]


def test_files_are_named_from_the_root():
    result = replace(checks.FAILED, origin=Origin("/src/shop/ci/npverify.yaml", 0, 0))

    (issue,) = json.loads(render_gitlab(check_results(checks.check(result)), root=PurePosixPath("/src/shop")))

    assert issue["location"] == {"path": "ci/npverify.yaml", "lines": {"begin": 1}}
