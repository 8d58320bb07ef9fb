"""The solver and the reference evaluator agree under every reading that a network plugin can have."""

from __future__ import annotations

from ipaddress import ip_address
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.oracle import flow_query, split_pods
from tests.plugin_space import (
    BY_BLOCK,
    BY_BLOCK_OF_IPV6,
    BY_NAME,
    EXCEPTIONS,
    IN_TABLES,
    NAMES,
    OF_IPV6,
    ONE_CHAIN,
    OUTSIDE,
    OUTSIDE_OF_IPV6,
    PODS,
    PODS_OF_IPV6,
    PORTS,
    TABLES,
    pods_of_many_ports,
    policies,
    policies_of_both_directions,
    profiles,
)

from npverify import strategies
from npverify.cni import GENERIC
from npverify.manifests import inventory_from_objects
from npverify.questions.flows import flows_between
from npverify.questions.plan import FIXED, Planner
from npverify.questions.settings import QuerySettings, Universe
from npverify.questions.stopwatch import Stopwatch
from npverify.reference import Evaluator
from npverify.resources import ExternalEndpoint, Flow, NodeEndpoint, PodEndpoint, Protocol
from npverify_encodings.solver import Literal
from npverify_encodings.verdict import Goal
from npverify_encodings.witness import declared_literals

FACTS = ("own-node-egress", "own-node-ingress", "sctp-dropped", "sctp-ignored")
CONNECTS = Literal(Goal.CONNECTS)


def ends_of(inventory, outside=OUTSIDE):
    return [*split_pods(inventory), *map(ip_address, outside)]


def endpoint(inventory, end, other):
    if not hasattr(end, "pods"):
        return ExternalEndpoint(end)
    own = end.pods[0]
    if own.host_network:
        shares = hasattr(other, "pods") and other.pods[0].node == own.node
        return NodeEndpoint("n", own.addresses[0], is_own_node=shares and not other.pods[0].host_network)
    return PodEndpoint(own, inventory.namespaces[own.namespace], own.addresses[0])


def check(objects, profile, data, flows, *, pods=PODS, outside=OUTSIDE):
    inventory = inventory_from_objects([*pods, *objects])
    declared = [
        PodEndpoint(own, inventory.namespaces[own.namespace])
        for workload in inventory.workloads
        for own in workload.pods
    ]
    evaluators = [
        Evaluator(inventory.policies, each, admin_policies=inventory.admin_policies, declared=declared)
        for each in (profile, GENERIC)
    ]
    settings = QuerySettings(universe=Universe.DECLARED, profile=profile)
    planner = Planner(inventory, settings, Stopwatch())
    every = list(flows_of(inventory, outside))
    telling = [each for each in every if len({verdicts(e, each[2]) for e in evaluators}) > 1]
    for number in range(flows):
        chosen = telling if telling and number % 2 == 0 else every
        source, destination, flow = data.draw(st.sampled_from(chosen))
        query = flow_query(source, destination, flow.protocol, flow.port)
        plan = planner.plan(flows_between(query, inventory), CONNECTS)
        found = {
            is_so
            for is_so, goal in ((True, CONNECTS), (False, ~CONNECTS))
            if plan.solver.decide((*FIXED, *declared_literals(), goal), want_model=False)
        }

        assert found == every_verdict(evaluators[0], flow), (flow, profile)


def flows_of(inventory, outside=OUTSIDE):
    """Every flow between two of the ends."""
    ends = ends_of(inventory, outside)
    for source, destination in product(ends, repeat=2):
        if source is not destination and (hasattr(source, "pods") or hasattr(destination, "pods")):
            one, other = (
                endpoint(inventory, end, peer) for end, peer in ((source, destination), (destination, source))
            )
            for protocol, port in product(Protocol, PORTS):
                yield source, destination, Flow(one, other, protocol, port)


def verdicts(evaluator, flow):
    """With no open fact, and with every one."""
    return tuple(
        evaluator.evaluate(flow, own_node_egress=bool(facts), facts=facts).allowed
        for facts in (frozenset(), frozenset(FACTS))
    )


def every_verdict(evaluator, flow):
    """The verdicts that the open facts leave."""
    return {
        evaluator.evaluate(flow, own_node_egress="own-node-egress" in facts, facts=frozenset(facts)).allowed
        for facts in subsets(FACTS)
    }


def subsets(names):
    for chosen in product((False, True), repeat=len(names)):
        yield [name for name, is_so in zip(names, chosen, strict=True) if is_so]


@settings(max_examples=50)
@given(policies(), profiles(), st.data())
def test_every_flow_is_decided_alike(objects, profile, data):
    check(objects, profile, data, flows=4)


@settings(max_examples=20)
@given(strategies.policy_sets(max_size=3), profiles(), st.data())
def test_policies_of_every_sort_are_read_alike(objects, profile, data):
    check(objects, profile, data, flows=3)


@settings(max_examples=50)
@given(BY_NAME, NAMES, pods_of_many_ports(), st.data())
def test_port_names_are_read_alike(objects, profile, pods, data):
    check(objects, profile, data, flows=4, pods=pods)


@settings(max_examples=30)
@given(BY_BLOCK, EXCEPTIONS, st.data())
def test_exceptions_are_read_alike(objects, profile, data):
    check(objects, profile, data, flows=4)


@settings(max_examples=30)
@given(IN_TABLES, TABLES, st.data())
def test_tables_are_read_alike(objects, profile, data):
    check(objects, profile, data, flows=4)


@settings(max_examples=20)
@given(BY_BLOCK_OF_IPV6, OF_IPV6, st.data())
def test_blocks_of_ipv6_are_read_alike(objects, profile, data):
    check(objects, profile, data, flows=4, pods=PODS_OF_IPV6, outside=OUTSIDE_OF_IPV6)


@settings(max_examples=30)
@given(policies_of_both_directions(), ONE_CHAIN, st.data())
def test_policies_of_both_directions_are_read_alike(objects, profile, data):
    check(objects, profile, data, flows=4)


@pytest.mark.slow
@settings(max_examples=200)
@given(BY_NAME, NAMES, pods_of_many_ports(), st.data())
def test_many_port_names_are_read_alike(objects, profile, pods, data):
    check(objects, profile, data, flows=8, pods=pods)


@pytest.mark.slow
@settings(max_examples=200)
@given(BY_BLOCK, EXCEPTIONS, st.data())
def test_many_exceptions_are_read_alike(objects, profile, data):
    check(objects, profile, data, flows=8)


@pytest.mark.slow
@settings(max_examples=400)
@given(IN_TABLES, TABLES, st.data())
def test_many_tables_are_read_alike(objects, profile, data):
    check(objects, profile, data, flows=8)


@pytest.mark.slow
@settings(max_examples=100)
@given(BY_BLOCK_OF_IPV6, OF_IPV6, st.data())
def test_many_blocks_of_ipv6_are_read_alike(objects, profile, data):
    check(objects, profile, data, flows=8, pods=PODS_OF_IPV6, outside=OUTSIDE_OF_IPV6)


@pytest.mark.slow
@settings(max_examples=200)
@given(policies_of_both_directions(), ONE_CHAIN, st.data())
def test_many_policies_of_both_directions_are_read_alike(objects, profile, data):
    check(objects, profile, data, flows=8)


@pytest.mark.slow
@settings(max_examples=200)
@given(policies(), profiles(), st.data())
def test_many_flows_are_decided_alike(objects, profile, data):
    check(objects, profile, data, flows=8)
