"""The outcome of assertions as text."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.unit.report import answers, checks, comparisons

from npverify.report.check_sentences import check_summary, finding_words
from npverify.report.check_text import MOST_REGIONS, render_assertion, render_check_text
from npverify.report.sentences import headline
from npverify.report.style import Style


def test_what_holds_takes_one_line_each():
    lines = render_check_text(checks.ALL_HOLD).splitlines()

    assert lines[:4] == [
        "holds: the database is closed",
        "holds: another",
        "",
        "holds: 2 assertions: 2 hold",
    ]


def test_a_violation_comes_with_claim_place_flow_and_rules():
    assert render_assertion(checks.FAILED).splitlines()[:12] == [
        "violated: the database is closed",
        "  claim      frontend cannot reach database on tcp/5432",
        "  at         npverify.yaml:4:5",
        "  found      frontend can reach database on tcp/5432",
        "  read as    the pods of shop/frontend",
        "             the pods of shop/database",
        "  flow       shop/deployment/frontend → shop/deployment/database on tcp/5432",
        "  egress     allowed: no policy isolates the pod",
        "  ingress    allowed by",
        "             - shop/db rule 1  policies.yaml:11:7",
        "  region     source: app=frontend; any destination; traffic: tcp/5432",
        "             does not matter: source label tier, destination address",
    ]


def test_what_must_connect_and_does_not_comes_with_the_nearest_rule():
    text = render_assertion(checks.UNREACHED)

    assert "  found      frontend cannot reach database on tcp/5432\n" in text
    assert (
        "  example    shop/deployment/frontend → shop/deployment/database on tcp/5432 does not connect\n"
        in text
    )
    assert "nearest: shop/db rule 2 would allow it but for the port" in text
    assert "  rests on   shop/db  policies.yaml:2:7\n" in text


def test_a_vacuous_assertion_says_why_and_what_accepts_it():
    assert render_assertion(checks.NOTHING) == (
        "vacuous (a warning): about nobody\n"
        "  claim      frontend cannot reach database on tcp/5432\n"
        "  at         npverify.yaml:4:5\n"
        "  vacuous    no declared pod matches `frontend`\n"
        "             `allow-vacuous: true` accepts this\n"
    )


def test_one_that_is_accepted_still_says_so():
    assert render_assertion(checks.ALLOWED) == (
        "holds: about nobody\n  vacuous    no declared pod matches `frontend` (allowed)\n"
    )


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (answers.REACHABLE, "anything except api can reach database on tcp/5432"),
        (answers.UNREACHABLE, "nothing except api can reach database on tcp/5432"),
    ],
)
def test_what_is_left_out_reads_as_a_sentence(answer, words):
    others = replace(answers.FRONTEND, text="any except api")

    found = replace(answer, query=replace(answer.query, source=others))

    assert headline(found) == words


def test_the_undecided_has_its_reason():
    assert "  because    the time limit was reached\n" in render_assertion(checks.OPEN)


def test_the_list_of_all_that_contradicts_is_shown():
    assert "- shop/deployment/api: tcp/5432" in render_assertion(checks.LISTED)


def test_a_comparison_shows_its_regions():
    text = render_assertion(checks.DIFFERENT)

    assert "  found      1 region opened, 1 closed\n" in text
    assert "  compared   with git:main\n" in text
    assert "+ opened: pods with app=frontend in namespace shop" in text


def test_of_many_regions_the_first_are_shown():
    many = tuple(
        replace(comparisons.CLOSED_REGION, conditions=(f"condition {number}",)) for number in range(8)
    )
    different = replace(comparisons.DIFFERENT, differences=many)

    text = render_assertion(replace(checks.DIFFERENT, comparison=different))

    assert text.count("- closed:") == MOST_REGIONS
    assert "3 more regions: `npverify diff` shows all of them" in text


def test_assumptions_are_told_once():
    text = render_check_text(checks.MIXED)

    assert text.count("replies always pass") == 1


@pytest.mark.parametrize(
    ("check", "summary"),
    [
        (checks.EMPTY, "0 assertions"),
        (checks.ALL_HOLD, "2 assertions: 2 hold"),
        (checks.check(checks.PASSED), "1 assertion: 1 holds"),
        (checks.check(checks.WARNING), "1 assertion: 1 violated (a warning)"),
        (checks.check(checks.WARNING, checks.WARNING), "2 assertions: 2 violated (warnings)"),
        (checks.MIXED, "10 assertions: 2 hold, 6 violated (1 of them a warning), 1 vacuous, 1 undecided"),
        (checks.SHORT, "1 assertion: 1 violated; 2 not looked at after the first failure"),
    ],
)
def test_the_summary_counts_outcomes(check, summary):
    assert check_summary(check) == summary


def test_the_last_part_has_the_verdict_and_what_was_skipped():
    text = render_check_text(checks.SHORT)

    assert "\nviolated: 1 assertion: 1 violated; 2 not looked at after the first failure\n" in text
    assert "  skipped    the rest\n             and <more>\n" in text


def test_a_note_about_all_manifests_is_told_once_at_the_end():
    text = render_check_text(checks.NOTED)

    assert text.count(checks.COMMON) == 1
    assert text.index("a note of its own") < text.index(checks.COMMON)
    assert checks.COMMON in render_assertion(checks.NOTED.results[0])


@pytest.mark.parametrize("name", sorted(checks.EVERYTHING))
@pytest.mark.parametrize("width", [40, 80, None])
def test_every_outcome_can_be_written(name, width):
    text = render_check_text(checks.EVERYTHING[name], width=width)

    assert text.endswith("\n")
    assert "\x1b" not in text
    assert "\n\n\n" not in text


@pytest.mark.parametrize("name", sorted(checks.EVERYTHING))
def test_colour_adds_nothing_but_colour(name):
    check = checks.EVERYTHING[name]

    painted = render_check_text(check, style=Style(color=True))

    for code in ("1;32", "1;31", "1;33", "2", "1", "0"):
        painted = painted.replace(f"\x1b[{code}m", "")
    assert painted == render_check_text(check)


@pytest.mark.parametrize("result", checks.ANSWERS.results + checks.COMPARISONS.results, ids=lambda r: r.name)
def test_what_was_found_is_one_line(result):
    assert finding_words(result)
    assert "\n" not in finding_words(result)
