"""What a reader has to know before the verdict."""

from __future__ import annotations

from collections.abc import Iterable

from npverify.questions.profile_remarks import NOTHING
from npverify.report.page import Page

_SIDES = ("", "old: ", "new: ")


def split_first(notes: Iterable[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The notes that come before everything else, as they make every policy idle, and those that are left."""
    first: list[str] = []
    left: list[str] = []
    for note in notes:
        (first if note.startswith(tuple(f"{side}{NOTHING}" for side in _SIDES)) else left).append(note)
    return tuple(first), tuple(left)


def add_first(page: Page, notes: Iterable[str]) -> tuple[str, ...]:
    """Put what makes every policy idle at the top; the notes that are left."""
    first, left = split_first(notes)
    for note in first:
        page.line(note, lead=note.partition(":")[0], tone="bad")
    page.gap()
    return left
