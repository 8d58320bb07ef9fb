"""Which rules of admin policies may have a say beside the NetworkPolicies of some pods."""

from __future__ import annotations

from collections.abc import Iterable

from npverify.dialects import compile_subject
from npverify.dialects.admin import compile_pods
from npverify.lint.context import Context
from npverify.questions.redundancy import world_of
from npverify.questions.selections import PODS
from npverify.resources import AdminAction, AdminRule, Direction, NetworkPolicy, Tier
from npverify_encodings.model import EndpointSet, NamespaceIs, all_of
from npverify_encodings.slicing import facts_of, may_hold


def may_deny_after(context: Context, policy: NetworkPolicy) -> bool:
    """Whether a Baseline rule may deny flows of the policy's pods, if they were not isolated."""
    pods = compile_subject(policy)
    return any(_may(context, pods, d, AdminAction.DENY, (Tier.BASELINE,)) for d in context.directions(policy))


def may_deny_in(context: Context, namespace: str, direction: Direction) -> bool:
    """Whether a rule of either tier may deny flows of pods of a namespace."""
    return _may(context, _pods_in(namespace), direction, AdminAction.DENY, tuple(Tier))


def may_accept_in(context: Context, namespace: str, direction: Direction) -> bool:
    """Whether a rule may accept flows of pods of a namespace before NetworkPolicies deny them."""
    return _may(context, _pods_in(namespace), direction, AdminAction.ACCEPT, (Tier.ADMIN,))


def _pods_in(namespace: str) -> EndpointSet:
    return all_of(PODS, NamespaceIs(namespace))


def _may(
    context: Context, pods: EndpointSet, direction: Direction, action: AdminAction, tiers: Iterable[Tier]
) -> bool:
    world = world_of(context.inventory, context.settings)
    facts = facts_of(pods)
    return any(
        any(_does(rule, action) for rule in policy.rules(direction))
        and may_hold(compile_pods(policy.subject), facts, world)
        for policy in context.inventory.admin_policies
        if policy.tier in tiers
    )


def _does(rule: AdminRule, action: AdminAction) -> bool:
    if not rule.fails_closed:
        return rule.action is action
    return action is AdminAction.DENY and rule.action is not AdminAction.ACCEPT
