"""Each assertion passes for what is so, and fails with the counterexample for what is not."""

from __future__ import annotations

import warnings

import pytest
from tests.shared import ROOT

import npverify
from npverify import QuerySettings, Universe, UsageError
from npverify.testing import (
    VacuousWarning,
    assert_at_most,
    assert_equivalent,
    assert_isolated,
    assert_only,
    assert_reachable,
    assert_unreachable,
)

SHOP = ROOT / "examples" / "shop"
OLD, NEW = (ROOT / "examples" / "pull-request" / side for side in ("old", "new"))
DECLARED = QuerySettings(universe=Universe.DECLARED)


@pytest.fixture(scope="module")
def shop():
    return npverify.load(SHOP)


def failure(claim, *arguments, **options):
    with pytest.raises(AssertionError) as caught:
        claim(*arguments, **options)
    return str(caught.value)


def test_what_is_so_passes(shop):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert_unreachable(shop, "frontend", "database")
        assert_reachable(shop, "api", "database", port=5432)
        assert_unreachable(shop, "api", "database", port="udp/53")
        assert_reachable(shop, "frontend", "api", settings=DECLARED)
        assert_only(shop, "app in (api,backup)", "database", port=5432)
        assert_isolated(shop, "database")
        assert_isolated(shop, "frontend", directions=["ingress"])
        assert_equivalent(OLD, OLD)
        assert_at_most(OLD, OLD)


@pytest.mark.parametrize(
    ("claim", "arguments", "words"),
    [
        (
            assert_unreachable,
            (SHOP, "api", "database"),
            [
                "reachable: api can reach database",
                "shop/deployment/api → shop/statefulset/database on tcp/5432",
                "policies.yaml:111",
            ],
        ),
        (
            assert_reachable,
            (SHOP, "frontend", "database"),
            ["unreachable: frontend cannot reach database", "rests on", "policies.yaml:99:1"],
        ),
        (assert_only, (SHOP, "api", "database"), ["violated: ", "shop/cronjob/backup"]),
        (assert_isolated, (SHOP, "prometheus"), ["violated: ", "monitoring"]),
        (
            assert_equivalent,
            (OLD, NEW),
            ["different: 2 regions opened, 1 closed", "+ opened: ", "- closed: ", "policies.yaml:27:7"],
        ),
        (assert_at_most, (OLD, NEW), ["violated: 2 regions opened", "+ opened: ", "policies.yaml:27:7"]),
    ],
    ids=lambda value: getattr(value, "__name__", None),
)
def test_a_failure_is_the_counterexample(claim, arguments, words):
    text = failure(claim, *arguments)

    for word in words:
        assert word in text


def test_at_most_is_about_what_was_opened():
    assert_at_most(NEW, OLD, scope="api")
    assert "closed" not in failure(assert_at_most, OLD, NEW)


def test_scope_limits_a_comparison():
    assert_equivalent(OLD, NEW, scope="frontend")
    assert "- closed" in failure(assert_equivalent, OLD, NEW, scope="database")


def test_a_claim_about_nothing_is_a_warning(shop):
    with pytest.warns(VacuousWarning, match="no declared pod matches"):
        assert_unreachable(shop, "app=frontned", "database")


def test_objects_and_paths_are_clusters_too():
    deny = {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": {"name": "deny", "namespace": "shop"},
        "spec": {"podSelector": {}},
    }

    with pytest.warns(VacuousWarning):
        assert_isolated([deny], "shop/*", directions=["ingress"])
    assert_unreachable(str(SHOP), "frontend", "database")
    assert_at_most([], [deny])


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda shop: assert_unreachable(shop, "frontned", "database"), "frontned"),
        (
            lambda shop: assert_isolated(shop, "database", directions=["outwards"]),
            "`outwards` is no direction",
        ),
        (lambda _: assert_unreachable(7, "a", "b"), "int is no cluster"),
        (lambda _: assert_unreachable({"kind": "List"}, "a", "b"), "dict is no cluster"),
    ],
)
def test_what_is_not_understood_is_no_failed_assertion(shop, call, message):
    with pytest.raises(UsageError, match=message):
        call(shop)
