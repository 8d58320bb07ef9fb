"""NPV242 to NPV249: what the rules of admin policies do to each other and to NetworkPolicies."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.unit.lint.admin import accept, cnp, deny, leave, named
from tests.unit.lint.linting import check_of, context_of, findings, messages, namespace, node, pod, policy

from npverify.cni import GENERIC, OwnNodeEgress
from npverify.lint import run_checks
from npverify.lint.check import Open

ORDERED = [f"NPV{code}" for code in range(242, 250)]
SHOP = named("shop")
MONITORING = named("monitoring")
ISOLATED = policy("podSelector: {}, policyTypes: [Ingress]", "default-deny")
ISOLATED_FOR_EGRESS = policy("podSelector: {}, policyTypes: [Egress]", "default-deny")


def reported(*documents: str, **settings: object) -> list[tuple[str, str, str]]:
    """The code, the policy and the part of every finding about rules of admin policies."""
    context = context_of(*documents, **settings)
    found = run_checks(context, [check_of(code) for code in ORDERED])
    return [(f.code, f.subject.partition(" ")[2], f.part) for f in found]


# Shadowed ---------------------------------------------------------------------------------------------


def test_a_rule_behind_one_with_another_action_that_matches_more_is_shadowed():
    assert reported(cnp("a", deny(), accept(MONITORING))) == [("NPV242", "a", "ingress rule 2")]


def test_a_rule_that_several_rules_of_several_policies_decide_together_is_shadowed():
    one = cnp("one", deny(MONITORING, 80), priority=1)
    two = cnp("two", accept(MONITORING, 81), priority=2)
    three = cnp("three", accept(MONITORING, 80, 81), priority=3)

    (found,) = findings("NPV242", one, two, three)

    assert found.subject == "ClusterNetworkPolicy three"
    assert [related.message for related in found.related] == [
        "decided by ClusterNetworkPolicy one ingress rule 1",
        "decided by ClusterNetworkPolicy two ingress rule 1",
    ]


def test_a_rule_that_matches_one_port_more_is_not_shadowed():
    assert messages("NPV242", cnp("a", deny(MONITORING, 80), accept(MONITORING, 80, 81))) == []


def test_a_rule_for_another_direction_shadows_nothing():
    assert messages("NPV242", cnp("a", deny(), accept(MONITORING, to=True))) == []


def test_a_rule_of_a_tie_shadows_nothing_of_another_policy_in_it():
    one, two = cnp("one", deny()), cnp("two", accept(MONITORING))

    assert messages("NPV242", one, two) == []


def test_a_rule_is_shadowed_by_the_rules_of_its_own_policy_even_in_a_tie():
    one, two = cnp("one", deny(), accept(MONITORING)), cnp("two", accept(MONITORING, 80))

    assert [f.part for f in findings("NPV242", one, two)] == ["ingress rule 2"]


def test_pods_by_a_network_are_not_all_of_a_namespace():
    networks = cnp("a", deny("{networks: [10.0.0.0/8]}", to=True), accept(MONITORING, to=True))

    assert messages("NPV242", networks) == []
    assert len(messages("NPV242", networks, pod_cidrs=["10.1.0.0/16"])) == 1


def test_a_declared_pod_outside_the_pod_networks_keeps_a_rule_from_being_shadowed():
    networks = cnp("a", deny("{networks: [10.0.0.0/8]}", to=True), accept(MONITORING, to=True))
    outsider = pod("old", namespace="monitoring", ips=["192.0.2.7"])

    assert messages("NPV242", networks, outsider, pod_cidrs=["10.1.0.0/16"]) == []


def test_nodes_are_shadowed_by_the_networks_that_hold_all_their_addresses():
    rules = deny("{networks: [192.0.2.0/24]}", to=True), accept("{nodes: {matchLabels: {a: b}}}", to=True)
    labelled = node("worker", "192.0.2.1").replace("name: worker", "name: worker, labels: {a: b}")

    assert len(messages("NPV242", cnp("a", *rules), labelled)) == 1
    assert messages("NPV242", cnp("a", *rules), labelled.replace("192.0.2.1", "198.51.100.1")) == []


def test_a_domain_name_is_shadowed_by_the_same_name_and_by_none_other():
    same = cnp("a", deny("{domainNames: [a.example]}", to=True)).replace("Deny", "Accept")
    again = deny("{networks: [0.0.0.0/0, '::/0']}", to=True)

    assert [code for code, *_ in reported(same)] == ["NPV245"]
    covered = cnp("a", again, accept("{domainNames: [a.example]}", to=True))
    assert len(messages("NPV242", covered)) == 1


# Redundant --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rules", "part"),
    [
        ((accept(), accept(MONITORING)), "ingress rule 2"),
        ((accept(MONITORING), accept()), "ingress rule 1"),
        ((deny(MONITORING), accept(SHOP), deny()), "ingress rule 1"),
    ],
)
def test_a_rule_is_redundant_beside_one_of_its_action_before_or_after_it(rules, part):
    assert part in [f.part for f in findings("NPV244", cnp("a", *rules))]


def test_a_rule_before_one_with_another_action_is_not_redundant_by_what_comes_after_that():
    assert messages("NPV244", cnp("a", deny(MONITORING, 80), accept(MONITORING), deny())) == []


def test_an_accept_at_baseline_is_redundant_where_nothing_denies():
    (found,) = findings("NPV244", cnp("a", accept(), tier="Baseline"))

    assert "nothing denies it" in found.message
    assert found.related == ()


def test_a_pass_at_baseline_counts_as_an_accept():
    rules = cnp("a", leave(MONITORING), accept(MONITORING, 80), deny(), tier="Baseline")

    assert [f.part for f in findings("NPV244", rules)] == ["ingress rule 2"]


def test_a_rule_that_can_match_nothing_is_redundant():
    impossible = "{pods: {namespaceSelector: {}, podSelector: {matchLabels: {a: b}, matchExpressions: \
[{key: a, operator: DoesNotExist}]}}}"

    assert messages("NPV244", cnp("a", deny(impossible))) == ["this rule can match no flow at all"]


def test_a_rule_with_a_peer_of_an_unknown_kind_is_not_looked_at():
    assert reported(cnp("a", accept("{moons: {}}"))) == []


# As things are ----------------------------------------------------------------------------------------


def test_an_accept_has_an_effect_where_some_namespace_isolates_its_pods():
    monitoring = cnp("a", accept(MONITORING))

    assert len(messages("NPV245", monitoring)) == 1
    assert messages("NPV245", monitoring, ISOLATED) == []
    assert len(messages("NPV245", monitoring, ISOLATED_FOR_EGRESS)) == 1


def test_an_accept_has_no_effect_where_network_policies_allow_the_same():
    allowed = policy(
        "podSelector: {}, ingress: [{from: [{namespaceSelector: {matchLabels: "
        "{kubernetes.io/metadata.name: monitoring}}}]}]",
        "monitoring",
    )

    (found,) = findings("NPV245", cnp("a", accept(MONITORING)), ISOLATED, allowed)

    assert "allowed without it as well, by `NetworkPolicy shop/monitoring`" in found.message
    assert [related.message for related in found.related] == ["allowed by NetworkPolicy shop/monitoring"]


def test_a_deny_has_no_effect_where_its_pods_are_isolated_anyway():
    (found,) = findings("NPV245", cnp("a", deny(MONITORING), subject=SHOP), ISOLATED)

    assert "denied without it as well, by `NetworkPolicy shop/default-deny`" in found.message


def test_a_deny_of_nodes_counts_for_a_pods_own_node_unless_the_plugin_holds_pods_to_their_policies():
    nodes = cnp("a", deny("{nodes: {}}", to=True), subject=SHOP)
    strict = replace(GENERIC, own_node_egress=OwnNodeEgress.POLICY)

    assert messages("NPV245", nodes, ISOLATED_FOR_EGRESS) == []
    assert len(messages("NPV245", nodes, ISOLATED_FOR_EGRESS, profile=strict)) == 1


def test_nothing_is_said_about_today_beside_policies_that_are_not_modelled():
    cilium = "apiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata: {name: c, namespace: shop}\n"

    assert messages("NPV245", cnp("a", accept(MONITORING)), cilium) == []
    assert len(messages("NPV245", cnp("a", accept(MONITORING)), cilium, ignore_unmodelled=True)) == 1


# Pass -------------------------------------------------------------------------------------------------


def test_a_pass_that_nothing_follows_changes_nothing():
    assert reported(cnp("a", leave(MONITORING))) == [("NPV246", "a", "ingress rule 1")]


def test_a_pass_before_a_deny_has_an_effect():
    assert messages("NPV246", cnp("a", leave(MONITORING), deny())) == []


def test_a_pass_before_an_accept_changes_nothing_where_nobody_is_isolated():
    rules = cnp("a", leave(MONITORING), accept())

    assert [f.part for f in findings("NPV246", rules)] == ["ingress rule 1"]
    assert messages("NPV246", rules, ISOLATED) == []


# Unreachable ------------------------------------------------------------------------------------------


def test_a_baseline_rule_is_unreachable_where_every_subject_is_isolated_in_its_direction():
    baseline = cnp("a", deny(), tier="Baseline", subject=SHOP)

    assert reported(baseline, ISOLATED) == [("NPV243", "a", "ingress rule 1")]
    assert reported(baseline, ISOLATED_FOR_EGRESS) == []
    assert reported(baseline, policy("podSelector: {matchLabels: {a: b}}, policyTypes: [Ingress]")) == []


def test_several_network_policies_together_make_a_baseline_rule_unreachable():
    halves = [
        policy(
            f"podSelector: {{matchExpressions: [{{key: a, operator: {op}}}]}}, policyTypes: [Ingress]", name
        )
        for name, op in (("with", "Exists"), ("without", "DoesNotExist"))
    ]

    (found,) = findings("NPV243", cnp("a", deny(), tier="Baseline", subject=SHOP), *halves)

    assert [related.message for related in found.related] == [
        "decided by NetworkPolicy shop/with",
        "decided by NetworkPolicy shop/without",
    ]


def test_a_baseline_rule_is_unreachable_where_admin_rules_decide_and_not_where_they_pass():
    baseline = cnp("base", deny(MONITORING), tier="Baseline")

    assert ("NPV243", "base", "ingress rule 1") in reported(baseline, cnp("top", accept()))
    assert messages("NPV243", baseline, cnp("top", leave(), accept())) == []


def test_a_baseline_rule_for_every_namespace_is_not_unreachable_as_other_namespaces_could_exist():
    assert messages("NPV243", cnp("a", deny(), tier="Baseline"), ISOLATED, namespace("shop")) == []


# Overridden -------------------------------------------------------------------------------------------


def test_an_accept_is_overridden_where_network_policies_at_the_other_end_deny_everything():
    accepting = cnp("a", accept(SHOP, to=True), deny("{networks: [0.0.0.0/0, '::/0']}", to=True))

    assert messages("NPV247", accepting) == []
    assert len(messages("NPV247", accepting, ISOLATED)) == 1
    opened = policy("podSelector: {matchLabels: {a: b}}, ingress: [{ports: [{port: 80}]}]", "web")
    assert messages("NPV247", accepting, ISOLATED, opened) == []


def test_an_accept_is_overridden_by_admin_rules_at_the_other_end():
    accepting = cnp("a", accept(SHOP, 80, to=True), deny(to=True))
    denying = cnp("b", deny(), subject=SHOP, priority=20)

    (found,) = findings("NPV247", accepting, denying)

    assert "by `ClusterNetworkPolicy b ingress rule 1`" in found.message
    assert messages("NPV247", accepting, denying, cnp("c", accept(), priority=1)) == []


def test_an_accept_of_addresses_outside_is_not_overridden():
    accepting = cnp(
        "a", accept("{networks: [192.0.2.0/24]}", to=True), deny("{networks: [0.0.0.0/0]}", to=True)
    )

    assert messages("NPV247", accepting, cnp("b", deny(), priority=20)) == []


# Overlaps ---------------------------------------------------------------------------------------------


def test_a_rule_with_exceptions_before_it_is_a_general_case_once():
    rules = cnp("a", accept(MONITORING), accept(SHOP, 80), deny())

    (found,) = findings("NPV248", rules)

    assert found.part == "ingress rule 3"
    assert "`ingress rule 1` and `ingress rule 2`" in found.message
    assert messages("NPV249", rules) == []


def test_rules_that_overlap_in_part_are_reported_with_a_flow_of_both():
    (found,) = findings("NPV249", cnp("a", accept(MONITORING), deny(SHOP), deny(ports_of(80)), subject=SHOP))

    assert found.part == "ingress rule 3"
    assert "`ingress rule 1` accepts tcp/80 from a possible pod in namespace monitoring" in found.message


def ports_of(port: int) -> str:
    """Everything, on one port: what stands behind the peer in `rule`."""
    return f"{{namespaces: {{}}}}], protocols: [{{tcp: {{destinationPort: {{number: {port}}}}}}}"


def test_rules_with_one_action_or_without_common_flows_do_not_overlap():
    assert messages("NPV249", cnp("a", deny(MONITORING), deny(ports_of(80)))) == []
    assert messages("NPV249", cnp("a", accept(MONITORING, 80), deny(SHOP, 80), deny(ports_of(81)))) == []


def test_an_overlap_that_an_earlier_rule_decides_is_none():
    rules = accept(MONITORING, 80), accept(MONITORING), deny(ports_of(80))
    before = leave(ports_of(80))

    assert len(messages("NPV249", cnp("a", *rules[1:]))) == 1
    assert messages("NPV249", cnp("a", before, accept(MONITORING), deny(ports_of(80)))) == []


def test_an_overlap_with_a_rule_that_another_one_of_its_tie_opposes_is_none():
    """Which of the two decides is not known, so nothing is said of the rule behind them."""
    accepting, denying = cnp("a", accept(MONITORING)), cnp("b", deny(MONITORING))
    later = cnp("c", deny(ports_of(80)), priority=20)

    assert len(messages("NPV249", accepting, later)) == 1
    assert messages("NPV249", accepting, denying, later) == []


# All of them ------------------------------------------------------------------------------------------


def test_a_rule_is_reported_under_one_code():
    rules = cnp("a", deny(), accept(MONITORING), accept(MONITORING, 80), leave(SHOP))

    parts = [part for _, _, part in reported(rules, ISOLATED)]

    assert len(parts) == len(set(parts))


def test_without_time_every_code_is_left_open():
    context = context_of(cnp("a", deny(), accept(MONITORING)), timeout=0.0)

    for code in ("NPV242", "NPV248", "NPV249"):
        (left_open,) = check_of(code).find(context)
        assert isinstance(left_open, Open)
        assert left_open.reason == "the time limit was reached"


def test_where_there_are_no_admin_policies_nothing_is_asked():
    assert reported(ISOLATED) == []
