"""Edits of the policies of one file's text."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace

from npverify.editing.changes import changes_of
from npverify.editing.chunks import Chunk, chunks_of
from npverify.editing.document import PolicyChanges, edit_document
from npverify.editing.edits import DeletePolicy, Edit, PolicyId
from npverify.editing.layout import line_end_of, style_of
from npverify.editing.plain import Plain, value_at
from npverify.editing.policies import deletions, find_policies
from npverify.editing.writing import Style
from npverify.manifests.documents import Path
from npverify.manifests.lines import YAML_BREAKS
from npverify.manifests.metadata import is_generated
from npverify.resources import Origin

_BYTE_ORDER_MARK = "\ufeff"


@dataclass(frozen=True, slots=True)
class Rewritten:
    """A part of the text that could not be edited in place and was written anew in block style.

    `comments` are those that the part had, which are lost.
    """

    origin: Origin
    policies: tuple[PolicyId, ...]
    comments: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class EditedText:
    """The text after all edits, empty if no object is left in it, and what was written anew for them."""

    text: str
    rewritten: tuple[Rewritten, ...] = ()


@dataclass(slots=True)
class _Work:
    """What is to be done in one document."""

    data: Plain
    gone: set[Path] = field(default_factory=set)
    policies: list[PolicyChanges] = field(default_factory=list)


def edit_text(text: str, edits: Sequence[Edit], *, file: str) -> EditedText:
    """The text of a file with all edits applied together, and everything else as it was.

    Where several objects of the text have a policy's name, the last is the policy. Raises ValueError for a
    policy or an index that is not there, and where the last peer or port of a rule would go.
    """
    mark = _BYTE_ORDER_MARK if text.startswith(_BYTE_ORDER_MARK) else ""
    chunks = chunks_of(text.removeprefix(mark), file)
    style = Style(line_end_of(text))
    if not any(chunk.is_json for chunk in chunks):
        style = style_of([text], style)
    lacks_end = bool(chunks) and not chunks[-1].is_json and not YAML_BREAKS.match(chunks[-1].text[-1:])
    if lacks_end:
        chunks[-1] = replace(chunks[-1], text=chunks[-1].text + style.line_end)
    work = _plan(chunks, edits)
    rewritten: list[Rewritten] = []
    edited = [
        _edited(chunk, work[number], style, file, rewritten) if number in work else chunk
        for number, chunk in enumerate(chunks)
    ]
    if lacks_end and edited[-1] is not None:
        edited[-1] = replace(edited[-1], text=edited[-1].text.removesuffix(style.line_end))
    result = "".join(chunk.text for chunk in _joined(chunks, edited))
    return EditedText(mark + result if result else "", tuple(rewritten))


def _plan(chunks: Sequence[Chunk], edits: Sequence[Edit]) -> dict[int, _Work]:
    """What the edits do to each document, by its number."""
    by_policy: dict[PolicyId, list[Edit]] = defaultdict(list)
    for edit in edits:
        by_policy[edit.policy].append(edit)
    found: dict[int, _Work] = {}
    places = _places(chunks, by_policy, found)
    for policy, its_edits in by_policy.items():
        if is_generated(policy.name) and len(places[policy]) > 1:
            raise ValueError(f"several policies are called {policy}, and the server completes their names")
        number, path = places[policy][-1]
        if any(isinstance(edit, DeletePolicy) for edit in its_edits):
            for number, path in places[policy]:
                found[number].gone.add(path)
        else:
            changes = changes_of(value_at(found[number].data, path), its_edits)
            found[number].policies.append(PolicyChanges(policy, path, changes))
    return {number: work for number, work in found.items() if work.gone or work.policies}


def _places(
    chunks: Sequence[Chunk], wanted: Collection[PolicyId], found: dict[int, _Work]
) -> dict[PolicyId, list[tuple[int, Path]]]:
    """Every object with one of the names, with the number of its document; notes what those hold."""
    places: dict[PolicyId, list[tuple[int, Path]]] = {policy: [] for policy in wanted}
    for number, chunk in enumerate(chunks):
        data = chunk.read()
        for path, policy in find_policies(data):
            if policy in places:
                places[policy].append((number, path))
                found.setdefault(number, _Work(data))
    for policy, its_places in places.items():
        if not its_places:
            raise ValueError(f"no policy {policy} in the text")
    return places


def _edited(chunk: Chunk, work: _Work, style: Style, file: str, rewritten: list[Rewritten]) -> Chunk | None:
    """The document after the edits, or None where nothing of it is left."""
    deleted = deletions(work.data, work.gone)
    if deleted is None:
        return None
    text, parts = edit_document(chunk, deleted, work.policies, style)
    rewritten += (Rewritten(Origin(file, part.line), part.policies, part.comments) for part in parts)
    return replace(chunk, text=text)


def _joined(chunks: Sequence[Chunk], edited: Sequence[Chunk | None]) -> Iterator[Chunk]:
    """What is left, without the `---` that parted the first document from the next."""
    if None in edited and all(chunk is None or chunk.is_blank for chunk in edited):
        return
    drops_marker = False
    for before, after in zip(chunks, edited, strict=True):
        if after is None:
            drops_marker = drops_marker or not (before.is_json or before.has_marker)
        else:
            yield after.without_marker() if drops_marker else after
            drops_marker = False
