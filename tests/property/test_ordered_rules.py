"""Rules of admin policies that are said to decide nothing can go, and no others, in every order of ties."""

from __future__ import annotations

from dataclasses import replace
from itertools import groupby, permutations, product

import pytest
from hypothesis import assume, example, given, settings
from tests.admin_policies import admin_policies
from tests.comparison_oracle import TooLarge, check_comparison

from npverify import strategies
from npverify.cni import GENERIC, OwnNodeEgress
from npverify.manifests import inventory_from_objects
from npverify.questions.comparison import ComparisonSettings, ComparisonVerdict, compare
from npverify.questions.ordered import AnomalyKind, find_anomalies, find_ties_that_matter
from npverify.questions.ordered.parts import parts_of
from npverify.questions.settings import QuerySettings
from npverify.resources import Direction, Tier

HOMES = [{"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "two", "labels": {"team": "a"}}}]
APART = ComparisonSettings(per_direction=True, limit=1)
TOGETHER = ComparisonSettings(limit=1)
STRICT = QuerySettings(profile=replace(GENERIC, own_node_egress=OwnNodeEgress.POLICY))
"""Comparisons leave out the traffic of a pod with its own node, so it must be nothing special here."""
NEEDLESS = set(AnomalyKind) - {AnomalyKind.OVERRIDDEN}
POLICIES = strategies.policy_sets(max_size=2, namespaces=("one", "two"), values=("a", "b"), ports=(80, 81))


def inventory_of(policies, admin):
    return inventory_from_objects([*HOMES, *policies, *admin])


def orders(inventory):
    """The inventory with every tie settled, in every way."""

    def rank(policy):
        return policy.tier, policy.priority

    ranks = [list(group) for _, group in groupby(sorted(inventory.admin_policies, key=rank), key=rank)]
    for arranged in product(*(permutations(group) for group in ranks)):
        flat = [policy for group in arranged for policy in group]
        settled = (replace(policy, priority=number) for number, policy in enumerate(flat))
        yield replace(inventory, admin_policies=tuple(settled))


def without(inventory, part):
    """The inventory without one rule."""
    field = part.direction.lower()

    def cut(policy):
        if policy.name != part.policy.name:
            return policy
        rules = policy.rules(part.direction)
        return replace(policy, **{field: rules[: part.number] + rules[part.number + 1 :]})

    return replace(inventory, admin_policies=tuple(map(cut, inventory.admin_policies)))


def only(inventory, part, cover):
    """The inventory with one rule and its cover alone, and the rule under its new number."""
    kept = {str(each) for each in (part, *cover)}
    narrowed = replace(inventory, policies=tuple(p for p in inventory.policies if str(p) in kept))
    for other in reversed(list(every_part(inventory))):
        if str(other) not in kept:
            narrowed = without(narrowed, other)
    ahead = sum(str(replace(part, number=number)) in kept for number in range(part.number))
    return narrowed, named(narrowed, replace(part, number=ahead))


def named(inventory, part):
    """A rule in another version of its policy."""
    (policy,) = (policy for policy in inventory.admin_policies if policy.name == part.policy.name)
    return replace(part, policy=policy)


def same(old, new, wanted=APART):
    return compare(old, new, wanted).verdict is ComparisonVerdict.EQUIVALENT


def every_part(inventory):
    for direction in Direction:
        for tier in Tier:
            yield from parts_of(inventory.admin_policies, direction, tier)


def check(policies, admin, same=same):
    inventory = inventory_of(policies, admin)
    found = find_anomalies(inventory, STRICT)
    kinds = {str(anomaly.part): anomaly.kind for anomaly in found.anomalies}
    settled = list(orders(inventory))
    for part in every_part(inventory):
        can_go = all(same(order, without(order, part), APART) for order in settled)
        assert can_go == (kinds.get(str(part)) in NEEDLESS), (str(part), kinds.get(str(part)))
        if kinds.get(str(part)) is AnomalyKind.OVERRIDDEN:
            assert all(same(order, without(order, part), TOGETHER) for order in settled)
    assert len(kinds) == len(found.anomalies), "a rule is named once"
    for overlap in (*found.generalisations, *found.correlations):
        assert not {str(part) for part in (overlap.part, *overlap.earlier)} & set(kinds)
        check_overlap(overlap)


def check_overlap(overlap):
    report = overlap.witness.egress if overlap.part.direction is Direction.EGRESS else overlap.witness.ingress
    first = overlap.earlier[0]
    assert (first.policy.name, first.number + 1) in [(s.rule.policy, s.rule.rule) for s in report.path]
    assert all(earlier.action is not overlap.part.action for earlier in overlap.earlier)


def check_ties(policies, admin):
    inventory = inventory_of(policies, admin)
    settled = list(orders(inventory))

    found = find_ties_that_matter(inventory, STRICT)

    assert bool(found) != all(same(settled[0], order, TOGETHER) for order in settled[1:])
    for tie in found:
        assert tie.witness.flow == tie.reverse.flow
        assert tie.witness.reachable is not tie.reverse.reachable
        assert (tie.one.tier, tie.one.priority) == (tie.other.tier, tie.other.priority)


@settings(max_examples=24)
@given(POLICIES, admin_policies())
def test_exactly_the_rules_that_are_named_can_go(policies, admin):
    check(policies, admin)


@settings(max_examples=20)
@given(POLICIES, admin_policies(priorities=1))
def test_exactly_the_rules_that_are_named_can_go_where_all_policies_tie(policies, admin):
    check(policies, admin)


def cnp(name, **rules):
    return {
        "apiVersion": "policy.networking.k8s.io/v1alpha2",
        "kind": "ClusterNetworkPolicy",
        "metadata": {"name": name},
        "spec": {"tier": "Admin", "priority": 1, "subject": {"namespaces": {}}, **rules},
    }


def rule(action, *, to=None):
    field = "from" if to is None else "to"
    return {"action": action, field: [{"namespaces": to or {}}]}


ONE_END_HIDES_THE_OTHER = [
    cnp("a", ingress=[rule("Deny")], egress=[rule("Accept", to={})]),
    cnp("b", ingress=[rule("Accept")], egress=[rule("Deny", to={"matchLabels": {"team": "a"}})]),
]


@settings(max_examples=24)
@given(POLICIES, admin_policies(priorities=1))
@example([], ONE_END_HIDES_THE_OTHER)
def test_a_tie_is_reported_iff_the_verdict_on_some_connection_depends_on_it(policies, admin):
    check_ties(policies, admin)


@settings(max_examples=20)
@given(POLICIES, admin_policies())
def test_every_cover_is_enough_by_itself(policies, admin):
    inventory = inventory_of(policies, admin)
    for anomaly in find_anomalies(inventory, STRICT).anomalies:
        if anomaly.kind is not AnomalyKind.OVERRIDDEN:
            for order in orders(inventory):
                alone, part = only(order, anomaly.part, anomaly.cover)
                assert part.rule == anomaly.part.rule
                assert same(alone, without(alone, part)), str(part)


@settings(max_examples=20)
@given(POLICIES, admin_policies())
def test_without_a_rule_of_its_cover_a_shadowed_rule_decides_something(policies, admin):
    inventory = inventory_of(policies, admin)
    for anomaly in find_anomalies(inventory, STRICT).of(AnomalyKind.SHADOWED):
        for left_out in anomaly.cover:
            rest = [other for other in anomaly.cover if other is not left_out]
            alone, part = only(inventory, anomaly.part, rest)
            kinds = {str(a.part): a.kind for a in find_anomalies(alone, STRICT).anomalies}
            assert kinds.get(str(part)) is not AnomalyKind.SHADOWED


@pytest.mark.slow
@settings(max_examples=150)
@given(POLICIES, admin_policies())
def test_exactly_the_rules_that_are_named_can_go_in_many_mixes(policies, admin):
    check(policies, admin)


@pytest.mark.slow
@settings(max_examples=150)
@given(POLICIES, admin_policies(priorities=2))
def test_ties_are_reported_iff_they_matter_in_many_mixes(policies, admin):
    check_ties(policies, admin)


@pytest.mark.slow
@settings(max_examples=60)
@given(strategies.policy_sets(max_size=1, values=("a", "b"), ports=(80, 81)), admin_policies(max_size=2))
def test_the_evaluator_finds_no_flow_that_a_named_rule_decides(policies, admin):
    """Flow by flow, without a solver."""

    def enumerated(old, new, wanted):
        try:
            check_comparison(old, new, replace(wanted, limit=None))
        except TooLarge:
            assume(False)
        return same(old, new, wanted)

    check(policies, admin, enumerated)
