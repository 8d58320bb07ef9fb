"""Places in YAML text, found by composing one document, or one item of a list, once more."""

from __future__ import annotations

from typing import NamedTuple

import yaml

from npverify.manifests.documents import Locate, Path, Place
from npverify.manifests.scalars import key_text, resolve_plain

LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""libyaml's loader where PyYAML was built with it, else the slower one in Python."""


class ItemSpan(NamedTuple):
    """Offsets into the text, and line and column (from 0) of the first."""

    start: int
    end: int
    line: int
    column: int


class Span(NamedTuple):
    """Where a document stands, and where each item of its `items` does (None: an alias, or a scalar)."""

    start: int
    end: int
    line: int
    column: int
    items: tuple[ItemSpan | None, ...] = ()


class YamlPlaces:
    """Finds places in one text; keeps the node tree of the part that was asked for last."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._composed: tuple[int, yaml.Node | None] = (-1, None)

    def locate_in(self, document: Span) -> Locate:
        """The function that finds the places of one document."""

        def locate(path: Path, key: bool) -> Place:
            return self._locate(document, path, key)

        return locate

    def _locate(self, document: Span, path: Path, key: bool) -> Place:
        span, rest = _nearest(document, path)
        node = self._compose(span)
        if node is None and span is not document:
            span, rest = document, path
            node = self._compose(span)
        if node is None:
            return Place(span.line + 1, span.column + 1)
        for number, step in enumerate(rest):
            node = _child(node, step, want_key=key and number == len(rest) - 1)
        return _place(node, span.line)

    def _compose(self, span: Span | ItemSpan) -> yaml.Node | None:
        """The node tree of a part; None where it makes no sense by itself, as with an alias to outside."""
        start, composed = self._composed
        if start == span.start:
            return composed
        # Spaces before the first line keep its column, which the indentation of the next lines refers to.
        loader = LOADER(" " * span.column + self._text[span.start : span.end])
        try:
            node: yaml.Node | None = loader.get_node() if loader.check_node() else None
        except yaml.YAMLError:
            node = None
        finally:
            loader.dispose()
        self._composed = (span.start, node)
        return node


def _nearest(document: Span, path: Path) -> tuple[Span | ItemSpan, Path]:
    """The smallest part that holds the path, and the path within it."""
    if len(path) >= 2 and path[0] == "items" and isinstance(path[1], int) and path[1] < len(document.items):
        item = document.items[path[1]]
        if item is not None:
            return item, path[2:]
    return document, path


def _child(node: yaml.Node, step: str | int, *, want_key: bool) -> yaml.Node:
    """The child of a node; the node itself where it is not to be found (a merged key has no place here)."""
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if isinstance(key, yaml.ScalarNode) and step in (key.value, _json_key(key)):
                return key if want_key else value
    elif isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
        child: yaml.Node = node.value[step]
        return child
    return node


def _json_key(key: yaml.ScalarNode) -> str | None:
    """The key as the data have it: `on` is `true` there."""
    return None if key.style else key_text(resolve_plain(key.value))


def _place(node: yaml.Node, line: int) -> Place:
    start, end = node.start_mark, node.end_mark
    width = end.column - start.column if end.line == start.line else 1
    return Place(start.line + line + 1, start.column + 1, max(1, width))
