"""Sets of flows, each under a name: which of them are covered by others."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from npverify_encodings.flows import DOMAIN, Domain, FlowEncoder, Side
from npverify_encodings.model import EVERYTHING, EndpointSet, TrafficSet, World
from npverify_encodings.solver import Literal, Solver
from npverify_encodings.verdict import PipelineEncoder, Problem, close_problem
from npverify_encodings.witness import minimise


@dataclass(frozen=True, slots=True)
class FlowSet:
    """The flows between a subject and its peer, with some traffic."""

    subject: EndpointSet
    peer: EndpointSet = EVERYTHING
    traffic: TrafficSet = EVERYTHING


def encode_coverage(domain: Domain, world: World, subject: Side, sets: Mapping[str, FlowSet]) -> Problem:
    """The script has one Boolean a set, by its name: true iff the flow is in it; `subject` is at that end."""
    encoder = PipelineEncoder(FlowEncoder(domain, world), switches=False)
    flow = encoder.flow
    goals = {
        name: flow.script.all_of(
            (
                flow.encode(each.subject, subject),
                flow.encode(each.peer, subject.other),
                flow.encode(each.traffic, Side.TRAFFIC),
            )
        )
        for name, each in sets.items()
    }
    return close_problem(encoder, goals, {Side.SOURCE: (), Side.DESTINATION: ()})


def find_cover(solver: Solver, covered: Iterable[str], others: Iterable[str]) -> tuple[str, ...] | None:
    """A smallest selection of the others, in their order, that together hold every flow that is in all of the
    covered sets; None where some such flow is in none of them.

    No other set can be left out of the selection. Raises Undecided.
    """
    wanted = [Literal(DOMAIN), *map(Literal, covered)]
    outside = [Literal(name, positive=False) for name in others]

    def suffices(literals: Iterable[Literal]) -> bool:
        return not solver.decide([*wanted, *literals], want_model=False)

    if not suffices(outside):
        return None
    core = set(solver.core())
    kept = minimise(solver, suffices, [literal for literal in outside if literal in core])
    return tuple(literal.label for literal in kept)
