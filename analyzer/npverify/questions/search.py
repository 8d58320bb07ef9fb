"""Is there a flow with a property? The one question that every other one is made of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from npverify.questions.answer import Region, Witness
from npverify.questions.plan import Plan, Planner
from npverify.questions.query import Form, Query
from npverify.questions.replay import replay
from npverify.questions.settings import Universe
from npverify.questions.staging import ITSELF_WORDS
from npverify.questions.ties import tie_that_matters, ties_in
from npverify.questions.wording import atom_words, describe_region, merge_words
from npverify.reference import RuleReference
from npverify_encodings.model import AddressIn
from npverify_encodings.solver import Undecided
from npverify_encodings.witness import (
    FlowModel,
    GrownRegion,
    declared_literals,
    find_core,
    find_model,
    grow_region,
)


@dataclass(frozen=True, slots=True)
class Found:
    """A replayed flow with the property, and the region around it.

    `rests_on_ties`: the region has the property in some orders of admin policies of equal priority only.
    """

    witness: Witness
    region: Region
    conditions: tuple[str, ...]
    rests_on_ties: bool = False


@dataclass(frozen=True, slots=True)
class Search:
    """What came of looking for a flow with a property.

    `any` and `declared` say whether one exists in each universe; None: not decided (`undecided` gives the
    reason), or not asked. `conditions` are the open facts that a proof of absence rests on. `core` and
    `example` belong to such a proof: the policies that it rests on, and a flow of the question without the
    property. `is_empty` and `has_no_declared` say that the question is about no flow at all.
    """

    any: bool | None
    declared: bool | None
    found: Found | None = None
    conditions: tuple[str, ...] = ()
    core: tuple[RuleReference, ...] = ()
    example: Witness | None = None
    undecided: str | None = None
    is_empty: bool = False
    has_no_declared: bool = False


def search(planner: Planner, plan: Plan, query: Query) -> Search:
    """Look for a flow of the plan with the plan's property, among declared endpoints first."""
    with planner.stopwatch.measure("solve"):
        result = _search(planner, plan, query)
    planner.stopwatch.count("solver checks", plan.solver.checks)
    return result


def _search(planner: Planner, plan: Plan, query: Query) -> Search:
    universe = planner.settings.universe
    model: FlowModel | None = None
    declared = anything = None
    try:
        model = _find(plan, only_declared=True)
        declared = model is not None
        if universe is Universe.ANY:
            if model is None:
                model = _find(plan, only_declared=False)
            anything = model is not None
        if model is not None:
            found = found_at(planner, plan, query, model)
            if not found.rests_on_ties:
                return Search(anything, declared, found)
            tie = tie_that_matters(plan, planner.owners, only_declared=universe is Universe.DECLARED)
            if tie is None:
                return Search(anything, declared, found)
            return Search(None, None, found, undecided=tie)
        only_declared = universe is Universe.DECLARED
        return Search(
            anything,
            declared,
            core=_core(planner, plan, only_declared=only_declared),
            example=_example(planner, plan),
            is_empty=not plan.solver.decide(plan.fixed),
            has_no_declared=not plan.solver.decide((*plan.fixed, *declared_literals())),
        )
    except Undecided as reason:
        return Search(anything, declared, undecided=str(reason))


def _find(plan: Plan, *, only_declared: bool) -> FlowModel | None:
    return find_model(plan.solver, plan.problem, [*plan.fixed, plan.goal], only_declared=only_declared)


def found_at(planner: Planner, plan: Plan, query: Query, model: FlowModel) -> Found:
    """The flow that is the current model of the plan's solver, replayed, with the region around it."""
    grown = grow_region(plan.solver, plan.problem, plan.fixed, plan.goal)
    witness = replay(planner, plan, model)
    return Found(
        witness,
        words_of(grown, plan, query),
        conditions_of(grown, witness.open_address),
        rests_on_ties=bool(ties_in(grown.conditions)),
    )


def words_of(grown: GrownRegion, plan: Plan, query: Query) -> Region:
    """The region in words."""
    if query.to_itself:
        return _words_of_itself(grown, plan, query)
    is_about_others = query.form is Form.ONLY and query.source is not None
    region = describe_region(
        grown,
        plan.problem.atoms,
        source=None if is_about_others else query.source,
        destination=query.destination,
        traffic=query.traffic,
    )
    if is_about_others and query.source is not None:
        return replace(region, source=(f"not {query.source.text}", *region.source))
    return region


def _words_of_itself(grown: GrownRegion, plan: Plan, query: Query) -> Region:
    """The region of pods that connect to themselves: all that is said of the destination is said of them."""
    told = describe_region(
        grown, plan.problem.atoms, source=query.source, destination=query.destination, traffic=query.traffic
    )
    return replace(
        told,
        source=merge_words(told.source, told.destination),
        destination=(ITSELF_WORDS,),
        ignored=tuple(text.removeprefix("destination ") for text in told.ignored),
    )


def conditions_of(grown: GrownRegion, open_address: Sequence[str]) -> tuple[str, ...]:
    """The open facts that the region rests on, pod addresses that nobody knows included."""
    addresses = (
        f"the {literal.atom.side} pod has its {atom_words(literal.atom.atom, literal.holds)}"
        for literal in grown.literals
        if isinstance(literal.atom.atom, AddressIn) and literal.atom.side in open_address
    )
    return (*(condition.description for condition in grown.conditions), *addresses)


def _core(planner: Planner, plan: Plan, *, only_declared: bool) -> tuple[RuleReference, ...]:
    extra = declared_literals() if only_declared else ()
    owners = find_core(plan.solver, plan.problem, [*plan.fixed, plan.goal, *extra])
    return tuple(policy_reference(planner, owner) for owner in owners if owner in planner.owners)


def policy_reference(planner: Planner, owner: str) -> RuleReference:
    """A policy by the name that the rule model has for it."""
    policy = planner.owners[owner]
    return RuleReference(policy=str(policy), kind=policy.kind, rule=None, origin=policy.origin)


def _example(planner: Planner, plan: Plan) -> Witness | None:
    """A flow of the question without the property, declared if possible: what the proof is about."""
    opposite = Plan(plan.flows, plan.problem, plan.solver, ~plan.goal)
    model = _find(opposite, only_declared=False)
    return None if model is None else replay(planner, opposite, model)
