"""What has changed between two connectivity maps, folded for readers."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass
from typing import TypeVar

from npverify.questions.connectivity import Cell, ChangedCell, MapDifference, MapEndpoint
from npverify.questions.connectivity.result import sorting_key
from npverify.report.map_words import cell_connections, cell_reasons, reasons_of
from npverify.report.page import counted

What = TypeVar("What", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Change:
    """What connections were and are, in words (empty where an end was not there).

    `word` is `opened`, `closed` or both, `gone` or `new` with an end, or says that a condition came or went;
    `sign` is `+`, `-`, `±` or `~` accordingly. `reasons` are the kinds of open facts in the words.
    """

    sign: str
    word: str
    before: str
    after: str
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FoldedChange:
    """The same change from each source to each destination."""

    sources: tuple[MapEndpoint, ...]
    destinations: tuple[MapEndpoint, ...]
    change: Change


def folded_changes(found: MapDifference) -> Iterator[FoldedChange]:
    """Every changed cell, those of endpoints that came or went included, sorted by their first source."""
    cells = [
        *((cell.source, cell.destination, change_of(found, cell)) for cell in found.changed),
        *((cell.source, cell.destination, removal_of(found, cell)) for cell in found.removed),
        *((cell.source, cell.destination, addition_of(found, cell)) for cell in found.added),
    ]
    for sources, destinations, change in _folded(cells):
        yield FoldedChange(sources, destinations, change)


def change_of(found: MapDifference, cell: ChangedCell) -> Change:
    """One changed cell in words."""
    sign, word = "~", "unconditional now" if cell.settled else "conditional now"
    if cell.opened or cell.closed:
        sign = "±" if cell.opened and cell.closed else "+" if cell.opened else "-"
        word = " and ".join(w for w, own in (("opened", cell.opened), ("closed", cell.closed)) if own)
    reasons = reasons_of(cell.source, cell.destination, found.new)
    return Change(
        sign,
        word,
        cell_connections(cell.old, cell.old_conditional, reasons),
        cell_connections(cell.new, cell.new_conditional, reasons),
        reasons if cell.old_conditional or cell.new_conditional else (),
    )


def removal_of(found: MapDifference, cell: Cell) -> Change:
    """A cell of the old map, of which an end is gone."""
    reasons = cell_reasons(found.old, cell)
    return Change("-", "gone", cell_connections(cell.connections, cell.conditional, reasons), "", reasons)


def addition_of(found: MapDifference, cell: Cell) -> Change:
    """A cell of the new map, of which an end is new."""
    reasons = cell_reasons(found.new, cell)
    return Change("+", "new", "", cell_connections(cell.connections, cell.conditional, reasons), reasons)


def _folded(
    cells: Iterable[tuple[MapEndpoint, MapEndpoint, What]],
) -> Iterator[tuple[tuple[MapEndpoint, ...], tuple[MapEndpoint, ...], What]]:
    """Cells with the same content in one, where their sources and destinations make up a rectangle."""
    by_source: dict[tuple[MapEndpoint, What], list[MapEndpoint]] = {}
    for source, destination, what in cells:
        by_source.setdefault((source, what), []).append(destination)
    together: dict[tuple[tuple[MapEndpoint, ...], What], list[MapEndpoint]] = {}
    for (source, what), destinations in by_source.items():
        key = tuple(sorted(destinations, key=sorting_key)), what
        together.setdefault(key, []).append(source)
    folded = [(tuple(sorted(s, key=sorting_key)), key[0], key[1]) for key, s in together.items()]
    yield from sorted(folded, key=lambda f: (sorting_key(f[0][0]), sorting_key(f[1][0]), str(f[2])))


def difference_headline(found: MapDifference) -> str:
    """How many pairs have changed, and how many endpoints came and went."""
    parts = [f"{counted(len(found.changed), 'pair')} changed"] if found.changed else []
    for number, words in ((len(found.only_old), "gone"), (len(found.only_new), "new")):
        if number:
            parts.append(f"{counted(number, 'endpoint')} {words}")
    return ", ".join(parts) or "no pair has changed"


def change_words(change: Change) -> str:
    """As `TCP 80 before, All Connections now`, or what alone there was or is."""
    if not change.before:
        return change.after
    return change.before if not change.after else f"{change.before} before, {change.after} now"
