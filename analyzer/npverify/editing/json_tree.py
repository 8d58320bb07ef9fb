"""The tree of one JSON value."""

from __future__ import annotations

import json
import re

from npverify.editing.tree import Leaf, ListNode, Node, ObjectNode

_BETWEEN = re.compile(r"[ \t\n\r,:]*")
_DECODER = json.JSONDecoder()


def json_tree(text: str, start: int) -> Node:
    """The node of the value at the offset; the text is known to be JSON."""
    opening = text[start]
    if opening == "{":
        mapping = ObjectNode(start, is_flow=True)
        position = _skip(text, start + 1)
        while text[position] != "}":
            key = json_tree(text, position)
            value = json_tree(text, _skip(text, key.end))
            mapping.entries.append((key, value))
            position = _skip(text, value.end)
        mapping.end = position + 1
        return mapping
    if opening == "[":
        sequence = ListNode(start, is_flow=True)
        position = _skip(text, start + 1)
        while text[position] != "]":
            sequence.items.append(json_tree(text, position))
            position = _skip(text, sequence.items[-1].end)
        sequence.end = position + 1
        return sequence
    value, end = _DECODER.raw_decode(text, start)
    return Leaf(start, end, value if isinstance(value, str) else None)


def _skip(text: str, position: int) -> int:
    found = _BETWEEN.match(text, position)
    return found.end() if found else position
