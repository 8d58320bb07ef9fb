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


def for_all(name, *, ingress=None, egress=None):
    """A policy for every pod, of the priority of all the others, with one rule for all pods an end."""
    everyone = {"namespaces": {}}
    rules = {
        "ingress": [{"action": ingress, "from": [everyone]}] if ingress else [],
        "egress": [{"action": egress, "to": [everyone]}] if egress else [],
    }
    made = admin(name, "Accept")
    return {**made, "spec": {**made["spec"], "subject": everyone, **rules}}


def test_the_ends_of_a_flow_can_meet_different_policies_of_a_tie_first():
    """The order c, b, a alone lets it connect."""
    policies = [
        for_all("a", ingress="Deny"),
        for_all("b", ingress="Accept", egress="Deny"),
        for_all("c", egress="Accept"),
    ]

    answer = ask("can web reach db?", *policies)

    assert answer.verdict is Verdict.UNDECIDED
    assert all(f"ClusterNetworkPolicy {name}" in answer.undecided for name in "abc")
    with pytest.raises(UsageError, match="depends on the order"):
        load_objects([*PODS, *policies]).allows("one/web", "one/db", 80)


def test_one_order_holds_at_both_ends():
    """Each order of the two denies one end, and no other policy comes between."""
    tied = [for_all("a", ingress="Accept", egress="Deny"), for_all("b", ingress="Deny", egress="Accept")]

    assert ask("can web reach db?", *tied).verdict is Verdict.UNREACHABLE
    assert ask("can web reach db?", *tied, for_all("c", egress="Pass")).verdict is Verdict.UNDECIDED


def with_rules(name, *rules):
    made = admin(name, "Accept")
    made["spec"]["ingress"] = [
        rule for peer, action in rules for rule in admin("x", action, peer=peer)["spec"]["ingress"]
    ]
    return made


def test_every_order_is_looked_at_where_each_lets_another_flow_through():
    """`web` connects if a comes before b, and `other` if b comes before c: neither if c, b, a."""
    pair = [
        with_rules("a", ("web", "Accept"), ("other", "Deny")),
        with_rules("b", ("web", "Deny"), ("other", "Accept")),
    ]
    three = [
        with_rules("a", ("web", "Accept")),
        with_rules("b", ("web", "Deny"), ("other", "Accept")),
        with_rules("c", ("other", "Deny"), ("db", "Deny")),
    ]
    question = "can app in (web,other) reach db?"

    assert ask(question, *pair).verdict is Verdict.REACHABLE
    assert ask(question, *three).verdict is Verdict.UNDECIDED


def test_a_tie_of_four_policies_is_too_many_to_look_at():
    tied = [
        admin(name, action) for name, action in zip("abcd", ("Accept", "Deny", "Pass", "Deny"), strict=True)
    ]

    assert "too many" in ask("can web reach db?", *tied).undecided


def test_a_pass_that_fails_closed_ties_with_a_pass():
    closed = admin("b", "Pass")
    closed["spec"]["ingress"][0]["from"] = [{"newKindOfPeer": {}}]

    assert ask("can web reach db?", admin("a", "Pass"), closed).verdict is Verdict.UNDECIDED
    assert ask("can other reach db?", admin("a", "Pass"), closed).verdict is Verdict.UNREACHABLE


def test_an_accept_that_fails_closed_ties_with_nothing():
    closed = admin("b", "Accept")
    closed["spec"]["ingress"][0]["from"] = [{"newKindOfPeer": {}}]

    assert ask("can web reach db?", admin("a", "Deny"), closed).verdict is Verdict.UNREACHABLE
