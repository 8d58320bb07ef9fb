"""One document: plain data, and the place of every part of it, found when somebody asks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from npverify.resources import Origin, Spot

Path = tuple[str | int, ...]
"""Keys and list indexes from the root of a document to a part of it."""


class Place(NamedTuple):
    """A line and a column, counted from 1, and how many characters stand there."""

    line: int
    column: int
    width: int = 1


Locate = Callable[[Path, bool], Place]
"""Finds the value at a path, or its key where the flag is set."""


@dataclass(frozen=True, slots=True)
class Document:
    """The data of one document or list item; `path` leads to it from where `locate` starts.

    `lines` gives the source text of a line by its number, or None.
    """

    file: str
    data: object
    locate: Locate
    lines: Callable[[int], str | None]
    path: Path = ()

    def origin(self, path: Path = (), *, key: bool = False) -> Origin:
        """Where the part at `path` was written; the search for it waits until somebody asks."""
        full = (*self.path, *path)

        def find() -> Spot:
            place = self.locate(full, key)
            return Spot(place.line, place.column, place.width, self.lines(place.line))

        return Origin(self.file, locate=find)

    def place(self, path: Path = (), *, key: bool = False) -> Place:
        """Line, column and width of the part at `path`."""
        return self.locate((*self.path, *path), key)

    def part(self, path: Path, data: object) -> Document:
        """A part of this document as a document of its own."""
        return Document(self.file, data, self.locate, self.lines, (*self.path, *path))
