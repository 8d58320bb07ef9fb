"""Normal forms of pipelines: what two of them do not have in common, word for word.

A rule is a union of parts, each a conjunction of atoms at either end and in the traffic. Rules that were
split, merged or reordered have the same parts; so what is left over is all that a solver has to look at.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby, product, zip_longest

from npverify_encodings.model import (
    Action,
    AllOf,
    AnyOf,
    Condition,
    Expression,
    LabelOperator,
    LabelRequirement,
    Layer,
    Pipeline,
    Rule,
)

Conjunction = frozenset[Expression]
"""Expressions that are to hold together; the empty one is true."""

MOST_PARTS = 4_096
"""Parts of one rule; a rule with more is taken as a whole."""


@dataclass(frozen=True, slots=True)
class Part:
    """Flows that one rule speaks of, or all flows of endpoints that one policy isolates."""

    subject: Conjunction
    peer: Conjunction = frozenset()
    traffic: Conjunction = frozenset()
    conditions: tuple[Condition, ...] = ()


def alternatives(expression: Expression) -> tuple[Conjunction, ...]:
    """Conjunctions of which one holds iff the expression does."""
    match expression:
        case AnyOf(terms):
            return tuple(dict.fromkeys(one for term in terms for one in alternatives(term)))
        case AllOf(terms):
            return _together([alternatives(term) for term in terms], expression)
        case LabelRequirement(scope, key, LabelOperator.IN, values):
            return tuple(
                frozenset({LabelRequirement(scope, key, LabelOperator.IN, (value,))})
                for value in dict.fromkeys(values)
            )
        case LabelRequirement(scope, key, LabelOperator.NOT_IN, values):
            return (
                frozenset(LabelRequirement(scope, key, LabelOperator.NOT_IN, (value,)) for value in values),
            )
        case _:
            return (frozenset({expression}),)


def _together(choices: Sequence[tuple[Conjunction, ...]], whole: Expression) -> tuple[Conjunction, ...]:
    size = 1
    for choice in choices:
        size *= len(choice)
    if size > MOST_PARTS:
        return (frozenset({whole}),)
    return tuple(
        dict.fromkeys(frozenset[Expression]().union(*combination) for combination in product(*choices))
    )


def parts_of(rule: Rule) -> tuple[Part, ...]:
    """The parts whose union the rule matches."""
    subjects, peers, traffic = (alternatives(e) for e in (rule.subject, rule.peer, rule.traffic))
    if len(subjects) * len(peers) * len(traffic) > MOST_PARTS:
        whole = [frozenset({expression}) for expression in (rule.subject, rule.peer, rule.traffic)]
        return (Part(whole[0], whole[1], whole[2], rule.conditions),)
    return tuple(Part(s, p, t, rule.conditions) for s in subjects for p in peers for t in traffic)


def parts_that_differ(old: Pipeline, new: Pipeline) -> tuple[Part, ...]:
    """The parts that only one of the two has; every flow on which they disagree is in one of these."""
    differing: dict[Part, None] = {}
    for before, after in zip_longest(old.layers, new.layers, fillvalue=Layer()):
        blocks = [_blocks(layer.rules) for layer in (before, after)]
        if [action for action, _ in blocks[0]] == [action for action, _ in blocks[1]]:
            for (_, one), (_, other) in zip(*blocks, strict=True):
                differing |= _apart(one, other)
        else:
            for _, parts in (*blocks[0], *blocks[1]):
                differing |= parts
        isolated = [
            {Part(ends): None for isolation in layer.isolated for ends in alternatives(isolation.endpoints)}
            for layer in (before, after)
        ]
        differing |= _apart(*isolated)
    return tuple(differing)


def _blocks(rules: Iterable[Rule]) -> list[tuple[Action, dict[Part, None]]]:
    """Consecutive rules of one action, whose order does not matter."""
    return [
        (action, {part: None for rule in block for part in parts_of(rule)})
        for action, block in groupby(rules, key=lambda rule: rule.action)
    ]


def _apart(one: dict[Part, None], other: dict[Part, None]) -> dict[Part, None]:
    return {
        **{part: None for part in one if part not in other},
        **{part: None for part in other if part not in one},
    }
