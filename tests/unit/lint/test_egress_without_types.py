"""NPV230: the default of `policyTypes`."""

from __future__ import annotations

import pytest
from tests.unit.lint.linting import deployment, findings, marked, policy

CODE = "NPV230"
RULES = "podSelector: {matchLabels: {app: api}}, egress: [{ports: [{port: 443}]}]"
EMPTY = "podSelector: {matchLabels: {app: api}}, egress: []"


def isolating(selector: str, types: str = "Ingress", namespace: str = "shop") -> str:
    return policy(f"podSelector: {selector}, policyTypes: [{types}]", name="q", namespace=namespace)


def test_egress_rules_alone_deny_ingress_too():
    (found,) = findings(CODE, policy(RULES))

    assert found.message == (
        "the policy denies all ingress too: without `policyTypes`, Ingress is always in it"
    )
    assert found.hint == "add `policyTypes: [Egress]`; or `[Ingress, Egress]`, if that is what is meant"
    assert found.part == "policyTypes"


def test_an_empty_egress_restricts_nothing():
    (found,) = findings(CODE, policy(EMPTY))

    assert found.message == (
        "the policy restricts no egress: without `policyTypes`, an empty `egress` does nothing, "
        "and all ingress is denied"
    )
    assert marked(found) == "[]"


@pytest.mark.parametrize("spec", [RULES, EMPTY])
@pytest.mark.parametrize("types", ["[]", "null"])
def test_empty_policy_types_are_none(spec, types):
    assert len(findings(CODE, policy(f"{spec}, policyTypes: {types}"))) == 1


@pytest.mark.parametrize(
    "spec",
    [
        f"{RULES}, policyTypes: [Egress]",
        f"{EMPTY}, policyTypes: [Ingress]",
        f"{RULES}, ingress: [{{}}]",
        f"{EMPTY}, ingress: [{{}}]",
        "podSelector: {}",
        "podSelector: {}, egress: null",
        "podSelector: {}, ingress: []",
    ],
)
def test_policies_that_say_what_they_mean_are_fine(spec):
    assert findings(CODE, policy(spec)) == ()


@pytest.mark.parametrize(
    ("other", "number"),
    [
        (isolating("{}"), 0),
        (isolating("{matchLabels: {app: api}}"), 0),
        (isolating("{matchLabels: {app: web}}"), 1),
        (isolating("{matchLabels: {app: api, tier: x}}"), 1),
        (isolating("{}", "Egress"), 1),
        (isolating("{}", namespace="other"), 1),
        (policy("podSelector: {}, egress: [{}]", name="q"), 2),
    ],
)
def test_where_another_policy_isolates_for_ingress_nothing_is_hidden(other, number):
    assert len(findings(CODE, policy(RULES), other)) == number


def test_where_another_policy_isolates_for_egress_an_empty_egress_hides_nothing():
    assert findings(CODE, policy(EMPTY), isolating("{}", "Egress")) == ()
    assert len(findings(CODE, policy(EMPTY), isolating("{}"))) == 1


def test_declared_pods_that_others_isolate_are_enough():
    api = deployment("api", "app: api, tier: x")
    other = deployment("api2", "app: api")

    assert findings(CODE, api, policy(RULES), isolating("{matchLabels: {tier: x}}")) == ()
    assert len(findings(CODE, api, other, policy(RULES), isolating("{matchLabels: {tier: x}}"))) == 1
