"""A connectivity map as CSV, one row a cell."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from npverify.questions.connectivity import Cell, ChangedCell, ConnectivityMap, MapDifference
from npverify.report.map_changes import addition_of, change_of, removal_of
from npverify.report.map_exposure import entry_ports, peer_words, sorted_entries
from npverify.report.map_words import cell_reasons, endpoint_name
from npverify.report.style import printable
from npverify.resources import Direction

COLUMNS = ("source", "destination", "connections", "conditional", "conditions", "kind")
"""The columns of a map: columns are only ever added, at the end.

`kind` is `declared` for the cells of declared endpoints, `some pods` where this is not so of all pods of two
namespaces, and `ingress exposure` or `egress exposure` for what pods that are not declared, and the outside,
could do.
"""
DIFFERENCE_COLUMNS = ("source", "destination", "change", "old", "new")
"""The columns of what has changed between two maps; `old` or `new` is empty where an end is missing."""


def render_map_csv(found: ConnectivityMap | MapDifference, *, cidr: bool = False) -> str:
    """One row a cell, and one a set of exposed peers; of two maps one row a changed cell."""
    is_difference = isinstance(found, MapDifference)
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(DIFFERENCE_COLUMNS if is_difference else COLUMNS)
    rows = _changes(found, cidr) if isinstance(found, MapDifference) else _map(found, cidr)
    writer.writerows(map(printable, row) for row in rows)
    return text.getvalue()


def _map(found: ConnectivityMap, cidr: bool) -> Iterator[tuple[str, ...]]:
    for cell in found.cells():
        yield (
            *_ends(cell, cidr),
            str(cell.connections) if cell.connections else "",
            str(cell.conditional) if cell.conditional else "",
            "; ".join(cell_reasons(found, cell)),
            "declared" if cell.uniform else "some pods",
        )
    for exposure in found.exposure:
        kind = f"{exposure.direction.value.lower()} exposure"
        for endpoint in exposure.endpoints:
            for entry in sorted_entries(exposure):
                ends = endpoint_name(endpoint, cidr=cidr), peer_words(entry.peers, cidr=cidr)
                source, destination = ends if exposure.direction is Direction.EGRESS else ends[::-1]
                ports = ("", entry_ports(entry)) if entry.conditions else (entry_ports(entry), "")
                yield source, destination, *ports, "; ".join(entry.conditions), kind


def _changes(found: MapDifference, cidr: bool) -> Iterator[tuple[str, ...]]:
    changes = [
        *((_ends(cell, cidr), change_of(found, cell)) for cell in found.changed),
        *((_ends(cell, cidr), removal_of(found, cell)) for cell in found.removed),
        *((_ends(cell, cidr), addition_of(found, cell)) for cell in found.added),
    ]
    for ends, change in changes:
        yield *ends, change.word, change.before, change.after


def _ends(cell: Cell | ChangedCell, cidr: bool) -> tuple[str, str]:
    return endpoint_name(cell.source, cidr=cidr), endpoint_name(cell.destination, cidr=cidr)
