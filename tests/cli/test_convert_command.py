"""`npverify convert` as a process: the same as if the command had written the format itself."""

from __future__ import annotations

import json

import pytest
from tests.cli.running import SHOP, npverify

CHECK = ("check", "examples/check/npverify.yaml")
QUERY = ("query", "what can reach the database?", SHOP)
DIFF = ("diff", "examples/pull-request/old", "examples/pull-request/new")
LINT = ("lint", "examples/traps/and-or-dash/wrong.yaml", "--exit-zero")


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    folder = tmp_path_factory.mktemp("saved")

    def path(command):
        file = folder / f"{command[0]}.json"
        if not file.exists():
            file.write_text(npverify(*command, "-o", "json").stdout)
        return str(file)

    return path


@pytest.mark.parametrize(
    ("command", "output"),
    [
        *((CHECK, output) for output in ("text", "json", "sarif", "junit", "github", "gitlab", "markdown")),
        *((QUERY, output) for output in ("text", "json", "yaml")),
        *((DIFF, output) for output in ("text", "json", "markdown", "github", "sarif", "csv")),
        *((LINT, output) for output in ("json", "sarif", "junit", "github", "markdown")),
    ],
    ids=lambda value: value if isinstance(value, str) else value[0],
)
def test_a_converted_report_is_the_one_of_the_command(saved, command, output):
    converted = npverify("convert", saved(command), "-o", output)

    assert (converted.returncode, converted.stderr) == (0, "")
    assert converted.stdout == npverify(*command, "-o", output).stdout


def test_the_text_of_findings_comes_without_the_lines_of_the_manifests(saved):
    text = npverify("convert", saved(LINT)).stdout

    assert "warning[NPV221]" in text
    assert "  111 | " not in text


def test_several_reports_at_once(saved, tmp_path):
    finished = npverify(
        "convert", saved(CHECK), "-o", "github", "--report", f"markdown={tmp_path / 'a.md'}",
        "--report", f"sarif={tmp_path / 'a.sarif'}",
    )  # fmt: skip

    assert finished.returncode == 0
    assert finished.stdout.startswith("::warning ")
    assert (tmp_path / "a.md").read_text().startswith("## npverify check")
    assert json.loads((tmp_path / "a.sarif").read_text())["version"] == "2.1.0"


def test_a_report_may_come_from_standard_input():
    text = npverify(*CHECK, "-o", "json").stdout

    assert npverify("convert", "-", stdin=text).stdout == npverify(*CHECK).stdout


@pytest.mark.parametrize(
    ("command", "output", "message"),
    [
        (QUERY, "sarif", "a report of `npverify query` cannot be written as `sarif`"),
        (DIFF, "junit", "a report of `npverify diff` cannot be written as `junit`"),
        (LINT, "csv", "a report of `npverify lint` cannot be written as `csv`"),
        (CHECK, "yaml", "a report of `npverify check` cannot be written as `yaml`"),
    ],
)
def test_a_format_that_the_command_does_not_have_is_bad_usage(saved, command, output, message):
    finished = npverify("convert", saved(command), "-o", output)

    assert finished.returncode == 2
    assert finished.stdout == ""
    assert message in finished.stderr
    assert "its formats are text, json" in finished.stderr


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("{}", "`schema` is required"),
        ("x", "not valid JSON"),
        ('{"schema": "npverify/v1"}', "unsupported value"),
    ],
)
def test_what_is_no_report_is_bad_usage(tmp_path, content, message):
    (tmp_path / "a.json").write_text(content)

    finished = npverify("convert", "a.json", cwd=tmp_path)

    assert finished.returncode == 2
    assert "no report of npverify: a.json:1:" in finished.stderr
    assert message in finished.stderr


def test_a_file_that_is_not_there_is_bad_usage(tmp_path):
    finished = npverify("convert", "a.json", cwd=tmp_path)

    assert finished.returncode == 2
    assert "there is no report `a.json`" in finished.stderr
