"""NPV225: Service ports in policies."""

from __future__ import annotations

import pytest
from tests.unit.lint.linting import deployment, egress, findings, ingress, marked, service

CODE = "NPV225"
API = deployment("api", "app: api", "{name: http, containerPort: 8080}")
BARE = deployment("bare", "app: bare")
FRONT = service("api", "selector: {app: api}, ports: [{port: 80, targetPort: 8080}]")
TO_API = "{podSelector: {matchLabels: {app: api}}}"


@pytest.mark.parametrize(
    "document", [ingress("", "{port: 8081}, {port: 80}"), egress(TO_API, "{port: 8081}, {port: 80}")]
)
def test_the_port_of_the_service_is_marked(document):
    (found,) = findings(CODE, API, FRONT, document)

    assert found.message == (
        "80 is the port of Service `shop/api`, not of its pods, "
        "and policies look at the port of the pod: `8080`"
    )
    assert found.hint == "write `port: 8080`, the `targetPort` of the Service"
    assert found.part.endswith("gress rule 1 port 2")
    assert marked(found) == "80"
    assert found.related[0].message == "port 80 of the Service leads to `8080`"


def test_a_named_target_is_given_by_name():
    front = service("api", "selector: {app: api}, ports: [{port: 80, targetPort: http}]")

    (found,) = findings(CODE, API, front, ingress("", "{port: 80}"))

    assert found.hint == "write `port: http`, the `targetPort` of the Service"


@pytest.mark.parametrize(
    "ports",
    [
        "{port: 8080}",
        "{port: 80}, {port: 8080}",
        "{port: 80}, {port: 8000, endPort: 9000}",
        "{port: 80}, {port: http}",
        "{port: 80}, {}",
        "{port: 80, endPort: 90}",
        "{port: 80, protocol: UDP}",
        "{port: 81}",
        "",
    ],
)
def test_rules_that_admit_the_pod_port_or_are_about_something_else_are_fine(ports):
    for target in ("8080", "http"):
        front = service("api", f"selector: {{app: api}}, ports: [{{port: 80, targetPort: {target}}}]")

        assert findings(CODE, API, front, ingress("", ports)) == ()


def test_the_protocol_of_the_other_port_counts():
    assert len(findings(CODE, API, FRONT, ingress("", "{port: 80}, {port: 8080, protocol: UDP}"))) == 1


def test_a_service_whose_ports_are_the_same_translates_nothing():
    same = service("api", "selector: {app: api}, ports: [{port: 80}]")

    assert findings(CODE, BARE, API, same, ingress("", "{port: 80}")) == ()


def test_a_pod_that_listens_there_is_meant():
    other = deployment("other", "app: other", "{containerPort: 80}")

    assert findings(CODE, API, other, FRONT, ingress("", "{port: 80}")) == ()


def test_a_pod_that_says_nothing_about_its_ports_may_listen_there():
    assert findings(CODE, API, BARE, FRONT, ingress("", "{port: 80}")) == ()


def test_the_service_of_a_pod_speaks_for_it():
    front = service("bare", "selector: {app: bare}, ports: [{port: 80, targetPort: 8080}]")
    second = service("more", "selector: {app: bare}, ports: [{port: 8000, targetPort: 80}]")

    assert len(findings(CODE, BARE, front, ingress("", "{port: 80}"))) == 1
    assert findings(CODE, BARE, front, second, ingress("", "{port: 80}")) == ()


def test_the_service_of_other_pods_does_not_count():
    other = deployment("other", "app: other", "{containerPort: 9}")

    assert (
        findings(CODE, API, other, FRONT, ingress("", "{port: 80}", selector="{matchLabels: {app: other}}"))
        == ()
    )


@pytest.mark.parametrize(
    "peers",
    [
        "",
        "{namespaceSelector: {}}",
        f"{TO_API}, {{ipBlock: {{cidr: 203.0.113.0/24}}}}",
        "{podSelector: {matchLabels: {app: none}}}",
    ],
)
def test_destinations_that_the_input_need_not_show_are_not_judged(peers):
    assert findings(CODE, API, FRONT, egress(peers, "{port: 80}")) == ()


def test_a_service_without_selector_leads_to_no_pods():
    assert (
        findings(
            CODE, API, service("api", "ports: [{port: 80, targetPort: 8080}]"), ingress("", "{port: 80}")
        )
        == ()
    )
