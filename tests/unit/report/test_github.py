"""Results as workflow commands."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import PurePosixPath

import pytest
from tests.unit.report import results_sample as sample

from npverify.report import render_github

COMMAND = re.compile(r"::(?P<command>error|warning|notice) (?P<properties>[^:]*)::(?P<data>.*)")


def decoded(text):
    for code, character in (("%0A", "\n"), ("%0D", "\r"), ("%3A", ":"), ("%2C", ","), ("%25", "%")):
        text = text.replace(code, character)
    return text


def commands(results, **options):
    """The commands as GitHub's runner reads them, and the last line."""
    *lines, last = render_github(results, **options).splitlines()
    found = []
    for line in lines:
        match = COMMAND.fullmatch(line)
        assert match, line
        pairs = (pair.partition("=") for pair in match["properties"].split(","))
        properties = {key: decoded(value) for key, _, value in pairs}
        found.append((match["command"], properties, decoded(match["data"])))
    return found, last


def command_of(result, **options):
    ((found,), _) = commands(replace(sample.FULL, results=(result,)), **options)
    return found


@pytest.mark.parametrize("name", ["empty", "clean"])
def test_without_findings_there_is_the_summary_only(name):
    assert render_github(sample.EVERYTHING[name]) == "no findings\n"


def test_every_result_that_counts_is_one_command():
    found, last = commands(sample.FULL)

    assert [command for command, _, _ in found] == ["error", "warning", "notice", "warning"]
    assert last == sample.FULL.summary


def test_a_command_has_the_place_and_the_rule():
    _, properties, _ = command_of(sample.ERROR)

    assert properties == {
        "file": "deploy/db.yaml",
        "line": "3",
        "col": "5",
        "endColumn": "8",
        "title": "NPV202 other-check",
    }


def test_a_message_survives_with_everything_that_is_in_it():
    _, _, data = command_of(sample.ERROR)

    assert data == (
        "NetworkPolicy shop/db: `{app: db}` is 100% wrong, see: a::b | c_d*e <script> [x](1)\n"
        "deploy/api.yaml:7:1: the other {one}\n"
        "hint: take `x|y`, or\nnothing"
    )


@pytest.mark.parametrize(
    "file", ["a,b.yaml", "a:b.yaml", "100%.yaml", "a%0A::error::b.yaml", "a\r\n::x::.yaml"]
)
def test_a_file_name_starts_no_command_of_its_own(file):
    _, properties, _ = command_of(replace(sample.WARNING, origin=sample.place(file)))

    assert properties["file"] == file


def test_a_message_starts_no_command_of_its_own():
    text = render_github(replace(sample.FULL, results=(replace(sample.WARNING, message="a\n::error::b"),)))

    assert len(text.splitlines()) == 2


def test_without_a_line_there_is_no_place():
    _, properties, _ = command_of(sample.NOTE)

    assert properties == {"title": "NPV203 third-check"}


def test_files_below_the_root_are_named_from_there():
    warning = replace(sample.WARNING, origin=sample.place("/src/shop/deploy/db.yaml"))

    _, properties, _ = command_of(warning, root=PurePosixPath("/src/shop"))

    assert properties["file"] == "deploy/db.yaml"
