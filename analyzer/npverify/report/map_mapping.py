"""A connectivity map as plain data and as JSON, `npverify/report/v1`, and as CSV."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator

from npverify.questions.connectivity import (
    Cell,
    ChangedCell,
    Connections,
    ConnectivityMap,
    Exposure,
    MapDifference,
    MapEndpoint,
    PossiblePods,
)
from npverify.report.map_rows import endpoint_name
from npverify.report.map_text import entry_peers, entry_ports
from npverify.report.plain import SCHEMA, Data, input_data, origin_data
from npverify.resources import Direction

COLUMNS = ("kind", "source", "destination", "connections", "conditional")
"""The columns of CSV: columns are only ever added, at the end."""


def map_mapping(found: ConnectivityMap, *, cidr: bool = False, with_stats: bool = False) -> Data:
    """The map as the JSON Schema `npverify schema map` describes it; every key is always there."""
    data: Data = {
        "schema": SCHEMA,
        "undecided": found.undecided,
        "group": found.settings.group.value,
        "endpoints": [_endpoint(endpoint, cidr=cidr) for endpoint in found.endpoints],
        "pairs": found.pairs,
        "connections": [_cell(cell, cidr=cidr) for cell in found.cells()],
        "exposure": [_exposure(each, cidr=cidr) for each in found.exposure],
        "verification": {"checked": found.verification.checked, "pairs": found.verification.pairs},
        "assumptions": list(found.assumptions),
        "notes": list(found.notes),
        "input": input_data(found.input),
    }
    if with_stats:
        data["stats"] = {"seconds": dict(found.stats.seconds), "counts": dict(found.stats.counts)}
    return data


def difference_mapping(found: MapDifference, *, cidr: bool = False) -> Data:
    """What has changed between two maps, as `npverify schema map` describes it."""
    return {
        "schema": SCHEMA,
        "undecided": found.undecided,
        "changed": [_changed(cell, cidr=cidr) for cell in found.changed],
        "onlyOld": [_endpoint(endpoint, cidr=cidr) for endpoint in found.only_old],
        "onlyNew": [_endpoint(endpoint, cidr=cidr) for endpoint in found.only_new],
        "removed": [_cell(cell, cidr=cidr) for cell in found.removed],
        "added": [_cell(cell, cidr=cidr) for cell in found.added],
        "notes": list(found.notes),
        "old": {"input": input_data(found.old.input)},
        "new": {"input": input_data(found.new.input)},
    }


def render_map_json(
    found: ConnectivityMap | MapDifference, *, cidr: bool = False, with_stats: bool = False
) -> str:
    """A map, or what has changed between two, as JSON, indented, with a newline at its end."""
    if isinstance(found, MapDifference):
        data = difference_mapping(found, cidr=cidr)
    else:
        data = map_mapping(found, cidr=cidr, with_stats=with_stats)
    return json.dumps(data, indent=2, ensure_ascii=False) + "\n"


def _endpoint(endpoint: MapEndpoint, *, cidr: bool) -> Data:
    ranges = None
    if endpoint.range is not None:
        ranges = {
            "first": str(endpoint.range.first),
            "last": str(endpoint.range.last),
            "networks": [str(network) for network in endpoint.range.networks],
        }
    return {
        "name": endpoint_name(endpoint, cidr=cidr),
        "kind": endpoint.kind.value,
        "namespace": endpoint.namespace,
        "workloadKind": endpoint.workload_kind or None,
        "workloadName": endpoint.workload_name or None,
        "pods": list(endpoint.pods),
        "addresses": ranges,
        "origin": None if endpoint.origin is None else origin_data(endpoint.origin),
    }


def _cell(cell: Cell, *, cidr: bool) -> Data:
    return {
        "source": endpoint_name(cell.source, cidr=cidr),
        "destination": endpoint_name(cell.destination, cidr=cidr),
        "connections": str(cell.connections),
        "conditional": str(cell.conditional),
        "ports": cell.connections.structured(),
        "conditionalPorts": cell.conditional.structured(),
        "uniform": cell.uniform,
    }


def _changed(cell: ChangedCell, *, cidr: bool) -> Data:
    def side(connections: Connections, conditional: Connections) -> Data:
        return {
            "connections": str(connections),
            "conditional": str(conditional),
            "ports": connections.structured(),
            "conditionalPorts": conditional.structured(),
        }

    return {
        "source": endpoint_name(cell.source, cidr=cidr),
        "destination": endpoint_name(cell.destination, cidr=cidr),
        "old": side(cell.old, cell.old_conditional),
        "new": side(cell.new, cell.new_conditional),
        "opened": str(cell.opened),
        "closed": str(cell.closed),
    }


def _exposure(exposure: Exposure, *, cidr: bool) -> Data:
    return {
        "endpoints": [endpoint_name(endpoint, cidr=cidr) for endpoint in exposure.endpoints],
        "direction": exposure.direction.value,
        "isolated": exposure.isolated,
        "entireCluster": str(exposure.entire_cluster),
        "entries": [
            {
                "peers": "pods" if isinstance(entry.peers, PossiblePods) else "outside",
                "words": list(entry.peers.words()),
                "connections": str(entry.connections),
                "ports": entry.connections.structured(),
                "namedPorts": [str(named) for named in entry.named],
                "conditions": list(entry.conditions),
            }
            for entry in exposure.entries
        ],
        "complete": exposure.complete,
    }


# CSV --------------------------------------------------------------------------------------------------


def render_map_csv(found: ConnectivityMap | MapDifference, *, cidr: bool = False) -> str:
    """One row a cell, and one a set of exposed peers; of two maps one row a changed cell and version."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(_changed_rows(found, cidr) if isinstance(found, MapDifference) else _rows(found, cidr))
    return text.getvalue()


def _rows(found: ConnectivityMap, cidr: bool) -> Iterator[tuple[str, ...]]:
    for cell in found.cells():
        yield "cell", *_cell_columns(cell, cidr)
    for exposure in found.exposure:
        names = "; ".join(endpoint_name(endpoint, cidr=cidr) for endpoint in exposure.endpoints)
        for entry in exposure.entries:
            ends = (names, entry_peers(entry))
            source, destination = ends if exposure.direction is Direction.EGRESS else ends[::-1]
            yield (
                f"exposure for {exposure.direction.value.lower()}",
                source,
                destination,
                entry_ports(entry),
                "",
            )


def _changed_rows(found: MapDifference, cidr: bool) -> Iterator[tuple[str, ...]]:
    for changed in found.changed:
        ends = endpoint_name(changed.source, cidr=cidr), endpoint_name(changed.destination, cidr=cidr)
        yield "old", *ends, str(changed.old), str(changed.old_conditional)
        yield "new", *ends, str(changed.new), str(changed.new_conditional)
    for kind, cells in (("removed", found.removed), ("added", found.added)):
        for cell in cells:
            yield kind, *_cell_columns(cell, cidr)


def _cell_columns(cell: Cell, cidr: bool) -> tuple[str, str, str, str]:
    return (
        endpoint_name(cell.source, cidr=cidr),
        endpoint_name(cell.destination, cidr=cidr),
        str(cell.connections),
        str(cell.conditional),
    )
