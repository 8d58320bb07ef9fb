"""YAML text as documents, built from libyaml's events; after a fault it goes on at the next document."""

from __future__ import annotations

import re
from collections.abc import Iterator

import yaml

from npverify.errors import Finding
from npverify.manifests.codes import SYNTAX, TOO_LARGE
from npverify.manifests.documents import Document, Place
from npverify.manifests.lines import YAML_BREAKS, Lines
from npverify.manifests.problems import ProblemFound
from npverify.manifests.sharing import DocumentMemory
from npverify.manifests.yaml_builder import Builder
from npverify.manifests.yaml_places import LOADER, Span, YamlPlaces

_DOCUMENT_START = re.compile(r"^---(?=\s|\Z)", re.MULTILINE)
# libyaml refuses these too, but tells their place in bytes.
_NOT_ALLOWED = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def read_yaml(file: str, text: str, memory: DocumentMemory | None = None) -> Iterator[Document | Finding]:
    """Every document of the text that holds anything, and a finding for each that is no YAML.

    What is in the `memory` is not parsed again, and what is not is added to it.
    """
    forbidden = _NOT_ALLOWED.search(text)
    lines = Lines(text, YAML_BREAKS)
    if forbidden:
        place = lines.place(forbidden.start())
        message = f"not valid YAML: the character U+{ord(forbidden.group()):04X} is not allowed"
        hint = "is this a text file?"
        yield ProblemFound(SYNTAX, message, file, place, lines.line(place.line), hint).finding
        return
    places = YamlPlaces(text)
    shared = None if memory is None else memory.documents(text, lambda chunk: list(_parsed(file, chunk)))
    if shared is not None:
        for data, span in shared:
            yield Document(file, data, places.locate_in(span), lines.line)
        return
    line: int | None = 1
    while line is not None:
        try:
            yield from _read_from(file, lines, line, places)
            return
        except ProblemFound as problem:
            yield problem.finding
            line = _next_document(lines, line, problem.finding.origin.line)


def _next_document(lines: Lines, read_from: int, broken: int) -> int | None:
    """The line of the first `---` at or after the broken line; None where there is none."""
    found = _DOCUMENT_START.search(lines.text, lines.start(max(broken, read_from + 1)))
    return lines.place(found.start()).line if found else None


def _parsed(file: str, text: str) -> Iterator[tuple[object, Span]]:
    return _spans_from(file, Lines(text, YAML_BREAKS), 1)


def _read_from(file: str, lines: Lines, line: int, places: YamlPlaces) -> Iterator[Document]:
    for data, span in _spans_from(file, lines, line):
        yield Document(file, data, places.locate_in(span), lines.line)


def _spans_from(file: str, lines: Lines, line: int) -> Iterator[tuple[object, Span]]:
    """The data of each document from a line on, and where it stands."""
    start = lines.start(line)
    builder = Builder(file, lines, line - 1, start)
    try:
        for event in yaml.parse(lines.text[start:], Loader=LOADER):
            if isinstance(event, yaml.DocumentStartEvent):
                builder = Builder(file, lines, line - 1, start)
                builder.begin(event)
            elif isinstance(event, yaml.DocumentEndEvent):
                if builder.root is not None:
                    yield builder.root, builder.finish(event)
            else:
                builder.add(event)
    except yaml.MarkedYAMLError as error:
        raise _syntax_problem(file, error, lines, line - 1) from error


def _syntax_problem(file: str, error: yaml.MarkedYAMLError, lines: Lines, offset: int) -> ProblemFound:
    mark = error.problem_mark or error.context_mark
    if error.context_mark and "quoted scalar" in (error.context or ""):
        mark = error.context_mark  # the quote that is never closed, not the far place where that shows
    place = Place(mark.line + 1 + offset, mark.column + 1) if mark else Place(1 + offset, 1)
    message = ": ".join(part for part in (error.context, error.problem) if part)
    source = lines.line(place.line)
    if "nesting depth" in message:  # libyaml's own bound, met where it reads far ahead
        return ProblemFound(TOO_LARGE, "too many levels of nesting", file, place, source)
    hint = None
    if "\t" in (source or ""):
        hint = "YAML allows no tab in the indentation"
    return ProblemFound(SYNTAX, f"not valid YAML: {message}", file, place, source, hint)
