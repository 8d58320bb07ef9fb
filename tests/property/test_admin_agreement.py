"""The solver and the reference evaluator agree on random mixes of admin policies and NetworkPolicies."""

from __future__ import annotations

from ipaddress import ip_address

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
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
SELECTORS = st.sampled_from(
    [
        {},
        {"matchLabels": {"app": "a"}},
        {"matchExpressions": [{"key": "app", "operator": "NotIn", "values": ["a"]}]},
        {"matchExpressions": [{"key": "app", "operator": "DoesNotExist"}]},
        {"matchLabels": {"kubernetes.io/metadata.name": "one"}},
        {"matchLabels": {"team": "a"}},
    ]
)
PORTS = st.lists(
    st.sampled_from(
        [
            {"tcp": {"destinationPort": {"number": 80}}},
            {"udp": {"destinationPort": {"number": 80}}},
            {"tcp": {"destinationPort": {"range": {"start": 80, "end": 81}}}},
            {"destinationNamedPort": "web"},
        ]
    ),
    max_size=2,
)
PODS = st.one_of(
    SELECTORS.map(lambda s: {"namespaces": s}),
    st.tuples(SELECTORS, SELECTORS).map(lambda s: {"pods": {"namespaceSelector": s[0], "podSelector": s[1]}}),
)
NETWORKS = st.lists(
    st.sampled_from(["0.0.0.0/0", "10.0.0.0/8", "10.9.0.0/16", "172.16.0.0/31"]),
    min_size=1,
    max_size=2,
    unique=True,
).map(lambda found: {"networks": found})


def rules(field, peers):
    def made(action, found, ports):
        rule = {"action": action, field: found}
        named = any("destinationNamedPort" in port for port in ports)
        if ports and not (named and any("networks" in peer for peer in found)):
            rule["protocols"] = ports
        return rule

    actions = st.sampled_from(["Accept", "Deny", "Pass"])
    return st.lists(st.builds(made, actions, st.lists(peers, min_size=1, max_size=2), PORTS), max_size=2)


@st.composite
def admin_policies(draw):
    """Up to three policies; two of them may have one priority."""
    return [
        {
            "apiVersion": "policy.networking.k8s.io/v1alpha2",
            "kind": "ClusterNetworkPolicy",
            "metadata": {"name": f"admin-{number}"},
            "spec": {
                "tier": draw(st.sampled_from(["Admin", "Baseline"])),
                "priority": draw(st.integers(1, 3)),
                "subject": draw(PODS),
                "ingress": draw(rules("from", PODS)),
                "egress": draw(rules("to", PODS | NETWORKS)),
            },
        }
        for number in range(draw(st.integers(1, 3)))
    ]


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


def orders(policies):
    """Every way in which ties can be broken, as the facts that say so."""
    facts = [f"tie-first:{p.kind}/{p.name}" for p in policies]
    for mask in range(1 << len(facts)):
        yield frozenset(fact for n, fact in enumerate(facts) if mask >> n & 1)


def check(policies, admin):
    inventory = inventory_from_objects([*HOMES, *PODS_OF_WORLD, *policies, *admin])
    evaluator = Evaluator(inventory.policies, admin_policies=inventory.admin_policies)
    pods = split_pods(inventory)
    ends = [*pods, *map(ip_address, OUTSIDE)]
    for source in ends:
        for destination in ends:
            if source in pods or destination in pods:
                check_pair(inventory, evaluator, source, destination)


def check_pair(inventory, evaluator, source, destination):
    if source is destination:
        return
    for protocol, port in ((Protocol.TCP, 80), (Protocol.TCP, 81), (Protocol.UDP, 80)):
        flow = Flow(endpoint(inventory, source), endpoint(inventory, destination), protocol, port)
        verdicts = {
            evaluator.evaluate(flow, facts=facts).allowed for facts in orders(inventory.admin_policies)
        }
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


@settings(max_examples=25)
@given(POLICIES, admin_policies())
def test_every_flow_is_decided_alike(policies, admin):
    check(policies, admin)


@pytest.mark.slow
@settings(max_examples=400)
@given(POLICIES, admin_policies())
def test_every_flow_is_decided_alike_on_many_mixes(policies, admin):
    check(policies, admin)
