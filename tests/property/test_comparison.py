"""Comparisons agree with the reference evaluator on every flow: verdict, regions and witnesses."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import ip_network

from hypothesis import assume, given, settings
from hypothesis import strategies as st
from tests.comparison_oracle import TooLarge, check_comparison

from npverify import strategies
from npverify.cni import CniProfile
from npverify.manifests import inventory_from_objects
from npverify.questions.comparison import (
    Change,
    ComparisonSettings,
    ComparisonVerdict,
    Relation,
    compare,
)
from npverify.questions.query import AddressAlternative, PodAlternative, Selection
from npverify.questions.settings import QuerySettings, Universe
from npverify.resources import LabelSelector, Operator, Requirement

SMALL = {"values": ("a", "b"), "networks": ("10.0.0.0/30", "0.0.0.0/0", "2001:db8::/126"), "ports": (80, 81)}
ALL = ComparisonSettings(limit=None)


def inventories(*versions):
    return [inventory_from_objects(objects) for objects in versions]


def check(old, new, wanted=ALL):
    try:
        return check_comparison(*inventories(old, new), wanted)
    except TooLarge:
        assume(False)


def namespace_objects():
    """Namespace objects for some of the namespaces."""
    each = [st.none() | strategies.namespaces(name=name) for name in ("one", "two")]
    return st.tuples(*each).map(lambda found: [item for item in found if item is not None])


@st.composite
def mutants(draw, policies, *, most=2):
    """The policies after a few edits."""
    for _ in range(draw(st.integers(1, most))):
        policies = draw(strategies.mutations(policies=policies))
    return policies


@st.composite
def pairs(draw, *, max_policies=2, most=2):
    """Two versions of some policies: the second one edited, and then perhaps in other words as well."""
    policies = draw(strategies.policy_sets(max_size=max_policies, **SMALL))
    edited = draw(mutants(policies, most=most))
    if draw(st.booleans()):
        edited = draw(strategies.refactorings(policies=edited, max_steps=1))
    return policies, edited


# Pairs of policies ------------------------------------------------------------------------------------


@settings(max_examples=40)
@given(namespace_objects(), pairs())
def test_edited_policies_differ_just_where_the_evaluator_says(namespaces, pair):
    old, new = pair

    check([*namespaces, *old], [*namespaces, *new])


@settings(max_examples=40)
@given(
    namespace_objects(),
    namespace_objects(),
    strategies.policy_sets(max_size=2, **SMALL),
    strategies.policy_sets(max_size=2, **SMALL),
)
def test_unlike_versions_differ_just_where_the_evaluator_says(old_homes, new_homes, old, new):
    check([*old_homes, *old], [*new_homes, *new])


@settings(max_examples=30)
@given(namespace_objects(), namespace_objects(), strategies.policy_sets(max_size=2, **SMALL))
def test_other_labels_of_namespaces_count(old_homes, new_homes, policies):
    check([*old_homes, *policies], [*new_homes, *policies])


@settings(max_examples=40)
@given(namespace_objects(), strategies.policy_sets(), st.data())
def test_refactored_policies_are_equivalent(namespaces, policies, data):
    refactored = data.draw(strategies.refactorings(policies=policies))

    comparison = compare(*inventories([*namespaces, *policies], [*namespaces, *refactored]))

    assert comparison.verdict is ComparisonVerdict.EQUIVALENT, comparison.differences


@settings(max_examples=30)
@given(strategies.clusters(), st.randoms(use_true_random=False))
def test_a_version_is_equivalent_to_itself_in_any_order(objects, random):
    shuffled = random.sample(objects, len(objects))

    comparison = compare(*inventories(objects, shuffled))

    assert comparison.verdict is ComparisonVerdict.EQUIVALENT
    assert comparison.complete
    assert comparison.differences == ()


# Settings ---------------------------------------------------------------------------------------------


def label(key, *values):
    return LabelSelector((Requirement(key, Operator.IN, values),))


def pods(text, **fields):
    return Selection((PodAlternative(**fields),), text, text)


SCOPES = (
    pods("one/*", namespaces=("one",)),
    pods("app=a", pod_labels=label("app", "a")),
    pods("outside two", excluded_namespaces=("two",)),
    pods("ns:team=a", namespace_labels=label("team", "a")),
    Selection((AddressAlternative((ip_network("10.0.0.0/31"),)),), "10.0.0.0/31", "10.0.0.0/31"),
)
RELATIONS = tuple(
    replace(ALL, relation=relation, per_direction=apart)
    for relation in Relation
    for apart in (False, True)
    if not (apart and relation is Relation.DISJOINT)
)


@settings(max_examples=30)
@given(namespace_objects(), pairs(), st.sampled_from(RELATIONS))
def test_every_relation_is_that_of_the_evaluator(namespaces, pair, wanted):
    old, new = pair

    check([*namespaces, *old], [*namespaces, *new], wanted)


@settings(max_examples=20)
@given(namespace_objects(), pairs(), st.sampled_from(([Change.OPENED], [Change.CLOSED])))
def test_only_the_changes_that_are_asked_for_are_found(namespaces, pair, changes):
    old, new = pair

    check([*namespaces, *old], [*namespaces, *new], replace(ALL, changes=tuple(changes)))


@settings(max_examples=40)
@given(namespace_objects(), namespace_objects(), pairs(), st.sampled_from(SCOPES), st.sampled_from(RELATIONS))
def test_scope_limits_the_flows(old_homes, new_homes, pair, scope, wanted):
    old, new = pair

    check([*old_homes, *old], [*new_homes, *new], replace(wanted, scope=scope))


@settings(max_examples=40)
@given(
    namespace_objects(),
    pairs(),
    st.booleans(),
    st.sampled_from(
        ((), (ip_network("10.0.0.0/29"),), (ip_network("10.0.0.0/29"), ip_network("2001:db8::/64")))
    ),
)
def test_profile_and_pod_networks_count(namespaces, pair, matches, pod_cidrs):
    old, new = pair
    query = QuerySettings(profile=CniProfile("random", ip_block_matches_pods=matches), pod_cidrs=pod_cidrs)

    check([*namespaces, *old], [*namespaces, *new], replace(ALL, query=query))


@settings(max_examples=20)
@given(namespace_objects(), namespace_objects(), pairs())
def test_namespaces_without_an_object_may_be_left_open(old_homes, new_homes, pair):
    old, new = pair

    check([*old_homes, *old], [*new_homes, *new], replace(ALL, query=QuerySettings(open_namespaces=True)))


@settings(max_examples=50)
@given(strategies.clusters(max_policies=2, **SMALL), st.data(), st.sampled_from(RELATIONS))
def test_declared_pods_differ_just_where_the_evaluator_says(objects, data, wanted):
    policies = [item for item in objects if item["kind"] == "NetworkPolicy"]
    others = [item for item in objects if item["kind"] != "NetworkPolicy"]
    edited = data.draw(mutants(policies))

    check(objects, [*others, *edited], replace(wanted, query=QuerySettings(universe=Universe.DECLARED)))


@settings(max_examples=30)
@given(strategies.clusters(max_policies=2, **SMALL), st.data())
def test_declared_pods_change_nothing_for_possible_ones(objects, data):
    policies = [item for item in objects if item["kind"] == "NetworkPolicy"]
    others = [item for item in objects if item["kind"] != "NetworkPolicy"]
    edited = data.draw(mutants(policies))

    check(objects, [*others, *edited])


# Laws -------------------------------------------------------------------------------------------------


def regions(comparison, swapped=False):
    names = {Change.OPENED: Change.CLOSED, Change.CLOSED: Change.OPENED} if swapped else {}
    return {(names.get(d.change, d.change), d.direction, d.region) for d in comparison.differences}


@settings(max_examples=30)
@given(namespace_objects(), pairs(), st.integers(0, 3))
def test_limit_cuts_the_list_and_says_so(namespaces, pair, limit):
    versions = inventories(*([*namespaces, *policies] for policies in pair))
    whole = compare(*versions, ALL)

    cut = compare(*versions, replace(ALL, limit=limit))

    assert cut.complete is (len(whole.differences) <= limit)
    assert cut.differences == whole.differences[:limit]


@settings(max_examples=40)
@given(namespace_objects(), namespace_objects(), pairs(), st.sampled_from(RELATIONS))
def test_the_other_way_round_opened_is_closed(old_homes, new_homes, pair, wanted):
    old, new = pair
    versions = inventories([*old_homes, *old], [*new_homes, *new])
    turned = {Relation.AT_MOST: Relation.AT_LEAST, Relation.AT_LEAST: Relation.AT_MOST}
    backwards = replace(wanted, relation=turned.get(wanted.relation, wanted.relation))

    forth, back = compare(*versions, wanted), compare(*reversed(versions), backwards)

    assert forth.verdict is back.verdict
    assert {c for c, _, _ in regions(forth)} == {c for c, _, _ in regions(back, swapped=True)}


def said_of(difference):
    """What a reader sees of a difference, without the places of objects."""
    rules = [
        tuple(map(str, report.rules))
        for evaluation in (difference.witness.old, difference.witness.new)
        for report in (evaluation.egress, evaluation.ingress)
    ]
    return difference.change, difference.region, difference.witness.flow, difference.witness.source, rules


@settings(max_examples=40)
@given(strategies.clusters(max_policies=3), st.data(), st.randoms(use_true_random=False))
def test_order_of_objects_changes_nothing(objects, data, random):
    policies = [item for item in objects if item["kind"] == "NetworkPolicy"]
    others = [item for item in objects if item["kind"] != "NetworkPolicy"]
    edited = [*others, *data.draw(mutants(policies))]
    shuffled = [random.sample(version, len(version)) for version in (objects, edited)]

    expected, found = compare(*inventories(objects, edited)), compare(*inventories(*shuffled))

    assert [said_of(d) for d in expected.differences] == [said_of(d) for d in found.differences]


# Selectors that differ in one value only -----------------------------------------------------------------


def admitting(*values):
    peer = {"podSelector": {"matchExpressions": [{"key": "app", "operator": "NotIn", "values": [*values]}]}}
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": {"name": "p", "namespace": "one"},
        "spec": {"podSelector": {}, "ingress": [{"from": [peer]}]},
    }


def test_every_value_of_a_not_in_counts():
    assert check([admitting("a", "b")], [admitting("a", "c")]).verdict is ComparisonVerdict.DIFFERENT
    assert check([admitting("a", "b")], [admitting("b", "a")]).verdict is ComparisonVerdict.EQUIVALENT
