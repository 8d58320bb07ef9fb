"""The tree of one YAML document, built from the events of its text."""

from __future__ import annotations

from collections.abc import Iterator

import yaml

from npverify.editing.tree import Leaf, ListNode, Node, ObjectNode
from npverify.manifests.yaml_places import LOADER


def yaml_tree(text: str) -> Node:
    """The root node of the text's document.

    Block collections end where their last child does, not after the comments behind it.
    """
    return _Composer(text).document()


class _Composer:
    def __init__(self, text: str) -> None:
        self._text = text
        self._events: Iterator[yaml.Event] = yaml.parse(text, Loader=LOADER)

    def document(self) -> Node:
        while not isinstance(next(self._events), yaml.DocumentStartEvent):
            pass
        return self._node(next(self._events))

    def _node(self, event: yaml.Event) -> Node:
        start, end = _offsets(event)
        match event:
            case yaml.SequenceStartEvent():
                return self._sequence(ListNode(start, bool(event.flow_style)))
            case yaml.MappingStartEvent():
                return self._mapping(ObjectNode(start, bool(event.flow_style)))
            case yaml.ScalarEvent(style="|" | ">"):
                return Leaf(start, start + len(self._text[start:end].rstrip()), event.value)
            case yaml.ScalarEvent():
                return Leaf(start, end, event.value)
            case _:
                return Leaf(start, end)

    def _sequence(self, node: ListNode) -> ListNode:
        while not isinstance(event := next(self._events), yaml.SequenceEndEvent):
            node.items.append(self._node(event))
        node.end = self._end(event, node, node.items[-1] if node.items else None)
        return node

    def _mapping(self, node: ObjectNode) -> ObjectNode:
        while not isinstance(event := next(self._events), yaml.MappingEndEvent):
            node.entries.append((self._node(event), self._node(next(self._events))))
        node.end = self._end(event, node, node.entries[-1][1] if node.entries else None)
        return node

    def _end(self, event: yaml.Event, node: ListNode | ObjectNode, last: Node | None) -> int:
        end = _offsets(event)[1]
        # A pair without braces, as in `[a: b]`, is a flow mapping too.
        has_bracket = node.is_flow and self._text[end - 1] in "]}"
        return end if has_bracket or last is None else last.end


def _offsets(event: yaml.Event) -> tuple[int, int]:
    assert event.start_mark is not None
    assert event.end_mark is not None
    return event.start_mark.index, event.end_mark.index
