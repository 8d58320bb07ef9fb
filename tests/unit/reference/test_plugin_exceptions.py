"""Exceptions of ipBlocks as network plugins have them: the inputs of docs/cni-sources.md, one by one."""

from __future__ import annotations

from ipaddress import ip_address

import pytest
from tests.unit.reference.reference_world import (
    BOTH,
    EGRESS,
    EVERY,
    INGRESS,
    TCP,
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

B = endpoint("shop/b", "10.9.0.2", [ContainerPort("http", 8080)], app="b")
NOBODY = PolicyPort(TCP, "nosuch")


def tcp(*numbers):
    return [PolicyPort(TCP, number) for number in numbers]


def allowed(policies, found, *, declared=(), **facts):
    """The verdicts of the specification and of a plugin with these facts."""
    profile = CniProfile("test", **facts)
    return tuple(
        Evaluator(policies, each, declared=[B, *declared]).evaluate(found).allowed
        for each in (GENERIC, profile)
    )


# One set a rule (K1, K2) ------------------------------------------------------------------------------

ONE_SET = {
    "a narrower block stands against an exception": (
        (block("10.0.0.0/8", "10.1.0.0/16"), block("10.1.2.0/24")),
        "10.1.2.3",
        (True, True),
    ),
    "outside of the narrower block the exception holds": (
        (block("10.0.0.0/8", "10.1.0.0/16"), block("10.1.2.0/24")),
        "10.1.3.3",
        (False, False),
    ),
    "a wider block does not stand against it": (
        (block("10.0.0.0/8", "10.1.0.0/16"), block("10.0.0.0/12")),
        "10.1.2.3",
        (True, False),
    ),
    "an equal block that comes later wins": (
        (block("10.0.0.0/8", "10.1.0.0/16"), block("10.1.0.0/16")),
        "10.1.2.3",
        (True, True),
    ),
    "an equal block that comes earlier loses": (
        (block("10.1.0.0/16"), block("10.0.0.0/8", "10.1.0.0/16")),
        "10.1.2.3",
        (True, False),
    ),
    "a block with an exception of its own loses as well": (
        (block("10.1.0.0/16", "10.1.2.0/24"), block("10.0.0.0/8", "10.1.0.0/16")),
        "10.1.3.3",
        (True, False),
    ),
    "the second of two equal exceptions changes nothing": (
        (block("10.0.0.0/8", "10.1.0.0/16"), block("10.0.0.0/9", "10.1.0.0/16")),
        "10.1.2.3",
        (False, False),
    ),
    "every address is two halves: the later ones win": (
        (block("0.0.0.0/0", "128.0.0.0/1"), block("0.0.0.0/0")),
        "200.0.0.1",
        (True, True),
    ),
    "every address is two halves: the earlier ones lose": (
        (block("0.0.0.0/0"), block("0.0.0.0/0", "128.0.0.0/1")),
        "200.0.0.1",
        (True, False),
    ),
    "families have sets of their own": (
        (block("10.0.0.0/8", "10.1.0.0/16"), block("::/0", "2001:db8::/32")),
        "2001:db9::1",
        (True, True),
    ),
    "an exception of IPv6": (
        (block("2001::/16", "2001:db8::/32"), block("2001::/20")),
        "2001:db8::1",
        (True, False),
    ),
}


@pytest.mark.parametrize(("peers", "source", "expected"), ONE_SET.values(), ids=ONE_SET)
def test_the_most_specific_network_of_a_rule_decides(peers, source, expected):
    policies = [policy("shop/p", INGRESS, ingress=[rule(*peers)])]

    assert allowed(policies, flow(outside(source), B), except_mode=ExceptMode.ONE_SET) == expected


def test_other_rules_and_selectors_are_no_part_of_the_set():
    excepted = block("10.0.0.0/8", "10.1.0.0/16")
    pod = endpoint("shop/x", "10.1.2.3", app="x")
    mode = {"except_mode": ExceptMode.ONE_SET}

    two_rules = [policy("shop/p", INGRESS, ingress=[rule(excepted), rule(block("10.0.0.0/8"))])]
    assert allowed(two_rules, flow(outside("10.1.2.3"), B), **mode) == (True, True)
    selected = [policy("shop/p", INGRESS, ingress=[rule(excepted, pods(app="x"))])]
    assert allowed(selected, flow(pod, B), **mode) == (True, True)
    other = [policy("shop/p", INGRESS, ingress=[rule(excepted, pods(app="y"))])]
    assert allowed(other, flow(pod, B), **mode) == (False, False)


def test_the_set_holds_going_out_and_with_the_ports_of_the_rule():
    peers = block("10.0.0.0/8", "10.1.0.0/16"), block("10.0.0.0/12")
    policies = [policy("shop/p", EGRESS, egress=[rule(*peers, ports=tcp(80))])]
    mode = {"except_mode": ExceptMode.ONE_SET}

    assert allowed(policies, flow(B, outside("10.1.2.3")), **mode) == (True, False)
    assert allowed(policies, flow(B, outside("10.2.2.3")), **mode) == (True, True)
    assert allowed(policies, flow(B, outside("10.2.2.3"), 81), **mode) == (False, False)


def test_an_address_that_is_not_known_is_in_no_set():
    unknown = endpoint("web/new", app="new")
    policies = [policy("shop/p", INGRESS, ingress=[rule(block("0.0.0.0/0"))])]

    assert allowed(policies, flow(unknown, B), except_mode=ExceptMode.ONE_SET) == (False, False)


@pytest.mark.parametrize("mode", [ExceptMode.PER_BLOCK, ExceptMode.ONE_SET, ExceptMode.ONE_TABLE])
@pytest.mark.parametrize(
    ("source", "held"),
    [
        ("fe80::1", False),
        ("fc00::1", False),
        ("64:ff9b::1", False),
        ("2001:db8::1", True),
        ("fd00::1", True),
    ],
)
def test_every_ipv6_address_may_be_two_networks(source, held, mode):
    by_block = [policy("shop/p", INGRESS, ingress=[rule(block("::/0"))])]
    by_no_peer = [policy("shop/p", INGRESS, ingress=[rule()])]
    facts = {"any_ipv6_block": False, "except_mode": mode}

    assert allowed(by_block, flow(outside(source), B), **facts) == (True, held)
    assert allowed(by_no_peer, flow(outside(source), B), **facts) == (True, True)
    assert allowed(by_block, flow(outside(source), B), except_mode=mode) == (True, True)


# One table a pod (A3) ---------------------------------------------------------------------------------

NEAR, FAR = rule(block("10.0.0.0/8", "10.1.0.0/16")), rule(block("0.0.0.0/0"))
LEAKY = (
    rule(block("10.0.0.0/8", "10.1.2.0/24"), ports=tcp(80)),
    rule(block("10.1.0.0/16"), ports=tcp(443)),
    rule(block("10.1.2.128/25"), ports=tcp(22)),
)
MERGED = (
    rule(block("10.0.0.0/8", "10.1.0.0/16"), ports=tcp(80)),
    rule(block("10.0.0.0/8"), ports=tcp(443)),
    rule(block("10.1.2.0/24"), ports=tcp(22)),
)
SIX = (rule(block("2001:db8::/32"), ports=tcp(80)), rule(block("2001:db8:1::/48"), ports=tcp(22)))
ONE_TABLE = {
    "an exception refuses what a wider block of another rule allows": (
        (NEAR, FAR),
        "10.1.2.3",
        80,
        (True, False),
    ),
    "beside the exception both hold": ((NEAR, FAR), "10.2.2.3", 80, (True, True)),
    "a rule without peers has the widest blocks": ((NEAR, rule()), "10.1.2.3", 80, (True, False)),
    "an exception has no ports": (MERGED[:2], "10.1.2.3", 443, (True, False)),
    "a narrower block has its own ports": (MERGED, "10.1.2.3", 22, (True, True)),
    "equal blocks share their exceptions": (MERGED, "10.1.2.3", 443, (True, False)),
    "whichever is listed first": ((*MERGED[1:], MERGED[0]), "10.1.2.3", 443, (True, False)),
    "equal blocks share their ports": (MERGED, "10.2.2.3", 443, (True, True)),
    "a block in between passes on what it inherited": (LEAKY, "10.1.2.130", 80, (False, True)),
    "and its own": (LEAKY, "10.1.2.130", 443, (True, True)),
    "an exception beside the narrow block": (LEAKY, "10.1.2.3", 443, (True, False)),
    "a block inherits where its first address is not excepted": (
        (LEAKY[0], LEAKY[1]),
        "10.1.5.5",
        80,
        (True, True),
    ),
    "a block inherits nothing where its first address is excepted": (
        (rule(block("10.0.0.0/8", "10.1.0.0/24"), ports=tcp(80)), rule(block("10.1.0.0/16"), ports=tcp(22))),
        "10.1.5.5",
        80,
        (True, False),
    ),
    "an exception that is a block as well refuses nothing": (
        (MERGED[0], rule(block("10.1.0.0/16"), ports=tcp(22))),
        "10.1.2.3",
        22,
        (True, True),
    ),
    "an IPv6 block of length 32 passes nothing down": (SIX, "2001:db8:1::1", 80, (True, False)),
    "it has its ports itself": (SIX, "2001:db8:2::1", 80, (True, True)),
    "a block of one address passes nothing down and decides": (
        (rule(block("10.1.2.3/32"), ports=tcp(22)), NEAR, rule(block("10.0.0.0/7"), ports=tcp(80))),
        "10.1.2.3",
        80,
        (True, True),
    ),
    "what no entry holds is refused": ((NEAR,), "192.0.2.1", 80, (False, False)),
    "a name of a rule that nobody has: its exceptions are no entries": (
        (rule(block("10.0.0.0/8", "10.1.0.0/16"), ports=[NOBODY]), FAR),
        "10.1.2.3",
        80,
        (True, True),
    ),
    "a number beside the name: they are": (
        (rule(block("10.0.0.0/8", "10.1.0.0/16"), ports=[NOBODY, *tcp(81)]), FAR),
        "10.1.2.3",
        80,
        (True, False),
    ),
}


@pytest.mark.parametrize("is_split", [False, True])
@pytest.mark.parametrize(("rules", "source", "port", "expected"), ONE_TABLE.values(), ids=ONE_TABLE)
def test_the_most_specific_network_of_all_policies_decides(rules, source, port, expected, is_split):
    whole = [policy("shop/p", INGRESS, ingress=rules)]
    split = [policy(f"shop/p{number}", INGRESS, ingress=[own]) for number, own in enumerate(rules)]
    facts = {"except_mode": ExceptMode.ONE_TABLE, "named_ports_ingress": NamedPorts.SELECTED_PODS}

    found = flow(outside(source), B, port)
    assert allowed(split if is_split else whole, found, **facts) == expected


@pytest.mark.parametrize(
    ("ports", "declared", "expected"),
    [
        (tcp(22), (), (True, True)),
        ([NOBODY], (), (True, False)),
        ([NOBODY, *tcp(22)], (), (True, True)),
        ([NOBODY], [endpoint("shop/b2", "10.9.0.3", [ContainerPort("nosuch", 5)], app="b")], (True, True)),
        ([NOBODY], [endpoint("shop/z", "10.9.0.4", [ContainerPort("nosuch", 5)], app="z")], (True, False)),
    ],
)
def test_a_selected_pod_is_an_entry_that_inherits_what_holds_it(ports, declared, expected):
    pod = endpoint("shop/x", "10.1.2.3", app="x")
    rules = NEAR, rule(block("0.0.0.0/0"), ports=tcp(80)), rule(pods(app="x"), ports=ports)
    policies = [policy("shop/p", INGRESS, of=selector(app="b"), ingress=rules)]
    facts = {"except_mode": ExceptMode.ONE_TABLE, "named_ports_ingress": NamedPorts.SELECTED_PODS}

    assert allowed(policies, flow(pod, B), declared=declared, **facts) == expected


@pytest.mark.parametrize(("name", "expected"), [("http", (True, True)), ("nosuch", (True, False))])
def test_going_out_a_pod_is_an_entry_where_it_has_the_name(name, expected):
    rules = NEAR, rule(block("0.0.0.0/0"), ports=tcp(80)), rule(pods(app="x"), ports=[PolicyPort(TCP, name)])
    policies = [policy("shop/p", EGRESS, of=selector(app="b"), egress=rules)]
    pod = endpoint("shop/x", "10.1.2.3", [ContainerPort("http", 8080)], app="x")
    facts = {"except_mode": ExceptMode.ONE_TABLE, "named_ports_egress": NamedPorts.SELECTED_PEERS}

    assert allowed(policies, flow(B, pod), **facts) == expected


def test_a_host_pod_that_a_selector_selects_is_an_entry_for_its_node():
    host = PodEndpoint(
        Pod("shop", "h", {"app": "h"}, host_network=True, addresses=(ip_address("10.1.2.3"),)), B.namespace
    )
    rules = NEAR, rule(block("0.0.0.0/0"), ports=tcp(80)), rule(pods(app="h"), ports=tcp(22))
    policies = [policy("shop/p", INGRESS, of=selector(app="b"), ingress=rules)]
    found = flow(NodeEndpoint("n", ip_address("10.1.2.3")), B)
    facts = {"except_mode": ExceptMode.ONE_TABLE, "host_network_peers": True}

    assert allowed(policies, found, declared=[host], **facts) == (True, True)
    assert allowed(policies, found, **facts) == (True, False)


def test_blocks_that_match_no_pod_are_no_entries_for_pods():
    pod = endpoint("shop/x", "10.1.2.3", app="x")
    policies = [policy("shop/p", INGRESS, ingress=[NEAR, rule(ports=tcp(80))])]
    facts = {"except_mode": ExceptMode.ONE_TABLE, "ip_block_matches_pods": False}

    assert allowed(policies, flow(pod, B), **facts) == (True, True)
    assert allowed(policies, flow(outside("10.1.2.3"), B), **facts) == (True, False)


def test_an_address_that_is_not_known_is_in_no_exception():
    unknown = endpoint("web/new", app="new")
    policies = [policy("shop/p", INGRESS, ingress=[NEAR, rule(ports=tcp(80))])]

    assert allowed(policies, flow(unknown, B), except_mode=ExceptMode.ONE_TABLE) == (True, True)


def test_what_overrules_a_rule_is_named():
    def lacks(*rules):
        profile = CniProfile("test", except_mode=ExceptMode.ONE_TABLE)
        report = Evaluator([policy("shop/p", INGRESS, ingress=rules)], profile)
        return [miss.lacks for miss in report.evaluate(flow(outside("10.1.5.5"), B)).ingress.nearest]

    narrow = (
        rule(block("10.0.0.0/8", "10.1.0.0/24"), ports=tcp(80)),
        rule(block("10.1.0.0/16"), ports=tcp(22)),
    )
    ((first,), _) = lacks(*narrow)
    assert first == "the network plugin lets the most specific network decide, and it is of another rule"
    ((second,), *_) = lacks(FAR, NEAR)
    assert "10.1.0.0/16 is an `except` of shop/p rule 2" in second


def test_the_set_of_a_rule_is_named():
    peers = block("10.0.0.0/8", "10.1.0.0/16"), block("10.0.0.0/12")
    evaluator = Evaluator(
        [policy("shop/p", INGRESS, ingress=[rule(*peers)])],
        CniProfile("test", except_mode=ExceptMode.ONE_SET),
    )

    ((phrase,),) = (m.lacks for m in evaluator.evaluate(flow(outside("10.1.2.3"), B)).ingress.nearest)
    assert phrase.endswith("(the network plugin lets the most specific network of the rule decide)")


# One chain a policy (K5) ------------------------------------------------------------------------------

A, C = endpoint("shop/a", "10.0.0.1", app="a"), endpoint("shop/c", "10.0.0.3", app="c")


def both(**rules):
    return policy("shop/p", BOTH, **rules)


@pytest.mark.parametrize(
    ("policies", "ends", "expected"),
    [
        ([both(ingress=[rule()])], (A, B), (False, True)),
        ([both(egress=[rule()])], (A, B), (False, True)),
        ([both(ingress=[rule(pods(app="c"))])], (A, B), (False, False)),
        ([both(ingress=[rule(pods(app="a"), ports=tcp(80))])], (A, B), (False, True)),
        ([both(ingress=[rule(pods(app="a"), ports=tcp(81))])], (A, B), (False, False)),
        ([both(of=selector(app="a"), ingress=[rule()])], (A, B), (False, False)),
        ([both(ingress=[rule()])], (A, outside("203.0.113.5")), (False, False)),
        ([both(egress=[rule()])], (outside("203.0.113.5"), B), (False, False)),
        (
            [policy("shop/p", INGRESS, ingress=[rule()]), policy("shop/q", EGRESS)],
            (A, B),
            (False, False),
        ),
        (
            [both(ingress=[rule(pods(app="a"))]), policy("shop/q", INGRESS, ingress=[rule()])],
            (C, B),
            (False, False),
        ),
    ],
)
def test_a_policy_of_both_directions_may_admit_at_both_ends(policies, ends, expected):
    assert allowed(policies, flow(*ends), directions_apart=False) == expected


def test_rules_of_a_direction_that_the_policy_leaves_out_admit_nothing():
    policies = [policy("shop/p", EGRESS, ingress=[rule()])]

    assert allowed(policies, flow(A, B), directions_apart=False) == (False, False)


def test_a_namespace_selector_holds_in_the_other_direction():
    policies = [both(of=EVERY, ingress=[rule(namespaces(team="shop"))])]

    assert allowed(policies, flow(A, B), directions_apart=False) == (False, True)
