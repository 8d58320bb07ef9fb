"""Every probe of the public suites as one concrete flow, answered by the reference evaluator alone."""

from __future__ import annotations

from ipaddress import ip_address

import pytest
from tests.conformance.conformance_cases import load_cases
from tests.shared import shared

from npverify.manifests import inventory_from_objects
from npverify.reference import Evaluator
from npverify.resources import ExternalEndpoint, Flow, PodEndpoint, Protocol

CASES = load_cases()


@pytest.mark.parametrize("case", CASES, ids=str)
def test_every_probe_as_one_flow(case):
    if case.excluded:
        pytest.skip(f"excluded by the suite: {case.excluded}")
    inventory = inventory_from_objects(case.valid_objects)
    evaluator = Evaluator(inventory.policies)

    for probe in case.probes:
        for protocol, port in probe.traffic:
            source, destination = endpoints(inventory, probe.source, probe.destination)

            found = evaluator.evaluate(Flow(source, destination, Protocol(protocol), port))

            assert found.allowed is probe.allowed, (probe, protocol, port)


def test_all_suites_are_there():
    shared("conformance")

    assert {suite: sum(case.suite == suite for case in CASES) for suite in ("e2e", "recipes", "knp")} == {
        "e2e": 58,
        "recipes": 13,
        "knp": 55,
    }
    assert sum(len(case.probes) for case in CASES if not case.excluded) == 584


def endpoints(inventory, *names):
    """The ends of one flow: pods by name or address at their first address of the family of the flow."""
    pods = [pod for workload in inventory.workloads for pod in workload.pods]
    found = [next((pod for pod in pods if is_called(pod, name)), name) for name in names]
    version = next((ip_address(name).version for name in names if "/" not in name), 4)
    return [as_endpoint(inventory, end, version) for end in found]


def is_called(pod, name):
    return name == f"{pod.namespace}/{pod.name}" or name in map(str, pod.addresses)


def as_endpoint(inventory, end, version):
    if isinstance(end, str):
        return ExternalEndpoint(ip_address(end))
    address = next(one for one in end.addresses if one.version == version)
    return PodEndpoint(end, inventory.namespaces[end.namespace], address)
