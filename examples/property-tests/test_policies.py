"""Four properties of the generator: each is proved for every pod that could exist."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st
from policies import CALLS, PORTS, pods_for, policies_for

from npverify import QuerySettings, Universe, load_objects, strategies
from npverify.testing import (
    assert_at_most,
    assert_equivalent,
    assert_isolated,
    assert_only,
    assert_reachable,
    assert_unreachable,
)

APPS = sorted(PORTS)
DECLARED = QuerySettings(universe=Universe.DECLARED)


@st.composite
def call_graphs(draw):
    """Which of the apps calls which others."""
    return {app: draw(st.sets(st.sampled_from([a for a in APPS if a != app]))) for app in APPS}


def cluster_of(calls):
    return load_objects([*pods_for(calls), *policies_for(calls)])


@settings(max_examples=15, deadline=None)
@given(call_graphs())
def test_apps_reach_just_what_they_call(calls):
    cluster = cluster_of(calls)
    for app in APPS:
        for other in APPS:
            if other in calls[app]:
                assert_reachable(cluster, app, other, port=PORTS[other], settings=DECLARED)
            elif other != app:
                assert_unreachable(cluster, app, other, settings=DECLARED)


@settings(max_examples=15, deadline=None)
@given(call_graphs())
def test_nothing_comes_in_from_outside_and_every_pod_is_isolated(calls):
    cluster = cluster_of(calls)
    assert_unreachable(cluster, "internet", "ns:kubernetes.io/metadata.name=shop")
    assert_isolated(cluster, "shop/*")


@settings(max_examples=15, deadline=None)
@given(call_graphs(), st.sampled_from(APPS), st.sampled_from(APPS))
def test_one_call_less_opens_nothing(calls, app, other):
    fewer = {**calls, app: calls[app] - {other}}
    assert_at_most(cluster_of(calls), cluster_of(fewer))


@settings(max_examples=10, deadline=None)
@given(st.data())
def test_other_words_for_the_same_policies_change_nothing(data):
    policies = policies_for(CALLS)
    refactored = data.draw(strategies.refactorings(policies=policies))
    assert_equivalent(policies, refactored)


def test_only_the_api_reaches_the_database():
    assert_only(cluster_of(CALLS), "api", "database", port=5432)
