"""The documentation says what the program does: its commands are run, its output is compared."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from tests.cli.running import npverify

from npverify import load
from npverify.cli.query import query as query_command
from npverify.language.forms import FORMS
from npverify.questions.answer import Verdict

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted(
    [
        *ROOT.glob("*.md"),
        *ROOT.glob("docs/**/*.md"),
        *ROOT.glob("examples/**/*.md"),
        *ROOT.glob("benchmarks/*.md"),
    ]
)
CONSOLE = re.compile(r"```console\n\$ (?P<command>npverify [^\n]+)\n(?P<output>.*?)\n```", re.DOTALL)
BLOCKS = [
    (page, match["command"], match["output"])
    for page in PAGES
    for match in CONSOLE.finditer(page.read_text())
]
LINK = re.compile(r"\]\((?!https?:)(?P<target>[^)#]+)")
VERDICTS = re.compile(
    r"^\| `(?P<question>[^`]+)` \| (?P<verdict>reachable|unreachable|holds|violated) \|", re.MULTILINE
)
TRAP = re.compile(
    r"```\nnpverify query \"(?P<question>[^\"]+)\" (?P<path>\S+)/wrong\.yaml\n```\n"
    r"is `(?P<wrong>\w+)`, and with `right\.yaml`(?: it)? `(?P<right>\w+)`"
)


def test_there_is_something_to_check():
    assert len(BLOCKS) >= 3
    assert len(VERDICTS.findall((ROOT / "examples/shop/README.md").read_text())) >= 6


@pytest.mark.parametrize(("page", "command", "output"), BLOCKS, ids=[block[1] for block in BLOCKS])
def test_shown_output_is_the_real_one(page, command, output):
    finished = npverify(*shlex.split(command)[1:])

    assert finished.stdout.rstrip() == output


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page):
    for match in LINK.finditer(page.read_text()):
        assert (page.parent / match["target"]).exists(), match["target"]


@pytest.mark.parametrize(
    ("question", "verdict"), VERDICTS.findall((ROOT / "examples/shop/README.md").read_text())
)
def test_verdicts_of_the_shop(question, verdict):
    assert load(ROOT / "examples/shop").query(question).verdict is Verdict(verdict)


TRAPS = TRAP.findall((ROOT / "examples/traps/README.md").read_text())


def test_every_trap_has_its_question():
    assert len(TRAPS) == len([path for path in (ROOT / "examples/traps").iterdir() if path.is_dir()])


@pytest.mark.parametrize(("question", "path", "wrong", "right"), TRAPS, ids=[trap[1] for trap in TRAPS])
def test_traps_are_revealed_by_their_question(question, path, wrong, right):
    assert load(ROOT / path / "wrong.yaml").query(question).verdict is Verdict(wrong)
    assert load(ROOT / path / "right.yaml").query(question).verdict is Verdict(right)


def test_python_of_the_readme_runs(monkeypatch):
    monkeypatch.chdir(ROOT)
    code = re.search(r"```python\n(.*?)```", (ROOT / "README.md").read_text(), re.DOTALL)[1]

    exec(compile(code, "README.md", "exec"), {})


@pytest.mark.parametrize("number", [0, 1])
def test_python_of_the_page_about_tests_runs(number, monkeypatch):
    monkeypatch.chdir(ROOT)
    blocks = re.findall(r"```python\n(.*?)```", (ROOT / "docs/testing.md").read_text(), re.DOTALL)

    exec(compile(blocks[number], "testing.md", "exec"), {})
    assert len(blocks) == 2


def test_every_flag_in_the_documentation_exists():
    commands = re.findall(r"^  ([a-z]+)  ", npverify("--help", COLUMNS="200").stdout, re.MULTILINE)
    assert {"query", "diff", "lint", "simplify"} <= set(commands)
    options = "".join(npverify(command, "--help", COLUMNS="200").stdout for command in commands)
    known = set(re.findall(r"--[a-z][a-z0-9-]+", options)) | {"--version", "--runs", "--large", "--policies"}
    known |= {"--workloads", "--namespaces", "--format", "--install-completion", "--show-completion"}
    known |= {"--tag", "--rm", "--volume", "--npverify-manifests", "--npverify-check"}  # of docker and pytest

    for page in PAGES:
        for flag in re.findall(r"(?<![\w-])--[a-z][a-z0-9-]+", page.read_text()):
            assert flag in known, f"{page.name}: {flag}"


def test_help_shows_every_form():
    for form, _ in FORMS:
        assert form.split("[")[0].rstrip(" ?") in " ".join((query_command.__doc__ or "").split())
