"""Everything that can reach, or be reached: the lines of a `what` question."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import product

from npverify.questions.answer import ListEntry
from npverify.questions.plan import Plan, Planner
from npverify.questions.query import Form, Query
from npverify.questions.replay import replay
from npverify.questions.search import conditions_of, words_of
from npverify.questions.settings import Universe
from npverify.questions.wording import end_words, merge_words, traffic_words
from npverify.resources import Workload
from npverify_encodings.endpoints import DeclaredClass
from npverify_encodings.flows import DECLARED, DIFFERENT, OUTSIDE, Side
from npverify_encodings.model import AddressIn, DeclaredEndpoint
from npverify_encodings.solver import Literal, Solver
from npverify_encodings.witness import (
    find_model,
    find_regions,
    grow_region,
)

MOST_REGIONS = 100
"""Regions of possible endpoints that are listed before the list is cut."""
MOST_TRAFFIC = 50
"""Ports and port ranges that are listed for one declared endpoint before its line is cut."""


@dataclass(frozen=True, slots=True)
class Listing:
    """The lines found, and whether the solver has proved that there are no others."""

    entries: tuple[ListEntry, ...]
    complete: bool


def listed_side(query: Query) -> Side:
    """The end that a `what` question lists."""
    return Side.SOURCE if query.form is Form.WHAT_CAN_REACH else Side.DESTINATION


def list_endpoints(planner: Planner, plan: Plan, query: Query) -> Listing:
    """The declared workloads, then the maximal regions of endpoints that could exist; raises Undecided."""
    side = listed_side(query)
    with planner.stopwatch.measure("solve"):
        declared, all_declared = _declared_entries(planner, plan, query, side)
        if planner.settings.universe is Universe.DECLARED:
            return Listing(declared, all_declared)
        possible, all_possible = _possible_entries(planner, plan, query, side)
    return Listing((*declared, *possible), all_declared and all_possible)


def _declared_entries(
    planner: Planner, plan: Plan, query: Query, side: Side
) -> tuple[tuple[ListEntry, ...], bool]:
    """One line a workload, or several where some of its traffic hangs on conditions and some does not."""
    lines: dict[tuple[str, str, str, tuple[str, ...]], ListEntry] = {}
    complete = True
    for group in _reaching_classes(plan, side):
        for members, apart in _crowds(plan, side, group):
            entries, whole = _class_entries(planner, plan, query, side, group, apart)
            complete = complete and whole
            for workload, entry in product(_workloads(planner, members), entries):
                key = (workload.namespace, workload.name, workload.kind, entry.conditions)
                named = replace(entry, endpoint=str(workload), origin=workload.origin)
                lines[key] = _merged(lines[key], named) if key in lines else named
    return tuple(lines[key] for key in sorted(lines)), complete


def _reaching_classes(plan: Plan, side: Side) -> Iterator[DeclaredClass]:
    """The declared classes that connect at all, one at a time as the solver finds them."""
    solver = Solver(plan.problem.text)
    wanted = [*plan.fixed, plan.goal, Literal(DECLARED[side]), Literal(DIFFERENT)]
    if plan.problem.classes[side.other]:
        wanted.append(Literal(DECLARED[side.other]))
    is_outside = Literal(OUTSIDE[side])
    while solver.decide([*wanted, ~is_outside]):
        group = next(g for g in plan.problem.classes[side] if solver.truth(g.label))
        solver.forbid((Literal(group.label),))
        yield group


def _crowds(
    plan: Plan, side: Side, group: DeclaredClass
) -> Iterator[tuple[tuple[DeclaredEndpoint, ...], tuple[Literal, ...]]]:
    """A declared class in parts that also agree on whom they must not be paired with: a single pod that is a
    class of its own at the other end stands apart, as a flow to itself is none.
    """
    alone = {other.members[0].name: other for other in plan.problem.classes[side.other] if other.is_single}
    rest = tuple(member for member in group.members if member.name not in alone or not member.single)
    if rest:
        yield rest, ()
    for member in group.members:
        if member not in rest:
            yield (member,), (Literal(alone[member.name].label, positive=False),)


def _merged(one: ListEntry, other: ListEntry) -> ListEntry:
    return replace(
        one,
        traffic=merge_words(one.traffic, other.traffic) if one.traffic and other.traffic else (),
        rules=tuple(dict.fromkeys((*one.rules, *other.rules))),
    )


def _workloads(planner: Planner, members: Iterable[DeclaredEndpoint]) -> tuple[Workload, ...]:
    found = [planner.pods[member.name].workload for member in members if member.name in planner.pods]
    return tuple({str(workload): workload for workload in found}.values())


def _class_entries(
    planner: Planner,
    plan: Plan,
    query: Query,
    side: Side,
    group: DeclaredClass,
    apart: Sequence[Literal],
) -> tuple[tuple[ListEntry, ...], bool]:
    """The lines for declared endpoints that no rule tells apart, one for each set of conditions: on which
    traffic they connect with anything that the question admits at the other end (with declared ends only,
    where there are any); and whether that is all.
    """
    fixed = [*plan.fixed, Literal(group.label), Literal(DIFFERENT), *apart]
    if plan.problem.classes[side.other]:
        fixed.append(Literal(DECLARED[side.other]))
    lines: dict[tuple[str, ...], ListEntry] = {}
    for _ in range(MOST_TRAFFIC):
        model = find_model(plan.solver, plan.problem, [*fixed, plan.goal], only_declared=False)
        if model is None:
            return tuple(lines.values()), True
        region = grow_region(plan.solver, plan.problem, [*fixed, *_pin_labels(plan)], plan.goal)
        witness = replay(planner, plan, model)
        bounds = [literal for literal in region.literals if literal.atom.side is Side.TRAFFIC]
        conditions = conditions_of(region, witness.open_address)
        deciding = witness.ingress if side is Side.SOURCE else witness.egress
        line = ListEntry(
            endpoint=group.label,
            declared=True,
            traffic=traffic_words(bounds, query.traffic),
            rules=deciding.rules,
            conditions=conditions,
        )
        lines[conditions] = _merged(lines[conditions], line) if conditions in lines else line
        seen = (Literal(b.atom.label, b.holds) for b in bounds)
        plan.solver.forbid((Literal(group.label), *apart, *seen))
    return tuple(lines.values()), False


def _pin_labels(plan: Plan) -> tuple[Literal, ...]:
    """Both ends as they are in the current model, but for their addresses: a region can then grow in its
    traffic only, and shows the addresses that it needs.
    """
    return tuple(
        Literal(atom.label, plan.solver.truth(atom.label))
        for atom in plan.problem.atoms
        if atom.side is not Side.TRAFFIC and not isinstance(atom.atom, AddressIn)
    )


def _possible_entries(
    planner: Planner, plan: Plan, query: Query, side: Side
) -> tuple[tuple[ListEntry, ...], bool]:
    """The maximal regions; found with a solver of their own, since the search forbids what it has found."""
    fresh = planner.plan(plan.flows, plan.goal)
    lines: dict[tuple[str, tuple[str, ...], tuple[str, ...]], ListEntry] = {}
    regions = find_regions(fresh.solver, fresh.problem, fresh.fixed, fresh.goal, limit=MOST_REGIONS)
    for model, region in regions:
        witness = replay(planner, fresh, model)
        words = words_of(region, fresh, query)
        own = words.source if side is Side.SOURCE else words.destination
        deciding = witness.ingress if side is Side.SOURCE else witness.egress
        line = ListEntry(
            endpoint=", ".join(own) or "anything",
            declared=False,
            traffic=words.traffic,
            other_end=end_words(region.literals, side.other),
            rules=deciding.rules,
            conditions=conditions_of(region, witness.open_address),
        )
        key = line.endpoint, line.other_end, line.conditions
        lines[key] = _merged(lines[key], line) if key in lines else line
    left = find_model(fresh.solver, fresh.problem, [*fresh.fixed, fresh.goal], only_declared=False)
    return tuple(lines.values()), left is None
