"""Results as Markdown."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from tests.unit.report import results_sample as sample

from npverify.report import render_markdown
from npverify.report.markdown import escape, folded, place


def cells(row):
    """The cells of a row of a table, as GitHub splits them."""
    return [cell.strip() for cell in re.split(r"(?<!\\)\|", row)[1:-1]]


def rows(text):
    return [cells(line) for line in text.splitlines() if line.startswith("|")][2:]


@pytest.mark.parametrize("name", ["empty", "clean"])
def test_without_findings_there_is_the_headline_only(name):
    assert render_markdown(sample.EVERYTHING[name]) == "## npverify lint: no findings\n"


def test_every_result_that_counts_is_one_row_of_three_cells():
    found = rows(render_markdown(sample.FULL))

    assert [len(row) for row in found] == [3, 3, 3]
    assert [row[0] for row in found] == [
        "error NPV202 other-check",
        "warning NPV201 one-check",
        "note NPV203 third-check",
    ]
    assert found[0][1] == "`deploy/db.yaml:3:5`"


def test_text_of_the_input_has_no_meaning_in_a_cell():
    what = rows(render_markdown(sample.FULL))[0][2]

    assert r"`{app: db}` is 100% wrong, see: a::b \| c\_d\*e \<script\> \[x\](1)" in what
    assert r"hint: take `x\|y`, or\\nnothing" in what


def test_rules_of_what_is_reported_are_explained_once_and_folded():
    text = render_markdown(sample.FULL)

    assert text.count("<details>") == text.count("</details>") == 4
    assert "<summary>NPV202: the title of <code>NPV202</code> &amp; more</summary>" in text
    assert "NPV204: the title" not in text


def test_suppressed_results_are_folded_with_their_reasons():
    text = render_markdown(sample.FULL)

    assert "<summary>2 suppressed</summary>" in text
    assert "accepted here (until \\\\x1b\\[2J we \\| migrate)" in text


def test_what_was_not_decided_is_listed():
    text = render_markdown(sample.FULL)

    assert "Not decided:\n\n- NPV204 fourth-check `deploy/db.yaml:3:5`: NetworkPolicy shop/db: not" in text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain", "plain"),
        ("a_b", r"a\_b"),
        ("`a_b`", "`a_b`"),
        ("`a|b`", r"`a\|b`"),
        ("a `b", r"a \`b"),
        ("`a` b `", r"`a` b \`"),
        ("a\nb", r"a\\nb"),
        ("# x", r"\# x"),
    ],
)
def test_only_what_stands_in_backticks_is_code(text, expected):
    assert escape(text) == expected


def test_the_summary_of_a_fold_is_html():
    assert folded("a < `b`", "body") == (
        "<details><summary>a &lt; <code>b</code></summary>\n\nbody\n\n</details>"
    )


def test_a_place_is_code_whatever_the_name_of_the_file():
    assert place(sample.place("a`b|c.yaml")) == r"`a'b\|c.yaml:3:5`"
    assert place(replace(sample.NOTE).origin) == "`<stdin>`"
