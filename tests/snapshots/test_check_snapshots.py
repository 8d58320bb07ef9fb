"""What `npverify check` writes about `examples/check`, word for word, in every format.

`NPVERIFY_UPDATE_SNAPSHOTS=1 make test` writes the files anew; read the difference before you commit it.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from npverify.checking import check, load_checker
from npverify.checking.proposals import propose
from npverify.configuration import read_configuration
from npverify.report import render_github, render_sarif
from npverify.report.check_junit import render_check_junit
from npverify.report.check_mapping import render_check_json
from npverify.report.check_markdown import render_check_markdown
from npverify.report.check_results import check_results
from npverify.report.check_starter import render_starter
from npverify.report.check_text import render_check_text
from npverify.report.gitlab import render_gitlab

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).resolve().parent / "check"
UPDATE = os.environ.get("NPVERIFY_UPDATE_SNAPSHOTS") == "1"
FORMATS = {
    "check.txt": render_check_text,
    "check-narrow.txt": lambda result: render_check_text(result, width=60),
    "check.json": render_check_json,
    "check.sarif": lambda result: render_sarif(check_results(result), version="0.0.0", root=ROOT),
    "check.xml": render_check_junit,
    "check.github.txt": lambda result: render_github(check_results(result), root=ROOT),
    "check.gitlab.json": lambda result: render_gitlab(check_results(result), root=ROOT),
    "check.md": lambda result: render_check_markdown(result, root=ROOT),
}


@pytest.fixture(scope="module")
def checker():
    before = Path.cwd()
    os.chdir(ROOT)
    try:
        yield load_checker(read_configuration(Path("examples/check/npverify.yaml")))
    finally:
        os.chdir(before)


@pytest.fixture(scope="module")
def result(checker):
    return check(checker)


def compare(name, text):
    path = HERE / name
    if UPDATE:
        assert os.environ.get("CI") != "true", "snapshots are never updated in CI"
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    assert path.exists(), f"no {path.name}: run with NPVERIFY_UPDATE_SNAPSHOTS=1 and review it"
    assert path.read_text(encoding="utf-8") == text


@pytest.mark.parametrize("name", sorted(FORMATS))
def test_every_format_is_as_it_was(name, result):
    compare(name, FORMATS[name](result))


def test_the_file_to_start_with_is_as_it_was(checker):
    compare("starter.txt", render_starter(checker.inventory, ["deploy/"], propose(checker.inventory)))
