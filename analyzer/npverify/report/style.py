"""Colour, for a terminal that wants it."""

from __future__ import annotations

from dataclasses import dataclass

_RESET = "\x1b[0m"
_CODES = {
    "good": "\x1b[1;32m",
    "bad": "\x1b[1;31m",
    "doubt": "\x1b[1;33m",
    "faint": "\x1b[2m",
    "strong": "\x1b[1m",
}


@dataclass(frozen=True, slots=True)
class Style:
    """Puts text in colour, or leaves it alone."""

    color: bool = False

    def paint(self, text: str, tone: str) -> str:
        """The text in one of the tones good, bad, doubt, faint and strong."""
        return f"{_CODES[tone]}{text}{_RESET}" if self.color and text else text


PLAIN = Style()
