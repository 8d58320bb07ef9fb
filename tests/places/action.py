"""action.yml as a runner sees it: its steps run as shell, one after another."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[2]
ACTION = yaml.safe_load((ROOT / "action.yml").read_text())
EXPRESSION = re.compile(r"\$\{\{\s*(.+?)\s*\}\}")


def commands_in(folder):
    """A folder with `npverify`, `kubectl-npverify`, and a `python` that only notes what it is told."""
    folder.mkdir(parents=True, exist_ok=True)
    path = os.pathsep.join((str(ROOT / "analyzer"), str(ROOT / "encodings")))
    script = f'#!/bin/sh\nPYTHONPATH="{path}" exec {sys.executable} -m npverify "$@"\n'
    noted = folder / "python-arguments"
    for name, text in (
        ("npverify", script),
        ("kubectl-npverify", script),
        ("python", f'#!/bin/sh\necho "$@" >> {noted}\n'),
        ("pip", f'#!/bin/sh\necho "pip $@" >> {noted}\n'),
    ):
        (folder / name).write_text(text)
        (folder / name).chmod(0o755)
    return folder


@dataclass
class Runner:
    """Runs the steps in a folder; `values` are what expressions stand for."""

    folder: Path
    inputs: dict = field(default_factory=dict)
    values: dict = field(default_factory=dict)
    log: str = ""
    code: int = 0

    def __post_init__(self):
        self.temporary = self.folder.parent / f"{self.folder.name}-runner"
        self.bin = commands_in(self.temporary / "bin")
        self.summary = self.temporary / "summary.md"
        self.summary.touch()
        self.values = {
            "runner.temp": str(self.temporary),
            "github.action_path": str(ROOT),
            "github.event.pull_request.base.sha || github.event.before": "",
            **self.values,
        }
        for name, declared in ACTION["inputs"].items():
            given = self.inputs.get(name)
            self.values[f"inputs.{name}"] = self.filled(declared["default"]) if given is None else given
        self.values["inputs.package || github.action_path"] = (
            self.values["inputs.package"] or self.values["github.action_path"]
        )

    def filled(self, text):
        """A text with its expressions evaluated; KeyError for one that a runner would not know here."""
        return EXPRESSION.sub(lambda match: self.values[match[1]], str(text))

    def run(self):
        """Run every step until one fails; the outputs of the action."""
        for step in ACTION["runs"]["steps"]:
            if "run" not in step:
                continue
            self.code = self.step(step)
            if self.code:
                break
        return {name: self.filled(output["value"]) for name, output in ACTION["outputs"].items()}

    def step(self, step):
        assert step["shell"] == "bash"
        output = self.temporary / f"output-{step.get('id')}"
        output.write_text("")
        script = self.temporary / "script.sh"
        script.write_text(step["run"])
        finished = subprocess.run(
            ["bash", "--noprofile", "--norc", "-e", "-o", "pipefail", str(script)],
            cwd=self.folder / self.filled(step.get("working-directory", ".")),
            env={
                **os.environ,
                "PATH": f"{self.bin}:{os.environ['PATH']}",
                "GITHUB_OUTPUT": str(output),
                "GITHUB_STEP_SUMMARY": str(self.summary),
                **{name: self.filled(value) for name, value in step.get("env", {}).items()},
            },
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
        self.log += finished.stdout + finished.stderr
        for line in output.read_text().splitlines():
            name, _, value = line.partition("=")
            self.values[f"steps.{step['id']}.outputs.{name}"] = value
        return finished.returncode
