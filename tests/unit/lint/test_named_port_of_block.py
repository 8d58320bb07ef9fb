"""NPV233: port names and addresses."""

from __future__ import annotations

import pytest
from tests.unit.lint.linting import egress, findings, ingress, marked, pod

CODE = "NPV233"
BLOCK = "{ipBlock: {cidr: 203.0.113.0/24}}"


def test_an_address_outside_has_no_port_names():
    (found,) = findings(
        CODE, egress(f"{BLOCK}, {{ipBlock: {{cidr: 198.51.100.0/24}}}}", "{port: 80}, {port: https}")
    )

    assert found.message == (
        "the port name `https` admits nothing to `203.0.113.0/24` or `198.51.100.0/24`: "
        "only pods have such names"
    )
    assert found.part == "egress rule 1 port 2"
    assert marked(found) == "https"


@pytest.mark.parametrize(
    "rule",
    [
        ingress(BLOCK, "{port: https}"),
        egress(BLOCK, "{port: 443}, {protocol: UDP}"),
        egress(f"{BLOCK}, {{podSelector: {{}}}}", "{port: https}"),
        egress("", "{port: https}"),
        egress("{podSelector: {}}", "{port: https}"),
        egress(BLOCK),
    ],
)
def test_names_of_pods_and_numbers_of_addresses_are_fine(rule):
    assert findings(CODE, rule) == ()


def test_a_block_that_admits_a_declared_pod_may_have_a_port_of_that_name():
    inside = pod("a", ips=["203.0.113.7"])

    assert findings(CODE, inside, egress(BLOCK, "{port: https}")) == ()
