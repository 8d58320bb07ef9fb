"""Flows of a cluster: what `Cluster.allows` takes, at every limit that the cluster mentions."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import find, given, settings
from hypothesis.errors import InvalidArgument

from npverify import load, load_objects, strategies

SHOP = Path(__file__).resolve().parents[3] / "examples" / "shop"
small = settings(max_examples=3000, database=None, derandomize=True)


def pod(name, address=None, ports=(), phase="Running"):
    status = {"phase": phase} | ({"podIPs": [{"ip": address}]} if address else {})
    containers = [{"name": "main", "ports": [{"containerPort": port} for port in ports]}]
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": name, "namespace": "one"},
        "spec": {"containers": containers},
        "status": status,
    }


def policy(rule):
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": {"name": "policy", "namespace": "one"},
        "spec": {"ingress": [rule]},
    }


BLOCK = {"cidr": "10.8.0.0/16", "except": ["10.8.4.0/24"]}
WORLD = [
    pod("server", "10.9.0.1", ports=[9000]),
    pod("client"),
    pod("over", phase="Succeeded"),
    policy({"from": [{"ipBlock": BLOCK}], "ports": [{"port": 5000, "endPort": 6000}]}),
]


@given(strategies.clusters().flatmap(lambda c: strategies.flows(cluster=c).map(lambda f: (c, f))))
def test_flows_are_what_allows_takes(pair):
    objects, flow = pair

    assert load_objects(objects).allows(*flow) in (True, False)


@pytest.mark.parametrize("port", [1, 4999, 5000, 5001, 5999, 6000, 6001, 8999, 9000, 9001, 65_535])
def test_ports_at_the_limits_occur(port):
    assert find(strategies.flows(cluster=WORLD), lambda f: f.port == port, settings=small).port == port


@pytest.mark.parametrize(
    "address",
    [
        *("10.7.255.255", "10.8.0.0", "10.8.255.255", "10.9.0.0"),
        *("10.8.3.255", "10.8.4.0", "10.8.4.255", "10.8.5.0"),
        "10.9.0.1",
    ],
)
def test_addresses_at_the_limits_occur(address):
    assert find(strategies.flows(cluster=WORLD), lambda f: f.source == address, settings=small)


def test_the_whole_address_range_has_no_neighbours():
    world = [policy({"from": [{"ipBlock": {"cidr": cidr}} for cidr in ("0.0.0.0/0", "::/0")]})]
    found = set()

    @settings(max_examples=300, database=None)
    @given(strategies.flows(cluster=world))
    def collect(flow):
        found.add(flow.source)

    collect()

    assert {"0.0.0.0", "255.255.255.255", "::"} <= found


def test_finished_pods_are_in_no_flow():
    @given(strategies.flows(cluster=WORLD))
    def check(flow):
        assert "one/over" not in flow

    check()


def test_a_loaded_cluster_of_any_workload_kind_will_do():
    cluster = load(SHOP)
    ends = set()

    @settings(max_examples=500, database=None, derandomize=True)
    @given(strategies.flows(cluster=cluster.inventory))
    def check(flow):
        cluster.allows(*flow)
        ends.add(flow.destination)

    check()

    assert {"shop/database", "shop/backup", "shop/frontend", "kube-system/coredns"} <= ends


def test_objects_may_come_from_an_iterator():
    assert find(strategies.flows(cluster=iter(WORLD)), lambda f: f.source == "one/client", settings=small)


def test_a_flow_shrinks_to_two_pods():
    found = find(strategies.flows(cluster=WORLD), lambda f: f.port >= 5000, settings=small)

    assert found == ("one/client", "one/client", 5000, "TCP")


def test_a_cluster_without_pods_has_flows_between_addresses():
    found = find(strategies.flows(cluster=[]), lambda _: True, settings=small)

    assert found == ("203.0.113.5", "203.0.113.5", 1, "TCP")


@pytest.mark.parametrize(
    ("cluster", "words"),
    [
        ({"kind": "Pod"}, "must be a sequence of Kubernetes objects"),
        (7, "cluster=7"),
        ([{"apiVersion": "v1", "kind": "Pod", "metadata": {}}], "name"),
    ],
)
def test_a_cluster_that_is_none_is_shown(cluster, words):
    with pytest.raises(InvalidArgument, match=words):
        strategies.flows(cluster=cluster)
