"""What each fact of a network plugin changes, as the reference evaluator has it: the same cases by hand."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import pytest
from tests.unit.dialects.test_profiles import ALWAYS, CASES, HERE, NEVER, OPEN, A
from tests.unit.questions.manifests import inventory, policy

from npverify.cni import GENERIC, SelfService
from npverify.language import parse_question
from npverify.questions.selections import declared_ends
from npverify.reference import Evaluator
from npverify.resources import Flow, NodeEndpoint, PodEndpoint, Protocol

FACTS = ("own-node-egress", "own-node-ingress", "sctp-dropped", "sctp-ignored")


def evaluator_of(found, profile):
    return Evaluator(found.policies, profile, declared=declared_ends(found))


def decided(question, profile, *policies):
    """Whether the flow connects whatever is open."""
    found = inventory(*HERE, *policies)
    query = parse_question(question, found)
    ends = [end.alternatives[0].workload.pods[0] for end in (query.source, query.destination)]
    (item,) = query.traffic
    flow = Flow(
        *(endpoint(found, own, other) for own, other in (ends, ends[::-1])), item.protocol, item.first
    )
    evaluator = evaluator_of(found, profile)
    verdicts = {
        evaluator.evaluate(flow, own_node_egress=values[0], facts=facts_of(values)).allowed
        for values in product((False, True), repeat=len(FACTS))
    }
    return OPEN if len(verdicts) > 1 else ALWAYS if verdicts.pop() else NEVER


def facts_of(values):
    return frozenset(name for name, is_so in zip(FACTS, values, strict=True) if is_so)


def endpoint(found, own, other):
    if own.host_network:
        return NodeEndpoint(own.node, own.addresses[0], is_own_node=own.node == other.node)
    return PodEndpoint(own, found.namespaces[own.namespace], own.addresses[0])


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_a_fact_changes_what_it_is_about(case):
    question, facts, policies, (generic, changed) = case

    assert decided(question, GENERIC, *policies) == generic
    assert decided(question, replace(GENERIC, name="x", **facts), *policies) == changed


@pytest.mark.parametrize(
    ("egress", "ingress", "facts", "allowed"),
    [
        ("always", "always", (), True),
        ("policy", "always", (), True),
        ("always", "policy", (), False),
        ("open", "open", (), False),
        ("open", "open", ("self-through-service-ingress",), True),
        ("open", "open", ("self-through-service-egress",), False),
    ],
)
def test_a_pod_reaches_itself_through_a_service_as_the_plugin_lets_it(egress, ingress, facts, allowed):
    found = inventory(A, policy("p", {"app": "a"}, ingress=[]))
    profile = replace(
        GENERIC, self_service_egress=SelfService(egress), self_service_ingress=SelfService(ingress)
    )
    (end,) = declared_ends(found)
    end = PodEndpoint(end.pod, end.namespace, end.pod.addresses[0])
    evaluator = evaluator_of(found, profile)

    through = Flow(end, end, Protocol.TCP, 80, same_pod=True, through_service=True)
    assert evaluator.evaluate(through, facts=frozenset(facts)).allowed is allowed
    assert evaluator.evaluate(replace(through, through_service=False)).allowed
