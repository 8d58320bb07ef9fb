"""Semantics 1.3 and 1.5: ipBlock, except, IPv4 and IPv6, dual stack, and pods whose address is not known."""

from __future__ import annotations

from ipaddress import ip_network

import pytest
from tests.semantics.checking import (
    ALLOWED,
    DENIED,
    OUTSIDE,
    OUTSIDE_V6,
    WORLD,
    flow_is_allowed,
    pod,
    policy,
)

from npverify.cni import CniProfile

NEVER = CniProfile("test", ip_block_matches_pods=False)


def block(cidr, *excepts):
    return {"ipBlock": {"cidr": cidr, **({"except": list(excepts)} if excepts else {})}}


TABLE = [
    ([block("203.0.113.0/24")], OUTSIDE, ALLOWED),
    ([block("203.0.112.0/24")], OUTSIDE, DENIED),
    ([block("203.0.113.9/32")], OUTSIDE, ALLOWED),
    ([block("203.0.113.8/32")], OUTSIDE, DENIED),
    ([block("203.0.113.8/31")], OUTSIDE, ALLOWED),
    ([block("203.0.113.10/31")], OUTSIDE, DENIED),
    ([block("0.0.0.0/0")], OUTSIDE, ALLOWED),
    ([block("0.0.0.0/0")], OUTSIDE_V6, DENIED),
    ([block("::/0")], OUTSIDE_V6, ALLOWED),
    ([block("::/0")], OUTSIDE, DENIED),
    ([block("2001:db8:ff::/64")], OUTSIDE_V6, ALLOWED),
    ([block("2001:db8:fe::/64")], OUTSIDE_V6, DENIED),
    ([block("203.0.113.0/24", "203.0.113.8/29")], OUTSIDE, DENIED),
    ([block("203.0.113.0/24", "203.0.113.16/29")], OUTSIDE, ALLOWED),
    ([block("203.0.113.0/24", "203.0.113.16/29", "203.0.113.9/32")], OUTSIDE, DENIED),
    ([block("203.0.113.0/24", "203.0.113.8/29", "203.0.113.0/25")], OUTSIDE, DENIED),
    ([block("203.0.113.0/24", "203.0.113.8/29"), block("203.0.113.9/32")], OUTSIDE, ALLOWED),
    ([block("2001:db8::/32", "2001:db8:ff::/48")], OUTSIDE_V6, DENIED),
    ([block("10.0.1.0/24")], "web/api", ALLOWED),
    ([block("10.0.1.0/24")], "shop/api", DENIED),
    ([block("2001:db8::/64")], "web/front", ALLOWED),
    ([block("2001:db8::/64")], "web/api", DENIED),
]


@pytest.mark.parametrize(("peers", "source", "expected"), TABLE, ids=str)
def test_addresses_that_a_block_holds(peers, source, expected):
    objects = [
        *WORLD,
        policy("shop/p", podSelector={"matchLabels": {"app": "db"}}, ingress=[{"from": peers}]),
    ]

    assert flow_is_allowed(objects, source, "shop/db") is expected


def test_except_of_one_policy_does_not_cut_another():
    wide = policy(
        "shop/wide", podSelector={}, ingress=[{"from": [block("203.0.113.0/24", "203.0.113.9/32")]}]
    )
    narrow = policy("shop/narrow", podSelector={}, ingress=[{"from": [block("203.0.113.9/32")]}])

    assert flow_is_allowed([*WORLD, wide], OUTSIDE, "shop/db") is DENIED
    assert flow_is_allowed([*WORLD, wide, narrow], OUTSIDE, "shop/db") is ALLOWED


def test_a_profile_whose_blocks_never_match_pods():
    objects = [*WORLD, policy("shop/p", podSelector={}, ingress=[{"from": [block("0.0.0.0/0")]}])]

    assert flow_is_allowed(objects, "web/api", "shop/db", profile=NEVER) is DENIED
    assert flow_is_allowed(objects, OUTSIDE, "shop/db", profile=NEVER) is ALLOWED


def test_both_ends_need_an_address_of_one_family():
    objects = [*WORLD, pod("web/six", ips=["2001:db8::6"])]

    assert flow_is_allowed(objects, "web/six", "shop/db") is ALLOWED
    assert flow_is_allowed(objects, "web/six", "shop/api") is DENIED
    assert flow_is_allowed(objects, "web/six", OUTSIDE) is DENIED


def test_a_pod_without_a_known_address_may_have_any_inside_the_pod_network():
    rules = [{"from": [block("10.9.0.0/16")]}]
    objects = [*WORLD, pod("web/new"), policy("shop/p", podSelector={}, ingress=rules)]

    assert flow_is_allowed(objects, "web/new", "shop/db") is ALLOWED
    inside, elsewhere = ip_network("10.9.1.0/24"), ip_network("10.8.0.0/16")
    assert flow_is_allowed(objects, "web/new", "shop/db", pod_cidrs=(inside,)) is ALLOWED
    assert flow_is_allowed(objects, "web/new", "shop/db", pod_cidrs=(elsewhere,)) is DENIED
