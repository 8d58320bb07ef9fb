"""Changes of lists as replacements in the text, each where its list stands."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from npverify.editing.block import BlockText
from npverify.editing.changes import ListChange, grown
from npverify.editing.flow import FlowText
from npverify.editing.plain import Plain, value_at
from npverify.editing.splices import Splice
from npverify.editing.tree import ListNode, Node, NotInPlace, ObjectNode, node_at
from npverify.manifests.documents import Path

_EMPTY: tuple[Plain, ...] = (None, {}, [])


@dataclass(frozen=True, slots=True)
class Placement:
    """A document as data and as a tree, with what edits its text in either style."""

    data: Plain
    tree: Node
    block: BlockText
    flow: FlowText

    def splices(self, changes: Iterable[ListChange]) -> Iterator[Splice]:
        """The replacements for all changes, inner ones before outer ones.

        Raises NotInPlace where a changed list is not written where it belongs (but merged in, or an alias).
        """
        changes = list(changes)
        after = grown(self.data, changes)
        found: list[tuple[int, list[Splice]]] = []
        fresh: dict[Path, None] = {}
        for change in changes:
            if value_at(self.data, change.path):
                found.append((len(change.path), list(self._change_list(change))))
            else:
                fresh[self._first_empty(change.path)] = None
        for path in fresh:
            # A field that is not written yet comes behind everything else of its object.
            is_new = isinstance(path[-1], str) and self._key(path) is None
            found.append((len(path) - is_new, list(self._set_value(path, value_at(after, path)))))
        for _, splices in sorted(found, key=lambda item: -item[0]):
            yield from splices

    def _change_list(self, change: ListChange) -> Iterator[Splice]:
        node = node_at(self.tree, change.path)
        if not isinstance(node, ListNode):
            raise NotInPlace
        if node.is_flow:
            return self.flow.change_list(node, change.deleted, list(change.added))
        return self.block.change_list(self._key(change.path), node, change.deleted, list(change.added))

    def _key(self, path: Path) -> Node | None:
        parent, name = node_at(self.tree, path[:-1]) if path else None, path[-1] if path else None
        entry = parent.entry(name) if isinstance(parent, ObjectNode) and isinstance(name, str) else None
        return entry[0] if entry else None

    def _first_empty(self, path: Path) -> Path:
        """The beginning of the path up to the first value that is missing, null or empty."""
        lengths = range(1, len(path) + 1)
        return next(path[:n] for n in lengths if value_at(self.data, path[:n]) in _EMPTY)

    def _set_value(self, path: Path, data: Plain) -> Iterator[Splice]:
        parent, step = node_at(self.tree, path[:-1]), path[-1]
        if isinstance(parent, ObjectNode) and isinstance(step, str):
            style = self.flow if parent.is_flow else self.block
            return style.set_field(parent, step, data)
        if isinstance(parent, ListNode) and isinstance(step, int):
            style = self.flow if parent.is_flow else self.block
            return style.set_item(parent, step, data)
        raise NotInPlace
