"""The lines of a text: where a position is, and what stands there."""

from __future__ import annotations

import re
from bisect import bisect_right

from npverify.manifests.documents import Place

YAML_BREAKS = re.compile("\r\n|[\n\r\x85\u2028\u2029]")
JSON_BREAKS = re.compile("\n")


class Lines:
    """A text with its line breaks, which are searched for when somebody first asks."""

    __slots__ = ("_breaks", "_starts", "text")

    def __init__(self, text: str, breaks: re.Pattern[str]) -> None:
        self.text = text
        self._breaks = breaks
        self._starts: list[int] | None = None

    def _line_starts(self) -> list[int]:
        if self._starts is None:
            self._starts = [0, *(found.end() for found in self._breaks.finditer(self.text))]
        return self._starts

    def start(self, number: int) -> int:
        """Where a line starts, as an offset into the text (the end of the text for a line after the last)."""
        starts = self._line_starts()
        return starts[number - 1] if number <= len(starts) else len(self.text)

    def line(self, number: int) -> str | None:
        """The text of a line, or None where there is no such line."""
        if not 1 <= number <= len(self._line_starts()):
            return None
        return self.text[self.start(number) : self.start(number + 1)].rstrip("\r\n\x85\u2028\u2029")

    def place(self, position: int, width: int = 1) -> Place:
        """Line and column of an offset into the text."""
        number = bisect_right(self._line_starts(), position)
        return Place(number, position - self.start(number) + 1, max(1, width))
