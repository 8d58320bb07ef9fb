"""pre-commit, GitLab, Docker, kubectl, and completion in a shell."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
import tomllib
from importlib import import_module
from xml.etree import ElementTree as Xml

import jsonschema
import pytest
import yaml
from tests.places.action import ROOT, commands_in
from tests.unit.checking.projects import write
from tests.unit.report.junit_schema import faults
from tests.unit.report.test_check_results import CODE_QUALITY

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
HOOKS = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())
PAGE = (ROOT / "docs" / "ci.md").read_text()
BLOCKS = {
    title: re.findall(r"```(?:yaml|sh)\n(.*?)```", body, re.DOTALL)
    for title, body in re.findall(r"^## ([^\n]+)\n(.*?)(?=^## |\Z)", PAGE, re.DOTALL | re.MULTILINE)
}
DOCKERFILE = (ROOT / "Dockerfile").read_text()
INSTRUCTIONS = re.findall(r"^([A-Z]+) (.+)$", re.sub(r"\\\n", " ", DOCKERFILE), re.MULTILINE)


@pytest.fixture
def project(tmp_path):
    write(tmp_path / "project", "that: api can reach db", "that: the internet cannot reach db")
    return tmp_path / "project"


def run(script, folder, tmp_path, **environment):
    path = f"{commands_in(tmp_path / 'bin')}:{os.environ['PATH']}"
    return subprocess.run(
        ["bash", "-e", "-c", script],
        cwd=folder,
        env={**os.environ, "PATH": path, **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


# pre-commit -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("hook", HOOKS, ids=lambda hook: hook["id"])
def test_a_hook_runs_over_the_whole_project(hook, project, tmp_path):
    assert hook["pass_filenames"] is False
    assert hook["language"] == "python"
    assert shlex.split(hook["entry"])[0] in PROJECT["scripts"]

    finished = run(hook["entry"], project, tmp_path)

    assert finished.returncode in (0, 1), finished.stderr
    assert finished.stdout


def test_the_hook_for_assertions_passes_where_they_hold(project, tmp_path):
    (hook,) = (hook for hook in HOOKS if hook["id"] == "npverify-check")

    assert run(hook["entry"], project, tmp_path).returncode == 0


@pytest.mark.parametrize(
    ("file", "found"),
    [("deploy/a.yaml", True), ("npverify.yml", True), ("a.json", True), ("a.py", False), ("yaml/x", False)],
)
def test_hooks_look_at_manifests(file, found):
    for hook in HOOKS:
        assert bool(re.search(hook["files"], file)) is found


def test_the_page_names_the_hooks():
    (block,) = BLOCKS["Before a commit"]

    named = [hook["id"] for hook in yaml.safe_load(block)["repos"][0]["hooks"]]

    assert named == [hook["id"] for hook in HOOKS]


# GitLab and GitHub ------------------------------------------------------------------------------------


def test_the_job_for_gitlab_writes_what_it_uploads(project, tmp_path):
    (block,) = BLOCKS["GitLab"]
    job = yaml.safe_load(block)["npverify"]

    finished = run("\n".join(job["script"]), project, tmp_path)

    assert finished.returncode == 0, finished.stderr
    assert (tmp_path / "bin" / "python-arguments").read_text() == "pip install npverify\n"
    reports = job["artifacts"]["reports"]
    assert faults(Xml.fromstring((project / reports["junit"]).read_text())) == []
    issues = json.loads((project / reports["codequality"]).read_text())
    jsonschema.Draft202012Validator(CODE_QUALITY).validate(issues)
    assert all((project / path).exists() for path in job["artifacts"]["paths"])


def test_the_workflow_of_the_page_uses_what_the_action_has():
    (block,) = BLOCKS["GitHub"]
    action = yaml.safe_load((ROOT / "action.yml").read_text())

    (job,) = yaml.safe_load(block)["jobs"].values()

    (step,) = (step for step in job["steps"] if step.get("id") == "npverify")
    assert set(step["with"]) <= set(action["inputs"])
    assert set(re.findall(r"steps\.npverify\.outputs\.([a-z]+)", block)) <= set(action["outputs"])


# Docker -----------------------------------------------------------------------------------------------


def test_the_image_runs_as_nobody():
    users = [value for name, value in INSTRUCTIONS if name == "USER"]
    last = max(number for number, (name, _) in enumerate(INSTRUCTIONS) if name == "USER")

    assert users == ["10001:10001"]
    assert {name for name, _ in INSTRUCTIONS[last + 1 :]} <= {"WORKDIR", "ENTRYPOINT", "CMD"}


def test_the_image_copies_and_runs_what_is_there():
    copied = [value.split()[:-1] for name, value in INSTRUCTIONS if name == "COPY"]
    entry = next(json.loads(value) for name, value in INSTRUCTIONS if name == "ENTRYPOINT")
    command = next(json.loads(value) for name, value in INSTRUCTIONS if name == "CMD")

    for source in (source for sources in copied for source in sources):
        assert (ROOT / source).exists()
        assert f"!{source}" in (ROOT / ".dockerignore").read_text().splitlines()
    assert entry[0] in PROJECT["scripts"]
    assert command == ["check"]


def test_the_page_says_that_the_image_is_not_built_here():
    assert "not built by the test suite" in PAGE


# kubectl ----------------------------------------------------------------------------------------------


def test_kubectl_finds_the_program():
    scripts = PROJECT["scripts"]
    module, _, name = scripts["kubectl-npverify"].partition(":")

    assert scripts["kubectl-npverify"] == scripts["npverify"]
    assert callable(getattr(import_module(module), name))


def test_the_plugin_is_the_program(project, tmp_path):
    assert run("kubectl-npverify check", project, tmp_path).returncode == 0


# Completion -------------------------------------------------------------------------------------------

WITHOUT_SOLVER = """\
import sys
from npverify.cli import main
try:
    main()
finally:
    print("loaded", sorted({"z3", "yaml", "hypothesis", "npverify.lint"} & set(sys.modules)), file=sys.stderr)
"""


def complete(line, **environment):
    path = os.pathsep.join((str(ROOT / "analyzer"), str(ROOT / "encodings")))
    return subprocess.run(
        [sys.executable, "-c", WITHOUT_SOLVER],
        env={
            **os.environ,
            "PYTHONPATH": path,
            "_NPVERIFY_COMPLETE": "complete_bash",
            "COMP_WORDS": line,
            "COMP_CWORD": str(len(line.split(" ")) - 1),
            **environment,
        },
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("npverify ch", {"check"}),
        ("npverify check --uni", {"--universe"}),
        ("npverify check --universe ", {"any", "declared"}),
        ("npverify check -o ", {"text", "json", "sarif", "junit", "github", "gitlab", "markdown"}),
        ("npverify schema ", {"query", "diff", "lint", "check", "config"}),
        ("npverify convert -o s", {"sarif"}),
        ("npverify query --own-node-egress ", {"open", "always", "policy"}),
    ],
)
def test_completion_knows_the_words_and_loads_no_solver(line, words):
    finished = complete(line)

    assert words <= set(finished.stdout.split())
    assert finished.stderr.splitlines()[-1] == "loaded []"


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_script_for_a_shell_is_printed(shell):
    finished = complete("", _NPVERIFY_COMPLETE=f"source_{shell}")

    assert "_NPVERIFY_COMPLETE" in finished.stdout
    assert finished.stderr.splitlines()[-1] == "loaded []"


def test_help_loads_no_solver_either():
    path = os.pathsep.join((str(ROOT / "analyzer"), str(ROOT / "encodings")))
    finished = subprocess.run(
        [sys.executable, "-c", WITHOUT_SOLVER, "check", "--help"],
        env={**os.environ, "PYTHONPATH": path},
        capture_output=True,
        text=True,
        check=False,
    )

    assert "Check the assertions of npverify.yaml" in finished.stdout
    assert finished.stderr.splitlines()[-1] == "loaded []"
