"""NPV212 and NPV213: what a port name stands for on the destinations."""

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
    pod,
    service,
)

UNKNOWN, AMBIGUOUS = "NPV212", "NPV213"
API = deployment("api", "app: api", "{name: http, containerPort: 8080}, {name: metrics, containerPort: 9090}")
DNS = deployment(
    "dns", "k8s-app: kube-dns", "{name: dns, containerPort: 53, protocol: UDP}", namespace="kube-system"
)
BARE = deployment("bare", "app: bare", "{containerPort: 80}")
TO_API = "{podSelector: {matchLabels: {app: api}}}"
TO_DNS = "{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: kube-system}}}"


def test_a_name_that_the_selected_pods_do_not_have_is_marked():
    (found,) = findings(UNKNOWN, API, ingress("", "{port: http}, {protocol: TCP, port: metric}"))

    assert found.message == (
        "no declared pod that the policy selects has a TCP port called `metric`: not `shop/deployment/api`"
    )
    assert found.hint == "did you mean `metrics`?"
    assert found.part == "ingress rule 1 port 2"
    assert marked(found) == "metric"


def test_on_egress_the_destinations_are_the_pods_that_the_peers_admit():
    assert findings(UNKNOWN, API, DNS, egress(f"{TO_DNS}, {TO_API}", "{port: http}")) == ()
    assert messages(UNKNOWN, API, BARE, DNS, egress(TO_DNS, "{port: http}")) == [
        "no declared pod that the rule admits has a TCP port called `http`: not `kube-system/deployment/dns`"
    ]


@pytest.mark.parametrize(
    ("document", "peers", "port", "hint"),
    [
        (DNS, TO_DNS, "{port: dns}", "`dns` is a UDP port there: set `protocol: UDP`"),
        (API, TO_API, "{port: zzz}", "they have the TCP ports `http` and `metrics`"),
        (API, TO_API, "{port: http, protocol: UDP}", "`http` is a TCP port there: set `protocol: TCP`"),
        (
            BARE,
            "{podSelector: {}}",
            "{port: http}",
            "they declare no port names: use the number, or name the container port",
        ),
    ],
)
def test_the_hint_says_what_the_pods_have(document, peers, port, hint):
    (found,) = findings(UNKNOWN, document, egress(peers, port))

    assert found.hint == hint


def test_the_name_of_a_service_port_leads_to_the_pod_port():
    front = service("bare", "selector: {app: bare}, ports: [{name: web, port: 80, targetPort: 8080}]")
    other = service("api", "selector: {app: api}, ports: [{name: web, port: 80, targetPort: 9}]")

    (found,) = findings(
        UNKNOWN, API, BARE, other, front, ingress("", "{port: web}", selector="{matchLabels: {app: bare}}")
    )

    assert found.hint == "`web` is the name of a Service port; on the pods it is `8080`"


def test_one_pod_with_the_name_is_enough():
    assert findings(UNKNOWN, API, BARE, ingress("", "{port: http}")) == ()


@pytest.mark.parametrize(
    "peers",
    [
        "",
        "{namespaceSelector: {}}",
        "{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: elsewhere}}}",
        f"{TO_API}, {{namespaceSelector: {{}}}}",
        "{ipBlock: {cidr: 10.0.0.0/8}}",
        "{podSelector: {matchLabels: {app: none}}}",
    ],
)
def test_destinations_that_the_input_need_not_show_are_not_judged(peers):
    assert findings(UNKNOWN, API, DNS, egress(peers, "{port: web}")) == ()


def test_policies_read_alone_are_not_judged():
    assert findings(UNKNOWN, DNS, ingress("", "{port: web}"), egress(TO_API, "{port: web}", name="q")) == ()


def test_pods_at_known_addresses_are_destinations_of_a_block():
    target = pod("a", ports="{name: web, containerPort: 80}", ips=["10.0.0.1"])
    block = "{ipBlock: {cidr: 10.0.0.0/24}}"

    assert findings(UNKNOWN, target, egress(block, "{port: web}")) == ()
    assert len(findings(UNKNOWN, target, egress(block, "{port: webb}"))) == 1


def test_numbers_and_missing_ports_are_not_names():
    assert findings(UNKNOWN, API, ingress("", "{port: 81}, {protocol: UDP}")) == ()


def test_different_numbers_are_listed_with_their_pods():
    web = deployment("web", "app: web", "{name: http, containerPort: 80}")
    more = deployment("more", "app: more", "{name: http, containerPort: 80}")

    (found,) = findings(AMBIGUOUS, API, web, more, BARE, ingress("", "{port: metrics}, {port: http}"))

    assert found.message == (
        "`http` is not the same port everywhere: 80 on `shop/deployment/more` and `shop/deployment/web`, "
        "8080 on `shop/deployment/api`"
    )
    assert found.part == "ingress rule 1 port 2"
    assert marked(found) == "http"


def test_the_protocol_belongs_to_the_name():
    udp = deployment("udp", "app: udp", "{name: http, containerPort: 80, protocol: UDP}")

    assert findings(AMBIGUOUS, API, udp, ingress("", "{port: http}")) == ()


def test_a_rule_for_pods_that_agree_is_not_ambiguous():
    web = deployment("web", "app: web", "{name: http, containerPort: 80}")

    assert findings(AMBIGUOUS, API, web, egress(TO_API, "{port: http}")) == ()
    assert len(findings(AMBIGUOUS, API, web, egress("{podSelector: {}}", "{port: http}"))) == 1


def test_an_egress_rule_for_any_destination_means_every_port_of_that_name():
    web = deployment("web", "app: web", "{name: http, containerPort: 80}", namespace="other")

    assert findings(AMBIGUOUS, API, web, egress("", "{port: http}")) == ()
    assert len(findings(AMBIGUOUS, API, web, egress("{namespaceSelector: {}}", "{port: http}"))) == 1


def test_labelled_namespaces_are_destinations_with_their_workloads():
    peer = "{namespaceSelector: {matchLabels: {team: dns}}}"

    assert (
        len(findings(UNKNOWN, DNS, namespace("kube-system", "team: dns"), egress(peer, "{port: web}"))) == 1
    )


def test_the_platform_has_pods_that_the_input_need_not_show():
    metrics = deployment("metrics", "k8s-app: metrics", "{containerPort: 443}", namespace="kube-system")

    assert findings(UNKNOWN, metrics, egress(TO_DNS, "{port: dns}")) == ()
