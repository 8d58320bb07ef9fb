"""Where a thing was written."""

from __future__ import annotations

from collections.abc import Callable
from functools import total_ordering
from typing import NamedTuple


class Spot(NamedTuple):
    """A line and a column, counted from 1, how many characters stand there, and the text of the line (None:
    it is not at hand).
    """

    line: int
    column: int
    width: int = 1
    text: str | None = None


@total_ordering
class Origin:
    """A file, a line and a column, both counted from 1 (0: the place is not known).

    `locate` defers the search for the spot until somebody asks: most places are never shown.
    Two origins are equal iff they name the same place.
    """

    __slots__ = ("_locate", "_spot", "file")

    def __init__(
        self,
        file: str,
        line: int = 0,
        column: int = 0,
        *,
        spot: Spot | None = None,
        locate: Callable[[], Spot] | None = None,
    ) -> None:
        self.file = file
        self._locate = locate
        self._spot = None if locate else spot or Spot(line, column)

    @property
    def line(self) -> int:
        """The line, counted from 1."""
        return self._resolve().line

    @property
    def column(self) -> int:
        """The column, counted from 1."""
        return self._resolve().column

    @property
    def width(self) -> int:
        """How many characters stand there."""
        return self._resolve().width

    @property
    def text(self) -> str | None:
        """The text of the line, where it is at hand."""
        return self._resolve().text

    def _resolve(self) -> Spot:
        if self._spot is None:
            assert self._locate is not None
            self._spot = self._locate()
            self._locate = None
        return self._spot

    def _key(self) -> tuple[str, int, int]:
        spot = self._resolve()
        return (self.file, spot.line, spot.column)

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}" if self.line else self.file

    def __repr__(self) -> str:
        return f"Origin({self.file!r}, {self.line}, {self.column})"

    def __eq__(self, other: object) -> bool:
        return self._key() == other._key() if isinstance(other, Origin) else NotImplemented

    def __lt__(self, other: Origin) -> bool:
        return self._key() < other._key()

    def __hash__(self) -> int:
        return hash(self._key())

    def __reduce__(self) -> tuple[Callable[[str, Spot], Origin], tuple[str, Spot]]:
        return _restore, (self.file, self._resolve())


def _restore(file: str, spot: Spot) -> Origin:
    return Origin(file, spot=spot)


UNKNOWN_ORIGIN = Origin("<memory>")
