"""Where admin policies of equal priority disagree, no order is silently taken for the right one."""

from __future__ import annotations

import pytest

from npverify import UsageError, Verdict, load_objects

PODS = [
    {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": name, "namespace": "one", "labels": {"app": name}},
        "spec": {"containers": []},
    }
    for name in ("web", "db", "other")
]


def admin(name, action, *, priority=5, peer="web"):
    rule = {
        "action": action,
        "from": [{"pods": {"namespaceSelector": {}, "podSelector": {"matchLabels": {"app": peer}}}}],
    }
    return {
        "apiVersion": "policy.networking.k8s.io/v1alpha2",
        "kind": "ClusterNetworkPolicy",
        "metadata": {"name": name},
        "spec": {
            "tier": "Admin",
            "priority": priority,
            "subject": {"pods": {"namespaceSelector": {}, "podSelector": {"matchLabels": {"app": "db"}}}},
            "ingress": [rule],
        },
    }


def ask(question, *policies):
    return load_objects([*PODS, *policies]).query(question)


@pytest.mark.parametrize("question", ["can web reach db?", "does every web reach db?"])
def test_a_verdict_that_hangs_on_a_tie_is_left_open(question):
    policies = [admin("a", "Deny"), admin("b", "Accept"), admin("c", "Deny", priority=9, peer="other")]

    answer = ask(question, *policies)

    assert answer.verdict is Verdict.UNDECIDED
    assert "ClusterNetworkPolicy b" in answer.undecided
    assert "order of admin policies of equal priority" in answer.undecided


@pytest.mark.parametrize(
    ("policies", "verdict"),
    [
        ([admin("a", "Deny"), admin("b", "Deny")], Verdict.UNREACHABLE),
        ([admin("a", "Accept"), admin("b", "Pass")], Verdict.REACHABLE),
        ([admin("a", "Deny", peer="other"), admin("b", "Accept")], Verdict.REACHABLE),
        ([admin("a", "Deny", priority=4), admin("b", "Accept")], Verdict.UNREACHABLE),
        ([admin("a", "Deny"), admin("b", "Accept", priority=4)], Verdict.REACHABLE),
        ([admin("a", "Deny"), admin("b", "Accept"), admin("0", "Deny", priority=1)], Verdict.UNREACHABLE),
    ],
    ids=[
        "one action",
        "pass to nothing",
        "other flows",
        "first is Deny",
        "first is Accept",
        "decided before",
    ],
)
def test_a_tie_that_does_not_matter_changes_nothing(policies, verdict):
    assert ask("can web reach db?", *policies).verdict is verdict


def test_three_policies_of_a_tie_can_each_go_first():
    policies = [admin("a", "Accept"), admin("b", "Pass"), admin("c", "Deny")]

    assert ask("can web reach db?", *policies).verdict is Verdict.UNDECIDED


def test_the_way_through_the_tiers_is_told():
    answer = ask("can web reach db?", admin("a", "Pass"), admin("b", "Deny", priority=9))

    assert answer.verdict is Verdict.REACHABLE
    assert [str(step) for step in answer.witness.ingress.path] == [
        "Admin p5 ClusterNetworkPolicy a rule 1 Pass"
    ]


def test_one_flow_is_not_decided_by_the_order_either():
    cluster = load_objects([*PODS, admin("a", "Deny"), admin("b", "Accept")])

    assert cluster.allows("one/other", "one/db", 80)
    with pytest.raises(UsageError, match="order of admin policies"):
        cluster.allows("one/web", "one/db", 80)
    assert not load_objects([*PODS, admin("a", "Deny")]).allows("one/web", "one/db", 80)
