"""One question, answered in full."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from npverify.cni import CniProfile
from npverify.questions.answer import Answer, InputSummary, Verdict
from npverify.questions.assumptions import assumptions_of
from npverify.questions.detected_plugin import plugin_notes
from npverify.questions.every import search_every
from npverify.questions.flows import (
    flows_between,
    flows_from_others,
    flows_to_itself,
    flows_with_outside,
)
from npverify.questions.listing import Listing, list_endpoints
from npverify.questions.plan import Plan, Planner
from npverify.questions.profile_remarks import idle_notes, untranslated
from npverify.questions.query import AddressAlternative, Form, Query, Selection
from npverify.questions.search import Search, search
from npverify.questions.selections import declared_in
from npverify.questions.settings import QuerySettings, Universe
from npverify.questions.stopwatch import Stopwatch
from npverify.reference import RuleReference
from npverify.resources import Direction
from npverify.resources.inventory import Inventory
from npverify_encodings.flows import Side
from npverify_encodings.solver import Literal, Undecided
from npverify_encodings.verdict import Goal


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a search for a flow says about the question: the verdict if there is one, and if there is none."""

    found: Verdict
    none: Verdict


REACHES = Meaning(found=Verdict.REACHABLE, none=Verdict.UNREACHABLE)
CLAIMS = Meaning(found=Verdict.VIOLATED, none=Verdict.HOLDS)


def ask(
    query: Query, inventory: Inventory, settings: QuerySettings, stopwatch: Stopwatch | None = None
) -> Answer:
    """The answer to a question about an inventory.

    Raises InternalError where the reference evaluator contradicts the solver.
    """
    planner = Planner(inventory, settings, stopwatch or Stopwatch())
    match query.form:
        case Form.IS_ISOLATED:
            answer = _ask_isolated(planner, query)
        case Form.WHAT_CAN_REACH | Form.WHAT_CAN_BE_REACHED:
            answer = _ask_list(planner, query)
        case _:
            answer = _ask_one(planner, query)
    return replace(
        answer,
        universe=settings.universe.value,
        conditions=(*answer.conditions, *untranslated(query, inventory, settings.profile)),
        notes=(
            *idle_notes(inventory, settings.profile),
            *plugin_notes(inventory, settings.profile),
            *query.notes,
            *_remarks(inventory),
        ),
        input=summarize(inventory),
        stats=planner.stopwatch.stats(),
    )


def _remarks(inventory: Inventory) -> tuple[str, ...]:
    if inventory.policies or inventory.admin_policies:
        return ()
    return ("no NetworkPolicy was read, so nothing is denied: are all paths given?",)


def _plan(planner: Planner, query: Query) -> Plan:
    match query.form:
        case Form.ONLY:
            return planner.plan(flows_from_others(query, planner.inventory), Literal(Goal.CONNECTS))
        case form:
            find = flows_to_itself if query.to_itself else flows_between
            goal = Literal(Goal.CONNECTS, positive=form is not Form.EVERY)
            return planner.plan(find(query, planner.inventory), goal)


def _ask_one(planner: Planner, query: Query) -> Answer:
    plan = _plan(planner, query)
    if query.form is Form.EVERY and not query.traffic:
        result = search_every(planner, plan, query)
    else:
        result = search(planner, plan, query)
    meaning = REACHES if query.form is Form.CAN_REACH else CLAIMS
    return _answer(planner, plan, query, result, meaning)


def _ask_list(planner: Planner, query: Query) -> Answer:
    plan = _plan(planner, query)
    answer = _answer(planner, plan, query, search(planner, plan, query), REACHES)
    if answer.verdict is not Verdict.REACHABLE and answer.without_unmodelled is not Verdict.REACHABLE:
        return answer
    try:
        listing = list_endpoints(planner, plan, query)
    except Undecided as reason:
        listing = Listing((), complete=False)
        answer = replace(answer, undecided=answer.undecided or str(reason))
    return replace(answer, entries=listing.entries, complete=listing.complete)


def _ask_isolated(planner: Planner, query: Query) -> Answer:
    """Isolated for several directions: for each of them; the first that fails gives the witness."""
    parts = [_isolation(planner, query, direction) for direction in query.directions]
    worst = min(parts, key=lambda part: _BADNESS.index(part.verdict))
    return replace(
        worst,
        any=_worst(part.any for part in parts),
        declared=_worst(part.declared for part in parts),
        core=_merge(*(part.core for part in parts)) if worst.verdict is Verdict.HOLDS else worst.core,
        assumptions=tuple(dict.fromkeys(text for part in parts for text in part.assumptions)),
    )


_BADNESS = (Verdict.VIOLATED, Verdict.UNDECIDED, Verdict.HOLDS)


def _worst(verdicts: Iterable[Verdict | None]) -> Verdict | None:
    given = [verdict for verdict in verdicts if verdict is not None]
    return min(given, key=_BADNESS.index) if given else None


def _merge(*cores: tuple[RuleReference, ...]) -> tuple[RuleReference, ...]:
    return tuple(sorted(dict.fromkeys(rule for core in cores for rule in core), key=str))


def _isolation(planner: Planner, query: Query, direction: Direction) -> Answer:
    side, goal = {
        Direction.EGRESS: (Side.SOURCE, Goal.EGRESS_ISOLATED),
        Direction.INGRESS: (Side.DESTINATION, Goal.INGRESS_ISOLATED),
    }[direction]
    flows = flows_with_outside(query, planner.inventory, side)
    plan = planner.plan(flows, Literal(goal, positive=False), directions=(direction,))
    seen = query if side is Side.SOURCE else replace(query, source=None, destination=query.source)
    answer = _answer(planner, plan, seen, search(planner, plan, seen), CLAIMS)
    return replace(answer, query=query, blocked=None)


def _answer(planner: Planner, plan: Plan, query: Query, result: Search, meaning: Meaning) -> Answer:
    anything, declared = _verdict(result.any, meaning), _verdict(result.declared, meaning)
    universe = planner.settings.universe
    if universe is Universe.DECLARED:
        anything = None
    wanted = anything if universe is Universe.ANY else declared
    verdict = wanted or Verdict.UNDECIDED
    undecided = result.undecided if verdict is Verdict.UNDECIDED else None
    without_unmodelled = None
    unmodelled = planner.unmodelled_for(plan.flows)
    if unmodelled and not planner.settings.ignore_unmodelled:
        without_unmodelled, verdict = verdict, Verdict.UNDECIDED
        anything = None if anything is None else Verdict.UNDECIDED
        declared = None if declared is None else Verdict.UNDECIDED
        kinds = ", ".join(dict.fromkeys(policy.kind for policy in unmodelled))
        undecided = f"the input has policies of kinds that are not modelled yet: {kinds}"
    found = result.found
    return Answer(
        query=query,
        verdict=verdict,
        any=anything,
        declared=declared,
        universe=universe.value,
        witness=found.witness if found else None,
        region=found.region if found else None,
        conditions=found.conditions if found else result.conditions,
        blocked=result.example if meaning is REACHES or query.form is Form.ONLY else None,
        core=result.core,
        assumptions=assumptions_of(planner, plan, query),
        vacuous=_vacuous(planner, query, result),
        undecided=undecided,
        without_unmodelled=without_unmodelled,
    )


def _verdict(exists: bool | None, meaning: Meaning) -> Verdict | None:
    if exists is None:
        return None
    return meaning.found if exists else meaning.none


def _vacuous(planner: Planner, query: Query, result: Search) -> tuple[str, ...]:
    """Why the question asks about nothing, most important first."""
    reasons = []
    if result.is_empty:
        reasons.append("no flow could ever be one that the question asks about")
    reasons.extend(
        f"no declared pod matches `{selection.text}`"
        for selection in (query.source, query.destination)
        if selection is not None and _picks_no_declared_pod(planner, selection)
    )
    if not reasons and result.has_no_declared and query.form in (Form.CAN_REACH, Form.EVERY):
        reasons.append(_no_declared_flow(planner.settings.profile))
    return tuple(reasons)


def _no_declared_flow(profile: CniProfile) -> str:
    carried = f" (the network plugin carries IPv{profile.families[0]} only)"
    told = carried if len(profile.families) == 1 else ""
    return f"no two declared endpoints have a flow that the question asks about{told}"


def _picks_no_declared_pod(planner: Planner, selection: Selection) -> bool:
    if any(isinstance(alternative, AddressAlternative) for alternative in selection.alternatives):
        return False
    return not declared_in(selection, planner.inventory)


def summarize(inventory: Inventory) -> InputSummary:
    """What was read."""
    return InputSummary(
        files=len(inventory.files),
        policies=len(inventory.policies) + len(inventory.admin_policies),
        workloads=len(inventory.workloads),
        namespaces=len(inventory.namespaces),
        services=len(inventory.services),
        ignored=inventory.ignored,
        unmodelled=tuple(
            RuleReference(
                policy=f"{policy.namespace}/{policy.name}" if policy.namespace else policy.name,
                kind=policy.kind,
                rule=None,
                origin=policy.origin,
            )
            for policy in inventory.unmodelled
        ),
        left_out=inventory.left_out,
        findings=inventory.findings,
    )
