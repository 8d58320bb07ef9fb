"""Where two versions may disagree: by namespace and direction, as far as their texts can tell."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from npverify.questions.comparison.changed import Age
from npverify.questions.comparison.versions import Versions, mentions
from npverify.resources import Direction
from npverify_encodings.comparison import Version, encode_comparison
from npverify_encodings.flows import Domain, Side
from npverify_encodings.model import (
    EVERYTHING,
    AllOf,
    Expression,
    Kind,
    KindIs,
    LabelOperator,
    LabelRequirement,
    NamespaceIs,
    Not,
    OwnNode,
    all_of,
)
from npverify_encodings.normal import Part, parts_that_differ
from npverify_encodings.slicing import Box, EndpointFacts, facts_of
from npverify_encodings.verdict import Problem

NOT_OWN_NODE = Not(OwnNode())
"""No policy set changes what a pod and its own node say to each other in a way that another node at the same
address would not show, so comparisons leave that traffic out."""

MOST_TOGETHER = 40
"""Parts that one problem decides together, where the slice can be cut further."""


@dataclass(frozen=True, slots=True)
class Slice:
    """The policies of one namespace for one direction, with the `parts` that only one version has."""

    namespace: str
    direction: Direction
    parts: tuple[Part, ...]

    @property
    def deciding(self) -> Side:
        """The end whose policies decide the direction."""
        return Side.SOURCE if self.direction is Direction.EGRESS else Side.DESTINATION

    @property
    def boxes(self) -> tuple[Box, ...]:
        """Where the parts lie: nothing outside of these boxes is decided differently."""
        return boxes_of(self.parts, self.deciding)

    def __str__(self) -> str:
        return f"{self.direction.lower()} of namespace {self.namespace}"


def boxes_of(parts: Iterable[Part], deciding: Side) -> tuple[Box, ...]:
    """The boxes around some parts, each once."""
    boxes: list[Box] = []
    for part in parts:
        subject, peer = (facts_of(AllOf(tuple(ends))) for ends in (part.subject, part.peer))
        box = Box(subject, peer) if deciding is Side.SOURCE else Box(peer, subject)
        if box not in boxes:
            boxes.append(box)
    return tuple(boxes)


def slices_that_differ(versions: Versions) -> Iterator[Slice]:
    """The slices whose texts differ in a way that may matter, by namespace and direction."""
    for namespace in versions.namespaces_with_policies:
        for direction in (Direction.EGRESS, Direction.INGRESS):
            old, new = (versions.in_namespace(age, namespace, direction) for age in Age)
            if old == new and not any(mentions(policy, versions.moved_keys) for policy in old):
                continue
            parts = parts_that_differ(
                *(versions.pipeline(age, namespace, direction) for age in (Age.OLD, Age.NEW))
            )
            if parts:
                yield Slice(namespace, direction, parts)


# Equality of one slice --------------------------------------------------------------------------------


def problems_of(versions: Versions, piece: Slice) -> Iterator[Problem]:
    """Small problems, one of which has a flow that is decided differently iff the slice has one."""
    for subject, parts in _groups(piece):
        yield _direction_problem(versions, piece, subject, parts)


def _groups(piece: Slice) -> Iterator[tuple[Expression, tuple[Part, ...]]]:
    """The parts of a slice, by a label that their subjects demand where they are many."""
    home = all_of(KindIs(Kind.POD), NamespaceIs(piece.namespace))
    if len(piece.parts) <= MOST_TOGETHER:
        yield home, piece.parts
        return
    groups: dict[LabelRequirement | None, list[Part]] = {}
    for part in piece.parts:
        groups.setdefault(_demanded(part), []).append(part)
    for demand, parts in groups.items():
        yield home if demand is None else all_of(home, demand), tuple(parts)


def _demanded(part: Part) -> LabelRequirement | None:
    """A label value that the subject of the part must have."""
    demands = [
        term
        for term in part.subject
        if isinstance(term, LabelRequirement) and term.operator is LabelOperator.IN and len(term.values) == 1
    ]
    return min(demands, key=lambda demand: (demand.scope, demand.key, demand.values), default=None)


def _direction_problem(
    versions: Versions,
    piece: Slice,
    subject: Expression,
    parts: Sequence[Part],
) -> Problem:
    is_source = piece.deciding is Side.SOURCE
    boxes = boxes_of(parts, piece.deciding)
    narrowed = [_within(box, facts_of(subject), is_source=is_source) for box in boxes]
    old, new = (versions.within(age, piece.namespace, piece.direction, narrowed) for age in Age)
    source, destination = (subject, EVERYTHING) if is_source else (EVERYTHING, subject)
    return encode_comparison(
        Domain(source, destination, EVERYTHING),
        versions.world,
        old=Version(egress=old) if is_source else Version(ingress=old),
        new=Version(egress=new) if is_source else Version(ingress=new),
        declared={Side.SOURCE: (), Side.DESTINATION: ()},
        parts={piece.deciding: parts},
    )


def _within(box: Box, subject: EndpointFacts, *, is_source: bool) -> Box:
    if is_source:
        return Box(box.source.meet(subject), box.destination)
    return Box(box.source, box.destination.meet(subject))
