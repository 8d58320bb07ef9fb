"""YAML text: documents with positions, bounds, and what is wrong with it."""

from __future__ import annotations

import pytest
import yaml

from npverify.errors import Finding
from npverify.manifests import yaml_places, yaml_text
from npverify.manifests.documents import Document
from npverify.manifests.yaml_text import read_yaml


def data(text: str) -> list[object]:
    return [item.data for item in read_yaml("f.yaml", text) if isinstance(item, Document)]


def fault(text: str) -> Finding:
    (found,) = [item for item in read_yaml("f.yaml", text) if isinstance(item, Finding)]
    return found


def place(finding: Finding) -> tuple[str, int, int]:
    return finding.code, finding.origin.line, finding.origin.column


def test_documents_come_one_by_one_without_the_empty_ones():
    text = "---\n# Source: chart/templates/a.yaml\na: 1\n---\n# only a comment\n---\n- x\n...\n---\n~\n"

    assert data(text) == [{"a": 1}, ["x"]]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('a: "1"', {"a": "1"}),
        ("a: !!str 1", {"a": "1"}),
        ("a: ! 1", {"a": "1"}),
        ('a: !!int "3"', {"a": 3}),
        ("a: !!float 3", {"a": 3}),
        ("a: !!binary aGk=", {"a": "hi"}),
        ("a: !!timestamp 2001-01-01", {"a": "2001-01-01"}),
        ("a: !own 1", {"a": "1"}),
        ("a: !!python/name:os.system x", {"a": "x"}),
        ("on: 1\n2: 3\n1.5: 4", {"true": 1, "2": 3, "1.5": 4}),
        ("a: &x {b: 1}\nc: *x", {"a": {"b": 1}, "c": {"b": 1}}),
        ("a: &x {b: 1, c: 2}\nd: {<<: *x, b: 3}", {"a": {"b": 1, "c": 2}, "d": {"b": 3, "c": 2}}),
        ("d: {<<: [{b: 1}, {b: 2, c: 2}]}", {"d": {"b": 1, "c": 2}}),
    ],
)
def test_tags_keys_and_aliases_become_plain_data(text, value):
    assert data(text) == [value]


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("a:\n\tb: 1\n", ("NPV101", 2, 1)),
        ("a: [1\nb: 2\n", ("NPV101", 2, 2)),
        ("b: 1\na: 'open\n---\n", ("NPV101", 2, 4)),
        ("ä: 1\r\nb: ö\x07\r\n", ("NPV101", 2, 5)),
        ("a: \x00", ("NPV101", 1, 4)),
        ("a: 1\nb: 2\na: 3\n", ("NPV103", 3, 1)),
        ("a:\n- {b: 1, b: 2}\n", ("NPV103", 2, 10)),
        ("1: a\n'1': b\n", ("NPV103", 2, 1)),
        ("? [a]\n: 1\n", ("NPV101", 1, 3)),
        ("x: &a {}\n*a : 1\n", ("NPV101", 2, 1)),
        ("~: 1\n", ("NPV101", 1, 1)),
        ("a: &a [*a]\n", ("NPV101", 1, 8)),
        ("a: *b\n", ("NPV101", 1, 4)),
        ("a: {<<: [1]}\n", ("NPV101", 1, 11)),
        ("a: !!binary '!'\n", ("NPV101", 1, 4)),
        ("a: !!int x\n", ("NPV101", 1, 4)),
        ("a: " + "[" * 500, ("NPV108", 1, 103)),
        ("a: {{ .Values.a }}\n", ("NPV110", 1, 5)),
        ("{{- if .Values.a }}\na: 1\n", ("NPV110", 1, 2)),
    ],
)
def test_what_is_no_yaml_is_told_with_its_place(text, where):
    assert place(fault(text)) == where


def test_nesting_without_end_is_too_large_however_far_the_parser_reads_ahead():
    code, line, column = place(fault("a: " + "[" * 200_000))

    assert (code, line) == ("NPV108", 1)
    assert column > 100


def test_aliases_that_expand_without_bound_are_refused():
    levels = [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 12)]

    found = fault("\n".join(["a0: &a0 [x, x, x, x]", *levels]))

    assert (found.code, found.origin.line) == ("NPV108", 7)


def test_merged_aliases_that_expand_without_bound_are_refused():
    fields = ", ".join(f"k{n}: 1" for n in range(1000))
    merges = ["a: &a {" + fields + "}", "b:", *(["- {<<: *a}"] * 2000)]

    assert fault("\n".join(merges)).code == "NPV108"


def test_a_large_document_without_aliases_is_no_bomb():
    assert len(data("\n".join(["a:", *["- 1"] * 200_000]))[0]["a"]) == 200_000


def test_reading_goes_on_at_the_document_after_a_fault():
    text = "a: 1\n---\nb: [\n---\nc: 3\n---\nd: 'open\n---\ne: {x: 1, x: 2}\nmore: 1\n---\nf: 6\n"

    items = list(read_yaml("f.yaml", text))

    assert [i.data if isinstance(i, Document) else i.origin.line for i in items] == [
        {"a": 1},
        4,
        {"c": 3},
        7,
        9,
        {"f": 6},
    ]


def test_reading_goes_on_after_a_fault_on_the_line_of_the_document_start():
    assert data("a: 1\n--- }\n--- }\n--- {b: 2}\n") == [{"a": 1}, {"b": 2}]


@pytest.mark.parametrize(
    ("path", "key", "where"),
    [
        ((), False, (5, 1, 1)),
        (("spec",), False, (6, 3, 1)),
        (("spec",), True, (5, 1, 4)),
        (("spec", "rules", 0), False, (7, 5, 1)),
        (("spec", "rules", 0, "port"), False, (7, 11, 2)),
        (("spec", "rules", 1), False, (9, 5, 4)),
        (("spec", "rules", 9), False, (7, 3, 1)),
        (("spec", "missing"), True, (6, 3, 1)),
        (("true",), False, (10, 5, 3)),
    ],
)
def test_every_part_of_a_document_has_its_place(path, key, where):
    text = "a: 1\n---\n# Source: x\n\nspec:\n  rules:\n  - port: 80\n    ä: 1\n  - text\non: off\n"
    text = text.replace("\n", "\r\n")
    document = [item for item in read_yaml("f.yaml", text) if isinstance(item, Document)][1]

    assert document.place(path, key=key) == where


def test_places_after_a_fault_still_count_from_the_start_of_the_file():
    text = "a: [\n---\nb:\n  c: 1\n---\n  d:\n  - e\n"
    _, second, third = read_yaml("f.yaml", text)

    assert second.place(("b", "c")) == (4, 6, 1)
    assert third.place(("d", 0)) == (7, 5, 1)


@pytest.mark.parametrize(
    ("path", "where"),
    [
        (("items", 0), (3, 3)),
        (("items", 0, "a", "x"), (4, 8)),
        (("items", 0, "b"), (5, 6)),
        (("items", 1), (7, 3)),
        (("items", 1, "a"), (7, 7)),
        (("items", 1, "b", "c"), (8, 11)),
        (("items", 2), (3, 6)),
        (("items", 3), (10, 3)),
        (("items", 4, "x", "x"), (4, 8)),
        (("kind",), (1, 7)),
    ],
)
@pytest.mark.parametrize("before", ["", "a: [\n---\n"])
def test_items_of_a_list_have_places(path, where, before):
    items = (
        "- a: &one",
        "    x: 1",
        "  b: 2",
        "# comment",
        "- {a: 1, # more",
        "   b: {c: 3}}",
        "- *one",
        "- text",
        "- {x: *one}",
    )
    *_, document = read_yaml("f.yaml", before + "\n".join(["kind: List", "items:", *items, "more: []\n"]))

    line, column, _ = document.place(path)

    assert (line - before.count("\n"), column) == where


def test_the_python_loader_reads_the_same_where_libyaml_is_missing(monkeypatch):
    text = "a: 1\n---\nb: [x, 'y']\nc: {d: 010}\n---\ne: [\n"
    fast = [i.data if isinstance(i, Document) else place(i) for i in read_yaml("f.yaml", text)]
    monkeypatch.setattr(yaml_text, "LOADER", yaml.SafeLoader)
    monkeypatch.setattr(yaml_places, "LOADER", yaml.SafeLoader)

    items = list(read_yaml("f.yaml", text))

    assert [i.data if isinstance(i, Document) else place(i) for i in items][:2] == fast[:2]
    assert items[1].place(("c", "d")) == (4, 8, 3)
    assert isinstance(items[2], Finding)
