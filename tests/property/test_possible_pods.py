"""Proofs about pods that nobody has declared: no pod that one could think of contradicts them."""

from __future__ import annotations

from ipaddress import ip_address, ip_network

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from npverify import QuerySettings, Verdict, strategies
from npverify.manifests import inventory_from_objects
from npverify.questions.ask import ask
from npverify.questions.query import AddressAlternative, Form, PodAlternative, Query, Selection, TrafficItem
from npverify.reference import Evaluator, selects
from npverify.resources import (
    METADATA_NAME,
    ContainerPort,
    Direction,
    ExternalEndpoint,
    Flow,
    LabelSelector,
    Namespace,
    Operator,
    Pod,
    PodEndpoint,
    Protocol,
    Requirement,
)

NAMESPACES = ("one", "two", "three", "never-mentioned")
ADDRESSES = tuple(
    map(
        ip_address, ("10.0.0.3", "10.0.0.4", "10.0.0.9", "192.0.2.0", "8.8.8.8", "2001:db8::3", "2001:db9::3")
    )
)
PORTS = (79, 80, 81, 82, 5431, 5432, 5434, 9999)
FLOWS = 60
DEFAULT_DENY = [
    {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": {"name": "default-deny", "namespace": namespace},
        "spec": {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]},
    }
    for namespace in ("one", "two")
]


def requirement(key, operator, *values):
    return Requirement(key, operator, values)


def pods(text, *, labels=(), namespace_labels=(), **fields):
    chosen = PodAlternative(
        pod_labels=LabelSelector(tuple(labels)),
        namespace_labels=LabelSelector(tuple(namespace_labels)),
        **fields,
    )
    return Selection((chosen,), text, text)


INTERNET = Selection(
    (AddressAlternative((ip_network("0.0.0.0/0"), ip_network("::/0"))),), "internet", "internet"
)
PODS = (
    pods("any pod"),
    pods("one/*", namespaces=("one",)),
    pods("outside one", excluded_namespaces=("one",)),
    pods("app=a", labels=[requirement("app", Operator.IN, "a")]),
    pods("one/app notin (a)", namespaces=("one",), labels=[requirement("app", Operator.NOT_IN, "a")]),
    pods("two/!tier", namespaces=("two",), labels=[requirement("tier", Operator.DOES_NOT_EXIST)]),
    pods("ns:team=a", namespace_labels=[requirement("team", Operator.IN, "a")]),
)
ITEMS = (
    (),
    (TrafficItem(Protocol.TCP, 80, 80),),
    (TrafficItem(None, 80, 5432),),
    (TrafficItem(Protocol.UDP),),
)


@st.composite
def possible_pods(draw, inventory):
    """A pod that one could create, in a namespace that is there or that one could create."""
    name = draw(st.sampled_from(NAMESPACES))
    labels = draw(
        st.dictionaries(
            st.sampled_from(("app", "tier", "x")), st.sampled_from(("a", "b", "", "z")), max_size=3
        )
    )
    known = inventory.namespaces.get(name)
    if known is None:
        team = draw(st.dictionaries(st.just("team"), st.sampled_from(("a", "b", "z")), max_size=1))
        known = Namespace(name, {**team, METADATA_NAME: name}, declared=False)
    ports = tuple(
        ContainerPort(port, draw(st.sampled_from(PORTS)), draw(st.sampled_from(Protocol)))
        for port in draw(st.lists(st.sampled_from(("http", "db")), unique=True, max_size=2))
    )
    return PodEndpoint(Pod(name, "possible", labels, ports=ports), known, draw(st.sampled_from(ADDRESSES)))


@st.composite
def possible_ends(draw, inventory):
    taken = {a for w in inventory.workloads for pod in w.pods for a in pod.addresses}
    if draw(st.integers(0, 4)):
        return draw(possible_pods(inventory))
    return ExternalEndpoint(draw(st.sampled_from([a for a in ADDRESSES if a not in taken])))


def picks(selection, end):
    """Whether the selection means this end."""
    (alternative,) = selection.alternatives
    if isinstance(alternative, AddressAlternative):
        return isinstance(end, ExternalEndpoint)
    if not isinstance(end, PodEndpoint):
        return False
    return (
        (alternative.namespaces is None or end.pod.namespace in alternative.namespaces)
        and end.pod.namespace not in alternative.excluded_namespaces
        and selects(alternative.pod_labels, end.pod.labels)
        and selects(alternative.namespace_labels, end.namespace.labels)
    )


def draw_flows(data, inventory, items):
    """Concrete flows of one family between different ends, on the ports that are asked for."""
    ends = [data.draw(possible_ends(inventory)) for _ in range(10)]
    for _ in range(FLOWS):
        source, destination = data.draw(st.sampled_from(ends)), data.draw(st.sampled_from(ends))
        protocol, port = data.draw(st.sampled_from(Protocol)), data.draw(st.sampled_from(PORTS))
        wanted = not items or any(
            item.protocol in (None, protocol) and item.first <= port <= item.last for item in items
        )
        if (
            wanted
            and source.address.version == destination.address.version
            and source.address != destination.address
        ):
            yield Flow(source, destination, protocol, port)


def check(objects, data, form):
    inventory = inventory_from_objects(
        [*objects, *data.draw(st.sampled_from(([], DEFAULT_DENY, DEFAULT_DENY)))]
    )
    source = data.draw(st.sampled_from((*PODS, INTERNET)))
    destination = data.draw(st.sampled_from((*PODS, INTERNET)))
    items = data.draw(st.sampled_from(ITEMS if form is not Form.EVERY else ITEMS[1:]))
    answer = ask(Query(form, source, destination, items), inventory, QuerySettings())
    if answer.verdict not in (Verdict.UNREACHABLE, Verdict.HOLDS):
        return
    evaluator = Evaluator(inventory.policies)
    for flow in draw_flows(data, inventory, items):
        from_source, to_destination = picks(source, flow.source), picks(destination, flow.destination)
        allowed = evaluator.evaluate(flow).allowed
        match form:
            case Form.CAN_REACH | Form.WHAT_CAN_REACH:
                assert not (from_source and to_destination and allowed), flow
            case Form.ONLY:
                assert not (not from_source and to_destination and allowed), flow
            case Form.EVERY:
                assert not (from_source and to_destination and not allowed), flow


FORMS = (Form.CAN_REACH, Form.WHAT_CAN_REACH, Form.ONLY, Form.EVERY)


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.name)
@settings(max_examples=40)
@given(strategies.clusters(), st.data())
def test_no_possible_pod_contradicts_a_proof(form, objects, data):
    check(objects, data, form)


@pytest.mark.slow
@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.name)
@settings(max_examples=600)
@given(strategies.clusters(max_policies=6), st.data())
def test_no_possible_pod_contradicts_a_proof_about_many_clusters(form, objects, data):
    check(objects, data, form)


@settings(max_examples=60)
@given(strategies.clusters(), st.sampled_from(PODS), st.sampled_from(Direction), st.data())
def test_no_possible_pod_contradicts_isolation(objects, selection, direction, data):
    inventory = inventory_from_objects(objects)
    answer = ask(Query(Form.IS_ISOLATED, selection, None, (), (direction,)), inventory, QuerySettings())
    if answer.verdict is not Verdict.HOLDS:
        return
    for _ in range(10):
        end = data.draw(possible_pods(inventory))
        if picks(selection, end):
            assert any(
                policy.namespace == end.pod.namespace
                and selects(policy.pod_selector, end.pod.labels)
                and direction in policy.policy_types
                for policy in inventory.policies
            )
