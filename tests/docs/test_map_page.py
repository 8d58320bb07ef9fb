"""docs/map.md says what `npverify map` has."""

from __future__ import annotations

import json
import re
from pathlib import Path

from npverify import load
from npverify.cli.map import Format
from npverify.questions.connectivity import connectivity_map
from npverify.report.map_mapping import map_mapping
from npverify.report.map_words import REASONS

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "map.md").read_text(encoding="utf-8")


def first_cells(head):
    """The words in code of the first cells of the table that begins with a head."""
    table = PAGE.split(f"| {head} |")[1].split("\n\n")[0]
    return [re.findall(r"`([^`]+)`", line.split("|")[1]) for line in table.splitlines()[2:]]


def test_the_connection_of_the_page_is_one_of_the_shop():
    (text,) = re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL)

    assert (
        json.loads(text)
        in map_mapping(connectivity_map(load(ROOT / "examples/shop").inventory))["connections"]
    )


def test_every_format_is_there():
    assert [word for (word,) in first_cells("`-o`")] == list(Format)


def test_every_kind_of_open_fact_is_there():
    assert {word for (word,) in first_cells("conditional on")} == set(REASONS)


def test_python_of_the_page_runs(monkeypatch):
    monkeypatch.chdir(ROOT)
    (code,) = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)

    exec(compile(code, "docs/map.md", "exec"), {})
