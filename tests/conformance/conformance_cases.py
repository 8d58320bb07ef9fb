"""The cases of the public conformance suites whose policies are all NetworkPolicies, as plain data."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from ipaddress import ip_network
from pathlib import Path

from tests.shared import SHARED

SUITES = ("e2e", "recipes", "knp")
OWN_API = ("v1", "networking.k8s.io/v1")
EVERY_PROTOCOL = ("TCP", "UDP", "SCTP")
PORTS_OF_ANY = (1, 80, 65_535)
LAST_PORT = 65_535

Json = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Probe:
    """One expectation of a suite; without a port of its own it stands for any port of every protocol."""

    source: str
    destination: str
    traffic: tuple[tuple[str, int], ...]
    allowed: bool


@dataclass(frozen=True, slots=True)
class Case:
    """One file: the state of a cluster, and what is expected of it.

    `objects` are as the suite has them, `valid_objects` as the API server would take them. `excluded` says
    why the suite's expectation is not the API's (empty where it is).
    """

    suite: str
    name: str
    objects: tuple[Json, ...]
    valid_objects: tuple[Json, ...]
    probes: tuple[Probe, ...]
    excluded: str
    is_rejected_by_the_server: bool

    def __str__(self) -> str:
        return f"{self.suite}/{self.name}"


def load_cases() -> tuple[Case, ...]:
    """Every case, in the order of suites and files; none where the shared material is missing."""
    files = [
        path for suite in SUITES for path in sorted(SHARED.joinpath("conformance", suite).glob("*.json"))
    ]
    loaded = [(path, json.loads(path.read_text(encoding="utf-8"))) for path in files]
    return tuple(case_of(path, data) for path, data in loaded if _is_network_policy_only(data["resources"]))


def _is_network_policy_only(objects: Sequence[Json]) -> bool:
    return all(item["apiVersion"] in OWN_API for item in objects)


def case_of(path: Path, data: dict) -> Case:
    """The case that a file holds."""
    return Case(
        suite=path.parent.name,
        name=path.stem,
        objects=tuple(data["resources"]),
        valid_objects=tuple(_valid(item) for item in data["resources"]),
        probes=tuple(_probe(item) for item in data["probes"]),
        excluded="; ".join(data["divergence"]) if data.get("exclude") else "",
        is_rejected_by_the_server=bool(data.get("api_invalid")),
    )


def _probe(data: dict) -> Probe:
    if data["port"] is None:
        traffic = tuple((protocol, port) for protocol in EVERY_PROTOCOL for port in PORTS_OF_ANY)
    else:
        traffic = ((data["protocol"], data["port"]),)
    return Probe(data["src"], data["dst"], traffic, data["expect"] == "allow")


def _valid(resource: dict) -> Json:
    """The object with what the server rejects put right, and the same meaning.

    Names in lower case, ranges that end at the last port, no exceptions that lie outside of their block.
    """
    fixed = _repaired(resource)
    metadata = fixed["metadata"]
    if fixed["kind"] == "NetworkPolicy" and "name" in metadata:
        return {**fixed, "metadata": {**metadata, "name": metadata["name"].lower()}}
    return fixed


def _repaired(item):
    if isinstance(item, list):
        return [_repaired(child) for child in item]
    if not isinstance(item, dict):
        return item
    repaired = {key: _repaired(value) for key, value in item.items()}
    if repaired.get("endPort", 0) > LAST_PORT:
        repaired["endPort"] = LAST_PORT
    if "except" in repaired:
        block = ip_network(repaired["cidr"])
        repaired["except"] = [one for one in repaired["except"] if ip_network(one).subnet_of(block)]
    return repaired
