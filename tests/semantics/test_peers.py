"""Semantics 1.3: peers, AND and OR, selectors with absent keys, metadata.name."""

from __future__ import annotations

import pytest
from tests.semantics.checking import ALLOWED, DENIED, OUTSIDE, WORLD, flow_is_allowed, pod, policy

WEB = {"namespaceSelector": {"matchLabels": {"team": "web"}}}
API = {"podSelector": {"matchLabels": {"app": "api"}}}


def expression(key, operator, *values):
    return {
        "matchExpressions": [{"key": key, "operator": operator, **({"values": values} if values else {})}]
    }


TABLE = [
    # peers, and whether shop/api, shop/bare, web/api, web/front and an outside address are admitted
    ("podSelector: the policy's namespace", [API], "ADDDD"),
    ("namespaceSelector: all its pods", [WEB], "DDAAD"),
    ("both in one item: AND", [{**WEB, **API}], "DDADD"),
    ("in two items: OR", [WEB, API], "ADAAD"),
    ("empty podSelector", [{"podSelector": {}}], "AADDD"),
    ("empty namespaceSelector", [{"namespaceSelector": {}}], "AAAAD"),
    ("both empty", [{"namespaceSelector": {}, "podSelector": {}}], "AAAAD"),
    ("null podSelector beside a namespaceSelector", [{**WEB, "podSelector": None}], "DDAAD"),
    ("In", [{"podSelector": expression("app", "In", "api", "x")}], "ADDDD"),
    ("NotIn is true of an absent key", [{"podSelector": expression("app", "NotIn", "api")}], "DADDD"),
    ("Exists", [{"podSelector": expression("app", "Exists")}], "ADDDD"),
    ("DoesNotExist", [{"podSelector": expression("app", "DoesNotExist")}], "DADDD"),
    ("NotIn of a namespace's absent key",
     [{"namespaceSelector": expression("stage", "NotIn", "x")}], "AAAAD"),
    ("Exists of a namespace label", [{"namespaceSelector": expression("team", "Exists")}], "AAAAD"),
    ("matchLabels and matchExpressions: AND",
     [{"podSelector": {"matchLabels": {"app": "api"}, **expression("tier", "Exists")}}], "ADDDD"),
    ("null matchLabels", [{"podSelector": {"matchLabels": None}}], "AADDD"),
    ("the label of the control plane",
     [{"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "web"}}}], "DDAAD"),
    ("not of that name",
     [{"namespaceSelector": expression("kubernetes.io/metadata.name", "NotIn", "web")}], "AADDD"),
    ("unsatisfiable", [{"podSelector": {"matchLabels": {"app": "api"}, **expression("app", "NotIn", "api")}}],
     "DDDDD"),
]  # fmt: skip
SOURCES = ("shop/api", "shop/bare", "web/api", "web/front", OUTSIDE)


@pytest.mark.parametrize(("name", "peers", "expected"), TABLE, ids=[row[0] for row in TABLE])
def test_sources_that_a_peer_admits(name, peers, expected):
    objects = [
        *WORLD,
        policy("shop/p", podSelector={"matchLabels": {"app": "db"}}, ingress=[{"from": peers}]),
    ]

    found = "".join("A" if flow_is_allowed(objects, source, "shop/db") else "D" for source in SOURCES)

    assert expected == found


@pytest.mark.parametrize(("name", "peers", "expected"), TABLE, ids=[row[0] for row in TABLE])
def test_destinations_that_a_peer_admits(name, peers, expected):
    spec = {"policyTypes": ["Egress"], "egress": [{"to": peers}]}
    objects = [*WORLD, policy("shop/p", podSelector={"matchLabels": {"app": "db"}}, **spec)]

    found = "".join("A" if flow_is_allowed(objects, "shop/db", end) else "D" for end in SOURCES)

    assert expected == found


@pytest.mark.parametrize(
    ("selector", "isolated"),
    [
        (expression("app", "NotIn", "db"), "AD"),
        (expression("app", "DoesNotExist"), "AD"),
        (expression("app", "Exists"), "DA"),
        (expression("app", "In", ""), "AA"),
    ],
)
def test_pods_that_a_policy_selects(selector, isolated):
    objects = [*WORLD, policy("shop/p", podSelector=selector)]

    found = "".join(
        "A" if flow_is_allowed(objects, "web/front", end) else "D" for end in ("shop/db", "shop/bare")
    )

    assert isolated == found


def test_label_values_are_strings():
    one = {"podSelector": {"matchLabels": {"version": "1"}}}
    objects = [
        *WORLD,
        pod("shop/v1", version="1"),
        policy("shop/p", podSelector={"matchLabels": {"app": "db"}}, ingress=[{"from": [one]}]),
    ]

    assert flow_is_allowed(objects, "shop/v1", "shop/db") is ALLOWED
    assert flow_is_allowed(objects, "shop/api", "shop/db") is DENIED
