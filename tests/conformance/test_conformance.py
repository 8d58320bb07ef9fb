"""Public conformance suites: every probe answered by the reference evaluator and by the solver."""

from __future__ import annotations

from ipaddress import ip_address

import pytest
from tests.conformance.conformance_cases import load_cases
from tests.oracle import End, check_flow, split_pods

from npverify.errors import InputError
from npverify.manifests import inventory_from_objects
from npverify.resources import Protocol

CASES = load_cases()


@pytest.mark.parametrize("case", CASES, ids=str)
def test_every_probe_has_the_expected_verdict(case):
    if case.excluded:
        pytest.skip(f"excluded by the suite: {case.excluded}")
    inventory = inventory_from_objects(case.valid_objects)
    pods = {f"{w.pods[0].namespace}/{w.pods[0].name}": w for w in split_pods(inventory)}
    by_address = {str(a): w for w in pods.values() for a in w.pods[0].addresses}

    def end(text: str) -> End:
        return pods.get(text) or by_address.get(text) or ip_address(text)

    for probe in case.probes:
        for protocol, port in probe.traffic:
            found = check_flow(inventory, end(probe.source), end(probe.destination), Protocol(protocol), port)

            assert found == probe.allowed, (probe, protocol, port)


@pytest.mark.parametrize("case", [one for one in CASES if one.is_rejected_by_the_server], ids=str)
def test_objects_that_the_server_rejects_are_rejected(case):
    with pytest.raises(InputError):
        inventory_from_objects(case.objects)
