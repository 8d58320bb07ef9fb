"""A connectivity map as Markdown: a table of folded rows."""

from __future__ import annotations

from collections.abc import Iterator

from npverify.questions.connectivity import ConnectivityMap, MapDifference
from npverify.report.map_rows import EACH_OTHER, connection_words, endpoint_name, endpoint_names, folded_rows
from npverify.report.map_text import difference_headline, exposure_lines, exposure_title, map_headline
from npverify.report.markdown import escape, folded


def render_map_markdown(found: ConnectivityMap | MapDifference, *, cidr: bool = False) -> str:
    """The map, or what has changed between two, as GitHub-flavoured Markdown."""
    blocks = _difference(found, cidr) if isinstance(found, MapDifference) else _map(found, cidr)
    return "\n\n".join(blocks) + "\n"


def _map(found: ConnectivityMap, cidr: bool) -> Iterator[str]:
    yield f"## npverify map: {escape(map_headline(found))}"
    if found.undecided is not None:
        yield f"> **Undecided:** {escape(found.undecided)}. The map shows what the modelled policies allow."
    yield "\n".join(_rows(found, cidr))
    for exposure in found.exposure:
        lines = "\n".join(f"- {escape(line)}" for line in exposure_lines(exposure))
        yield f"### Exposure: {escape(exposure_title(exposure))}\n\n{lines}"
    circumstances = [*found.assumptions, *found.notes]
    if circumstances:
        yield folded("Assumptions", "\n".join(f"- {escape(words)}" for words in circumstances))


def _rows(found: ConnectivityMap, cidr: bool) -> Iterator[str]:
    yield "| source | connections | destination |"
    yield "|---|---|---|"
    for row in folded_rows(found):
        sources = "<br>".join(escape(name) for name in endpoint_names(row.sources, cidr=cidr))
        for line in row.lines:
            names = list(endpoint_names(line.destinations, cidr=cidr))
            names += [EACH_OTHER] if line.among_themselves else []
            ports = escape(connection_words(line.connections, line.conditional))
            yield f"| {sources} | {ports} | {'<br>'.join(map(escape, names))} |"
        if not row.lines:
            yield f"| {sources} | No Connections | |"


def _difference(found: MapDifference, cidr: bool) -> Iterator[str]:
    headline = "no cell has changed" if found.is_empty else difference_headline(found)
    yield f"## npverify map: {escape(headline)}"
    if found.undecided is not None:
        yield f"> **Undecided:** {escape(found.undecided)}."
    if found.is_empty:
        return
    lines = ["| source | destination | old | new |", "|---|---|---|---|"]
    for cell in found.changed:
        words = (
            endpoint_name(cell.source, cidr=cidr),
            endpoint_name(cell.destination, cidr=cidr),
            connection_words(cell.old, cell.old_conditional),
            connection_words(cell.new, cell.new_conditional),
        )
        lines.append(f"| {' | '.join(map(escape, words))} |")
    for cells, is_old in ((found.removed, True), (found.added, False)):
        for each in cells:
            ports = connection_words(each.connections, each.conditional)
            ends = endpoint_name(each.source, cidr=cidr), endpoint_name(each.destination, cidr=cidr)
            both = (ports, "(is not there)") if is_old else ("(was not there)", ports)
            lines.append(f"| {' | '.join(map(escape, (*ends, *both)))} |")
    yield "\n".join(lines)
