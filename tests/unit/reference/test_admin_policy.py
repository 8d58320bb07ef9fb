"""Admin policies on one concrete flow: every answer here was derived from the specification by hand."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import ip_address, ip_network
from itertools import permutations

import pytest
from tests.unit.reference.admin_world import (
    ACCEPT,
    ADMIN,
    ANY_POD,
    ANYWHERE,
    BASELINE,
    DENY,
    PASS,
    UNKNOWN_PEER,
    admin,
    does,
    names,
    networks,
    node,
    nodes,
    pod_set,
    pods_of,
)
from tests.unit.reference.reference_world import (
    API,
    BOTH,
    DB,
    EGRESS,
    FRONT,
    HOMES,
    INGRESS,
    INTERNET,
    SCTP,
    TCP,
    UDP,
    UNKNOWN,
    block,
    endpoint,
    flow,
    needs,
    outside,
    pods,
    policy,
    rule,
    selector,
)

from npverify.cni import CniProfile, OwnNodeEgress
from npverify.reference import Decision, Evaluator
from npverify.resources import AdminPeer, AdminPort, ContainerPort, NodeEndpoint, Pod, PodEndpoint

FREE, DENIED, BY_RULE = Decision.NOT_ISOLATED, Decision.DENIED, Decision.ALLOWED_BY_RULE
ACCEPTED, REJECTED = Decision.ACCEPTED, Decision.REJECTED
OWN_NODE, NO_POD = Decision.OWN_NODE, Decision.NO_POLICY_APPLIES


def evaluated(wanted, *admin_policies, policies=(), facts=(), profile=None, own_node_egress=False, **known):
    evaluator = Evaluator(policies, profile or CniProfile("test"), admin_policies=admin_policies, **known)
    return evaluator.evaluate(wanted, own_node_egress=own_node_egress, facts=frozenset(facts))


def into(wanted, *admin_policies, **around):
    return evaluated(wanted, *admin_policies, **around).ingress.decision


def out(wanted, *admin_policies, **around):
    return evaluated(wanted, *admin_policies, **around).egress.decision


# The tiers (3.2)

ALLOW_ALL = policy("shop/allow", INGRESS, ingress=[rule()])
DENY_ALL = policy("shop/deny", INGRESS)
EGRESS_ONLY = policy("shop/out", EGRESS)
TIERS = [
    # what Admin says, the NetworkPolicies, what Baseline says, and what comes of it for shop/api → shop/db
    ("nothing", None, [], None, FREE),
    ("Accept", ACCEPT, [DENY_ALL], DENY, ACCEPTED),
    ("Deny", DENY, [ALLOW_ALL], ACCEPT, REJECTED),
    ("Pass to a rule", PASS, [ALLOW_ALL], DENY, BY_RULE),
    ("Pass to isolation", PASS, [DENY_ALL], ACCEPT, DENIED),
    ("Pass to Baseline", PASS, [], DENY, REJECTED),
    ("Pass to nothing", PASS, [], None, FREE),
    ("Baseline Deny", None, [], DENY, REJECTED),
    ("Baseline Accept", None, [], ACCEPT, ACCEPTED),
    ("Baseline Pass falls to the default", None, [], PASS, FREE),
    ("Pass in both tiers", PASS, [], PASS, FREE),
    ("a rule is final", None, [ALLOW_ALL], DENY, BY_RULE),
    ("isolation is final", None, [DENY_ALL], ACCEPT, DENIED),
    ("a NetworkPolicy of the other direction is nothing to Baseline", None, [EGRESS_ONLY], DENY, REJECTED),
    ("nor to a Baseline Accept", None, [EGRESS_ONLY], ACCEPT, ACCEPTED),
]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "first", "policies", "last", "expected"), TIERS, ids=[row[0] for row in TIERS]
)
def test_each_tier_has_its_turn(name, first, policies, last, expected):
    tiers = [
        admin("p", tier, of=pod_set(app="db"), ingress=[does(action)])
        for tier, action in ((BASELINE, last), (ADMIN, first))
        if action is not None
    ]

    assert into(flow(API, DB), *tiers, policies=policies) is expected


@pytest.mark.parametrize(
    ("types", "egress", "ingress"),
    [
        ((), REJECTED, REJECTED),
        (INGRESS, REJECTED, DENIED),
        (EGRESS, DENIED, REJECTED),
        (BOTH, DENIED, DENIED),
    ],
)
def test_baseline_is_overridden_by_direction(types, egress, ingress):
    both = admin("p", BASELINE, ingress=[does(DENY)], egress=[does(DENY)])
    policies = [policy("shop/p", types)] if types else []

    found = evaluated(flow(API, DB), both, policies=policies)

    assert (found.egress.decision, found.ingress.decision) == (egress, ingress)


def test_a_network_policy_that_selects_other_pods_leaves_baseline_alone():
    baseline = admin("p", BASELINE, ingress=[does(DENY)])
    other = policy("shop/p", INGRESS, of=selector(app="api"), ingress=[rule()])

    assert into(flow(API, DB), baseline, policies=[other]) is REJECTED


def test_a_policy_without_a_matching_rule_isolates_nothing():
    silent = admin(ingress=[does(ACCEPT, pods_of(app="x"))])

    assert into(flow(API, DB), silent, admin(egress=[])) is FREE


def test_accept_at_one_end_says_nothing_about_the_other():
    out_is_accepted = admin("a", egress=[does(ACCEPT)])
    in_is_denied = admin("b", priority=20, ingress=[does(DENY)])
    in_is_accepted = admin("c", priority=20, ingress=[does(ACCEPT)])

    by_admin = evaluated(flow(API, DB), out_is_accepted, in_is_denied)
    by_policy = evaluated(flow(API, DB), out_is_accepted, policies=[DENY_ALL])
    by_egress = evaluated(flow(API, DB), in_is_accepted, policies=[EGRESS_ONLY])

    assert (by_admin.egress.decision, by_admin.ingress.decision) == (ACCEPTED, REJECTED)
    assert (by_policy.egress.decision, by_policy.ingress.decision) == (ACCEPTED, DENIED)
    assert (by_egress.egress.decision, by_egress.ingress.decision) == (DENIED, ACCEPTED)
    assert not any(found.allowed for found in (by_admin, by_policy, by_egress))


def test_rules_of_the_other_direction_do_not_count():
    assert into(flow(API, DB), admin(egress=[does(DENY)])) is FREE
    assert out(flow(API, DB), admin(ingress=[does(DENY)])) is FREE


def test_a_lower_priority_and_then_an_earlier_rule_comes_first():
    late = admin("a", priority=11, ingress=[does(DENY)])
    early = admin("z", priority=9, ingress=[does(PASS, pods_of(app="api")), does(DENY)])

    assert into(flow(API, DB), late, early) is FREE
    assert into(flow(FRONT, DB), late, early) is REJECTED
    assert into(flow(API, DB), late, replace(early, priority=12)) is REJECTED


def test_pass_skips_the_rest_of_its_tier_only():
    tier = [admin("a", priority=1, ingress=[does(PASS)]), admin("b", priority=2, ingress=[does(DENY)])]

    assert into(flow(API, DB), *tier) is FREE
    assert into(flow(API, DB), *tier, admin("c", BASELINE, 0, ingress=[does(DENY)])) is REJECTED


# Ties (3.3)


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ((), ACCEPTED),
        (("tie-first:ClusterNetworkPolicy/b",), REJECTED),
        (("tie-first:ClusterNetworkPolicy/a",), ACCEPTED),
        (("tie-first:AdminNetworkPolicy/b",), ACCEPTED),
    ],
)
def test_of_two_policies_either_can_go_first(facts, expected):
    tied = [admin("b", ingress=[does(DENY)]), admin("a", ingress=[does(ACCEPT)])]

    assert into(flow(API, DB), *tied, facts=facts) is expected
    assert into(flow(API, DB), *tied[::-1], facts=facts) is expected


def test_policies_of_two_kinds_tie():
    tied = [
        admin("p", kind="ClusterNetworkPolicy", ingress=[does(DENY)]),
        admin("p", kind="AdminNetworkPolicy", ingress=[does(ACCEPT)]),
    ]

    assert into(flow(API, DB), *tied) is ACCEPTED
    assert into(flow(API, DB), *tied, facts=["tie-first:ClusterNetworkPolicy/p"]) is REJECTED


def test_no_fact_puts_a_policy_before_one_of_another_priority_or_tier():
    facts = ["tie-first:ClusterNetworkPolicy/b"]
    later = admin("b", priority=11, ingress=[does(DENY)])

    assert into(flow(API, DB), admin("a", ingress=[does(ACCEPT)]), later, facts=facts) is ACCEPTED
    other_tier = admin("b", BASELINE, ingress=[does(DENY)])
    assert into(flow(API, DB), admin("a", ingress=[does(ACCEPT)]), other_tier, facts=facts) is ACCEPTED


def test_two_facts_give_three_policies_any_order():
    """Rule n of the policies is about one pod of three, so that each order shows in what these get."""
    tied = {
        "a": admin("a", ingress=[does(ACCEPT, pods_of(app="api"), pods_of(app="front"))]),
        "b": admin("b", ingress=[does(DENY, pods_of(app="api"), pods_of(app="new"))]),
        "c": admin("c", ingress=[does(PASS, pods_of(app="front"), pods_of(app="new"))]),
    }
    action_of = {"a": ACCEPTED, "b": REJECTED, "c": FREE}

    for order in permutations("abc"):
        facts = [
            f"tie-{n}:ClusterNetworkPolicy/{p}" for n, p in zip(("first", "second"), order, strict=False)
        ]
        for end, concerned in ((API, "ab"), (FRONT, "ac"), (UNKNOWN, "bc")):
            first = next(name for name in order if name in concerned)

            assert into(flow(end, DB), *tied.values(), facts=facts) is action_of[first], (order, end)


def test_both_directions_see_one_order():
    tied = [
        admin("a", egress=[does(ACCEPT)], ingress=[does(DENY)]),
        admin("b", egress=[does(DENY)], ingress=[does(ACCEPT)]),
    ]

    for facts in ((), ["tie-first:ClusterNetworkPolicy/b"]):
        assert not evaluated(flow(API, DB), *tied, facts=facts).allowed


# Subjects and peers of pods (3.1)

SUBJECTS = [
    # a subject, and whether shop/db, shop/api, web/front and web/new are in it
    (pod_set(), "yyyy"),
    (pod_set(team="shop"), "yynn"),
    (pod_set(app="front"), "nnyn"),
    (pod_set(team="shop", app="front"), "nnnn"),
    (pod_set(team="web", app="front"), "nnyn"),
    (replace(pod_set(), pod_selector=selector(needs("tier", "NotIn", "x"))), "yyyy"),
    (replace(pod_set(), namespace_selector=selector(needs("team", "DoesNotExist"))), "nnnn"),
    (replace(pod_set(), namespace_selector=selector(**{"kubernetes.io/metadata.name": "web"})), "nnyy"),
]


@pytest.mark.parametrize(("chosen", "expected"), SUBJECTS, ids=str)
def test_subjects_and_pod_peers_need_both_selectors(chosen, expected):
    ends = (DB, API, FRONT, UNKNOWN)
    other = endpoint("shop/other", "10.0.0.77", app="other")
    of = admin(of=chosen, ingress=[does(DENY, pods_of(app="other"))])
    from_pods = admin(of=pod_set(app="other"), ingress=[does(DENY, AdminPeer(pods=chosen))])
    to_pods = admin(of=pod_set(app="other"), egress=[does(DENY, AdminPeer(pods=chosen))])

    subjects = [into(flow(other, end), of) is REJECTED for end in ends]

    assert expected == "".join("y" if found else "n" for found in subjects)
    assert [into(flow(end, other), from_pods) is REJECTED for end in ends] == subjects
    assert [out(flow(other, end), to_pods) is REJECTED for end in ends] == subjects


HOST_NODE = NodeEndpoint("n1", ip_address("10.0.0.2"))
"""What a hostNetwork pod is; it has the address of shop/api, to see whether anything takes it for a pod."""


def test_a_host_network_pod_is_no_subject_and_no_pod():
    every = admin(ingress=[does(DENY)], egress=[does(DENY)])

    assert evaluated(flow(HOST_NODE, DB), every).egress.decision is NO_POD
    assert into(flow(HOST_NODE, DB), every) is FREE
    assert out(flow(DB, HOST_NODE), every) is FREE
    assert into(flow(DB, HOST_NODE), every) is NO_POD


def test_an_address_outside_is_no_pod():
    assert into(flow(INTERNET, DB), admin(ingress=[does(DENY)])) is FREE
    assert out(flow(DB, INTERNET), admin(egress=[does(DENY)])) is FREE


def test_several_peers_are_alternatives_and_ports_are_wanted_besides():
    either = does(DENY, pods_of(app="api"), networks("203.0.113.0/24"), ports=[AdminPort(TCP, 80, 80)])
    policies = admin(egress=[either])

    assert out(flow(DB, API), policies) is REJECTED
    assert out(flow(DB, INTERNET), policies) is REJECTED
    assert out(flow(DB, FRONT), policies) is FREE
    assert out(flow(DB, API, 81), policies) is FREE


# Networks

SIX_POD = endpoint("web/front", "2001:db8::5", app="front")
SIX_NODE = NodeEndpoint("n6", ip_address("2001:db8:1::6"))
SIX_OUTSIDE = outside("2001:db8:ffff::1")
ENDS = {
    "pod": FRONT,
    "node": NodeEndpoint("n1", ip_address("192.168.0.1")),
    "outside": INTERNET,
    "pod6": SIX_POD,
    "node6": SIX_NODE,
    "outside6": SIX_OUTSIDE,
    "pod without address": UNKNOWN,
    "node without address": NodeEndpoint("n2"),
}
NETWORKS = [
    (networks("0.0.0.0/0"), ["pod", "node", "outside"]),
    (networks("::/0"), ["pod6", "node6", "outside6"]),
    (ANYWHERE, ["pod", "node", "outside", "pod6", "node6", "outside6"]),
    (networks("10.0.1.1/32"), ["pod"]),
    (networks("10.0.1.0/31", "192.168.0.0/24"), ["pod", "node"]),
    (networks("203.0.113.8/29"), ["outside"]),
    (networks("203.0.113.10/31"), []),
    (networks("2001:db8::/48"), ["pod6"]),
    (networks("2001:db8:1::6/128"), ["node6"]),
    (networks("2001:db8:ffff::/48"), ["outside6"]),
    (networks("::ffff:0:0/96"), []),
]


@pytest.mark.parametrize(("peer", "expected"), NETWORKS, ids=str)
@pytest.mark.parametrize("matches_pods", [True, False])
def test_networks_hold_every_address_whatever_an_ip_block_does(peer, expected, matches_pods):
    profile = CniProfile("test", ip_block_matches_pods=matches_pods)
    denial = admin(egress=[does(DENY, peer)])

    found = [name for name, end in ENDS.items() if out(flow(DB, end), denial, profile=profile) is REJECTED]

    assert found == expected


# Nodes

NODES = [
    node("n1", "192.168.0.1", "2001:db8:1::1", pool="a"),
    node("n2", "192.168.0.2", pool="b"),
    node("n3", pool="a"),
]
NODE_ENDS = {
    "n1": NodeEndpoint("n1", ip_address("192.168.0.1")),
    "n1 by IPv6": NodeEndpoint("n1", ip_address("2001:db8:1::1")),
    "n2": NodeEndpoint("n2", ip_address("192.168.0.2")),
    "unknown": NodeEndpoint("n9", ip_address("192.168.0.9")),
    "no address": NodeEndpoint("n3"),
    "outside": outside("192.168.0.7"),
    "pod": FRONT,
    "pod at the address of n1": endpoint("web/front", "192.168.0.1"),
}
NODE_PEERS = [
    (nodes(), ["n1", "n1 by IPv6", "n2", "unknown", "no address"]),
    (nodes(pool="a"), ["n1", "n1 by IPv6"]),
    (nodes(pool="b"), ["n2"]),
    (nodes(pool="c"), []),
    (nodes(needs("pool", "NotIn", "a")), ["n2"]),
    (nodes(needs("zone", "DoesNotExist")), ["n1", "n1 by IPv6", "n2"]),
    (nodes(needs("zone", "Exists")), []),
    (networks("192.168.0.1/32"), ["n1", "pod at the address of n1"]),
]


@pytest.mark.parametrize(("peer", "expected"), NODE_PEERS, ids=str)
def test_nodes_are_matched_by_the_addresses_of_node_objects(peer, expected):
    denial = admin(egress=[does(DENY, peer)])

    found = [name for name, end in NODE_ENDS.items() if out(flow(DB, end), denial, nodes=NODES) is REJECTED]

    assert found == expected


def test_without_node_objects_only_the_empty_selector_knows_a_node():
    known = NODE_ENDS["n1"]

    assert out(flow(DB, known), admin(egress=[does(DENY, nodes())])) is REJECTED
    assert out(flow(DB, known), admin(egress=[does(DENY, nodes(pool="a"))])) is FREE


# A pod's own node (1.5)

OWN = NodeEndpoint("n1", ip_address("192.168.0.1"), is_own_node=True)


def test_the_own_node_reaches_its_pod_whatever_an_admin_policy_denies():
    denials = [
        admin(name, tier, ingress=[does(DENY, UNKNOWN_PEER)])
        for name, tier in (("a", ADMIN), ("b", BASELINE))
    ]

    assert into(flow(OWN, DB), *denials, policies=[DENY_ALL]) is OWN_NODE
    assert into(flow(replace(OWN, is_own_node=False), DB), *denials) is REJECTED


@pytest.mark.parametrize("own", [own for own in OwnNodeEgress if own is not OwnNodeEgress.NEVER])
@pytest.mark.parametrize("given", [False, True])
def test_what_the_admin_tier_says_of_the_way_to_the_own_node_holds(own, given):
    around = {"profile": CniProfile("test", own_node_egress=own), "own_node_egress": given, "nodes": NODES}
    denied = admin(egress=[does(DENY, nodes())])
    accepted = admin(egress=[does(ACCEPT, nodes(pool="a"))])

    assert out(flow(DB, OWN), denied, **around) is REJECTED
    assert out(flow(DB, OWN), accepted, policies=[EGRESS_ONLY], **around) is ACCEPTED


@pytest.mark.parametrize(
    ("own", "given", "by_policy", "by_baseline"),
    [
        (OwnNodeEgress.ALWAYS, False, OWN_NODE, OWN_NODE),
        (OwnNodeEgress.POLICY, True, DENIED, REJECTED),
        (OwnNodeEgress.OPEN, True, OWN_NODE, OWN_NODE),
        (OwnNodeEgress.OPEN, False, DENIED, REJECTED),
    ],
)
def test_after_a_pass_the_way_to_the_own_node_is_the_profiles(own, given, by_policy, by_baseline):
    around = {"profile": CniProfile("test", own_node_egress=own), "own_node_egress": given}
    passes = admin("a", egress=[does(PASS, nodes())])
    baseline = admin("b", BASELINE, egress=[does(DENY, nodes())])

    assert out(flow(DB, OWN), passes, policies=[EGRESS_ONLY], **around) is by_policy
    assert out(flow(DB, OWN), passes, baseline, **around) is by_baseline


def test_a_node_that_drops_what_its_pods_send_does_so_whatever_an_admin_policy_accepts():
    around = {"profile": CniProfile("test", own_node_egress=OwnNodeEgress.NEVER), "nodes": NODES}
    accepted = admin(egress=[does(ACCEPT, nodes(pool="a"))])

    assert out(flow(DB, OWN), accepted, **around) is Decision.HOST_DROPPED
    assert out(flow(DB, replace(OWN, is_own_node=False)), accepted, **around) is ACCEPTED


def test_a_pod_reaches_itself_whatever_an_admin_policy_denies():
    every = admin(ingress=[does(DENY)], egress=[does(DENY, ANYWHERE)])

    assert evaluated(flow(DB, DB), every).allowed
    assert evaluated(flow(UNKNOWN, UNKNOWN, same_pod=True), every).allowed
    assert not evaluated(flow(UNKNOWN, UNKNOWN), every).allowed


# A peer of an unknown kind fails closed


@pytest.mark.parametrize(
    ("action", "expected"), [(ACCEPT, DENIED), (DENY, REJECTED), (PASS, REJECTED)], ids=str
)
@pytest.mark.parametrize(
    "peers", [(UNKNOWN_PEER,), (UNKNOWN_PEER, pods_of(app="x")), (ANY_POD, UNKNOWN_PEER)]
)
@pytest.mark.parametrize("ports", [(), (AdminPort(UDP, 53, 53),)])
def test_a_rule_with_an_unknown_peer_fails_closed(action, expected, peers, ports):
    unknown = does(action, *peers, ports=ports)

    for source in (API, INTERNET, HOST_NODE):
        assert into(flow(source, DB), admin(ingress=[unknown]), policies=[DENY_ALL]) is expected
    closed_out = out(flow(API, INTERNET), admin(egress=[unknown]), policies=[EGRESS_ONLY])
    assert closed_out is expected


def test_failing_closed_takes_the_turn_of_the_rule():
    before = [does(ACCEPT, pods_of(app="api")), does(PASS, UNKNOWN_PEER), does(ACCEPT)]
    nothing = [does(ACCEPT, UNKNOWN_PEER), does(DENY, pods_of(app="api"))]

    assert into(flow(API, DB), admin(ingress=before)) is ACCEPTED
    assert into(flow(FRONT, DB), admin(ingress=before)) is REJECTED
    assert into(flow(API, DB), admin(ingress=nothing)) is REJECTED
    assert into(flow(FRONT, DB), admin(ingress=nothing)) is FREE


def test_failing_closed_is_for_the_subject_only():
    other = admin(of=pod_set(app="api"), ingress=[does(DENY, UNKNOWN_PEER)])

    assert into(flow(FRONT, DB), other) is FREE


def test_a_pass_that_fails_closed_is_reported_as_a_denial():
    found = evaluated(flow(API, DB), admin(ingress=[does(PASS, UNKNOWN_PEER, line=7)])).ingress

    assert [str(step) for step in found.path] == ["Admin p10 ClusterNetworkPolicy p rule 1 Deny"]
    assert [(one.rule, one.origin.line) for one in found.rules] == [(1, 7)]


# Domain names

RESOLVED = {
    "a.example.com": (ip_network("203.0.113.9/32"), ip_network("2001:db8:ffff::/64")),
    "deep.b.example.com": (ip_network("203.0.113.10/32"),),
    "example.org": (ip_network("10.0.1.1/32"), ip_network("192.168.0.1/32")),
    "*.wild.example": (ip_network("203.0.113.11/32"),),
}
NAME_ENDS = {
    "9": INTERNET,
    "10": outside("203.0.113.10"),
    "11": outside("203.0.113.11"),
    "12": outside("203.0.113.12"),
    "six": outside("2001:db8:ffff::1"),
    "pod": FRONT,
    "node": NodeEndpoint("n1", ip_address("192.168.0.1")),
    "unknown pod": UNKNOWN,
}
OUTSIDE_ENDS = ["9", "10", "11", "12", "six"]
NAMES = [
    # domain names, which of them the flow goes to besides what is resolved, and the ends that match
    (("a.example.com",), (), ["9", "six"]),
    (("a.example.com",), ("a.example.com",), ["9", "six"]),
    (("b.example.com",), (), []),
    (("b.example.com",), ("b.example.com",), OUTSIDE_ENDS),
    (("b.example.com",), ("deep.b.example.com", "*.example.com"), []),
    (("example.org",), (), ["pod", "node"]),
    (("example.com",), (), []),
    (("*.example.com",), (), ["9", "10", "six"]),
    (("*.b.example.com",), (), ["10"]),
    (("*.a.example.com",), (), []),
    (("*.mple.com",), (), []),
    (("*.example.com",), ("*.example.com",), OUTSIDE_ENDS),
    (("*.example.com",), ("*.b.example.com",), ["9", "10", "six"]),
    (("*.wild.example",), (), ["11"]),
    (("*.wild.example",), ("*.wild.example",), ["11"]),
    (("x.wild.example",), (), []),
    (("x.wild.example",), ("x.wild.example",), OUTSIDE_ENDS),
    (("b.example.com", "deep.b.example.com"), (), ["10"]),
]  # fmt: skip


@pytest.mark.parametrize(("wanted", "so", "expected"), NAMES, ids=str)
@pytest.mark.parametrize("action", [ACCEPT, DENY])
def test_domain_names(wanted, so, expected, action):
    named = admin(egress=[does(action, names(*wanted))])
    facts = [f"domain:{name}" for name in so]
    decided = ACCEPTED if action is ACCEPT else REJECTED

    found = {
        name: out(flow(DB, end), named, facts=facts, resolved=RESOLVED) for name, end in NAME_ENDS.items()
    }

    assert [name for name, decision in found.items() if decision is decided] == expected
    assert set(found.values()) <= {decided, FREE}


def test_a_pass_by_domain_name_skips_a_denial():
    tier = admin(egress=[does(PASS, names("a.example")), does(DENY, ANYWHERE)])

    assert out(flow(DB, INTERNET), tier, facts=["domain:a.example"]) is FREE
    assert out(flow(DB, INTERNET), tier) is REJECTED
    assert out(flow(DB, FRONT), tier, facts=["domain:a.example"]) is REJECTED


# Ports


WEB = endpoint(
    "web/two",
    "10.0.1.2",
    [ContainerPort("http", 8080), ContainerPort("http", 9090), ContainerPort("both", 53, UDP)],
    app="two",
)
PORTS = [
    # ports of a rule, and the flows to shop/db, web/front, web/two and outside that match
    (
        [],
        ["tcp 53", "tcp 80", "tcp 5432", "tcp 8080", "tcp 8081", "tcp 9090", "udp 53", "udp 9100", "sctp 80"],
    ),
    ([AdminPort(TCP)], ["tcp 53", "tcp 80", "tcp 5432", "tcp 8080", "tcp 8081", "tcp 9090"]),
    ([AdminPort(SCTP)], ["sctp 80"]),
    ([AdminPort(UDP, 53, 53)], ["udp 53"]),
    ([AdminPort(TCP, 8080, 8081)], ["tcp 8080", "tcp 8081"]),
    ([AdminPort(TCP, 8079, 8080)], ["tcp 8080"]),
    ([AdminPort(TCP, 8081, 9089)], ["tcp 8081"]),
    ([AdminPort(SCTP, 80, 80), AdminPort(UDP, 9100, 9100)], ["udp 9100", "sctp 80"]),
]
TRAFFIC = [(TCP, n) for n in (53, 80, 5432, 8080, 8081, 9090)] + [(UDP, 53), (UDP, 9100), (SCTP, 80)]


@pytest.mark.parametrize(("ports", "expected"), PORTS, ids=str)
def test_protocols_are_alternatives(ports, expected):
    denial = admin(egress=[does(DENY, ANYWHERE, ports=ports)])

    for end in (DB, WEB, INTERNET):
        found = [
            f"{protocol.lower()} {number}"
            for protocol, number in TRAFFIC
            if out(flow(API, end, number, protocol), denial) is REJECTED
        ]

        assert found == expected


NAMED = [
    # a port name, an end, and its flows that match
    ("sql", DB, [(TCP, 5432)]),
    ("stats", DB, [(UDP, 9100)]),
    ("http", DB, []),
    ("http", FRONT, [(TCP, 8081)]),
    ("http", WEB, [(TCP, 8080), (TCP, 9090)]),
    ("both", WEB, [(UDP, 53)]),
    ("http", INTERNET, []),
    ("http", NodeEndpoint("n1", INTERNET.address), []),
]


@pytest.mark.parametrize(("name", "end", "expected"), NAMED, ids=lambda value: str(value)[:30])
def test_a_port_name_is_that_of_the_destination_with_its_protocol(name, end, expected):
    """The source declares every name, with other numbers: it does not matter."""
    source = endpoint(
        "shop/src", "10.0.0.88", [ContainerPort(n, 80) for n in ("http", "sql", "stats", "both")]
    )
    out_by_name = admin(egress=[does(DENY, ANYWHERE, ports=[AdminPort(name=name)])])
    in_by_name = admin(ingress=[does(DENY, ports=[AdminPort(name=name)])])

    found = [(p, n) for p, n in TRAFFIC if out(flow(source, end, n, p), out_by_name) is REJECTED]

    assert found == expected
    if isinstance(end, PodEndpoint):
        assert [
            (p, n) for p, n in TRAFFIC if into(flow(source, end, n, p), in_by_name) is REJECTED
        ] == expected


def test_a_name_among_several_ports():
    either = admin(ingress=[does(DENY, ports=[AdminPort(UDP, 1, 2), AdminPort(name="sql")])])

    assert into(flow(API, DB, 5432), either) is REJECTED
    assert into(flow(API, DB, 5433), either) is FREE


# What is said about a decision


def test_the_path_names_the_rules_that_matched_in_each_tier():
    tiers = [
        admin("a", ingress=[does(DENY, pods_of(app="x")), does(PASS, line=4)]),
        admin("b", BASELINE, 7, ingress=[does(ACCEPT, line=9)]),
    ]

    found = evaluated(flow(API, DB), *tiers).ingress
    by_policy = evaluated(flow(API, DB), *tiers, policies=[ALLOW_ALL]).ingress

    assert [str(step) for step in found.path] == [
        "Admin p10 ClusterNetworkPolicy a rule 2 Pass",
        "Baseline p7 ClusterNetworkPolicy b rule 1 Accept",
    ]
    assert [(one.policy, one.rule, one.origin.line) for one in found.rules] == [("b", 1, 9)]
    assert (by_policy.decision, len(by_policy.path)) == (BY_RULE, 1)
    assert not found.isolates
    assert by_policy.isolates


def test_isolation_is_told_where_an_admin_policy_decides_before_it():
    accepted = evaluated(flow(API, DB), admin(ingress=[does(ACCEPT)]), policies=[DENY_ALL]).ingress

    assert (accepted.decision, accepted.isolates) == (ACCEPTED, True)


def test_an_ip_block_and_a_network_of_one_profile_differ():
    """`networks` hold a pod's address where an ipBlock does not."""
    profile = CniProfile("test", ip_block_matches_pods=False)
    by_block = policy("shop/out", EGRESS, egress=[rule(block("10.0.0.0/8"), pods(app="x"))])

    assert out(flow(API, FRONT), policies=[by_block], profile=profile) is DENIED
    accepted = admin(egress=[does(ACCEPT, networks("10.0.0.0/8"))])
    assert out(flow(API, FRONT), accepted, policies=[by_block], profile=profile) is ACCEPTED


def test_a_namespace_is_found_by_its_name_without_its_label():
    bare = PodEndpoint(Pod("web", "front", {}), replace(HOMES["web"], labels={}))
    by_name = replace(pod_set(), namespace_selector=selector(**{"kubernetes.io/metadata.name": "web"}))

    assert into(flow(bare, DB), admin(ingress=[does(DENY, AdminPeer(pods=by_name))])) is REJECTED
