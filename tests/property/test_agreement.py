"""Solver and reference evaluator agree, on every flow of small random clusters."""

from __future__ import annotations

from ipaddress import ip_address, ip_network
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.oracle import check_flow, may_be_outside, split_pods

from npverify import strategies
from npverify.cni import CniProfile, OwnNodeEgress
from npverify.manifests import inventory_from_objects
from npverify.questions.settings import QuerySettings, Universe
from npverify.resources import Protocol

OUTSIDE = ("10.0.0.7", "10.0.0.2", "203.0.113.5", "2001:db8:1::5", "2001:db8::2")
PORTS = (1, 79, 80, 81, 82, 83, 5431, 5432, 5434, 5435, 65_535)


def check_some_flows(objects, data, wanted, flows):
    inventory = inventory_from_objects(objects)
    outside = [a for a in map(ip_address, OUTSIDE) if may_be_outside(a, wanted)]
    ends = [*split_pods(inventory), *outside]
    for _ in range(flows):
        source, destination = (data.draw(st.sampled_from(ends)) for _ in range(2))
        protocol, port = data.draw(st.sampled_from(Protocol)), data.draw(st.sampled_from(PORTS))
        check_flow(inventory, source, destination, protocol, port, wanted)


@settings(max_examples=40)
@given(strategies.clusters(), st.data())
def test_verdict_is_that_of_the_reference_evaluator(objects, data):
    check_some_flows(objects, data, QuerySettings(universe=Universe.DECLARED), flows=4)


@settings(max_examples=30)
@given(strategies.clusters(), st.data())
def test_verdict_with_pod_cidr_and_other_profiles(objects, data):
    profile = CniProfile(
        name="random",
        ip_block_matches_pods=data.draw(st.booleans()),
        own_node_egress=data.draw(st.sampled_from(OwnNodeEgress)),
    )
    wanted = QuerySettings(
        universe=Universe.DECLARED, pod_cidrs=(ip_network("10.0.0.0/28"),), profile=profile
    )
    check_some_flows(objects, data, wanted, flows=3)


@pytest.mark.slow
@settings(max_examples=1500)
@given(strategies.clusters(max_workloads=4, max_policies=6), st.data())
def test_verdict_is_that_of_the_reference_evaluator_on_many_clusters(objects, data):
    check_some_flows(objects, data, QuerySettings(universe=Universe.DECLARED), flows=6)


@pytest.mark.slow
@settings(max_examples=25)
@given(strategies.clusters(min_workloads=2, max_workloads=2))
def test_verdict_on_every_flow_of_a_small_world(objects):
    inventory = inventory_from_objects(objects)
    ends = [*split_pods(inventory), *map(ip_address, OUTSIDE[:3])]
    for source, destination in product(ends, repeat=2):
        for protocol, port in product(Protocol, PORTS):
            check_flow(inventory, source, destination, protocol, port)
