"""The other checks, and suppressions, beside admin policies: exact, or silent."""

from __future__ import annotations

import io

import pytest
from tests.unit.lint.admin import accept, cnp, deny, leave, named
from tests.unit.lint.linting import deployment, egress, findings, ingress, messages, namespace, policy

from npverify import load

SHOP, OTHER = named("shop"), named("other")
OPEN = ingress("", selector="{matchLabels: {app: web}}", name="web")
WEB = "{podSelector: {matchLabels: {app: web}}}"
IMPOSSIBLE = (
    "{podSelector: {matchLabels: {app: none}, matchExpressions: [{key: app, operator: DoesNotExist}]}}"
)


def test_a_redundant_rule_is_redundant_beneath_admin_policies():
    twice = policy(f"podSelector: {{}}, ingress: [{{from: [{{podSelector: {{}}}}]}}, {{from: [{WEB}]}}]")
    admin = cnp("top", deny(OTHER), leave(), accept()), cnp("base", deny(), tier="Baseline")

    assert messages("NPV202", twice) == messages("NPV202", twice, *admin) != []


@pytest.mark.parametrize(
    ("baseline", "count"),
    [
        (cnp("base", deny(OTHER), tier="Baseline"), 0),
        (cnp("base", deny(OTHER), tier="Baseline", subject=SHOP), 0),
        (cnp("base", leave("{moons: {}}"), tier="Baseline"), 0),
        (cnp("base", deny(OTHER), tier="Baseline", subject=OTHER), 1),
        (cnp("base", deny(OTHER, to=True), tier="Baseline"), 1),
        (cnp("base", accept(OTHER), tier="Baseline"), 1),
        (cnp("top", deny(OTHER)), 1),
    ],
    ids=["denies", "denies here", "fails closed", "elsewhere", "egress", "accepts", "Admin"],
)
def test_a_policy_that_keeps_pods_open_has_an_effect_where_baseline_rules_may_deny(baseline, count):
    assert len(messages("NPV215", OPEN, baseline)) == count


def test_a_redundant_policy_that_opens_pods_is_needed_where_baseline_rules_may_deny():
    twin = ingress("", selector="{matchExpressions: [{key: app, operator: Exists}]}", name="all")
    narrow = policy("podSelector: {matchLabels: {app: web}}, ingress: [{}, {ports: [{port: 80}]}]", "narrow")
    both = twin, narrow

    assert len(messages("NPV201", *both)) == len(messages("NPV201", *both, cnp("top", deny(OTHER))))
    assert messages("NPV201", narrow, cnp("base", deny(), tier="Baseline")) == []


def test_what_is_left_of_a_policy_that_isolates_only_is_said_as_it_is():
    isolating = ingress(IMPOSSIBLE)

    (alone,) = findings("NPV205", isolating)
    (above,) = findings("NPV205", isolating, cnp("base", deny(), tier="Baseline"))

    assert "needed for isolation only" in alone.message
    assert "that would open its pods" in alone.hint
    assert "does nothing but isolate" in above.message
    assert "that would leave its pods to Baseline rules" in above.hint


@pytest.mark.parametrize(
    ("admin", "count"),
    [
        (cnp("base", deny(), tier="Baseline"), 0),
        (cnp("top", deny()), 0),
        (cnp("top", deny(), subject=OTHER), 1),
        (cnp("top", deny(to=True)), 1),
        (cnp("top", accept()), 1),
    ],
)
def test_pods_are_called_open_where_no_admin_rule_may_deny(admin, count):
    documents = (
        deployment("web", "app: web", "{containerPort: 80}"),
        deployment("db", "app: db", "{containerPort: 5432}"),
        policy("podSelector: {matchLabels: {app: db}}, policyTypes: [Ingress]"),
    )

    assert len(messages("NPV224", *documents, admin)) == count


@pytest.mark.parametrize(
    ("admin", "count"),
    [
        (cnp("top", accept(to=True)), 0),
        (cnp("top", accept(to=True), subject=OTHER), 1),
        (cnp("top", accept()), 1),
        (cnp("top", deny(to=True)), 1),
        (cnp("base", accept(to=True), tier="Baseline"), 1),
    ],
)
def test_pods_are_said_to_lack_names_where_no_admin_rule_may_accept(admin, count):
    documents = deployment("web", "app: web"), egress(WEB, "{port: 80}", selector="{matchLabels: {app: web}}")

    assert len(messages("NPV222", *documents, admin)) == count


@pytest.mark.parametrize(
    ("admin", "count"),
    [
        ((), 1),
        ((cnp("top", accept(to=True)),), 0),
        ((cnp("one", accept(to=True)), cnp("two", deny(to=True))), 0),
        ((cnp("top", deny(to=True)),), 0),
        ((cnp("top", deny()),), 1),
    ],
    ids=["none", "accepts there", "tie there", "denies there", "denies here"],
)
def test_a_rule_is_called_vacuous_where_network_policies_at_the_other_end_deny(admin, count):
    documents = (
        deployment("web", "app: web"),
        deployment("db", "app: db"),
        ingress(WEB, "{port: 5432}", selector="{matchLabels: {app: db}}", name="db"),
        egress("", "{port: 53}", selector="{matchLabels: {app: web}}", name="web"),
    )

    assert len(messages("NPV207", *documents, *admin)) == count


# Suppression ------------------------------------------------------------------------------------------


def lint(*documents: str, **arguments: object):
    return load("-", stdin=io.BytesIO("\n---\n".join(documents).encode())).lint(**arguments)


@pytest.mark.parametrize("word", ["NPV242", "shadowed-admin-rule"])
def test_an_annotation_of_an_admin_policy_suppresses_its_findings(word):
    kept = f"npverify.dev/ignore.{word}: kept for the audit"

    result = lint(cnp("a", deny(), accept(SHOP), annotations=kept), select=["NPV242", "NPV29"])

    assert result.findings == ()
    assert [s.reason for s in result.suppressed] == ["kept for the audit"]


def test_an_annotation_of_an_admin_policy_that_is_not_needed_is_reported():
    kept = "npverify.dev/ignore.NPV242: kept for the audit"

    (found,) = lint(cnp("a", deny(), annotations=kept), select=["NPV242", "NPV29"]).findings

    assert found.subject == "ClusterNetworkPolicy a"
    assert "not needed" in found.message


def test_an_input_of_admin_policies_only_is_looked_at():
    result = lint(cnp("a", deny(), accept(SHOP)), namespace("shop"))

    assert {finding.code for finding in result.findings} >= {"NPV242"}
    assert result.fails
