"""Flows of the solver as real ones, decided by the reference evaluator before anyone sees them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from npverify.dialects.admin import TIE, goes_first, goes_second, owner_of
from npverify.dialects.platform import OWN_NODE_EGRESS
from npverify.errors import InternalError
from npverify.questions.answer import Witness
from npverify.questions.ordered.parts import AdminPart
from npverify.questions.plan import Planner
from npverify.questions.selections import declared_ends
from npverify.questions.staging import FlowBuilder
from npverify.reference import Evaluator
from npverify.reference.evaluation import DirectionReport, Evaluation
from npverify.resources import AdminPolicy, Direction
from npverify_encodings.flows import Side
from npverify_encodings.verdict import Problem
from npverify_encodings.witness import FlowModel


def replay_decision(planner: Planner, problem: Problem, model: FlowModel, part: AdminPart) -> Witness:
    """The flow, after the reference evaluator has found that the rule is the first of its tier that matches.

    Raises InternalError where it has found another one.
    """
    evaluation = _evaluate(_in_order(planner, (part.policy,)), planner, problem, model)
    report = evaluation.egress if part.direction is Direction.EGRESS else evaluation.ingress
    matched = [step.rule for step in report.path if step.tier == part.policy.tier]
    if [(f"{rule.kind} {rule.policy}", rule.rule) for rule in matched] != [
        (owner_of(part.policy), part.number + 1)
    ]:
        raise _contradiction(f"{part} is the first match of its tier", evaluation, model)
    return _witness(planner, problem, model, evaluation)


def replay_orders(
    planner: Planner, problem: Problem, model: FlowModel, pair: tuple[AdminPolicy, AdminPolicy]
) -> tuple[Witness, Witness]:
    """The flow as it is decided where the first of the pair comes before the second, and the other way round.

    Raises InternalError where the reference evaluator decides both alike.
    """
    facts = [condition.name for condition in model.conditions]
    one, other = (
        _evaluate(_in_order(planner, front, facts), planner, problem, model) for front in (pair, pair[::-1])
    )
    if one.allowed is other.allowed:
        raise _contradiction(f"the order of {pair[0]} and {pair[1]} matters", one, model)
    return _witness(planner, problem, model, one), _witness(planner, problem, model, other)


def conditions_of(model: FlowModel) -> tuple[str, ...]:
    """The open facts that the flow needs, but for the order of ties."""
    return tuple(c.description for c in model.conditions if not c.name.startswith(TIE))


def _evaluate(evaluator: Evaluator, planner: Planner, problem: Problem, model: FlowModel) -> Evaluation:
    facts = frozenset(condition.name for condition in model.conditions)
    flow = FlowBuilder(planner.scene, problem, model).flow()
    evaluation = evaluator.evaluate(flow, own_node_egress=OWN_NODE_EGRESS.name in facts, facts=facts)
    return Evaluation(
        egress=_as_written(evaluation.egress, planner), ingress=_as_written(evaluation.ingress, planner)
    )


def _as_written(report: DirectionReport, planner: Planner) -> DirectionReport:
    """The report with the priorities that the policies really have."""
    written = {owner_of(policy): policy.priority for policy in planner.inventory.admin_policies}
    path = (replace(s, priority=written[f"{s.rule.kind} {s.rule.policy}"]) for s in report.path)
    return replace(report, path=tuple(path))


def _in_order(planner: Planner, front: tuple[AdminPolicy, ...], facts: Iterable[str] = ()) -> Evaluator:
    """An evaluator in which the facts and those at the front have settled the order of every tie."""
    known = frozenset(facts)

    def place(policy: AdminPolicy) -> int:
        if policy in front:
            return 1 + front.index(policy)
        if goes_first(policy).name in known:
            return 0
        return 3 if goes_second(policy).name in known else 4

    inventory = planner.inventory
    ordered = sorted(inventory.admin_policies, key=lambda p: (p.priority, place(p), p.name, p.kind))
    return Evaluator(
        inventory.policies,
        planner.settings.profile,
        admin_policies=[replace(policy, priority=number) for number, policy in enumerate(ordered)],
        nodes=inventory.nodes,
        resolved=planner.settings.resolved,
        declared=declared_ends(inventory),
    )


def _witness(planner: Planner, problem: Problem, model: FlowModel, evaluation: Evaluation) -> Witness:
    builder = FlowBuilder(planner.scene, problem, model)
    return Witness(
        flow=builder.flow(),
        source=builder.words(Side.SOURCE),
        destination=builder.words(Side.DESTINATION),
        declared=builder.is_declared,
        egress=evaluation.egress,
        ingress=evaluation.ingress,
        reachable=evaluation.allowed,
        open_address=builder.open_addresses,
    )


def _contradiction(claim: str, evaluation: Evaluation, model: FlowModel) -> InternalError:
    return InternalError(
        f"the reference evaluator contradicts the solver: {claim}", details=f"{evaluation}\n{model}"
    )
