"""A text cut into its documents, which together are the text."""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import cast

from npverify.editing.plain import Plain
from npverify.errors import Finding
from npverify.manifests.documents import Document
from npverify.manifests.json_text import read_json
from npverify.manifests.lines import YAML_BREAKS
from npverify.manifests.problems import ProblemFound
from npverify.manifests.yaml_text import read_yaml

_SPACE = re.compile(r"[ \t\n\r]*")
_MARKER = re.compile(r"---(?=\s|\Z)")
_BEFORE_MARKER = re.compile(r"[ \t]*(?:#|[\n\r\x85\u2028\u2029]|\Z)")
_EMPTY_MARKER = re.compile(r"---[ \t]*(?:\r\n|[\n\r\x85\u2028\u2029]|\Z)")
_DECODER = json.JSONDecoder()


@dataclass(frozen=True, slots=True)
class Chunk:
    """A document with what stands around it, from a line that is counted from 1."""

    text: str
    line: int
    is_json: bool

    def read(self) -> Plain:
        """What the document holds; None where it cannot be read."""
        found = self._documents()
        alone = found[0] if len(found) == 1 else None
        return cast("Plain", alone.data) if isinstance(alone, Document) else None

    @property
    def start(self) -> int:
        """Where the value of a JSON document starts."""
        return _skip_space(self.text, 0)

    @property
    def is_blank(self) -> bool:
        """Whether no document stands here, as between two `---`."""
        return not self._documents()

    def _documents(self) -> list[Document | Finding]:
        try:
            return list(read_json("", self.text) if self.is_json else read_yaml("", self.text))
        except ProblemFound as problem:
            return [problem.finding]

    def without_marker(self) -> Chunk:
        """The chunk without the line `---` at its start, unless more stands in that line."""
        found = _EMPTY_MARKER.match(self.text)
        return replace(self, text=self.text[found.end() :]) if found else self

    @property
    def has_marker(self) -> bool:
        """Whether the document starts with `---`, or with directives, which are followed by that."""
        return bool(_MARKER.match(self.text)) or self.text.startswith("%")


def chunks_of(text: str, file: str) -> list[Chunk]:
    """The documents of a text, told to be JSON or YAML as manifests are."""
    is_json_file = file.endswith(".json")
    if is_json_file or text.lstrip()[:1] in ("{", "["):
        try:
            return list(_json_chunks(text))
        except ProblemFound:
            if is_json_file:
                return [Chunk(text, 1, is_json=True)]
    return list(_yaml_chunks(text))


def _json_chunks(text: str) -> Iterator[Chunk]:
    line = 1
    for _ in read_json("", text):
        pass
    start, position = 0, _skip_space(text, 0)
    while position < len(text):
        end = _skip_space(text, _DECODER.raw_decode(text, position)[1])
        yield Chunk(text[start:end], line, is_json=True)
        line += text.count("\n", start, end)
        start = position = end


def _skip_space(text: str, position: int) -> int:
    found = _SPACE.match(text, position)
    return found.end() if found else position


def _yaml_chunks(text: str) -> Iterator[Chunk]:
    lines = [0, *(found.end() for found in YAML_BREAKS.finditer(text))]
    starts = sorted({0, *(_with_directives(text, lines, n) for n in _marked(text, lines)), len(text)})
    for start, end in pairwise(starts):
        yield Chunk(text[start:end], bisect_right(lines, start), is_json=False)


def _marked(text: str, lines: list[int]) -> Iterator[int]:
    return (number for number, start in enumerate(lines) if _MARKER.match(text, start))


def _with_directives(text: str, lines: list[int], number: int) -> int:
    """Where the directives before a `---` start, else where that stands."""
    first = number
    while number and (_BEFORE_MARKER.match(text, lines[number - 1]) or text[lines[number - 1]] == "%"):
        number -= 1
        if text[lines[number]] == "%":
            first = number
    return lines[first]
