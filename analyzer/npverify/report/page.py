"""A page of text: lines with a label at the left, as wide as the terminal."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable

from npverify.report.style import PLAIN, Style, columns, printable

_LABEL = 13
"""Columns of the labels at the left."""
_NARROWEST = 40


class Page:
    """Lines with a label at the left, wrapped where there is a width."""

    def __init__(self, width: int | None = None, style: Style = PLAIN) -> None:
        self.style = style
        self._width = None if width is None else max(_NARROWEST, width)
        self._lines: list[str] = []

    def gap(self) -> None:
        """An empty line, but never two."""
        if self._lines and self._lines[-1]:
            self._lines.append("")

    def line(self, text: str, *, lead: str, tone: str) -> None:
        """A line from the left edge, its `lead` in a tone."""
        first, *rest = self._wrapped(text, "", "  ")
        self._lines += [self.style.paint(lead, tone) + first.removeprefix(lead), *rest]

    def heading(self, text: str) -> None:
        """A line that stands out, after an empty one."""
        self.gap()
        self._lines += (self.style.paint(line, "strong") for line in self._wrapped(text, "", ""))

    def point(self, text: str) -> None:
        """One point below a heading."""
        self._lines += self._wrapped(text, "  ", "      ")

    def item(self, label: str, text: str, *, tone: str | None = None) -> None:
        """A labelled line; its continuations are indented below it."""
        if self._width is not None and self._width < 2 * _LABEL + 30:
            indent = "    "
            first = f"  {label}: " if label else indent
        else:
            indent = " " * _LABEL
            first = f"  {label}".ljust(_LABEL)
        if text.startswith("- "):
            indent += "  "
        top, *rest = self._wrapped(text, first, indent)
        self._lines.append(first + self.style.paint(top.removeprefix(first), tone))
        self._lines += (indent + self.style.paint(line.removeprefix(indent), tone) for line in rest)

    def items(self, label: str, texts: Iterable[str]) -> None:
        """Several lines, of which the first has the label."""
        for number, text in enumerate(texts):
            self.item(label if not number else "", text)

    def _wrapped(self, text: str, first: str, rest: str) -> list[str]:
        shown = printable(text)
        if self._width is None or len(first) + columns(shown) <= self._width:
            return [first + shown]
        return textwrap.wrap(
            shown,
            self._width,
            initial_indent=first,
            subsequent_indent=rest,
            break_long_words=False,
            break_on_hyphens=False,
        )

    def text(self) -> str:
        """The page."""
        while self._lines and not self._lines[-1]:
            self._lines.pop()
        return "\n".join(self._lines) + "\n"


def counted(number: int, noun: str) -> str:
    """A number with its noun in the right form."""
    if number == 1:
        return f"1 {noun}"
    return f"{number} {noun[:-1]}ies" if noun.endswith("y") else f"{number} {noun}s"
