"""NPV261, and NPV225 beside it: egress that is looked at before the address of a Service is translated."""

from __future__ import annotations

import pytest
from tests.unit.lint.linting import (
    deployment,
    egress,
    findings,
    ingress,
    marked,
    messages,
    namespace,
    service,
)

from npverify.cni import profile_of

CODE, SERVICE_PORT = "NPV261", "NPV225"
AWS = profile_of("aws-vpc,enabled=true")
API = deployment("api", "app: api, tier: back", "{name: http, containerPort: 8080}")
MINE = "{matchLabels: {app: web}}"
TO_API = "{podSelector: {matchLabels: {app: api}}}"
TO_BACK = "{podSelector: {matchLabels: {app: api, tier: back}}}"


def before(port: int = 8080, extra: str = "", selector: str = "{app: api}", target: str = "8080") -> str:
    return service("api", f"{extra}selector: {selector}, ports: [{{port: {port}, targetPort: {target}}}]")


def out(peers: str, ports: str = "{port: 8080}", name: str = "p") -> str:
    return egress(peers, ports, selector=MINE, name=name)


def test_a_selector_that_does_not_meet_the_peer_closes_the_service():
    (found,) = findings(CODE, API, before(), out(TO_BACK), profile=AWS)

    assert found.message == (
        "the peer admits pods behind Service `shop/api`, and not the Service: `--cni aws-vpc,enabled=true` "
        "looks at egress before the translation, and its selector `app=api` does not meet `app=api,tier=back`"
    )
    assert found.part == "egress rule 1 peer 1 Service shop/api"
    assert marked(found) == TO_BACK


@pytest.mark.parametrize("ports", ["{port: 8080}", "{port: http}", "{port: 8000, endPort: 9000}"])
def test_another_port_of_the_service_is_against_the_user_guide(ports):
    (found,) = findings(CODE, API, before(80, target="http"), out(TO_API, ports), profile=AWS)

    assert found.message == (
        "port 80 of Service `shop/api` leads to 8080: `--cni aws-vpc,enabled=true` looks at egress before "
        "the translation, and wants the two to be the same"
    )
    assert found.hint == "give the Service the port of its pods, 8080, or list both in the rule"


@pytest.mark.parametrize(
    ("documents", "rule"),
    [
        ([before()], out(TO_API)),
        ([before()], out(TO_API, "{port: http}")),
        ([before(80)], out(TO_API, "")),
        ([before(80)], out(TO_API, "{port: 8080}, {port: 80}")),
        ([before(80)], out(TO_API, "{port: 80}, {port: 8080}")),
        ([before(80)], out(TO_API, "{port: 1, endPort: 9000}")),
        ([before(80)], out(TO_API, "{protocol: TCP}")),
        ([before(80, "clusterIP: None, ")], out(TO_API)),
        ([before(80)], out(TO_API, "{port: 9090}")),
        ([before(80)], out("{podSelector: {matchLabels: {app: other}}}")),
        ([before(80)], out("")),
        ([before(80)], ingress(TO_API, "{port: 8080}", selector=MINE)),
        ([before(selector="{app: api, tier: back}")], out(TO_BACK)),
        ([], out(TO_API)),
    ],
)
def test_what_the_service_is_reached_by_is_fine(documents, rule):
    assert findings(CODE, API, *documents, rule, profile=AWS) == ()


@pytest.mark.parametrize(
    ("peers", "ports", "number"),
    [
        ("", "", 0),
        ("", "{port: 8080}", 0),
        ("", "{port: 443}", 1),
        (TO_API, "{port: 8080}", 0),
        ("{ipBlock: {cidr: 10.96.0.0/16}}", "{port: 8080}", 0),
        ("{ipBlock: {cidr: 10.97.0.0/16}}", "{port: 8080}", 1),
        ("{ipBlock: {cidr: 10.96.0.0/16, except: [10.96.0.17/32]}}", "", 1),
    ],
)
def test_another_rule_of_the_pods_may_admit_it(peers, ports, number):
    documents = [API, before(extra="clusterIP: 10.96.0.17, "), out(TO_BACK), out(peers, ports, name="q")]

    assert len(findings(CODE, *documents, profile=AWS)) == number


def test_a_service_of_unknown_address_may_be_in_any_block():
    documents = [API, before(), out(TO_BACK), out("{ipBlock: {cidr: 10.0.0.0/8}}", name="q")]

    assert findings(CODE, *documents, profile=AWS) == ()


def test_namespaces_are_looked_up_as_for_pods():
    rule = egress(
        "{namespaceSelector: {matchLabels: {team: shop}}}", "{port: 8080}", selector=MINE, namespace="far"
    )

    assert len(findings(CODE, namespace("shop", "team: shop"), API, before(80), rule, profile=AWS)) == 1
    assert findings(CODE, namespace("shop", "team: x"), API, before(80), rule, profile=AWS) == ()


def test_a_service_of_another_namespace_is_not_meant_by_a_peer_of_ones_own():
    rule = egress(TO_API, "{port: 8080}", selector=MINE, namespace="far")
    in_far = deployment("api", "app: api", "{containerPort: 8080}", namespace="far")

    assert findings(CODE, API, before(80), in_far, rule, profile=AWS) == ()
    there = service("api", "selector: {app: api}, ports: [{port: 80, targetPort: 8080}]", namespace="far")
    assert len(findings(CODE, API, before(80), in_far, there, rule, profile=AWS)) == 1


def test_rules_for_other_namespaces_do_not_admit_it():
    elsewhere = f"{{namespaceSelector: {{matchLabels: {{team: x}}}}, {TO_API[1:-1]}}}"
    documents = [namespace("shop", "team: shop"), namespace("x", "team: x"), API, before()]

    assert len(findings(CODE, *documents, out(TO_BACK), out(elsewhere, name="q"), profile=AWS)) == 1


def test_rules_for_the_namespace_of_the_policy_do_not_admit_a_service_of_another():
    there = f"{{namespaceSelector: {{matchLabels: {{team: shop}}}}, {TO_BACK[1:-1]}}}"
    rules = [
        egress(peers, "{port: 8080}", selector=MINE, namespace="far", name=name)
        for name, peers in (("p", there), ("q", TO_API))
    ]

    assert len(findings(CODE, namespace("shop", "team: shop"), API, before(), *rules, profile=AWS)) == 1


def test_each_service_of_a_rule_is_reported_once():
    ports = "{name: a, port: 80, targetPort: 8080}, {name: b, port: 81, targetPort: 8080}"
    both = service("api", f"selector: {{app: api}}, ports: [{ports}]")

    assert len(findings(CODE, API, both, out(TO_API), profile=AWS)) == 1
    assert (
        len(findings(CODE, API, both, before(80).replace("name: api", "name: b"), out(TO_API), profile=AWS))
        == 2
    )


@pytest.mark.parametrize("cni", ["generic", "calico", "aws-vpc", "aws-vpc-calico"])
def test_other_plugins_look_after_the_translation(cni):
    assert findings(CODE, API, before(80), out(TO_BACK), profile=profile_of(cni)) == ()


def test_the_port_of_a_service_counts_on_egress_and_not_on_ingress():
    rule, profile = "{port: 80}", AWS

    assert messages(SERVICE_PORT, API, before(80), out(TO_API, rule), profile=profile) == []
    assert len(findings(CODE, API, before(80), out(TO_API, rule), profile=profile)) == 0
    assert len(findings(SERVICE_PORT, API, before(80), ingress("", rule), profile=profile)) == 1
    assert len(findings(SERVICE_PORT, API, before(80), out(TO_API, rule))) == 1
