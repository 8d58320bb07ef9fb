"""Does any flow depend on the order of admin policies of equal tier and priority, which nothing defines?

Two policies that stand one behind the other are exchanged, with the others around them in the orders that the
open facts tell apart: those of which policy matches first at either end. If no connection is decided
otherwise for any such pair, then none is in any order.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import combinations, groupby

from npverify.dialects.admin import compile_admin_peer, compile_pods
from npverify.questions.ordered.ground import OPEN, PREFERRED, Ground, opposite
from npverify.questions.ordered.parts import AdminPart
from npverify.questions.ordered.replaying import conditions_of, replay_orders
from npverify.questions.ordered.result import TieThatMatters
from npverify.questions.plan import DECIDING_END, FIXED
from npverify.questions.selections import PODS
from npverify.questions.settings import QuerySettings
from npverify.questions.stopwatch import Stopwatch
from npverify.resources import AdminPolicy, Direction, Tier
from npverify.resources.inventory import Inventory
from npverify_encodings.flows import Side
from npverify_encodings.model import EVERYTHING, DeclaredEndpoint, EndpointSet, Layer
from npverify_encodings.ordered import (
    Fact,
    TieGoal,
    encode_effects,
    encode_orders,
    fact_label,
)
from npverify_encodings.slicing import Box, EndpointFacts, facts_of, may_hold
from npverify_encodings.solver import Literal, Solver
from npverify_encodings.verdict import Problem
from npverify_encodings.witness import FlowModel, find_model

_DEPENDS = Literal(TieGoal.DEPENDS)
_Pair = tuple[AdminPolicy, AdminPolicy]


def find_ties_that_matter(
    inventory: Inventory, settings: QuerySettings, stopwatch: Stopwatch | None = None
) -> tuple[TieThatMatters, ...]:
    """The pairs of policies whose order decides whether some connection is allowed, each with such a flow;
    none where no connection of any pod that could exist depends on the order of any tie. Raises Undecided.
    """
    ground = Ground(inventory, settings, stopwatch or Stopwatch())
    search = _Search(ground)
    found = (search.look_at(pair) for pair in tied_pairs(ground.admin.policies))
    return tuple(tie for tie in found if tie is not None)


def tied_pairs(policies: Iterable[AdminPolicy]) -> Iterator[_Pair]:
    """Two policies each of one tier and priority, by name."""

    def rank(policy: AdminPolicy) -> tuple[Tier, int]:
        return policy.tier, policy.priority

    ordered = sorted(policies, key=lambda p: (*rank(p), p.name, p.kind))
    for _, members in groupby(ordered, key=rank):
        yield from combinations(members, 2)


class _Search:
    """All pairs of one input."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self._overlaps: dict[Direction, Solver] = {}

    def look_at(self, pair: _Pair) -> TieThatMatters | None:
        """The pair as a tie that matters, if some connection depends on its order."""
        for direction in Direction:
            if self._may_conflict(pair, direction):
                for namespace in self._ground.homes(direction):
                    found = self._in_namespace(pair, direction, namespace)
                    if found is not None:
                        return found
        return None

    # Cheap looks --------------------------------------------------------------------------------------

    def _may_conflict(self, pair: _Pair, direction: Direction) -> bool:
        """Whether a rule of each may match one flow and do different things with it."""
        for one in _parts(pair[0], direction):
            for other in _parts(pair[1], direction):
                if one.action is not other.action and self._may_meet(one, other) and self._meet(one, other):
                    return True
        return False

    def _may_meet(self, one: AdminPart, other: AdminPart) -> bool:
        return self._box(one).meets(self._box(other), self._ground.world)

    def _box(self, part: AdminPart) -> Box:
        subject = facts_of(compile_pods(part.policy.subject))
        known = not part.rule.fails_closed and not any(peer.domain_names for peer in part.rule.peers)
        peers = [compile_admin_peer(peer, self._ground.admin) for peer in part.rule.peers]
        facts = [facts_of(peer) for peer in peers] if known else []
        joined = facts[0] if facts else EndpointFacts()
        for each in facts[1:]:
            joined = joined.join(each)
        return Box(subject, joined)

    def _meet(self, one: AdminPart, other: AdminPart) -> bool:
        if one.direction not in self._overlaps:
            self._overlaps[one.direction] = self._ground.solver(self._rules(one.direction))
        wanted = (Literal(fact_label(Fact.MATCHES, str(part))) for part in (one, other))
        return self._overlaps[one.direction].decide((*FIXED, *wanted), want_model=False)

    def _rules(self, direction: Direction) -> Problem:
        return encode_effects(
            self._ground.domain(direction, PODS),
            self._ground.world,
            DECIDING_END[direction],
            self._ground.pipeline(direction, Layer()),
            self._ground.declared_for_proofs,
        )

    # Connections --------------------------------------------------------------------------------------

    def _in_namespace(
        self, pair: _Pair, direction: Direction, namespace: str | None
    ) -> TieThatMatters | None:
        """A connection of the pods of one namespace that depends on the order, if its direction does."""
        ground, other = self._ground, opposite(direction)
        if namespace is not None and not all(self._may_select(policy, namespace) for policy in pair):
            return None
        subject = ground.pods_of(direction, namespace)
        own = {direction: ground.layer(direction, namespace)}
        proof = self._orders(pair, direction, subject, EVERYTHING, own, ground.declared_for_proofs)
        if not ground.solver(proof).decide((*FIXED, _DEPENDS), want_model=False):
            return None
        for home in ground.homes(other):
            layers = {**own, other: ground.layer(other, home)}
            peers = ground.peers_of(other, home)
            problem = self._orders(pair, direction, subject, peers, layers, ground.declared)
            model = self._model(problem)
            if model is not None:
                witnesses = replay_orders(ground.planner, problem, model, pair)
                return TieThatMatters(*pair, *witnesses, conditions_of(model))
        return None

    def _may_select(self, policy: AdminPolicy, namespace: str) -> bool:
        facts = facts_of(PODS).meet(EndpointFacts(namespaces=frozenset({namespace})))
        return may_hold(compile_pods(policy.subject), facts, self._ground.world)

    def _orders(
        self,
        pair: _Pair,
        direction: Direction,
        subject: EndpointSet,
        peer: EndpointSet,
        layers: Mapping[Direction, Layer],
        declared: Mapping[Side, Sequence[DeclaredEndpoint]],
    ) -> Problem:
        """The flows of a direction in both orders; a direction without a layer allows everything."""
        ends = {direction: (subject, peer), opposite(direction): (peer, subject)}
        orders = [
            {
                DECIDING_END[each]: self._ground.pipeline(each, layers[each], *ends[each], front)
                if each in layers
                else OPEN
                for each in ends
            }
            for front in (pair, pair[::-1])
        ]
        ground = self._ground
        return encode_orders(
            self._ground.domain(direction, subject, peer), ground.world, orders, declared, PREFERRED
        )

    def _model(self, problem: Problem) -> FlowModel | None:
        solver = self._ground.solver(problem)
        return find_model(solver, problem, [*FIXED, _DEPENDS], only_declared=False)


def _parts(policy: AdminPolicy, direction: Direction) -> list[AdminPart]:
    return [AdminPart(policy, direction, number) for number in range(len(policy.rules(direction)))]
