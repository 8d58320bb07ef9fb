"""docs/check.md says what npverify.yaml may say."""

from __future__ import annotations

import json
import re
from pathlib import Path

import jsonschema
import pytest
import yaml

from npverify.checking import Outcome
from npverify.cli.reports import Format
from npverify.configuration import read_configuration
from npverify.configuration.assertions import ABOUT_KEYS, CLAIM_KEYS, NOT
from npverify.configuration.claims import parse_comparison
from npverify.configuration.options import OPTIONS
from npverify.configuration.parts import FORMS
from npverify.errors import ConfigurationError
from npverify.language import STATEMENT_FORMS, parse_statement
from npverify.report import report_schema
from npverify.report.findings import render_findings

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "check.md").read_text(encoding="utf-8")


def rows(head):
    """The rows of the table that begins with a head, as the words in code of each cell."""
    table = PAGE.split(f"| {head} |")[1].split("\n\n")[0]
    return [
        [re.findall(r"`([^`]+)`", cell.replace("\\|", "|")) for cell in re.split(r"(?<!\\)\|", line)[1:-1]]
        for line in table.splitlines()[2:]
    ]


def test_the_file_of_the_page_is_sound(tmp_path):
    (text,) = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
    path = tmp_path / "npverify.yaml"
    path.write_text(text)

    assert len(read_configuration(path).assertions) == 6
    jsonschema.Draft202012Validator(json.loads(report_schema("config"))).validate(yaml.safe_load(text))


def test_the_statements_of_the_page_are_those_that_are_known():
    assert [(form, example) for (form,), (example,) in rows("sentence")] == list(STATEMENT_FORMS)
    assert all(parse_statement(example) for _, example in STATEMENT_FORMS)


def test_the_comparisons_of_the_page_are_understood():
    (sentence,) = (line for line in PAGE.splitlines() if line.startswith("`not only A can reach B` claims"))

    found = [text for text in re.findall(r"`([^`]+)`", sentence) if text.startswith("the policies ")]
    assert len(found) == 4
    assert all(parse_comparison(text) for text in found)


def test_every_form_is_there_with_its_fields():
    listed = [row for row in rows("key") if row[0][0] in FORMS]
    table = PAGE.split("### Parts")[1]

    for name, form in FORMS.items():
        line = next(line for line in table.splitlines() if line.startswith(f"| `{name}` |"))
        if "the same" not in line:
            assert re.findall(r"`([a-z-]+)`", line.split("|")[2]) == list(form.fields)
    assert listed


def test_every_option_and_key_is_there():
    assert [row[0][0] for row in rows("option")] == list(OPTIONS)
    keys = {key for row in rows("key") for key in row[0]}
    assert keys == {*ABOUT_KEYS, NOT, *CLAIM_KEYS}


@pytest.mark.parametrize("name", [name for name, option in OPTIONS.items() if option.choices])
def test_every_word_of_an_option_is_there(name):
    (row,) = (row for row in rows("option") if row[0] == [name])

    assert set(OPTIONS[name].choices) <= set(row[1])


def test_every_outcome_and_format_is_there():
    assert [row[0][0] for row in rows("outcome")] == list(Outcome)
    assert [row[0][0] for row in rows("format")] == list(Format)


def test_the_error_of_the_page_is_the_one_that_comes(tmp_path, monkeypatch):
    (shown,) = re.findall(r"```text\n(.*?)```", PAGE, re.DOTALL)
    line = re.search(r"4 \| (.*)", shown)[1]
    monkeypatch.chdir(tmp_path)
    Path("npverify.yaml").write_text(f"schema: npverify/v1\nmanifests: [deploy/]\nassertions:\n{line}\n")

    with pytest.raises(ConfigurationError) as caught:
        read_configuration(Path("npverify.yaml"))

    assert render_findings(caught.value.problems) + "\n" == shown
