"""Where a thing was written."""

from __future__ import annotations

from collections.abc import Callable
from functools import total_ordering


@total_ordering
class Origin:
    """A file, a line and a column, both counted from 1 (0: the place is not known).

    `locate` defers the search for line and column until somebody asks: most places are never shown.
    Two origins are equal iff they name the same place.
    """

    __slots__ = ("_locate", "_place", "file")

    def __init__(
        self,
        file: str,
        line: int = 0,
        column: int = 0,
        *,
        locate: Callable[[], tuple[int, int]] | None = None,
    ) -> None:
        self.file = file
        self._locate = locate
        self._place = None if locate else (line, column)

    @property
    def line(self) -> int:
        """The line, counted from 1."""
        return self._resolve()[0]

    @property
    def column(self) -> int:
        """The column, counted from 1."""
        return self._resolve()[1]

    def _resolve(self) -> tuple[int, int]:
        if self._place is None:
            assert self._locate is not None
            self._place = self._locate()
            self._locate = None
        return self._place

    def _key(self) -> tuple[str, int, int]:
        return (self.file, *self._resolve())

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

    def __reduce__(self) -> tuple[type[Origin], tuple[str, int, int]]:
        return Origin, self._key()


UNKNOWN_ORIGIN = Origin("<memory>")
