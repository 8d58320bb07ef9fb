"""What is removed at once: never something that makes something else redundant."""

from __future__ import annotations

from dataclasses import replace

import pytest
import yaml
from hypothesis import given, settings
from tests.unit.simplification.texts import FILE, ingress, joined, policy, simplified

from npverify import strategies
from npverify.editing import DeletePeer, DeletePolicy, DeletePort, DeleteRule, PolicyId
from npverify.manifests import inventory_from_objects, read_texts
from npverify.questions.comparison import ComparisonSettings, ComparisonVerdict, compare
from npverify.questions.redundancy import PolicyPart, Redundancies, Redundancy, find_redundancies
from npverify.questions.settings import QuerySettings
from npverify.resources import Direction
from npverify.simplification.removal import removals

WEB, DB = "{podSelector: {matchLabels: {app: web}}}", "{podSelector: {matchLabels: {app: db}}}"
APP = "{matchLabels: {app: api}}"
DENY = policy("podSelector: {}\npolicyTypes: [Ingress]", name="deny")


def removed(*documents):
    """The edits of the first round."""
    found = find_redundancies(read_texts({FILE: joined(*documents)}), QuerySettings())
    return [edit for step in removals(found) for edit in step.edits]


P = PolicyId("shop", "p")
IN = Direction.INGRESS


# What goes -----------------------------------------------------------------------------------------------


def test_a_whole_policy_goes_and_nothing_of_it_apart():
    own = ingress(f"from: [{WEB}, {WEB}]", f"from: [{WEB}]", select=APP)

    assert removed(own, ingress(f"from: [{WEB}]", name="all")) == [DeletePolicy(P)]


def test_a_rule_a_peer_and_a_port_go_with_their_numbers_from_the_text():
    text = ingress(
        f"from: [{WEB}], ports: [{{port: 80}}]",
        f"from: [{WEB}]",
        f"from: [{DB}, {{podSelector: {{}}}}], ports: [{{port: 1, endPort: 9}}, {{port: 3}}]",
    )

    assert removed(text) == [DeleteRule(P, IN, 0), DeletePeer(P, IN, 2, 0), DeletePort(P, IN, 2, 1)]


def test_of_rules_that_cover_each_other_the_first_stays():
    text = ingress(f"from: [{WEB}]", f"from: [{WEB}]", f"from: [{WEB}]")

    assert removed(text)[0] == DeleteRule(P, IN, 2)
    assert simplified(text)[0] == ingress(f"from: [{WEB}]")


def test_of_policies_that_cover_each_other_the_first_by_name_stays():
    documents = [ingress(f"from: [{WEB}]", name=name) for name in ("c", "a", "b")]

    after, steps = simplified(*documents)

    assert after == documents[1]
    assert steps == [
        "removed shop/c: covered by shop/a ingress rule 1",
        "removed shop/b: covered by shop/a ingress rule 1",
    ]


def test_what_covers_something_that_goes_stays():
    ranges = ["{port: 80, endPort: 89}", "{port: 85, endPort: 94}", "{port: 90, endPort: 99}"]
    text = ingress(*(f"ports: [{each}]" for each in [*ranges, "{port: 80, endPort: 84}"]))

    after, _ = simplified(text)

    (found,) = read_texts({FILE: after}).policies
    assert [(p.port, p.end_port) for rule in found.ingress for p in rule.ports] == [(80, 99)]


# What stays ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "documents",
    [
        [DENY],
        [DENY, ingress(f"from: [{WEB}]", select=APP)],
        [DENY, policy("podSelector: {}\npolicyTypes: [Ingress, Egress]", name="deny-all")],
        [DENY, ingress(f"from: [{WEB}]")],
        [policy(f"podSelector: {APP}\npolicyTypes: [Ingress]", name="deny-api"), DENY],
        [ingress("ports: [{port: 80}]"), ingress("ports: [{port: 80}]", namespace="other")],
        [policy("podSelector: {}\ningress: [{}]", name="open")],
        [
            policy(
                f"podSelector: {{}}\npolicyTypes: [Egress]\ningress: [{{from: [{WEB}]}}, {{from: [{WEB}]}}]"
            )
        ],
    ],
    ids=[
        "a default deny",
        "a default deny beside others",
        "a default deny in one of two directions",
        "a default deny beside a policy for every pod",
        "a deny for some pods",
        "the same in two namespaces",
        "a policy that keeps pods open",
        "rules without effect",
    ],
)
def test_what_stands_for_isolation_or_means_something_stays(documents):
    assert simplified(*documents) == (joined(*documents), [])


def test_a_policy_that_isolates_stays_though_its_rules_could_go():
    out = "policyTypes: [Ingress, Egress]"
    own = policy(f"podSelector: {APP}\n{out}\ningress:\n- from:\n  - {WEB}\n  ports:\n  - port: 80")
    other = ingress(f"from: [{WEB}]", name="all")

    after, steps = simplified(own, other)

    assert steps == ["removed shop/p ingress rule 1: covered by shop/all ingress rule 1"]
    (_, left) = sorted(read_texts({FILE: after}).policies, key=lambda each: each.name)
    assert (left.name, left.ingress, left.policy_types) == ("p", (), tuple(Direction))


def test_a_policy_that_is_left_without_rules_is_not_taken_for_a_redundant_one():
    """Its last rule goes first; then it is a default deny, which stays."""
    nobody = "{podSelector: {matchLabels: {a: x}, matchExpressions: [{key: a, operator: DoesNotExist}]}}"

    after, steps = simplified(ingress(f"from: [{nobody}]"))

    assert steps == ["removed shop/p ingress rule 1: it matches nothing"]
    (left,) = read_texts({FILE: after}).policies
    assert (left.ingress, left.policy_types) == ((), (IN,))


# The selection -------------------------------------------------------------------------------------------


@pytest.fixture
def parts():
    """A policy with three rules of three peers each, as parts."""
    (own,) = inventory_from_objects(
        [yaml.safe_load(ingress(*(f"from: [{WEB}, {DB}, {{podSelector: {{}}}}]" for _ in range(3))))]
    ).policies

    def part(rule=None, peer=None):
        return PolicyPart(own) if rule is None else PolicyPart(own, IN, rule, peer=peer)

    return part


def chosen(found):
    return [step.edits[0] for step in removals(found)]


def test_two_that_need_each_other_do_not_both_go(parts):
    rules = Redundancies(rules=(Redundancy(parts(0), (parts(1),)), Redundancy(parts(1), (parts(0),))))

    assert chosen(rules) == [DeleteRule(P, IN, 1)]


def test_three_in_a_circle_leave_what_was_needed(parts):
    found = Redundancies(
        rules=tuple(Redundancy(parts(number), (parts((number + 1) % 3),)) for number in range(3))
    )

    assert chosen(found) == [DeleteRule(P, IN, 2)]


def test_a_rule_that_something_rests_on_keeps_its_items(parts):
    found = Redundancies(
        rules=(Redundancy(parts(0), (parts(1),)),),
        peers=(Redundancy(parts(1, 0), (parts(1, 1),)), Redundancy(parts(2, 0), (parts(2, 1),))),
    )

    assert chosen(found) == [DeleteRule(P, IN, 0), DeletePeer(P, IN, 2, 0)]


def test_a_rule_that_lost_an_item_covers_nothing_else(parts):
    found = Redundancies(
        peers=(Redundancy(parts(0, 0), (parts(1),)), Redundancy(parts(1, 0), (parts(1, 1),))),
    )

    assert chosen(found) == [DeletePeer(P, IN, 1, 0)]


def test_the_items_of_a_rule_that_went_do_not_go_again(parts):
    found = Redundancies(
        rules=(Redundancy(parts(0), (parts(1),)),), peers=(Redundancy(parts(0, 0), (parts(0, 1),)),)
    )

    assert chosen(found) == [DeleteRule(P, IN, 0)]


def test_an_item_that_another_rests_on_stays(parts):
    found = Redundancies(
        peers=(Redundancy(parts(0, 0), (parts(0, 1),)), Redundancy(parts(0, 1), (parts(0, 0),)))
    )

    assert chosen(found) == [DeletePeer(P, IN, 0, 1)]


def test_a_policy_that_others_need_for_isolation_stays():
    first, second = read_texts(
        {FILE: joined(ingress(f"from: [{WEB}]", name="a"), ingress(f"from: [{WEB}]", name="b"))}
    ).policies
    found = Redundancies(
        policies=tuple(
            Redundancy(PolicyPart(own), (), (PolicyPart(other),))
            for own, other in ((first, second), (second, first))
        )
    )

    assert chosen(found) == [DeletePolicy(PolicyId("shop", "b"))]


def test_rules_of_a_policy_that_isolates_for_another_may_go():
    first, second = read_texts(
        {
            FILE: joined(
                ingress(f"from: [{WEB}]", f"from: [{DB}]", name="a"), ingress(f"from: [{WEB}]", name="b")
            )
        }
    ).policies
    rules = [PolicyPart(first, IN, number) for number in range(2)]
    found = Redundancies(
        policies=(Redundancy(PolicyPart(second), (), (PolicyPart(first),)),),
        rules=(Redundancy(rules[0], (rules[1],)),),
    )

    assert chosen(found) == [DeletePolicy(PolicyId("shop", "b")), DeleteRule(PolicyId("shop", "a"), IN, 0)]


def test_steps_say_what_goes_why_and_where(parts):
    cover = (*(parts(1, number) for number in range(3)), parts(2))

    (step,) = removals(Redundancies(rules=(Redundancy(parts(0), cover),)))

    assert step.words == (
        "removed shop/p ingress rule 1: covered by shop/p ingress rule 2 peer 1, "
        "shop/p ingress rule 2 peer 2, shop/p ingress rule 2 peer 3 and 1 more"
    )
    assert step.origin is parts(0).origin
    assert step.file == parts(0).policy.origin.file


# Any policies --------------------------------------------------------------------------------------------

SMALL = {"values": ("a", "b"), "networks": ("10.0.0.0/30", "0.0.0.0/0"), "ports": (80, 81)}


policy_sets = strategies.policy_sets(min_size=1, max_size=3, namespaces=("one",), **SMALL)


@settings(max_examples=60)
@given(policy_sets.flatmap(lambda policies: strategies.refactorings(policies=policies)))
def test_what_is_removed_at_once_changes_nothing(objects):
    inventory = inventory_from_objects(objects)

    steps = list(removals(find_redundancies(inventory, QuerySettings())))

    left = without(inventory, [edit for step in steps for edit in step.edits])
    apart = ComparisonSettings(per_direction=True, limit=1)
    assert compare(inventory, left, apart).verdict is ComparisonVerdict.EQUIVALENT


def without(inventory, edits):
    policies = []
    for own in inventory.policies:
        name = PolicyId(own.namespace, own.name)
        if DeletePolicy(name) in edits:
            continue
        fields = {}
        for direction in Direction:
            fields[direction.lower()] = tuple(
                replace(
                    rule,
                    peers=tuple(
                        p for k, p in enumerate(rule.peers) if DeletePeer(name, direction, n, k) not in edits
                    ),
                    ports=tuple(
                        p for k, p in enumerate(rule.ports) if DeletePort(name, direction, n, k) not in edits
                    ),
                )
                for n, rule in enumerate(own.rules(direction))
                if DeleteRule(name, direction, n) not in edits
            )
        policies.append(replace(own, **fields))
    return replace(inventory, policies=tuple(policies))
