"""The published strategies: valid, complete, shrinking, and strict about their arguments."""

from __future__ import annotations

import pytest
from hypothesis import Phase, find, given, settings
from hypothesis.errors import InvalidArgument

from npverify import load_objects, strategies
from npverify.resources import Direction, Operator

quick = settings(max_examples=3000, database=None, phases=[Phase.generate])
small = settings(max_examples=500, database=None)


@settings(max_examples=100)
@given(strategies.clusters())
def test_clusters_load_and_have_no_findings(objects):
    inventory = load_objects(objects).inventory

    assert not inventory.left_out
    assert [f for f in inventory.findings if f.code != "NPV106"] == []


@given(strategies.clusters().flatmap(lambda c: strategies.flows(cluster=c).map(lambda f: (c, f))))
def test_flows_are_what_allows_takes(pair):
    objects, flow = pair

    assert load_objects(objects).allows(*flow) in (True, False)


def policies_of(objects):
    return load_objects(objects).inventory.policies


def peers_of(objects):
    return [p for policy in policies_of(objects) for r in (*policy.ingress, *policy.egress) for p in r.peers]


def ports_of(objects):
    return [p for policy in policies_of(objects) for r in (*policy.ingress, *policy.egress) for p in r.ports]


def operators_of(objects):
    selectors = [policy.pod_selector for policy in policies_of(objects)]
    return {requirement.operator for selector in selectors for requirement in selector.requirements}


@pytest.mark.parametrize(
    "feature",
    [
        lambda c: any(p.namespace_selector and p.pod_selector for p in peers_of(c)),
        lambda c: any(p.ip_block and p.ip_block.excepts for p in peers_of(c)),
        lambda c: any(p.ip_block and p.ip_block.cidr.version == 6 for p in peers_of(c)),
        lambda c: any(isinstance(p.port, str) for p in ports_of(c)),
        lambda c: any(p.end_port for p in ports_of(c)),
        lambda c: any(p.protocol == "SCTP" for p in ports_of(c)),
        lambda c: Operator.NOT_IN in operators_of(c),
        lambda c: Operator.DOES_NOT_EXIST in operators_of(c),
        lambda c: any(p.policy_types == (Direction.EGRESS,) for p in policies_of(c)),
        lambda c: any(w.finished_pods for w in load_objects(c).inventory.workloads),
        lambda c: any(p.host_network for w in load_objects(c).inventory.workloads for p in w.pods),
        lambda c: any(len(p.addresses) == 2 for w in load_objects(c).inventory.workloads for p in w.pods),
        lambda c: any(not n.declared for n in load_objects(c).inventory.namespaces.values()),
    ],
)
def test_every_feature_occurs(feature):
    assert feature(find(strategies.clusters(), feature, settings=quick))


def test_a_cluster_shrinks_to_what_matters():
    found = find(strategies.clusters(), lambda c: len(policies_of(c)) >= 1, settings=small)

    assert len(policies_of(found)) == 1
    assert len(found) <= 4


@pytest.mark.parametrize(
    ("strategy", "arguments", "words"),
    [
        (strategies.label_sets, {"keys": []}, "keys=\\[\\]"),
        (strategies.label_sets, {"keys": "app"}, "keys='app'"),
        (strategies.selectors, {"values": [1]}, "values=\\[1\\]"),
        (strategies.port_ranges, {"ports": [0]}, "ports=\\[0\\]"),
        (strategies.network_policies, {"max_rules": -1}, "max_rules=-1"),
        (strategies.policy_sets, {"min_size": 3, "max_size": 2}, "max_size=2"),
        (strategies.clusters, {"min_workloads": -1}, "min_workloads=-1"),
        (strategies.cidrs, {"within": ["nonsense"]}, "nonsense"),
    ],
)
def test_wrong_arguments_are_shown(strategy, arguments, words):
    with pytest.raises(InvalidArgument, match=words):
        find(strategy(**arguments), lambda _: True)
