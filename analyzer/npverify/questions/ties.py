"""Does a verdict hang on the order of admin policies of equal priority, which nothing defines?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import product

from npverify.dialects.admin import TIE
from npverify.questions.plan import Plan
from npverify_encodings.flows import condition_label
from npverify_encodings.model import Condition
from npverify_encodings.solver import Literal
from npverify_encodings.witness import declared_literals

MOST_TIES = 6
"""Policies in ties whose orders are all looked at."""


def ties_in(conditions: Iterable[Condition]) -> tuple[Condition, ...]:
    """The open facts among these that say which policy of a tie goes first."""
    return tuple(condition for condition in conditions if condition.name.startswith(TIE))


def tie_that_matters(plan: Plan, *, only_declared: bool) -> str | None:
    """Why a property that some flow has in some order is not known to be found in every order; None where it
    is.

    Whoever has found a region that rests on no tie need not ask: its flows have the property in every order.
    """
    ties = ties_in(plan.problem.conditions)
    if len(ties) > MOST_TIES:
        return f"{tie_words(ties)} (more than {MOST_TIES} of them: too many to look at every order)"
    extra = declared_literals() if only_declared else ()
    for order in _orders(ties):
        if not plan.solver.decide((*plan.fixed, plan.goal, *order, *extra), want_model=False):
            return tie_words(ties)
    return None


def tie_words(ties: Iterable[Condition]) -> str:
    """That a verdict rests on these ties."""
    names = ", ".join(tie.name.removeprefix(TIE).replace("/", " ") for tie in ties)
    return (
        f"the verdict depends on the order of admin policies of equal priority, which is undefined: {names}"
    )


def _orders(ties: Sequence[Condition]) -> Iterator[tuple[Literal, ...]]:
    """Everything that the facts can be together."""
    for values in product((False, True), repeat=len(ties)):
        yield tuple(Literal(condition_label(tie), value) for tie, value in zip(ties, values, strict=True))
