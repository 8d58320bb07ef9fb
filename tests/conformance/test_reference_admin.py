"""The admin cases of the public suites, each probe as one concrete flow for the reference evaluator alone."""

from __future__ import annotations

from ipaddress import ip_address, ip_network

import pytest
from tests.conformance.admin_cases import load_admin_cases

from npverify.manifests import inventory_from_objects
from npverify.reference import Evaluator
from npverify.resources import ExternalEndpoint, Flow, NodeEndpoint, PodEndpoint, Protocol

CASES = load_admin_cases()


@pytest.mark.parametrize("case", CASES, ids=str)
def test_every_probe_as_one_flow(case):
    if case.case.excluded:
        pytest.skip(f"excluded by the suite: {case.case.excluded}")
    inventory = inventory_from_objects(case.case.valid_objects)
    evaluator = Evaluator(
        inventory.policies,
        admin_policies=inventory.admin_policies,
        nodes=inventory.nodes,
        resolved={name: tuple(map(ip_network, found)) for name, found in case.resolved.items()},
    )

    for probe in case.case.probes:
        for protocol, port in probe.traffic:
            source, destination = endpoints(inventory, probe.source, probe.destination)

            found = evaluator.evaluate(Flow(source, destination, Protocol(protocol), port))

            assert found.allowed is probe.allowed, (probe, protocol, port, found)


def endpoints(inventory, *names):
    """The ends at addresses of one family; an address of a pod whose Namespace is unknown is no pod's."""
    pods = {}
    for workload in inventory.workloads:
        for pod in workload.pods:
            pods[f"{pod.namespace}/{pod.name}"] = pod
            if inventory.namespaces[pod.namespace].declared:
                pods.update({str(address): pod for address in pod.addresses})
    version = next((ip_address(name).version for name in names if "/" not in name), 4)
    return [as_endpoint(inventory, pods.get(name), name, version) for name in names]


def as_endpoint(inventory, pod, name, version):
    if pod is None:
        address = ip_address(name)
        node = next((node for node in inventory.nodes if address in node.addresses), None)
        return ExternalEndpoint(address) if node is None else NodeEndpoint(node.name, address)
    if pod.host_network:
        known = pod.node_addresses or pod.addresses
        return NodeEndpoint(pod.node, next((a for a in known if a.version == version), None))
    address = next((a for a in pod.addresses if a.version == version), None)
    return PodEndpoint(pod, inventory.namespaces[pod.namespace], address)
