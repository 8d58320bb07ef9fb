"""Lint results as text, as JSON, and as results for the other formats."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import jsonschema
import pytest
from tests.unit.report import lint_sample as sample

from npverify.errors import Finding, Severity
from npverify.lint import LINT_RULES, Undecided
from npverify.report import Style, render_finding, report_schema
from npverify.report.lint_mapping import lint_mapping, render_lint_json
from npverify.report.lint_results import lint_results, lint_summary
from npverify.report.lint_text import render_lint_text
from npverify.report.rule_texts import render_rule, rule_markdown
from npverify.resources import Origin

WIDTHS = [20, 40, 57, 80, 120]


@pytest.mark.parametrize(
    ("findings", "suppressed", "undecided", "summary"),
    [
        ([], [], [], "no findings"),
        ([sample.FULL], [], [], "1 finding: 1 error"),
        ([sample.WARNING, sample.WARNING], [], [], "2 findings: 2 warnings"),
        (
            [sample.FULL, sample.WARNING, sample.WARNING],
            [sample.SUPPRESSED],
            [],
            "3 findings: 1 error, 2 warnings (1 suppressed)",
        ),
        ([sample.NOTE], [], [], "1 finding: 1 note"),
        ([], [sample.SUPPRESSED] * 2, [], "no findings (2 suppressed)"),
        ([], [], [sample.UNDECIDED], "no findings; 1 not decided"),
        (
            [sample.NOTE],
            [sample.SUPPRESSED],
            [sample.UNDECIDED],
            "1 finding: 1 note (1 suppressed); 1 not decided",
        ),
    ],
)
def test_the_summary_counts_what_there_is(findings, suppressed, undecided, summary):
    assert summary == lint_summary(sample.result(findings, suppressed, undecided))


def test_a_finding_reads_like_one_of_a_compiler():
    first = render_lint_text(sample.EVERYTHING).split("\n\n")[0]

    assert first.splitlines() == [
        (
            "deploy/db.yaml:3:5: error[NPV208]: NetworkPolicy shop/db: "
            "no label can meet `app=db` and `app!=db`"
        ),
        "    3 |     text of line 3, as long as it is",
        "      |     ^^^^ excludes the other",
        "  see: deploy/db.yaml:9:7: the other requirement",
        "  hint: remove one of the two",
    ]


def test_the_summary_comes_last_with_what_was_read_and_looked_for():
    *_, summary = render_lint_text(sample.EVERYTHING).split("\n\n")

    assert summary.splitlines() == [
        "4 findings: 1 error, 2 warnings, 1 note (1 suppressed); 1 not decided",
        f"  note       {sample.NOTED}",
        "  read       2 files, 3 policies, 4 workloads, 1 namespace, 0 services",
        "  ignored    2 objects that say nothing about policies: 2 v1 ConfigMap",
        "  unmodelled CiliumNetworkPolicy shop/x  cilium.yaml:1:5",
        "  left out   bad.yaml:4:2: must be a list",
        f"  looked for {len(LINT_RULES)} codes",
    ]


def test_few_codes_are_listed_by_name():
    rules = tuple(rule for rule in LINT_RULES if rule.code in ("NPV208", "NPV211"))

    assert "  looked for NPV208, NPV211\n" in render_lint_text(replace(sample.NOTHING, rules=rules))


def test_what_was_not_decided_is_shown_in_its_place():
    text = render_lint_text(sample.EVERYTHING)

    assert (
        "deploy/db.yaml:40:5: warning[NPV208]: NetworkPolicy shop/api: not decided for ingress rule 1: "
        "the time limit was reached\n"
    ) in text


def test_a_finding_about_a_file_does_not_name_it_twice():
    assert "deploy/db.yaml:20:5: warning[NPV104]: spec.x: unknown field\n" in render_lint_text(
        sample.EVERYTHING
    )


def test_the_time_is_told_on_demand_only():
    assert "unused-direction 0.500" in render_lint_text(sample.EVERYTHING, with_stats=True)
    assert "seconds" not in render_lint_text(sample.EVERYTHING)


@pytest.mark.parametrize("width", [*WIDTHS, None])
def test_colour_changes_no_line(width):
    plain = render_lint_text(sample.EVERYTHING, width=width)
    painted = render_lint_text(sample.EVERYTHING, width=width, style=Style(color=True))

    assert painted != plain
    assert re.sub(r"\x1b\[[0-9;]*m", "", painted) == plain


@pytest.mark.parametrize("width", WIDTHS)
def test_no_line_is_wider_than_the_terminal(width):
    for line in render_lint_text(sample.EVERYTHING, width=width).splitlines():
        assert len(line) <= max(40, width) or " " not in line.strip()


def test_a_narrow_terminal_loses_no_word():
    def words(text):
        return re.sub(r"[\s|]+", " ", text)

    wide, narrow = (render_lint_text(sample.EVERYTHING, width=width) for width in (None, 60))

    assert sorted(set(words(wide).split()) - set(words(narrow).split())) == []


def test_the_label_stands_below_the_carets_where_there_is_no_room():
    finding = Finding(
        "NPV208",
        Severity.ERROR,
        "no",
        Origin("a", 1, 30),
        label="excludes the other one",
        width=3,
        source_line="." * 29 + "xyz",
    )

    lines = render_finding(finding, width=50).splitlines()

    assert lines[2:] == ["      | " + " " * 29 + "^^^", "      | excludes the other one"]


@pytest.mark.parametrize(
    ("findings", "undecided", "code"),
    [
        ([sample.FULL], [], "1;31"),
        ([sample.WARNING], [], "1;33"),
        ([sample.NOTE], [], "1"),
        ([], [sample.UNDECIDED], "1;33"),
        ([], [], "1;32"),
    ],
)
def test_the_summary_has_the_colour_of_the_worst(findings, undecided, code):
    result = sample.result(findings, [], undecided)

    text = render_lint_text(result, style=Style(color=True))

    assert f"\x1b[{code}m{lint_summary(result).partition(':')[0]}\x1b[0m" in text


def test_text_of_the_input_cannot_steer_the_terminal():
    nasty = sample.finding(
        subject="NetworkPolicy shop/\x1b[2J", message="a\x1b]0;b\nc", hint="\u202e", label="\x07"
    )

    text = render_lint_text(sample.result([nasty]))

    assert not re.search(r"[\x00-\x09\x0b-\x1f\u202e]", text)


@pytest.mark.parametrize("result", [sample.EVERYTHING, sample.NOTHING], ids=["everything", "nothing"])
@pytest.mark.parametrize("with_stats", [True, False])
def test_the_json_fits_the_schema(result, with_stats):
    schema = json.loads(report_schema("lint"))

    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.Draft202012Validator(schema).validate(
        json.loads(render_lint_json(result, with_stats=with_stats))
    )
    assert ("stats" in lint_mapping(result, with_stats=with_stats)) is with_stats


def test_notes_about_the_input_are_told_with_the_summary():
    assert f"  note       {sample.NOTED}\n  read " in render_lint_text(sample.EVERYTHING)
    assert lint_mapping(sample.EVERYTHING)["notes"] == [sample.NOTED]
    assert f"note: {sample.NOTED}" in lint_results(sample.EVERYTHING).remarks


def test_the_json_has_everything_that_is_known_of_a_finding():
    (first, *_) = lint_mapping(sample.EVERYTHING)["findings"]

    assert first == {
        "code": "NPV208",
        "severity": "error",
        "message": "no label can meet `app=db` and `app!=db`",
        "subject": "NetworkPolicy shop/db",
        "part": "ingress",
        "file": "deploy/db.yaml",
        "line": 3,
        "column": 5,
        "endColumn": 9,
        "label": "excludes the other",
        "hint": "remove one of the two",
        "related": [
            {
                "message": "the other requirement",
                "file": "deploy/db.yaml",
                "line": 9,
                "column": 7,
                "endColumn": 9,
            }
        ],
        "fingerprint": sample.FULL.fingerprint,
    }


def test_the_json_says_who_suppressed_a_finding_and_what_is_open():
    data = lint_mapping(sample.EVERYTHING)

    assert data["suppressed"][0]["suppression"] == {
        "source": "annotation",
        "reason": "until we migrate",
        "file": "deploy/db.yaml",
        "line": 28,
        "column": 5,
    }
    assert data["undecided"][0]["reason"] == "the time limit was reached"
    assert data["fails"] is True
    assert lint_mapping(sample.result([sample.NOTE]))["fails"] is False


def test_results_keep_what_counts_apart_from_what_does_not():
    results = lint_results(sample.EVERYTHING)

    assert [r.code for r in results.reported] == ["NPV208", "NPV211", "NPV211", "NPV104"]
    assert [r.accepted.reason for r in results.accepted] == ["until we migrate"]
    assert [r.message for r in results.undecided] == [
        "not decided for ingress rule 1: the time limit was reached"
    ]
    assert [r.fails for r in results.results] == [True, True, False, True, False, False]
    assert results.summary == lint_summary(sample.EVERYTHING)
    assert "not modelled: CiliumNetworkPolicy shop/x" in results.remarks


@pytest.mark.parametrize("rule", LINT_RULES, ids=lambda rule: rule.name)
def test_everything_about_a_rule_is_explained(rule):
    text, markdown = render_rule(rule), rule_markdown(rule)

    assert text.startswith(f"{rule.code} {rule.name}: {rule.title} ({rule.severity})\n\n")
    for part in (rule.why, rule.fix):
        assert part in text
        assert part in markdown
    for example in (rule.bad, rule.good):
        assert all(line in text for line in example.splitlines())
        assert f"```yaml\n{example.rstrip()}\n```" in markdown


def test_what_several_checks_leave_open_for_one_reason_is_told_once():
    left = [
        Undecided(code, "NetworkPolicy *", "", "there is too much", Origin("a.yaml", 1, 1))
        for code in ("NPV201", "NPV202", "NPV203")
    ]

    text = render_lint_text(sample.result([], [], left))

    told = (
        "a.yaml:1:1: warning[NPV201]: NetworkPolicy *: not decided: there is too much (so are NPV202, NPV203)"
    )
    assert text.startswith(f"{told}\n")
    assert text.count("too much") == 1
    assert "3 not decided" in text
