"""A connectivity map as text: each source with what it can reach."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from npverify.questions.connectivity import ConnectivityMap, Exposure, MapEndpoint
from npverify.report.first import add_first
from npverify.report.map_exposure import exposure_lines, exposure_title, isolation_words
from npverify.report.map_names import Namer
from npverify.report.map_rows import FoldedLine, FoldedRow, folded_rows
from npverify.report.map_words import REASONS, connection_words, map_headline
from npverify.report.page import Page
from npverify.report.passages import add_input, add_stats
from npverify.report.style import PLAIN, Style

SOME_PODS = "some pods only"
"""What is said where the pods of a namespace do not all behave alike."""


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
    namer = Namer(found, cidr=cidr)
    rows = folded_rows(found)
    notes = add_first(page, found.notes)
    _add_headline(page, found)
    for row in rows:
        if row.lines:
            page.heading(", ".join(namer.sources(row.sources)))
            for line in row.lines:
                page.point(line_words(namer, row, line))
    _add_silent(page, namer, silent_sources(found, rows))
    _add_exposure(page, found.exposure, cidr=cidr)
    page.gap()
    add_open_facts(page, (reason for row in rows for line in row.lines for reason in line.reasons))
    _add_circumstances(page, found, notes)
    if with_stats:
        add_stats(page, found.stats)
    return page.text()


def line_words(namer: Namer, row: FoldedRow, line: FoldedLine) -> str:
    """One line of a row: `TCP 80 → shop/api[Deployment], each other`."""
    names = ", ".join(namer.destinations(row, line))
    some = "" if line.uniform else f" ({SOME_PODS})"
    return f"{connection_words(line.connections, line.reasons)} → {names}{some}"


def vacuous_words(found: ConnectivityMap) -> Iterator[str]:
    """That nothing of the map is asked for on a side."""
    for side, selection, endpoints in (
        ("source", found.settings.source, found.sources),
        ("destination", found.settings.destination, found.destinations),
    ):
        if selection is not None and not endpoints:
            yield f"no {side} of the map is in `{selection.text}`"


def _add_headline(page: Page, found: ConnectivityMap) -> None:
    headline = map_headline(found)
    if found.undecided is None:
        page.line(f"map: {headline}", lead="map:", tone="good")
    else:
        page.line(f"undecided: {found.undecided}", lead="undecided:", tone="doubt")
        page.item("without", f"{headline}, if the policies that are not modelled did nothing")
    for words in vacuous_words(found):
        page.item("vacuous", words, tone="doubt")


def silent_sources(found: ConnectivityMap, rows: Iterable[FoldedRow]) -> tuple[MapEndpoint, ...]:
    """The sources that reach nothing of what they could reach, so without outside addresses where all
    destinations are outside too.
    """
    has_inside = any(not endpoint.is_external for endpoint in found.destinations)
    silent = (source for row in rows if not row.lines for source in row.sources)
    return tuple(source for source in silent if has_inside or not source.is_external)


def _add_silent(page: Page, namer: Namer, silent: Iterable[MapEndpoint]) -> None:
    """The sources that reach nothing, a line for each namespace."""
    by_namespace: dict[str, list[MapEndpoint]] = {}
    for source in silent:
        by_namespace.setdefault(source.namespace or "", []).append(source)
    if by_namespace:
        page.heading("no connections")
    for own in by_namespace.values():
        page.point(", ".join(namer.silent(own)))


def _add_exposure(page: Page, exposures: Iterable[Exposure], *, cidr: bool) -> None:
    for exposure in exposures:
        page.heading(f"exposure of {exposure_title(exposure)} ({isolation_words(exposure)})")
        for words in exposure_lines(exposure, cidr=cidr):
            page.point(words)


def add_open_facts(page: Page, reasons: Iterable[str]) -> None:
    """What is left open, of the kinds that something hangs on."""
    found = set(reasons)
    page.items("open", (f"{r}: {words}" for r, words in REASONS.items() if r in found))


def _add_circumstances(page: Page, found: ConnectivityMap, notes: Iterable[str]) -> None:
    checked = found.verification
    if checked.checked:
        number = "every pair" if checked.is_complete else f"{checked.checked} of {checked.pairs} pairs"
        page.item("confirmed", f"{number}, by the solver")
    settings = found.settings
    page.items("from", [settings.source.understood] if settings.source else [])
    page.items("to", [settings.destination.understood] if settings.destination else [])
    page.items("assuming", found.assumptions)
    page.items("note", notes)
    add_input(page, "read", found.input)
