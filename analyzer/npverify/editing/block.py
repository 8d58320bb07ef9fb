"""Edits of lists and objects in block style, line by line."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from npverify.editing.plain import Plain
from npverify.editing.splices import Splice
from npverify.editing.tree import Leaf, ListNode, Node, NotInPlace, ObjectNode
from npverify.editing.writing import Style, block_lines
from npverify.manifests.lines import Lines

_DASH = re.compile(r"([ ]*)-[ \t]*(?:#.*)?\Z")
_COMMENT = re.compile(r"([ \t]*)#")
_COLON = re.compile(r"[ \t]*:")


@dataclass(frozen=True, slots=True)
class BlockText:
    """One document of block style; its last line has an end."""

    lines: Lines
    style: Style

    def change_list(
        self, key: Node | None, node: ListNode, deleted: Iterable[int], added: list[Plain]
    ) -> Iterator[Splice]:
        """Take items out and put new ones behind the last; an empty list is left as `[]` behind its key."""
        gone = set(deleted)
        for index in sorted(gone):
            yield Splice(*self.item_span(node.items[index]))
        column = self._dash(node.items[-1])[1]
        if added:
            yield self._lines_behind(node.end, column, added, column + 1)
        elif len(gone) == len(node.items):
            end = self._colon_end(key)
            yield Splice(end, end, " []")

    def item_span(self, item: Node) -> tuple[int, int]:
        """The lines of an item, with the comment lines above that stand in as far as its dash."""
        number, column = self._dash(item)
        while self._comment_column(number - 1) == column:
            number -= 1
        return self.lines.start(number), self.lines.start(self._line_behind(item.end, column + 1))

    def rewrite_item(self, item: Node, data: Plain) -> Splice:
        """Write an item anew; what stands above it stays."""
        number, column = self._dash(item)
        end = self.lines.start(self._line_of(item.end) + 1)
        return Splice(self.lines.start(number), end, self._block([data], column))

    def set_field(self, node: ObjectNode, name: str, data: Plain) -> Iterator[Splice]:
        """Give a field that is missing, null or empty a value."""
        found = node.entry(name)
        if found is None:
            column = self._column(node.entries[0][0].start)
            yield self._lines_behind(node.end, column, {name: data}, column)
            return
        key, value = found
        if self._line_of(key.start) != self._line_of(value.end):
            raise NotInPlace
        yield from self.rewrite_field(key, value, data)

    def rewrite_field(self, key: Node, value: Node, data: Plain) -> list[Splice]:
        """Write the value of a field anew; comments stay that stand in the line of its key."""
        colon, below = self._colon_end(key), self.lines.start(self._line_of(value.end) + 1)
        line, first, last = (self._line_of(position) for position in (colon, value.start, value.end))
        start = colon if line == first else self.lines.start(line + 1)
        indent = self.style.dash_indent if isinstance(data, list) else self.style.field_indent
        return [
            Splice(colon, colon, "" if data else " []"),
            Splice(
                start,
                value.end if line == last else below,
                self.style.line_end if line == first < last else "",
            ),
            Splice(below, below, self._block(data, self._column(key.start) + indent)),
        ]

    def set_item(self, node: ListNode, index: int, data: Plain) -> Iterator[Splice]:
        """Give an item that is null or empty a value."""
        item = node.items[index]
        number, column = self._dash(item)
        below = self.lines.start(number + 1)
        if not number == self._line_of(item.start) == self._line_of(item.end):
            raise NotInPlace
        behind = self.lines.text[item.end : below]
        if behind.strip():
            # YAML allows no tab between a dash and a comment.
            yield Splice(item.start, below - len(behind.lstrip()))
            yield Splice(below, below, self._block(data, column + 2))
        else:
            yield self.rewrite_item(item, data)

    def _lines_behind(self, end: int, column: int, data: Plain, inside: int) -> Splice:
        """The data as lines behind the content that ends at an offset, and behind comments that belong to it:
        those that stand in as far as the column `inside`.
        """
        position = self.lines.start(self._line_behind(end, inside))
        return Splice(position, position, self._block(data, column))

    def _block(self, data: Plain, column: int) -> str:
        return "".join(f"{line}{self.style.line_end}" for line in block_lines(data, column, self.style))

    def _line_behind(self, end: int, inside: int) -> int:
        number = self._line_of(end) + 1
        while self._comment_column(number) >= inside:
            number += 1
        return number

    def _dash(self, item: Node) -> tuple[int, int]:
        """Line and column of the dash of an item, which has to be the first thing of its line."""
        number = self._line_of(item.start)
        before = self.lines.text[self.lines.start(number) : item.start]
        while not before.strip(" \t") or _COMMENT.match(before):
            number -= 1
            before = self.lines.line(number) or "" if number else "no dash"
        found = _DASH.match(before)
        if found is None:
            raise NotInPlace
        return number, len(found.group(1))

    def _colon_end(self, key: Node | None) -> int:
        found = _COLON.match(self.lines.text, key.end) if isinstance(key, Leaf) else None
        if found is None:
            raise NotInPlace
        return found.end()

    def _comment_column(self, number: int) -> int:
        """Where the comment of a line starts that holds nothing else; -1 where there is none."""
        found = _COMMENT.match(self.lines.line(number) or "")
        return len(found.group(1)) if found else -1

    def _line_of(self, position: int) -> int:
        return self.lines.place(position).line

    def _column(self, position: int) -> int:
        return self.lines.place(position).column - 1
