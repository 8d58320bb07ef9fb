"""NPV257: a pod that calls a Service which selects it."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import pytest
from tests.unit.lint.linting import (
    context_of,
    deployment,
    egress,
    findings,
    ingress,
    messages,
    pod,
    policy,
    service,
)

from npverify.cni import GENERIC, NAMES, CniProfile, SelfService, profile_of
from npverify.questions.selections import declared_ends
from npverify.reference import Evaluator
from npverify.resources import Flow, Protocol

CODE = "NPV257"
CALICO = profile_of("calico")
WEB = deployment("web", "app: web", "{name: http, containerPort: 8080}")
FRONT = service("web", "selector: {app: web}, ports: [{port: 80, targetPort: 8080}]")
CLOSED = policy("podSelector: {}, policyTypes: [Ingress]")
OPEN_FACTS = ("self-through-service-egress", "self-through-service-ingress")
UNSURE = "(an inference, checked on no cluster)"
NO_RULE, UNKNOWN = "no rule admits that", "and what the plugin does is not known"
EVERY_READING = [
    frozenset(name for name, is_so in zip(OPEN_FACTS, values, strict=True) if is_so)
    for values in product((False, True), repeat=2)
]
ITSELF = "{podSelector: {matchLabels: {app: web}}}"


def test_a_pod_that_no_rule_admits_to_itself_is_reported():
    (found,) = findings(CODE, WEB, FRONT, CLOSED, profile=CALICO)

    assert found.message == (
        "`shop/deployment/web` cannot reach itself through its Service under `--cni calico`: "
        "no rule admits that"
    )
    assert found.subject == "Namespace shop"
    assert [each.message for each in found.related] == [
        "Service `shop/web` leads to port 8080 of `shop/deployment/web`"
    ]


def test_the_pods_of_a_namespace_are_one_finding():
    db = deployment("db", "app: db")
    behind = service("db", "selector: {app: db}, ports: [{port: 5432}]")

    (message,) = messages(CODE, WEB, FRONT, db, behind, CLOSED, profile=CALICO)

    assert message.startswith(
        "`shop/deployment/db` and `shop/deployment/web` cannot reach themselves through their Services under"
    )


@pytest.mark.parametrize(
    ("cni", "words"),
    [
        ("generic", None),
        ("flannel", None),
        ("cilium", None),
        ("antrea", None),
        ("ovn-kubernetes", None),
        ("kube-router", None),
        ("aws-vpc,enabled=true", None),
        ("canal", f"cannot reach itself through its Service under `--cni canal`: {NO_RULE}"),
        (
            "flannel-netpol",
            f"cannot reach itself through its Service under `--cni flannel-netpol` {UNSURE}: {NO_RULE}",
        ),
        (
            "weave",
            f"may not reach itself through its Service under `--cni weave` {UNSURE}: {NO_RULE}, {UNKNOWN}",
        ),
    ],
)
def test_the_plugin_decides_over_ingress(cni, words):
    expected = [] if words is None else [f"`shop/deployment/web` {words}"]

    assert messages(CODE, WEB, FRONT, CLOSED, profile=profile_of(cni)) == expected


@pytest.mark.parametrize(
    ("cni", "number"), [("calico", 1), ("aws-vpc,enabled=true", 1), ("antrea", 1), ("cilium", 0)]
)
def test_the_plugin_decides_over_egress(cni, number):
    locked = policy("podSelector: {}, policyTypes: [Egress]")

    assert len(findings(CODE, WEB, FRONT, locked, profile=profile_of(cni))) == number


@pytest.mark.parametrize("facts", [("policy", "always"), ("always", "policy"), ("policy", "policy")])
def test_each_direction_is_a_fact_of_its_own(facts):
    of_egress, of_ingress = map(SelfService, facts)
    profile = CniProfile("mine", self_service_egress=of_egress, self_service_ingress=of_ingress)
    locked = policy("podSelector: {}, policyTypes: [Egress]", name="q")

    closed = findings(CODE, WEB, FRONT, CLOSED, profile=profile)

    assert bool(closed) == (of_ingress is SelfService.POLICY)
    assert bool(findings(CODE, WEB, FRONT, locked, profile=profile)) == (of_egress is SelfService.POLICY)


@pytest.mark.parametrize(
    "documents",
    [
        [WEB, FRONT],
        [WEB, CLOSED],
        [WEB, FRONT, ingress(ITSELF)],
        [WEB, FRONT, ingress(ITSELF, "{port: 8080}")],
        [WEB, FRONT, ingress(ITSELF, "{port: http}")],
        [WEB, FRONT, ingress("")],
        [WEB, FRONT, ingress("{ipBlock: {cidr: 0.0.0.0/0}}")],
        [WEB, service("web", "clusterIP: None, selector: {app: web}, ports: [{port: 80}]"), CLOSED],
        [WEB, service("web", "selector: {app: api}, ports: [{port: 80}]"), CLOSED],
        [WEB, service("web", "selector: {app: web}, ports: [{port: 80, targetPort: nosuch}]"), CLOSED],
        [WEB, FRONT, policy("podSelector: {matchLabels: {app: db}}, policyTypes: [Ingress]")],
        [deployment("web", "app: web", spec="hostNetwork: true"), FRONT, CLOSED],
    ],
)
def test_nothing_is_reported_where_the_pod_may_reach_itself(documents):
    assert findings(CODE, *documents, profile=CALICO) == ()


@pytest.mark.parametrize("ports", ["{port: 80}", "{port: 8080, protocol: UDP}"])
def test_the_port_is_that_of_the_pod(ports):
    assert len(findings(CODE, WEB, FRONT, ingress(ITSELF, ports), profile=CALICO)) == 1


@pytest.mark.parametrize(
    ("address", "number"), [("10.244.0.7", 0), ("10.245.0.7", 1)], ids=["in the block", "elsewhere"]
)
def test_a_block_admits_a_pod_of_known_address(address, number):
    web = pod("web", "app: web", "{name: http, containerPort: 8080}", ips=[address])
    rule = ingress("{ipBlock: {cidr: 10.244.0.0/16}}")

    assert len(findings(CODE, web, FRONT, rule, profile=CALICO)) == number


DECIDED = [
    ingress(ITSELF),
    CLOSED,
    ingress("", "{port: 80}"),
    ingress("{ipBlock: {cidr: 10.244.0.0/16}}", "{port: 8080}"),
    egress("{ipBlock: {cidr: 10.244.0.0/16, except: [10.244.0.0/24]}}"),
    policy(f"podSelector: {{}}, ingress: [{{}}], egress: [{{to: [{ITSELF}]}}]"),
    policy("podSelector: {}, policyTypes: [Ingress, Egress], ingress: [{}]"),
]


@pytest.mark.parametrize("rules", DECIDED)
@pytest.mark.parametrize("name", NAMES)
def test_it_is_what_the_reference_evaluator_decides(rules, name):
    profile = profile_of(f"{name},enabled=true" if name == "aws-vpc" else name)
    web = pod("web", "app: web", "{name: http, containerPort: 8080}", ips=["10.244.0.7"])
    context = context_of(web, FRONT, rules, profile=profile)
    (end,) = declared_ends(context.inventory)
    end = replace(end, address=end.pod.addresses[0])
    flow = Flow(end, end, Protocol.TCP, 8080, same_pod=True, through_service=True)
    evaluator = Evaluator(context.inventory.policies, profile)

    verdicts = {evaluator.evaluate(flow, facts=facts).allowed for facts in EVERY_READING}
    found = messages(CODE, web, FRONT, rules, profile=profile)

    expected = "" if verdicts == {True} else "cannot" if verdicts == {False} else "may"
    assert [message.split(" ")[1] for message in found] == [expected] * (expected != "" and name != "generic")


def test_a_pod_of_unknown_address_may_be_in_a_block_unless_the_pod_network_says_otherwise():
    rule = ingress("{ipBlock: {cidr: 203.0.113.0/24}}")

    assert findings(CODE, WEB, FRONT, rule, profile=CALICO) == ()
    assert len(findings(CODE, WEB, FRONT, rule, profile=CALICO, pod_cidrs=["10.244.0.0/16"])) == 1
    assert len(findings(CODE, WEB, FRONT, rule, profile=replace(CALICO, ip_block_matches_pods=False))) == 1


def test_an_admin_policy_may_admit_it():
    accept = """\
apiVersion: policy.networking.k8s.io/v1alpha2
kind: ClusterNetworkPolicy
metadata: {name: a}
spec:
  tier: Admin
  priority: 1
  subject: {namespaces: {}}
  ingress: [{action: Accept, from: [{namespaces: {}}]}]
"""

    assert findings(CODE, WEB, FRONT, CLOSED, accept, profile=CALICO) == ()


def test_what_is_open_is_told_apart_from_what_is_known():
    profile = replace(GENERIC, name="mine", self_service_egress=SelfService.POLICY)
    db = deployment("db", "app: db")
    behind = service("db", "selector: {app: db}, ports: [{port: 5432}]")
    locked = egress("", "{port: 53, protocol: UDP}", selector="{matchLabels: {app: db}}", name="q")
    closed = policy("podSelector: {matchLabels: {app: web}}, policyTypes: [Ingress]")

    known, may_be = messages(CODE, WEB, FRONT, db, behind, locked, closed, profile=profile)

    assert {known.split(" ")[1], may_be.split(" ")[1]} == {"cannot", "may"}
