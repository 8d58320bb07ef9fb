"""JSON text as documents: parsed at once by the standard library, places found when somebody asks."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import NoReturn

from npverify.manifests.codes import DUPLICATE_KEY, SYNTAX, TOO_LARGE
from npverify.manifests.documents import Document, Path, Place
from npverify.manifests.lines import JSON_BREAKS, Lines
from npverify.manifests.problems import ProblemFound

_SPACE = re.compile(r"[ \t\n\r]*")
_TOKEN = re.compile(r'[{}\[\]]|"(?:[^"\\]|\\.)*"', re.DOTALL)
_COLON = re.compile(r"[ \t\n\r]*:")


class _DuplicateKeyError(ValueError):
    """A key stands twice in one object."""


def _without_duplicates(pairs: list[tuple[str, object]]) -> dict[str, object]:
    mapping = dict(pairs)
    if len(mapping) != len(pairs):
        seen: set[str] = set()
        for key, _ in pairs:
            if key in seen:
                raise _DuplicateKeyError(key)
            seen.add(key)
    return mapping


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"`{name}` is no JSON value")


_DECODER = json.JSONDecoder(object_pairs_hook=_without_duplicates, parse_constant=_no_constant)
_SKIPPER = json.JSONDecoder()


def read_json(file: str, text: str) -> Iterator[Document]:
    """Every value of the text, one after another; raises ProblemFound where it is no JSON."""
    lines = Lines(text, JSON_BREAKS)
    position = _skip_space(text, 0)
    while position < len(text):
        try:
            data, end = _DECODER.raw_decode(text, position)
        except _DuplicateKeyError as error:
            at = _second_key(text, position, str(error))
            message = f"the key `{error}` stands twice in this object"
            raise _problem(DUPLICATE_KEY, message, file, lines, at, "remove one of the two") from error
        except json.JSONDecodeError as error:
            message = f"not valid JSON: {error.msg[:1].lower()}{error.msg[1:]}"
            raise _problem(SYNTAX, message, file, lines, error.pos) from error
        except RecursionError as error:
            raise _problem(TOO_LARGE, "too many levels of nesting", file, lines, position) from error
        except ValueError as error:
            raise _problem(SYNTAX, f"not valid JSON: {error}", file, lines, position) from error
        if data is not None:
            yield Document(file, data, _JsonPlaces(lines, position), lines.line)
        position = _skip_space(text, end)


def _problem(
    code: str, message: str, file: str, lines: Lines, position: int, hint: str | None = None
) -> ProblemFound:
    place = lines.place(position)
    return ProblemFound(code, message, file, place, lines.line(place.line), hint)


def _skip_space(text: str, position: int) -> int:
    found = _SPACE.match(text, position)
    return found.end() if found else position


_Children = dict[str | int, tuple[int, int]]


class _JsonPlaces:
    """Finds places in one JSON value by walking its text towards them."""

    def __init__(self, lines: Lines, start: int) -> None:
        self._lines = lines
        self._text = lines.text
        self._start = start
        self._outer: dict[int, _Children] = {}

    def __call__(self, path: Path, key: bool) -> Place:
        position = self._start
        for depth, step in enumerate(path):
            child = self._children(position, depth).get(step)
            if child is None:
                break
            position = child[0] if key and depth == len(path) - 1 else child[1]
        end = self._end(position)
        is_one_line = "\n" not in self._text[position:end]
        return self._lines.place(position, end - position if is_one_line else 1)

    def _children(self, position: int, depth: int) -> _Children:
        """Where each child of a value starts: its key (or itself, in a list), and itself.

        Those of the outer levels are kept: there a list of objects may be long.
        """
        if position in self._outer:
            return self._outer[position]
        found = dict(self._walk(position))
        if depth < 2:
            self._outer[position] = found
        return found

    def _walk(self, position: int) -> Iterator[tuple[str | int, tuple[int, int]]]:
        opening = self._text[position]
        if opening not in "{[":
            return
        position = _skip_space(self._text, position + 1)
        index = 0
        while self._text[position] not in "]}":
            start = position
            name: str | int = index
            if opening == "{":
                name, position = _SKIPPER.raw_decode(self._text, position)
                position = _skip_space(self._text, _skip_space(self._text, position) + 1)
            yield name, (start, position)
            position = _skip_space(self._text, self._end(position))
            if self._text[position] == ",":
                position = _skip_space(self._text, position + 1)
            index += 1

    def _end(self, position: int) -> int:
        """Where the value at a position ends; values that are whole are skipped in C."""
        return _SKIPPER.raw_decode(self._text, position)[1]


def _second_key(text: str, start: int, key: str) -> int:
    """Where the second of two equal keys of one object stands (the first such pair in the text)."""
    keys: list[set[str]] = []
    for token in _TOKEN.finditer(text, start):
        if token.group() in "{[":
            keys.append(set())
        elif token.group() in "}]":
            keys.pop()
        elif _COLON.match(text, token.end()):
            name = _SKIPPER.raw_decode(text, token.start())[0]
            if name == key and name in keys[-1]:
                return token.start()
            keys[-1].add(name)
    return start
