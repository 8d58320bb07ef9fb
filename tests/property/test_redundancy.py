"""What is reported as redundant can go, what is not reported cannot, and simplifying changes nothing."""

from __future__ import annotations

from dataclasses import replace

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from npverify import strategies
from npverify.manifests import inventory_from_objects, read_texts
from npverify.questions.comparison import ComparisonSettings, ComparisonVerdict, compare
from npverify.questions.redundancy import find_redundancies
from npverify.questions.redundancy.removable import find_removable
from npverify.questions.settings import QuerySettings
from npverify.resources import Direction
from npverify.simplification import simplify

SMALL = {"values": ("a", "b"), "networks": ("10.0.0.0/30", "0.0.0.0/0"), "ports": (80, 81)}
APART = ComparisonSettings(per_direction=True, limit=1)


@st.composite
def policy_lists(draw):
    """Policies of which some are in other words what others say already."""
    drawn = draw(strategies.policy_sets(min_size=1, max_size=3, namespaces=("one",), **SMALL))
    if draw(st.booleans()):
        return draw(strategies.refactorings(policies=drawn))
    return drawn


def same(inventory, policies):
    """Whether the policies decide every flow as those of the inventory do, in each direction."""
    return compare(inventory, replace(inventory, policies=tuple(policies)), APART).verdict is (
        ComparisonVerdict.EQUIVALENT
    )


def without(inventory, part):
    """The policies without one part."""
    for policy in inventory.policies:
        if policy is not part.policy:
            yield policy
        elif part.rule is not None:
            field = part.direction.lower()
            rules = list(policy.rules(part.direction))
            rule = rules.pop(part.rule)
            if part.peer is not None:
                rules.insert(part.rule, replace(rule, peers=cut(rule.peers, part.peer)))
            elif part.port is not None:
                rules.insert(part.rule, replace(rule, ports=cut(rule.ports, part.port)))
            yield replace(policy, **{field: tuple(rules)})


def cut(items, number):
    left = items[:number] + items[number + 1 :]
    assert left, "the last item of a list says something else than no list"
    return left


def check_redundancies(objects):
    inventory = inventory_from_objects(objects)
    found = find_redundancies(inventory, QuerySettings())
    reported = [r.part for r in (*found.policies, *found.rules, *found.peers, *found.ports)]
    for part in reported:
        assert same(inventory, without(inventory, part)), f"{part} is needed"
    gone = {part.policy for part in reported if part.rule is None}
    rules = {(part.policy, part.direction, part.rule) for part in reported}
    for policy in inventory.policies:
        if policy in gone:
            continue
        assert not same(inventory, [p for p in inventory.policies if p is not policy]), f"{policy} could go"
        for direction in policy.policy_types:
            check_rules(inventory, policy, direction, rules, reported)
    for redundancy in found.isolation_only:
        bare = replace(redundancy.part.policy, ingress=(), egress=())
        kept = [bare if p is redundancy.part.policy else p for p in inventory.policies]
        assert same(inventory, kept)
    return found


def check_rules(inventory, policy, direction, reported_rules, reported):
    from npverify.questions.redundancy import PolicyPart

    for number, rule in enumerate(policy.rules(direction)):
        part = PolicyPart(policy, direction, number)
        if (policy, direction, number) in reported_rules and part in reported:
            continue
        assert not same(inventory, without(inventory, part)), f"{part} could go"
        for kind, items in (("peer", rule.peers), ("port", rule.ports)):
            for item in range(len(items)) if len(items) > 1 else ():
                inner = replace(part, **{kind: item})
                assert (inner in reported) == same(inventory, without(inventory, inner)), f"{inner}"


@settings(max_examples=24)
@given(policy_lists())
def test_exactly_what_is_reported_can_go(objects):
    check_redundancies(objects)


def test_a_policy_that_selects_no_pod_can_go():
    twice = [{"key": "app", "operator": "In", "values": [value]} for value in ("a", "b")]
    policy = {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": {"name": "nobody", "namespace": "one"},
        "spec": {"podSelector": {"matchExpressions": twice}, "ingress": [{}]},
    }

    (redundancy,) = check_redundancies([policy]).policies

    assert redundancy.cover == redundancy.isolation == ()


def parts(found):
    """What could go, by kind, and which policies but keep their pods open."""
    kinds = (found.policies, found.rules, found.peers, found.ports, found.isolation_only)
    opening = {r.part for r in found.policies if r.opens and not r.cover and not r.isolation}
    return [{redundancy.part for redundancy in kind} for kind in kinds], opening


@settings(max_examples=12)
@given(policy_lists())
def test_what_can_go_is_found_by_comparison_as_well(objects):
    inventory = inventory_from_objects(objects)

    assert parts(find_redundancies(inventory, QuerySettings())) == parts(
        find_removable(inventory, QuerySettings())
    )


@pytest.mark.slow
@settings(max_examples=100)
@given(policy_lists())
def test_what_can_go_of_many_policy_sets_is_found_by_comparison_as_well(objects):
    inventory = inventory_from_objects(objects)

    assert parts(find_redundancies(inventory, QuerySettings())) == parts(
        find_removable(inventory, QuerySettings())
    )


@pytest.mark.slow
@settings(max_examples=600)
@given(policy_lists())
def test_exactly_what_is_reported_can_go_in_many_policy_sets(objects):
    check_redundancies(objects)


@settings(max_examples=40)
@given(policy_lists())
def test_every_covering_set_covers_and_needs_each_of_its_rules(objects):
    inventory = inventory_from_objects(objects)
    found = find_redundancies(inventory, QuerySettings())

    for redundancy in (*found.policies, *found.rules, *found.peers, *found.ports):
        assert redundancy.part not in redundancy.cover
    for redundancy in found.rules:
        check_cover(inventory, redundancy)


def check_cover(inventory, redundancy):
    """Among the part and its cover alone, the part can go, and with one rule of the cover less it cannot."""
    chosen = {redundancy.part, *redundancy.cover}

    def only(parts):
        for policy in inventory.policies:
            kept = {
                direction.lower(): tuple(
                    rule
                    for number, rule in enumerate(policy.rules(direction))
                    if any((p.policy, p.direction, p.rule) == (policy, direction, number) for p in parts)
                )
                for direction in Direction
            }
            yield replace(policy, **kept)

    alone = replace(inventory, policies=tuple(only(chosen)))
    assert same(alone, only(chosen - {redundancy.part}))
    for each in redundancy.cover:
        less = replace(inventory, policies=tuple(only(chosen - {each})))
        assert not same(less, only(chosen - {each, redundancy.part})), f"{each} is not needed for the cover"


def test_large_slices_are_cut_without_a_difference(monkeypatch):
    objects = [
        {
            "apiVersion": "networking.k8s.io/v1",
            "kind": "NetworkPolicy",
            "metadata": {"name": f"p{number}", "namespace": "one"},
            "spec": {
                "podSelector": {"matchLabels": {"app": f"a{number % 4}"} if number % 5 else {}},
                "ingress": [{"ports": [{"port": 80 + number % 3}]}],
            },
        }
        for number in range(14)
    ]
    inventory = inventory_from_objects(objects)
    whole = find_redundancies(inventory, QuerySettings())
    monkeypatch.setattr("npverify.questions.redundancy.search.MOST_TOGETHER", 2)
    monkeypatch.setattr("npverify.questions.redundancy.search._SOLVERS", 1)

    cut_up = find_redundancies(inventory, QuerySettings())

    assert whole.policies
    assert [r.part for r in whole.policies] == [r.part for r in cut_up.policies]
    assert [r.part for r in whole.rules] == [r.part for r in cut_up.rules]


def simplified(objects):
    text = "---\n".join(yaml.safe_dump(item, sort_keys=False) for item in objects)
    return simplify({"policies.yaml": text})


def check_simplification(objects):
    result = simplified(objects)
    before, after = inventory_from_objects(objects), read_texts(result.texts)

    assert result.is_proved
    assert same(before, after.policies)
    assert result.after.policies <= result.before.policies
    assert (result.before == result.after) == (not result.steps)
    again = simplify(result.texts)
    assert not again.steps
    assert again.texts == result.texts
    left = find_redundancies(after, QuerySettings())
    assert not left.rules
    assert not left.peers
    assert not left.ports
    for redundancy in left.policies:
        policy = redundancy.part.policy
        has_rules = any(policy.rules(d) for d in policy.policy_types)
        assert redundancy.opens or not has_rules, "only what isolates, or keeps pods open, is left"


@settings(max_examples=25)
@given(policy_lists())
def test_a_simplification_means_the_same_and_is_a_fixed_point(objects):
    check_simplification(objects)


@pytest.mark.slow
@settings(max_examples=400)
@given(policy_lists())
def test_many_simplifications_mean_the_same_and_are_fixed_points(objects):
    check_simplification(objects)
