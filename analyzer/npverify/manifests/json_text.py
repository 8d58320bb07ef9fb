"""JSON text as documents: parsed at once by the standard library, places found when somebody asks."""

from __future__ import annotations

import json
from collections.abc import Iterator
from json.decoder import scanstring  # type: ignore[attr-defined]  # missing from the stubs
from typing import NoReturn

from npverify.manifests.codes import DUPLICATE_KEY, SYNTAX, TOO_LARGE
from npverify.manifests.documents import Document, Path, Place
from npverify.manifests.problems import ProblemFound

_SPACE = " \t\n\r"


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
    position = _skip_space(text, 0)
    while position < len(text):
        try:
            data, end = _DECODER.raw_decode(text, position)
        except _DuplicateKeyError as error:
            at = _second_key(text, position, str(error))
            message = f"the key `{error}` stands twice in this object"
            raise _problem(DUPLICATE_KEY, message, file, text, at, "remove one of the two") from error
        except json.JSONDecodeError as error:
            raise _problem(SYNTAX, f"not valid JSON: {error.msg.lower()}", file, text, error.pos) from error
        except RecursionError as error:
            raise _problem(TOO_LARGE, "too many levels of nesting", file, text, position) from error
        except ValueError as error:
            raise _problem(SYNTAX, f"not valid JSON: {error}", file, text, position) from error
        yield Document(file, data, _Locator(text, position), lambda number: _line(text, number))
        position = _skip_space(text, end)


def _problem(
    code: str, message: str, file: str, text: str, position: int, hint: str | None = None
) -> ProblemFound:
    place = _place(text, position, 1)
    return ProblemFound(code, message, file, place, _line(text, place.line), hint)


def _line(text: str, number: int) -> str | None:
    lines = text.splitlines()
    return lines[number - 1] if 1 <= number <= len(lines) else None


def _place(text: str, position: int, width: int) -> Place:
    line_start = text.rfind("\n", 0, position) + 1
    return Place(text.count("\n", 0, position) + 1, position - line_start + 1, max(1, width))


def _skip_space(text: str, position: int) -> int:
    while position < len(text) and text[position] in _SPACE:
        position += 1
    return position


class _Locator:
    """Finds places in one JSON value by walking its text towards them."""

    def __init__(self, text: str, start: int) -> None:
        self._text = text
        self._start = start

    def __call__(self, path: Path, key: bool) -> Place:
        position = self._start
        for number, step in enumerate(path):
            found = self._step(position, step, want_key=key and number == len(path) - 1)
            if found is None:
                break
            position = found
        end = self._end(position)
        is_one_line = "\n" not in self._text[position:end]
        return _place(self._text, position, end - position if is_one_line else 1)

    def _end(self, position: int) -> int:
        """Where the value at a position ends; values that are whole are skipped in C."""
        return _SKIPPER.raw_decode(self._text, position)[1]

    def _step(self, position: int, step: str | int, *, want_key: bool) -> int | None:
        """Where a child of the value at `position` starts; None where there is no such child."""
        opening = self._text[position]
        position = _skip_space(self._text, position + 1)
        index = 0
        while self._text[position] not in "]}":
            name: str | int = index
            start = position
            if opening == "{":
                name, position = scanstring(self._text, position + 1, True)
                position = _skip_space(self._text, _skip_space(self._text, position) + 1)
            if name == step:
                return start if want_key and opening == "{" else position
            position = _skip_space(self._text, self._end(position))
            if self._text[position] == ",":
                position = _skip_space(self._text, position + 1)
            index += 1
        return None


def _second_key(text: str, start: int, key: str) -> int:
    """Where the second of two equal keys of one object stands (the first such pair in the text)."""
    open_objects: list[set[str] | None] = []
    position = start
    while position < len(text):
        character = text[position]
        if character == "{":
            open_objects.append(set())
        elif character == "[":
            open_objects.append(None)
        elif character in "}]":
            open_objects.pop()
        elif character == '"':
            name, end = scanstring(text, position + 1, True)
            keys = open_objects[-1] if open_objects else None
            if keys is not None and text[_skip_space(text, end) : _skip_space(text, end) + 1] == ":":
                if name == key and name in keys:
                    return position
                keys.add(name)
            position = end - 1
        position += 1
    return start
