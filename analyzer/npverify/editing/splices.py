"""Replacements in a text."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from npverify.editing.tree import NotInPlace


class Splice(NamedTuple):
    """What comes instead of the text between two offsets."""

    start: int
    end: int
    text: str = ""


def spliced(text: str, splices: Iterable[Splice]) -> str:
    """The text with all replacements; those at one place keep their order.

    Raises NotInPlace where one would change what another one replaces.
    """
    parts: list[str] = []
    position = 0
    for splice in sorted(splices, key=lambda splice: splice[:2]):
        if splice.start < position:
            raise NotInPlace
        parts += text[position : splice.start], splice.text
        position = splice.end
    return "".join([*parts, text[position:]])
