"""Everything that can reach, or be reached: the lines of a `what` question."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from npverify.questions.answer import ListEntry
from npverify.questions.every import pin_ends
from npverify.questions.plan import Plan, Planner
from npverify.questions.query import Form, Query
from npverify.questions.replay import replay
from npverify.questions.search import conditions_of, words_of
from npverify.questions.settings import Universe
from npverify.questions.wording import merge_words, traffic_words
from npverify.reference import RuleReference
from npverify.resources import Workload
from npverify_encodings.endpoints import DeclaredClass
from npverify_encodings.flows import DECLARED, DIFFERENT, Side
from npverify_encodings.solver import Literal
from npverify_encodings.witness import (
    GrownRegion,
    RegionLiteral,
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
    lines: dict[tuple[str, str, str], ListEntry] = {}
    complete = True
    for group in plan.problem.classes[side]:
        entry, whole = _class_entry(planner, plan, query, side, group)
        complete = complete and whole
        if entry is not None:
            for workload in _workloads(planner, group):
                key = (workload.namespace, workload.name, workload.kind)
                known = lines.get(key)
                traffic = merge_words(known.traffic if known else (), entry.traffic)
                rules = tuple(dict.fromkeys((*(known.rules if known else ()), *entry.rules)))
                lines[key] = replace(
                    entry, endpoint=str(workload), origin=workload.origin, traffic=traffic, rules=rules
                )
    return tuple(lines[key] for key in sorted(lines)), complete


def _workloads(planner: Planner, group: DeclaredClass) -> Iterator[Workload]:
    for member in group.members:
        declared = planner.pods.get(member.name)
        if declared is not None:
            yield declared.workload


def _class_entry(
    planner: Planner, plan: Plan, query: Query, side: Side, group: DeclaredClass
) -> tuple[ListEntry | None, bool]:
    """One line for declared endpoints that no rule tells apart: on which traffic they connect with anything
    that the question admits at the other end (declared ends only, where there are any).
    """
    fixed = [*plan.fixed, Literal(group.label), Literal(DIFFERENT)]
    if plan.problem.classes[side.other]:
        fixed.append(Literal(DECLARED[side.other]))
    traffic: tuple[str, ...] = ()
    conditions: tuple[str, ...] = ()
    rules: list[RuleReference] = []
    for number in range(MOST_TRAFFIC + 1):
        model = find_model(plan.solver, plan.problem, [*fixed, plan.goal], only_declared=False)
        if model is None:
            if not number:
                return None, True
            entry = ListEntry(group.label, True, traffic, None, tuple(dict.fromkeys(rules)), conditions)
            return entry, True
        pinned = pin_ends(plan, plan.solver)
        region = grow_region(plan.solver, plan.problem, [*fixed, *pinned], plan.goal)
        witness = replay(planner, plan, model)
        deciding = witness.ingress if side is Side.SOURCE else witness.egress
        rules.extend(deciding.rules)
        bounds = _on_traffic(region)
        found = traffic_words(bounds, query.traffic)
        traffic = merge_words(traffic, found) if found and (traffic or not number) else ()
        conditions = merge_words(conditions, conditions_of(region, witness.open_address))
        plan.solver.forbid((Literal(group.label), *(Literal(b.atom.label, b.holds) for b in bounds)))
    return ListEntry(group.label, True, traffic, None, tuple(dict.fromkeys(rules)), conditions), False


def _on_traffic(region: GrownRegion) -> Sequence[RegionLiteral]:
    return [literal for literal in region.literals if literal.atom.side is Side.TRAFFIC]


def _possible_entries(
    planner: Planner, plan: Plan, query: Query, side: Side
) -> tuple[tuple[ListEntry, ...], bool]:
    """The maximal regions; found with a solver of their own, since the search forbids what it has found."""
    fresh = planner.plan(plan.flows, plan.goal)
    entries = []
    regions = find_regions(fresh.solver, fresh.problem, fresh.fixed, fresh.goal, limit=MOST_REGIONS)
    for model, region in regions:
        witness = replay(planner, fresh, model)
        words = words_of(region, fresh, query)
        own = words.source if side is Side.SOURCE else words.destination
        deciding = witness.ingress if side is Side.SOURCE else witness.egress
        entries.append(
            ListEntry(
                endpoint=", ".join(own) or "anything",
                declared=False,
                traffic=words.traffic,
                rules=deciding.rules,
                conditions=conditions_of(region, witness.open_address),
            )
        )
    left = find_model(fresh.solver, fresh.problem, [*fresh.fixed, fresh.goal], only_declared=False)
    return tuple(entries), left is None
