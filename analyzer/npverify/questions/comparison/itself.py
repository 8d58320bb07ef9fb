"""Pods that connect to themselves through a Service, where the plugins of both versions differ in that."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from npverify.questions.comparison.changed import Age, ChangedPod
from npverify.questions.comparison.problems import PREFERRED, Job, Workshop, merged
from npverify.questions.selections import OUTSIDE, PODS, declared_endpoint
from npverify.resources import Direction
from npverify_encodings.comparison import OPEN, Version, encode_comparison
from npverify_encodings.flows import Domain, Side
from npverify_encodings.model import (
    EVERYTHING,
    DeclaredEndpoint,
    Expression,
    Kind,
    NamespaceIs,
    Not,
    Pipeline,
    all_of,
)
from npverify_encodings.specialise import (
    at_destination_ports,
    at_endpoint,
    at_itself,
    families_of,
    map_atoms,
    map_pipeline,
)
from npverify_encodings.verdict import Problem

_IN_ORDER = (Direction.EGRESS, Direction.INGRESS)


class Itself:
    """The problems about such connections: by namespace, of the namespaces without policies together, and of
    the pods whose own change a policy can see.
    """

    def __init__(self, workshop: Workshop) -> None:
        self._workshop = workshop
        self._versions = workshop.versions

    def jobs(self, *, apart: bool) -> Iterator[Job]:
        """The problems; `apart`: each direction by itself."""
        if not self._versions.has_own_services:
            return
        for directions in [[direction] for direction in _IN_ORDER] if apart else [[*_IN_ORDER]]:
            direction = directions[0] if apart else None
            for words, problem in self._in_places(directions):
                yield Job(problem, direction, ends={Side.DESTINATION: words}, itself=True)
            for pod in self._versions.changed_pods:
                yield Job(
                    self._of_pod(pod, directions),
                    direction,
                    cast={age: {Side.DESTINATION: pod.at(age)} for age in Age},
                    subject=str(pod.new.workload),
                    origin=pod.new.workload.origin,
                    ends={Side.DESTINATION: f"a pod of {pod.new.workload}"},
                    itself=True,
                )

    # Pods in their namespaces -------------------------------------------------------------------------

    def _in_places(self, directions: Sequence[Direction]) -> Iterator[tuple[str, Problem]]:
        """The problems, each with words for its pods."""
        homes = self._versions.namespaces_with_policies
        for home in homes:
            pods = [end for end in self._pods if end.namespace == home]
            yield f"namespace {home}", self._problem(directions, (home,), NamespaceIs(home), pods)
        elsewhere = all_of(*(Not(NamespaceIs(home)) for home in homes))
        pods = [end for end in self._pods if end.namespace not in homes]
        yield "a pod", self._problem(directions, (), elsewhere, pods)

    @property
    def _pods(self) -> Iterator[DeclaredEndpoint]:
        return (end for end in self._versions.endpoints if end.kind is Kind.POD)

    def _problem(
        self,
        directions: Sequence[Direction],
        homes: Sequence[str],
        place: Expression,
        declared: Sequence[DeclaredEndpoint],
    ) -> Problem:
        pipelines = {
            (age, direction): self._pipeline(age, direction, homes) if direction in directions else OPEN
            for age in Age
            for direction in Direction
        }
        return self._encode(pipelines, all_of(place, self._workshop.scope), declared)

    def _pipeline(self, age: Age, direction: Direction, homes: Sequence[str]) -> Pipeline:
        own = merged(self._versions.pipeline(age, name, direction, itself=True) for name in homes)
        return self._versions.frame(age, direction, itself=True).around(own)

    def _encode(
        self,
        pipelines: dict[tuple[Age, Direction], Pipeline],
        pods: Expression,
        declared: Sequence[DeclaredEndpoint],
    ) -> Problem:
        old, new = (
            Version(
                egress=at_itself(pipelines[age, Direction.EGRESS], subject_is_source=True),
                ingress=at_itself(pipelines[age, Direction.INGRESS], subject_is_source=False),
            )
            for age in Age
        )
        return encode_comparison(
            Domain(OUTSIDE, all_of(PODS, pods, self._versions.carried), EVERYTHING),
            self._versions.world,
            old=old,
            new=new,
            declared={Side.SOURCE: (), Side.DESTINATION: declared},
            preferred=PREFERRED,
        )

    # Pods that have changed ---------------------------------------------------------------------------

    def _of_pod(self, pod: ChangedPod, directions: Sequence[Direction]) -> Problem:
        looks = {age: declared_endpoint(pod.at(age)) for age in Age}
        at = {age: at_endpoint(looks[age], self._versions.labels(age)) for age in Age}
        pipelines = {}
        for age in Age:
            ports = at_destination_ports(looks[age])
            for direction in Direction:
                whole = (
                    self._pipeline(age, direction, (looks[age].namespace,))
                    if direction in directions
                    else OPEN
                )
                pipelines[age, direction] = map_pipeline(whole, subject=at[age], peer=at[age], traffic=ports)
        scope = [map_atoms(self._workshop.scope, at[age]) for age in Age]
        within = EVERYTHING if EVERYTHING in scope else scope[-1]
        families = (families_of(look) for look in looks.values())
        return self._encode(pipelines, all_of(within, *families), (looks[Age.NEW],))
