"""The largest regions of possible pods that connect with one declared pod, found by the solver."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from npverify.questions.connectivity.connections import (
    ALL_CONNECTIONS,
    EVERY_PORT,
    Connections,
)
from npverify.questions.plan import FIXED
from npverify.questions.selections import PODS
from npverify_encodings.flows import Domain, Side, condition_label
from npverify_encodings.labels import value_of
from npverify_encodings.model import (
    EVERYTHING,
    PROTOCOLS,
    Atom,
    EndpointSet,
    Pipeline,
    PortElsewhere,
    PortIn,
    PortNamed,
    ProtocolIs,
    World,
    all_of,
)
from npverify_encodings.solver import Literal, Outcome, Solver
from npverify_encodings.verdict import Goal, Problem, encode_problem
from npverify_encodings.witness import GrownRegion, grow_region, literals_of

MOST_REGIONS = 500
"""Regions of one problem before the search is given up."""

Condition = tuple[Atom, bool]
"""An atom, and whether it holds."""


@dataclass(frozen=True, slots=True)
class Region:
    """Flows that all connect: `peer` is demanded of the possible pod, `own` of what is open about the
    declared one; `names` are names of the port, `other_names` names that it does not have, and `elsewhere`
    says whether the destination has another port of a name. `facts` are open facts in words,
    `known_namespaces` those that NamespaceIsNone excludes.
    """

    peer: tuple[Condition, ...]
    own: tuple[Condition, ...]
    connections: Connections
    names: tuple[str, ...] = ()
    other_names: tuple[str, ...] = ()
    elsewhere: tuple[tuple[PortElsewhere, bool], ...] = ()
    facts: tuple[str, ...] = ()
    known_namespaces: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Question:
    """Which pods connect with one that is declared? `own_end` is what is known of its address."""

    egress: Pipeline
    ingress: Pipeline
    own_end: EndpointSet
    own_is_source: bool
    world: World


def find_all(question: Question, timeout: float | None) -> tuple[tuple[Region, ...], bool]:
    """The regions that together hold every flow that connects, and whether these are all.

    Raises Undecided.
    """
    own = all_of(PODS, question.own_end)
    source, destination = (own, PODS) if question.own_is_source else (PODS, own)
    problem = encode_problem(
        Domain(source, destination, EVERYTHING),
        question.world,
        egress=question.egress,
        ingress=question.ingress,
        declared={Side.SOURCE: (), Side.DESTINATION: ()},
    )
    solver = Solver(problem.text, timeout=timeout)
    goal = Literal(Goal.CONNECTS)
    peer = Side.DESTINATION if question.own_is_source else Side.SOURCE
    found: list[Region] = []
    while solver.decide((*FIXED, goal)):
        if len(found) == MOST_REGIONS:
            return tuple(found), False
        facts = {
            c.name: Literal(condition_label(c), solver.truth(condition_label(c))) for c in problem.conditions
        }
        grown = _grow(solver, problem, goal)
        found.append(_read(grown, problem, peer))
        solver.forbid((*literals_of(grown), *(facts[condition.name] for condition in grown.conditions)))
    return tuple(found), True


def _grow(solver: Solver, problem: Problem, goal: Literal) -> GrownRegion:
    """A largest region around the current model, of those that rest on no open fact if it is in any."""
    if problem.conditions:
        certain = replace(problem, conditions=())
        atoms = [Literal(atom.label, solver.truth(atom.label)) for atom in problem.atoms]
        if solver.check([*FIXED, ~goal, *atoms], want_model=False) is Outcome.UNSAT:
            return grow_region(solver, certain, FIXED, goal)
    return grow_region(solver, problem, FIXED, goal)


def _read(grown: GrownRegion, problem: Problem, peer: Side) -> Region:
    by_side: dict[Side, list[Condition]] = {side: [] for side in Side}
    for literal in grown.literals:
        by_side[literal.atom.side].append((literal.atom.atom, literal.holds))
    names = [(a.name, holds) for a, holds in by_side[Side.TRAFFIC] if isinstance(a, PortNamed)]
    return Region(
        peer=tuple(by_side[peer]),
        own=tuple(by_side[peer.other]),
        connections=_connections(by_side[Side.TRAFFIC]),
        names=tuple(name for name, holds in names if holds),
        other_names=tuple(name for name, holds in names if not holds),
        elsewhere=tuple((a, holds) for a, holds in by_side[Side.TRAFFIC] if isinstance(a, PortElsewhere)),
        facts=tuple(condition.description for condition in grown.conditions),
        known_namespaces=frozenset(_names_of(problem.codes.get(f"{peer} namespace", ()))),
    )


def _connections(traffic: Iterable[Condition]) -> Connections:
    """The traffic that meets every demand, the names of ports aside."""
    found = ALL_CONNECTIONS
    for atom, holds in traffic:
        match atom:
            case ProtocolIs(protocol):
                meant = Connections.of({protocol: [EVERY_PORT]})
            case PortIn(first, last):
                meant = Connections.of({protocol: [(first, last)] for protocol in PROTOCOLS})
            case _:
                continue
        found = found.intersection(meant) if holds else found.difference(meant)
    return found


def _names_of(codes: Iterable[str]) -> Iterator[str]:
    """The names among the codes of a label or of namespaces."""
    return (name for name in map(value_of, codes) if name is not None)
