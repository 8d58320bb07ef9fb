"""The example of a user's project is run as its user would, and it fails when the program is wrong."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

import pytest
from tests.shared import ROOT

EXAMPLE = ROOT / "examples" / "property-tests"


def run(folder):
    path = os.pathsep.join((str(ROOT / "analyzer"), str(ROOT / "encodings")))
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist"],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": path, "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )


@pytest.fixture
def project(tmp_path):
    shutil.copytree(EXAMPLE, tmp_path / "project")
    return tmp_path / "project"


def test_the_example_passes(project):
    finished = run(project)

    assert finished.returncode == 0, finished.stdout
    assert "5 passed" in finished.stdout


@pytest.mark.parametrize(
    ("old", "new", "failing"),
    [
        (
            " if callers[app] else []",
            "",
            "test_nothing_comes_in_from_outside_and_every_pod_is_isolated",
        ),
        ("PORTS.get(callee, 80)", "80", "test_apps_reach_just_what_they_call"),
    ],
    ids=["an empty `from` admits everything", "another port at either end"],
)
def test_an_error_in_the_program_is_found(project, old, new, failing):
    program = project / "policies.py"
    assert old in program.read_text()
    program.write_text(program.read_text().replace(old, new))

    finished = run(project)

    assert finished.returncode == 1
    assert f"FAILED test_policies.py::{failing}" in finished.stdout
