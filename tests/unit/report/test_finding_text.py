"""Findings and usage errors as text."""

from __future__ import annotations

from dataclasses import replace

import pytest

from npverify.errors import Finding, Severity, UsageError
from npverify.report import Style, render_finding, render_findings, render_usage_error
from npverify.resources import Origin

FINDING = Finding(
    code="NPV102",
    severity=Severity.ERROR,
    message="`endPort` 79 is below `port` 80",
    origin=Origin("policies/db.yaml", 14, 20),
    hint="swap the two values, or drop `endPort` to allow port 80 only",
    label="must be 80 or more",
    width=2,
    source_line="          endPort: 79",
)


def caret_line(text):
    """Source line and caret line, without the margin."""
    _, source, carets, *_ = text.splitlines()
    return source.partition(" | ")[2], carets.partition(" | ")[2]


def test_a_finding_has_place_code_source_caret_and_hint():
    assert render_finding(FINDING) == (
        "policies/db.yaml:14:20: error[NPV102]: `endPort` 79 is below `port` 80\n"
        "   14 |           endPort: 79\n"
        "      |                    ^^ must be 80 or more\n"
        "  hint: swap the two values, or drop `endPort` to allow port 80 only"
    )


def test_without_a_source_line_there_is_no_caret():
    finding = replace(FINDING, source_line=None, hint=None)

    assert render_finding(finding) == "policies/db.yaml:14:20: error[NPV102]: `endPort` 79 is below `port` 80"


def test_without_a_place_there_is_no_excerpt():
    assert render_finding(replace(FINDING, origin=Origin("<memory>[2]"), hint=None)).startswith(
        "<memory>[2]: error[NPV102]: "
    )


def test_findings_keep_their_order():
    other = Finding("NPV110", Severity.WARNING, "replaced", Origin("a.yaml", 1, 1))

    assert render_findings([FINDING, other]) == f"{render_finding(FINDING)}\n{render_finding(other)}"


def test_line_numbers_of_six_digits_keep_the_margins_in_line():
    _, source, carets, _ = render_finding(
        replace(FINDING, origin=Origin("big.yaml", 123_456, 20))
    ).splitlines()

    assert source.index("|") == carets.index("|")


@pytest.mark.parametrize(
    ("line", "column", "width", "under"),
    [
        ("\tport: x", 8, 1, "x"),
        ("naïve: é", 8, 1, "é"),
        ("e\u0301: x", 5, 1, "x"),
        ("ab", 3, 1, ""),
        ("ab", 1, 9, "ab"),
    ],
    ids=["tab", "accents", "combining", "end of line", "wider than the line"],
)
def test_carets_stand_below_what_is_wrong(line, column, width, under):
    finding = replace(FINDING, source_line=line, origin=Origin("a", 1, column), width=width, label=None)

    source, carets = caret_line(render_finding(finding))

    visible = source.replace("\u0301", "")
    start = carets.index("^")
    assert visible[start : start + carets.count("^")] == under


def test_wide_characters_take_two_columns():
    finding = replace(FINDING, source_line="名前: x", origin=Origin("a", 1, 5), width=1, label=None)

    assert caret_line(render_finding(finding)) == ("名前: x", "      ^")


@pytest.mark.parametrize("column", [1, 200, 4_990])
def test_of_a_long_line_the_part_around_the_place_is_shown(column):
    line = "." * (column - 1) + "X" + "." * (5_000 - column)
    finding = replace(FINDING, source_line=line, origin=Origin("a", 1, column), width=1, label=None)

    source, carets = caret_line(render_finding(finding))

    assert len(source) <= 160
    assert source[carets.index("^")] == "X"


def test_nothing_of_the_input_steers_the_terminal():
    finding = replace(
        FINDING,
        message="`\x1b[2J` is no name",
        origin=Origin("a\x1b]0;b.yaml", 1, 10),
        source_line='  n: "\x1b[2J" x',
        width=1,
        label=None,
    )

    text = render_finding(finding)

    assert "\x1b" not in text
    assert "`\\x1b[2J` is no name" in text
    source, carets = caret_line(text)
    assert source[carets.index("^") :] == 'J" x'


@pytest.mark.parametrize(("severity", "code"), [("error", "1;31"), ("warning", "1;33"), ("note", "1")])
def test_colour_tells_severities_apart(severity, code):
    text = render_finding(replace(FINDING, severity=Severity(severity)), Style(color=True))

    assert f"\x1b[{code}m{severity}[NPV102]\x1b[0m" in text


def test_a_usage_error_marks_the_part_of_the_question_that_is_wrong():
    error = UsageError(
        "no workload is called `fronted`",
        text="can fronted reach db?",
        start=4,
        end=11,
        expected="the name of something that was read",
        hint="did you mean `frontend`?",
    )

    assert render_usage_error(error) == (
        "error: no workload is called `fronted`\n"
        "  can fronted reach db?\n"
        "      ^^^^^^^ expected the name of something that was read\n"
        "  hint: did you mean `frontend`?"
    )


def test_a_usage_error_at_the_end_of_the_question_has_one_caret():
    error = UsageError("something is missing", text="can a reach", start=11, end=11)

    assert render_usage_error(error).splitlines()[-1] == "             ^"


def test_a_question_of_several_lines_stays_on_one():
    error = UsageError("no", text="can\nfoo reach b?", start=4, end=7)

    assert render_usage_error(error).splitlines()[1:] == ["  can\\nfoo reach b?", "       ^^^"]


def test_a_usage_error_without_a_question_says_what_was_expected():
    assert render_usage_error(UsageError("bad", expected="a port")) == "error: bad\n  expected a port"
    assert render_usage_error(UsageError("bad")) == "error: bad"
