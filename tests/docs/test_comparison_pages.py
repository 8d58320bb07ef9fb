"""The pages about comparing, simplifying and linting name what there is, and show what comes."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from tests.cli.running import npverify

from npverify.cli.codes import ExitCode
from npverify.cli.diff import Format as DiffFormat
from npverify.cli.lint import Format as LintFormat
from npverify.questions.comparison import ComparisonVerdict
from npverify.report.diff_results import RULES

ROOT = Path(__file__).resolve().parents[2]
MASKED = """
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: masked, namespace: shop}
spec:
  podSelector: {matchLabels: {app: database}}
  ingress:
  - from: [{podSelector: {matchLabels: {app: frontend}}}]
    ports: [{port: 5432}]
"""


def page(name):
    return (ROOT / "docs" / name).read_text(encoding="utf-8")


def options(command):
    return set(re.findall(r"--[a-z][a-z0-9-]+", npverify(command, "--help", COLUMNS="200").stdout))


def column(name, head):
    """The first cells of the table that begins with a head."""
    table = page(name).split(f"| {head} |")[1].split("\n\n")[0]
    return [line.split("|")[1].strip() for line in table.splitlines()[2:]]


@pytest.mark.parametrize("command", ["diff", "lint", "simplify"])
def test_every_option_that_questions_do_not_have_is_there(command):
    missing = {
        option for option in options(command) - options("query") if option not in page(f"{command}.md")
    }

    assert missing == set()


def test_every_verdict_of_a_comparison_is_there():
    for name in ("diff.md", "verdicts.md"):
        for verdict in ComparisonVerdict:
            assert re.search(rf"^\|[^|]*`{verdict}`", page(name), re.MULTILINE), f"{name}: {verdict}"


@pytest.mark.parametrize(("name", "head"), [("simplify.md", "exit code"), ("lint.md", "code")])
def test_every_exit_code_is_there(name, head):
    assert column(name, head) == [str(int(code)) for code in ExitCode]


def test_every_format_is_there():
    assert sorted(column("diff.md", "`-o`")) == sorted(f"`{output}`" for output in DiffFormat)
    (sentence,) = (line for line in page("lint.md").splitlines() if line.startswith("`-o` takes"))
    assert all(f"`{output}`" in sentence for output in LintFormat)


def test_the_codes_of_changes_are_those_of_the_page():
    (row,) = (line for line in page("diff.md").splitlines() if line.startswith("| `sarif` |"))

    assert re.findall(r"NPV\d+", row) == [rule.code for rule in RULES.values()]


def test_what_simplify_says_on_standard_error_is_what_comes():
    (shown,) = re.findall(r"```text\n(.*?)```", page("simplify.md"), re.DOTALL)

    assert npverify("simplify", "examples/leftovers/policies.yaml", "--diff").stderr == shown


def test_a_masked_difference_is_told_as_on_the_page(tmp_path):
    (shown,) = re.findall(r"```text\n(.*?)```", page("diff.md"), re.DOTALL)
    added = tmp_path / "masked.yaml"
    added.write_text(MASKED)
    sides = ["--old", "examples/shop", "--new", "examples/shop", "--new", str(added)]

    assert shown in npverify("diff", *sides).stdout
    assert "  masked  " in npverify("diff", *sides, "--per-direction").stdout


def test_python_of_the_page_about_comparing_runs(monkeypatch):
    monkeypatch.chdir(ROOT)
    (code,) = re.findall(r"```python\n(.*?)```", page("diff.md"), re.DOTALL)

    exec(compile(code, "diff.md", "exec"), {})


def test_every_command_is_in_the_table_of_the_readme():
    table = (
        (ROOT / "README.md").read_text(encoding="utf-8").split("| command | answers |")[1].split("\n\n")[0]
    )
    cells = [line.split("|")[1] for line in table.splitlines()[2:]]
    commands = re.findall(r"^  ([a-z]+)  ", npverify("--help", COLUMNS="200").stdout, re.MULTILINE)

    assert {name for cell in cells for name in re.findall(r"`(?:npverify )?([a-z]+)", cell)} == set(commands)
