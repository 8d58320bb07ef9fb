"""Documents that stand in two versions of the manifests are parsed once."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from npverify.manifests.problems import ProblemFound
from npverify.manifests.yaml_places import ItemSpan, Span

_START = re.compile(r"^---(?=\s|\Z)", re.MULTILINE)
_RARE_BREAKS = re.compile("[\x85\u2028\u2029]|\r(?!\n)")


Parsed = Sequence[tuple[object, Span]]
"""The data of each document in a chunk, and where it stands, counted from the start of the chunk."""

Parse = Callable[[str], Parsed]


class DocumentMemory:
    """The documents of the texts that were read before, by their text.

    What is remembered is shared: nobody may change the data of a document.
    """

    def __init__(self) -> None:
        self._known: dict[str, Parsed] = {}

    def documents(self, text: str, parse: Parse) -> list[tuple[object, Span]] | None:
        """The documents of a text and their places in it; None where it has to be read as a whole.

        `parse` reads a chunk as a text of its own; it raises ProblemFound where that is no YAML.
        """
        if _RARE_BREAKS.search(text):
            return None
        documents: list[tuple[object, Span]] = []
        for start, line, chunk in _chunks(text):
            found = self._known.get(chunk)
            if found is None:
                try:
                    found = self._known[chunk] = parse(chunk)
                except ProblemFound:
                    return None
            documents += ((data, _moved(span, start, line)) for data, span in found)
        return documents


def _chunks(text: str) -> Iterator[tuple[int, int, str]]:
    """The text cut before every document marker, with offset and line (from 0) of each part; a marker ends
    whatever stood before it.
    """
    starts = [0, *(found.start() for found in _START.finditer(text) if found.start())]
    line = 0
    for start, end in zip(starts, [*starts[1:], len(text)], strict=True):
        chunk = text[start:end]
        yield start, line, chunk
        line += chunk.count("\n")


def _moved(span: Span, start: int, line: int) -> Span:
    items = tuple(
        None if i is None else ItemSpan(i.start + start, i.end + start, i.line + line, i.column)
        for i in span.items
    )
    return Span(span.start + start, span.end + start, span.line + line, span.column, items)
