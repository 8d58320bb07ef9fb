"""Does a verdict hang on the order of admin policies of equal priority, which nothing defines?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import permutations, product
from math import prod

from npverify.dialects.admin import TIE
from npverify.questions.plan import Plan
from npverify.resources import AdminPolicy, NetworkPolicy
from npverify_encodings.flows import condition_label
from npverify_encodings.model import Condition
from npverify_encodings.solver import Literal
from npverify_encodings.witness import declared_literals

MOST_IN_TIE = 3
"""Policies of one tie whose orders are all looked at: the facts put two in place, and the last is left."""
MOST_ORDERS = 64
"""Orders, of all ties together, that are looked at one by one."""

Owners = Mapping[str, NetworkPolicy | AdminPolicy]
"""Policies by the name that the rule model has for them."""


def ties_in(conditions: Iterable[Condition]) -> tuple[Condition, ...]:
    """The open facts among these that say which policies of a tie go first."""
    return tuple(condition for condition in conditions if condition.name.startswith(TIE))


def tie_that_matters(plan: Plan, owners: Owners, *, only_declared: bool) -> str | None:
    """Why a property that some flow has in some order is not known to be found in every order; None where it
    is.

    Whoever has found a region that rests on no tie need not ask: its flows have the property in every order.
    """
    ties = ties_in(plan.problem.conditions)
    orders = [_orders_of(facts) for facts in _by_tie(ties, owners)]
    if not all(orders) or prod(map(len, orders)) > MOST_ORDERS:
        return f"{tie_words(ties)} (too many of them to look at every order)"
    extra = declared_literals() if only_declared else ()
    for chosen in product(*orders):
        order = _literals(ties, frozenset().union(*chosen))
        if not plan.solver.decide((*plan.fixed, plan.goal, *order, *extra), want_model=False):
            return tie_words(ties)
    return None


def tie_words(ties: Iterable[Condition]) -> str:
    """That a verdict rests on these ties."""
    names = ", ".join(dict.fromkeys(_policy_of(tie) for tie in ties))
    return (
        f"the verdict depends on the order of admin policies of equal priority, which is undefined: {names}"
    )


def _policy_of(tie: Condition) -> str:
    return _policy_named_by(tie.name).replace("/", " ")


def _policy_named_by(fact: str) -> str:
    return fact.partition(":")[2]


def _by_tie(ties: Iterable[Condition], owners: Owners) -> Iterator[tuple[Condition, ...]]:
    """The facts of each tie."""
    found: dict[tuple[str, int], list[Condition]] = {}
    for tie in ties:
        policy = owners[_policy_of(tie)]
        assert isinstance(policy, AdminPolicy)
        found.setdefault((policy.tier, policy.priority), []).append(tie)
    yield from map(tuple, found.values())


def _orders_of(facts: tuple[Condition, ...]) -> tuple[frozenset[str], ...]:
    """The facts that are so in each order of a tie; empty where there are too many to look at."""
    names = {fact.name for fact in facts}
    tied = sorted({_policy_named_by(name) for name in names})
    if len(tied) > MOST_IN_TIE:
        return ()
    orders = (
        frozenset(f"{TIE}{place}:{policy}" for place, policy in zip(("first", "second"), order, strict=False))
        for order in permutations(tied)
    )
    return tuple(dict.fromkeys((frozenset[str](), *(order & names for order in orders))))


def _literals(ties: Iterable[Condition], so: frozenset[str]) -> tuple[Literal, ...]:
    return tuple(Literal(condition_label(tie), tie.name in so) for tie in ties)
