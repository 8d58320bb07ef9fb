"""Which cells of two maps differ."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from npverify.questions.connectivity.alignment import Aligned, align
from npverify.questions.connectivity.bits import bits_of, numbers_in
from npverify.questions.connectivity.connections import NO_CONNECTIONS, Connections
from npverify.questions.connectivity.result import (
    AddressRange,
    Cell,
    ChangedCell,
    ConnectivityMap,
    MapDifference,
    MapEndpoint,
    sorting_key,
)

Content = tuple[Connections, Connections]
"""What is allowed, and what is allowed if open facts are so."""

NOTHING: Content = (NO_CONNECTIONS, NO_CONNECTIONS)


def map_difference(old: ConnectivityMap, new: ConnectivityMap) -> MapDifference:
    """The cells in which two maps differ; both have to be made with the same settings."""
    aligned = align(old, new)
    both = [each for each in aligned if each.old is not None and each.new is not None]
    only_old = [(each.endpoint, each.old) for each in aligned if each.old is not None and each.new is None]
    only_new = [(each.endpoint, each.new) for each in aligned if each.new is not None and each.old is None]
    changed = _join_neighbours(_Changes(old, new, both).cells())
    return MapDifference(
        old=old,
        new=new,
        changed=tuple(sorted(changed, key=_changed_order)),
        only_old=tuple(sorted((part for part, _ in only_old), key=sorting_key)),
        only_new=tuple(sorted((part for part, _ in only_new), key=sorting_key)),
        removed=tuple(_cells_with(old, only_old)),
        added=tuple(_cells_with(new, only_new)),
        undecided=old.undecided or new.undecided,
        notes=tuple(dict.fromkeys((*old.notes, *new.notes))),
    )


def _changed_order(cell: ChangedCell) -> tuple[object, ...]:
    return sorting_key(cell.source), sorting_key(cell.destination)


class _Changes:
    """The cells between endpoints of both maps, by groups of endpoints that neither map tells apart."""

    def __init__(self, old: ConnectivityMap, new: ConnectivityMap, aligned: Sequence[Aligned]) -> None:
        self._maps = old, new
        groups: dict[tuple[int, int], list[Aligned]] = {}
        for each in aligned:
            assert each.old is not None
            assert each.new is not None
            key = old.group_of(each.old).number, new.group_of(each.new).number
            groups.setdefault(key, []).append(each)
        self._members = list(groups.values())
        self._numbers = list(groups)
        self._own = [self._by_group(side) for side in (0, 1)]
        self._known: list[dict[int, int]] = [{}, {}]

    def _by_group(self, side: int) -> Mapping[int, int]:
        """For each group of one map: the joint groups that are parts of it."""
        found: dict[int, list[int]] = {}
        for joint, pair in enumerate(self._numbers):
            found.setdefault(pair[side], []).append(joint)
        return {group: bits_of(own) for group, own in found.items()}

    def cells(self) -> Iterator[ChangedCell]:
        """Every changed cell, in no particular order."""
        for joint, pair in enumerate(self._numbers):
            rows = [self._row(side, group) for side, group in enumerate(pair)]
            for before, left in rows[0].items():
                for after, right in rows[1].items():
                    if before != after:
                        for other in numbers_in(left & right):
                            yield from self._between(joint, other, before, after)
            yield from self._own_cells(joint)

    def _row(self, side: int, group: int) -> dict[Content, int]:
        """The joint groups by what a group of one map can reach of them."""
        found: dict[Content, int] = {}
        left = (1 << len(self._members)) - 1
        for part in self._maps[side].rows[group]:
            bits = self._joint(side, part.destinations)
            content = part.connections, part.conditional
            found[content] = found.get(content, 0) | bits
            left &= ~bits
        found[NOTHING] = found.get(NOTHING, 0) | left
        return found

    def _joint(self, side: int, destinations: int) -> int:
        known = self._known[side].get(destinations)
        if known is None:
            known = 0
            for number in numbers_in(destinations):
                known |= self._own[side].get(number, 0)
            self._known[side][destinations] = known
        return known

    def _between(self, joint: int, other: int, before: Content, after: Content) -> Iterator[ChangedCell]:
        include_self = self._maps[1].settings.include_self
        for source in self._members[joint]:
            for destination in self._members[other]:
                one, two = source.endpoint, destination.endpoint
                is_own = one.name == two.name and not one.is_external and bool(one.workload_name)
                if not is_own and (include_self or not one.is_of_one_workload_with(two)):
                    yield _changed(one, two, before, after)

    def _own_cells(self, joint: int) -> Iterator[ChangedCell]:
        """The cells of workloads with themselves, where a single pod is not like a replica of many."""
        if not self._maps[1].settings.include_self:
            return
        for each in self._members[joint]:
            if each.endpoint.workload_name and each.old is not None and each.new is not None:
                cells = self._maps[0].cell(each.old, each.old), self._maps[1].cell(each.new, each.new)
                before, after = ((cell.connections, cell.conditional) for cell in cells)
                if before != after:
                    yield _changed(each.endpoint, each.endpoint, before, after)


def _changed(source: MapEndpoint, destination: MapEndpoint, before: Content, after: Content) -> ChangedCell:
    return ChangedCell(source, destination, before[0], after[0], before[1], after[1])


def _cells_with(of: ConnectivityMap, own: Iterable[tuple[MapEndpoint, MapEndpoint]]) -> Iterator[Cell]:
    """The cells that some endpoints take part in, each given with what it is a part of in the map."""
    parts: dict[str, list[MapEndpoint]] = {}
    for part, whole in own:
        parts.setdefault(whole.name, []).append(part)
    for source in of.sources if parts else ():
        for cell in of.cells_of(source):
            if source.name in parts or cell.destination.name in parts:
                for one in parts.get(source.name, [source]):
                    for other in parts.get(cell.destination.name, [cell.destination]):
                        yield replace(cell, source=one, destination=other)


# Outside addresses ------------------------------------------------------------------------------------


def _join_neighbours(cells: Iterable[ChangedCell]) -> Iterator[ChangedCell]:
    """The cells, with neighbouring ranges of addresses in one where the same changes."""
    alike: dict[tuple[object, ...], list[ChangedCell]] = {}
    for cell in cells:
        if cell.source.is_external or cell.destination.is_external:
            inside, outside = _ends(cell)
            assert outside.range is not None
            what = cell.old, cell.new, cell.old_conditional, cell.new_conditional
            key = inside.name, cell.source.is_external, outside.range.version, *what
            alike.setdefault(key, []).append(cell)
        else:
            yield cell
    for similar in alike.values():
        yield from _joined(sorted(similar, key=_changed_order))


def _joined(cells: Iterable[ChangedCell]) -> Iterator[ChangedCell]:
    current: ChangedCell | None = None
    for cell in cells:
        if current is not None:
            one, other = _ends(current)[1].range, _ends(cell)[1].range
            assert one is not None
            assert other is not None
            if int(one.last) + 1 == int(other.first):
                current = _with_range(current, AddressRange(one.first, other.last))
                continue
            yield current
        current = cell
    if current is not None:
        yield current


def _ends(cell: ChangedCell) -> tuple[MapEndpoint, MapEndpoint]:
    """The end inside the cluster, and the outside one."""
    return (cell.destination, cell.source) if cell.source.is_external else (cell.source, cell.destination)


def _with_range(cell: ChangedCell, wider: AddressRange) -> ChangedCell:
    outside = replace(_ends(cell)[1], name=str(wider), range=wider)
    if cell.source.is_external:
        return replace(cell, source=outside)
    return replace(cell, destination=outside)
