"""The outcome of assertions as Markdown."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

import pytest
from tests.unit.report import checks

from npverify.report.check_markdown import render_check_markdown


def rows(text):
    return [line for line in text.splitlines() if line.startswith("| ") and "---" not in line][1:]


@pytest.mark.parametrize("name", sorted(checks.EVERYTHING))
def test_every_assertion_is_a_row_of_four_cells(name):
    check = checks.EVERYTHING[name]

    found = rows(render_check_markdown(check))

    assert len(found) == len(check.results)
    for row in found:
        assert len(re.findall(r"(?<!\\)\|", row)) == 5


def test_the_headline_has_verdict_and_summary():
    first = render_check_markdown(checks.SHORT).splitlines()[0]

    assert (
        first
        == "## npverify check: violated: 1 assertion: 1 violated; 2 not looked at after the first failure"
    )


def test_a_row_says_what_where_and_what_was_found():
    (row,) = rows(render_check_markdown(checks.check(checks.FAILED)))

    assert row.startswith(
        "| ❌ violated | the database is closed | `npverify.yaml:4:5` | frontend can reach database"
    )


def test_what_does_not_hold_is_told_in_full_when_asked_for():
    text = render_check_markdown(checks.MIXED)

    assert text.count("<details>") == sum(r.outcome.value != "holds" for r in checks.MIXED.results)
    assert "- shop/db rule 1  policies.yaml:11:7" in text


@pytest.mark.parametrize("name", sorted(checks.EVERYTHING))
def test_nothing_ends_a_fence_or_a_fold_early(name):
    text = render_check_markdown(checks.EVERYTHING[name])

    assert text.count("<details>") == text.count("</details>")
    fences = re.findall(r"^(`{3,})(text)?$", text, re.MULTILINE)
    opened = [fence for fence, language in fences if language]
    closed = [fence for fence, language in fences if not language]
    assert opened == closed


def test_files_are_named_from_the_root():
    text = render_check_markdown(checks.ALL_HOLD, root=PurePosixPath("/work"))

    assert "`npverify.yaml:4:5`" in text


def test_what_was_skipped_is_listed():
    assert "- the rest\n- and \\<more\\>\n" in render_check_markdown(checks.SHORT)


def test_notes_about_all_manifests_are_listed():
    text = render_check_markdown(checks.NOTED)

    assert "\n- the input runs \\<Calico\\>: " in text
