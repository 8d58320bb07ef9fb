"""What a solver has to look at: problems whose flows include every one on which the versions disagree."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from npverify.dialects import Frame
from npverify.questions.comparison.changed import Age, ChangedService
from npverify.questions.comparison.slices import NOT_OWN_NODE, Slice
from npverify.questions.comparison.versions import Versions
from npverify.questions.flows import WELL_KNOWN
from npverify.questions.query import Selection
from npverify.questions.selections import DeclaredPod, possible_endpoints
from npverify.resources import Direction, Flow, Origin, Protocol
from npverify_encodings.comparison import Version, encode_comparison
from npverify_encodings.flows import Domain, Side
from npverify_encodings.model import (
    EVERYTHING,
    DeclaredEndpoint,
    Expression,
    Layer,
    Pipeline,
    PortIn,
    ProtocolIs,
    all_of,
    any_of,
)
from npverify_encodings.normal import Part
from npverify_encodings.slicing import Box, EndpointFacts
from npverify_encodings.specialise import at_namespaces, map_atoms
from npverify_encodings.verdict import Problem

PREFERRED = tuple(all_of(ProtocolIs(protocol), PortIn(port, port)) for protocol, port in WELL_KNOWN)
"""Traffic that a reader recognises, for witnesses that may use any."""

EVERYWHERE = (Box(),)


@dataclass(frozen=True, slots=True)
class ServicePortOf:
    """One port of a Service that has changed."""

    service: ChangedService
    protocol: Protocol
    port: int


@dataclass(frozen=True, slots=True)
class Job:
    """A problem, and what its flows are about.

    `cast` are the declared pods that play an end, by version; `subject` names the workload or Service that
    has changed; `direction` says that only one direction is compared. `ends` are words for an end that every
    region of the problem begins with. `slices` are those that the problem is about, where it is about whole
    connections. `itself`: its flows are those of pods to themselves through a Service, told of the
    destination.
    """

    problem: Problem
    direction: Direction | None = None
    cast: Mapping[Age, Mapping[Side, DeclaredPod]] | None = None
    subject: str | None = None
    origin: Origin | None = None
    ends: Mapping[Side, str] | None = None
    service: ServicePortOf | None = None
    slices: tuple[Slice, ...] = ()
    itself: bool = False

    def demands(self, age: Age, flow: Flow) -> bool:
        """Whether a concrete flow is one that a version leads to its destination at all."""
        if self.service is None:
            return True
        return self.service.service.leads_to(age, flow, self.service.protocol, self.service.port)


class Workshop:
    """Makes problems: `differing` are the slices that a solver has found to differ, or could not decide."""

    def __init__(self, versions: Versions, differing: Sequence[Slice], scope: Selection | None) -> None:
        self.versions = versions
        self.differing = tuple(differing)
        self._scope = scope

    # Pipelines ----------------------------------------------------------------------------------------

    @cached_property
    def _differing(self) -> frozenset[tuple[str | None, Direction]]:
        return frozenset((piece.namespace, piece.direction) for piece in self.differing)

    def frame(self, age: Age, direction: Direction, boxes: Sequence[Box]) -> Frame:
        """What the policies of the whole cluster decide of the flows in the boxes, in one version."""
        version = age if (None, direction) in self._differing else Age.OLD
        return self.versions.frame_within(version, direction, boxes)

    def pipeline(self, age: Age, direction: Direction, boxes: Sequence[Box]) -> Pipeline:
        """What decides a direction of the flows in the boxes, in one version.

        A slice that is decided alike in both is taken as the old one has it, so that both share its terms.
        """
        is_source = direction is Direction.EGRESS
        parts = []
        for namespace in self._namespaces(box.source if is_source else box.destination for box in boxes):
            version = age if (namespace, direction) in self._differing else Age.OLD
            parts.append(self.versions.within(version, namespace, direction, boxes))
        return self.frame(age, direction, boxes).around(merged(parts))

    def _namespaces(self, deciding: Iterable[EndpointFacts]) -> list[str]:
        """The namespaces with policies in which the deciding end can live."""
        wanted = [facts.namespaces for facts in deciding]
        known = list(self.versions.namespaces_with_policies)
        if any(names is None for names in wanted):
            return known
        return [name for name in known if any(name in (names or ()) for names in wanted)]

    @property
    def _apart(self) -> Expression:
        return EVERYTHING if self.versions.has_own_nodes else NOT_OWN_NODE

    # Encoding -----------------------------------------------------------------------------------------

    @cached_property
    def scope(self) -> Expression:
        """What one end of a flow at least has to be in."""
        if self._scope is None:
            return EVERYTHING
        sets = [possible_endpoints(self._scope, self.versions.inventories[age]) for age in Age]
        return any_of(
            *(
                map_atoms(ends, at_namespaces(self.versions.relabelled[age]))
                for age, ends in zip(Age, sets, strict=True)
            )
        )

    def declared(self, boxes: Sequence[Box], side: Side) -> tuple[DeclaredEndpoint, ...]:
        """The declared endpoints that may be at one end of a flow in the boxes."""
        facts = [box.source if side is Side.SOURCE else box.destination for box in boxes]
        names: set[str] = set()
        for each in facts:
            if each.namespaces is None:
                return self.versions.endpoints
            names |= each.namespaces
        return tuple(end for end in self.versions.endpoints if end.namespace in names)

    def encode(
        self,
        old: Version,
        new: Version,
        declared: Mapping[Side, Sequence[DeclaredEndpoint]],
        source: Expression = EVERYTHING,
        destination: Expression = EVERYTHING,
        *,
        parts: Mapping[Side, Sequence[Part]] | None = None,
        either: Expression | None = None,
    ) -> Problem:
        """The problem of two versions, whose pipelines are complete within the `parts` at least (None:
        everywhere); `either` stands in for the scope.
        """
        return encode_comparison(
            Domain(
                all_of(source, self._apart, self.versions.carried),
                all_of(destination, self._apart),
                EVERYTHING,
                self.scope if either is None else either,
            ),
            self.versions.world,
            old=old,
            new=new,
            declared=declared,
            preferred=PREFERRED,
            parts=parts,
        )

    # Policies -----------------------------------------------------------------------------------------

    def of_policies(self) -> Iterator[Job]:
        """Problems that together hold every flow which the policies decide differently."""
        for component in self._components():
            boxes = [box for piece in component for box in piece.boxes]
            old, new = (self._version(age, boxes) for age in Age)
            declared = {side: self.declared(boxes, side) for side in (Side.SOURCE, Side.DESTINATION)}
            parts = {
                side: [part for piece in component if piece.deciding is side for part in piece.parts]
                for side in (Side.SOURCE, Side.DESTINATION)
            }
            yield Job(self.encode(old, new, declared, parts=parts), slices=tuple(component))

    def of_directions(self) -> Iterator[Job]:
        """The same for each direction by itself."""
        for component in self._components(apart=True):
            direction, deciding = component[0].direction, component[0].deciding
            boxes = [box for piece in component for box in piece.boxes]
            old, new = (self._one_direction(direction, self.pipeline(age, direction, boxes)) for age in Age)
            declared = {side: self.declared(boxes, side) for side in (Side.SOURCE, Side.DESTINATION)}
            parts = {deciding: [part for piece in component for part in piece.parts]}
            yield Job(self.encode(old, new, declared, parts=parts), direction)

    def _version(self, age: Age, boxes: Sequence[Box]) -> Version:
        return Version(
            egress=self.pipeline(age, Direction.EGRESS, boxes),
            ingress=self.pipeline(age, Direction.INGRESS, boxes),
        )

    @staticmethod
    def _one_direction(direction: Direction, pipeline: Pipeline) -> Version:
        return Version(egress=pipeline) if direction is Direction.EGRESS else Version(ingress=pipeline)

    def _components(self, *, apart: bool = False) -> list[list[Slice]]:
        """The differing slices in groups that no flow connects (`apart`: in one direction)."""
        groups: list[list[Slice]] = []
        for piece in self.differing:
            linked = [
                group
                for group in groups
                if any(
                    self._linked(piece, other)
                    for other in group
                    if not apart or other.direction is piece.direction
                )
            ]
            groups = [group for group in groups if group not in linked]
            groups.append([*(other for group in linked for other in group), piece])
        return [sorted(group, key=self.differing.index) for group in groups]

    def _linked(self, one: Slice, other: Slice) -> bool:
        if one.direction is other.direction and None not in (one.namespace, other.namespace):
            return False  # they decide at the same end, in two namespaces
        return any(a.meets(b, self.versions.world) for a in one.boxes for b in other.boxes)

    def everything(self) -> Job:
        """One problem with every flow: for what cannot be cut."""
        old, new = (self._version(age, EVERYWHERE) for age in Age)
        declared = dict.fromkeys((Side.SOURCE, Side.DESTINATION), self.versions.endpoints)
        return Job(self.encode(old, new, declared))


def merged(pipelines: Iterable[Pipeline]) -> Pipeline:
    """Pipelines of endpoints that have nothing in common, side by side."""
    layers: list[Layer] = []
    for pipeline in pipelines:
        for number, layer in enumerate(pipeline.layers):
            if number == len(layers):
                layers.append(Layer())
            layers[number] = Layer(
                (*layers[number].rules, *layer.rules), (*layers[number].isolated, *layer.isolated)
            )
    return Pipeline(tuple(layers))
