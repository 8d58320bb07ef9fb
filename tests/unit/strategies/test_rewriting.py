"""Refactorings change nothing, mutations one thing; both shrink, and say what is wrong with arguments."""

from __future__ import annotations

import pytest
from hypothesis import Phase, find, given, settings
from hypothesis import strategies as st
from hypothesis.errors import InvalidArgument

from npverify import load_objects, strategies

POLICY = {
    "apiVersion": "networking.k8s.io/v1",
    "kind": "NetworkPolicy",
    "metadata": {"name": "web", "namespace": "shop"},
    "spec": {
        "podSelector": {"matchLabels": {"app": "web"}},
        "policyTypes": ["Ingress"],
        "ingress": [
            {
                "from": [
                    {
                        "podSelector": {"matchLabels": {"app": "gate"}},
                        "namespaceSelector": {"matchLabels": {"team": "edge"}},
                    },
                    {"ipBlock": {"cidr": "10.0.0.0/8", "except": ["10.1.0.0/16"]}},
                ],
                "ports": [{"port": 80}, {"port": 8000, "endPort": 8010}],
            }
        ],
    },
}
small = settings(database=None, max_examples=4000, derandomize=True)
first = settings(small, phases=[Phase.generate])


def parsed(policies):
    return load_objects(policies).inventory.policies


def flows(policies):
    """What a set of policies allows among all pods and addresses that it could tell apart."""
    pods = [
        {
            "apiVersion": "v1",
            "kind": "Pod",
            "metadata": {"name": f"{app}-{namespace}", "namespace": namespace, "labels": {"app": app}},
            "spec": {"containers": []},
            "status": {"podIPs": [{"ip": f"172.16.{number}.1"}]},
        }
        for number, (app, namespace) in enumerate([("web", "shop"), ("gate", "shop"), ("gate", "edge")])
    ]
    home = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "edge", "labels": {"team": "edge"}}}
    cluster = load_objects([home, *pods, *policies])
    sources = ["shop/gate-shop", "edge/gate-edge", "10.0.0.1", "10.1.0.1", "192.0.2.1"]
    ports = [79, 80, 81, 7999, 8000, 8005, 8010, 8011]
    return {
        (source, port): cluster.allows(source, "shop/web-shop", port) for source in sources for port in ports
    }


@settings(max_examples=60, deadline=None)
@given(strategies.refactorings(policies=[POLICY]))
def test_refactored_policies_allow_the_same(policies):
    assert flows(policies) == flows([POLICY])


def test_a_refactoring_may_say_everything_in_other_words():
    many = find(
        strategies.refactorings(policies=[POLICY]),
        lambda found: len(found) > 1 and "matchExpressions" in str(found) and "10.0.0.0/8" not in str(found),
        settings=first,
    )

    assert flows(many) == flows([POLICY])


def test_the_smallest_refactoring_is_no_change_of_the_rules():
    assert parsed(find(strategies.refactorings(policies=[POLICY]), lambda _: True, settings=small)) == parsed(
        [POLICY]
    )


@settings(max_examples=100, deadline=None)
@given(strategies.policy_sets(min_size=1), st.data())
def test_a_mutation_touches_one_policy(policies, data):
    mutated = data.draw(strategies.mutations(policies=policies))

    before, after = parsed(policies), parsed(mutated)
    assert before != after
    names = [{policy.name for policy in version} for version in (before, after)]
    assert len(names[0] ^ names[1]) <= 1
    assert len(before) - 1 <= len(after) <= len(before) + 1


@pytest.mark.parametrize(
    "wanted",
    [
        lambda found: not found,
        lambda found: len(found) == 2,
        lambda found: "Egress" in found[0]["spec"]["policyTypes"],
        lambda found: len(found[0]["spec"]["ingress"][0]["from"]) == 3,
        lambda found: len(found[0]["spec"]["ingress"][0]["ports"]) == 1,
        lambda found: len(found) == 1 and not found[0]["spec"].get("ingress"),
        lambda found: "10.1.0.0/16" not in str(found),
        lambda found: "UDP" in str(found),
        lambda found: "NotIn" in str(found),
        lambda found: flows(found) != flows([POLICY]),
        lambda found: flows(found) == flows([POLICY]),
    ],
    ids=[
        "dropped", "added", "another direction", "AND becomes OR", "a port less", "no rule", "no exception",
        "another protocol", "another operator", "it matters", "it does not matter",
    ],
)  # fmt: skip
def test_each_sort_of_edit_occurs(wanted):
    def is_found(found):
        try:
            return wanted(found)
        except (KeyError, IndexError):
            return False

    assert is_found(find(strategies.mutations(policies=[POLICY]), is_found, settings=first))


def test_no_policy_mutates_to_a_default_deny():
    (policy,) = parsed(find(strategies.mutations(policies=[]), lambda _: True, settings=small))

    assert not policy.ingress
    assert not policy.pod_selector.requirements


def test_policies_of_a_loaded_cluster_will_do():
    inventory = load_objects([POLICY]).inventory

    assert find(strategies.refactorings(policies=inventory.policies), lambda _: True, settings=small)
    assert find(strategies.mutations(policies=inventory.policies), bool, settings=small)


@pytest.mark.parametrize(
    ("strategy", "arguments", "words"),
    [
        (strategies.refactorings, {"policies": 7}, "policies=7"),
        (strategies.refactorings, {"policies": [POLICY], "max_steps": -1}, "max_steps=-1"),
        (strategies.refactorings, {"policies": [{"kind": "Pod"}]}, "'kind': 'Pod'"),
        (strategies.mutations, {"policies": "web"}, "policies='web'"),
        (strategies.mutations, {"policies": [{**POLICY, "spec": {"ingress": 1}}]}, "must be a list"),
    ],
)
def test_wrong_arguments_are_shown(strategy, arguments, words):
    with pytest.raises(InvalidArgument, match=words):
        find(strategy(**arguments), lambda _: True)
