"""One YAML document from its events: plain data, bounded in depth and in what aliases expand to."""

from __future__ import annotations

import base64
import binascii
from typing import NoReturn, cast

import yaml

from npverify.manifests.codes import DUPLICATE_KEY, SYNTAX, TOO_LARGE
from npverify.manifests.documents import Place
from npverify.manifests.lines import Lines
from npverify.manifests.problems import ProblemFound
from npverify.manifests.scalars import Scalar, key_text, resolve_plain
from npverify.manifests.yaml_places import ItemSpan, Span

MOST_DEPTH = 100
"""Levels of nesting in one document."""
MOST_ALIASED = 1_000_000
"""Values that the aliases of one document expand to."""

_TAGS = "tag:yaml.org,2002:"
_TAG_TYPES: dict[str, tuple[type, ...]] = {
    f"{_TAGS}int": (int,),
    f"{_TAGS}float": (int, float),
    f"{_TAGS}bool": (bool,),
    f"{_TAGS}null": (type(None),),
}


class _Frame:
    """A mapping or sequence under construction."""

    __slots__ = ("anchor", "awaits_value", "key", "mapping", "merged", "sequence", "size")

    def __init__(self, *, is_mapping: bool, anchor: str | None) -> None:
        self.mapping: dict[str, object] | None = {} if is_mapping else None
        self.sequence: list[object] = []
        self.key = ""
        self.awaits_value = False
        self.anchor = anchor
        self.merged: list[object] = []
        self.size = 1

    def value(self) -> object:
        """The finished collection; under `<<`, keys of the mapping itself win, wherever they stand."""
        if self.mapping is None:
            return self.sequence
        for source in self.merged:
            if isinstance(source, dict):
                for key, item in source.items():
                    self.mapping.setdefault(key, item)
        return self.mapping


class Builder:
    """Takes the events of one document; `line` and `index` are where their marks count from."""

    def __init__(self, file: str, lines: Lines, line: int, index: int) -> None:
        self.root: object = None
        self._file = file
        self._lines = lines
        self._line = line
        self._index = index
        self._stack: list[_Frame] = []
        self._anchors: dict[str, tuple[object, int]] = {}
        self._open_anchors: set[str] = set()
        self._aliased = 0
        self._begun: yaml.Event | None = None
        self._item: yaml.Event | None = None
        self._items: list[ItemSpan | None] = []

    def begin(self, event: yaml.DocumentStartEvent) -> None:
        """Note where the document starts."""
        self._begun = event

    def finish(self, event: yaml.DocumentEndEvent) -> Span:
        """Where the document stands in the text."""
        begun = self._begun.start_mark if self._begun else None
        end = event.end_mark
        assert begun is not None
        assert end is not None
        return Span(
            begun.index + self._index,
            end.index + self._index,
            begun.line + self._line,
            begun.column,
            tuple(self._items),
        )

    def add(self, event: yaml.Event) -> None:
        """Take the next event of the document."""
        if isinstance(event, yaml.ScalarEvent):
            scalar = self._scalar(event)
            if event.anchor:
                self._anchors[event.anchor] = (scalar, 1)
            self._put(scalar, 1, event)
        elif isinstance(event, (yaml.MappingStartEvent, yaml.SequenceStartEvent)):
            self._open(event)
        elif isinstance(event, (yaml.MappingEndEvent, yaml.SequenceEndEvent)):
            frame = self._stack.pop()
            value = frame.value()
            if frame.anchor:
                self._open_anchors.discard(frame.anchor)
                self._anchors[frame.anchor] = (value, frame.size)
            self._put(value, frame.size, event)
        elif isinstance(event, yaml.AliasEvent):
            value, size = self._resolve(event)
            self._put(value, size, event)

    def _open(self, event: yaml.MappingStartEvent | yaml.SequenceStartEvent) -> None:
        depth = len(self._stack)
        if depth >= MOST_DEPTH:
            self._fail(TOO_LARGE, f"more than {MOST_DEPTH} levels of nesting", event)
        if depth and self._stack[-1].mapping is not None and not self._stack[-1].awaits_value:
            self._fail(
                SYNTAX, "a key that is no plain string", event, "quote the value, or check the indentation"
            )
        if depth == 2:
            self._item = event
        if event.anchor:
            self._open_anchors.add(event.anchor)
        self._stack.append(_Frame(is_mapping=isinstance(event, yaml.MappingStartEvent), anchor=event.anchor))

    def _resolve(self, event: yaml.AliasEvent) -> tuple[object, int]:
        if event.anchor in self._open_anchors:
            self._fail(SYNTAX, f"the alias `*{event.anchor}` stands inside its own anchor", event)
        if event.anchor not in self._anchors:
            self._fail(SYNTAX, f"the alias `*{event.anchor}` has no anchor", event)
        value, size = self._anchors[event.anchor]
        self._aliased += size
        if self._aliased > MOST_ALIASED:
            self._fail(TOO_LARGE, f"aliases expand to more than {MOST_ALIASED:,} values", event)
        return value, size

    def _put(self, value: object, size: int, event: yaml.Event) -> None:
        if not self._stack:
            self.root = value
            return
        frame = self._stack[-1]
        frame.size += size
        if frame.mapping is None:
            frame.sequence.append(value)
            if len(self._stack) == 2 and self._stack[0].key == "items":
                self._note_item(event)
        elif not frame.awaits_value:
            frame.key = self._key(value, frame.mapping, event)
            frame.awaits_value = True
        else:
            frame.awaits_value = False
            if frame.key == "<<" and isinstance(value, (dict, list)):
                self._merge(frame, value, event)
            else:
                frame.mapping[frame.key] = value

    def _note_item(self, event: yaml.Event) -> None:
        start, end = self._item.start_mark if self._item else None, event.end_mark
        self._item = None
        if start is None or end is None:
            self._items.append(None)
        else:
            self._items.append(
                ItemSpan(
                    start.index + self._index, end.index + self._index, start.line + self._line, start.column
                )
            )

    def _key(self, value: object, mapping: dict[str, object], event: yaml.Event) -> str:
        if isinstance(value, (dict, list)):
            self._fail(SYNTAX, "a key that is no plain string", event)
        key = value if isinstance(value, str) else key_text(cast("Scalar", value))
        if key is None:
            self._fail(SYNTAX, "a key that is null", event, "give the key a name, or drop the `:`")
        if key in mapping and key != "<<":
            self._fail(
                DUPLICATE_KEY, f"the key `{key}` stands twice in this mapping", event, "remove one of the two"
            )
        return key

    def _merge(self, frame: _Frame, value: object, event: yaml.Event) -> None:
        sources = value if isinstance(value, list) else [value]
        if not all(isinstance(source, dict) for source in sources):
            self._fail(SYNTAX, "`<<` merges mappings only", event)
        frame.merged.extend(sources)

    def _scalar(self, event: yaml.ScalarEvent) -> Scalar:
        text: str = event.value
        tag = event.tag
        if tag is None:
            return resolve_plain(text) if event.implicit[0] else text
        if tag == f"{_TAGS}binary":
            try:
                return base64.b64decode("".join(text.split()), validate=True).decode("utf-8", "replace")
            except binascii.Error:
                self._fail(SYNTAX, "`!!binary` without valid base64 text", event)
        if tag not in _TAG_TYPES:
            return text
        value = resolve_plain(text)
        if not isinstance(value, _TAG_TYPES[tag]):
            self._fail(SYNTAX, f"`{text}` is no `!!{tag.removeprefix(_TAGS)}`", event)
        return value

    def _fail(self, code: str, message: str, event: yaml.Event, hint: str | None = None) -> NoReturn:
        start, end = event.start_mark, event.end_mark
        line = (start.line if start else 0) + self._line + 1
        width = end.column - start.column if start and end and end.line == start.line else 1
        place = Place(line, start.column + 1 if start else 1, max(1, width))
        raise ProblemFound(code, message, self._file, place, self._lines.line(line), hint)
