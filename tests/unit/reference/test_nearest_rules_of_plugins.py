"""What a denied flow is said to lack where the network plugin reads a rule in its own way."""

from __future__ import annotations

from ipaddress import ip_address

import pytest
from tests.unit.reference.reference_world import (
    API,
    DB,
    EGRESS,
    FRONT,
    INGRESS,
    INTERNET,
    TCP,
    UDP,
    block,
    endpoint,
    flow,
    pods,
    policy,
    rule,
)

from npverify.cni import CniProfile, ExceptMode, NamedPorts
from npverify.reference import Evaluator
from npverify.resources import ContainerPort, NodeEndpoint, PolicyPort

NODE = NodeEndpoint("n", ip_address("10.0.0.200"))
RANGE, SQL = PolicyPort(TCP, 5000, 6000), PolicyPort(TCP, "sql")
INSIDE = block("10.0.0.0/8")


def lacks(found, *rules, types=INGRESS, **facts):
    """What the rules lack to let the flow through, which the specification would."""
    side = {"ingress" if types is INGRESS else "egress": rules}
    policies = [policy("shop/p", types, **side)]
    report = Evaluator(policies, CniProfile("test", **facts)).evaluate(found)

    assert Evaluator(policies).evaluate(found).allowed
    return tuple(miss.lacks for miss in (report.ingress if types is INGRESS else report.egress).nearest)


@pytest.mark.parametrize(
    ("source", "facts", "note"),
    [
        (API, {"ip_block_matches_pods": False}, "the network plugin matches no pod with an ipBlock"),
        (NODE, {"ip_block_matches_nodes": False}, "the network plugin matches no node with an ipBlock"),
    ],
)
def test_an_ip_block_that_holds_the_address_and_does_not_match(source, facts, note):
    ((phrase,),) = lacks(flow(source, DB), rule(INSIDE), **facts)

    assert phrase.startswith("the source: it admits addresses in 10.0.0.0/8, not a ")
    assert phrase.endswith(f" ({note})")


def test_nothing_is_said_of_the_plugin_where_the_block_does_not_hold_the_address():
    rules = rule(block("192.0.2.0/24")), rule(INSIDE)

    first, _ = lacks(flow(API, DB), *rules, ip_block_matches_pods=False)

    assert first == (
        "the source: it admits addresses in 192.0.2.0/24, not a pod with app=api in namespace shop",
    )


def test_an_exception_that_counts_for_wider_blocks_of_the_rule():
    admits = rule(block("10.0.0.0/24", "10.0.0.2/32"), INSIDE)

    ((phrase,),) = lacks(flow(API, DB), admits, except_mode=ExceptMode.ONE_SET)

    assert phrase.endswith(" (the network plugin lets the most specific network of the rule decide)")


def test_the_exception_that_decides_by_the_longest_prefix():
    rules = rule(block("10.0.0.0/24", "10.0.0.0/30")), rule(block("10.0.0.0/16", "10.0.0.0/29")), rule(INSIDE)

    first, second, third = lacks(flow(API, DB), *rules, except_mode=ExceptMode.ONE_TABLE)

    decides = "10.0.0.0/30 is an `except` of shop/p rule 1, and holds 10.0.0.2"
    assert first == (f"the network plugin lets the most specific network decide: {decides}",)
    assert second[0].startswith("the source: it admits addresses in 10.0.0.0/24 except 10.0.0.0/30, not ")
    assert third[0].startswith("the source: it admits addresses in 10.0.0.0/16 except 10.0.0.0/29, not ")


def test_an_end_of_a_range_that_is_ignored():
    found = lacks(flow(API, DB, 5432), rule(pods(app="api"), ports=[RANGE]), end_port=False)

    assert found == (
        ("the port: it allows tcp/5000-6000, not tcp/5432 (the network plugin ignores endPort)",),
    )


def test_two_ranges_are_explained_once():
    found = lacks(flow(API, DB, 5432), rule(ports=[RANGE, PolicyPort(TCP, 1, 9999)]), end_port=False)

    assert found[0][0].count("ignores endPort") == 1


def test_a_range_of_another_protocol_is_no_reason():
    ports = [PolicyPort(UDP, 5000, 6000), PolicyPort(TCP, 80)]
    policies = [policy("shop/p", INGRESS, ingress=[rule(ports=ports)])]

    (miss,) = (
        Evaluator(policies, CniProfile("test", end_port=False)).evaluate(flow(API, DB, 5432)).ingress.nearest
    )

    assert miss.lacks == ("the port: it allows udp/5000-6000 or tcp/80, not tcp/5432",)


@pytest.mark.parametrize(
    ("destination", "number", "peers", "mode", "note"),
    [
        (
            FRONT,
            8081,
            [INSIDE],
            NamedPorts.SELECTED_PEERS,
            "the network plugin does not look http up for an ipBlock",
        ),
        (
            FRONT,
            8081,
            [],
            NamedPorts.SELECTED_PEERS,
            "the network plugin does not look http up in a rule without peers",
        ),
        (
            FRONT,
            8081,
            [],
            NamedPorts.NAMESPACE_NUMBERS,
            "the network plugin looks http up at pods of namespace shop only",
        ),
    ],
)
def test_a_port_name_that_the_plugin_does_not_look_up(destination, number, peers, mode, note):
    named = rule(*peers, ports=[PolicyPort(TCP, "http")])

    found = lacks(flow(API, destination, number), named, types=EGRESS, named_ports_egress=mode)

    assert found == ((f"the port: it allows tcp/http, not tcp/{number} ({note})",),)


def test_a_name_that_counts_at_a_peer_but_has_another_number_is_told_as_ever():
    evaluator = Evaluator(
        [policy("shop/p", EGRESS, egress=[rule(pods(app="db"), ports=[SQL])])],
        CniProfile("test", named_ports_egress=NamedPorts.SELECTED_PEERS),
    )

    (miss,) = evaluator.evaluate(flow(API, DB, 80)).egress.nearest

    assert miss.lacks == ("the port: it allows tcp/sql, not tcp/80 (sql is 5432 at the destination)",)


def test_a_port_is_no_reason_where_the_plugin_lets_the_name_be_any():
    evaluator = Evaluator(
        [policy("shop/p", INGRESS, ingress=[rule(pods(app="x"), ports=[SQL])])],
        CniProfile("test", named_ports_ingress=NamedPorts.ALL_PORTS),
    )

    (miss,) = evaluator.evaluate(flow(API, DB, 80)).ingress.nearest

    assert [phrase.split(":")[0] for phrase in miss.lacks] == ["the source"]


def test_an_outside_address_is_matched_by_a_block_of_any_plugin():
    never = {"ip_block_matches_pods": False, "ip_block_matches_nodes": False}
    policies = [policy("shop/p", INGRESS, ingress=[rule(block("203.0.113.0/24"))])]

    assert Evaluator(policies, CniProfile("test", **never)).evaluate(flow(INTERNET, DB)).allowed


def test_a_rule_without_peers_admits_an_address_that_is_not_known():
    """Whatever decides among addresses."""
    nowhere = endpoint("web/new", None, [ContainerPort("http", 80)], app="new")
    policies = [
        policy("shop/p", INGRESS, ingress=[rule(ports=[PolicyPort(TCP, 80)])]),
        policy("shop/q", INGRESS, ingress=[rule(block("10.0.0.0/8", "10.0.0.0/9"))]),
    ]
    evaluator = Evaluator(policies, CniProfile("test", except_mode=ExceptMode.ONE_TABLE))

    assert evaluator.evaluate(flow(nowhere, DB, 80)).allowed
    assert not evaluator.evaluate(flow(nowhere, DB, 81)).allowed


def test_a_name_that_is_looked_up_at_another_peer_of_the_rule():
    named = rule(INSIDE, pods(app="db"), ports=[PolicyPort(TCP, "http")])

    ((phrase,),) = lacks(
        flow(API, FRONT, 8081), named, types=EGRESS, named_ports_egress=NamedPorts.SELECTED_PEERS
    )

    assert phrase.startswith("the port: it allows tcp/http, not tcp/8081 (")


def test_an_exception_decides_over_a_rule_without_peers():
    first, second = lacks(
        flow(API, DB), rule(), rule(block("10.0.0.0/8", "10.0.0.0/9")), except_mode=ExceptMode.ONE_TABLE
    )

    assert first[0].startswith("the network plugin lets the most specific network decide: 10.0.0.0/9 is an ")
    assert second[0].startswith("the source: ")
