"""Semantics 1.4: protocols, ports, ranges and named ports of the destination."""

from __future__ import annotations

import pytest
from tests.semantics.checking import ALLOWED, DENIED, OUTSIDE, WORLD, flow_is_allowed, policy

TCP, UDP, SCTP = "TCP", "UDP", "SCTP"

TABLE = [
    # ports of an ingress rule for all of shop, (destination, protocol, port), verdict
    ([{}], ("shop/db", TCP, 1), ALLOWED),
    ([{}], ("shop/db", UDP, 1), DENIED),
    ([{"protocol": "UDP"}], ("shop/db", UDP, 65535), ALLOWED),
    ([{"protocol": "UDP"}], ("shop/db", TCP, 65535), DENIED),
    ([{"protocol": "SCTP", "port": 80}], ("shop/db", SCTP, 80), ALLOWED),
    ([{"protocol": "SCTP", "port": 80}], ("shop/db", TCP, 80), DENIED),
    ([{"port": 80}], ("shop/db", TCP, 80), ALLOWED),
    ([{"port": 80}], ("shop/db", TCP, 79), DENIED),
    ([{"port": 80}], ("shop/db", TCP, 81), DENIED),
    ([{"port": 80}], ("shop/db", UDP, 80), DENIED),
    ([{"port": 80, "endPort": 90}], ("shop/db", TCP, 79), DENIED),
    ([{"port": 80, "endPort": 90}], ("shop/db", TCP, 80), ALLOWED),
    ([{"port": 80, "endPort": 90}], ("shop/db", TCP, 85), ALLOWED),
    ([{"port": 80, "endPort": 90}], ("shop/db", TCP, 90), ALLOWED),
    ([{"port": 80, "endPort": 90}], ("shop/db", TCP, 91), DENIED),
    ([{"port": 1, "endPort": 65535}], ("shop/db", TCP, 65535), ALLOWED),
    ([{"port": 80, "endPort": 80}], ("shop/db", TCP, 80), ALLOWED),
    ([{"port": 80}, {"protocol": "UDP", "port": 53}], ("shop/db", UDP, 53), ALLOWED),
    ([{"port": "sql"}], ("shop/db", TCP, 5432), ALLOWED),
    ([{"port": "sql"}], ("shop/db", TCP, 5433), DENIED),
    ([{"port": "sql", "protocol": "UDP"}], ("shop/db", UDP, 5432), DENIED),
    ([{"port": "sql"}], ("shop/api", TCP, 5432), DENIED),
    ([{"port": "http"}], ("shop/api", TCP, 8080), ALLOWED),
    ([{"port": "http"}], ("shop/api", TCP, 8081), DENIED),
    ([{"port": "http"}], ("shop/bare", TCP, 8081), ALLOWED),
    ([{"port": "http"}], ("shop/bare", TCP, 8080), DENIED),
    ([{"port": "missing"}], ("shop/bare", TCP, 8081), DENIED),
]


@pytest.mark.parametrize(("ports", "flow", "expected"), TABLE, ids=str)
def test_ports_of_an_ingress_rule(ports, flow, expected):
    destination, protocol, number = flow
    objects = [*WORLD, policy("shop/p", podSelector={}, ingress=[{"ports": ports}])]

    assert flow_is_allowed(objects, "web/front", destination, number, protocol) is expected


@pytest.mark.parametrize(
    ("to", "flow", "expected"),
    [
        (None, ("web/api", UDP, 9000), ALLOWED),
        (None, ("web/api", TCP, 9000), DENIED),
        (None, ("shop/bare", UDP, 8081), DENIED),
        (None, (OUTSIDE, UDP, 9000), DENIED),
        ([{"namespaceSelector": {}}], ("web/api", UDP, 9000), ALLOWED),
        ([{"ipBlock": {"cidr": "0.0.0.0/0"}}], ("web/api", UDP, 9000), ALLOWED),
        ([{"ipBlock": {"cidr": "0.0.0.0/0"}}], (OUTSIDE, UDP, 9000), DENIED),
    ],
    ids=str,
)
def test_a_named_port_of_an_egress_rule_is_the_destinations(to, flow, expected):
    destination, protocol, number = flow
    rule = {"ports": [{"port": "http", "protocol": "UDP"}], **({"to": to} if to else {})}
    spec = {"policyTypes": ["Egress"], "egress": [rule]}
    objects = [*WORLD, policy("shop/p", podSelector={"matchLabels": {"app": "db"}}, **spec)]

    assert flow_is_allowed(objects, "shop/db", destination, number, protocol) is expected


def test_numeric_ports_need_not_be_declared():
    objects = [*WORLD, policy("shop/p", podSelector={}, ingress=[{"ports": [{"port": 7777}]}])]

    assert flow_is_allowed(objects, "web/front", "shop/bare", 7777) is ALLOWED


def test_ports_and_peers_of_a_rule_must_both_match():
    rule = {"from": [{"podSelector": {}}], "ports": [{"port": 80}]}
    objects = [*WORLD, policy("shop/p", podSelector={}, ingress=[rule])]

    assert flow_is_allowed(objects, "shop/api", "shop/db", 80) is ALLOWED
    assert flow_is_allowed(objects, "shop/api", "shop/db", 81) is DENIED
    assert flow_is_allowed(objects, "web/front", "shop/db", 80) is DENIED


def test_ports_of_a_sidecar_count_and_those_of_other_init_containers_do_not():
    def server(restart):
        init = {"name": "init", "ports": [{"name": "admin", "containerPort": 15000}], **restart}
        return {
            "apiVersion": "v1",
            "kind": "Pod",
            "metadata": {"name": "server", "namespace": "shop"},
            "spec": {"initContainers": [init], "containers": [{"name": "main"}]},
        }

    rule = policy("shop/p", podSelector={}, ingress=[{"ports": [{"port": "admin"}]}])

    for restart, expected in (({"restartPolicy": "Always"}, ALLOWED), ({}, DENIED)):
        assert flow_is_allowed([*WORLD, server(restart), rule], "web/front", "shop/server", 15000) is expected
