"""Declared things that have changed: a workload with other labels, a Service that leads elsewhere."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import product

from npverify.questions.comparison.changed import Age, ChangedPod, ChangedService
from npverify.questions.comparison.problems import Job, ServicePortOf, Workshop, merged
from npverify.questions.comparison.slices import boxes_of
from npverify.questions.selections import declared_endpoint
from npverify.resources import Direction, Protocol
from npverify_encodings.comparison import OPEN, Version
from npverify_encodings.flows import Side
from npverify_encodings.model import (
    EVERYTHING,
    NOTHING,
    DeclaredEndpoint,
    Expression,
    Kind,
    KindIs,
    Pipeline,
    all_of,
    any_of,
)
from npverify_encodings.normal import parts_that_differ
from npverify_encodings.slicing import Box, facts_of, restrict
from npverify_encodings.specialise import (
    as_it_is,
    at_destination_ports,
    at_endpoint,
    families_of,
    map_atoms,
    map_pipeline,
)

Cast = Mapping[Side, ChangedPod]
"""The pods that play an end of a flow."""

_SIDES = (Side.SOURCE, Side.DESTINATION)
_DECIDING = {Direction.EGRESS: Side.SOURCE, Direction.INGRESS: Side.DESTINATION}


class Changes:
    """The problems about what has changed but is no policy."""

    def __init__(self, workshop: Workshop) -> None:
        self._workshop = workshop
        self._versions = workshop.versions

    # Pods ---------------------------------------------------------------------------------------------

    def of_pods(self, directions: Sequence[Direction], *, apart: bool) -> Iterator[Job]:
        """Problems about the pods whose change a policy can see: with anything, then among each other.

        `apart`: each of the directions by itself, else all of them together.
        """
        pods = self._versions.changed_pods
        casts: list[Cast] = [{side: pod} for pod, side in product(pods, _SIDES)]
        casts += [
            {Side.SOURCE: source, Side.DESTINATION: destination}
            for source, destination in product(pods, pods)
            if source is not destination or source.new.pod.replicated
        ]
        for cast in casts:
            for together in [[direction] for direction in directions] if apart else [directions]:
                yield from self._pod_job(cast, together, apart=apart)

    def _pod_job(self, cast: Cast, directions: Sequence[Direction], *, apart: bool) -> Iterator[Job]:
        pipelines = {
            (age, direction): self._as_seen_by(age, direction, cast) if direction in directions else OPEN
            for age, direction in product(Age, Direction)
        }
        parts = {
            side: parts_that_differ(*(pipelines[age, direction] for age in Age))
            for direction, side in _DECIDING.items()
        }
        boxes = [box for side, own in parts.items() for box in boxes_of(own, side)]
        domain = self._domain(cast)
        if not boxes or NOTHING in domain.values():
            return
        old, new = (
            Version(
                egress=self._narrowed(pipelines[age, Direction.EGRESS], boxes, is_source=True),
                ingress=self._narrowed(pipelines[age, Direction.INGRESS], boxes, is_source=False),
            )
            for age in Age
        )
        declared: dict[Side, Sequence[DeclaredEndpoint]] = {
            side: (declared_endpoint(cast[side].new),)
            if side in cast
            else self._workshop.declared(boxes, side)
            for side in _SIDES
        }
        problem = self._workshop.encode(
            old,
            new,
            declared,
            domain[Side.SOURCE],
            domain[Side.DESTINATION],
            parts=parts,
            either=EVERYTHING,
        )
        workloads = dict.fromkeys(str(pod.new.workload) for pod in cast.values())
        yield Job(
            problem,
            direction=directions[0] if apart else None,
            cast={age: {side: pod.at(age) for side, pod in cast.items()} for age in Age},
            subject=" and ".join(workloads),
            origin=next(iter(cast.values())).new.workload.origin,
            ends={side: f"a pod of {pod.new.workload}" for side, pod in cast.items()},
        )

    def _narrowed(self, pipeline: Pipeline, boxes: Sequence[Box], *, is_source: bool) -> Pipeline:
        return restrict(pipeline, boxes, self._versions.world, subject_is_source=is_source)

    def _domain(self, cast: Cast) -> dict[Side, Expression]:
        """The ends that the flows can have: a pod that is cast has an address of a family that it has in both
        versions; where none of those cast is in the scope, the other end has to be.
        """
        ends: dict[Side, Expression] = dict.fromkeys(_SIDES, EVERYTHING)
        scope = self._workshop.scope
        within = scope == EVERYTHING
        for side, pod in cast.items():
            looks = {age: declared_endpoint(pod.at(age)) for age in Age}
            ends[side] = all_of(KindIs(Kind.POD), *(families_of(look) for look in looks.values()))
            within = within or any(
                map_atoms(scope, at_endpoint(look, self._versions.labels(age))) != NOTHING
                for age, look in looks.items()
            )
        if not within:
            free = [side for side in _SIDES if side not in cast]
            ends |= dict.fromkeys(free or _SIDES, scope if free else NOTHING)
        return ends

    def _as_seen_by(self, age: Age, direction: Direction, cast: Cast) -> Pipeline:
        """The pipeline of a direction with what is known of the pods that play an end."""
        deciding = _DECIDING[direction]
        namespaces = self._versions.labels(age)
        looks = {side: declared_endpoint(pod.at(age)) for side, pod in cast.items()}
        at = {side: at_endpoint(look, namespaces) for side, look in looks.items()}
        destination = looks.get(Side.DESTINATION)
        subject = cast.get(deciding)
        homes = self._versions.namespaces_with_policies if subject is None else (subject.new.pod.namespace,)
        own = merged(self._versions.pipeline(age, name, direction) for name in homes)
        return map_pipeline(
            self._versions.frame(age, direction).around(own),
            subject=at.get(deciding, as_it_is),
            peer=at.get(deciding.other, as_it_is),
            traffic=as_it_is if destination is None else at_destination_ports(destination),
        )

    # Services -----------------------------------------------------------------------------------------

    def of_services(self) -> Iterator[Job]:
        """Problems about the Services that lead to other pods or ports than before."""
        for service in self._versions.changed_services:
            for protocol, port in service.ports:
                yield self._service_job(service, protocol, port)

    def _service_job(self, service: ChangedService, protocol: Protocol, port: int) -> Job:
        backends = {age: service.backends(age) for age in Age}
        behind = any_of(*backends.values())
        boxes = [Box(destination=facts_of(behind))]
        old, new = (
            Version(
                egress=self._workshop.pipeline(age, Direction.EGRESS, boxes),
                ingress=self._workshop.pipeline(age, Direction.INGRESS, boxes),
                destination=backends[age],
                traffic=service.traffic(age, protocol, port),
            )
            for age in Age
        )
        declared = {side: self._workshop.declared(boxes, side) for side in _SIDES}
        return Job(
            self._workshop.encode(old, new, declared, destination=behind),
            subject=str(service),
            origin=service.new.origin,
            ends={Side.DESTINATION: f"{service} {protocol.lower()}/{port}"},
            service=ServicePortOf(service, protocol, port),
        )
