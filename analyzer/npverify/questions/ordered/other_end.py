"""Accept rules that let nothing through, as the other direction denies everything that they accept."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from npverify.questions.ordered.ground import Ground, opposite
from npverify.questions.ordered.parts import AdminPart
from npverify.questions.ordered.result import Anomaly, AnomalyKind
from npverify.questions.plan import DECIDING_END, FIXED
from npverify.questions.selections import PODS
from npverify.resources import AdminAction, Direction, Tier
from npverify_encodings.model import Layer
from npverify_encodings.ordered import ADMITTED, Fact, encode_other_end, fact_label
from npverify_encodings.solver import Literal
from npverify_encodings.witness import find_core


def find_overridden(ground: Ground, direction: Direction, parts: Sequence[AdminPart]) -> Iterator[Anomaly]:
    """Those of these rules that accept only what the other direction denies, for every pod at either end.

    What is no pod has no other direction, so that only rules about pods can be overridden.
    """
    covers: dict[AdminPart, dict[str, None]] = {part: {} for part in parts if _is_about_pods(part)}
    other = opposite(direction)
    for namespace in ground.homes(other):
        if not covers:
            return
        peers = ground.pods_of(other, namespace)
        pipeline = ground.pipeline(direction, _isolation(ground, direction, covers), PODS, peers)
        problem = encode_other_end(
            ground.domain(direction, PODS, peers),
            ground.world,
            DECIDING_END[direction],
            pipeline,
            ground.pipeline(other, ground.layer(other, namespace), peers, PODS),
            ground.declared_for_proofs,
        )
        solver = ground.solver(problem)
        concerned = {rule.name for tier in (pipeline.admin, pipeline.baseline) for rule in tier.rules}
        for part in [part for part in covers if str(part) in concerned]:
            wanted = [*FIXED, Literal(fact_label(Fact.REACHED, str(part))), Literal(ADMITTED)]
            if solver.decide(wanted, want_model=False):
                del covers[part]
            else:
                covers[part] |= dict.fromkeys(find_core(solver, problem, wanted))
        ground.planner.stopwatch.count("solver checks", solver.checks)
    for part, names in covers.items():
        yield Anomaly(
            AnomalyKind.OVERRIDDEN, part, ground.supporters(name for name in names if name != str(part))
        )


def _is_about_pods(part: AdminPart) -> bool:
    return part.rule.action is AdminAction.ACCEPT and all(peer.pods is not None for peer in part.rule.peers)


def _isolation(ground: Ground, direction: Direction, parts: Iterable[AdminPart]) -> Layer:
    """What keeps flows from the Baseline tier, where one of the rules is in it."""
    has_baseline = any(part.policy.tier is Tier.BASELINE for part in parts)
    return ground.isolation(direction) if has_baseline else Layer()
