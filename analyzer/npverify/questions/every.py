"""Does every A reach every B on at least one port?

The claim says "for all ends there is a port", so it is proved by covering: every region of ends that can
connect on some port is set aside, until either no pair of ends is left, or one is left that no port connects.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from npverify.questions.plan import Plan, Planner
from npverify.questions.query import Query
from npverify.questions.search import Search, found_at
from npverify.questions.settings import Universe
from npverify.questions.ties import tie_words, ties_in
from npverify.questions.wording import elsewhere_words
from npverify_encodings.flows import DECLARED, Side
from npverify_encodings.model import PortElsewhere, PortNamed
from npverify_encodings.solver import Literal, Solver, Undecided
from npverify_encodings.verdict import Goal
from npverify_encodings.witness import FlowModel, GrownRegion, declared_literals, find_model, grow_region

CONNECTS = Literal(Goal.CONNECTS)


def search_every(planner: Planner, plan: Plan, query: Query) -> Search:
    """Look for two ends that no port connects, among declared endpoints first."""
    with planner.stopwatch.measure("solve"):
        try:
            return _settled(_search(planner, plan, query), plan)
        except Undecided as reason:
            return Search(None, None, undecided=str(reason))


def _settled(result: Search, plan: Plan) -> Search:
    """The result, left open where it rests on the order of admin policies of equal priority."""
    ties = ties_in(plan.problem.conditions)
    is_tied = result.found.rests_on_ties if result.found else False
    if is_tied or {tie.description for tie in ties} & set(result.conditions):
        return replace(result, any=None, declared=None, undecided=tie_words(ties))
    return result


def _search(planner: Planner, plan: Plan, query: Query) -> Search:
    lonely, _ = _find_unconnected(planner, plan, only_declared=True)
    if lonely is not None:
        anything = True if planner.settings.universe is Universe.ANY else None
        return Search(anything, True, found_at(planner, plan, query, lonely))
    has_no_declared = not plan.solver.decide((*plan.fixed, *declared_literals()))
    if planner.settings.universe is Universe.DECLARED:
        return Search(None, False, has_no_declared=has_no_declared)
    lonely, conditions = _find_unconnected(planner, plan, only_declared=False)
    if lonely is not None:
        return Search(True, False, found_at(planner, plan, query, lonely))
    is_empty = not plan.solver.decide(plan.fixed)
    return Search(False, False, conditions=conditions, is_empty=is_empty, has_no_declared=has_no_declared)


def _find_unconnected(
    planner: Planner, plan: Plan, *, only_declared: bool
) -> tuple[FlowModel | None, tuple[str, ...]]:
    """A flow whose ends no port connects, as the plan's solver has it last; and what the covering assumed."""
    uncovered = Solver(plan.problem.text, timeout=planner.settings.timeout)
    universe = declared_literals() if only_declared else ()
    assumed: dict[str, None] = {}
    while uncovered.decide((*plan.fixed, *universe)):
        ends = _ends_of(plan, uncovered)
        if not plan.solver.decide((*plan.fixed, *universe, *ends, CONNECTS)):
            pinned = [*plan.fixed, *ends, ~CONNECTS]
            return find_model(plan.solver, plan.problem, pinned, only_declared=only_declared), ()
        region = grow_region(plan.solver, plan.problem, (*plan.fixed, *ends[:1]), CONNECTS)
        cover = [Literal(x.atom.label, x.holds) for x in region.literals if x.atom.side is not Side.TRAFFIC]
        ports = tuple(_ports_of(region))
        if ports:
            cover.append(ends[0])
            if ends[0] == Literal(DECLARED[Side.DESTINATION], positive=False):
                words = (f"a destination that does not exist yet has {port}" for port in ports)
                assumed.update(dict.fromkeys(words))
        assumed.update(dict.fromkeys(condition.description for condition in region.conditions))
        uncovered.forbid(cover)
    return None, tuple(assumed)


def _ends_of(plan: Plan, solver: Solver) -> tuple[Literal, ...]:
    """The ends of the solver's current model; first, which declared class the destination belongs to, as it
    settles the destination's named ports.
    """
    classes = plan.problem.classes[Side.DESTINATION]
    own = next((Literal(group.label) for group in classes if solver.truth(group.label)), None)
    where = own or Literal(DECLARED[Side.DESTINATION], positive=solver.truth(DECLARED[Side.DESTINATION]))
    return (where, *pin_ends(plan, solver))


def pin_ends(plan: Plan, solver: Solver) -> tuple[Literal, ...]:
    """Both ends as they are in the solver's current model, so that only the traffic is free."""
    return tuple(
        Literal(atom.label, solver.truth(atom.label))
        for atom in plan.problem.atoms
        if atom.side is not Side.TRAFFIC
    )


def _ports_of(region: GrownRegion) -> Iterator[str]:
    """The named ports that the destination has, or has not, in the region."""
    for literal in region.literals:
        match literal.atom.atom:
            case PortNamed(name) if literal.holds:
                yield f"a container port named {name}"
            case PortElsewhere() as atom:
                yield elsewhere_words(atom, literal.holds)
