"""A connectivity map as Markdown: a table of folded rows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from npverify.questions.connectivity import ConnectivityMap, MapDifference, MapEndpoint
from npverify.report.first import split_first
from npverify.report.map_changes import change_words, difference_headline, folded_changes
from npverify.report.map_exposure import exposure_lines, exposure_title, isolation_words
from npverify.report.map_names import Namer
from npverify.report.map_rows import FoldedRow, folded_rows
from npverify.report.map_text import SOME_PODS, silent_sources, vacuous_words
from npverify.report.map_words import REASONS, connection_words, endpoint_names, map_headline
from npverify.report.markdown import escape, folded, warned


def render_map_markdown(found: ConnectivityMap | MapDifference, *, cidr: bool = False) -> str:
    """The map, or what has changed between two, as GitHub-flavoured Markdown."""
    blocks = _difference(found, cidr) if isinstance(found, MapDifference) else _map(found, cidr)
    return "\n\n".join(blocks) + "\n"


def _map(found: ConnectivityMap, cidr: bool) -> Iterator[str]:
    rows = folded_rows(found)
    first, notes = split_first(found.notes)
    yield from warned(first)
    yield f"## npverify map: {escape(map_headline(found))}"
    yield from _undecided(found.undecided)
    yield from (escape(words) for words in vacuous_words(found))
    yield "\n".join(_table(rows, silent_sources(found, rows), Namer(found, cidr=cidr)))
    yield from _open_facts(reason for row in rows for line in row.lines for reason in line.reasons)
    for exposure in found.exposure:
        title = f"{exposure_title(exposure)} ({isolation_words(exposure)})"
        lines = "\n".join(f"- {escape(line)}" for line in exposure_lines(exposure, cidr=cidr))
        yield f"### Exposure of {escape(title)}\n\n{lines}"
    yield from _circumstances((*found.assumptions, *notes))


def _undecided(reason: str | None) -> Iterator[str]:
    if reason is not None:
        yield f"**Undecided:** {escape(reason)}. What follows is so if these did nothing."


def _table(rows: Iterable[FoldedRow], silent: Sequence[MapEndpoint], namer: Namer) -> Iterator[str]:
    yield "| source | connections | destination |"
    yield "|---|---|---|"
    for row in rows:
        sources = _cell(namer.sources(row.sources))
        for line in row.lines:
            ports = connection_words(line.connections, line.reasons)
            ports += "" if line.uniform else f" ({SOME_PODS})"
            yield f"| {sources} | {escape(ports)} | {_cell(namer.destinations(row, line))} |"
    if silent:
        yield f"| {_cell(namer.silent(silent))} | No Connections | |"


def _cell(names: Iterable[str]) -> str:
    return "<br>".join(map(escape, names))


def _open_facts(reasons: Iterable[str]) -> Iterator[str]:
    found = set(reasons)
    lines = [f"- conditional: {r}: {escape(words)}" for r, words in REASONS.items() if r in found]
    if lines:
        yield "\n".join(lines)


def _circumstances(remarks: Iterable[str]) -> Iterator[str]:
    lines = [f"- {escape(words)}" for words in remarks]
    if lines:
        yield folded("Assumptions", "\n".join(lines))


def _difference(found: MapDifference, cidr: bool) -> Iterator[str]:
    first, notes = split_first(found.notes)
    yield from warned(first)
    yield f"## npverify map: {escape(difference_headline(found))}"
    yield from _undecided(found.undecided)
    changes = tuple(folded_changes(found))
    lines = ["| | source | destination | connections |", "|---|---|---|---|"]
    for each in changes:
        cells = (_cell(endpoint_names(e, cidr=cidr)) for e in (each.sources, each.destinations))
        word = escape(f"{each.change.sign} {each.change.word}")
        lines.append(f"| {word} | {' | '.join(cells)} | {escape(change_words(each.change))} |")
    if changes:
        yield "\n".join(lines)
    for title, ends in (("Only in the old version", found.only_old), ("Only in the new one", found.only_new)):
        if ends:
            yield f"{title}: {escape(', '.join(endpoint_names(ends, cidr=cidr)))}"
    yield from _open_facts(reason for each in changes for reason in each.change.reasons)
    yield from _circumstances(dict.fromkeys((*found.old.assumptions, *found.new.assumptions, *notes)))
