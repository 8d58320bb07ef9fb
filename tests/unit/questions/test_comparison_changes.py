"""Workloads, Services and Namespaces that have changed: every connection that this opens or closes."""

from __future__ import annotations

import copy

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from tests.comparison_oracle import check_comparison
from tests.unit.questions.manifests import (
    block,
    container_port,
    deployment,
    inventory,
    namespace,
    peers,
    pod,
    pods,
    policy,
    port,
    service,
    service_port,
)
from tests.unit.questions.service_flows import check_services

from npverify import strategies
from npverify.questions.comparison import Change, ComparisonSettings, ComparisonVerdict, compare
from npverify.questions.settings import QuerySettings

EVERY = ComparisonSettings(limit=None)
APART = ComparisonSettings(limit=None, per_direction=True)
A, B = {"app": "a"}, {"app": "b"}
FROM_A = policy("from-a", ingress=[peers(pods(**A))])


def changes(old, new, wanted=EVERY):
    """What each change is about, after the evaluator has confirmed all of it."""
    versions = inventory(*old), inventory(*new)
    if any(version.services for version in versions):
        check_services(*versions)
    else:
        check_comparison(*versions, wanted)
    return [
        (str(each.change), each.subject, "; ".join(each.region.source), "; ".join(each.region.destination))
        for each in compare(*versions, wanted).differences
    ]


def verdict(old, new, **wanted):
    return compare(inventory(*old), inventory(*new), ComparisonSettings(**wanted)).verdict


# Workloads -----------------------------------------------------------------------------------------------


def test_a_label_that_a_peer_asks_for_opens_and_closes():
    old, new = ([FROM_A, deployment("web", **labels)] for labels in (B, A))

    ends = [
        ("a pod of one/deployment/web", other)
        for other in ("a pod; namespace one", "a pod of one/deployment/web")
    ]
    assert changes(old, new) == [("opened", "one/deployment/web", *each) for each in ends]
    assert changes(new, old) == [("closed", "one/deployment/web", *each) for each in ends]


def test_a_label_that_a_policy_selects_by_isolates():
    only_a = policy("into-a", A, ingress=[])
    old, new = ([only_a, deployment("web", **labels)] for labels in (B, A))

    found = changes(old, new)

    assert {each[:2] for each in found} == {("closed", "one/deployment/web")}
    assert {each[3] for each in found} == {"a pod of one/deployment/web"}


def test_a_label_that_no_policy_asks_for_is_no_change():
    old, new = ([FROM_A, deployment("web", **A, version=version)] for version in ("one", "two"))

    assert changes(old, new) == []


def test_two_workloads_that_both_change_may_be_what_opens():
    old = [policy("from-a", A, ingress=[peers(pods(**A))]), deployment("x", **B), pod("y", **B)]
    new = [old[0], deployment("x", **A), pod("y", **A)]

    subjects = {subject for _, subject, _, _ in changes(old, new)}
    assert {"one/deployment/x", "one/pod/y"} <= subjects


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ([container_port(80, "http")], [container_port(81, "http")], {"opened", "closed"}),
        ([container_port(80, "http")], [], {"closed"}),
        ([container_port(80, "http")], [container_port(80, "web")], {"closed"}),
        ([container_port(80, "http")], [container_port(80, "http", "UDP")], {"closed"}),
        ([container_port(80, "http")], [container_port(80, "http"), container_port(81)], set()),
        ([container_port(80)], [container_port(81)], set()),
    ],
    ids=["another number", "gone", "another name", "another protocol", "another port beside it", "no name"],
)
def test_a_port_name_that_a_policy_asks_for_counts(before, after, expected):
    named = policy("p", ingress=[peers(ports=[port("http")])])
    old, new = ([named, deployment("web", ports=ports, **A)] for ports in (before, after))

    assert {change for change, *_ in changes(old, new)} == expected


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (["10.0.0.1"], ["10.1.0.1"], {"closed"}),
        (["10.1.0.1"], ["10.0.0.1"], {"opened"}),
        (["10.0.0.1"], ["10.0.0.2"], set()),
    ],
    ids=["out of the block", "into the block", "within the block"],
)
def test_an_address_that_a_block_holds_counts(before, after, expected):
    inside = policy("p", A, ingress=[peers(block("10.0.0.0/16"))])
    old, new = ([inside, pod("web", ips=ips, **B)] for ips in (before, after))

    assert {change for change, *_ in changes(old, new)} == expected


def test_a_pod_that_goes_to_the_network_of_its_node_is_no_pod_to_policies():
    old, new = ([FROM_A, pod("web", host_network=on, ips=["10.0.0.1"], **A)] for on in (False, True))

    assert "closed" in {change for change, *_ in changes(old, new)}


def test_a_workload_that_is_new_or_gone_is_a_note_and_no_change():
    old, new = [FROM_A], [FROM_A, deployment("web", **A)]

    comparison = compare(inventory(*old), inventory(*new))

    assert comparison.verdict is ComparisonVerdict.EQUIVALENT
    assert "1 workload only in the new version: one/deployment/web" in comparison.notes


def test_a_pod_of_another_kind_or_namespace_is_another_one():
    for other in (pod("web", **A), deployment("web", home="two", **A), deployment("other", **A)):
        assert changes([FROM_A, deployment("web", **B)], [FROM_A, other]) == []


def test_a_change_that_the_other_direction_masks_shows_by_direction_only():
    deny = policy("deny", types=["Egress"])
    old, new = ([FROM_A, deny, deployment("web", **labels)] for labels in (B, A))

    assert verdict(old, new) is ComparisonVerdict.EQUIVALENT
    assert {each[0] for each in changes(old, new, APART)} == {"opened"}


def test_declared_pods_that_changed_count_among_declared_pods():
    declared = ComparisonSettings(limit=None, query=QuerySettings(universe="declared"))
    old, new = ([FROM_A, deployment("web", **labels), pod("db", **B)] for labels in (B, A))

    assert {each[:2] for each in changes(old, new, declared)} == {("opened", "one/deployment/web")}


# Services ------------------------------------------------------------------------------------------------

INTO = policy("into", ingress=[peers(ports=[port(80)])])


def front(select=A, *ports, **spec):
    return service("front", select, *(ports or (service_port(8080, 80),)), **spec)


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (front(), front(A, service_port(8080, 81)), {"closed"}),
        (front(A, service_port(8080, 81)), front(), {"opened"}),
        (front(), front(A, service_port(8081, 80)), {"opened", "closed"}),
        (front(), front(A, service_port(8080, 80, "UDP")), {"closed"}),
        (front(), front(A, service_port(8080, 80), service_port(9090, 80)), {"opened"}),
        (front(), front(B), {"opened", "closed"}),
        (front(), front({**A, "tier": "x"}), {"closed"}),
        (front(), front(), set()),
        (front(A, service_port(8080, 81)), front(A, service_port(8080, 82)), set()),
        (front(A, service_port(80)), front(A, service_port(80, 80)), set()),
        (
            front(A, service_port(80), clusterIP="None"),
            front(A, service_port(80, 81), clusterIP="None"),
            set(),
        ),
        (front(A, service_port(80, 81), clusterIP="None"), front(A, service_port(80, 81)), {"closed"}),
    ],
    ids=[
        "to a port that is closed",
        "to a port that is open",
        "at another port",
        "of another protocol",
        "one port more",
        "to other pods",
        "to fewer pods",
        "nothing",
        "between closed ports",
        "the port by itself",
        "headless, where targets mean nothing",
        "headless no more",
    ],
)
def test_a_service_that_leads_elsewhere_counts(before, after, expected):
    assert {change for change, *_ in changes([INTO, before], [INTO, after])} == expected


def test_a_change_of_a_service_names_it_and_its_port():
    found = changes([INTO, front()], [INTO, front(A, service_port(8080, 81))])

    assert [each[1] for each in found] == ["svc/one/front"]
    assert found[0][3].startswith("svc/one/front tcp/8080")


def test_the_name_of_a_target_is_the_port_of_the_pod_behind():
    named = policy("p", ingress=[peers(ports=[port("http")])])
    backend = deployment("web", ports=[container_port(80, "http"), container_port(81, "metrics")], **A)
    old, new = ([named, backend, front(A, service_port(8080, name))] for name in ("http", "metrics"))

    assert {change for change, *_ in changes(old, new)} == {"closed"}


def test_a_service_in_one_version_only_is_a_note():
    comparison = compare(inventory(INTO), inventory(INTO, front()))

    assert comparison.verdict is ComparisonVerdict.EQUIVALENT
    assert "1 Service only in the new version: one/front" in comparison.notes


# Namespaces ----------------------------------------------------------------------------------------------

TEAM_A = policy("p", ingress=[peers({"namespaceSelector": {"matchLabels": {"team": "a"}}})])


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ({"team": "a"}, {"team": "b"}, {"closed"}),
        ({"team": "b"}, {"team": "a"}, {"opened"}),
        ({"team": "a"}, {}, {"closed"}),
        ({}, {"team": "a"}, {"opened"}),
        ({"team": "a"}, {"team": "a", "env": "x"}, set()),
        ({"team": "b"}, {"team": "c"}, set()),
    ],
    ids=["another value", "the value", "gone", "new", "another label", "other values"],
)
def test_labels_of_a_namespace_count(before, after, expected):
    old, new = ([TEAM_A, namespace("two", **labels)] for labels in (before, after))

    assert {change for change, *_ in changes(old, new)} == expected


def test_a_namespace_that_one_version_does_not_know_is_as_in_the_other():
    assert changes([TEAM_A], [TEAM_A, namespace("two", team="a")]) == []


def test_labels_that_are_open_in_one_version_are_those_of_the_other():
    open_labels = ComparisonSettings(limit=None, query=QuerySettings(open_namespaces=True))
    old, new = (
        [TEAM_A, policy("q", home="two")],
        [TEAM_A, policy("q", home="two"), namespace("two", team="a")],
    )

    assert changes(old, new, open_labels) == []
    assert {change for change, *_ in changes(old, new)} == {"opened"}


def test_labels_and_policies_that_change_together_may_cancel_out():
    def version(value):
        wanted = {"team": value, "kubernetes.io/metadata.name": "two"}
        selector = {"namespaceSelector": {"matchLabels": wanted}}
        return [namespace("two", team=value), policy("p", ingress=[peers(selector)])]

    assert changes(version("a"), version("b")) == []
    assert {change for change, *_ in changes(version("a"), [version("a")[0], version("b")[1]])} == {"closed"}
    assert {change for change, *_ in changes(version("a"), [version("b")[0], version("a")[1]])} == {"closed"}


# Anything ------------------------------------------------------------------------------------------------

SMALL = {"values": ("a", "b"), "networks": ("10.0.0.0/30", "0.0.0.0/0"), "ports": (80, 81)}


@st.composite
def changed(draw, item):
    """The workload with other labels, ports or addresses, or in the network of its node."""
    item = copy.deepcopy(item)
    template = item["spec"]["template"] if item["kind"] == "Deployment" else item
    what = draw(st.sampled_from(("labels", "ports", "addresses")))
    if what == "labels":
        labels = draw(strategies.label_sets(values=SMALL["values"]))
        template["metadata"]["labels"] = labels
        if item["kind"] == "Deployment":
            item["spec"]["selector"] = {"matchLabels": labels}
    elif what == "ports":
        ports = [
            container_port(draw(st.sampled_from((80, 81))), name) for name in draw(st.sampled_from(NAMES))
        ]
        template["spec"]["containers"][0]["ports"] = ports
    elif item["kind"] == "Pod":
        item["status"]["podIPs"] = [{"ip": draw(st.sampled_from(("10.0.0.2", "10.9.0.1", "2001:db8::2")))}]
    return item


NAMES = ((), ("http",), ("http", "metrics"), ("metrics",))


targets = st.sampled_from((80, 81, "http", "metrics"))
service_ports = st.builds(
    service_port, st.sampled_from((8080, 8081)), targets, st.sampled_from(("TCP", "UDP"))
)
services = st.builds(
    lambda select, ports: service("front", select, *ports),
    st.sampled_from(({"app": "a"}, {"app": "b"}, {"app": "a", "tier": "a"})),
    st.lists(service_ports, min_size=1, max_size=2, unique_by=lambda p: p["port"]),
)


@settings(max_examples=25)
@given(
    strategies.policy_sets(min_size=1, max_size=2, namespaces=("one",), **SMALL),
    services,
    services,
    st.data(),
)
def test_changed_services_differ_just_where_the_evaluator_says(policies, before, after, data):
    assume(_leading(before) != _leading(after))
    edited = data.draw(st.just(policies) | strategies.mutations(policies=policies))
    check_services(inventory(before, *policies), inventory(after, *edited))


def _leading(item):
    """Where a Service leads: a change that keeps it is none."""
    ports = {(p["protocol"], p["port"], p["targetPort"]) for p in item["spec"]["ports"]}
    return item["spec"]["selector"], ports


def test_a_change_has_its_words_its_witness_and_its_place():
    old, new = ([FROM_A, deployment("web", **labels), pod("db", **B)] for labels in (B, A))

    (difference, _) = compare(inventory(*old), inventory(*new)).differences

    assert difference.change is Change.OPENED
    assert difference.subject == "one/deployment/web"
    assert difference.origin is not None
    assert difference.witness.source.startswith("one/deployment/web")
    assert not difference.witness.old.allowed
    assert difference.witness.new.allowed
