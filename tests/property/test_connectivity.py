"""Maps against the reference evaluator, flow by flow, and against questions and comparisons."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.connectivity_oracle import Oracle, PodEnd, endpoints_of, interesting_ports

from ipaddress import ip_network

from npverify import strategies
from npverify.cni import CniProfile, OwnNodeEgress
from npverify.manifests import inventory_from_objects
from npverify.questions.connectivity import MapSettings, connectivity_map
from npverify.questions.settings import QuerySettings
from npverify.resources import Protocol

POD_CIDRS = ((), (), ("10.0.0.0/28",), ("10.0.0.0/30", "2001:db8::/124"), ("10.0.0.4/32",))


@st.composite
def crowds(draw, **sizes):
    """Clusters, of which some Pods belong to one StatefulSet."""
    objects = draw(strategies.clusters(**sizes))
    joined = []
    for item in objects:
        if item["kind"] == "Pod" and draw(st.booleans()):
            owner = {"apiVersion": "apps/v1", "kind": "StatefulSet", "name": "crowd", "uid": "1", "controller": True}
            item = {**item, "metadata": {**item["metadata"], "ownerReferences": [owner]}}
        joined.append(item)
    sets = [
        {
            "apiVersion": "apps/v1",
            "kind": "StatefulSet",
            "metadata": {"name": "crowd", "namespace": namespace},
            "spec": {"selector": {}, "template": {"metadata": {}, "spec": {"containers": []}}},
        }
        for namespace in ("one", "two")
    ]
    return [*joined, *(each for each in sets if draw(st.booleans()))]


@st.composite
def query_settings(draw):
    profile = CniProfile(
        name="random",
        ip_block_matches_pods=draw(st.integers(0, 3)) > 0,
        own_node_egress=draw(st.sampled_from(OwnNodeEgress)),
    )
    return QuerySettings(
        pod_cidrs=tuple(map(ip_network, draw(st.sampled_from(POD_CIDRS)))),
        open_namespaces=draw(st.booleans()),
        profile=profile,
    )


def check(inventory, wanted, traffic):
    found = connectivity_map(inventory, MapSettings(query=wanted, include_self=True, verify=0))
    oracle = Oracle(inventory, wanted)
    for source, destination in product((*oracle.pods, *oracle.outside), repeat=2):
        if not isinstance(source, PodEnd) and not isinstance(destination, PodEnd):
            continue
        if source == destination and not source.pod.replicated:
            continue
        (one,), (other,) = endpoints_of(found, source), endpoints_of(found, destination)
        if one == other and not one.several:
            continue
        cell = found.cell(one, other)
        for protocol, port in traffic:
            sure, possible = oracle.decide(source, destination, protocol, port)
            told = cell.connections.admits(protocol, port), cell.possible.admits(protocol, port)

            assert told == (sure, possible), (source, destination, protocol, port, cell)


def some_traffic(data, inventory, count):
    every = list(product(Protocol, interesting_ports(inventory)))
    return data.draw(st.lists(st.sampled_from(every), min_size=count, max_size=count, unique=True))


@settings(max_examples=60)
@given(crowds(), query_settings(), st.data())
def test_every_cell_is_that_of_the_reference_evaluator(objects, wanted, data):
    inventory = inventory_from_objects(objects)

    check(inventory, wanted, some_traffic(data, inventory, 4))


@pytest.mark.slow
@settings(max_examples=1500)
@given(crowds(max_workloads=5, max_policies=6), query_settings(), st.data())
def test_every_cell_is_that_of_the_reference_evaluator_on_many_clusters(objects, wanted, data):
    inventory = inventory_from_objects(objects)

    check(inventory, wanted, some_traffic(data, inventory, 6))
