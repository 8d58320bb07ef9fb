"""JSON text: values with positions, and what is wrong with it."""

from __future__ import annotations

import pytest

from npverify.manifests.json_text import read_json
from npverify.manifests.problems import ProblemFound


def fault(text: str) -> tuple[str, int, int]:
    with pytest.raises(ProblemFound) as raised:
        list(read_json("f.json", text))
    finding = raised.value.finding
    return finding.code, finding.origin.line, finding.origin.column


def test_values_may_follow_one_another():
    assert [d.data for d in read_json("f.json", ' {"a": 1}\n[2] null\n')] == [{"a": 1}, [2]]


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ('{"a": 1,\n "a": 2}', ("NPV103", 2, 2)),
        ('{"b": "\\"a", "c": {"a": "a"},\n "a": [{"a": 1, "x": {}, "\\u0061" : 2}]}', ("NPV103", 2, 26)),
        ('{"a": 1\n "b"}', ("NPV101", 2, 2)),
        ('{"a": 1', ("NPV101", 1, 8)),
        ('{"a": NaN}', ("NPV101", 1, 1)),
        ('{"a": ' + "1" * 5000 + "}", ("NPV101", 1, 1)),
        ("[" * 200_000, ("NPV108", 1, 1)),
        ('{"a": {{ .x }}}', ("NPV110", 1, 8)),
    ],
)
def test_what_is_no_json_is_told_with_its_place(text, where):
    assert fault(text) == where


TEXT = """\
{"kind": "List", "n": 5,
  "items": [ {"ports": [80,
    {"a\\"b" : "x"} ]},
    "text" ] }
[7]
"""


@pytest.mark.parametrize(
    ("path", "key", "where"),
    [
        ((), False, (1, 1, 1)),
        (("kind",), False, (1, 10, 6)),
        (("kind",), True, (1, 2, 6)),
        (("items",), True, (2, 3, 7)),
        (("items", 0), False, (2, 14, 1)),
        (("items", 0, "ports", 0), False, (2, 25, 2)),
        (("items", 0, "ports", 1, 'a"b'), False, (3, 15, 3)),
        (("items", 0, "ports", 1, 'a"b'), True, (3, 6, 6)),
        (("items", 1), False, (4, 5, 6)),
        (("items", 1, "missing"), False, (4, 5, 6)),
        (("n", 3), False, (1, 23, 1)),
    ],
)
def test_every_part_of_a_value_has_its_place(path, key, where):
    document = next(iter(read_json("f.json", TEXT)))

    assert document.place(path, key=key) == where


def test_the_second_value_has_places_too():
    _, second = read_json("f.json", TEXT)

    assert second.place((0,)) == (5, 2, 1)
    assert second.lines(5) == "[7]"
