"""From the solver's flow to real objects, replayed in the reference evaluator before anyone sees it."""

from __future__ import annotations

from npverify.dialects.platform import OWN_NODE_EGRESS
from npverify.errors import InternalError
from npverify.questions.answer import Witness
from npverify.questions.plan import Plan, Planner, standalone
from npverify.questions.staging import ITSELF_WORDS, FlowBuilder
from npverify_encodings.flows import Side
from npverify_encodings.solver import Literal
from npverify_encodings.verdict import Goal
from npverify_encodings.witness import FlowModel


def replay(planner: Planner, plan: Plan, model: FlowModel) -> Witness:
    """The model as a witness, after the reference evaluator has come to the same verdict.

    Raises InternalError with a dump where it has not.
    """
    builder = FlowBuilder(planner.scene, plan.problem, model)
    flow = builder.flow_to_itself() if plan.flows.itself else builder.flow()
    own_node_egress = any(c.name == OWN_NODE_EGRESS.name for c in model.conditions)
    facts = frozenset(condition.name for condition in model.conditions)
    evaluation = planner.evaluator.evaluate(flow, own_node_egress=own_node_egress, facts=facts)
    expected = _expected(plan.goal)
    found = {
        Goal.CONNECTS: evaluation.allowed,
        Goal.EGRESS_ISOLATED: evaluation.egress.isolates,
        Goal.INGRESS_ISOLATED: evaluation.ingress.isolates,
    }[Goal(plan.goal.label)]
    if found is not expected:
        raise InternalError(
            f"the reference evaluator contradicts the solver: `{plan.goal.label}` is {expected} for the "
            f"solver and {found} for the evaluator",
            details=f"{flow}\n{evaluation}\n{model}\n{standalone(plan.problem, plan.goal)}",
        )
    return Witness(
        flow=flow,
        source=builder.words(Side.DESTINATION if plan.flows.itself else Side.SOURCE),
        destination=ITSELF_WORDS if plan.flows.itself else builder.words(Side.DESTINATION),
        declared=builder.is_declared,
        egress=evaluation.egress,
        ingress=evaluation.ingress,
        reachable=evaluation.allowed,
        open_address=builder.open_addresses,
    )


def _expected(goal: Literal) -> bool:
    return goal.positive
