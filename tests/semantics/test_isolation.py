"""Semantics 1.1 and 1.2: isolation per direction, policyTypes and what is missing, null or empty."""

from __future__ import annotations

import pytest
from tests.semantics.checking import ALLOWED, DENIED, OUTSIDE, WORLD, flow_is_allowed, policy

ANY_RULE = [{}]

TABLE = [
    # spec of a policy in shop, ingress of shop/db from web/front, egress of shop/db to web/front
    ("no spec at all", {}, DENIED, ALLOWED),
    ("null podSelector", {"podSelector": None}, DENIED, ALLOWED),
    ("selects another pod", {"podSelector": {"matchLabels": {"app": "api"}}}, ALLOWED, ALLOWED),
    ("types missing, no rules", {"podSelector": {}}, DENIED, ALLOWED),
    ("types empty", {"podSelector": {}, "policyTypes": []}, DENIED, ALLOWED),
    ("types null", {"podSelector": {}, "policyTypes": None}, DENIED, ALLOWED),
    ("types missing, egress empty", {"podSelector": {}, "egress": []}, DENIED, ALLOWED),
    ("types missing, egress null", {"podSelector": {}, "egress": None}, DENIED, ALLOWED),
    ("types missing, an egress rule", {"podSelector": {}, "egress": ANY_RULE}, DENIED, ALLOWED),
    ("types missing, an egress rule that admits nothing here",
     {"podSelector": {}, "egress": [{"to": [{"podSelector": {}}]}]}, DENIED, DENIED),
    ("ingress only", {"podSelector": {}, "policyTypes": ["Ingress"]}, DENIED, ALLOWED),
    ("egress only", {"podSelector": {}, "policyTypes": ["Egress"]}, ALLOWED, DENIED),
    ("egress only, with ingress rules", {"podSelector": {}, "policyTypes": ["Egress"], "ingress": ANY_RULE},
     ALLOWED, DENIED),
    ("ingress only, with egress rules", {"podSelector": {}, "policyTypes": ["Ingress"], "egress": ANY_RULE},
     DENIED, ALLOWED),
    ("both, in the unusual order", {"podSelector": {}, "policyTypes": ["Egress", "Ingress"]}, DENIED, DENIED),
    ("one type twice", {"podSelector": {}, "policyTypes": ["Ingress", "Ingress"]}, DENIED, ALLOWED),
    ("an empty ingress rule", {"podSelector": {}, "ingress": ANY_RULE}, ALLOWED, ALLOWED),
    ("ingress empty", {"podSelector": {}, "ingress": []}, DENIED, ALLOWED),
    ("ingress null", {"podSelector": {}, "ingress": None}, DENIED, ALLOWED),
    ("from empty", {"podSelector": {}, "ingress": [{"from": []}]}, ALLOWED, ALLOWED),
    ("from null", {"podSelector": {}, "ingress": [{"from": None}]}, ALLOWED, ALLOWED),
    ("ports empty", {"podSelector": {}, "ingress": [{"ports": []}]}, ALLOWED, ALLOWED),
    ("ports null", {"podSelector": {}, "ingress": [{"ports": None}]}, ALLOWED, ALLOWED),
    ("to empty", {"podSelector": {}, "policyTypes": ["Egress"], "egress": [{"to": []}]}, ALLOWED, ALLOWED),
]  # fmt: skip


@pytest.mark.parametrize(("name", "spec", "ingress", "egress"), TABLE, ids=[row[0] for row in TABLE])
def test_isolation_of_each_direction(name, spec, ingress, egress):
    objects = [*WORLD, policy("shop/p", **spec)]

    assert flow_is_allowed(objects, "web/front", "shop/db") is ingress
    assert flow_is_allowed(objects, "shop/db", "web/front") is egress


@pytest.mark.parametrize(
    ("name", "spec", "expected"),
    [
        ("an empty rule admits what is outside", {"ingress": ANY_RULE}, ALLOWED),
        ("missing from admits what is outside", {"ingress": [{"ports": [{"port": 80}]}]}, ALLOWED),
        ("every namespace is not everyone", {"ingress": [{"from": [{"namespaceSelector": {}}]}]}, DENIED),
    ],
)
def test_what_is_outside(name, spec, expected):
    objects = [*WORLD, policy("shop/p", podSelector={}, **spec)]

    assert flow_is_allowed(objects, OUTSIDE, "shop/db") is expected


def test_policies_add_up_and_both_ends_decide():
    deny = policy("shop/deny", podSelector={}, policyTypes=["Ingress", "Egress"])
    let_in = policy("shop/in", podSelector={"matchLabels": {"app": "db"}}, ingress=ANY_RULE)
    let_out = policy(
        "shop/out", podSelector={"matchLabels": {"app": "api"}}, policyTypes=["Egress"], egress=ANY_RULE
    )

    assert flow_is_allowed([*WORLD, deny], "shop/api", "shop/db") is DENIED
    assert flow_is_allowed([*WORLD, deny, let_in], "shop/api", "shop/db") is DENIED
    assert flow_is_allowed([*WORLD, deny, let_out], "shop/api", "shop/db") is DENIED
    assert flow_is_allowed([*WORLD, deny, let_in, let_out], "shop/api", "shop/db") is ALLOWED
    assert flow_is_allowed([*WORLD, deny, let_in, let_out], "shop/db", "shop/api") is DENIED


def test_a_policy_is_of_its_own_namespace_only():
    objects = [*WORLD, policy("web/deny", podSelector={})]

    assert flow_is_allowed(objects, "web/front", "shop/db") is ALLOWED
    assert flow_is_allowed(objects, "shop/db", "web/front") is DENIED
