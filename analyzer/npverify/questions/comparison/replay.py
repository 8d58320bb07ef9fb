"""From the solver's flow to real objects in both versions, replayed in the reference evaluator."""

from __future__ import annotations

from npverify.cni import CniProfile
from npverify.dialects.platform import OWN_NODE_EGRESS
from npverify.errors import InternalError
from npverify.questions.comparison.causes import causes_of
from npverify.questions.comparison.changed import Age
from npverify.questions.comparison.problems import Job
from npverify.questions.comparison.result import Cause, Change, ComparisonWitness
from npverify.questions.comparison.versions import Versions
from npverify.questions.staging import ITSELF_WORDS, FlowBuilder
from npverify.reference import Evaluation
from npverify.resources import Direction
from npverify_encodings.comparison import ComparisonGoal
from npverify_encodings.flows import Side
from npverify_encodings.witness import FlowModel

GOALS = {
    Change.OPENED: ComparisonGoal.OPENED,
    Change.CLOSED: ComparisonGoal.CLOSED,
    Change.SHARED: ComparisonGoal.SHARED,
}
_EXPECTED = {
    Change.OPENED: {Age.OLD: False, Age.NEW: True},
    Change.CLOSED: {Age.OLD: True, Age.NEW: False},
    Change.SHARED: {Age.OLD: True, Age.NEW: True},
}


def replay(
    versions: Versions, job: Job, change: Change, model: FlowModel
) -> tuple[ComparisonWitness, tuple[Cause, ...]]:
    """The model as a witness, after the reference evaluator has come to the same verdict in both versions;
    and the facts about network plugins that make it differ.

    Raises InternalError with a dump where it has not.
    """
    builders = {
        age: FlowBuilder(versions.scene(age), job.problem, model, (job.cast or {}).get(age)) for age in Age
    }
    flows = {
        age: builder.flow_to_itself() if job.itself else builder.flow() for age, builder in builders.items()
    }
    facts = frozenset(condition.name for condition in model.conditions)
    own_node_egress = OWN_NODE_EGRESS.name in facts
    evaluations = {
        age: versions.evaluators[age].evaluate(flow, own_node_egress=own_node_egress, facts=facts)
        for age, flow in flows.items()
    }
    found = {
        age: _allows(evaluation, job.direction) and job.demands(age, flows[age])
        for age, evaluation in evaluations.items()
    }
    if found != _EXPECTED[change]:
        raise InternalError(
            f"the reference evaluator contradicts the solver: it does not find the flow {change}",
            details="\n".join(
                (*(f"{age}: {flows[age]}\n{evaluations[age]}" for age in Age), str(model), job.problem.text)
            ),
        )
    builder = builders[Age.NEW]
    witness = ComparisonWitness(
        flow=flows[Age.NEW],
        source=builder.words(Side.DESTINATION if job.itself else Side.SOURCE),
        destination=ITSELF_WORDS if job.itself else builder.words(Side.DESTINATION),
        declared=builder.is_declared,
        old=evaluations[Age.OLD],
        new=evaluations[Age.NEW],
        open_address=builder.open_addresses,
    )
    if versions.is_one_profile:
        return witness, ()

    def allows(age: Age, profile: CniProfile) -> bool:
        evaluation = versions.evaluator(age, profile).evaluate(
            flows[age], own_node_egress=own_node_egress, facts=facts
        )
        return _allows(evaluation, job.direction) and job.demands(age, flows[age])

    return witness, causes_of(versions.profiles, found, allows)


def _allows(evaluation: Evaluation, direction: Direction | None) -> bool:
    match direction:
        case Direction.EGRESS:
            return evaluation.egress.decision.allows
        case Direction.INGRESS:
            return evaluation.ingress.decision.allows
        case None:
            return evaluation.allowed
