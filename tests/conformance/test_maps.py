"""Public conformance suites read as maps: every probe is in a cell, and every cell is the evaluator's."""

from __future__ import annotations

from ipaddress import ip_address
from itertools import product

import pytest
from tests.conformance.conformance_cases import load_cases
from tests.connectivity_oracle import End, Oracle, PodEnd, endpoints_of, interesting_ports

from npverify.manifests import inventory_from_objects
from npverify.questions.connectivity import MapSettings, connectivity_map
from npverify.resources import Protocol

CASES = load_cases()
FEW_PORTS = 6


@pytest.mark.parametrize("case", CASES, ids=str)
def test_every_probe_is_in_the_map(case):
    if case.excluded:
        pytest.skip(f"excluded by the suite: {case.excluded}")
    inventory = inventory_from_objects(case.valid_objects)
    found = connectivity_map(inventory, MapSettings(include_self=True, verify=0))

    for probe in case.probes:
        (source,), (destination,) = (
            endpoints_of(found, end_of(inventory, name)) for name in (probe.source, probe.destination)
        )
        cell = found.cell(source, destination)
        for protocol, port in probe.traffic:
            assert cell.connections.admits(protocol, port) is probe.allowed, (probe, protocol, port)
            assert cell.possible.admits(protocol, port) is probe.allowed, (probe, protocol, port)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_every_cell_is_that_of_the_reference_evaluator(case):
    inventory = inventory_from_objects(case.valid_objects)
    found = connectivity_map(inventory, MapSettings(include_self=True, verify=0))
    oracle = Oracle(inventory, found.settings.query)
    ports = list(interesting_ports(inventory))
    traffic = list(product(Protocol, ports[:: max(1, len(ports) // FEW_PORTS)]))

    for source, destination in product((*oracle.pods, *oracle.outside[:FEW_PORTS]), repeat=2):
        if source == destination or not {type(source), type(destination)} & {PodEnd}:
            continue
        (one,), (other,) = endpoints_of(found, source), endpoints_of(found, destination)
        cell = found.cell(one, other)
        for protocol, port in traffic:
            told = cell.connections.admits(protocol, port), cell.possible.admits(protocol, port)

            assert told == oracle.decide(source, destination, protocol, port), (source, destination, cell)


@pytest.mark.parametrize("case", [case for case in CASES if case.suite == "e2e"], ids=str)
def test_a_truth_table_is_the_whole_map(case):
    """The tables of e2e/ are over all pairs of pods, so the map has a connection just where they have one."""
    if case.excluded:
        pytest.skip(f"excluded by the suite: {case.excluded}")
    inventory = inventory_from_objects(case.valid_objects)
    found = connectivity_map(inventory, MapSettings(verify=0))
    traffic = {traffic for probe in case.probes for traffic in probe.traffic}
    pods = {f"{w.pods[0].namespace}/{w.pods[0].name}" for w in inventory.workloads}
    probed = {
        (probe.source, probe.destination)
        for probe in case.probes
        if {probe.source, probe.destination} <= pods
    }

    expected = {
        (probe.source, probe.destination, *each)
        for probe in case.probes
        for each in probe.traffic
        if probe.allowed and (probe.source, probe.destination) in probed
    }

    connected = {
        (str(cell.source).removesuffix("[Pod]"), str(cell.destination).removesuffix("[Pod]"), *each)
        for cell in found.cells()
        for each in traffic
        if cell.connections.admits(*each)
    }
    assert expected == {row for row in connected if row[:2] in probed}


def test_the_solver_confirms_the_maps_of_a_whole_suite():
    cases = [case for case in CASES if case.suite == "recipes" and not case.excluded]

    for case in cases:
        found = connectivity_map(inventory_from_objects(case.valid_objects), MapSettings(verify=10_000))

        assert found.verification.is_complete


def end_of(inventory, name: str) -> End:
    """The pod of that name or address, else the address itself."""
    for workload in inventory.workloads:
        for pod in workload.pods:
            if name == f"{pod.namespace}/{pod.name}" or name in map(str, pod.addresses):
                return PodEnd(workload, pod)
    return ip_address(name)
