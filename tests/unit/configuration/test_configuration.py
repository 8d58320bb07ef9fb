"""npverify.yaml: what it may say, and where what it may not say stands."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from npverify.configuration import (
    NO_CONFIGURATION,
    Configuration,
    find_configuration,
    parse_day,
    read_configuration,
)
from npverify.errors import ConfigurationError, InputError, UsageError
from npverify.lint.suppression import Source

FULL = """\
schema: npverify/v1
manifests: [deploy/]
cni: generic
pod-cidr: 10.0.0.0/8
assertions: []
lint:
  ignore: [NPV224, dead-selector, NPV21]
  suppress:
  - {code: NPV211, subject: "NetworkPolicy shop/*", reason: "until we migrate", expires: 2026-12-31}
  - code: unused-direction
    reason: " for good "
"""


@pytest.fixture
def write(tmp_path):
    def put(text, name="npverify.yaml"):
        path = tmp_path / name
        path.write_text(text)
        return path

    return put


def problems(path):
    with pytest.raises(ConfigurationError) as caught:
        read_configuration(path)
    return caught.value.problems


def test_everything_that_lint_can_be_told(write):
    path = write(FULL)

    lint = read_configuration(path).lint

    assert lint.ignore == ("NPV224", "dead-selector", "NPV21")
    first, second = lint.suppressions
    assert (first.code, first.subject) == ("NPV211", "NetworkPolicy shop/*")
    assert (first.reason, first.expires) == ("until we migrate", date(2026, 12, 31))
    assert first.source is Source.CONFIGURATION
    assert str(first.origin) == f"{path}:9:5"
    assert (second.code, second.subject, second.reason, second.expires) == ("NPV211", "*", "for good", None)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "# nothing yet\n",
        "schema: npverify/v1\n",
        "schema: npverify/v1\nlint:\n",
        "schema: npverify/v1\nlint: {}\n",
        "schema: npverify/v1\nlint: {ignore: [], suppress: null}\n",
        '{"schema": "npverify/v1"}',
    ],
)
def test_a_configuration_may_say_nothing(write, text):
    path = write(text)

    assert read_configuration(path) == Configuration(str(path))


@pytest.mark.parametrize(
    ("body", "place", "message", "hint"),
    [
        ("lnt: {}", "2:1", "lnt: unknown field", "did you mean `lint`?"),
        ("lint: {supress: []}", "2:8", "lint.supress: unknown field", "did you mean `suppress`?"),
        ("lint: {x: []}", "2:8", "lint.x: unknown field", "the fields are ignore, suppress"),
        ("lint: []", "2:7", "lint: must be an object, not a list", None),
        ("lint: {ignore: NPV224}", "2:16", "lint.ignore: must be a list, not a string", "start each item"),
        ("lint: {ignore: [NPV2O8]}", "2:17", "`NPV2O8` is no code, prefix or name", "did you mean `NPV208`?"),
        ("lint: {ignore: [NPV102]}", "2:17", "`NPV102` is no code, prefix or name", "ends the run"),
        ("lint: {ignore: [204]}", "2:17", "must be a string, not the number `204`", "put it in quotes"),
        ("lint: {suppress: [NPV211]}", "2:19", "must be an object, not a string", None),
        ("lint: {suppress: [{reason: x}]}", "2:19", "lint.suppress[0]: `code` is required", None),
        ("lint: {suppress: [{code: NPV211}]}", "2:19", "lint.suppress[0]: `reason` is required", None),
        ("lint: {suppress: [{code: NPV211, reason: ''}]}", "2:42", "reason: must not be empty", None),
        ("lint: {suppress: [{code: NPV211, subject: ' ', reason: x}]}", "2:43", "must not be empty", None),
        ("lint: {suppress: [{code: NPV2l1, reason: x}]}", "2:26", "`NPV2l1` is no code", "`NPV211`?"),
        ("lint: {suppress: [{code: NPV21, reason: x}]}", "2:26", "`NPV21` is no code", "for one code"),
        ("lint: {suppress: [{code: NPV291, reason: x}]}", "2:26", "cannot be suppressed", "`ignore`"),
        (
            "lint: {suppress: [{code: NPV211, reason: x, expires: 31.12.2026}]}",
            "2:54",
            "`31.12.2026` is no date",
            "as 2026-12-31",
        ),
        (
            "lint: {suppress: [{code: NPV211, reason: x, expires: 2026-02-30}]}",
            "2:54",
            "`2026-02-30` is no date",
            "as 2026-12-31",
        ),
        (
            "lint: {suppress: [{code: NPV211, reason: x, expires: 20261231}]}",
            "2:54",
            "must be a string, not the number `20261231`",
            "quotes",
        ),
        (
            "lint: {suppress: [{code: NPV211, reason: x, expire: 2026-12-31}]}",
            "2:45",
            "lint.suppress[0].expire: unknown field",
            "did you mean `expires`?",
        ),
    ],
)
def test_what_is_not_understood_is_an_error_with_its_place(write, body, place, message, hint):
    path = write(f"schema: npverify/v1\n{body}\n")

    (problem,) = problems(path)

    assert problem.code == "NPV111"
    assert str(problem.origin) == f"{path}:{place}"
    assert message in problem.message
    assert problem.hint is hint is None or hint in problem.hint
    assert problem.source_line == body


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("lint: {}", "`schema` is required"),
        ("schema: npverify/v2", "unsupported value `npverify/v2`"),
        ("schema: npverify/baseline/v1", "unsupported value"),
        ("schema: 1", "must be a string"),
        ("- a", "must be an object, not a list"),
        ("text", "must be an object, not a string"),
        ("schema: npverify/v1\n---\nschema: npverify/v1", "a second document"),
    ],
)
def test_what_is_no_configuration_is_an_error(write, text, message):
    assert message in problems(write(text))[0].message


def test_all_errors_are_reported_in_the_order_of_the_file(write):
    found = problems(write("lint:\n  ignore: [NPV2O8]\n  supress: []\nschema: x\nassertion: []\n"))

    assert [problem.origin.line for problem in found] == [2, 3, 4, 5]


@pytest.mark.parametrize("text", ["a: [", "schema: npverify/v1\nschema: npverify/v1\n", "a: \x00"])
def test_broken_yaml_has_a_place(write, text):
    assert problems(write(text))[0].origin.line > 0


def test_a_configuration_error_is_an_error_of_the_input():
    assert issubclass(ConfigurationError, InputError)


def test_a_configuration_that_is_not_there_is_bad_usage(tmp_path):
    with pytest.raises(UsageError, match="there is no configuration"):
        read_configuration(tmp_path / "npverify.yaml")


def test_the_configuration_is_looked_for_upward(tmp_path, monkeypatch):
    (tmp_path / "npverify.yaml").touch()
    deep = tmp_path / "a" / "b"
    deep.mkdir(parents=True)

    monkeypatch.chdir(deep)
    assert find_configuration(Path()) == Path("../../npverify.yaml")

    monkeypatch.chdir(tmp_path)
    assert find_configuration(Path()) == Path("npverify.yaml")


def test_the_nearest_configuration_wins(tmp_path, monkeypatch):
    (tmp_path / "npverify.yaml").touch()
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / "a" / "npverify.yaml").touch()
    monkeypatch.chdir(tmp_path / "a" / "b")

    assert find_configuration(Path()) == Path("../npverify.yaml")


def test_a_folder_of_that_name_is_no_configuration(tmp_path, monkeypatch):
    (tmp_path / "npverify.yaml").mkdir()
    monkeypatch.chdir(tmp_path)

    found = find_configuration(Path())

    assert found is None or tmp_path not in found.resolve().parents


def test_no_configuration_asks_for_nothing():
    assert NO_CONFIGURATION.file is None
    assert NO_CONFIGURATION.lint.ignore == ()
    assert NO_CONFIGURATION.lint.suppressions == ()


@pytest.mark.parametrize("text", ["", "2026-1-1", "20260101", "2026-W01-1", "2026-01-01T00:00", "2026-13-01"])
def test_a_day_has_one_spelling(text):
    assert parse_day("2026-01-01") == date(2026, 1, 1)
    with pytest.raises(ValueError):  # noqa: PT011 - the message is of no concern
        parse_day(text)
