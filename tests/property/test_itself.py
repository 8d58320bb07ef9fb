"""Pods that connect to themselves through a Service: solver against evaluator, alone and in comparisons."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.admin_policies import admin_policies
from tests.oracle import selection_of, split_pods
from tests.plugin_space import PODS, PORTS, policies, profiles

from npverify.cni import SelfService
from npverify.manifests import inventory_from_objects
from npverify.questions.comparison import ComparisonSettings, compare
from npverify.questions.flows import flows_to_itself
from npverify.questions.plan import FIXED, Planner
from npverify.questions.query import Form, Query, TrafficItem
from npverify.questions.selections import declared_ends
from npverify.questions.settings import QuerySettings, Universe
from npverify.questions.stopwatch import Stopwatch
from npverify.reference import Evaluator
from npverify.resources import Flow, PodEndpoint, Protocol
from npverify_encodings.solver import Literal
from npverify_encodings.verdict import Goal
from npverify_encodings.witness import declared_literals

CONNECTS = Literal(Goal.CONNECTS)
EVERY_PORT = (*PORTS, 53)
"""Those that rules mention, and two that none does."""
FACTS = (
    "self-through-service-egress",
    "self-through-service-ingress",
    "sctp-dropped",
    "sctp-ignored",
)


@st.composite
def plugins(draw):
    egress, ingress = draw(st.sampled_from(tuple(product(SelfService, repeat=2))))
    return replace(draw(profiles()), self_service_egress=egress, self_service_ingress=ingress)


def evaluator_of(inventory, profile):
    return Evaluator(
        inventory.policies,
        profile,
        admin_policies=inventory.admin_policies,
        declared=declared_ends(inventory),
    )


def verdicts(evaluator, inventory, pod, protocol, port):
    """The verdicts that the open facts leave, of one pod and itself."""
    flow = to_itself(inventory, pod, protocol, port)
    return {evaluator.evaluate(flow, facts=facts).allowed for facts in every_way()}


def to_itself(inventory, pod, protocol, port):
    end = PodEndpoint(pod, inventory.namespaces[pod.namespace], pod.addresses[0])
    return Flow(end, end, protocol, port, same_pod=True, through_service=True)


def every_way():
    """The open facts that may be so."""
    for way in product((False, True), repeat=len(FACTS)):
        yield frozenset(name for name, holds in zip(FACTS, way, strict=True) if holds)


def single_pods(inventory):
    return [workload for workload in split_pods(inventory) if not workload.pods[0].host_network]


def check(objects, profile, data, flows):
    inventory = inventory_from_objects([*PODS, *objects])
    evaluator = evaluator_of(inventory, profile)
    planner = Planner(inventory, QuerySettings(Universe.DECLARED, profile=profile), Stopwatch())
    every = list(product(single_pods(inventory), Protocol, PORTS))
    for workload, protocol, port in data.draw(st.lists(st.sampled_from(every), min_size=1, max_size=flows)):
        itself = selection_of(workload)
        query = Query(Form.CAN_REACH, itself, itself, (TrafficItem(protocol, port, port),), to_itself=True)
        plan = planner.plan(flows_to_itself(query, inventory), CONNECTS)
        found = {
            holds
            for holds, goal in ((True, CONNECTS), (False, ~CONNECTS))
            if plan.solver.decide((*FIXED, *declared_literals(), goal), want_model=False)
        }

        expected = verdicts(evaluator, inventory, workload.pods[0], protocol, port)

        assert found == expected, (workload, protocol, port, profile)


def check_comparison(objects, old, new, data):
    """Of one pod, so that nothing which is told of another one hides what is missing."""
    inventory = inventory_from_objects([*PODS, *objects])
    workload = data.draw(st.sampled_from(single_pods(inventory)))
    settings = ComparisonSettings(
        QuerySettings(Universe.DECLARED, profile=old), scope=selection_of(workload), new_profile=new
    )
    comparison = compare(inventory, inventory, settings)
    told = [each for each in comparison.differences if each.witness.flow.through_service]
    expected = [
        (protocol, port)
        for protocol, port in product(Protocol, EVERY_PORT)
        if differ(inventory, workload.pods[0], protocol, port, old, new)
    ]

    assert bool(told) == bool(expected), (workload, expected, old, new)
    assert {each.witness.flow.destination.pod for each in told} <= {*workload.pods}


def differ(inventory, pod, protocol, port, old, new):
    """Whether some way for the open facts to be makes a pod reach itself in one version only."""
    flow = to_itself(inventory, pod, protocol, port)
    before, after = (evaluator_of(inventory, profile) for profile in (old, new))
    return any(
        before.evaluate(flow, facts=facts).allowed is not after.evaluate(flow, facts=facts).allowed
        for facts in every_way()
    )


def with_self_service(profile, egress, ingress):
    return replace(profile, self_service_egress=egress, self_service_ingress=ingress)


@settings(max_examples=40)
@given(policies(), plugins(), st.data())
def test_a_pod_reaches_itself_as_the_evaluator_has_it(objects, profile, data):
    check(objects, profile, data, flows=4)


@settings(max_examples=20)
@given(policies(), admin_policies(max_size=1), plugins(), st.data())
def test_a_pod_reaches_itself_under_admin_policies_as_the_evaluator_has_it(objects, admin, profile, data):
    check([*objects, *admin], profile, data, flows=3)


@settings(max_examples=20)
@given(policies(), profiles(), st.tuples(*[st.sampled_from(SelfService)] * 4), st.data())
def test_what_differs_between_plugins_for_a_pod_and_itself_is_listed(objects, profile, facts, data):
    old, new = (with_self_service(profile, *own) for own in (facts[:2], facts[2:]))
    if old != new:
        check_comparison(objects, old, new, data)


@pytest.mark.slow
@settings(max_examples=300)
@given(policies(), admin_policies(max_size=1), plugins(), st.data())
def test_many_pods_reach_themselves_as_the_evaluator_has_it(objects, admin, profile, data):
    check([*objects, *admin], profile, data, flows=8)


@pytest.mark.slow
@settings(max_examples=200)
@given(policies(), plugins(), plugins(), st.data())
def test_what_differs_between_any_two_plugins_for_a_pod_and_itself_is_listed(objects, old, new, data):
    facts = ("enforces", "self_service_egress", "self_service_ingress")
    if any(getattr(old, fact) is not getattr(new, fact) for fact in facts):
        check_comparison(objects, old, new, data)
