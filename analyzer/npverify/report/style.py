"""Colour for a terminal that wants it, and characters that do no harm there."""

from __future__ import annotations

from dataclasses import dataclass
from unicodedata import category, east_asian_width

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

    def paint(self, text: str, tone: str | None) -> str:
        """The text in one of the tones good, bad, doubt, faint and strong."""
        return f"{_CODES[tone]}{text}{_RESET}" if self.color and text and tone else text


PLAIN = Style()


def printable(text: str) -> str:
    """The text with every character that a terminal would act on, or not show, spelt out as an escape."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in text)


def columns(text: str) -> int:
    """How many columns of a terminal the text takes."""
    return sum(map(_columns_of, text)) if not text.isascii() else len(text)


def _columns_of(character: str) -> int:
    if category(character) in ("Mn", "Me"):
        return 0
    return 2 if east_asian_width(character) in "WF" else 1
