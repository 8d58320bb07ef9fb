"""Saved reports: read back as they were, or rejected with the place of what is wrong."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from tests.unit.report import answers, checks, comparisons, lint_sample

from npverify.errors import UsageError
from npverify.manifests.sources import Source
from npverify.report import render_github, render_junit, render_markdown, render_sarif, render_text
from npverify.report.check_junit import render_check_junit
from npverify.report.check_mapping import render_check_json
from npverify.report.check_markdown import render_check_markdown
from npverify.report.check_results import check_results
from npverify.report.check_text import render_check_text
from npverify.report.diff_csv import render_diff_csv
from npverify.report.diff_mapping import render_diff_json
from npverify.report.diff_markdown import render_diff_markdown
from npverify.report.diff_results import diff_results
from npverify.report.diff_text import render_diff_text
from npverify.report.gitlab import render_gitlab
from npverify.report.lint_mapping import render_lint_json
from npverify.report.lint_results import lint_results
from npverify.report.saved import read_report
from npverify.report.structured import render_json, render_yaml
from npverify.resources import Origin
from npverify_encodings.solver import Solver

_SUPPRESSED = replace(lint_sample.SUPPRESSED, origin=Origin("deploy/db.yaml", 28, 5))
"""How wide the place of a suppression is, the JSON does not tell."""
LINTS = {
    "everything": replace(lint_sample.EVERYTHING, suppressed=(_SUPPRESSED,)),
    "nothing": lint_sample.NOTHING,
}


def read(text):
    return read_report(Source("saved.json", text.encode())).content


CHECK_FORMATS = {
    "json": render_check_json,
    "text": render_check_text,
    "junit": render_check_junit,
    "markdown": render_check_markdown,
    "sarif": lambda check: render_sarif(check_results(check)),
    "github": lambda check: render_github(check_results(check)),
    "gitlab": lambda check: render_gitlab(check_results(check)),
}


@pytest.mark.parametrize("name", sorted(checks.EVERYTHING))
@pytest.mark.parametrize("render", CHECK_FORMATS.values(), ids=list(CHECK_FORMATS))
def test_every_format_of_a_check_is_the_same_from_its_json(name, render):
    check = checks.EVERYTHING[name]

    assert render(read(render_check_json(check))) == render(check)


@pytest.mark.parametrize("name", sorted(answers.EVERYTHING))
@pytest.mark.parametrize("render", [render_text, render_json, render_yaml])
def test_every_format_of_an_answer_is_the_same_from_its_json(name, render):
    answer = answers.EVERYTHING[name]

    assert render(read(render_json(answer))) == render(answer)


def test_where_the_time_went_is_kept():
    saved = read_report(Source("saved.json", render_json(answers.OUTSIDE, with_stats=True).encode()))

    assert saved.has_stats
    assert render_text(saved.content, with_stats=True) == render_text(answers.OUTSIDE, with_stats=True)
    assert not read_report(Source("saved.json", render_json(answers.OUTSIDE).encode())).has_stats


DIFF_FORMATS = {
    "json": render_diff_json,
    "text": render_diff_text,
    "markdown": render_diff_markdown,
    "csv": lambda comparison, _: render_diff_csv(comparison),
    "sarif": lambda comparison, sides: render_sarif(diff_results(comparison, sides)),
    "github": lambda comparison, sides: render_github(diff_results(comparison, sides)),
}


@pytest.mark.parametrize("name", sorted(comparisons.EVERYTHING))
@pytest.mark.parametrize("render", DIFF_FORMATS.values(), ids=list(DIFF_FORMATS))
def test_every_format_of_a_comparison_is_the_same_from_its_json(name, render):
    comparison = comparisons.EVERYTHING[name]

    saved = read(render_diff_json(comparison, comparisons.SIDES))

    assert render(saved.comparison, saved.sides) == render(comparison, comparisons.SIDES)


LINT_FORMATS = {
    "json": render_lint_json,
    "sarif": lambda lint: render_sarif(lint_results(lint)),
    "junit": lambda lint: render_junit(lint_results(lint)),
    "github": lambda lint: render_github(lint_results(lint)),
    "markdown": lambda lint: render_markdown(lint_results(lint)),
}


@pytest.mark.parametrize("name", sorted(LINTS))
@pytest.mark.parametrize("render", LINT_FORMATS.values(), ids=list(LINT_FORMATS))
def test_every_format_of_findings_is_the_same_from_their_json(name, render):
    lint = LINTS[name]

    assert render(read(render_lint_json(lint))) == render(lint)


def test_a_field_that_a_later_version_adds_is_passed_over():
    data = json.loads(render_check_json(checks.MIXED))
    data["later"] = data["assertions"][0]["later"] = {"x": 1}

    assert read(json.dumps(data)) == read(render_check_json(checks.MIXED))


def spoilt(path, value):
    """A report with another value (`...`: none) at a path."""
    data = json.loads(render_check_json(checks.MIXED))
    part = data
    for step in path[:-1]:
        part = part[step]
    if value is ...:
        del part[path[-1]]
    else:
        part[path[-1]] = value
    return json.dumps(data, indent=2)


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        (["schema"], ..., "`schema` is required"),
        (["schema"], "npverify/report/v2", "unsupported value `npverify/report/v2`"),
        (["kind"], "map", "unsupported value `map`"),
        (["kind"], [], "unsupported value `[]`"),
        (["assertions"], ..., "`assertions` is required"),
        (["assertions"], {}, "must be a list"),
        (["assertions", 0], 3, "`name` is required"),
        (["assertions", 1, "outcome"], "hold", "assertions[1].outcome: unsupported value `hold`"),
        (["assertions", 1, "line"], "4", "must be a whole number"),
        (["assertions", 1, "answer"], None, "either an `answer` or a `comparison`"),
        (["assertions", 1, "answer", "witness", "port"], ..., "`port` is required"),
        (["assertions", 1, "answer", "witness", "sourceEndpoint", "kind"], "car", "unsupported kind `car`"),
        (
            ["assertions", 1, "answer", "witness", "sourceEndpoint", "address"],
            "1.2.3",
            "`1.2.3` is no IP address",
        ),
        (["assertions", 1, "answer", "question", "form"], "x", "unsupported value `x`"),
        (["assertions", 6, "comparison", "differences", 0, "change"], "x", "unsupported value `x`"),
        (["input", "ignored"], [], "must be an object"),
        (["strict"], "no", "must be true or false"),
    ],
)
def test_what_is_no_report_is_bad_usage_with_its_place(path, value, message):
    with pytest.raises(UsageError) as caught:
        read(spoilt(path, value))

    assert caught.value.message.startswith("no report of npverify: saved.json:")
    assert message in caught.value.message
    assert caught.value.hint


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "holds no documents"),
        ("{}", "`schema` is required"),
        ("[]", "must be an object, not a list"),
        ("{", "not valid JSON"),
        ("{} {}", "holds 2 documents"),
        ('{"a": 1, "a": 2}', "stands twice"),
    ],
)
def test_what_is_no_json_object_is_bad_usage(text, message):
    with pytest.raises(UsageError, match=message):
        read(text)


def test_a_lint_report_of_another_version_keeps_the_texts_it_has():
    data = json.loads(render_lint_json(next(iter(LINTS.values()))))
    data["rules"] = [{"code": "NPV299", "name": "later", "severity": "note", "title": "something new"}]

    (rule,) = read(json.dumps(data)).rules

    assert (rule.code, rule.title, rule.why) == ("NPV299", "something new", "something new")


def test_nothing_is_solved(monkeypatch):
    def solve(*arguments, **more):
        raise AssertionError("a saved report needs no solver")

    monkeypatch.setattr(Solver, "__init__", solve)

    assert render_check_text(read(render_check_json(checks.MIXED)))
