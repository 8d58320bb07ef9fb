"""Reading with a memory gives what reading without one gives, places and faults included."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from npverify.errors import Finding
from npverify.manifests import yaml_text
from npverify.manifests.sharing import DocumentMemory
from npverify.manifests.yaml_text import read_yaml

ROOT = Path(__file__).resolve().parents[3]
PIECES = (
    "---\n",
    "--- # a comment\n",
    "--- |\n block\n  more\n",
    "--- {a: [1, 2], b: on}\n",
    "...\n",
    "a: 1\n",
    "b:\n- c: 'x\n\n  y'\n- 012\n",
    "kind: List\nitems:\n- {a: 1}\n- b: |\n    ---\n    text\n",
    "x: &x {a: 1}\ny: *x\n",
    "# only a comment\n",
    "%YAML 1.1\n",
    "a: 1\r\nb: 2\r\n",
    "c: 1\rd: 2\n",
    "e: \x85f\n",
    "---not: a marker\n",
    "g: [unclosed\n",
    "h: 1\nh: 2\n",
    "*nowhere\n",
    "\ttab: 1\n",
    "---",
    "é: ü\n",
)


def paths_in(data, path=()):
    yield path
    children = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for step, child in children:
        yield from paths_in(child, (*path, step))


def told(items):
    """All that a reader could be told of documents and faults."""
    return [
        item
        if isinstance(item, Finding)
        else (
            item.data,
            [(item.place(p, key=key), item.origin(p).text) for p in paths_in(item.data) for key in (0, 1)],
        )
        for item in items
    ]


def check(*texts):
    memory = DocumentMemory()
    for text in texts:
        assert told(read_yaml("f.yaml", text, memory)) == told(read_yaml("f.yaml", text))


@given(st.lists(st.lists(st.sampled_from(PIECES), max_size=6).map("".join), min_size=1, max_size=3))
def test_any_text_reads_the_same(texts):
    check(*texts)


@pytest.mark.parametrize("path", sorted((ROOT / "examples").rglob("*.yaml")), ids=lambda p: p.name)
def test_examples_read_the_same_behind_other_documents(path):
    text = path.read_text(encoding="utf-8")

    check(text, f"# moved\n---\nfirst: {{}}\n---\n{text}", text)


def test_what_both_texts_have_is_parsed_once(monkeypatch):
    parsed = []

    def count(text, **options):
        parsed.append(text)
        return parse(text, **options)

    parse = yaml_text.yaml.parse
    monkeypatch.setattr(yaml_text.yaml, "parse", count)
    memory = DocumentMemory()

    list(read_yaml("old", "---\na: 1\n---\nb: 2\n", memory))
    found = [
        (item.data, item.place()) for item in read_yaml("new", "---\nc: 3\n---\na: 1\n---\nb: 2\n", memory)
    ]

    assert parsed == ["---\na: 1\n", "---\nb: 2\n", "---\nc: 3\n"]
    assert [data for data, _ in found] == [{"c": 3}, {"a": 1}, {"b": 2}]
    assert [place.line for _, place in found] == [2, 4, 6]
