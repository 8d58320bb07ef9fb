"""An inventory made ready for a map: classes, atoms, and what either direction decides of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property

from npverify.dialects import compile_pipeline
from npverify.questions.connectivity.bits import bits_of
from npverify.questions.connectivity.classes import (
    FAMILIES,
    Member,
    NamespaceLabels,
    Outside,
    OwnNode,
    Surroundings,
    relation,
    sort_into_classes,
)
from npverify.questions.connectivity.collisions import Collisions
from npverify.questions.connectivity.connections import Interval, normalize, without
from npverify.questions.connectivity.cuts import AddressCut, TrafficCut, interval_of
from npverify.questions.connectivity.decisions import Decisions
from npverify.questions.connectivity.filters import filter_of
from npverify.questions.connectivity.matrix import Matrix, Settled, merge_worlds
from npverify.questions.connectivity.mentions import Mentions, NamespaceWays
from npverify.questions.connectivity.result import MapSettings
from npverify.questions.connectivity.sets import Sets
from npverify.questions.connectivity.worlds import World, open_facts, signs_of_own_node, worlds_of
from npverify.questions.flows import traffic_set
from npverify.questions.plan import Planner
from npverify.questions.progress import Progress
from npverify.questions.selections import DeclaredPod
from npverify.resources import METADATA_NAME, Direction
from npverify_encodings.model import Kind, Pipeline

_ROWS_A_STEP = 256


class Survey:
    """Everything that cells are made of; `planner` holds the inventory and the settings of questions."""

    def __init__(self, planner: Planner, settings: MapSettings) -> None:
        self.planner = planner
        self.settings = settings
        self.inventory = planner.inventory
        with planner.stopwatch.measure("compile"):
            self.pipelines: dict[Direction, Pipeline] = {
                direction: compile_pipeline(
                    self.inventory.policies,
                    direction,
                    settings.query.profile,
                    admin=planner.admin,
                    pods=planner.declared,
                )
                for direction in Direction
            }
            self.mentions = Mentions(self.pipelines.values(), METADATA_NAME)
        with planner.stopwatch.measure("sort into classes"):
            self._filters = [
                filter_of(each, self.inventory) for each in (settings.source, settings.destination)
            ]
            self.around = self._surroundings()
            self.classes = sort_into_classes(self._members(), self._outside(), self.around)
            self.sets = Sets(self.classes, self.around, METADATA_NAME)
        with planner.stopwatch.measure("cut traffic"):
            self.wanted = traffic_set(settings.traffic)
            self.traffic = self._cut_traffic()
        with planner.stopwatch.measure("decide"):
            self.worlds = self._find_worlds()
            self.egress, self.ingress = (
                self._decisions(direction) for direction in (Direction.EGRESS, Direction.INGRESS)
            )
        planner.stopwatch.count("classes of endpoints", len(self.classes))
        planner.stopwatch.count("atoms of addresses", len(self.around.cut.atoms))
        planner.stopwatch.count("atoms of traffic", len(self.traffic.atoms))

    # Endpoints ----------------------------------------------------------------------------------------

    def _surroundings(self) -> Surroundings:
        settings = self.settings.query
        filters = [network for each in self._filters for network in each.cutting_networks]
        namespaces: NamespaceLabels = {
            each.name: None if settings.open_namespaces and not each.declared else each.labels
            for each in self.inventory.namespaces.values()
        }
        requirements = self.mentions.requirements if None in namespaces.values() else ()
        return Surroundings(
            mentions=self.mentions,
            cut=AddressCut((*self.mentions.networks, *settings.pod_cidrs, *filters)),
            namespaces=namespaces,
            ways=NamespaceWays(requirements),
            pod_networks=settings.pod_cidrs,
            families=settings.profile.families,
        )

    def _members(self) -> Iterator[Member]:
        """The declared pods that are asked for on either side, in the order in which a map lists them."""
        source, destination = self._filters
        for declared in sorted(self.planner.pods.values(), key=_listing_order):
            sides = source.admits(declared), destination.admits(declared)
            if any(sides):
                yield Member(declared, *sides)

    def _outside(self) -> Iterator[Outside]:
        source, destination = self._filters
        cut = self.around.cut
        for number, atom in enumerate(cut.atoms):
            is_inside = bool(self.around.pod_networks) and self.around.pod_atoms >> number & 1
            is_left_out = is_inside or atom.version not in self.around.families
            left = () if is_left_out else without(atom.intervals, self.taken[atom.version])
            sides = source.admits_atom(number, cut), destination.admits_atom(number, cut)
            if left and any(sides):
                yield Outside(number, atom.version, left, *sides)

    @cached_property
    def taken(self) -> dict[int, tuple[Interval, ...]]:
        """The addresses that the input knows to be a pod's or a node's, by family."""
        return {
            version: normalize(interval_of(n) for n in self.planner.taken if n.version == version)
            for version in FAMILIES
        }

    # Decisions ----------------------------------------------------------------------------------------

    def _cut_traffic(self) -> TrafficCut:
        rules = (r.traffic for p in self.pipelines.values() for layer in p.layers for r in layer.rules)
        return TrafficCut((*rules, self.wanted), (each.table for each in self.classes))

    def _find_worlds(self) -> Sequence[World]:
        """The ways in which facts about nodes and the network plugin can be."""
        nodes = {each.nodes for each in self.classes if each.kind is Kind.NODE}
        pods = {each.nodes for each in self.classes if each.kind is Kind.POD}
        is_open = any(relation(one, other) is OwnNode.MAYBE for one in nodes for other in pods)
        rules = (rule for p in self.pipelines.values() for layer in p.layers for rule in layer.rules)
        looking = (rule for rule in rules if rule.conditions or any(signs_of_own_node(rule.peer)))
        live = [rule for rule in looking if nodes or not self.sets.extent(rule.peer).is_empty]
        self.open_facts, self.is_too_open = open_facts(live, own_node_is_open=is_open)
        return worlds_of(live, own_node_is_open=is_open)

    def _decisions(self, direction: Direction) -> Decisions:
        return Decisions(
            self.pipelines[direction],
            self.sets,
            self.traffic,
            self.worlds,
            subject_is_source=direction is Direction.EGRESS,
        )

    # Cells --------------------------------------------------------------------------------------------

    def rows(self, progress: Progress) -> list[Settled]:
        """What each class can reach, on the traffic that is asked for."""
        worlds = [
            (
                Matrix(self.sets, self.egress, self.ingress, self.traffic.everything, world),
                Collisions(self.sets, self.egress, self.ingress, world),
            )
            for world in range(len(self.worlds))
        ]
        found: list[Settled] = []
        for number, each in enumerate(self.classes):
            if number % _ROWS_A_STEP == 0:
                progress("connecting", number, len(self.classes))
            if not each.is_source:
                found.append({})
                continue
            settled = [collisions.correct(number, matrix.row(number)) for matrix, collisions in worlds]
            found.append(self._limit(merge_worlds(settled)))
        return found

    def _limit(self, settled: Settled) -> Settled:
        """The part of a row that is about the traffic that is asked for."""
        if not self.settings.traffic:
            return settled
        limited: Settled = {}
        for (sure, possible), classes in settled.items():
            for bits, destinations in self._wanted_by_destination.items():
                part = classes & destinations
                if part and possible & bits:
                    key = sure & bits, possible & bits
                    limited[key] = limited.get(key, 0) | part
        return limited

    @cached_property
    def _wanted_by_destination(self) -> dict[int, int]:
        """The traffic that is asked for, as named ports resolve at the destinations."""
        found: dict[int, list[int]] = {}
        for number, each in enumerate(self.classes):
            found.setdefault(self.traffic.bits(self.wanted, each.table), []).append(number)
        return {bits: bits_of(own) for bits, own in found.items()}


def _listing_order(declared: DeclaredPod) -> tuple[str, str, str, str]:
    return declared.workload.namespace, declared.workload.name, declared.workload.kind, declared.key
