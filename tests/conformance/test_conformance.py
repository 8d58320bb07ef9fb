"""Public conformance suites: every probe answered by the reference evaluator and by the solver."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import ip_address, ip_network
from pathlib import Path

import pytest
from tests.oracle import End, check_flow, split_pods
from tests.shared import SHARED

from npverify.errors import InputError
from npverify.manifests import inventory_from_objects
from npverify.resources import Protocol

SUITES = ("e2e", "recipes", "knp")
OWN_API = ("v1", "networking.k8s.io/v1")
ANY_PORT = 80
"""For probes without a port: no rule of those cases looks at ports."""


@dataclass(frozen=True)
class Case:
    path: Path
    data: dict


def _cases() -> Iterator[Case]:
    for suite in SUITES:
        for path in sorted(SHARED.joinpath("conformance", suite).glob("*.json")):
            data = json.loads(path.read_text())
            if all(resource["apiVersion"] in OWN_API for resource in data["resources"]):
                yield Case(path, data)


CASES = list(_cases())


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.path.parent.name}/{case.path.stem}")
def test_every_probe_has_the_expected_verdict(case):
    if case.data.get("exclude"):
        pytest.skip(f"excluded by the suite: {'; '.join(case.data['divergence'])}")
    inventory = inventory_from_objects(_repaired(case.data["resources"]))
    pods = {f"{w.pods[0].namespace}/{w.pods[0].name}": w for w in split_pods(inventory)}
    by_address = {str(a): w for w in pods.values() for a in w.pods[0].addresses}

    def end(text: str) -> End:
        return pods.get(text) or by_address.get(text) or ip_address(text)

    for probe in case.data["probes"]:
        protocol = Protocol(probe["protocol"] or "TCP")
        port = probe["port"] or ANY_PORT

        found = check_flow(inventory, end(probe["src"]), end(probe["dst"]), protocol, port)

        assert found == (probe["expect"] == "allow"), probe


@pytest.mark.parametrize(
    "case", [c for c in CASES if c.data.get("api_invalid")], ids=lambda case: case.path.stem
)
def test_objects_that_the_server_rejects_are_rejected(case):
    with pytest.raises(InputError):
        inventory_from_objects(case.data["resources"])


def _repaired(resources: list[dict]) -> list[dict]:
    """The objects made valid for the API server, without a change of meaning for the probes.

    Names in lower case, ranges that end at the last port, exceptions outside of their block dropped.
    """

    def repair(item: object) -> object:
        if isinstance(item, list):
            return [repair(child) for child in item]
        if not isinstance(item, dict):
            return item
        repaired = {key: repair(value) for key, value in item.items()}
        if repaired.get("endPort", 0) > 65_535:
            repaired["endPort"] = 65_535
        if "except" in repaired:
            repaired["except"] = [e for e in repaired["except"] if _is_inside(e, repaired["cidr"])]
        return repaired

    named = []
    for resource in resources:
        fixed = repair(resource)
        metadata = {**fixed["metadata"]}
        if fixed["kind"] == "NetworkPolicy" and "name" in metadata:
            metadata["name"] = metadata["name"].lower()
        named.append({**fixed, "metadata": metadata})
    return named


def _is_inside(network: str, cidr: str) -> bool:
    return ip_network(network).subnet_of(ip_network(cidr)) and network != cidr
