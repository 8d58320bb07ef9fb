"""Facts that are open about a pair of endpoints, or about the network plugin: the ways in which they can be.

Most facts only ever help a connection, or only ever hinder it; of those the worst and the best case say all
there is to say. Only for a fact that could do both is every combination looked at.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import product

from npverify_encodings.model import Action, AllOf, AnyOf, Expression, Not, OwnNode, Rule

OWN_NODE = "(own node)"
"""The name of the fact that two pods share a node, which the nodes that the input gives leave open."""


@dataclass(frozen=True, slots=True)
class World:
    """The open facts that are true."""

    facts: frozenset[str] = frozenset()

    @property
    def own_node(self) -> bool:
        """Whether pods share a node of which that is not known."""
        return OWN_NODE in self.facts


MOST_MIXED = 8
"""Facts that can both help and hinder of which every combination is looked at."""


def worlds_of(rules: Iterable[Rule], *, own_node_is_open: bool) -> tuple[World, ...]:
    """The worlds that matter, of which there is at least one: only facts that some rule looks at are open.

    Where more than MOST_MIXED facts can both help and hinder, the others are taken to be false.
    """
    signs = _signs(rules, own_node_is_open=own_node_is_open)
    rising = frozenset(name for name, own in signs.items() if own == {1})
    falling = frozenset(name for name, own in signs.items() if own == {-1})
    mixed = sorted(signs.keys() - rising - falling)[:MOST_MIXED]
    extremes = dict.fromkeys((falling, rising))
    return tuple(
        World(extreme.union(name for name, holds in zip(mixed, values, strict=True) if holds))
        for extreme in extremes
        for values in product((False, True), repeat=len(mixed))
    )


def open_facts(rules: Iterable[Rule], *, own_node_is_open: bool) -> tuple[tuple[str, ...], bool]:
    """The names of the facts that are open, and whether there are too many to look at each combination."""
    signs = _signs(rules, own_node_is_open=own_node_is_open)
    mixed = [name for name, own in signs.items() if own not in ({1}, {-1})]
    return tuple(sorted(signs)), len(mixed) > MOST_MIXED


def _signs(rules: Iterable[Rule], *, own_node_is_open: bool) -> dict[str, set[int]]:
    """For each open fact, whether it helps a connection (1), hinders it (-1), or neither is known (0)."""
    signs: dict[str, set[int]] = {}
    for rule in rules:
        own = {Action.ALLOW: 1, Action.DENY: -1, Action.PASS: 0}[rule.action]
        for condition in rule.conditions:
            signs.setdefault(condition.name, set()).add(own)
        if own_node_is_open:
            for sign in signs_of_own_node(rule.peer):
                signs.setdefault(OWN_NODE, set()).add(own * sign)
    return signs


def signs_of_own_node(endpoints: Expression, sign: int = 1) -> Iterator[int]:
    """1 for each place where OwnNode helps to be in the set, -1 where it hinders."""
    match endpoints:
        case AllOf(terms) | AnyOf(terms):
            for term in terms:
                yield from signs_of_own_node(term, sign)
        case Not(term):
            yield from signs_of_own_node(term, -sign)
        case OwnNode():
            yield sign
