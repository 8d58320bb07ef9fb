"""What the pipeline of one direction decides, for every class of subjects."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import NamedTuple

from npverify.questions.connectivity.bits import numbers_in, refine
from npverify.questions.connectivity.classes import OwnNode
from npverify.questions.connectivity.cuts import Table as PortTable
from npverify.questions.connectivity.cuts import TrafficCut
from npverify.questions.connectivity.extents import NOWHERE, Extent
from npverify.questions.connectivity.sets import Sets
from npverify.questions.connectivity.worlds import World, signs_of_own_node
from npverify_encodings.model import Action, Kind, Layer, Pipeline, Rule

Row = tuple[tuple[int, Extent], ...]
"""For atoms of traffic, which stand in one pair each: the peers that the subject may talk to."""


class Item(NamedTuple):
    """Rules of one block that match the same: peers on some traffic, in those worlds, with the labels of the
    subject's namespace in those ways, and with the subject at those atoms of addresses, whose bits are set.
    """

    layer: int
    block: int
    extent: Extent
    traffic: int
    worlds: int
    ways: int
    atoms: int


@dataclass(frozen=True, slots=True)
class _Stage:
    """One layer: the actions of its blocks, and the classes that it isolates."""

    actions: tuple[Action, ...]
    isolated: int


class Decisions:
    """Decides one direction; the subject is the source of a flow iff `subject_is_source`.

    `wavering` are the classes of which it hangs on the open labels of their namespace which rules apply,
    `roaming` those of which it hangs on which of several addresses they have.
    """

    def __init__(
        self,
        pipeline: Pipeline,
        sets: Sets,
        traffic: TrafficCut,
        worlds: Sequence[World],
        *,
        subject_is_source: bool,
    ) -> None:
        self._sets = sets
        self._traffic = traffic
        self._worlds = worlds
        self._subject_is_source = subject_is_source
        self._every_world = (1 << len(worlds)) - 1
        self._own_nodes: dict[tuple[Kind, frozenset[str | None]], tuple[int, int]] = {}
        self._by_table = _by_table(sets)
        self.stages: list[_Stage] = []
        subjects: dict[Item, int] = {}
        for number, layer in enumerate(pipeline.layers):
            self._read(number, layer, subjects)
        self.items = tuple(subjects)
        self._items_of: list[list[int]] = [[] for _ in sets.classes]
        self.wavering = self.roaming = 0
        self._everywhere = sets.around.cut.everything
        for place, (item, classes) in enumerate(subjects.items()):
            self.wavering |= classes if item.ways != sets.every_way else 0
            for number in numbers_in(classes):
                if item.atoms != self._everywhere:
                    own = sets.atoms_of(number)
                    if not own & item.atoms:
                        continue
                    self.roaming |= 1 << number if own & ~item.atoms else 0
                self._items_of[number].append(place)
        self._rows: dict[tuple[tuple[int, ...], tuple[bool, ...]], Row] = {}

    # Reading rules ------------------------------------------------------------------------------------

    def _read(self, number: int, layer: Layer, subjects: dict[Item, int]) -> None:
        actions: list[Action] = []
        for action, rules in groupby(layer.rules, key=lambda rule: rule.action):
            for rule in rules:
                for item, classes in self._items(number, len(actions), rule):
                    subjects[item] = subjects.get(item, 0) | classes
            actions.append(action)
        isolated = 0
        for isolation in layer.isolated:
            isolated |= self._sets.subjects(isolation.endpoints)
        self.stages.append(_Stage(tuple(actions), isolated))

    def _items(self, layer: int, block: int, rule: Rule) -> Iterator[tuple[Item, int]]:
        live = self._worlds_of(rule)
        if not live:
            return
        for ways, atoms, subjects in self._sets.subjects_by_way(rule.subject):
            for traffic, destinations in self._traffic_of(rule):
                of_these = subjects if self._subject_is_source else subjects & destinations
                for extent, classes, worlds in self._peers(rule, of_these, live):
                    if self._subject_is_source:
                        extent = self._sets.algebra.intersection(extent, Extent(destinations))
                    if classes and not extent.is_empty:
                        yield Item(layer, block, extent, traffic, worlds, ways, atoms), classes

    def _worlds_of(self, rule: Rule) -> int:
        """The worlds in which the rule's conditions hold."""
        names = {condition.name for condition in rule.conditions}
        return sum(1 << number for number, world in enumerate(self._worlds) if names <= world.facts)

    def _traffic_of(self, rule: Rule) -> Iterable[tuple[int, int]]:
        """The traffic of the rule, as it is for destinations of some classes; each is in one pair at most."""
        if not self._traffic.asks_for_a_name(rule.traffic):
            return ((self._traffic.bits(rule.traffic), self._sets.algebra.classes),)
        found: dict[int, int] = {}
        for table, classes in self._by_table.items():
            bits = self._traffic.bits(rule.traffic, table)
            if bits:
                found[bits] = found.get(bits, 0) | classes
        return found.items()

    def _peers(self, rule: Rule, subjects: int, live: int) -> Iterator[tuple[Extent, int, int]]:
        """The peers of the rule, as they are for some of its subjects in some worlds."""
        if not any(signs_of_own_node(rule.peer)):
            yield self._sets.extent(rule.peer), subjects, live
            return
        groups: dict[tuple[int, int], int] = {}
        for number in numbers_in(subjects):
            own = self._own_nodes_of(number)
            groups[own] = groups.get(own, 0) | 1 << number
        for (always, maybe), classes in groups.items():
            worlds: dict[Extent, int] = {}
            for number in numbers_in(live):
                own_nodes = always | maybe if self._worlds[number].own_node else always
                extent = self._sets.extent(rule.peer, own_nodes)
                worlds[extent] = worlds.get(extent, 0) | 1 << number
            for extent, bits in worlds.items():
                yield extent, classes, bits

    def _own_nodes_of(self, number: int) -> tuple[int, int]:
        """The classes that are the class's own node for sure, and those of which it is open."""
        own = self._sets.classes[number]
        key = own.kind, own.nodes
        if key not in self._own_nodes:
            always = self._sets.where(lambda each: own.own_node(each) is OwnNode.ALWAYS)
            maybe = self._sets.where(lambda each: own.own_node(each) is OwnNode.MAYBE)
            self._own_nodes[key] = always, maybe
        return self._own_nodes[key]

    # Deciding -----------------------------------------------------------------------------------------

    def isolates(self, number: int) -> bool:
        """Whether some policy isolates a class."""
        return any(stage.isolated >> number & 1 for stage in self.stages)

    def items_of(self, number: int) -> tuple[Item, ...]:
        """The items that match a class as their subject."""
        return tuple(self.items[place] for place in self._items_of[number])

    def places(self, number: int) -> list[int]:
        """The atoms at which a class can be, in sets of which it is the same which rules apply."""
        own = self._sets.atoms_of(number)
        if not self.roaming >> number & 1:
            return [own]
        cuts = dict.fromkeys(item.atoms for item in self.items_of(number))
        return refine([own], (atoms & own for atoms in cuts))

    def row(self, number: int, world: int, way: int = 0, atoms: int | None = None) -> Row:
        """What one class may do in one world, with the labels of its namespace in one way, at the atoms of
        one of its `places`; traffic that it may have with nobody is left out.

        The way matters to those classes only that are `wavering`, the atoms to those that are `roaming`.
        """
        where = self._sets.atoms_of(number) if atoms is None else atoms
        places = tuple(
            place
            for place in self._items_of[number]
            if self.items[place].worlds >> world & self.items[place].ways >> way & 1
            and not where & ~self.items[place].atoms
        )
        isolated = tuple(bool(stage.isolated >> number & 1) for stage in self.stages)
        key = places, isolated
        known = self._rows.get(key)
        if known is None:
            known = self._rows[key] = self._decide([self.items[place] for place in places], isolated)
        return known

    def _decide(self, items: Sequence[Item], isolated: Sequence[bool]) -> Row:
        found: dict[Extent, int] = {}
        for group in refine([self._traffic.everything], (item.traffic for item in items)):
            blocks: dict[tuple[int, int], list[Extent]] = {}
            for item in items:
                if item.traffic & group:
                    blocks.setdefault((item.layer, item.block), []).append(item.extent)
            extent = self._verdict(blocks, isolated)
            if not extent.is_empty:
                found[extent] = found.get(extent, 0) | group
        return tuple((traffic, extent) for extent, traffic in found.items())

    def _verdict(
        self, blocks: Mapping[tuple[int, int], Sequence[Extent]], isolated: Sequence[bool]
    ) -> Extent:
        """The peers that are let through, as the layers decide one after another."""
        algebra = self._sets.algebra
        verdict = algebra.everywhere
        for layer in reversed(range(len(self.stages))):
            following = verdict
            verdict = NOWHERE if isolated[layer] else following
            for block, action in reversed(list(enumerate(self.stages[layer].actions))):
                if (layer, block) not in blocks:
                    continue
                matched = algebra.union(blocks[layer, block])
                match action:
                    case Action.ALLOW:
                        verdict = algebra.union((matched, verdict))
                    case Action.DENY:
                        verdict = algebra.difference(verdict, matched)
                    case Action.PASS:
                        passed = algebra.intersection(matched, following)
                        verdict = algebra.union((passed, algebra.difference(verdict, matched)))
        return verdict


def _by_table(sets: Sets) -> dict[PortTable, int]:
    """The classes by their named ports, as far as rules mention them."""
    found: dict[PortTable, int] = {}
    for number, each in enumerate(sets.classes):
        found[each.table] = found.get(each.table, 0) | 1 << number
    return found
