"""Regions, lists and universes: what an answer says beyond its verdict."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import ip_address, ip_network

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from tests.oracle import candidate_addresses, reference_reaches, split_pods

from npverify import strategies
from npverify.manifests import inventory_from_objects
from npverify.questions.answer import Verdict
from npverify.questions.ask import ask
from npverify.questions.flows import flows_between
from npverify.questions.plan import Planner
from npverify.questions.query import AddressAlternative, Form, PodAlternative, Query, Selection, TrafficItem
from npverify.questions.selections import declared_in
from npverify.questions.settings import QuerySettings, Universe
from npverify.questions.stopwatch import Stopwatch
from npverify.resources import LabelSelector, Operator, Protocol, Requirement
from npverify_encodings.flows import DOMAIN
from npverify_encodings.solver import Literal
from npverify_encodings.verdict import Goal
from npverify_encodings.witness import find_core, find_model, find_regions, grow_region, literals_of

ANY = QuerySettings()
DECLARED = QuerySettings(universe=Universe.DECLARED)
EVERYTHING = Selection(
    (PodAlternative(), AddressAlternative((ip_network("0.0.0.0/0"), ip_network("::/0")))), "any", "any"
)
PORTS = (79, 80, 81, 83, 5431, 5432, 5434, 5435)


def selection(text, **fields):
    return Selection((PodAlternative(**fields),), text, text)


def label(key, *values):
    return LabelSelector((Requirement(key, Operator.IN, values),))


SELECTIONS = st.sampled_from(
    (
        EVERYTHING,
        selection("any pod"),
        selection("app=a", pod_labels=label("app", "a")),
        selection("one/*", namespaces=("one",)),
        selection("one/tier=b", namespaces=("one",), pod_labels=label("tier", "b")),
        selection("outside two", excluded_namespaces=("two",)),
        selection("ns:team=a", namespace_labels=label("team", "a")),
        Selection((AddressAlternative((ip_network("10.0.0.0/29"),)),), "10.0.0.0/29", "10.0.0.0/29"),
    )
)
NAMESPACED = (
    selection("one/tier=b", namespaces=("one",), pod_labels=label("tier", "b")),
    selection("two/app=a", namespaces=("two",), pod_labels=label("app", "a")),
)
DEFAULT_DENY = [
    {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": {"name": f"default-deny-{number}", "namespace": namespace},
        "spec": {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]},
    }
    for number, namespace in enumerate(("one", "two", "two"))
]
TRAFFIC = st.sampled_from(
    ((), (TrafficItem(Protocol.TCP, 80, 80),), (TrafficItem(None, 5430, 5433),), (TrafficItem(name="http"),))
)


@settings(max_examples=30)
@given(strategies.clusters(), SELECTIONS, SELECTIONS, TRAFFIC, st.sampled_from((ANY, DECLARED)))
def test_every_form_is_answered_and_replayed(objects, source, destination, traffic, wanted):
    inventory = inventory_from_objects(objects)

    for form in Form:
        answer = ask(Query(form, source, destination, traffic), inventory, wanted)

        assert answer.verdict is not Verdict.UNDECIDED
        assert answer.complete
        if answer.verdict in (Verdict.REACHABLE, Verdict.VIOLATED):
            assert answer.witness is not None
            assert answer.region is not None


@settings(max_examples=40)
@given(strategies.clusters(), SELECTIONS, SELECTIONS, TRAFFIC)
def test_what_declared_pods_can_do_every_possible_pod_can(objects, source, destination, traffic):
    answer = ask(Query(Form.CAN_REACH, source, destination, traffic), inventory_from_objects(objects), ANY)

    assert (answer.declared, answer.any) != (Verdict.REACHABLE, Verdict.UNREACHABLE)


@settings(max_examples=40)
@given(strategies.clusters(), SELECTIONS, SELECTIONS)
def test_region_is_maximal_and_holds_everywhere(objects, source, destination):
    planner = Planner(inventory_from_objects(objects), ANY, Stopwatch())
    query = Query(Form.CAN_REACH, source, destination)
    plan = planner.plan(flows_between(query, planner.inventory), Literal(Goal.CONNECTS))
    model = find_model(plan.solver, plan.problem, [*plan.fixed, plan.goal], only_declared=False)
    assume(model is not None)
    conditions = [Literal(f"condition {c.name}", c in model.conditions) for c in plan.problem.conditions]

    region = grow_region(plan.solver, plan.problem, plan.fixed, plan.goal)

    inside = [*plan.fixed, *conditions, *literals_of(region)]
    assert not plan.solver.decide([*inside, ~plan.goal])
    for literal in literals_of(region):
        wider = [kept for kept in inside if kept != literal]
        assert plan.solver.decide([*wider, ~plan.goal])


@settings(max_examples=40)
@given(strategies.clusters(), SELECTIONS, SELECTIONS)
def test_regions_together_are_all_flows_that_connect(objects, source, destination):
    planner = Planner(inventory_from_objects(objects), ANY, Stopwatch())
    query = Query(Form.CAN_REACH, source, destination)
    flows = flows_between(query, planner.inventory)
    plan, fresh = (planner.plan(flows, Literal(Goal.CONNECTS)) for _ in range(2))

    found = list(find_regions(plan.solver, plan.problem, plan.fixed, plan.goal, limit=200))

    assume(len(found) < 200)
    for _, region in found:
        fresh.solver.forbid(literals_of(region))
    assert not fresh.solver.decide([*fresh.fixed, fresh.goal])


@settings(max_examples=40)
@given(strategies.clusters(), st.data())
def test_list_of_declared_workloads_is_that_of_the_brute_force(objects, data):
    inventory = inventory_from_objects(objects)
    pods = [w for w in split_pods(inventory) if not w.pods[0].host_network]
    assume(pods)
    target = data.draw(st.sampled_from(pods))
    port = data.draw(st.sampled_from(PORTS))
    aim = Selection((PodAlternative(workload=target),), str(target), str(target))
    query = Query(Form.WHAT_CAN_REACH, None, aim, (TrafficItem(Protocol.TCP, port, port),))

    answer = ask(query, inventory, DECLARED)

    listed = {entry.endpoint for entry in answer.entries}
    expected = {str(w) for w in pods if reference_reaches(inventory, w, target, Protocol.TCP, port, DECLARED)}
    assert expected == listed


@settings(max_examples=40)
@given(strategies.clusters(), st.sampled_from(NAMESPACED), st.sampled_from(NAMESPACED), TRAFFIC)
def test_core_is_sufficient_and_minimal(objects, source, destination, traffic):
    planner = Planner(inventory_from_objects([*objects, *DEFAULT_DENY]), ANY, Stopwatch())
    query = Query(Form.CAN_REACH, source, destination, traffic)
    plan = planner.plan(flows_between(query, planner.inventory), Literal(Goal.CONNECTS))
    if plan.solver.decide([*plan.fixed, plan.goal]):
        return
    switches = {owner: Literal(label) for owner, label in plan.problem.owners.items()}

    core = find_core(plan.solver, plan.problem, [*plan.fixed, plan.goal])

    needed = [Literal(DOMAIN), plan.goal, *(switches[owner] for owner in core)]
    assert not plan.solver.decide(needed)
    for owner in core:
        assert plan.solver.decide([literal for literal in needed if literal != switches[owner]])


@pytest.mark.slow
@settings(max_examples=400)
@given(strategies.clusters(), SELECTIONS, SELECTIONS, TRAFFIC)
def test_reachability_between_selections_is_that_of_the_brute_force(objects, source, destination, traffic):
    inventory = inventory_from_objects(objects)
    assume(all(item.name is None for item in traffic))
    answer = ask(Query(Form.CAN_REACH, source, destination, traffic), inventory, DECLARED)

    reachable = any(
        reference_reaches(inventory, one, other, protocol, port, DECLARED)
        for one in _ends(inventory, source)
        for other in _ends(inventory, destination)
        for protocol in Protocol
        for port in PORTS
        if _within(traffic, protocol, port)
    )

    assert reachable == (answer.verdict is Verdict.REACHABLE)


def _within(traffic, protocol, port):
    return not traffic or any(
        item.protocol in (None, protocol) and item.first <= port <= item.last for item in traffic
    )


def _ends(inventory, wanted):
    picked = declared_in(wanted, inventory)
    pods = [replace(d.workload, pods=(d.pod,), template=None) for d in picked.values() if d is not None]
    taken = {a for w in inventory.workloads for pod in w.pods for a in pod.addresses}
    networks = [n for a in wanted.alternatives if isinstance(a, AddressAlternative) for n in a.networks]
    edges = (*candidate_addresses(inventory), *map(ip_address, ("10.0.0.3", "10.0.0.5")))
    outside = [a for a in edges if a not in taken and any(a in n for n in networks)]
    return [*pods, *outside]
