"""What a reader has to know before the verdict."""

from __future__ import annotations

from collections.abc import Iterable

from npverify.questions.profile_remarks import NOTHING
from npverify.report.page import Page


def add_first(page: Page, notes: Iterable[str]) -> tuple[str, ...]:
    """Put what makes every policy idle at the top; the notes that are left."""
    left = []
    for note in notes:
        if NOTHING in note:
            page.line(note, lead=note.partition(":")[0], tone="bad")
        else:
            left.append(note)
    page.gap()
    return tuple(left)
