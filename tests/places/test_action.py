"""The GitHub action: its steps, run as shell."""

from __future__ import annotations

import json
import re

import pytest
from tests.places.action import ACTION, EXPRESSION, ROOT, Runner
from tests.unit.checking.projects import CLOSED, SHOP, commit_all, write

GOOD, BAD = "that: api can reach db", "that: api cannot reach db"


@pytest.fixture
def repository(tmp_path):
    def prepare(*items, **options):
        folder = tmp_path / "repository"
        write(folder, *items, **options)
        commit_all(folder)
        return folder

    return prepare


def change(folder):
    (folder / "deploy" / "shop.yaml").write_text(CLOSED)


def test_what_holds_passes(repository):
    runner = Runner(repository(GOOD))

    outputs = runner.run()

    assert runner.code == 0
    assert (outputs["verdict"], outputs["diff"]) == ("holds", "none")
    assert runner.summary.read_text().startswith("## npverify check: holds")


def test_what_is_violated_fails_with_annotations_and_summary(repository):
    runner = Runner(repository(GOOD, BAD))

    outputs = runner.run()

    assert runner.code == 1
    assert outputs["verdict"] == "violated"
    assert "::error file=npverify.yaml,line=5," in runner.log
    assert "- shop/db rule 1  deploy/shop.yaml:" in runner.summary.read_text()


def test_every_report_is_there(repository):
    runner = Runner(repository(BAD), inputs={"base": "main"})

    outputs = runner.run()

    reports = {path.name for path in (runner.temporary / "npverify").iterdir()}
    assert outputs["reports"] == str(runner.temporary / "npverify")
    assert reports == {"check.json", "check.sarif", "check.xml", "check.md", "diff.json", "diff.md"}
    assert all(name in ACTION["outputs"]["reports"]["description"] for name in reports)
    assert json.loads((runner.temporary / "npverify" / "check.json").read_text())["verdict"] == "violated"


@pytest.mark.parametrize(("fail", "code"), [("false", 0), ("true", 1)])
def test_a_difference_is_shown_and_fails_if_asked_to(repository, fail, code):
    folder = repository(GOOD)
    change(folder)
    runner = Runner(folder, inputs={"base": "main", "paths": "deploy\n", "fail-on-diff": fail})

    outputs = runner.run()

    assert runner.code == code
    assert (outputs["verdict"], outputs["diff"]) == ("holds", "different")
    assert "## npverify diff: different: 1 region opened, 1 closed" in runner.summary.read_text()
    assert "title=NPV001 opened" in runner.log


def test_without_a_difference_there_is_nothing_to_fail_for(repository):
    runner = Runner(repository(GOOD), inputs={"base": "main", "fail-on-diff": "true"})

    outputs = runner.run()

    assert (runner.code, outputs["diff"]) == (0, "equivalent")


def test_the_base_of_a_pull_request_is_the_default(repository):
    folder = repository(GOOD)
    change(folder)
    base = {"github.event.pull_request.base.sha || github.event.before": "main"}
    runner = Runner(folder, values=base, inputs={"paths": "deploy"})

    assert runner.run()["diff"] == "different"


@pytest.mark.parametrize("base", ["", "0" * 40])
def test_a_first_push_has_no_base(repository, base):
    runner = Runner(repository(GOOD), inputs={"base": base})

    assert runner.run()["diff"] == "none"
    assert runner.code == 0


def test_several_paths_are_compared_as_they_are(repository):
    folder = repository(GOOD)
    (folder / "more manifests").mkdir()
    (folder / "more manifests" / "a.yaml").write_text(SHOP)
    runner = Runner(folder, inputs={"base": "main", "paths": "deploy\n\nmore manifests\n"})

    assert runner.run()["diff"] == "equivalent"


@pytest.mark.parametrize(("base", "paths"), [("no-such-revision", "deploy"), ("main", "nowhere")])
def test_what_cannot_be_compared_is_an_error(repository, base, paths):
    runner = Runner(repository(GOOD), inputs={"base": base, "paths": paths})

    outputs = runner.run()

    assert runner.code == 2
    assert outputs["diff"] == "error"
    assert "npverify diff could not run" in runner.summary.read_text()


def test_what_cannot_be_checked_is_an_error(repository):
    runner = Runner(repository("that: api can raech db"))

    outputs = runner.run()

    assert runner.code == 2
    assert outputs["verdict"] == "error"
    assert "did you mean `api can reach db`?" in runner.log
    assert "npverify check could not run" in runner.summary.read_text()


def test_the_undecided_is_a_verdict_of_its_own(repository):
    text = (
        SHOP
        + "---\napiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata: {name: x, namespace: shop}\n"
    )
    runner = Runner(repository(BAD, manifests=text))

    assert runner.run()["verdict"] == "undecided"
    assert runner.code == 3


@pytest.mark.parametrize(("strict", "code"), [("false", 0), ("true", 1)])
def test_warnings_fail_if_asked_to(repository, strict, code):
    runner = Runner(repository("{that: api cannot reach db, severity: warning}"), inputs={"strict": strict})

    runner.run()

    assert runner.code == code


def test_file_and_folder_can_be_named(repository):
    folder = repository(GOOD)
    (folder / "npverify.yaml").rename(folder / "deploy" / "checks.yaml")
    (folder / "deploy" / "checks.yaml").write_text(
        (folder / "deploy" / "checks.yaml").read_text().replace("[deploy]", "[shop.yaml]")
    )
    runner = Runner(folder, inputs={"config": "checks.yaml", "working-directory": "deploy"})

    assert runner.run()["verdict"] == "holds"


def test_reports_of_an_earlier_run_are_gone(repository):
    folder = repository(GOOD)
    change(folder)
    Runner(folder, inputs={"base": "main", "paths": "deploy"}).run()
    runner = Runner(folder)

    runner.run()

    assert not (runner.temporary / "npverify" / "diff.md").exists()


@pytest.mark.parametrize(("package", "installed"), [("", str(ROOT)), ("npverify==1.0", "npverify==1.0")])
def test_the_package_is_installed(repository, package, installed):
    runner = Runner(repository(GOOD), inputs={"package": package})

    runner.run()

    (told,) = (runner.bin / "python-arguments").read_text().splitlines()
    assert told.startswith("-m pip install ")
    assert told.endswith(installed)


def test_inputs_never_become_part_of_a_script():
    for step in ACTION["runs"]["steps"]:
        assert not EXPRESSION.search(step.get("run", ""))


def test_every_input_is_used_and_explained():
    text = (ROOT / "action.yml").read_text()
    page = (ROOT / "docs" / "ci.md").read_text()

    used = set(re.findall(r"\binputs\.([a-z-]+)", text))
    assert used == set(ACTION["inputs"])
    for name in (*ACTION["inputs"], *ACTION["outputs"]):
        assert f"`{name}`" in page
