"""Port names as network plugins have them: the inputs of docs/cni-sources.md, one by one."""

from __future__ import annotations

from ipaddress import ip_address

import pytest
from tests.unit.reference.reference_world import (
    EGRESS,
    INGRESS,
    SCTP,
    SHOP,
    TCP,
    UDP,
    block,
    endpoint,
    flow,
    namespaces,
    outside,
    pods,
    policy,
    rule,
    selector,
)

from npverify.cni import GENERIC, CniProfile, ExceptMode, NamedPorts
from npverify.reference import Evaluator
from npverify.resources import ContainerPort, NodeEndpoint, Pod, PodEndpoint, PolicyPort


def http(number, protocol=TCP):
    return [ContainerPort("http", number, protocol)]


def host(number, name="http", **labels):
    """A hostNetwork pod of namespace `shop`."""
    ports = (ContainerPort(name, number),)
    return PodEndpoint(
        Pod("shop", "host", labels, ports=ports, host_network=True, addresses=(ip_address("10.7.0.1"),)), SHOP
    )


A = endpoint("shop/a", "10.0.0.1", app="a")
B = endpoint("shop/b", "10.0.0.2", http(8080), app="b")
B2 = endpoint("shop/b2", "10.0.0.3", http(8081), app="b")
C = endpoint("web/c", "10.0.1.1", http(8082), app="c")
D = endpoint("shop/d", "10.0.0.4", app="d")
SAME = endpoint("web/c", "10.0.1.1", http(8080), app="c")
OTHER_PROTOCOL = endpoint("web/c", "10.0.1.1", http(8081, UDP), app="c")
NODE = NodeEndpoint("n", ip_address("10.7.0.1"))
INTERNET = outside("203.0.113.5")
NAME, NUMBER = PolicyPort(TCP, "http"), PolicyPort(TCP, 80)
NOBODY = PolicyPort(TCP, "nosuch")
EVERYWHERE = namespaces()


def allowed(policies, found, declared=(A, B, B2, C), **facts):
    """The verdicts of the specification and of a plugin with these facts."""
    return tuple(
        Evaluator(policies, profile, declared=declared).evaluate(found).allowed
        for profile in (GENERIC, CniProfile("test", **facts))
    )


def out_of_a(*rules):
    return [policy("shop/p", EGRESS, of=selector(app="a"), egress=rules)]


def into_b(*rules):
    return [policy("shop/p", INGRESS, of=selector(app="b"), ingress=rules)]


# The numbers of the namespace (K4) --------------------------------------------------------------------

NAMESPACE_NUMBERS = {
    "the number of the destination": ((), (A, B, 8080), (True, True)),
    "the number of another pod of the namespace": ((), (A, B, 8081), (False, True)),
    "the number of a pod of another namespace": ((), (A, C, 8082), (True, False)),
    "a pod of another namespace": ((), (A, C, 8080), (False, True)),
    "a pod without the name": ((), (A, D, 8080), (False, True)),
    "an address outside": ((), (A, INTERNET, 8080), (False, True)),
    "a node": ((), (A, NODE, 8080), (False, True)),
    "a number that nobody has": ((), (A, INTERNET, 80), (False, False)),
    "another protocol": ((), (A, INTERNET, 8080, UDP), (False, False)),
    "an ipBlock": ([block("0.0.0.0/0")], (A, B, 8080), (True, False)),
    "an ipBlock, and a selector for the pod": (
        [block("0.0.0.0/0"), pods(app="b")],
        (A, B, 8080),
        (True, True),
    ),
    "an ipBlock, and a selector for others": (
        [block("0.0.0.0/0"), pods(app="z")],
        (A, B, 8080),
        (True, False),
    ),
    "a selector": ([EVERYWHERE], (A, C, 8082), (True, True)),
    "a selector, the number of another pod": ([EVERYWHERE], (A, C, 8080), (False, False)),
}


@pytest.mark.parametrize(("peers", "found", "expected"), NAMESPACE_NUMBERS.values(), ids=NAMESPACE_NUMBERS)
def test_a_name_without_peers_is_a_number_of_the_namespace_everywhere(peers, found, expected):
    policies = out_of_a(rule(*peers, ports=[NAME]))

    assert allowed(policies, flow(*found), named_ports_egress=NamedPorts.NAMESPACE_NUMBERS) == expected


def test_numbers_of_the_namespace_are_those_of_its_pods_without_host_network():
    policies, mode = out_of_a(rule(ports=[NAME])), {"named_ports_egress": NamedPorts.NAMESPACE_NUMBERS}

    assert allowed(policies, flow(A, INTERNET, 9000), [A, host(9000)], **mode) == (False, False)
    assert allowed(policies, flow(A, B, 8080), [A], **mode) == (True, True)
    assert allowed(policies, flow(A, C, 8082), [A], **mode) == (True, False)


def test_a_number_beside_the_name_counts_at_an_ip_block():
    policies = out_of_a(rule(block("0.0.0.0/0"), ports=[NAME, NUMBER]))
    mode = {"named_ports_egress": NamedPorts.NAMESPACE_NUMBERS}

    assert allowed(policies, flow(A, B, 80), **mode) == (True, True)
    assert allowed(policies, flow(A, B, 8080), **mode) == (True, False)


# Names that nobody has (K6) ---------------------------------------------------------------------------

FROM_A = pods(app="a")
NAMED_NOSUCH = endpoint("shop/b3", "10.0.0.5", [ContainerPort("nosuch", 5)], app="b")
UNRESOLVED = {
    "every port": (into_b(rule(FROM_A, ports=[NOBODY])), (A, B, 22), (), True),
    "every protocol": (into_b(rule(FROM_A, ports=[NOBODY])), (A, B, 53, UDP), (), True),
    "SCTP": (into_b(rule(FROM_A, ports=[NOBODY])), (A, B, 53, SCTP), (), True),
    "two names": (into_b(rule(FROM_A, ports=[NOBODY, PolicyPort(UDP, "http")])), (A, B, 22), (), True),
    "one of two names is some pod's": (into_b(rule(FROM_A, ports=[NOBODY, NAME])), (A, B, 22), (), False),
    "not from pods that no selector selects": (into_b(rule(FROM_A, ports=[NOBODY])), (C, B, 22), (), False),
    "a number beside the name": (into_b(rule(FROM_A, ports=[NOBODY, NUMBER])), (A, B, 22), (), False),
    "another selected pod has it": (into_b(rule(FROM_A, ports=[NOBODY])), (A, B, 22), [NAMED_NOSUCH], False),
    "a pod that is not selected has it": (
        into_b(rule(FROM_A, ports=[NOBODY])),
        (A, B, 22),
        [endpoint("shop/z", "10.0.0.6", [ContainerPort("nosuch", 5)], app="z")],
        True,
    ),
    "a hostNetwork pod has it": (
        into_b(rule(FROM_A, ports=[NOBODY])),
        (A, B, 22),
        [host(5, "nosuch", app="b")],
        True,
    ),
    "an ipBlock": (into_b(rule(block("10.0.0.0/8"), ports=[NOBODY])), (A, B, 22), (), False),
    "no peers": (into_b(rule(ports=[NOBODY])), (A, B, 22), (), False),
    "no ports": (into_b(rule(FROM_A)), (A, B, 22), (), None),
    "going out, the name of another protocol": (
        out_of_a(rule(pods(app="b"), ports=[PolicyPort(UDP, "http")])),
        (A, B, 22),
        (),
        True,
    ),
    "going out, one selected pod has it": (
        out_of_a(rule(pods(app="b"), pods(app="d"), ports=[NAME])),
        (A, D, 22),
        (),
        False,
    ),
    "going out, a pod that is not selected has it": (
        out_of_a(rule(pods(app="d"), ports=[NAME])),
        (A, D, 22),
        (),
        True,
    ),
    "going out, to pods that no selector selects": (
        out_of_a(rule(pods(app="d"), ports=[NAME])),
        (A, C, 22),
        (),
        False,
    ),
}


@pytest.mark.parametrize(("policies", "found", "more", "opened"), UNRESOLVED.values(), ids=UNRESOLVED)
def test_names_that_nobody_has_open_every_port_to_selected_pods(policies, found, more, opened):
    generic, changed = allowed(policies, flow(*found), [A, B, B2, C, *more], unresolved_names_open=True)

    assert generic is (opened is None)
    assert changed is (opened is not False)


def test_the_destination_counts_among_the_pods_in_question():
    undeclared = endpoint("shop/b9", "10.0.0.9", [ContainerPort("nosuch", 5)], app="b")
    policies = into_b(rule(FROM_A, ports=[NOBODY]))

    assert allowed(policies, flow(A, undeclared, 22), [A], unresolved_names_open=True) == (False, False)
    assert allowed(policies, flow(A, undeclared, 5), [A], unresolved_names_open=True) == (True, True)


# All selected pods (A1) -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "peers", [(), (FROM_A,), (block("10.0.0.0/8"),)], ids=["none", "a selector", "a block"]
)
def test_a_name_is_the_numbers_of_all_selected_pods_at_every_peer(peers):
    policies = into_b(rule(*peers, ports=[NAME]))
    mode = {"named_ports_ingress": NamedPorts.SELECTED_PODS}
    declared = [A, B, B2, C, host(9000, app="b")]

    assert allowed(policies, flow(A, B, 8080), declared, **mode) == (True, True)
    assert allowed(policies, flow(A, B, 8081), declared, **mode) == (False, True)
    assert allowed(policies, flow(A, B, 9000), declared, **mode) == (False, True)
    assert allowed(policies, flow(A, B, 8082), declared, **mode) == (False, False)


def test_a_name_of_the_destination_alone_counts_where_it_is_not_declared():
    policies = into_b(rule(ports=[NAME]))

    assert allowed(policies, flow(A, B, 8080), [], named_ports_ingress=NamedPorts.SELECTED_PODS) == (
        True,
        True,
    )


@pytest.mark.parametrize("port", [NAME, PolicyPort(UDP, "http"), NOBODY])
def test_names_of_other_readings_always_make_an_entry_of_the_table(port):
    rules = rule(block("10.0.0.0/8", "10.1.0.0/16"), ports=[port]), rule(block("0.0.0.0/0"))
    found = flow(outside("10.1.2.3"), B)

    assert allowed(into_b(*rules), found, except_mode=ExceptMode.ONE_TABLE) == (True, False)


@pytest.mark.parametrize(
    ("declared", "port", "expected"), [((), NAME, False), ((), NOBODY, True), ((B,), NAME, False)]
)
def test_a_name_that_some_selected_pod_has_makes_an_entry_of_the_table(declared, port, expected):
    rules = rule(block("10.0.0.0/8", "10.1.0.0/16"), ports=[port]), rule(block("0.0.0.0/0"))
    facts = {"except_mode": ExceptMode.ONE_TABLE, "named_ports_ingress": NamedPorts.SELECTED_PODS}

    assert allowed(into_b(*rules), flow(outside("10.1.2.3"), B), declared, **facts) == (True, expected)


def test_names_at_selected_peers_make_no_entry_for_a_block():
    rules = rule(block("10.0.0.0/8", "10.1.0.0/16"), ports=[NAME]), rule(block("0.0.0.0/0"))
    facts = {"except_mode": ExceptMode.ONE_TABLE, "named_ports_egress": NamedPorts.SELECTED_PEERS}

    assert allowed(out_of_a(*rules), flow(A, outside("10.1.2.3")), **facts) == (True, True)


# What all pods agree on (C1) --------------------------------------------------------------------------

TO_B, TO_D = pods(app="b"), pods(app="d")
AGREED = {
    "one number, outside": ([A, B, SAME], [], (A, INTERNET, 8080), (False, True)),
    "one number, a node": ([A, B, SAME], [], (A, NODE, 8080), (False, True)),
    "one number, an ipBlock": ([A, B, SAME], [block("203.0.113.0/24")], (A, INTERNET, 8080), (False, True)),
    "one number, a selector": ([A, B, SAME], [TO_B], (A, B, 8080), (True, True)),
    "one number, others than the selector": ([A, B, SAME], [TO_B], (A, SAME, 8080), (False, False)),
    "two numbers": ([A, B, C], [TO_B], (A, B, 8080), (True, False)),
    "two numbers, no peers": ([A, B, C], [], (A, B, 8080), (True, False)),
    "two protocols": ([A, B, OTHER_PROTOCOL], [TO_B], (A, B, 8080), (True, True)),
    "a pod without the name": ([A, B, D], [TO_D], (A, D, 8080), (False, True)),
    "another number": ([A, B, D], [TO_D], (A, D, 8081), (False, False)),
    "a hostNetwork pod with another number": ([A, B, host(9000)], [TO_B], (A, B, 8080), (True, True)),
    "nobody has it": ([A, D], [TO_D], (A, D, 8080), (False, False)),
    "the destination is not declared": ([A], [TO_B], (A, B, 8080), (True, True)),
    "the destination disagrees": ([A, SAME], [TO_B], (A, B2, 8081), (True, False)),
}


@pytest.mark.parametrize(("declared", "peers", "found", "expected"), AGREED.values(), ids=AGREED)
def test_a_name_is_the_one_number_of_the_cluster(declared, peers, found, expected):
    policies = out_of_a(rule(*peers, ports=[NAME]))

    assert allowed(policies, flow(*found), declared, named_ports_egress=NamedPorts.AGREED) == expected


def test_where_pods_disagree_the_other_ports_of_the_rule_stay():
    policies = out_of_a(rule(TO_B, ports=[NAME, NUMBER]))

    assert allowed(policies, flow(A, B, 80), named_ports_egress=NamedPorts.AGREED) == (True, True)


@pytest.mark.parametrize(
    ("mode", "peers", "words"),
    [
        (
            NamedPorts.AGREED,
            [TO_B],
            "the network plugin has no number for http, as pods of the cluster disagree on it",
        ),
        (
            NamedPorts.NAMESPACE_NUMBERS,
            [],
            "the network plugin looks http up at pods of namespace shop only",
        ),
        (
            NamedPorts.NAMESPACE_NUMBERS,
            [block("0.0.0.0/0")],
            "the network plugin does not look http up for an ipBlock",
        ),
    ],
)
def test_why_a_name_admits_nothing(mode, peers, words):
    destination, number = (B, 8080) if peers else (C, 8082)
    profile = CniProfile("test", named_ports_egress=mode)
    evaluator = Evaluator(out_of_a(rule(*peers, ports=[NAME])), profile, declared=[A, B, C])

    report = evaluator.evaluate(flow(A, destination, number)).egress
    assert [miss.lacks for miss in report.nearest] == [
        (f"the port: it allows tcp/http, not tcp/{number} ({words})",)
    ]
