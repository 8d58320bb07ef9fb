"""The exposure of every endpoint of a map: possible pods and outside addresses together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from npverify.questions.connectivity.alignment import part_of
from npverify.questions.connectivity.bits import bits_of, numbers_in
from npverify.questions.connectivity.exposure import PossiblePeers
from npverify.questions.connectivity.matrix import Settled
from npverify.questions.connectivity.naming import outside_ranges
from npverify.questions.connectivity.pinning import Pins
from npverify.questions.connectivity.result import (
    ConnectivityMap,
    EndpointKind,
    Exposure,
    ExposureEntry,
    MapEndpoint,
    OutsideAddresses,
)
from npverify.questions.connectivity.survey import Survey
from npverify.questions.progress import Progress
from npverify.resources import Direction
from npverify_encodings.model import Scope

LEFT_OPEN = "what the input leaves open is so"
"""The condition of outside addresses with which a pod may or may not connect."""

_DIRECTIONS = (Direction.INGRESS, Direction.EGRESS)


def find_exposures(survey: Survey, found: ConnectivityMap, progress: Progress) -> tuple[Exposure, ...]:
    """The exposure of the workloads of a map, hostNetwork ones aside, to which no policy applies.

    `survey` has to be one of all endpoints: ingress is told of the destinations of the map, egress of its
    sources.
    """
    return _Finder(survey, found, progress).exposures()


class _Finder:
    def __init__(self, survey: Survey, found: ConnectivityMap, progress: Progress) -> None:
        self._survey = survey
        self._map = found
        self._progress = progress
        self._peers = PossiblePeers(survey)
        self._outside = _Outside(survey, survey.rows(progress))
        self._known: dict[tuple[int, Direction], Exposure] = {}
        self._numbers = {
            declared.key: number for number, each in enumerate(survey.classes) for declared in each.members
        }
        self._pins = Pins(survey.planner.pods, survey.mentions.keys[Scope.POD])

    def exposures(self) -> tuple[Exposure, ...]:
        """Every exposure, with the endpoints that share it, in the order of their first ones."""
        alike: dict[Exposure, list[MapEndpoint]] = {}
        workloads = [each for each in self._map.endpoints if each.kind is EndpointKind.WORKLOAD]
        for done, endpoint in enumerate(workloads):
            self._progress("exposure", done, len(workloads))
            for direction in _DIRECTIONS:
                if self._is_asked_for(endpoint, direction):
                    for part, exposure in self._of_endpoint(endpoint, direction):
                        alike.setdefault(exposure, []).append(part)
        return tuple(replace(each, endpoints=tuple(endpoints)) for each, endpoints in alike.items())

    def _is_asked_for(self, endpoint: MapEndpoint, direction: Direction) -> bool:
        group = self._map.group_of(endpoint)
        return group.is_destination if direction is Direction.INGRESS else group.is_source

    def _of_endpoint(
        self, endpoint: MapEndpoint, direction: Direction
    ) -> Iterator[tuple[MapEndpoint, Exposure]]:
        """The exposure of a workload; of parts of it where its pods are not exposed alike."""
        found: dict[Exposure, list[str]] = {}
        for declared in self._pins.pods_of(endpoint):
            exposure = self._of_class(self._numbers[declared.key], direction)
            found.setdefault(exposure, []).append(declared.pod.name)
        for exposure, names in found.items():
            yield part_of(endpoint, tuple(sorted(names))) if len(found) > 1 else endpoint, exposure

    def _of_class(self, number: int, direction: Direction) -> Exposure:
        key = number, direction
        if key not in self._known:
            possible = self._peers.of(number, direction)
            decisions = self._survey.ingress if direction is Direction.INGRESS else self._survey.egress
            self._known[key] = Exposure(
                endpoints=(),
                direction=direction,
                isolated=decisions.isolates(number),
                entries=(*possible.entries, *self._outside.entries(number, direction)),
                complete=possible.complete,
            )
        return self._known[key]


class _Outside:
    """The outside addresses that classes connect with, as the rows of the map tell."""

    def __init__(self, survey: Survey, rows: Sequence[Settled]) -> None:
        self._survey = survey
        self._outside = [n for n, each in enumerate(survey.classes) if each.outside is not None]
        self._rows = rows
        self._taken = survey.taken
        self._admitted: dict[int, list[tuple[tuple[int, int], int]]] = {}
        for number in self._outside:
            for key, destinations in rows[number].items():
                for destination in numbers_in(destinations):
                    self._admitted.setdefault(destination, []).append((key, number))

    def entries(self, number: int, direction: Direction) -> Iterator[ExposureEntry]:
        """The addresses that reach a class (INGRESS), or that it reaches (EGRESS), by ports."""
        found: dict[tuple[int, int], list[int]] = {}
        if direction is Direction.INGRESS:
            for key, source in self._admitted.get(number, ()):
                found.setdefault(key, []).append(source)
        else:
            every = bits_of(self._outside)
            for key, destinations in self._rows[number].items():
                if destinations & every:
                    found[key] = list(numbers_in(destinations & every))
        for (sure, possible), numbers in sorted(found.items(), key=lambda item: item[1]):
            parts = [part for n in numbers if (part := self._survey.classes[n].outside) is not None]
            peers = OutsideAddresses(outside_ranges(parts, self._taken))
            connections = self._survey.traffic.connections
            if sure:
                yield ExposureEntry(peers, connections(sure))
            if possible & ~sure:
                yield ExposureEntry(peers, connections(possible & ~sure), conditions=(LEFT_OPEN,))
