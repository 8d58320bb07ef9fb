"""What the rules of a tier do to each other, whatever NetworkPolicies admit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property

from npverify.questions.ordered.ground import PREFERRED, Ground
from npverify.questions.ordered.parts import AdminPart
from npverify.questions.ordered.replaying import conditions_of, replay_decision
from npverify.questions.ordered.result import Anomaly, AnomalyKind, Overlap
from npverify.questions.plan import DECIDING_END, FIXED
from npverify.questions.selections import PODS
from npverify.resources import AdminAction, Direction, Tier
from npverify_encodings.flows import Side
from npverify_encodings.model import DeclaredEndpoint, Layer
from npverify_encodings.ordered import Fact, encode_effects, fact_label
from npverify_encodings.solver import Literal, Solver
from npverify_encodings.verdict import Problem
from npverify_encodings.witness import find_core, find_model


class TierSearch:
    """Both tiers of one direction; of NetworkPolicies it knows which pods they isolate."""

    def __init__(self, ground: Ground, direction: Direction) -> None:
        self._ground = ground
        self._direction = direction
        every = tuple(part for tier in Tier for part in ground.parts(direction, tier))
        self.parts = tuple(part for part in every if not part.rule.fails_closed)

    @cached_property
    def _problem(self) -> Problem:
        return self._encode(self._ground.declared_for_proofs)

    @cached_property
    def _shown(self) -> Problem:
        """The same flows with the endpoints that a reader knows, and what is said of deciding rules only."""
        return self._encode(self._ground.declared, (Fact.MATCHES, Fact.DECIDES))

    def _encode(
        self, declared: Mapping[Side, Sequence[DeclaredEndpoint]], facts: Sequence[Fact] = tuple(Fact)
    ) -> Problem:
        has_baseline = any(part.policy.tier is Tier.BASELINE for part in self.parts)
        own = self._ground.isolation(self._direction) if has_baseline else Layer()
        return encode_effects(
            self._ground.domain(self._direction, PODS),
            self._ground.world,
            DECIDING_END[self._direction],
            self._ground.pipeline(self._direction, own),
            declared,
            PREFERRED,
            facts,
        )

    @cached_property
    def _solver(self) -> Solver:
        return self._ground.solver(self._problem)

    @cached_property
    def _showing(self) -> Solver:
        return self._ground.solver(self._shown)

    def _can_be(self, *literals: Literal) -> bool:
        return self._solver.decide((*FIXED, *literals), want_model=False)

    # Rules that decide nothing ------------------------------------------------------------------------

    def anomalies(self) -> Iterator[Anomaly]:
        """The rules that decide nothing, for reasons that do not depend on what NetworkPolicies admit."""
        for part in self.parts:
            found = self._anomaly(part)
            if found is not None:
                yield found

    def _anomaly(self, part: AdminPart) -> Anomaly | None:
        needed = Fact.NEEDED if part.policy.tier is Tier.BASELINE else Fact.NEEDED_ALONE
        if self._can_be(_literal(needed, part)):
            return None
        if not self._can_be(_literal(Fact.MATCHES, part)):
            return Anomaly(AnomalyKind.REDUNDANT, part, matches_nothing=True)
        if not self._can_be(_literal(Fact.FIRST, part)):
            is_overruled = self._can_be(_literal(Fact.OVERRULED, part))
            kind = AnomalyKind.SHADOWED if is_overruled else AnomalyKind.REDUNDANT
            return self._proved(kind, part, Fact.FIRST)
        if not self._can_be(_literal(Fact.REACHED, part)):
            return self._proved(AnomalyKind.UNREACHABLE, part, Fact.REACHED)
        is_pass = part.rule.action is AdminAction.PASS
        return self._proved(AnomalyKind.IDLE_PASS if is_pass else AnomalyKind.REDUNDANT, part, needed)

    def _proved(self, kind: AnomalyKind, part: AdminPart, fact: Fact) -> Anomaly:
        """The anomaly of a rule of which the fact is never so, with what makes it so."""
        names = find_core(self._solver, self._problem, [*FIXED, _literal(fact, part)])
        return Anomaly(kind, part, self._ground.supporters(name for name in names if name != str(part)))

    # Rules that overlap -------------------------------------------------------------------------------

    def overlaps(self, parts: Sequence[AdminPart]) -> tuple[tuple[Overlap, ...], tuple[Overlap, ...]]:
        """Which of these rules contain earlier ones of them with another action, and which cut them."""
        general: list[Overlap] = []
        correlated: list[Overlap] = []
        for part in parts:
            rivals = self._rivals(part, parts)
            contained = [rival for rival in rivals if self._contains(part, rival)]
            others = [rival for rival in rivals if rival not in contained]
            if contained:
                general.append(self._overlap(part, contained))
            if others:
                correlated.append(self._overlap(part, others))
        return tuple(general), tuple(correlated)

    def _rivals(self, part: AdminPart, parts: Sequence[AdminPart]) -> list[AdminPart]:
        """The earlier rules that decide some of the flows of one, with another action, in their order."""
        before = [p for p in parts if p.policy.tier is part.policy.tier and _comes_before(p, part)]
        rivals = {p for p in before if p.action is not part.action}
        everything = [p for p in self._every(part.policy.tier) if p.action is not part.action]
        found: set[AdminPart] = set()
        wanted = [_literal(Fact.OVERLAPS, part)]
        while rivals and self._solver.decide((*FIXED, *wanted)):
            deciding = [p for p in everything if self._solver.truth(fact_label(Fact.DECIDES, str(p)))]
            found.update(deciding)
            wanted += [~_literal(Fact.DECIDES, p) for p in deciding]
        return [p for p in before if p in found and p in rivals]

    def _every(self, tier: Tier) -> tuple[AdminPart, ...]:
        return self._ground.parts(self._direction, tier)

    def _contains(self, part: AdminPart, other: AdminPart) -> bool:
        return not self._can_be(_literal(Fact.MATCHES, other), ~_literal(Fact.MATCHES, part))

    def _overlap(self, part: AdminPart, earlier: Sequence[AdminPart]) -> Overlap:
        wanted = [*FIXED, _literal(Fact.MATCHES, part), _literal(Fact.DECIDES, earlier[0])]
        model = find_model(self._showing, self._shown, wanted, only_declared=False)
        assert model is not None, "the solver has found such a flow before"
        witness = replay_decision(self._ground.planner, self._shown, model, earlier[0])
        return Overlap(part, tuple(earlier), witness, conditions_of(model))


def _literal(fact: Fact, part: AdminPart) -> Literal:
    return Literal(fact_label(fact, str(part)))


def _comes_before(one: AdminPart, other: AdminPart) -> bool:
    """Whether a rule of the same tier comes before another in every order."""
    if one.policy is other.policy:
        return one.number < other.number
    return one.policy.priority < other.policy.priority
