"""Parts of a YAML document written anew in block style, with the comments that this costs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from npverify.editing.block import BlockText
from npverify.editing.plain import Plain
from npverify.editing.splices import Splice
from npverify.editing.tree import Leaf, Node, leaves
from npverify.editing.writing import block_lines

_COMMENT = re.compile("(?:^|(?<=\\s))#[^\r\n\x85\u2028\u2029]*")


@dataclass(frozen=True, slots=True)
class Rewrite:
    """The replacements that write a part anew, the line where it starts, and the comments that it had."""

    splices: tuple[Splice, ...]
    line: int
    comments: tuple[str, ...]


def field_anew(block: BlockText, key: Node, value: Node, data: Plain) -> Rewrite:
    """The value of a field anew."""
    splices = block.rewrite_field(key, value, data)
    return _rewrite(block, value, splices, splices[1])


def item_anew(block: BlockText, item: Node, data: Plain) -> Rewrite:
    """An item of a list anew."""
    splice = block.rewrite_item(item, data)
    return _rewrite(block, item, [splice], splice)


def document_anew(block: BlockText, root: Node, data: Plain) -> Rewrite:
    """All that a document holds anew; what stands before and behind it stays."""
    lines, style = block.lines, block.style
    line = lines.place(root.start).line
    start, below = lines.start(line), lines.start(lines.place(root.end).line + 1)
    text = "".join(f"{written}{style.line_end}" for written in block_lines(data, 0, style))
    marker = lines.text[start : root.start].rstrip()
    if marker:
        start, text = start + len(marker), f"{style.line_end}{text}"
    splice = Splice(start, below, text)
    return _rewrite(block, root, [splice], splice)


def _rewrite(block: BlockText, node: Node, splices: list[Splice], replaced: Splice) -> Rewrite:
    """`replaced` is the part of the text that holds the node and nothing else but space and comments."""
    comments = _comments(block.lines.text, node, replaced.start, replaced.end)
    return Rewrite(tuple(splices), block.lines.place(replaced.start).line, tuple(comments))


def _comments(text: str, node: Node, start: int, end: int) -> Iterator[str]:
    for leaf in (*leaves(node), Leaf(end, end)):
        yield from (found.group() for found in _COMMENT.finditer(text[start : leaf.start]))
        start = leaf.end
