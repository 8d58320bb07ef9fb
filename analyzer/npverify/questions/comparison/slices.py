"""Where two versions may disagree: by namespace and direction, as far as their texts can tell."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from npverify.dialects import Frame
from npverify.questions.comparison.changed import Age
from npverify.questions.comparison.versions import Versions, mentions
from npverify.resources import Direction
from npverify_encodings.comparison import Version, encode_comparison
from npverify_encodings.flows import Domain, Side
from npverify_encodings.model import (
    EVERYTHING,
    AllOf,
    Expression,
    Isolation,
    Kind,
    KindIs,
    LabelOperator,
    LabelRequirement,
    Layer,
    NamespaceIs,
    Not,
    OwnNode,
    Pipeline,
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
    """The policies of one namespace for one direction, with the `parts` that only one version has;
    `namespace` None: the policies of the whole cluster.
    """

    namespace: str | None
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
        if self.namespace is None:
            return f"{self.direction.lower()} of every namespace"
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
    """The slices whose texts differ in a way that may matter: those of the whole cluster, then by namespace
    and direction.
    """
    for direction in (Direction.EGRESS, Direction.INGRESS):
        frames = (versions.frame(age, direction).around(Pipeline()) for age in (Age.OLD, Age.NEW))
        parts = parts_that_differ(*frames)
        if parts:
            yield Slice(None, direction, parts)
    for namespace in versions.namespaces_with_policies:
        for direction in (Direction.EGRESS, Direction.INGRESS):
            old, new = (versions.in_namespace(age, namespace, direction) for age in Age)
            is_same = old == new and versions.reads_alike
            if is_same and not any(mentions(policy, versions.moved_keys) for policy in old):
                continue
            parts = parts_that_differ(
                *(versions.pipeline(age, namespace, direction) for age in (Age.OLD, Age.NEW))
            )
            if parts:
                yield Slice(namespace, direction, parts)


# Equality of one slice --------------------------------------------------------------------------------


def problems_of(versions: Versions, piece: Slice) -> Iterator[Problem]:
    """Small problems, one of which has a flow that is decided differently if the slice has one.

    What a slice leaves to others has to be the same as well: so it is looked at with everything that it does
    not decide allowed, and with all of it denied.
    """
    for subject, parts in _groups(piece):
        for view in _views(versions, piece):
            yield _direction_problem(versions, piece, subject, parts, view)


View = Callable[[Frame, Pipeline], Pipeline]
"""What decides, of a frame and the policies of a namespace in it."""


def _views(versions: Versions, piece: Slice) -> Iterator[View]:
    frames = [versions.frame(age, piece.direction) for age in Age]
    if piece.namespace is None:
        yield lambda frame, _: Pipeline(frame.before)
        yield lambda frame, _: Pipeline((*frame.before, _REST_DENIED))
        yield lambda frame, _: frame.around(Pipeline())
        return
    yield lambda _, own: own
    if any(frame.has_baseline for frame in frames):
        yield lambda _, own: Pipeline((*own.layers, _REST_DENIED))


_REST_DENIED = Layer(isolated=(Isolation("", EVERYTHING),))


def _groups(piece: Slice) -> Iterator[tuple[Expression, tuple[Part, ...]]]:
    """The parts of a slice, by a label that their subjects demand where they are many."""
    home: Expression = KindIs(Kind.POD)
    if piece.namespace is not None:
        home = all_of(home, NamespaceIs(piece.namespace))
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
    view: View,
) -> Problem:
    is_source = piece.deciding is Side.SOURCE
    boxes = boxes_of(parts, piece.deciding)
    narrowed = [_within(box, facts_of(subject), is_source=is_source) for box in boxes]
    old, new = (
        view(
            versions.frame_within(age, piece.direction, narrowed),
            Pipeline()
            if piece.namespace is None
            else versions.within(age, piece.namespace, piece.direction, narrowed),
        )
        for age in Age
    )
    source, destination = (subject, EVERYTHING) if is_source else (EVERYTHING, subject)
    return encode_comparison(
        Domain(all_of(source, versions.carried), destination, EVERYTHING),
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
