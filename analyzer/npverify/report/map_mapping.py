"""A connectivity map as plain data and as JSON, `npverify/report/v1`."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from functools import lru_cache

from npverify.questions.connectivity import (
    Cell,
    ChangedCell,
    Connections,
    ConnectivityMap,
    Exposure,
    MapDifference,
    MapEndpoint,
    OutsideAddresses,
    PossiblePods,
    Verification,
)
from npverify.questions.connectivity.result import AddressRange
from npverify.report.map_exposure import peer_words, sorted_entries
from npverify.report.map_words import REASONS, cell_reasons, endpoint_name, reasons_of
from npverify.report.plain import SCHEMA, Data, input_data, origin_data
from npverify.resources import Requirement

_MOST_CONTENTS = 1_000
"""Contents of cells that are kept, as many cells have the same."""


def map_mapping(found: ConnectivityMap, *, cidr: bool = False, with_stats: bool = False) -> Data:
    """The map as the JSON Schema `npverify schema map` describes it; every key is always there."""
    return _map(found, list(_cells(found, found.cells(), cidr=cidr)), cidr=cidr, with_stats=with_stats)


def _map(found: ConnectivityMap, cells: Iterable[Data], *, cidr: bool, with_stats: bool) -> Data:
    data: Data = {
        "schema": SCHEMA,
        "undecided": found.undecided,
        "group": found.settings.group.value,
        "endpoints": [_endpoint(endpoint, cidr=cidr) for endpoint in found.endpoints],
        "pairs": found.pairs,
        "connections": cells,
        "exposure": [_exposure(each, cidr=cidr) for each in found.exposure],
        "verification": _verification(found.verification),
        "assumptions": list(found.assumptions),
        "notes": list(found.notes),
        "input": input_data(found.input),
    }
    if with_stats:
        data["stats"] = {"seconds": dict(found.stats.seconds), "counts": dict(found.stats.counts)}
    return data


def difference_mapping(found: MapDifference, *, cidr: bool = False, with_stats: bool = False) -> Data:
    """What has changed between two maps, as `npverify schema map` describes it."""
    sides: dict[str, Data] = {}
    for name, of in (("old", found.old), ("new", found.new)):
        sides[name] = {
            "pairs": of.pairs,
            "verification": _verification(of.verification),
            "assumptions": list(of.assumptions),
            "input": input_data(of.input),
        }
        if with_stats:
            sides[name]["stats"] = {"seconds": dict(of.stats.seconds), "counts": dict(of.stats.counts)}
    return {
        "schema": SCHEMA,
        "undecided": found.undecided,
        "group": found.new.settings.group.value,
        "changed": [_changed(found, cell, cidr=cidr) for cell in found.changed],
        "onlyOld": [_endpoint(endpoint, cidr=cidr) for endpoint in found.only_old],
        "onlyNew": [_endpoint(endpoint, cidr=cidr) for endpoint in found.only_new],
        "removed": list(_cells(found.old, found.removed, cidr=cidr)),
        "added": list(_cells(found.new, found.added, cidr=cidr)),
        "notes": list(found.notes),
        **sides,
    }


def render_map_json(
    found: ConnectivityMap | MapDifference, *, cidr: bool = False, with_stats: bool = False
) -> str:
    """A map, or what has changed between two, as JSON with an item of its lists a line."""
    if isinstance(found, MapDifference):
        data = difference_mapping(found, cidr=cidr, with_stats=with_stats)
    else:
        cells = _cells(found, found.cells(), cidr=cidr)
        data = _map(found, cells, cidr=cidr, with_stats=with_stats)
    return "{\n" + ",\n".join(f"  {_json(key)}: {_value(value)}" for key, value in data.items()) + "\n}\n"


def _value(value: object) -> str:
    if not isinstance(value, (list, Iterator)):
        return _json(value)
    items = ",\n    ".join(map(_json, value))
    return f"[\n    {items}\n  ]" if items else "[]"


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


# Cells ------------------------------------------------------------------------------------------------


def _endpoint(endpoint: MapEndpoint, *, cidr: bool) -> Data:
    return {
        "name": endpoint_name(endpoint, cidr=cidr),
        "kind": endpoint.kind.value,
        "namespace": endpoint.namespace,
        "workloadKind": endpoint.workload_kind or None,
        "workloadName": endpoint.workload_name or None,
        "pods": list(endpoint.pods),
        "addresses": None if endpoint.range is None else _range(endpoint.range),
        "origin": None if endpoint.origin is None else origin_data(endpoint.origin),
    }


def _range(addresses: AddressRange) -> Data:
    return {
        "first": str(addresses.first),
        "last": str(addresses.last),
        "networks": [str(network) for network in addresses.networks],
    }


def _cells(of: ConnectivityMap, cells: Iterable[Cell], *, cidr: bool) -> Iterator[Data]:
    contents = lru_cache(_MOST_CONTENTS)(_content)
    for cell in cells:
        yield {
            "source": endpoint_name(cell.source, cidr=cidr),
            "destination": endpoint_name(cell.destination, cidr=cidr),
            **contents(cell.connections, cell.conditional, cell_reasons(of, cell)),
            "uniform": cell.uniform,
        }


def _content(connections: Connections, conditional: Connections, reasons: tuple[str, ...]) -> Data:
    return {
        "connections": str(connections),
        "conditional": str(conditional),
        "conditions": [REASONS[reason] for reason in reasons] if conditional else [],
        "ports": connections.structured(),
        "conditionalPorts": conditional.structured(),
    }


def _changed(found: MapDifference, cell: ChangedCell, *, cidr: bool) -> Data:
    reasons = reasons_of(cell.source, cell.destination, found.new)
    return {
        "source": endpoint_name(cell.source, cidr=cidr),
        "destination": endpoint_name(cell.destination, cidr=cidr),
        "old": _content(cell.old, cell.old_conditional, reasons),
        "new": _content(cell.new, cell.new_conditional, reasons),
        "opened": str(cell.opened),
        "closed": str(cell.closed),
    }


def _verification(verification: Verification) -> Data:
    return {"checked": verification.checked, "pairs": verification.pairs}


# Exposure ---------------------------------------------------------------------------------------------


def _exposure(exposure: Exposure, *, cidr: bool) -> Data:
    return {
        "endpoints": [endpoint_name(endpoint, cidr=cidr) for endpoint in exposure.endpoints],
        "direction": exposure.direction.value,
        "isolated": exposure.isolated,
        "entireCluster": str(exposure.entire_cluster),
        "entries": [
            {
                "peers": _peers(entry.peers, cidr=cidr),
                "connections": str(entry.connections),
                "ports": entry.connections.structured(),
                "namedPorts": [
                    {"names": list(named.names), "ports": named.ports.structured(), "words": str(named)}
                    for named in entry.named
                ],
                "conditions": list(entry.conditions),
            }
            for entry in sorted_entries(exposure)
        ],
        "complete": exposure.complete,
    }


def _peers(peers: PossiblePods | OutsideAddresses, *, cidr: bool) -> Data:
    data: Data = {
        "words": peer_words(peers, cidr=cidr),
        "kind": "outside",
        "namespaces": None,
        "excludedNamespaces": [],
        "namespaceLabels": [],
        "podLabels": [],
        "addresses": [],
    }
    if isinstance(peers, OutsideAddresses):
        return data | {"addresses": [_range(each) for each in peers.ranges]}
    return data | {
        "kind": "entire cluster" if peers.is_entire_cluster else "pods",
        "namespaces": None if peers.namespaces is None else list(peers.namespaces),
        "excludedNamespaces": list(peers.excluded_namespaces),
        "namespaceLabels": [_requirement(each) for each in peers.namespace_labels],
        "podLabels": [_requirement(each) for each in peers.pod_labels],
        "addresses": [_range(each) for each in peers.addresses],
    }


def _requirement(requirement: Requirement) -> Data:
    return {
        "key": requirement.key,
        "operator": requirement.operator.value,
        "values": list(requirement.values),
    }
