"""What `npverify lint` writes, word for word, in every format.

`NPVERIFY_UPDATE_SNAPSHOTS=1 make test` writes the files anew; read the difference before you commit it.
"""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path

import pytest

from npverify import load
from npverify.configuration import read_baseline, read_configuration
from npverify.report import render_github, render_junit, render_markdown, render_sarif
from npverify.report.lint_mapping import render_lint_json
from npverify.report.lint_results import lint_results
from npverify.report.lint_text import render_lint_text

HERE = Path(__file__).resolve().parent / "lint"
UPDATE = os.environ.get("NPVERIFY_UPDATE_SNAPSHOTS") == "1"
CODES = ["NPV104", "NPV208", "NPV211", "NPV29"]
FORMATS = {
    "lint.txt": render_lint_text,
    "lint-narrow.txt": lambda result: render_lint_text(result, width=60),
    "lint.json": render_lint_json,
    "lint.sarif": lambda result: render_sarif(lint_results(result), version="0.0.0", root=HERE),
    "lint.xml": lambda result: render_junit(lint_results(result)),
    "lint.github.txt": lambda result: render_github(lint_results(result), root=HERE),
    "lint.md": lambda result: render_markdown(lint_results(result), root=HERE),
}


@pytest.fixture
def result(monkeypatch):
    monkeypatch.chdir(HERE)
    configuration = read_configuration(Path("npverify.yaml"))
    return load("policies.yaml").lint(
        select=CODES,
        suppressions=configuration.lint.suppressions,
        baseline=read_baseline(Path("baseline.json")),
        today=date(2026, 6, 15),
    )


@pytest.mark.parametrize("name", sorted(FORMATS))
def test_every_format_is_as_it_was(name, result):
    path = HERE / "expected" / name
    text = FORMATS[name](result)
    if UPDATE:
        assert os.environ.get("CI") != "true", "snapshots are never updated in CI"
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    assert path.exists(), f"no {path.name}: run with NPVERIFY_UPDATE_SNAPSHOTS=1 and review it"
    assert path.read_text(encoding="utf-8") == text
