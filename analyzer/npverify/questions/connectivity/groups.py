"""The largest groups of endpoints that no cell tells apart."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence

from npverify.questions.connectivity.bits import numbers_in
from npverify.questions.connectivity.folding import UnitRow


def group_alike(rows: Sequence[UnitRow], marks: Sequence[Hashable]) -> list[int]:
    """A number for each endpoint: two have the same one iff their marks, their rows and their columns are the
    same. Numbers go by first members.
    """
    distinct: dict[Hashable, UnitRow] = {}
    kinds: list[Hashable] = []
    for mark, row in zip(marks, rows, strict=True):
        key = tuple(sorted(row.items()))
        distinct.setdefault(key, row)
        kinds.append((mark, key))
    blocks = _Blocks(kinds)
    everything = (1 << len(rows)) - 1
    for row in distinct.values():
        parts = list(row.values())
        left = everything
        for classes in parts:
            left &= ~classes
        parts.append(left)
        # A split by all parts but one is a split by all of them, so the largest is left out.
        parts.remove(max(parts, key=int.bit_count))
        for classes in parts:
            blocks.split(classes)
    return blocks.numbered()


class _Blocks:
    """A partition of the numbers from 0, refined step by step."""

    def __init__(self, kinds: Sequence[Hashable]) -> None:
        known: dict[Hashable, int] = {}
        self._block = [known.setdefault(kind, len(known)) for kind in kinds]
        self._sizes = [0] * len(known)
        for block in self._block:
            self._sizes[block] += 1

    def split(self, members: int) -> None:
        """Part each block by whether its numbers are members."""
        touched: dict[int, list[int]] = {}
        for number in numbers_in(members):
            touched.setdefault(self._block[number], []).append(number)
        for block, numbers in touched.items():
            if len(numbers) < self._sizes[block]:
                self._sizes[block] -= len(numbers)
                for number in numbers:
                    self._block[number] = len(self._sizes)
                self._sizes.append(len(numbers))

    def numbered(self) -> list[int]:
        """The block of each number, counted in the order of first members."""
        order: dict[int, int] = {}
        return [order.setdefault(block, len(order)) for block in self._block]


def members_by_group(numbers: Iterable[int]) -> list[list[int]]:
    """The members of each group, in order."""
    groups: list[list[int]] = []
    for member, group in enumerate(numbers):
        if group == len(groups):
            groups.append([])
        groups[group].append(member)
    return groups
