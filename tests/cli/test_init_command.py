"""`npverify init` as a process."""

from __future__ import annotations

import json
import re

import jsonschema
import pytest
import yaml
from tests.cli.running import ROOT, npverify
from tests.unit.checking.projects import SHOP

from npverify.configuration.options import OPTIONS
from npverify.report import report_schema

VALIDATOR = jsonschema.Draft202012Validator(json.loads(report_schema("config")))


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "deploy").mkdir()
    (tmp_path / "deploy" / "shop.yaml").write_text(SHOP)
    return tmp_path


def test_the_file_can_be_checked_at_once(folder):
    finished = npverify("init", cwd=folder)

    assert (finished.returncode, finished.stdout) == (0, "")
    assert finished.stderr == "wrote npverify.yaml: 2 assertions that hold now\n"
    assert npverify("check", cwd=folder).returncode == 0


def test_it_says_what_was_seen(folder):
    npverify("init", cwd=folder)

    data = yaml.safe_load((folder / "npverify.yaml").read_text())

    VALIDATOR.validate(data)
    assert data["manifests"] == ["deploy/"]
    assert data["assertions"] == [
        {"that": "the internet cannot reach shop/deployment/db"},
        {"that": "shop/deployment/api can reach shop/deployment/db on tcp/5432"},
    ]


def test_what_does_not_hold_is_a_comment(folder):
    npverify("init", cwd=folder)

    text = (folder / "npverify.yaml").read_text()

    assert "  # - that: every pod in namespace shop is isolated for ingress\n" in text
    assert "  # violated now: shop/* is not isolated for ingress (such as" in text


def uncommented(text, marker):
    """The part of the file from a comment on, with its comments as text."""
    lines = text[text.index(marker) :].splitlines()[1:]
    return "\n".join(re.sub(r"^\s*# ", "", line) for line in lines)


def test_the_examples_in_comments_are_sound(folder):
    npverify("init", cwd=folder)
    text = (folder / "npverify.yaml").read_text()

    items = yaml.safe_load(uncommented(text, "  # Other claims"))

    assert len(items) >= 8
    VALIDATOR.validate({"schema": "npverify/v1", "assertions": items})
    (folder / "npverify.yaml").write_text(
        yaml.safe_dump({"schema": "npverify/v1", "manifests": ["deploy"], "assertions": items})
    )
    assert "error" not in npverify("lint", "deploy", "--exit-zero", cwd=folder).stderr


def test_every_option_is_shown(folder):
    npverify("init", cwd=folder)

    shown = re.findall(r"^# ([a-z-]+): ", (folder / "npverify.yaml").read_text(), re.MULTILINE)

    assert shown == list(OPTIONS)


def test_a_file_that_is_there_is_not_replaced(folder):
    (folder / "npverify.yaml").write_text("mine")

    refused = npverify("init", cwd=folder)

    assert refused.returncode == 2
    assert "`npverify.yaml` is there already" in refused.stderr
    assert "--force" in refused.stderr
    assert (folder / "npverify.yaml").read_text() == "mine"
    assert npverify("init", "--force", cwd=folder).returncode == 0
    assert "assertions:" in (folder / "npverify.yaml").read_text()


def test_running_it_again_changes_nothing(folder):
    npverify("init", cwd=folder)
    before = (folder / "npverify.yaml").read_text()

    npverify("init", "--force", cwd=folder)

    assert (folder / "npverify.yaml").read_text() == before


def test_the_file_may_be_elsewhere(folder):
    (folder / "ci").mkdir()

    finished = npverify("init", "deploy", "--output-file", "ci/checks.yaml", cwd=folder)

    assert finished.returncode == 0
    assert yaml.safe_load((folder / "ci/checks.yaml").read_text())["manifests"] == ["../deploy/"]
    assert npverify("check", "ci/checks.yaml", cwd=folder).returncode == 0


def test_what_is_broken_or_no_manifest_is_left_out(folder):
    (folder / "chart" / "templates").mkdir(parents=True)
    (folder / "chart" / "templates" / "policy.yaml").write_text("{{ if .Values.x }}\na: b\n{{ end }}\n")
    (folder / "chart" / "namespace.yaml").write_text("apiVersion: v1\nkind: Namespace\nmetadata: {name: x}\n")
    (folder / "other").mkdir()
    (folder / "other" / "values.yaml").write_text("a: b\n")

    finished = npverify("init", cwd=folder)

    assert finished.stderr.endswith("; 1 file with errors left out\n")
    assert yaml.safe_load((folder / "npverify.yaml").read_text())["manifests"] == [
        "chart/namespace.yaml",
        "deploy/",
    ]
    assert npverify("check", cwd=folder).returncode == 0


def test_where_everything_lies_here_the_folder_is_enough(tmp_path):
    (tmp_path / "shop.yaml").write_text(SHOP)

    npverify("init", cwd=tmp_path)

    assert yaml.safe_load((tmp_path / "npverify.yaml").read_text())["manifests"] == ["."]


@pytest.mark.parametrize(
    ("content", "message"),
    [(None, "no manifests below"), ("a: b\n", "there is no policy and no workload in `.`")],
)
def test_without_manifests_there_is_nothing_to_start_from(tmp_path, content, message):
    if content is not None:
        (tmp_path / "values.yaml").write_text(content)

    finished = npverify("init", cwd=tmp_path)

    assert finished.returncode == 2
    assert message in finished.stderr
    assert not (tmp_path / "npverify.yaml").exists()


@pytest.mark.parametrize("example", ["shop", "traps/and-or-dash", "check/deploy"])
def test_examples_can_be_started_from(tmp_path, example):
    target = tmp_path / "npverify.yaml"

    npverify("init", str(ROOT / "examples" / example), "--output-file", str(target))

    assert npverify("check", str(target)).returncode == 0
