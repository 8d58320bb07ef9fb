"""From models to flows, and from one flow to the region around it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address

from npverify_encodings.addresses import IS_IPV6
from npverify_encodings.endpoints import DeclaredClass
from npverify_encodings.flows import (
    DECLARED,
    DIFFERENT,
    OPEN_ADDRESS,
    OWN_NODE,
    NamedAtom,
    Side,
    condition_label,
)
from npverify_encodings.labels import ABSENT, value_of
from npverify_encodings.model import (
    PROTOCOLS,
    Address,
    AddressIn,
    Condition,
    Kind,
    KindIs,
    LabelRequirement,
    NamespaceIs,
    NamespaceIsNone,
    Scope,
)
from npverify_encodings.ports import TrafficEncoder
from npverify_encodings.slicing import LabelKey
from npverify_encodings.solver import Literal, Outcome, Solver, Undecided
from npverify_encodings.verdict import EVERY_POLICY, Problem


@dataclass(frozen=True, slots=True)
class EndModel:
    """One end of a flow as the solver chose it.

    `declared` is the class of declared endpoints that it belongs to, if any. `namespace` None: any that no
    rule mentions. `labels` holds the labels that are present among those that matter; a value None stands for
    any that no rule mentions. `address` None: it does not matter.
    """

    kind: Kind
    declared: DeclaredClass | None
    namespace: str | None
    labels: Mapping[LabelKey, str | None]
    address: Address | None


@dataclass(frozen=True, slots=True)
class FlowModel:
    """A flow as the solver chose it, with the open facts that it assumes; `version` is its address family.

    `named` are names of the destination for the flow's port, `elsewhere` the (name, protocol) pairs that it
    has for another one.
    """

    source: EndModel
    destination: EndModel
    protocol: str
    port: int
    version: int
    named: frozenset[str]
    elsewhere: tuple[tuple[str, str], ...]
    own_node: bool
    conditions: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class RegionLiteral:
    """An atom that bounds a region, and whether it is true there."""

    atom: NamedAtom
    holds: bool


@dataclass(frozen=True, slots=True)
class GrownRegion:
    """The flows that agree with `literals` all share the property, given the `conditions`, whose descriptions
    say how they have to be.

    The region is maximal: dropping any one literal would let in a flow without the property. (One that is
    confined to namespaces that nobody mentions could still grow by naming each namespace that it excludes.)
    """

    literals: tuple[RegionLiteral, ...]
    conditions: tuple[Condition, ...]


def find_model(
    solver: Solver, problem: Problem, required: Iterable[Literal], *, only_declared: bool
) -> FlowModel | None:
    """A flow that satisfies the requirements, as plain as can be, or None where there is none.

    Preferred, in this order: no open fact, declared ends, the problem's own preferences. Raises Undecided.
    """
    hard = [*required]
    if only_declared:
        hard += declared_literals()
    if not solver.decide(hard):
        return None
    for group in _preferences(problem):
        for literal in group:
            if (
                all(_holds(solver, part) for part in literal)
                or solver.check([*hard, *literal]) is Outcome.SAT
            ):
                hard += literal
                break
    return read_model(solver, problem)


def declared_literals() -> tuple[Literal, ...]:
    """What a flow between declared endpoints satisfies."""
    return (
        Literal(DECLARED[Side.SOURCE]),
        Literal(DECLARED[Side.DESTINATION]),
        Literal(DIFFERENT),
    )


def _holds(solver: Solver, literal: Literal) -> bool:
    return solver.truth(literal.label) is literal.positive


def _preferences(problem: Problem) -> Iterator[tuple[tuple[Literal, ...], ...]]:
    """Groups of alternatives, best first; an alternative is a set of literals."""
    for condition in problem.conditions:
        yield ((Literal(condition_label(condition), positive=False),),)
    yield ((Literal(OWN_NODE, positive=False),),)
    for side in (Side.SOURCE, Side.DESTINATION):
        yield ((Literal(OPEN_ADDRESS[side], positive=False),),)
    yield (
        declared_literals(),
        (Literal(DECLARED[Side.DESTINATION]),),
        (Literal(DECLARED[Side.SOURCE]),),
    )
    for group in problem.preferred:
        yield tuple((Literal(label),) for label in group)


def read_model(solver: Solver, problem: Problem) -> FlowModel:
    """The flow of the solver's current model."""
    port = solver.number(TrafficEncoder.PORT)
    return FlowModel(
        source=_read_end(solver, problem, Side.SOURCE),
        destination=_read_end(solver, problem, Side.DESTINATION),
        protocol=PROTOCOLS[solver.number(TrafficEncoder.PROTOCOL) or 0],
        port=port or 1,
        version=6 if solver.truth(IS_IPV6) else 4,
        named=frozenset(
            name for name in problem.port_names if solver.truth(TrafficEncoder.name_variable(name))
        ),
        elsewhere=tuple(
            pair for pair in problem.ports_elsewhere if solver.truth(TrafficEncoder.elsewhere_variable(*pair))
        ),
        own_node=solver.truth(OWN_NODE),
        conditions=tuple(c for c in problem.conditions if solver.truth(condition_label(c))),
    )


def _read_end(solver: Solver, problem: Problem, side: Side) -> EndModel:
    declared = next((c for c in problem.classes[side] if solver.truth(c.label)), None)
    return EndModel(
        kind=_read_kind(solver, side),
        declared=declared,
        namespace=_read_code(solver, problem, f"{side} namespace"),
        labels=_read_labels(solver, problem, side),
        address=_read_address(solver, side),
    )


def _read_kind(solver: Solver, side: Side) -> Kind:
    for kind in (Kind.POD, Kind.NODE):
        if solver.truth(f"{side} is a {kind.value}"):
            return kind
    return Kind.EXTERNAL


def _read_code(solver: Solver, problem: Problem, variable: str) -> str | None:
    names = problem.codes.get(variable, ())
    code = solver.number(variable) or 0
    return value_of(names[code]) if code < len(names) else None


def _read_labels(solver: Solver, problem: Problem, side: Side) -> Mapping[LabelKey, str | None]:
    labels: dict[LabelKey, str | None] = {}
    for scope in Scope:
        prefix = f"{side} {scope} label "
        for variable, names in problem.codes.items():
            if variable.startswith(prefix):
                code = solver.number(variable) or 0
                if names[code] != ABSENT:
                    labels[scope, variable.removeprefix(prefix)] = value_of(names[code])
    return labels


def _read_address(solver: Solver, side: Side) -> Address | None:
    if solver.truth(IS_IPV6):
        number = solver.number(f"{side} address ipv6")
        return None if number is None else IPv6Address(number)
    number = solver.number(f"{side} address ipv4")
    return None if number is None else IPv4Address(number)


def grow_region(solver: Solver, problem: Problem, fixed: Sequence[Literal], goal: Literal) -> GrownRegion:
    """A largest region around the solver's current model that the rules' own atoms can describe, in which
    every flow that satisfies `fixed` also satisfies `goal`.

    Atoms are dropped in order, those a reader misses least first; each success keeps only the core of its
    unsat, which skips most of the rest. Raises Undecided, and ValueError where the goal is false here.
    """
    truths = {atom.label: solver.truth(atom.label) for atom in problem.atoms}
    usable = [a for a in problem.atoms if truths[a.label] or not isinstance(a.atom, NamespaceIsNone)]
    order = sorted(usable, key=_drop_order(truths))
    summaries = {Literal(atom.label) for atom in order if isinstance(atom.atom, NamespaceIsNone)}
    sides = {atom.side for atom in order if isinstance(atom.atom, NamespaceIsNone)}
    summed = {
        Literal(atom.label, positive=False)
        for atom in order
        if isinstance(atom.atom, NamespaceIs) and atom.side in sides and not truths[atom.label]
    }
    facts = {c: solver.truth(condition_label(c)) for c in problem.conditions}
    candidates = [
        *(Literal(condition_label(c), truth) for c, truth in facts.items()),
        *(Literal(a.label, truths[a.label]) for a in order),
    ]

    def follows(literals: Sequence[Literal]) -> bool:
        return solver.check([*fixed, ~goal, *literals], want_model=False) is Outcome.UNSAT

    spare = {Literal(atom.label, truths[atom.label]) for atom in order if atom.spare}
    void = {Literal(atom.label, truths[atom.label]) for atom in order if _is_void(solver, atom)}
    for left_out in (summed | spare | void, summed | void, summed):
        kept = [c for c in candidates if c not in left_out]
        if follows(kept):
            break
    else:
        raise ValueError("the goal does not follow from the atoms: the flow is not determined by them")
    kept = minimise(solver, follows, _in_core(solver, kept))
    if summaries & set(kept):
        kept = _spell_out(solver, follows, kept, summaries, summed)
    labels = {literal.label for literal in kept}
    return GrownRegion(
        literals=tuple(RegionLiteral(a, truths[a.label]) for a in problem.atoms if a.label in labels),
        conditions=tuple(c.said(facts[c]) for c in problem.conditions if condition_label(c) in labels),
    )


def _is_void(solver: Solver, named: NamedAtom) -> bool:
    """Whether the atom is about labels or the namespace of an end that is no pod in the current model."""
    about_pods = isinstance(named.atom, (LabelRequirement, NamespaceIs, NamespaceIsNone))
    return about_pods and _read_kind(solver, named.side) is not Kind.POD


def minimise(
    solver: Solver, follows: Callable[[Sequence[Literal]], bool], kept: list[Literal]
) -> list[Literal]:
    """Drop literals in order, as long as the rest suffices: several at a time where most of them can go."""
    needed: list[Literal] = []
    rest = kept
    size = max(1, len(rest) // 8)
    while rest:
        tail = rest[size:]
        if follows([*needed, *tail]):
            rest = _in_core(solver, tail)
            size *= 2
        elif size > 1:
            size //= 2
        else:
            needed.append(rest[0])
            rest = tail
    return needed


MOST_NAMESPACES = 4
"""Namespaces that a region excludes by name; beyond that it keeps to namespaces that nobody mentions."""


def _spell_out(
    solver: Solver,
    follows: Callable[[Sequence[Literal]], bool],
    kept: list[Literal],
    summaries: set[Literal],
    summed: set[Literal],
) -> list[Literal]:
    """The region with "in no namespace that is mentioned" replaced by the few namespaces that matter, if they
    are few: it is larger then.
    """
    attempt = [*sorted(summed), *(literal for literal in kept if literal not in summaries)]
    if not follows(attempt):
        return kept
    core = _in_core(solver, attempt)
    if sum(literal in summed for literal in core) > 5 * MOST_NAMESPACES:
        return kept
    core = minimise(solver, follows, core)
    return core if sum(literal in summed for literal in core) <= MOST_NAMESPACES else kept


def _in_core(solver: Solver, literals: Sequence[Literal]) -> list[Literal]:
    core = set(solver.core())
    return [literal for literal in literals if literal in core]


_RANKS: Mapping[type, int] = {
    AddressIn: 0,
    LabelRequirement: 2,
    NamespaceIs: 3,
    NamespaceIsNone: 3,
    KindIs: 4,
}


def _drop_order(truths: Mapping[str, bool]) -> Callable[[NamedAtom], tuple[bool, int, str]]:
    """What a region can do without comes first: what is false of it, then addresses; the kind comes last."""

    def key(atom: NamedAtom) -> tuple[bool, int, str]:
        return truths[atom.label], _RANKS.get(type(atom.atom), 1), atom.label

    return key


def find_regions(
    solver: Solver,
    problem: Problem,
    fixed: Sequence[Literal],
    goal: Literal,
    *,
    only_declared: bool = False,
    limit: int,
) -> Iterator[tuple[FlowModel, GrownRegion]]:
    """Every maximal region of flows with the property, one after another, each with a flow in it.

    Ends when the solver has proved that no flow is left (an unsat), or after `limit` regions. Raises
    Undecided.
    """
    for _ in range(limit):
        model = find_model(solver, problem, [*fixed, goal], only_declared=only_declared)
        if model is None:
            return
        region = grow_region(solver, problem, fixed, goal)
        yield model, region
        solver.forbid(literals_of(region))


def literals_of(region: GrownRegion) -> tuple[Literal, ...]:
    """The region as literals, without its conditions."""
    return tuple(Literal(literal.atom.label, literal.holds) for literal in region.literals)


def find_core(solver: Solver, problem: Problem, fixed: Sequence[Literal]) -> tuple[str, ...]:
    """The owners of the policies that the emptiness of `fixed` rests on, sorted and minimised.

    `fixed` must be unsatisfiable while every policy applies; it is so as well if only the owners returned
    deny anything, and no longer if one of them does not. Raises Undecided.
    """
    owners = {label: owner for owner, label in problem.owners.items()}
    rest = [literal for literal in fixed if literal.label != EVERY_POLICY]
    kept = [Literal(label) for label in sorted(owners)]

    def suffices(literals: Sequence[Literal]) -> bool:
        return solver.check([*rest, *literals], want_model=False) is Outcome.UNSAT

    if not suffices(kept):
        raise Undecided(solver.reason())
    kept = minimise(solver, suffices, _in_core(solver, kept))
    return tuple(sorted(owners[literal.label] for literal in kept))
