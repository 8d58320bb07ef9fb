"""Edits of lists and objects in flow style, JSON among it: between brackets, item by item."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from npverify.editing.plain import Plain
from npverify.editing.splices import Splice
from npverify.editing.tree import Leaf, ListNode, Node, NotInPlace, ObjectNode, leaves
from npverify.editing.writing import flow_text

_INDENT = re.compile(r"[ \t]*")
_UNIT = re.compile(r"[{\[][ \t]*\r?\n([ \t]*)")
_COLON = re.compile(r'(?<!\\)":([ \t]?)')
_LAST_BREAK = re.compile(r"\r?\n[ \t]*\Z")


@dataclass(frozen=True, slots=True)
class FlowText:
    """One document with brackets in it; `is_json` where its keys stand in quotes.

    `unit` is what one more level of JSON is indented by, `is_tight` tells that no space follows a colon.
    """

    text: str
    line_end: str
    is_json: bool
    unit: str
    is_tight: bool

    @classmethod
    def of(cls, text: str, root: Node, line_end: str) -> FlowText:
        """The text with its style."""
        unit, colon = _UNIT.search(text), _COLON.search(text)
        first = leaves(root)[0].start if isinstance(root, (ListNode, ObjectNode)) and root.is_flow else -1
        return cls(
            text,
            line_end,
            is_json=first >= 0 and text[first] == '"',
            unit=unit.group(1) if unit else "  ",
            is_tight=bool(colon and not colon.group(1)),
        )

    def change_list(self, node: ListNode, deleted: Iterable[int], added: list[Plain]) -> Iterator[Splice]:
        """Take items out and put new ones behind the last."""
        gone = sorted(set(deleted))
        self._refuse_comments(node, gone)
        kept = [item for number, item in enumerate(node.items) if number not in gone]
        is_long = self._has_long_items(node)
        texts = [self._written(item, node.items[-1].start, is_long=is_long) for item in added]
        between = f",{self._between(node.start, node.items)}"
        if kept:
            last = kept[-1].end
            for number in gone:
                if node.items[number].end < last:
                    yield Splice(node.items[number].start, node.items[number + 1].start)
            yield Splice(last, last, "".join(f"{between}{text}" for text in texts))
            yield Splice(last, max(last, node.items[-1].end))
        elif texts:
            yield Splice(node.items[0].start, node.items[-1].end, between.join(texts))
        else:
            yield Splice(self._opening(node.start) + 1, node.end - 1)

    def set_field(self, node: ObjectNode, name: str, data: Plain) -> Iterator[Splice]:
        """Give a field that is missing, null or empty a value; the object has other fields."""
        keys: list[Node] = [key for key, _ in node.entries]
        is_long = "\n" in self.text[node.start : keys[0].start]
        found = node.entry(name)
        if found is not None:
            yield self._replacement(found[1], data, is_long=is_long)
            return
        end = node.entries[-1][1].end
        key = json.dumps(name) if self.is_json else name
        value = self._written(data, keys[-1].start, is_long=is_long)
        yield Splice(end, end, f",{self._between(node.start, keys)}{key}{self._colon()}{value}")

    def set_item(self, node: ListNode, index: int, data: Plain) -> Iterator[Splice]:
        """Give an item that is null or empty a value."""
        is_long = "\n" in self.text[node.start : node.items[0].start]
        yield self._replacement(node.items[index], data, is_long=is_long)

    def _has_long_items(self, node: ListNode) -> bool:
        """Whether items stand on several lines each, or would if they held anything."""
        full = [item for item in node.items if leaves(item) and not isinstance(item, Leaf)]
        first = full[0] if full else None
        start, end = (first.start, first.end) if first else (node.start, node.items[0].start)
        return "\n" in self.text[start:end]

    def _replacement(self, node: Node, data: Plain, *, is_long: bool) -> Splice:
        if node.start == node.end or "#" in self.text[node.start : node.end]:
            raise NotInPlace
        return Splice(node.start, node.end, self._written(data, node.start, is_long=is_long))

    def _refuse_comments(self, node: ListNode, gone: list[int]) -> None:
        """What a comment between two items is about is not told by where it stands."""
        ends = [self._opening(node.start), *(item.end for item in node.items)]
        starts = [*(item.start for item in node.items), node.end]
        for number in gone:
            for index in (number, number + 1):
                if "#" in self.text[ends[index] : starts[index]]:
                    raise NotInPlace

    def _opening(self, start: int) -> int:
        """Where the bracket stands, behind the anchor or tag."""
        return self.text.index("[", start)

    def _between(self, start: int, parts: list[Node]) -> str:
        """The space behind a comma, as between the parts that are there."""
        space = re.split(r"[{\[]", self.text[start : parts[0].start])[-1]
        if len(parts) > 1:
            space = self.text[parts[0].start : parts[1].start]
        found = _LAST_BREAK.search(space)
        if found:
            return found.group()
        return "" if self.is_json and self.is_tight else " "

    def _colon(self) -> str:
        return ":" if self.is_json and self.is_tight else ": "

    def _written(self, data: Plain, position: int, *, is_long: bool) -> str:
        """The data as they are written at a place: on one line, or on many with the indentation there."""
        if not self.is_json:
            return flow_text(data)
        if not is_long:
            return json.dumps(data, separators=("," if self.is_tight else ", ", self._colon()))
        found = _INDENT.match(self.text, self.text.rfind("\n", 0, position) + 1)
        indent = found.group() if found else ""
        written = json.dumps(data, indent=self.unit, separators=(",", self._colon()))
        return written.replace("\n", self.line_end + indent)
