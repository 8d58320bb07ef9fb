"""NPV227: one family on a dual-stack cluster."""

from __future__ import annotations

import pytest
from tests.unit.lint.linting import egress, findings, ingress, marked, node, pod, policy, service

CODE = "NPV227"
V4, V6 = "{ipBlock: {cidr: 0.0.0.0/0}}", "{ipBlock: {cidr: '::/0'}}"
DUAL = service("web", "ipFamilyPolicy: RequireDualStack, ports: [{port: 80}]")


@pytest.mark.parametrize(
    "document",
    [
        DUAL,
        service("web", "clusterIPs: [10.96.0.1, 'fd00::1'], ports: [{port: 80}]"),
        pod("a", ips=["10.0.0.1", "fd00::1"]),
        node("n1", "192.0.2.1", "2001:db8::1"),
    ],
)
def test_anything_with_both_families_makes_the_input_dual_stack(document):
    (found,) = findings(CODE, document, egress(V4))

    assert found.message == "`0.0.0.0/0` is every IPv4 address: IPv6 stays closed, and the cluster has both"
    assert found.hint == "add an `ipBlock` with `cidr: ::/0`, if both are meant"
    assert marked(found) == "0.0.0.0/0"
    assert found.part == "egress rule 1 peer 1"


def test_pod_cidrs_of_both_families_do_too():
    assert len(findings(CODE, egress(V6), pod_cidrs=["10.0.0.0/8", "fd00::/64"])) == 1
    assert findings(CODE, egress(V6), pod_cidrs=["10.0.0.0/8", "11.0.0.0/8"]) == ()


@pytest.mark.parametrize(
    "document",
    [
        service("web", "clusterIP: 10.96.0.1, ports: [{port: 80}]"),
        service("web", "ipFamilies: [IPv6], ports: [{port: 80}]"),
        pod("a", ips=["10.0.0.1"]),
        node("n1", "192.0.2.1", "192.0.2.2"),
    ],
)
def test_nothing_is_said_without_both_families(document):
    assert findings(CODE, document, egress(V4)) == ()


def test_the_excepts_do_not_change_the_family():
    assert len(findings(CODE, DUAL, ingress("{ipBlock: {cidr: 0.0.0.0/0, except: [10.0.0.0/8]}}"))) == 1


@pytest.mark.parametrize(
    "rules",
    [
        f"{{to: [{V4}, {V6}]}}",
        f"{{to: [{V4}]}}, {{to: [{V6}]}}",
        f"{{to: [{V4}], ports: [{{port: 80}}]}}, {{to: [{V6}], ports: [{{port: 80}}, {{port: 81}}]}}",
        f"{{to: [{V4}], ports: [{{port: 80}}]}}, {{to: [{V6}]}}",
        f"{{to: [{V4}]}}, {{}}",
        "{to: [{ipBlock: {cidr: 10.0.0.0/8}}]}",
        "{}",
    ],
)
def test_the_other_family_may_be_opened_beside_it(rules):
    assert findings(CODE, DUAL, policy(f"podSelector: {{}}, policyTypes: [Egress], egress: [{rules}]")) == ()


def test_another_policy_for_the_same_pods_may_open_it():
    assert findings(CODE, DUAL, egress(V4), egress(V6, name="q")) == ()
    assert len(findings(CODE, DUAL, egress(V4), egress(V6, name="q", namespace="other"))) == 2
    assert len(findings(CODE, DUAL, egress(V4), ingress(V6, name="q"))) == 2
    assert len(findings(CODE, DUAL, egress(V4, "{port: 80}"), egress(V6, "{port: 81}", name="q"))) == 2


def test_pods_of_one_family_need_no_other():
    one = pod("a", "app: a", ips=["10.0.0.1"])

    assert findings(CODE, DUAL, one, egress(V4)) == ()
    assert len(findings(CODE, DUAL, one, pod("b"), egress(V4))) == 1
