"""Rules of the Admin tier that change nothing, as NetworkPolicies and the Baseline tier are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from npverify.questions.ordered.ground import Ground
from npverify.questions.ordered.parts import AdminPart
from npverify.questions.ordered.result import Anomaly, AnomalyKind
from npverify.questions.plan import DECIDING_END, FIXED
from npverify.resources import AdminAction, Direction, Tier
from npverify_encodings.ordered import Fact, encode_effects, fact_label
from npverify_encodings.solver import Literal
from npverify_encodings.witness import find_core


def without_effect(ground: Ground, direction: Direction, parts: Sequence[AdminPart]) -> Iterator[Anomaly]:
    """Those of these rules without which no flow of any pod would be decided differently in the direction.

    The pods are cut by namespace: a NetworkPolicy decides for those of its own only, and most rules have an
    effect on the first pods that are looked at.
    """
    covers: dict[AdminPart, dict[str, None]] = {p: {} for p in parts if p.policy.tier is Tier.ADMIN}
    for namespace in ground.homes(direction):
        if not covers:
            return
        pods = ground.pods_of(direction, namespace)
        pipeline = ground.pipeline(direction, ground.layer(direction, namespace), pods)
        problem = encode_effects(
            ground.domain(direction, pods),
            ground.world,
            DECIDING_END[direction],
            pipeline,
            ground.declared_for_proofs,
            facts=(Fact.NEEDED,),
        )
        solver = ground.solver(problem)
        concerned = {rule.name for rule in pipeline.admin.rules}
        for part in [part for part in covers if str(part) in concerned]:
            wanted = [*FIXED, Literal(fact_label(Fact.NEEDED, str(part)))]
            if solver.decide(wanted, want_model=False):
                del covers[part]
            else:
                covers[part] |= dict.fromkeys(find_core(solver, problem, wanted))
        ground.planner.stopwatch.count("solver checks", solver.checks)
    for part, names in covers.items():
        is_pass = part.rule.action is AdminAction.PASS
        kind = AnomalyKind.IDLE_PASS if is_pass else AnomalyKind.WITHOUT_EFFECT
        yield Anomaly(kind, part, ground.supporters(name for name in names if name != str(part)))
