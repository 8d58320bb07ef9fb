"""All changes of one document: in place where that can be, else with parts of it written anew.

Whatever was tried, the new text is read again and taken only if it holds what it should. So aliases, merge
keys and the rest of YAML's surprises need no rules of their own here: where an edit in place goes wrong
because of them, the changed fields are written anew, where that goes wrong too, the changed policies, and at
last the document.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from npverify.editing.anew import Rewrite, document_anew, field_anew, item_anew
from npverify.editing.block import BlockText
from npverify.editing.changes import ListChange, changed
from npverify.editing.chunks import Chunk
from npverify.editing.edits import PolicyId
from npverify.editing.flow import FlowText
from npverify.editing.json_tree import json_tree
from npverify.editing.layout import style_of
from npverify.editing.placement import Placement
from npverify.editing.plain import is_same, value_at
from npverify.editing.splices import Splice, spliced
from npverify.editing.tree import Node, NotInPlace, ObjectNode, node_at
from npverify.editing.writing import Style
from npverify.editing.yaml_tree import yaml_tree
from npverify.errors import InternalError
from npverify.manifests.documents import Path
from npverify.manifests.lines import YAML_BREAKS, Lines


@dataclass(frozen=True, slots=True)
class PolicyChanges:
    """The changes of the policy at `path`; their own paths start there."""

    policy: PolicyId
    path: Path
    changes: tuple[ListChange, ...]


@dataclass(frozen=True, slots=True)
class PartAnew:
    """A part that was written anew: its line, the edited policies in it, and the comments that it had."""

    line: int
    policies: tuple[PolicyId, ...]
    comments: tuple[str, ...]


Edited = tuple[str, tuple[PartAnew, ...]]
_Edits = tuple[list[Splice], list[Rewrite]]


def edit_document(
    chunk: Chunk, deletions: Sequence[ListChange], policies: Sequence[PolicyChanges], style: Style
) -> Edited:
    """The text of a document after items of its lists went, and parts of its policies were changed.

    The last line of YAML has an end. What the document does not tell of its style is taken from `style`.
    """
    document = _Document(chunk, style)
    every = [change.below(policy.path) for policy in policies for change in policy.changes]
    expected = changed(document.data, [*deletions, *every])
    for way in range(document.ways):
        try:
            text, parts = document.edited(deletions, policies, way)
        except NotInPlace:
            continue
        if is_same(replace(chunk, text=text).read(), expected):
            return text, parts
    if not chunk.is_json:
        rewrite = document_anew(document.block(), document.tree, expected)
        text = spliced(chunk.text, rewrite.splices)
        if is_same(replace(chunk, text=text).read(), expected):
            names = tuple(policy.policy for policy in policies)
            return text, (document.part(rewrite, *names),)
    raise InternalError("an edited document does not hold what it should", details=chunk.text)


class _Document:
    """One document, with the ways in which its policies can be changed, from the best to the worst."""

    def __init__(self, chunk: Chunk, style: Style) -> None:
        self.data = chunk.read()
        self.tree = json_tree(chunk.text, chunk.start) if chunk.is_json else yaml_tree(chunk.text)
        self._chunk = chunk
        self._lines = Lines(chunk.text, YAML_BREAKS)
        self._style = style if chunk.is_json else style_of([chunk.text], style)
        self._flow = FlowText.of(chunk.text, self.tree, style.line_end)
        self._ways = (self._in_place,) if chunk.is_json else (self._in_place, self._fields, self._item)

    @property
    def ways(self) -> int:
        """How many ways there are."""
        return len(self._ways)

    def edited(self, deletions: Sequence[ListChange], policies: Sequence[PolicyChanges], way: int) -> Edited:
        """The text with every policy changed in the first way that serves, from the given one on."""
        splices = list(Placement(self.data, self.tree, self.block(), self._flow).splices(deletions))
        parts: list[PartAnew] = []
        for policy in policies:
            found, rewrites = self._changed(policy, way)
            splices += found
            parts += (self.part(rewrite, policy.policy) for rewrite in rewrites)
        return spliced(self._chunk.text, splices), tuple(parts)

    def part(self, rewrite: Rewrite, *policies: PolicyId) -> PartAnew:
        """What was written anew, with its place in the file."""
        return PartAnew(self._chunk.line + rewrite.line - 1, policies, rewrite.comments)

    def block(self, policy: Node | None = None) -> BlockText:
        """The document's text with the style of one policy, that of its `spec` above all."""
        if policy is None or self._chunk.is_json:
            return BlockText(self._lines, self._style)
        spec = policy.entry("spec") if isinstance(policy, ObjectNode) else None
        starts = [part.start for part in (*(spec or ())[:1], policy)]
        lines = [self._lines.start(self._lines.place(start).line) for start in starts]
        texts = [self._chunk.text[start : policy.end] for start in lines]
        return BlockText(self._lines, style_of(texts, self._style))

    def _changed(self, policy: PolicyChanges, way: int) -> _Edits:
        node = node_at(self.tree, policy.path)
        for change in self._ways[way:]:
            try:
                return change(policy, node)
            except NotInPlace:
                continue
        raise NotInPlace

    def _in_place(self, policy: PolicyChanges, node: Node) -> _Edits:
        data = value_at(self.data, policy.path)
        return list(Placement(data, node, self.block(node), self._flow).splices(policy.changes)), []

    def _fields(self, policy: PolicyChanges, node: Node) -> _Edits:
        """The changed fields of a `spec` in block style anew."""
        spec, block = node_at(node, ("spec",)), self.block(node)
        if not isinstance(spec, ObjectNode) or spec.is_flow:
            raise NotInPlace
        after = changed(value_at(self.data, policy.path), policy.changes)
        splices: list[Splice] = []
        rewrites: list[Rewrite] = []
        for path in dict.fromkeys(change.path[:2] for change in policy.changes):
            entry, data = spec.entry(str(path[1])), value_at(after, path)
            if entry is None:
                splices += block.set_field(spec, str(path[1]), data)
            else:
                rewrites.append(field_anew(block, *entry, data))
        return [*splices, *(splice for rewrite in rewrites for splice in rewrite.splices)], rewrites

    def _item(self, policy: PolicyChanges, node: Node) -> _Edits:
        """A policy that is an item of a list in block style anew."""
        after = changed(value_at(self.data, policy.path), policy.changes)
        rewrite = item_anew(self.block(node), node, after) if policy.path else None
        if rewrite is None:
            raise NotInPlace
        return list(rewrite.splices), [rewrite]
