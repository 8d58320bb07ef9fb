"""The rules that come closest to a denied flow, and what they are said to lack."""

from __future__ import annotations

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
    UNKNOWN,
    block,
    flow,
    namespaces,
    pods,
    policy,
    rule,
)

from npverify.cni import CniProfile
from npverify.reference import Evaluator
from npverify.resources import ContainerPort, NodeEndpoint, PodEndpoint, PolicyPort

SQL, WEB_PORT, DNS = PolicyPort(TCP, 5432), PolicyPort(TCP, 80), PolicyPort(UDP, 53)


def nearest(rules, source=API, destination=DB, port=80, profile=None, types=INGRESS):
    side = {"ingress" if types is INGRESS else "egress": rules}
    policies = [policy("shop/p", types, **side)]
    evaluator = Evaluator(policies) if profile is None else Evaluator(policies, profile)
    found = evaluator.evaluate(flow(source, destination, port))
    return (found.ingress if types is INGRESS else found.egress).nearest


def lacks(*rules, **facts):
    return nearest(rules, **facts)[0].lacks


def numbers(misses):
    return [miss.rule.rule for miss in misses]


def test_the_rule_that_fails_in_fewest_respects_comes_first():
    both = rule(pods(app="x"), ports=[SQL])
    source_only = rule(pods(app="x"), ports=[WEB_PORT])
    port_only = rule(pods(app="api"), ports=[SQL])
    protocol_too = rule(pods(app="api"), ports=[DNS])

    assert numbers(nearest([both, source_only, protocol_too, port_only])) == [4, 3, 2]


def test_rules_alike_stay_in_the_order_of_policies_and_rules_and_three_are_enough():
    policies = [
        policy("shop/b", INGRESS, ingress=[rule(pods(app="1")), rule(pods(app="2"))], line=1),
        policy("shop/a", INGRESS, ingress=[rule(pods(app="3"), line=9), rule(pods(app="4"))]),
    ]

    found = Evaluator(policies).evaluate(flow(API, DB)).ingress.nearest

    assert [(one.rule.policy, one.rule.rule) for one in found] == [
        ("shop/b", 1),
        ("shop/b", 2),
        ("shop/a", 1),
    ]
    assert found[2].rule.origin.line == 9


def test_only_rules_of_policies_that_isolate_are_near():
    policies = [
        policy("shop/p", INGRESS),
        policy("shop/q", EGRESS, ingress=[rule(pods(app="x"))]),
        policy("web/p", INGRESS, ingress=[rule(pods(app="x"))]),
    ]

    assert Evaluator(policies).evaluate(flow(API, DB)).ingress.nearest == ()


def test_a_missing_port_in_words():
    assert lacks(rule(pods(app="api"), ports=[SQL])) == ("the port: it allows tcp/5432, not tcp/80",)
    assert lacks(rule(ports=[SQL, DNS])) == ("the port: it allows tcp/5432 or udp/53, not tcp/80",)


def test_a_wrong_source_in_words():
    (phrase,) = lacks(rule(pods(app="db"), namespaces(team="web")))

    admitted = "pods with app=db in namespace shop or pods in namespaces with team=web"
    found = "a pod with app=api in namespace shop (namespace labels: team=shop)"
    assert phrase == f"the source: it admits {admitted}, not {found}"


def test_a_wrong_destination_in_words():
    found = lacks(rule(pods(app="db")), source=DB, destination=INTERNET, types=EGRESS)

    assert found == (
        "the destination: it admits pods with app=db in namespace shop, not the address 203.0.113.9",
    )


def test_both_in_words_the_peer_first():
    first, second = lacks(rule(pods(app="x"), ports=[SQL]))

    assert first.startswith("the source: ")
    assert second.startswith("the port: ")


@pytest.mark.parametrize(
    ("end", "words"),
    [
        (FRONT, "a pod with app=front in namespace web at 10.0.1.1"),
        (UNKNOWN, "a pod with app=new in namespace web at an unknown address"),
        (INTERNET, "the address 203.0.113.9"),
        (NodeEndpoint("n", INTERNET.address), "a node at 203.0.113.9"),
        (NodeEndpoint("n"), "a node at an unknown address"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_where_a_block_asks_the_address_is_told(end, words):
    assert lacks(rule(block("172.16.0.0/12")), source=end) == (
        f"the source: it admits addresses in 172.16.0.0/12, not {words}",
    )


def test_the_address_of_a_pod_is_no_matter_where_blocks_never_match_pods():
    never = CniProfile("test", ip_block_matches_pods=False)

    (phrase,) = lacks(rule(block("10.0.0.0/8")), source=FRONT, profile=never)

    assert phrase.endswith(
        "not a pod with app=front in namespace web (the network plugin matches no pod with an ipBlock)"
    )


@pytest.mark.parametrize(
    ("name", "destination", "note"),
    [
        ("sql", DB, "sql is 5432 at the destination"),
        ("http", DB, "the destination has no tcp port called http"),
        ("stats", DB, "the destination has no tcp port called stats"),
        ("sql", INTERNET, "sql is a port of pods only"),
    ],
)
def test_a_named_port_is_explained_at_the_destination(name, destination, note):
    named = rule(ports=[PolicyPort(TCP, name)])
    types = INGRESS if destination is DB else EGRESS

    found = lacks(named, source=API, destination=destination, types=types)

    assert found == (f"the port: it allows tcp/{name}, not tcp/80 ({note})",)


def test_a_named_port_of_another_protocol_needs_no_explanation():
    assert lacks(rule(ports=[PolicyPort(UDP, "stats")])) == ("the port: it allows udp/stats, not tcp/80",)


def test_a_name_with_several_numbers_gives_them_all():
    ports = (ContainerPort("web", 1), ContainerPort("web", 2), ContainerPort("web", 3, UDP))
    many = PodEndpoint(replace_ports(DB.pod, ports), DB.namespace, DB.address)

    (phrase,) = lacks(rule(ports=[PolicyPort(TCP, "web")]), destination=many)

    assert phrase.endswith("(web is 1 or 2 at the destination)")


def replace_ports(pod, ports):
    return type(pod)(pod.namespace, pod.name, pod.labels, ports=ports)


def test_long_lists_are_cut():
    many = rule(ports=[PolicyPort(TCP, number) for number in range(1, 8)])

    assert lacks(many) == ("the port: it allows tcp/1, tcp/2, tcp/3, tcp/4 and 3 more, not tcp/80",)
