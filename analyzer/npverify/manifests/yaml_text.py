"""YAML text as documents, built from libyaml's events: bounded, and never more than plain data."""

from __future__ import annotations

import base64
from collections.abc import Hashable, Iterator
from functools import lru_cache
from typing import NoReturn

import yaml

from npverify.manifests.codes import DUPLICATE_KEY, SYNTAX, TOO_LARGE
from npverify.manifests.documents import Document, Path, Place
from npverify.manifests.problems import ProblemFound
from npverify.manifests.scalars import Scalar, resolve_plain

Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

MOST_DEPTH = 100
"""Levels of nesting in one document."""
MOST_VALUES = 5_000_000
"""Values in one document after its aliases are expanded."""

_TAGS = "tag:yaml.org,2002:"


def read_yaml(file: str, text: str) -> Iterator[Document]:
    """Every document that holds anything; raises ProblemFound at the first thing that is no YAML."""
    lines = _Lines(text)
    builder = _Builder(file, lines)
    try:
        for event in yaml.parse(text, Loader=Loader):
            if isinstance(event, yaml.DocumentStartEvent):
                builder = _Builder(file, lines)
            elif isinstance(event, yaml.DocumentEndEvent):
                if builder.root is not None:
                    yield Document(file, builder.root, _Locator(file, text, builder.first_line), lines.line)
            else:
                builder.add(event)
    except yaml.MarkedYAMLError as error:
        raise _syntax_problem(file, error, lines) from error
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        column = error.position - (text.rfind("\n", 0, error.position) + 1) + 1
        message = f"a character that YAML does not allow: #x{ord(str(error.character)[:1] or ' '):04x}"
        raise ProblemFound(SYNTAX, message, file, Place(line, column), lines.line(line)) from error


def _syntax_problem(file: str, error: yaml.MarkedYAMLError, lines: _Lines) -> ProblemFound:
    mark = error.problem_mark or error.context_mark
    line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
    message = ": ".join(part for part in (error.context, error.problem) if part)
    hint = None
    if "\t" in (lines.line(line) or ""):
        hint = "YAML allows no tab in the indentation"
    return ProblemFound(
        SYNTAX, f"not valid YAML: {message}", file, Place(line, column), lines.line(line), hint
    )


class _Lines:
    """The lines of a text, split when first asked for."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._lines: list[str] | None = None

    def line(self, number: int) -> str | None:
        if self._lines is None:
            self._lines = self._text.splitlines()
        return self._lines[number - 1] if 1 <= number <= len(self._lines) else None


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


class _Builder:
    """One document from its events."""

    def __init__(self, file: str, lines: _Lines) -> None:
        self.root: object = None
        self.first_line = 0
        self._file = file
        self._lines = lines
        self._stack: list[_Frame] = []
        self._anchors: dict[str, tuple[object, int]] = {}
        self._open_anchors: set[str] = set()
        self._is_started = False

    def add(self, event: yaml.Event) -> None:
        """Take the next event of the document."""
        if not self._is_started and not isinstance(event, (yaml.StreamStartEvent, yaml.StreamEndEvent)):
            self._is_started = True
            self.first_line = event.start_mark.line if event.start_mark else 0
        if isinstance(event, yaml.ScalarEvent):
            scalar = _scalar(event)
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
            self._put(*self._resolve(event), event)

    def _open(self, event: yaml.MappingStartEvent | yaml.SequenceStartEvent) -> None:
        if len(self._stack) >= MOST_DEPTH:
            self._fail(TOO_LARGE, f"more than {MOST_DEPTH} levels of nesting", event)
        frame = _Frame(is_mapping=isinstance(event, yaml.MappingStartEvent), anchor=event.anchor)
        if self._stack and self._stack[-1].mapping is not None and not self._stack[-1].awaits_value:
            self._fail(
                SYNTAX, "a key that is no plain string", event, "quote the value, or check the indentation"
            )
        if event.anchor:
            self._open_anchors.add(event.anchor)
        self._stack.append(frame)

    def _resolve(self, event: yaml.AliasEvent) -> tuple[object, int]:
        if event.anchor in self._open_anchors:
            self._fail(SYNTAX, f"the alias `*{event.anchor}` stands inside its own anchor", event)
        if event.anchor not in self._anchors:
            self._fail(SYNTAX, f"the alias `*{event.anchor}` has no anchor", event)
        return self._anchors[event.anchor]

    def _put(self, value: object, size: int, event: yaml.Event) -> None:
        if not self._stack:
            self.root = value
            return
        frame = self._stack[-1]
        frame.size += size
        if frame.size > MOST_VALUES:
            self._fail(TOO_LARGE, f"aliases expand to more than {MOST_VALUES:,} values", event)
        if frame.mapping is None:
            frame.sequence.append(value)
        elif not frame.awaits_value:
            frame.key = self._key(value, frame.mapping, event)
            frame.awaits_value = True
        else:
            frame.awaits_value = False
            if frame.key == "<<" and isinstance(value, (dict, list)):
                self._merge(frame, value, event)
            else:
                frame.mapping[frame.key] = value

    def _key(self, value: object, mapping: dict[str, object], event: yaml.Event) -> str:
        if not isinstance(value, Hashable):
            self._fail(SYNTAX, "a key that is no plain string", event)
        key = value if isinstance(value, str) else _key_text(value)
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

    def _fail(self, code: str, message: str, event: yaml.Event, hint: str | None = None) -> NoReturn:
        start, end = event.start_mark, event.end_mark
        place = (
            Place(start.line + 1, start.column + 1, max(1, end.column - start.column))
            if start and end
            else Place(1, 1)
        )
        raise ProblemFound(code, message, self._file, place, self._lines.line(place.line), hint)


def _key_text(value: object) -> str:
    """A key that is no string becomes one, as in JSON."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def _scalar(event: yaml.ScalarEvent) -> Scalar:
    text: str = event.value
    tag = event.tag
    if tag is None:
        return resolve_plain(text) if event.implicit[0] else text
    if tag in ("!", f"{_TAGS}str"):
        return text
    if tag == f"{_TAGS}binary":
        return base64.b64decode(text, validate=False).decode("utf-8", "replace")
    return resolve_plain(text)


class _Locator:
    """Finds places in one document by composing its text once more, when first asked."""

    def __init__(self, file: str, text: str, first_line: int) -> None:
        self._file = file
        self._text = text
        self._first_line = first_line

    def __call__(self, path: Path, key: bool) -> Place:
        node, offset = _compose(self._text, self._first_line)
        found: yaml.Node = node
        for number, step in enumerate(path):
            is_last = number == len(path) - 1
            found = _step(found, step, want_key=key and is_last)
        mark = found.start_mark
        is_line = found.end_mark.line == mark.line
        width = found.end_mark.column - mark.column if is_line else 1
        return Place(mark.line + 1 + offset, mark.column + 1, max(1, width))


@lru_cache(maxsize=8)
def _compose(text: str, first_line: int) -> tuple[yaml.Node, int]:
    """The node tree of the document that starts at or after a line (counted from 0)."""
    starts = [0]
    for _ in range(first_line):
        starts.append(text.index("\n", starts[-1]) + 1)
    rest = text[starts[-1] :]
    loader = Loader(rest)
    try:
        node = loader.get_node() if loader.check_node() else None
        return node or yaml.ScalarNode("", "", yaml.Mark("", 0, 0, 0, "", 0)), first_line
    finally:
        loader.dispose()


def _step(node: yaml.Node, step: str | int, *, want_key: bool) -> yaml.Node:
    """The child of a node; the node itself where it is not to be found (a merged key has no place here)."""
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if isinstance(key, yaml.ScalarNode) and key.value == str(step):
                return key if want_key else value
    elif isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
        child: yaml.Node = node.value[step]
        return child
    return node
