"""What could be left out of the policies of one namespace where a network plugin makes rules depend on each
other: each part is taken away by itself, and the policies are compared without it.

That finds what could go, and not what covers it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cached_property
from typing import TypeVar

from npverify.dialects.surroundings import is_in_force
from npverify.questions.comparison.slices import problems_of, slices_that_differ
from npverify.questions.comparison.versions import Versions
from npverify.questions.redundancy.parts import PolicyPart, Redundancies, Redundancy
from npverify.questions.settings import QuerySettings
from npverify.resources import Direction, NetworkPolicy, PolicyRule, Tier
from npverify.resources.inventory import Inventory
from npverify_encodings.comparison import ComparisonGoal
from npverify_encodings.flows import DOMAIN
from npverify_encodings.solver import Literal, Solver, Undecided
from npverify_encodings.verdict import EVERY_POLICY

MOST_PARTS = 200
"""Parts of the policies of one namespace that are taken away one after another."""

_DIFFERS = (Literal(DOMAIN), Literal(EVERY_POLICY), Literal(ComparisonGoal.DIFFERS))
_Item = TypeVar("_Item")


def find_removable(inventory: Inventory, settings: QuerySettings) -> Redundancies:
    """Everything that could go of the policies of an inventory, each by itself.

    Raises Undecided where there is too much to try, or where the time does not last.
    """
    search = _Search(inventory, settings)
    count = sum(1 for policy in inventory.policies for _ in search.parts_of(policy))
    if count > MOST_PARTS:
        raise Undecided(
            f"under the profile `{settings.profile}`, what a rule allows depends on other rules, and "
            f"namespace {inventory.policies[0].namespace} has too many parts to try each ({count}, at most "
            f"{MOST_PARTS})"
        )
    return search.run()


class _Search:
    def __init__(self, inventory: Inventory, settings: QuerySettings) -> None:
        # An Admin policy that decides before NetworkPolicies makes none of them superfluous.
        baseline = tuple(policy for policy in inventory.admin_policies if policy.tier is Tier.BASELINE)
        self._inventory = replace(inventory, admin_policies=baseline, unmodelled=())
        self._types_count = settings.profile.policy_types
        self._settings = settings

    def run(self) -> Redundancies:
        whole, rules, items, isolating = [], [], [], []
        for policy in self._inventory.policies:
            if self._changes_nothing(_others(self._inventory.policies, policy)):
                whole.append(self._whole(policy))
                continue
            bare = self._without_rules(policy)
            if bare != policy and self._changes_nothing(_with(self._inventory.policies, policy, bare)):
                isolating.append(Redundancy(PolicyPart(policy), (), is_compared=True))
            for part, without in self._rules_of(policy):
                if self._goes(policy, without):
                    rules.append(Redundancy(part, (), is_compared=True))
                else:
                    items += [
                        Redundancy(item, (), is_compared=True)
                        for item, rest in _items_of(policy, part)
                        if self._goes(policy, rest)
                    ]
        return Redundancies(
            tuple(whole),
            tuple(rules),
            tuple(item for item in items if item.part.peer is not None),
            tuple(item for item in items if item.part.port is not None),
            tuple(isolating),
        )

    @cached_property
    def _alike(self) -> Versions:
        return Versions(self._inventory, self._inventory, self._settings)

    def _whole(self, policy: NetworkPolicy) -> Redundancy:
        """A policy that could go; one that selects no pod at all is not compared with anything."""
        is_alone = self._same((policy,), ())
        closed = replace(policy, ingress=(), egress=(), policy_types=tuple(Direction))
        selects_pods = not is_alone or not self._same((closed,), ())
        opens = is_alone and selects_pods and self._has_pods_of_its_own(policy)
        return Redundancy(PolicyPart(policy), (), opens=opens, is_compared=selects_pods)

    def _has_pods_of_its_own(self, policy: NetworkPolicy) -> bool:
        """Whether no other policy isolates a pod that this one opens."""
        others = [self._without_rules(other) for other in _others(self._inventory.policies, policy)]
        return self._same([*others, policy], others)

    def _without_rules(self, policy: NetworkPolicy) -> NetworkPolicy:
        for direction in self._directions(policy):
            policy = with_rules(policy, direction, ())
        return policy

    def parts_of(self, policy: NetworkPolicy) -> Iterator[PolicyPart]:
        """Every part that can be taken away, the policy as a whole included."""
        yield PolicyPart(policy)
        for part, _ in self._rules_of(policy):
            yield part
            yield from (item for item, _ in _items_of(policy, part))

    def _rules_of(self, policy: NetworkPolicy) -> Iterator[tuple[PolicyPart, NetworkPolicy]]:
        """Each rule of a policy, and the policy without it."""
        for direction in self._directions(policy):
            rules = policy.rules(direction)
            for number in range(len(rules)):
                left = without_item(rules, number)
                yield PolicyPart(policy, direction, number), with_rules(policy, direction, left)

    def _directions(self, policy: NetworkPolicy) -> list[Direction]:
        """The directions whose rules have a say."""
        return [d for d in Direction if is_in_force(policy, d, types_count=self._types_count)]

    def _goes(self, policy: NetworkPolicy, without: NetworkPolicy) -> bool:
        return self._changes_nothing(_with(self._inventory.policies, policy, without))

    def _changes_nothing(self, policies: Sequence[NetworkPolicy]) -> bool:
        return self._same(self._inventory.policies, policies)

    def _same(self, one: Sequence[NetworkPolicy], other: Sequence[NetworkPolicy]) -> bool:
        old, new = (replace(self._inventory, policies=tuple(policies)) for policies in (one, other))
        versions = Versions(old, new, self._settings, like=self._alike)
        return not any(
            Solver(problem.text, timeout=self._settings.timeout).decide(_DIFFERS, want_model=False)
            for piece in slices_that_differ(versions)
            for problem in problems_of(versions, piece)
        )


def _others(policies: Sequence[NetworkPolicy], policy: NetworkPolicy) -> list[NetworkPolicy]:
    return [other for other in policies if other is not policy]


def _with(
    policies: Sequence[NetworkPolicy], policy: NetworkPolicy, instead: NetworkPolicy
) -> list[NetworkPolicy]:
    return [instead if other is policy else other for other in policies]


def _items_of(policy: NetworkPolicy, part: PolicyPart) -> Iterator[tuple[PolicyPart, NetworkPolicy]]:
    """The peers and ports of a rule, where there are several, and the policy without each."""
    assert part.direction is not None
    assert part.rule is not None
    rules = policy.rules(part.direction)
    rule = rules[part.rule]
    for number in range(len(rule.peers)) if len(rule.peers) > 1 else ():
        shorter = replace(rule, peers=without_item(rule.peers, number))
        yield replace(part, peer=number), _with_rule(policy, part, shorter)
    for number in range(len(rule.ports)) if len(rule.ports) > 1 else ():
        shorter = replace(rule, ports=without_item(rule.ports, number))
        yield replace(part, port=number), _with_rule(policy, part, shorter)


def _with_rule(policy: NetworkPolicy, part: PolicyPart, rule: PolicyRule) -> NetworkPolicy:
    assert part.direction is not None
    assert part.rule is not None
    rules = list(policy.rules(part.direction))
    rules[part.rule] = rule
    return with_rules(policy, part.direction, tuple(rules))


def with_rules(policy: NetworkPolicy, direction: Direction, rules: tuple[PolicyRule, ...]) -> NetworkPolicy:
    """The policy with other rules for one direction."""
    if direction is Direction.INGRESS:
        return replace(policy, ingress=rules)
    return replace(policy, egress=rules)


def without_item(items: tuple[_Item, ...], number: int) -> tuple[_Item, ...]:
    """The items without one of them."""
    return items[:number] + items[number + 1 :]
