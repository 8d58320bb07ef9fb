"""The rules of admin policies, one by one, as ordered rules of the encodings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from npverify.dialects import AdminPolicies
from npverify.dialects.admin import compile_admin_rule, goes_first, goes_second, owner_of, tie_groups
from npverify.resources import AdminAction, AdminPolicy, AdminRule, Direction, Origin, Tier
from npverify_encodings.model import Action
from npverify_encodings.tiers import OrderedRule
from npverify_encodings.tiers import Tier as OrderedTier

_ACTIONS = {
    AdminAction.ACCEPT: Action.ALLOW,
    AdminAction.DENY: Action.DENY,
    AdminAction.PASS: Action.PASS,
}


@dataclass(frozen=True, slots=True)
class AdminPart:
    """One rule of an admin policy, counted from 0."""

    policy: AdminPolicy
    direction: Direction
    number: int

    @property
    def rule(self) -> AdminRule:
        """The rule itself."""
        return self.policy.rules(self.direction)[self.number]

    @property
    def origin(self) -> Origin:
        """Where the rule was written."""
        return self.rule.origin

    @property
    def action(self) -> Action:
        """What it comes to: past the Baseline tier everything is allowed, and a rule may fail closed."""
        if self.rule.fails_closed and self.rule.action is not AdminAction.ACCEPT:
            return Action.DENY
        action = _ACTIONS[self.rule.action]
        return Action.ALLOW if action is Action.PASS and self.policy.tier is Tier.BASELINE else action

    def __hash__(self) -> int:
        return hash((self.policy.kind, self.policy.name, self.direction, self.number))

    def __str__(self) -> str:
        return f"{owner_of(self.policy)} {self.direction.lower()} rule {self.number + 1}"


def parts_of(policies: Iterable[AdminPolicy], direction: Direction, tier: Tier) -> Iterator[AdminPart]:
    """The rules of a tier for one direction, by priority, then by the names of their policies."""
    own = [policy for policy in policies if policy.tier is tier]
    for policy in sorted(own, key=lambda p: (p.priority, p.name, p.kind)):
        for number in range(len(policy.rules(direction))):
            yield AdminPart(policy, direction, number)


def ordered_tier(
    admin: AdminPolicies, direction: Direction, tier: Tier, front: tuple[AdminPolicy, ...] = ()
) -> OrderedTier:
    """A tier as ordered rules, in which the policies `front` of one priority stand one behind the other."""
    tied = [
        policy
        for members in tie_groups((p for p in admin.policies if p.tier is tier), direction)
        for policy in members
    ]
    return OrderedTier(
        rules=tuple(
            OrderedRule(
                str(part),
                owner_of(part.policy),
                part.policy.priority,
                part.action,
                tuple(compile_admin_rule(part.policy, part.rule, admin)),
            )
            for part in parts_of(admin.policies, direction, tier)
        ),
        first={owner_of(policy): goes_first(policy) for policy in tied},
        second={owner_of(policy): goes_second(policy) for policy in tied} if front else {},
        front=tuple(owner_of(policy) for policy in front),
    )
