"""A connectivity map folded for readers: sources that behave alike, and destinations with the same ports."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from npverify.questions.connectivity import (
    AddressRange,
    Connections,
    ConnectivityMap,
    EndpointGroup,
    EndpointKind,
    MapEndpoint,
)
from npverify.questions.connectivity.result import sorting_key

EACH_OTHER = "each other"
CONDITIONAL = "if what the input leaves open allows it"
_LAST = {4: (1 << 32) - 1, 6: (1 << 128) - 1}


@dataclass(frozen=True, slots=True)
class FoldedLine:
    """Destinations with the same connections; `among_themselves`: the sources reach each other alike."""

    connections: Connections
    conditional: Connections
    destinations: tuple[MapEndpoint, ...]
    among_themselves: bool
    uniform: bool


@dataclass(frozen=True, slots=True)
class FoldedRow:
    """Sources that reach the same on the same ports."""

    sources: tuple[MapEndpoint, ...]
    lines: tuple[FoldedLine, ...]


def folded_rows(found: ConnectivityMap) -> Iterator[FoldedRow]:
    """The rows of all sources, those without a connection included, sorted by their first source."""
    together: dict[object, list[MapEndpoint]] = {}
    rows: dict[object, FoldedRow] = {}
    for group in found.groups:
        if group.is_source:
            row = _row(found, group)
            is_own = any(line.among_themselves for line in row.lines)
            key = group.number if is_own else row.lines
            together.setdefault(key, []).extend(row.sources)
            rows[key] = row
    folded = [
        FoldedRow(tuple(sorted(sources, key=sorting_key)), rows[key].lines)
        for key, sources in together.items()
    ]
    yield from sorted(folded, key=lambda row: sorting_key(row.sources[0]))


def _row(found: ConnectivityMap, group: EndpointGroup) -> FoldedRow:
    sources = tuple(sorted(group.endpoints, key=sorting_key))
    folded: dict[tuple[Connections, Connections, bool], list[MapEndpoint]] = {}
    for cell in found.cells_of(sources[0]):
        key = cell.connections, cell.conditional, cell.uniform
        folded.setdefault(key, [])
        if len(sources) == 1 or found.group_of(cell.destination).number != group.number:
            folded[key].append(cell.destination)
    own = set[tuple[Connections, Connections, bool]]()
    if len(sources) > 1:
        cell = found.cell(sources[0], sources[1])
        if cell.possible and group.is_destination:
            own.add((cell.connections, cell.conditional, cell.uniform))
    lines = [
        FoldedLine(key[0], key[1], tuple(sorted(ends, key=sorting_key)), key in own, key[2])
        for key, ends in folded.items()
        if ends or key in own
    ]
    return FoldedRow(sources, tuple(sorted(lines, key=_line_key)))


def _line_key(line: FoldedLine) -> tuple[bool, object, str, str]:
    first = sorting_key(line.destinations[0]) if line.destinations else (0, "", "", "", 0, 0)
    return not line.destinations, first, str(line.connections), str(line.conditional)


# Words ------------------------------------------------------------------------------------------------


def connection_words(connections: Connections, conditional: Connections) -> str:
    """As `TCP 80`, `TCP 80; and, if …: TCP 443` or `if …: TCP 443`."""
    if not conditional:
        return str(connections)
    if not connections:
        return f"{CONDITIONAL}: {conditional}"
    return f"{connections}; and, {CONDITIONAL}: {conditional}"


def endpoint_name(endpoint: MapEndpoint, *, cidr: bool = False) -> str:
    """The name of one endpoint; `cidr` writes addresses as networks."""
    if endpoint.range is not None:
        return endpoint.range.cidrs() if cidr else str(endpoint.range)
    marks = []
    if endpoint.kind is EndpointKind.HOST_NETWORK:
        marks.append("hostNetwork")
    return endpoint.name + "".join(f" ({mark})" for mark in marks)


def endpoint_names(endpoints: Iterable[MapEndpoint], *, cidr: bool = False) -> tuple[str, ...]:
    """The names of endpoints; all addresses of a family, or of both, in words."""
    listed = list(endpoints)
    ranges = [endpoint.range for endpoint in listed if endpoint.range is not None]
    inside = [endpoint_name(endpoint) for endpoint in listed if endpoint.range is None]
    return (*inside, *_outside_names(ranges, cidr=cidr))


def _outside_names(ranges: Sequence[AddressRange], *, cidr: bool) -> Iterator[str]:
    whole = [version for version in (4, 6) if _is_whole([r for r in ranges if r.version == version], version)]
    if whole == [4, 6]:
        yield "any outside address"
        return
    for version in (4, 6):
        if version in whole:
            yield f"any outside IPv{version} address"
            continue
        for each in ranges:
            if each.version == version:
                yield each.cidrs() if cidr else str(each)


def _is_whole(ranges: Sequence[AddressRange], version: int) -> bool:
    """Whether the ranges, which do not overlap, hold every address of the family."""
    return sum(int(each.last) - int(each.first) + 1 for each in ranges) == _LAST[version] + 1
