"""NPV232: client addresses behind Services."""

from __future__ import annotations

import pytest
from tests.unit.lint.linting import deployment, egress, findings, ingress, marked, node, service

from npverify.cni import profile_of

CODE = "NPV232"
WEB = deployment("web", "app: web", "{name: https, containerPort: 8443}")
OTHER = deployment("other", "app: other")
OFFICE = "{ipBlock: {cidr: 203.0.113.0/24}}"


def exposing(
    spec: str = "type: LoadBalancer", ports: str = "{port: 443, targetPort: https}", name: str = "web"
) -> str:
    return service(name, f"{spec}, selector: {{app: web}}, ports: [{ports}]")


@pytest.mark.parametrize("kind", ["LoadBalancer", "NodePort"])
def test_the_address_may_be_hidden(kind):
    (found,) = findings(CODE, WEB, exposing(f"type: {kind}"), ingress(f"{{podSelector: {{}}}}, {OFFICE}"))

    assert found.message == (
        "clients of `203.0.113.0/24` may come with the address of a node: "
        f"any node forwards to {kind} Service `shop/web`"
    )
    assert found.part == "ingress rule 1 peer 2"
    assert marked(found) == "203.0.113.0/24"
    assert [related.message for related in found.related] == [
        "Service `shop/web` has `externalTrafficPolicy: Cluster`"
    ]


def test_a_rule_is_reported_once_for_all_its_services_and_blocks():
    (found,) = findings(
        CODE,
        WEB,
        exposing(),
        exposing(name="more"),
        ingress(f"{OFFICE}, {{ipBlock: {{cidr: 198.51.100.0/24}}}}"),
    )

    assert found.message.endswith("any node forwards to LoadBalancer Services `shop/more` and `shop/web`")


@pytest.mark.parametrize(
    "documents",
    [
        [exposing("type: LoadBalancer, externalTrafficPolicy: Local")],
        [exposing("type: ClusterIP")],
        [exposing("externalIPs: [192.0.2.1]")],
        [service("web", "type: NodePort, selector: {app: other}, ports: [{port: 443, targetPort: 8443}]")],
        [service("web", "type: NodePort, ports: [{port: 443, targetPort: 8443}]")],
        [exposing(ports="{port: 443, targetPort: 9}")],
        [exposing(ports="{port: 443, targetPort: none}")],
        [exposing(ports="{port: 443, targetPort: 8443, protocol: UDP}")],
        [],
    ],
)
def test_without_such_a_service_of_the_pods_and_ports_nothing_is_hidden(documents):
    rule = ingress(OFFICE, "{port: 8443}", selector="{matchLabels: {app: web}}")

    assert findings(CODE, WEB, OTHER, *documents, rule) == ()


@pytest.mark.parametrize(
    "port", ["{port: 8443}", "{port: https}", "{port: 8000, endPort: 9000}", "{port: 9}, {}"]
)
def test_the_ports_of_the_rule_are_those_of_the_pods(port):
    assert len(findings(CODE, WEB, exposing(), ingress(OFFICE, port))) == 1


@pytest.mark.parametrize(
    "rule",
    [
        ingress("{ipBlock: {cidr: 0.0.0.0/0}}"),
        ingress(f"{OFFICE}, {{ipBlock: {{cidr: '::/0'}}}}"),
        ingress("{podSelector: {}}"),
        ingress(""),
        egress(OFFICE),
    ],
)
def test_rules_that_do_not_look_at_client_addresses_are_fine(rule):
    assert findings(CODE, WEB, exposing(), rule) == ()


def test_a_rule_that_admits_a_node_admits_what_nodes_forward():
    rule = ingress(f"{OFFICE}, {{ipBlock: {{cidr: 192.0.2.0/24}}}}")

    assert findings(CODE, WEB, exposing(), node("n1", "192.0.2.7"), rule) == ()
    assert len(findings(CODE, WEB, exposing(), node("n1", "192.0.3.7"), rule)) == 1


@pytest.mark.parametrize(
    ("cni", "number"), [("calico", 0), ("cilium", 1), ("cilium,cidr-match-mode=nodes", 0)]
)
def test_a_block_for_nodes_is_of_no_use_where_it_never_matches_them(cni, number):
    documents = [WEB, exposing(), node("n1", "192.0.2.1"), ingress("{ipBlock: {cidr: 192.0.2.0/24}}")]

    assert len(findings(CODE, *documents, profile=profile_of(cni))) == number
