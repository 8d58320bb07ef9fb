"""The solver and the reference evaluator agree on random mixes of admin policies and NetworkPolicies."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import ip_address
from itertools import pairwise, permutations

import pytest
from hypothesis import given, settings
from tests.admin_policies import admin_policies
from tests.oracle import flow_query, split_pods

from npverify import strategies
from npverify.manifests import inventory_from_objects
from npverify.questions.answer import Verdict
from npverify.questions.ask import ask
from npverify.questions.settings import QuerySettings, Universe
from npverify.reference import Evaluator
from npverify.resources import ExternalEndpoint, Flow, PodEndpoint, Protocol

DECLARED = QuerySettings(universe=Universe.DECLARED)
OUTSIDE = ("192.0.2.1", "10.9.0.1")
PODS_OF_WORLD = [
    {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": name, "namespace": namespace, "labels": labels},
        "spec": {
            "containers": [
                {"name": "main", "ports": [{"name": "web", "containerPort": port, "protocol": "TCP"}]}
            ]
        },
        "status": {"podIPs": [{"ip": f"172.16.0.{number}"}]},
    }
    for number, (name, namespace, labels, port) in enumerate(
        [("a", "one", {"app": "a"}, 80), ("b", "two", {"app": "b"}, 81), ("bare", "two", {}, 80)]
    )
]
HOMES = [{"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "two", "labels": {"team": "a"}}}]


def evaluators(inventory):
    """One for every way in which ties can be broken: the same policies, no two of one priority."""
    for order in permutations(inventory.admin_policies):
        if all(one.priority <= next_one.priority for one, next_one in pairwise(order)):
            ranked = [replace(policy, priority=number) for number, policy in enumerate(order)]
            yield Evaluator(inventory.policies, admin_policies=ranked)


def check(policies, admin):
    inventory = inventory_from_objects([*HOMES, *PODS_OF_WORLD, *policies, *admin])
    orders = list(evaluators(inventory))
    pods = split_pods(inventory)
    ends = [*pods, *map(ip_address, OUTSIDE)]
    for source in ends:
        for destination in ends:
            if source in pods or destination in pods:
                check_pair(inventory, orders, source, destination)


def check_pair(inventory, orders, source, destination):
    if source is destination:
        return
    for protocol, port in ((Protocol.TCP, 80), (Protocol.TCP, 81), (Protocol.UDP, 80)):
        flow = Flow(endpoint(inventory, source), endpoint(inventory, destination), protocol, port)
        verdicts = {evaluator.evaluate(flow).allowed for evaluator in orders}
        answer = ask(flow_query(source, destination, protocol, port), inventory, DECLARED)

        wanted = {True: Verdict.REACHABLE, False: Verdict.UNREACHABLE}
        expected = wanted[verdicts.pop()] if len(verdicts) == 1 else Verdict.UNDECIDED
        assert answer.verdict is expected, (flow, answer)


def endpoint(inventory, end):
    if end in map(ip_address, OUTSIDE):
        return ExternalEndpoint(end)
    pod = end.pods[0]
    return PodEndpoint(pod, inventory.namespaces[pod.namespace], pod.addresses[0])


POLICIES = strategies.policy_sets(max_size=2, namespaces=("one", "two"), values=("a", "b"), ports=(80, 81))


@settings(max_examples=8)
@given(POLICIES, admin_policies())
def test_every_flow_is_decided_alike(policies, admin):
    check(policies, admin)


@settings(max_examples=8)
@given(POLICIES, admin_policies(priorities=1))
def test_every_flow_is_decided_alike_where_all_tie(policies, admin):
    check(policies, admin)


@pytest.mark.slow
@settings(max_examples=400)
@given(POLICIES, admin_policies() | admin_policies(priorities=1))
def test_every_flow_is_decided_alike_on_many_mixes(policies, admin):
    check(policies, admin)
