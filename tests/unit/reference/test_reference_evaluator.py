"""One concrete flow, decided over typed objects: decisions, and the rules that are named for them."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.unit.reference.reference_world import (
    API,
    BOTH,
    DB,
    EGRESS,
    EVERY,
    FRONT,
    INGRESS,
    INTERNET,
    SCTP,
    TCP,
    UDP,
    UNKNOWN,
    block,
    endpoint,
    flow,
    namespaces,
    needs,
    outside,
    pods,
    policy,
    rule,
    selector,
)

from npverify.cni import CniProfile, OwnNodeEgress
from npverify.reference import Decision, Evaluator
from npverify.reference.network_policy import applies
from npverify.resources import (
    METADATA_NAME,
    Direction,
    Namespace,
    NodeEndpoint,
    Peer,
    PodEndpoint,
    PolicyPort,
)

DENY_SHOP = policy("shop/deny", BOTH)
DENY_WEB = policy("web/deny", BOTH)
FREE, DENIED, BY_RULE = Decision.NOT_ISOLATED, Decision.DENIED, Decision.ALLOWED_BY_RULE
NO_POD = Decision.NO_POLICY_APPLIES


def decisions(policies, wanted, **facts):
    found = Evaluator(policies, **facts).evaluate(wanted)
    return found.egress.decision, found.ingress.decision


DIRECTIONS = [
    ("no policy at all", [], API, DB, FREE, FREE),
    ("ingress only", [policy("shop/p", INGRESS)], API, DB, FREE, DENIED),
    ("egress only", [policy("shop/p", EGRESS)], API, DB, DENIED, FREE),
    ("both", [DENY_SHOP], API, DB, DENIED, DENIED),
    ("a policy of the destination's namespace only", [DENY_SHOP], FRONT, DB, FREE, DENIED),
    ("a policy of the source's namespace only", [DENY_WEB], FRONT, DB, DENIED, FREE),
    ("a policy that selects another pod",
     [policy("shop/p", BOTH, of=selector(app="x"))], API, DB, FREE, FREE),
    ("rules of a direction that is not listed",
     [policy("shop/p", EGRESS, ingress=[rule()], egress=[])], FRONT, DB, FREE, FREE),
    ("rules of the wrong direction do not help",
     [policy("shop/p", INGRESS, egress=[rule()])], FRONT, DB, FREE, DENIED),
    ("an empty rule", [policy("shop/p", INGRESS, ingress=[rule()])], FRONT, DB, FREE, BY_RULE),
    ("the source is outside", [DENY_SHOP], INTERNET, DB, NO_POD, DENIED),
    ("the destination is outside", [DENY_SHOP], DB, INTERNET, DENIED, NO_POD),
    ("neither is a pod", [DENY_SHOP], INTERNET, outside("198.51.100.1"), NO_POD, NO_POD),
]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "policies", "source", "destination", "egress", "ingress"),
    DIRECTIONS,
    ids=[row[0] for row in DIRECTIONS],
)
def test_each_direction_is_decided_on_its_own(name, policies, source, destination, egress, ingress):
    found = Evaluator(policies).evaluate(flow(source, destination))

    assert (egress, ingress) == (found.egress.decision, found.ingress.decision)
    assert found.allowed is (DENIED not in (egress, ingress))


def test_a_policy_applies_in_its_own_namespace_only():
    assert applies(DENY_SHOP, DB, Direction.INGRESS)
    assert not applies(DENY_SHOP, FRONT, Direction.INGRESS)


PEERS = [
    # peers of an ingress rule of shop, and whether shop/api, web/front, web/new and an outside address pass
    ("none", [], "AAAA"),
    ("podSelector", [pods(app="api")], "ADDD"),
    ("podSelector of another namespace's pod", [pods(app="front")], "DDDD"),
    ("empty podSelector", [Peer(pod_selector=EVERY)], "ADDD"),
    ("namespaceSelector", [namespaces(team="web")], "DAAD"),
    ("empty namespaceSelector", [namespaces()], "AAAD"),
    ("both in one item", [Peer(selector(app="front"), selector(team="web"))], "DADD"),
    ("both in one item, the namespace wrong", [Peer(selector(app="front"), selector(team="shop"))], "DDDD"),
    ("two items", [pods(app="api"), namespaces(team="web")], "AAAD"),
    ("NotIn on an absent key", [Peer(namespace_selector=selector(needs("x", "NotIn", "y")))], "AAAD"),
    ("metadata.name", [namespaces(**{METADATA_NAME: "web"})], "DAAD"),
    ("a block", [block("10.0.1.0/24")], "DADD"),
    ("a block and its exception", [block("10.0.0.0/16", "10.0.0.0/24")], "DADD"),
    ("an exception cuts its own block only",
     [block("10.0.0.0/16", "10.0.0.0/24"), block("10.0.0.2/32")], "AADD"),
    ("every IPv4 address", [block("0.0.0.0/0")], "AADA"),
    ("every IPv6 address", [block("::/0")], "DDDD"),
    ("all but the outside", [block("0.0.0.0/0", "203.0.113.8/29")], "AADD"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "peers", "expected"), PEERS, ids=[row[0] for row in PEERS])
def test_peers_of_either_direction(name, peers, expected):
    into = policy("shop/p", INGRESS, of=selector(app="db"), ingress=[rule(*peers)])
    out = policy("shop/p", EGRESS, of=selector(app="db"), egress=[rule(*peers)])
    ends = (API, FRONT, UNKNOWN, INTERNET)

    sources = [Evaluator([into]).evaluate(flow(end, DB)).allowed for end in ends]
    destinations = [Evaluator([out]).evaluate(flow(DB, end)).allowed for end in ends]

    assert expected == "".join("A" if found else "D" for found in sources)
    assert sources == destinations


def test_an_address_of_the_other_family_is_in_no_block():
    six = endpoint("web/front", "::ffff:10.0.1.1")
    policies = [policy("shop/p", INGRESS, ingress=[rule(block("10.0.0.0/8"))])]

    assert not Evaluator(policies).evaluate(flow(six, DB)).allowed
    assert (
        Evaluator([policy("shop/p", INGRESS, ingress=[rule(block("::/0"))])]).evaluate(flow(six, DB)).allowed
    )


def test_a_profile_in_which_blocks_never_match_pods():
    policies = [policy("shop/p", INGRESS, ingress=[rule(block("0.0.0.0/0"))])]
    evaluator = Evaluator(policies, CniProfile("test", ip_block_matches_pods=False))
    node = NodeEndpoint("a node", INTERNET.address)

    assert not evaluator.evaluate(flow(FRONT, DB)).allowed
    assert evaluator.evaluate(flow(INTERNET, DB)).allowed
    assert evaluator.evaluate(flow(node, DB)).allowed


PORTS = [
    # an ingress port of shop, a flow to shop/db, whether it passes
    (PolicyPort(), (TCP, 1), True),
    (PolicyPort(), (UDP, 1), False),
    (PolicyPort(UDP), (UDP, 65535), True),
    (PolicyPort(SCTP, 80), (SCTP, 80), True),
    (PolicyPort(SCTP, 80), (TCP, 80), False),
    (PolicyPort(TCP, 80), (TCP, 79), False),
    (PolicyPort(TCP, 80), (TCP, 81), False),
    (PolicyPort(TCP, 80, 90), (TCP, 79), False),
    (PolicyPort(TCP, 80, 90), (TCP, 80), True),
    (PolicyPort(TCP, 80, 90), (TCP, 90), True),
    (PolicyPort(TCP, 80, 90), (TCP, 91), False),
    (PolicyPort(TCP, 80, 90), (UDP, 85), False),
    (PolicyPort(TCP, 7777), (TCP, 7777), True),
    (PolicyPort(TCP, "sql"), (TCP, 5432), True),
    (PolicyPort(TCP, "sql"), (TCP, 5433), False),
    (PolicyPort(TCP, "http"), (TCP, 8080), False),
    (PolicyPort(UDP, "sql"), (UDP, 5432), False),
    (PolicyPort(UDP, "stats"), (UDP, 9100), True),
    (PolicyPort(TCP, "stats"), (TCP, 9100), False),
]


@pytest.mark.parametrize(("port", "wanted", "expected"), PORTS, ids=str)
def test_ports_of_either_direction(port, wanted, expected):
    protocol, number = wanted
    into = policy("shop/p", INGRESS, ingress=[rule(ports=[port])])
    out = policy("web/p", EGRESS, egress=[rule(ports=[port])])

    for policies in ([into], [out], [into, out]):
        assert Evaluator(policies).evaluate(flow(FRONT, DB, number, protocol)).allowed is expected


def test_several_ports_are_alternatives():
    either = rule(ports=[PolicyPort(TCP, 80), PolicyPort(UDP, 53)])
    policies = [policy("shop/p", INGRESS, ingress=[either])]

    found = [
        (p, n)
        for p in (TCP, UDP)
        for n in (53, 80)
        if Evaluator(policies).evaluate(flow(API, DB, n, p)).allowed
    ]

    assert found == [(TCP, 80), (UDP, 53)]


def test_a_named_port_is_the_destinations_even_on_egress():
    named = policy("shop/p", EGRESS, egress=[rule(ports=[PolicyPort(TCP, "http")])])

    assert Evaluator([named]).evaluate(flow(API, FRONT, 8081)).allowed
    assert not Evaluator([named]).evaluate(flow(API, FRONT, 8080)).allowed
    for no_pod in (INTERNET, NodeEndpoint("a node", INTERNET.address)):
        assert not Evaluator([named]).evaluate(flow(API, no_pod, 8080)).allowed


def test_the_ports_and_the_peers_of_one_rule_both_have_to_match():
    apart = [
        rule(pods(app="api"), ports=[PolicyPort(TCP, 1)]),
        rule(pods(app="x"), ports=[PolicyPort(TCP, 80)]),
    ]
    joined = [rule(pods(app="x"), pods(app="api"), ports=[PolicyPort(TCP, 1), PolicyPort(TCP, 80)])]

    assert not Evaluator([policy("shop/p", INGRESS, ingress=apart)]).evaluate(flow(API, DB)).allowed
    assert Evaluator([policy("shop/p", INGRESS, ingress=joined)]).evaluate(flow(API, DB)).allowed


def test_a_namespace_that_does_not_carry_its_own_label_is_found_by_name():
    bare = PodEndpoint(FRONT.pod, Namespace("web", {}), FRONT.address)
    policies = [policy("shop/p", INGRESS, ingress=[rule(namespaces(**{METADATA_NAME: "web"}))])]

    assert Evaluator(policies).evaluate(flow(bare, DB)).allowed


# What is said about a decision


def test_only_a_denial_denies_and_only_rules_or_a_denial_tell_of_isolation():
    assert [one for one in Decision if not one.allows] == [
        DENIED,
        Decision.REJECTED,
        Decision.SCTP_DROPPED,
        Decision.HOST_DROPPED,
        Decision.NOT_CARRIED,
        Decision.UNSELECTED,
    ]
    assert [one for one in Decision if one.isolates] == [BY_RULE, DENIED, Decision.UNSELECTED]


def test_every_rule_that_allows_is_named_with_its_place():
    first = policy(
        "shop/a", INGRESS, ingress=[rule(pods(app="x")), rule(pods(app="api"), line=7), rule(line=9)]
    )
    second = policy("shop/b", INGRESS, ingress=[rule(line=20)])
    unrelated = policy("shop/c", EGRESS, ingress=[rule(line=30)])

    found = Evaluator([first, second, unrelated]).evaluate(flow(API, DB)).ingress

    assert [(one.policy, one.rule, one.origin.line) for one in found.rules] == [
        ("shop/a", 2, 7),
        ("shop/a", 3, 9),
        ("shop/b", 1, 20),
    ]
    assert {one.kind for one in found.rules} == {"NetworkPolicy"}
    assert found.nearest == ()


def test_rules_are_counted_within_their_direction():
    both = policy("shop/p", BOTH, ingress=[rule(pods(app="x"))], egress=[rule(pods(app="y")), rule(line=5)])

    found = Evaluator([both]).evaluate(flow(API, FRONT)).egress

    assert [(one.policy, one.rule) for one in found.rules] == [("shop/p", 2)]


def test_a_denied_direction_names_the_policies_that_isolate():
    policies = [
        policy("shop/a", INGRESS, line=3),
        policy("shop/b", INGRESS, of=selector(app="other")),
        policy("shop/c", EGRESS),
        policy("shop/d", BOTH, line=40),
    ]

    found = Evaluator(policies).evaluate(flow(FRONT, DB)).ingress

    assert [(one.policy, one.rule, one.origin.line) for one in found.rules] == [
        ("shop/a", None, 3),
        ("shop/d", None, 40),
    ]
    assert found.nearest == ()


def test_what_is_not_isolated_names_nothing():
    found = Evaluator([DENY_WEB]).evaluate(flow(INTERNET, DB))

    assert (found.egress.rules, found.ingress.rules, found.ingress.nearest) == ((), (), ())


# Special traffic


def test_a_pod_reaches_itself_whatever_the_policies_say():
    same = Decision.SAME_POD

    assert decisions([DENY_SHOP], flow(UNKNOWN, UNKNOWN, same_pod=True)) == (same, same)
    assert decisions([DENY_SHOP], flow(DB, replace(DB))) == (same, same)
    assert decisions([DENY_SHOP], flow(DB, replace(DB, address=API.address))) == (DENIED, DENIED)


def test_two_replicas_of_unknown_address_are_two_pods():
    assert decisions([DENY_WEB], flow(UNKNOWN, UNKNOWN)) == (DENIED, DENIED)


def test_a_node_is_no_pod_to_a_selector_and_an_address_to_a_block():
    node = NodeEndpoint("a node", INTERNET.address)
    by_label = policy("shop/p", BOTH, ingress=[rule(namespaces())], egress=[rule(namespaces())])
    by_block = policy(
        "shop/p", BOTH, ingress=[rule(block("203.0.113.0/24"))], egress=[rule(block("203.0.113.0/24"))]
    )

    assert decisions([by_label], flow(node, DB)) == (NO_POD, DENIED)
    assert decisions([by_label], flow(DB, node)) == (DENIED, NO_POD)
    assert decisions([by_block], flow(node, DB)) == (NO_POD, BY_RULE)
    assert decisions([by_block], flow(DB, node)) == (BY_RULE, NO_POD)
    assert decisions([by_block], flow(NodeEndpoint("a node"), DB)) == (NO_POD, DENIED)


OWN_NODE = NodeEndpoint("a node", INTERNET.address, is_own_node=True)


def test_the_own_node_always_reaches_its_pods():
    for own in OwnNodeEgress:
        evaluator = Evaluator([DENY_SHOP], CniProfile("test", own_node_egress=own))

        assert evaluator.evaluate(flow(OWN_NODE, DB)).ingress.decision is Decision.OWN_NODE


@pytest.mark.parametrize(
    ("own", "given", "expected"),
    [
        (OwnNodeEgress.OPEN, False, DENIED),
        (OwnNodeEgress.OPEN, True, Decision.OWN_NODE),
        (OwnNodeEgress.ALWAYS, False, Decision.OWN_NODE),
        (OwnNodeEgress.POLICY, True, DENIED),
    ],
)
def test_the_way_to_the_own_node_is_the_profiles(own, given, expected):
    evaluator = Evaluator([DENY_SHOP], CniProfile("test", own_node_egress=own))

    own_node = evaluator.evaluate(flow(DB, OWN_NODE), own_node_egress=given)
    another = evaluator.evaluate(flow(DB, replace(OWN_NODE, is_own_node=False)), own_node_egress=given)

    assert expected is own_node.egress.decision
    assert another.egress.decision is DENIED


def test_the_own_node_is_no_reason_where_policies_allow_anyway():
    evaluator = Evaluator([policy("shop/p", EGRESS, egress=[rule(line=4)])])

    found = evaluator.evaluate(flow(DB, OWN_NODE), own_node_egress=True).egress

    assert (found.decision, found.rules[0].rule) == (BY_RULE, 1)
    assert Evaluator([]).evaluate(flow(DB, OWN_NODE), own_node_egress=True).egress.decision is FREE


def test_the_own_node_opens_no_way_to_anything_else():
    evaluator = Evaluator([DENY_SHOP], CniProfile("test", own_node_egress=OwnNodeEgress.ALWAYS))

    for end in (API, INTERNET):
        assert evaluator.evaluate(flow(DB, end), own_node_egress=True).egress.decision is DENIED
