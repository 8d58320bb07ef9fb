"""A connectivity map as text: each source with what it can reach."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from npverify.questions.connectivity import (
    Cell,
    ConnectivityMap,
    Exposure,
    ExposureEntry,
    MapDifference,
    MapEndpoint,
)
from npverify.report.map_rows import (
    CONDITIONAL,
    EACH_OTHER,
    FoldedLine,
    connection_words,
    endpoint_name,
    endpoint_names,
    folded_rows,
)
from npverify.report.page import Page, counted
from npverify.report.passages import add_input, add_stats
from npverify.report.style import PLAIN, Style
from npverify.resources import Direction

MOST_SILENT = 8
"""Ranges of addresses without a connection that are listed in text."""


def render_map_text(
    found: ConnectivityMap,
    *,
    cidr: bool = False,
    width: int | None = None,
    style: Style = PLAIN,
    with_stats: bool = False,
) -> str:
    """The map, wrapped where there is a width."""
    page = Page(width, style)
    _add_headline(page, found)
    silent: list[MapEndpoint] = []
    for row in folded_rows(found):
        if not row.lines:
            silent += row.sources
            continue
        page.heading(", ".join(endpoint_names(row.sources, cidr=cidr)))
        for line in row.lines:
            page.point(line_words(line, cidr=cidr))
    if silent:
        page.heading("no connections")
        for name in endpoint_names([end for end in silent if not end.is_external], cidr=cidr):
            page.point(name)
        outside = endpoint_names([end for end in silent if end.is_external], cidr=cidr)
        for name in outside[:MOST_SILENT]:
            page.point(name)
        if len(outside) > MOST_SILENT:
            page.point(f"and {len(outside) - MOST_SILENT} more ranges of outside addresses")
    _add_exposure(page, found.exposure)
    _add_circumstances(page, found)
    if with_stats:
        add_stats(page, found.stats)
    return page.text()


def map_headline(found: ConnectivityMap) -> str:
    """How much of the map is connected."""
    connected = sum(1 for _ in found.cells())
    inside = sum(not endpoint.is_external for endpoint in found.endpoints)
    noun = "namespace" if found.settings.group == "namespace" else "workload"
    outside = len(found.endpoints) - inside
    ranges = f" and {counted(outside, 'range')} of outside addresses" if outside else ""
    return f"{connected} of {counted(found.pairs, 'pair')} connect, of {counted(inside, noun)}{ranges}"


def line_words(line: FoldedLine, *, cidr: bool = False) -> str:
    """One line of a source: `TCP 80 → shop/api[Deployment], each other`."""
    names = list(endpoint_names(line.destinations, cidr=cidr))
    if line.among_themselves:
        names.append(EACH_OTHER)
    some = "" if line.uniform else " (not between all of their pods)"
    return f"{connection_words(line.connections, line.conditional)} → {', '.join(names)}{some}"


def _add_headline(page: Page, found: ConnectivityMap) -> None:
    if found.undecided is None:
        page.line(f"map: {map_headline(found)}", lead="map:", tone="good")
        return
    page.line(f"undecided: {found.undecided}", lead="undecided:", tone="doubt")
    page.item("", f"what the modelled policies alone allow: {map_headline(found)}")


def _add_exposure(page: Page, exposures: Iterable[Exposure]) -> None:
    for exposure in exposures:
        page.heading(f"exposure: {exposure_title(exposure)}")
        for words in exposure_lines(exposure):
            page.point(words)


def exposure_title(exposure: Exposure) -> str:
    """Whose exposure, in which direction, and whether any policy limits it."""
    names = ", ".join(endpoint_names(exposure.endpoints))
    direction = exposure.direction.value.lower()
    isolated = "isolated" if exposure.isolated else "not isolated: no policy selects it"
    return f"{names} for {direction} ({isolated})"


def exposure_lines(exposure: Exposure) -> Iterator[str]:
    """One line for each set of peers beyond the declared ones."""
    arrow = "←" if exposure.direction is Direction.INGRESS else "→"
    for entry in exposure.entries:
        yield f"{entry_ports(entry)} {arrow} {entry_peers(entry)}"
    if not exposure.entries:
        yield "nothing but what is declared" if exposure.complete else "nothing was found"
    if not exposure.complete:
        yield "not all: the time limit was reached, so there may be more"


def entry_ports(entry: ExposureEntry) -> str:
    """The ports of an entry, those by name included."""
    parts = [str(entry.connections)] if entry.connections else []
    return "; ".join([*parts, *map(str, entry.named)])


def entry_peers(entry: ExposureEntry) -> str:
    """The peers of an entry, with the conditions that have to hold besides."""
    conditions = f", if {' and '.join(entry.conditions)}" if entry.conditions else ""
    return ", ".join(entry.peers.words()) + conditions


def _add_circumstances(page: Page, found: ConnectivityMap) -> None:
    page.gap()
    if any(cell.conditional for cell in found.group_cells()):
        page.item("open", f"what hangs on facts that the input leaves open is marked `{CONDITIONAL}`")
    checked = found.verification
    if checked.checked:
        number = "every pair" if checked.is_complete else f"{checked.checked} of {checked.pairs} pairs"
        page.item("confirmed", f"{number} by the solver")
    page.items("assuming", found.assumptions)
    page.items("note", found.notes)
    add_input(page, "read", found.input)


# Two maps ---------------------------------------------------------------------------------------------


def render_map_difference_text(
    found: MapDifference,
    *,
    cidr: bool = False,
    width: int | None = None,
    style: Style = PLAIN,
    with_stats: bool = False,
) -> str:
    """What has changed between two maps."""
    page = Page(width, style)
    if found.undecided is not None:
        page.line(f"undecided: {found.undecided}", lead="undecided:", tone="doubt")
        page.item("", f"what the modelled policies alone allow: {difference_headline(found)}")
    elif found.is_empty:
        page.line("the same: no cell of the map has changed", lead="the same:", tone="good")
    else:
        page.line(f"changed: {difference_headline(found)}", lead="changed:", tone="bad")
    page.gap()
    for cell in found.changed:
        pair = f"{endpoint_name(cell.source, cidr=cidr)} → {endpoint_name(cell.destination, cidr=cidr)}"
        old = connection_words(cell.old, cell.old_conditional)
        new = connection_words(cell.new, cell.new_conditional)
        page.line(
            f"{_mark(bool(cell.opened), bool(cell.closed))} {pair}: {old} ⇒ {new}", lead="", tone="strong"
        )
    for title, ends, cells in (
        ("only in the old version", found.only_old, found.removed),
        ("only in the new version", found.only_new, found.added),
    ):
        if ends:
            page.heading(f"{title}: {', '.join(endpoint_names(ends, cidr=cidr))}")
            for each in cells:
                page.point(cell_words(each, cidr=cidr))
    page.gap()
    page.items("note", found.notes)
    add_input(page, "old", found.old.input)
    add_input(page, "new", found.new.input)
    if with_stats:
        add_stats(page, found.new.stats)
    return page.text()


def difference_headline(found: MapDifference) -> str:
    """How many cells have changed, and which endpoints came and went."""
    parts = [f"{counted(len(found.changed), 'cell')} changed"]
    for number, words in ((len(found.only_old), "gone"), (len(found.only_new), "new")):
        if number:
            parts.append(f"{counted(number, 'endpoint')} {words}")
    return ", ".join(parts)


def cell_words(cell: Cell, *, cidr: bool = False) -> str:
    """One cell on one line."""
    ends = (endpoint_name(end, cidr=cidr) for end in (cell.source, cell.destination))
    return f"{' → '.join(ends)}: {connection_words(cell.connections, cell.conditional)}"


def _mark(opened: bool, closed: bool) -> str:
    if opened and closed:
        return "±"
    return "+" if opened else "-" if closed else "~"
