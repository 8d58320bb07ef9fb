"""Strategy for policies that mean the same as given ones, in other words."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import combinations
from typing import TypeVar

from hypothesis import strategies as st

from npverify.resources import Direction, NetworkPolicy, PolicyRule
from npverify.strategies.arguments import check_size
from npverify.strategies.parts import Object
from npverify.strategies.rewordings import (
    RULE_REWORDINGS,
    RuleRewording,
    equal_selectors,
    narrower_selectors,
    selector_cases,
)
from npverify.strategies.spelling import PolicyObjects, check_policies, spell_policy

Refactoring = Callable[[NetworkPolicy], Iterator[tuple[NetworkPolicy, ...]]]
"""Gives policies that together allow what one does, and isolate the same pods; names are settled later."""

_Option = TypeVar("_Option")


@st.composite
def refactorings(draw: st.DrawFn, *, policies: PolicyObjects, max_steps: int = 4) -> list[Object]:
    """Policies that allow and isolate just what the given ones do, by construction.

    Policies are split and merged, renamed and reordered; rules, peers, ports and CIDRs are cut up; what is
    covered already is added; and each is written in one of the ways in which YAML can say it. There are at
    most `max_steps` such changes, beside the names, the order and the spelling. `policies` are
    NetworkPolicies as `network_policies` draws them, or those of a loaded cluster's `inventory`.
    """
    known = list(check_policies("policies", policies))
    steps = draw(st.integers(0, check_size("max_steps", max_steps)))
    for _ in range(steps if known else 0):
        known = _refactor(draw, known)
    known = _merge_some(draw, known)
    known = [_shuffle(draw, policy) for policy in draw(st.permutations(known))]
    named = _with_own_names(known, renamed=draw(st.booleans()))

    def choose(options: Sequence[_Option], /) -> _Option:
        return draw(st.sampled_from(options))

    return [spell_policy(policy, choose) for policy in named]


def _refactor(draw: st.DrawFn, policies: list[NetworkPolicy]) -> list[NetworkPolicy]:
    number = draw(st.integers(0, len(policies) - 1))
    options = [found for refactor in REFACTORINGS if (found := list(refactor(policies[number])))]
    pieces = draw(st.sampled_from(options).flatmap(st.sampled_from))
    return [*policies[:number], *pieces, *policies[number + 1 :]]


# Single policies --------------------------------------------------------------------------------------


def by_rule(policy: NetworkPolicy) -> Iterator[tuple[NetworkPolicy, ...]]:
    """One policy for each rule: each isolates as the whole does."""
    rules = [(direction, rule) for direction in Direction for rule in policy.rules(direction)]
    if len(rules) > 1:
        yield tuple(_with_rules(policy, {direction: (rule,)}) for direction, rule in rules)


def by_direction(policy: NetworkPolicy) -> Iterator[tuple[NetworkPolicy, ...]]:
    """One policy for each direction."""
    if len(policy.policy_types) > 1:
        yield tuple(
            replace(
                _with_rules(policy, {direction: policy.rules(direction)}),
                policy_types=(direction,),
            )
            for direction in policy.policy_types
        )


def by_subject(policy: NetworkPolicy) -> Iterator[tuple[NetworkPolicy, ...]]:
    """One policy for each case of the podSelector."""
    for selectors in selector_cases(policy.pod_selector):
        yield tuple(replace(policy, pod_selector=selector) for selector in selectors)


def with_equal_subject(policy: NetworkPolicy) -> Iterator[tuple[NetworkPolicy, ...]]:
    """Other words for the podSelector."""
    for selector in equal_selectors(policy.pod_selector):
        yield (replace(policy, pod_selector=selector),)


def with_covered_policy(policy: NetworkPolicy) -> Iterator[tuple[NetworkPolicy, ...]]:
    """The policy, and another one that adds nothing to it."""
    for selector in (policy.pod_selector, *narrower_selectors(policy.pod_selector)):
        yield policy, replace(policy, pod_selector=selector)
        yield policy, replace(policy, pod_selector=selector, ingress=(), egress=())
        for direction in policy.policy_types:
            rules = {direction: policy.rules(direction)[:1]}
            yield (
                policy,
                replace(_with_rules(policy, rules), pod_selector=selector, policy_types=(direction,)),
            )


def with_other_dead_rules(policy: NetworkPolicy) -> Iterator[tuple[NetworkPolicy, ...]]:
    """Rules for a direction that is not among the policyTypes, which have no effect."""
    for direction in Direction:
        if direction not in policy.policy_types:
            rules = {other: policy.rules(other) for other in Direction}
            dead = () if policy.rules(direction) else (PolicyRule(),)
            yield (_with_rules(policy, {**rules, direction: dead}),)


def with_types_reversed(policy: NetworkPolicy) -> Iterator[tuple[NetworkPolicy, ...]]:
    """The policyTypes in the other order."""
    if len(policy.policy_types) > 1:
        yield (replace(policy, policy_types=policy.policy_types[::-1]),)


def with_rules_merged(policy: NetworkPolicy) -> Iterator[tuple[NetworkPolicy, ...]]:
    """Two rules with the same peers, or the same ports, as one."""
    for direction in Direction:
        rules = policy.rules(direction)
        for one, other in combinations(range(len(rules)), 2):
            merged = merge_rules(rules[one], rules[other])
            if merged is not None:
                rest = tuple(rule for number, rule in enumerate(rules) if number not in (one, other))
                own = {d: policy.rules(d) for d in Direction}
                yield (_with_rules(policy, {**own, direction: (merged, *rest)}),)


def merge_rules(one: PolicyRule, other: PolicyRule) -> PolicyRule | None:
    """The rule that admits what either does, where they differ in peers or in ports only."""
    if set(one.peers) == set(other.peers):
        return PolicyRule(one.peers, (*one.ports, *other.ports) if one.ports and other.ports else ())
    if set(one.ports) == set(other.ports):
        return PolicyRule((*one.peers, *other.peers) if one.peers and other.peers else (), one.ports)
    return None


def of_rules(reword: RuleRewording) -> Refactoring:
    """Policies in which one rule is reworded."""

    def of_policy(policy: NetworkPolicy) -> Iterator[tuple[NetworkPolicy, ...]]:
        own = {direction: policy.rules(direction) for direction in Direction}
        for direction, rules in own.items():
            for number, rule in enumerate(rules):
                for reworded in reword(rule, policy.namespace):
                    listed = (*rules[:number], *reworded, *rules[number + 1 :])
                    yield (_with_rules(policy, {**own, direction: listed}),)

    return of_policy


REFACTORINGS: Sequence[Refactoring] = (
    by_rule,
    by_direction,
    by_subject,
    with_equal_subject,
    with_covered_policy,
    with_other_dead_rules,
    with_types_reversed,
    with_rules_merged,
    *(of_rules(reword) for reword in RULE_REWORDINGS),
)


def _with_rules(policy: NetworkPolicy, rules: dict[Direction, tuple[PolicyRule, ...]]) -> NetworkPolicy:
    """The policy with these rules and no others."""
    return replace(policy, ingress=rules.get(Direction.INGRESS, ()), egress=rules.get(Direction.EGRESS, ()))


# Sets of policies -------------------------------------------------------------------------------------


def _merge_some(draw: st.DrawFn, policies: list[NetworkPolicy]) -> list[NetworkPolicy]:
    """The policies, some with one of the same subject made into one."""
    merged: list[NetworkPolicy] = []
    for policy in policies:
        partner = next((n for n, other in enumerate(merged) if _have_one_subject(policy, other)), None)
        if partner is not None and draw(st.booleans()):
            merged[partner] = merge_policies(merged[partner], policy)
        else:
            merged.append(policy)
    return merged


def _have_one_subject(one: NetworkPolicy, other: NetworkPolicy) -> bool:
    return one.namespace == other.namespace and (
        set(one.pod_selector.requirements) == set(other.pod_selector.requirements)
    )


def merge_policies(one: NetworkPolicy, other: NetworkPolicy) -> NetworkPolicy:
    """One policy that does what both do, which select the same pods."""
    live = {
        direction: tuple(
            rule
            for policy in (one, other)
            if direction in policy.policy_types
            for rule in policy.rules(direction)
        )
        for direction in Direction
    }
    types = tuple(dict.fromkeys((*one.policy_types, *other.policy_types)))
    return replace(_with_rules(one, live), policy_types=types)


def _shuffle(draw: st.DrawFn, policy: NetworkPolicy) -> NetworkPolicy:
    """The policy with its rules, and their peers and ports, in another order."""
    rules = {
        direction: tuple(
            PolicyRule(tuple(draw(st.permutations(rule.peers))), tuple(draw(st.permutations(rule.ports))))
            for rule in draw(st.permutations(policy.rules(direction)))
        )
        for direction in Direction
    }
    return _with_rules(policy, rules)


def _with_own_names(policies: Sequence[NetworkPolicy], *, renamed: bool) -> list[NetworkPolicy]:
    """The policies with names that no two of one namespace share; `renamed`: not one has its old name."""
    taken = {(policy.namespace, policy.name) for policy in policies} if renamed else set()
    named: list[NetworkPolicy] = []
    for policy in policies:
        name = _fresh_name(policy, taken)
        taken.add((policy.namespace, name))
        named.append(replace(policy, name=name))
    return named


def _fresh_name(policy: NetworkPolicy, taken: set[tuple[str, str]]) -> str:
    name, number = policy.name, 2
    stem = policy.name.rstrip("*-.")[:240].rstrip("-.") or "policy"
    while (policy.namespace, name) in taken:
        name, number = f"{stem}-{number}", number + 1
    return name
