"""The collections and scalars of a text with the offsets where each starts and ends."""

from __future__ import annotations

from dataclasses import dataclass, field

from npverify.manifests.documents import Path


class NotInPlace(Exception):  # noqa: N818 - no error: the part is written anew instead
    """The text of this part cannot be edited where it stands."""


@dataclass(slots=True)
class Leaf:
    """A scalar, or an alias (which has no text of its own to edit)."""

    start: int
    end: int
    value: str | None = None


@dataclass(slots=True)
class ListNode:
    """A list; `is_flow` where brackets stand around it."""

    start: int
    is_flow: bool
    end: int = 0
    items: list[Node] = field(default_factory=list)


@dataclass(slots=True)
class ObjectNode:
    """An object; `is_flow` where braces stand around it."""

    start: int
    is_flow: bool
    end: int = 0
    entries: list[tuple[Node, Node]] = field(default_factory=list)

    def entry(self, name: str) -> tuple[Node, Node] | None:
        """Key and value of that name; None where they are not written here (but merged in, perhaps)."""
        for key, value in self.entries:
            if isinstance(key, Leaf) and key.value == name:
                return key, value
        return None


Node = Leaf | ListNode | ObjectNode


def node_at(node: Node, path: Path) -> Node:
    """The node at a path; raises NotInPlace where it is not written there."""
    for step in path:
        if isinstance(node, ObjectNode) and isinstance(step, str):
            found = node.entry(step)
            if found is None:
                raise NotInPlace
            node = found[1]
        elif isinstance(node, ListNode) and isinstance(step, int) and step < len(node.items):
            node = node.items[step]
        else:
            raise NotInPlace
    return node


def leaves(node: Node) -> list[Leaf]:
    """Every scalar and alias, keys included, in the order of the text."""
    if isinstance(node, ListNode):
        return [leaf for item in node.items for leaf in leaves(item)]
    if isinstance(node, ObjectNode):
        return [leaf for entry in node.entries for part in entry for leaf in leaves(part)]
    return [node]
