"""The admin cases of the public suites, each probe decided by the solver under the compiled policies.

This looks at the compiler alone; the tie cases take the default order, which is that of the suites: by name.
"""

from __future__ import annotations

from ipaddress import ip_address, ip_network

import pytest
from tests.conformance.admin_cases import load_admin_cases
from tests.shared import shared

from npverify.cni import GENERIC
from npverify.dialects import AdminPolicies, compile_pipeline
from npverify.manifests import inventory_from_objects
from npverify.questions.selections import declared_endpoint, declared_pods
from npverify.resources import Direction
from npverify_encodings.flows import DECLARED, DOMAIN, Domain, Side, condition_label
from npverify_encodings.model import AddressIn, Kind, KindIs, PortIn, ProtocolIs, World, all_of, any_of
from npverify_encodings.solver import Literal, Solver
from npverify_encodings.verdict import EVERY_POLICY, Goal, encode_problem

CASES = load_admin_cases()


class Cluster:
    """A case, ready for its probes."""

    def __init__(self, inventory, resolved):
        self.inventory = inventory
        self.admin = AdminPolicies(
            inventory.admin_policies,
            inventory.nodes,
            {name: tuple(ip_network(address) for address in found) for name, found in resolved.items()},
        )
        self.pods = {}
        for declared in declared_pods(inventory):
            self.pods[f"{declared.workload.namespace}/{declared.pod.name}"] = declared
            if inventory.namespaces[declared.workload.namespace].declared:
                # Otherwise the suite knows the address, but no pod that has it.
                self.pods.update({str(address): declared for address in declared.pod.addresses})
        self.nodes = {address for node in inventory.nodes for address in node.addresses}

    def connects(self, source, destination, protocol, port):
        ends = [self._end(text) for text in (source, destination)]
        problem = encode_problem(
            Domain(ends[0][0], ends[1][0], all_of(ProtocolIs(protocol), PortIn(port, port))),
            World(
                namespaces=tuple(
                    (n.name, tuple(sorted(n.labels.items()))) for n in self.inventory.namespaces.values()
                )
            ),
            egress=self._pipeline(Direction.EGRESS),
            ingress=self._pipeline(Direction.INGRESS),
            declared={side: end[1] for side, end in zip((Side.SOURCE, Side.DESTINATION), ends, strict=True)},
        )
        solver = Solver(problem.text)
        wanted = [Literal(DOMAIN), Literal(EVERY_POLICY), Literal(Goal.CONNECTS)]
        wanted += [Literal(condition_label(c), positive=False) for c in problem.conditions]
        for side, (_, declared) in zip((Side.SOURCE, Side.DESTINATION), ends, strict=True):
            if declared:
                wanted.append(Literal(DECLARED[side]))
        return solver.decide(wanted)

    def _pipeline(self, direction):
        return compile_pipeline(self.inventory.policies, direction, GENERIC, admin=self.admin, platform=False)

    def _end(self, text):
        declared = self.pods.get(text)
        if declared is None:
            address = ip_address(text)
            kind = Kind.NODE if address in self.nodes else Kind.EXTERNAL
            return all_of(KindIs(kind), AddressIn(ip_network(address))), ()
        kind = Kind.NODE if declared.pod.host_network else Kind.POD
        addresses = declared.pod.node_addresses if declared.pod.host_network else declared.pod.addresses
        where = any_of(*(AddressIn(ip_network(address)) for address in addresses))
        return all_of(KindIs(kind), where), (declared_endpoint(declared),)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_every_probe_has_the_expected_verdict(case):
    if case.case.excluded:
        pytest.skip(f"excluded by the suite: {case.case.excluded}")
    cluster = Cluster(inventory_from_objects(case.case.valid_objects), case.resolved)

    for probe in case.case.probes:
        for protocol, port in probe.traffic:
            found = cluster.connects(probe.source, probe.destination, protocol, port)

            assert found is probe.allowed, (probe, protocol, port)


def test_all_suites_are_there():
    shared("conformance")

    assert len(CASES) > 250
