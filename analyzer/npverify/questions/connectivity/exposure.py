"""What pods that are not declared could do with a declared one, and outside addresses with it.

Possible pods are taken by namespaces. Where no policy is confined to a namespace, the policies of the
declared pod decide (and those that are confined to none), so the same regions hold in all such namespaces.
Where one is, what its policies say about the declared pod is put in, and the regions of that namespace are
found by themselves: they depend on a handful of rules, which are the same again and again.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from ipaddress import ip_network

from npverify.questions.connectivity.describing import (
    Room,
    about_namespaces,
    conditions_in,
    other_conditions,
    pods_in,
)
from npverify.questions.connectivity.regions import Condition, Question, Region, find_all
from npverify.questions.connectivity.relevant import Place, Relevant
from npverify.questions.connectivity.renaming import Renaming
from npverify.questions.connectivity.result import ExposureEntry, PossiblePods
from npverify.questions.connectivity.survey import Survey
from npverify.questions.connectivity.talk import Talk, talk_of
from npverify.resources import Direction
from npverify_encodings.model import EVERYTHING, DeclaredEndpoint, Pipeline, World, all_of
from npverify_encodings.solver import Undecided
from npverify_encodings.specialise import families_of

_Key = tuple[PossiblePods, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class PodExposure:
    """The possible pods that connect with one class, in one direction; `complete` as in an Exposure."""

    entries: tuple[ExposureEntry, ...]
    complete: bool


class PossiblePeers:
    """Finds the possible pods that can connect with a class of declared pods."""

    def __init__(self, survey: Survey) -> None:
        self._survey = survey
        self._relevant = {direction: Relevant(survey, direction) for direction in Direction}
        known = survey.around.namespaces.items()
        self._labels = {name: labels for name, labels in known if labels is not None}
        self._world = World(
            namespaces=tuple((name, tuple(sorted(labels.items()))) for name, labels in self._labels.items()),
            pod_networks=survey.around.pod_networks,
        )
        self._elsewhere = World(pod_networks=survey.around.pod_networks)
        self._known: dict[Hashable, tuple[tuple[Region, ...], bool]] = {}
        self._homes: dict[Hashable, frozenset[str]] = {}

    def of(self, number: int, direction: Direction) -> PodExposure:
        """The pods that can reach a class (INGRESS), or that it can reach (EGRESS)."""
        return _Search(self, self._survey, number, direction).outcome()

    def relevant(self, direction: Direction) -> Relevant:
        """The policies of a direction."""
        return self._relevant[direction]

    def labels(self, namespace: str) -> Mapping[str, str] | None:
        """The labels of a namespace; None where they are not known."""
        return self._labels.get(namespace)

    def regions(
        self, number: int, direction: Direction, home: str | None, places: Iterable[Place]
    ) -> tuple[tuple[Region, ...], bool]:
        """The regions of pods of a namespace (None: of all that no policy is confined to)."""
        is_destination = direction is Direction.INGRESS
        own = self._relevant[direction].own(number, home, is_destination=is_destination)
        if _is_shut(own):
            return (), True
        other = Direction.EGRESS if is_destination else Direction.INGRESS
        others = self._relevant[other].others(number, home, places, is_destination=is_destination)
        if _is_shut(others):
            return (), True
        pod = self._relevant[direction].pods[number]
        egress, ingress = (others, own) if is_destination else (own, others)
        world = self._with_room_for(pod, self._world if home is None else self._elsewhere)
        own_end = all_of(families_of(pod), self._survey.planner.carried)
        renaming = Renaming(Question(egress, ingress, own_end, not is_destination, world))
        found, is_complete = self._solve(renaming.question, is_anywhere=home is None)
        return tuple(map(renaming.restore, found)), is_complete

    def _with_room_for(self, pod: DeclaredEndpoint, world: World) -> World:
        """The world with the addresses of a declared pod, where a possible pod can take the only one that it
        has room for: that declared pod does not live there.
        """
        if not pod.addresses or not any(n.num_addresses == 1 for n in world.pod_networks):
            return world
        return replace(world, pod_networks=(*world.pod_networks, *map(ip_network, pod.addresses)))

    def _solve(self, question: Question, *, is_anywhere: bool) -> tuple[tuple[Region, ...], bool]:
        networks = question.world.pod_networks
        key = (
            question.egress,
            question.ingress,
            question.own_end,
            question.own_is_source,
            is_anywhere,
            networks,
        )
        if key not in self._known:
            try:
                self._known[key] = find_all(question, self._survey.settings.query.timeout)
            except Undecided:
                self._known[key] = (), False
            self._survey.planner.stopwatch.count("problems of exposure")
        return self._known[key]

    def homes_of(self, region: Region, direction: Direction) -> frozenset[str]:
        """The namespaces that policies of the direction are confined to in which a region has a part."""
        namespaces = tuple(condition for condition in region.peer if about_namespaces(condition))
        key = namespaces, region.known_namespaces, direction
        if key not in self._homes:
            confined = self._relevant[direction].confined
            self._homes[key] = frozenset(
                home for home in confined if conditions_in(region, home, self.labels(home)) is not None
            )
        return self._homes[key]


class _Search:
    """One class in one direction."""

    def __init__(self, peers: PossiblePeers, survey: Survey, number: int, direction: Direction) -> None:
        self._peers = peers
        self._survey = survey
        self._number = number
        self._direction = direction
        self._own = survey.classes[number]
        self._room = Room(tuple(self._own.spots), survey.around.pod_networks, survey.taken)
        self._complete = True

    def outcome(self) -> PodExposure:
        """All there is."""
        other = Direction.EGRESS if self._direction is Direction.INGRESS else Direction.INGRESS
        policies = self._peers.relevant(other)
        reaching = policies.reaching(self._number)
        common = reaching.get(None, ())
        everywhere = self._regions(None, common)
        may_talk = policies.confined if common else policies.confined - policies.sealed | reaching.keys()
        homes = {
            home: self._regions(home, (*common, *reaching.get(home, ())))
            for home in sorted(name for name in may_talk if name is not None)
        }
        talks: dict[_Key, Talk] = {}
        held: dict[str, list[_Narrow]] = {home: [] for home in homes}
        for region in everywhere:
            excluded = set(self._peers.homes_of(region, other))
            for home, own in homes.items():
                narrow = self._narrow(region, home) if own else None
                if narrow is not None and any(narrow.is_within(self._whole(each)) for each in own):
                    held[home].append(narrow)
                    excluded.remove(home)
            self._add(talks, region, excluded)
        entries = [*_entries(talks), *self._left_over(homes, held)]
        return PodExposure(tuple(entries), self._complete)

    def _regions(self, home: str | None, places: Iterable[Place]) -> tuple[Region, ...]:
        found, is_complete = self._peers.regions(self._number, self._direction, home, places)
        self._complete = self._complete and is_complete
        return found

    def _narrow(self, region: Region, home: str) -> _Narrow | None:
        """The part of a region in one namespace; None where there is none."""
        conditions = conditions_in(region, home, self._peers.labels(home))
        return None if conditions is None else _Narrow(region, conditions)

    @staticmethod
    def _whole(region: Region) -> _Narrow:
        return _Narrow(region, frozenset(region.peer))

    def _add(self, talks: dict[_Key, Talk], region: Region, excluded: Iterable[str]) -> None:
        pods = pods_in(region, excluded, self._room)
        table = self._own.table if self._direction is Direction.INGRESS else None
        talk = talk_of(region, self._survey.settings.traffic, table)
        if pods is not None and talk:
            key = pods, other_conditions(region)
            talks[key] = talks[key].joined(talk) if key in talks else talk

    def _left_over(
        self, homes: Mapping[str, Sequence[Region]], held: Mapping[str, Sequence[_Narrow]]
    ) -> Iterator[ExposureEntry]:
        """What holds in single namespaces beyond what holds everywhere; alike namespaces together."""
        alike: dict[tuple[_Key, Talk], list[str]] = {}
        for home, regions in homes.items():
            talks: dict[_Key, Talk] = {}
            for region in regions:
                if not any(self._whole(region).is_within(each) for each in held[home]):
                    self._add(talks, region, ())
            for item in talks.items():
                alike.setdefault(item, []).append(home)
        for ((pods, conditions), talk), names in alike.items():
            yield from _entries({(replace(pods, namespaces=tuple(names)), conditions): talk})


def _is_shut(pipeline: Pipeline) -> bool:
    """Whether it is plain that the pipeline lets nothing through."""
    for layer in pipeline.layers:
        if layer.rules:
            return False
        if any(isolation.endpoints == EVERYTHING for isolation in layer.isolated):
            return True
    return False


@dataclass(frozen=True, slots=True)
class _Narrow:
    """The part of a region in one namespace, where it comes down to these demands on the pods."""

    region: Region
    conditions: frozenset[Condition]

    def is_within(self, other: _Narrow) -> bool:
        """Whether this is certainly a part of the other: whatever that demands is demanded here."""
        own, theirs = self.region, other.region
        return (
            self.conditions >= other.conditions
            and set(own.own) >= set(theirs.own)
            and set(own.names) >= set(theirs.names)
            and set(own.other_names) >= set(theirs.other_names)
            and set(own.elsewhere) >= set(theirs.elsewhere)
            and set(own.facts) >= set(theirs.facts)
            and not own.connections.difference(theirs.connections)
        )


def _entries(talks: Mapping[_Key, Talk]) -> Iterator[ExposureEntry]:
    for (pods, conditions), talk in talks.items():
        yield ExposureEntry(pods, talk.connections, talk.named, conditions)
