"""NPV229: an `except` is no deny."""

from __future__ import annotations

import pytest
from tests.unit.lint.linting import deployment, egress, findings, ingress, marked, policy

CODE = "NPV229"
NO_METADATA = "{ipBlock: {cidr: 0.0.0.0/0, except: [10.0.0.0/8, 169.254.169.254/32]}}"
API, WEB = deployment("api", "app: api"), deployment("web", "app: web")


def with_rules(*rules: str) -> str:
    return policy(f"podSelector: {{}}, policyTypes: [Egress], egress: [{', '.join(rules)}]")


def test_another_peer_of_the_rule_admits_it():
    (found,) = findings(CODE, egress(f"{NO_METADATA}, {{ipBlock: {{cidr: 169.254.0.0/16}}}}"))

    assert (
        found.message == "`169.254.169.254/32` is not kept out: egress rule 1 peer 2 admits it all the same"
    )
    assert found.part == "egress rule 1 peer 1 except 2"
    assert marked(found) == "169.254.169.254/32"


def test_another_rule_of_the_policy_admits_it():
    first, second = findings(CODE, with_rules(f"{{to: [{NO_METADATA}]}}", "{}"))

    assert first.message == "`10.0.0.0/8` is not kept out: egress rule 2 admits it all the same"
    assert second.part == "egress rule 1 peer 1 except 2"


def test_another_policy_for_the_same_pods_admits_it():
    first, second = findings(CODE, egress(NO_METADATA), egress("{ipBlock: {cidr: 0.0.0.0/0}}", name="all"))

    assert first.message == "`10.0.0.0/8` is not kept out: `NetworkPolicy shop/all` admits it all the same"
    assert first.subject == second.subject == "NetworkPolicy shop/p"


@pytest.mark.parametrize(
    ("rule", "other", "number"),
    [
        ("", "", 2),
        ("{port: 80}", "", 2),
        ("{port: 80}", "{port: 80}, {port: 443}", 2),
        ("", "{port: 443}", 0),
        ("{port: 80}, {port: 443}", "{port: 443}", 0),
        ("{port: 53}", "{port: 53, protocol: UDP}", 0),
    ],
)
def test_the_other_one_has_to_have_every_port(rule, other, number):
    documents = [egress(NO_METADATA, rule), egress("", other, name="q")]

    assert len(findings(CODE, *documents)) == number


@pytest.mark.parametrize(
    "peer",
    [
        "{ipBlock: {cidr: 10.1.0.0/16}}",
        "{ipBlock: {cidr: 0.0.0.0/0, except: [10.0.0.0/8, 169.254.169.254/32]}}",
        "{ipBlock: {cidr: '::/0'}}",
        "{ipBlock: {cidr: 172.16.0.0/12}}",
        "{podSelector: {}}",
        "{namespaceSelector: {}}",
    ],
)
def test_an_exception_to_the_except_is_meant(peer):
    assert findings(CODE, egress(f"{NO_METADATA}, {peer}")) == ()


def test_an_except_that_the_other_block_has_in_part_is_admitted_for_the_rest():
    (found,) = findings(
        CODE, egress(f"{NO_METADATA}, {{ipBlock: {{cidr: 10.0.0.0/8, except: [10.0.0.0/9]}}}}")
    )

    assert found.part == "egress rule 1 peer 1 except 1"


def test_a_block_alone_is_fine():
    assert findings(CODE, egress(NO_METADATA)) == ()


def test_the_other_direction_is_another_matter():
    assert findings(CODE, egress(NO_METADATA), ingress("", name="q")) == ()


def test_the_other_policy_has_to_select_a_pod_of_this_one():
    mine = egress(NO_METADATA, selector="{matchLabels: {app: api}}")
    theirs = egress("", selector="{matchLabels: {app: web}}", name="q")
    for_all = egress("", name="r")

    assert findings(CODE, API, WEB, mine, theirs) == ()
    assert findings(CODE, mine, theirs) == ()
    assert len(findings(CODE, API, WEB, mine, for_all)) == 2
    assert len(findings(CODE, mine, for_all)) == 2
    assert findings(CODE, API, WEB, mine, egress("", name="q", namespace="other")) == ()


def test_labels_that_overlap_on_a_declared_pod_are_enough():
    both = deployment("both", "app: api, tier: web")
    mine = egress(NO_METADATA, selector="{matchLabels: {app: api}}")
    theirs = egress("", selector="{matchLabels: {tier: web}}", name="q")

    assert len(findings(CODE, both, mine, theirs)) == 2
    assert findings(CODE, API, mine, theirs) == ()
