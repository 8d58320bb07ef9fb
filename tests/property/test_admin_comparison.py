"""Comparisons of clusters with admin policies agree with the reference evaluator on every flow."""

from __future__ import annotations

import copy

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from tests.admin_policies import admin_policies
from tests.comparison_oracle import TooLarge, check_comparison

from npverify import strategies
from npverify.manifests import inventory_from_objects
from npverify.questions.comparison import ComparisonSettings, ComparisonVerdict, compare

SMALL = {
    "values": ("a", "b"),
    "networks": ("10.0.0.0/30", "0.0.0.0/0"),
    "ports": (80, 81),
}
HOMES = [{"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "two", "labels": {"team": "a"}}}]
EVERY = ComparisonSettings(limit=None)
APART = ComparisonSettings(limit=None, per_direction=True)


def inventories(*versions):
    return [inventory_from_objects([*HOMES, *objects]) for objects in versions]


def check(old, new, wanted=EVERY):
    try:
        return check_comparison(*inventories(old, new), wanted)
    except TooLarge:
        assume(False)


def untied(policies):
    """The policies with priorities of their own."""
    return [
        {**policy, "spec": {**policy["spec"], "priority": number}}
        for number, policy in enumerate(copy.deepcopy(policies), start=1)
    ]


@st.composite
def edited(draw, policies):
    """The admin policies after one edit of a rule, of their order, or of which there are."""
    policies = copy.deepcopy(policies)
    policy = draw(st.sampled_from(policies))
    rules = policy["spec"][draw(st.sampled_from(("ingress", "egress")))]
    match draw(st.sampled_from(("action", "swap", "drop", "priority", "tier"))):
        case "action" if rules:
            draw(st.sampled_from(rules))["action"] = draw(st.sampled_from(("Accept", "Deny", "Pass")))
        case "swap":
            rules.reverse()
        case "drop":
            policies.remove(policy)
        case "priority":
            policy["spec"]["priority"] = 10
        case "tier":
            policy["spec"]["tier"] = draw(st.sampled_from(("Admin", "Baseline")))
    return policies


@st.composite
def pairs(draw):
    """Two versions of some policies of every layer."""
    own = draw(strategies.policy_sets(max_size=1, **SMALL))
    admin = untied(draw(admin_policies(max_size=2)))
    after = draw(st.just(own) | strategies.mutations(policies=own))
    return [*own, *admin], [*after, *draw(st.just(admin) | edited(admin))]


@settings(max_examples=16)
@given(pairs(), st.sampled_from((EVERY, APART)))
def test_versions_differ_just_where_the_evaluator_says(pair, wanted):
    check(*pair, wanted)


@pytest.mark.slow
@settings(max_examples=200)
@given(pairs(), st.sampled_from((EVERY, APART)))
def test_many_versions_differ_just_where_the_evaluator_says(pair, wanted):
    check(*pair, wanted)


@settings(max_examples=60)
@given(strategies.policy_sets(max_size=2), admin_policies(), st.data())
def test_other_words_and_another_order_are_equivalent(own, admin, data):
    """Even with ties, whose order nothing defines."""
    refactored = data.draw(strategies.refactorings(policies=own))
    shuffled = data.draw(st.permutations([*refactored, *admin]))

    comparison = compare(*inventories([*own, *admin], shuffled))

    assert comparison.verdict is ComparisonVerdict.EQUIVALENT, comparison.differences
