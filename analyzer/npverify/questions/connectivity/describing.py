"""Regions of possible pods as entries of an exposure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from npverify.questions.connectivity.connections import Interval, overlap, without
from npverify.questions.connectivity.cuts import LAST_ADDRESS, interval_of
from npverify.questions.connectivity.naming import address_range
from npverify.questions.connectivity.regions import Condition, Region
from npverify.questions.connectivity.result import PossiblePods
from npverify.questions.wording import atom_words, elsewhere_words
from npverify.resources import METADATA_NAME, Network, Operator, Requirement
from npverify_encodings.model import (
    AddressIn,
    LabelOperator,
    LabelRequirement,
    NamespaceIs,
    NamespaceIsNone,
    Scope,
)

_NEGATED = {
    LabelOperator.IN: Operator.NOT_IN,
    LabelOperator.NOT_IN: Operator.IN,
    LabelOperator.EXISTS: Operator.DOES_NOT_EXIST,
    LabelOperator.DOES_NOT_EXIST: Operator.EXISTS,
}


@dataclass(frozen=True, slots=True)
class Room:
    """Where pods can be that connect with a declared one, of address families that this has: in the networks
    of pods (none: anywhere), but not at an address that the input gives to a pod or a node (`taken`).
    """

    versions: tuple[int, ...]
    pod_networks: Sequence[Network]
    taken: Mapping[int, Sequence[Interval]]

    def within(self, version: int, demands: Iterable[tuple[Network, bool]]) -> tuple[Interval, ...]:
        """The addresses that are in some networks, and not in others, whether or not they are taken."""
        left: tuple[Interval, ...] = ((0, LAST_ADDRESS[version]),)
        if self.pod_networks:
            left = overlap(left, (interval_of(n) for n in self.pod_networks if n.version == version))
        for network, holds in demands:
            inside = (interval_of(network),) if network.version == version else ()
            left = overlap(left, inside) if holds else without(left, inside)
        return left

    def is_left(self, version: int, places: Iterable[Interval]) -> bool:
        """Whether any of the addresses is not taken."""
        return bool(without(places, self.taken[version]))


def about_namespaces(condition: Condition) -> bool:
    """Whether a demand is about the namespace of a pod."""
    atom, _ = condition
    if isinstance(atom, LabelRequirement):
        return atom.scope is Scope.NAMESPACE
    return isinstance(atom, (NamespaceIs, NamespaceIsNone))


def conditions_in(region: Region, home: str, labels: Mapping[str, str] | None) -> frozenset[Condition] | None:
    """What a region demands of the pods of a namespace besides what is true there; None where that is false.

    `labels` are those of the namespace; None: they can be any.
    """
    left: set[Condition] = set()
    for condition in region.peer:
        atom, holds = condition
        match atom:
            case NamespaceIs(name):
                is_met = (name == home) is holds
            case NamespaceIsNone():
                is_met = (home not in region.known_namespaces) is holds
            case LabelRequirement(Scope.NAMESPACE, key) if key == METADATA_NAME:
                is_met = atom.admits(home) is holds
            case LabelRequirement(Scope.NAMESPACE, key) if labels is not None:
                is_met = atom.admits(labels.get(key)) is holds
            case _:
                left.add(condition)
                continue
        if not is_met:
            return None
    return frozenset(left)


def pods_in(region: Region, excluded: Iterable[str], room: Room) -> PossiblePods | None:
    """The pods of a region, without those of some namespaces; None where there can be none."""
    namespaces, names_excluded = _namespaces(region)
    excluded_names = names_excluded | set(excluded)
    if namespaces is not None:
        namespaces -= excluded_names
        excluded_names = set()
        if not namespaces:
            return None
    networks = [(atom.network, holds) for atom, holds in region.peer if isinstance(atom, AddressIn)]
    places = {version: room.within(version, networks) for version in room.versions}
    if not any(room.is_left(version, own) for version, own in places.items()):
        return None
    ranges = (address_range(v, first, last) for v in room.versions for first, last in places[v])
    return PossiblePods(
        namespaces=None if namespaces is None else tuple(sorted(namespaces)),
        excluded_namespaces=tuple(sorted(excluded_names)),
        namespace_labels=_requirements(region, Scope.NAMESPACE),
        pod_labels=_requirements(region, Scope.POD),
        addresses=tuple(ranges) if networks else (),
    )


def _namespaces(region: Region) -> tuple[set[str] | None, set[str]]:
    """The names that a namespace can have (None: any), and names that it cannot have."""
    wanted: set[str] | None = None
    excluded: set[str] = set()
    for atom, holds in region.peer:
        match atom:
            case NamespaceIs(name):
                names = {name}
            case LabelRequirement(Scope.NAMESPACE, key, LabelOperator.IN, values) if key == METADATA_NAME:
                names = set(values)
            case LabelRequirement(Scope.NAMESPACE, key, LabelOperator.NOT_IN, values) if key == METADATA_NAME:
                names, holds = set(values), not holds
            case NamespaceIsNone():
                names, holds = set(region.known_namespaces), not holds
            case _:
                continue
        if not holds:
            excluded |= names
        else:
            wanted = names if wanted is None else wanted & names
    return wanted, excluded


def _requirements(region: Region, scope: Scope) -> tuple[Requirement, ...]:
    """What is demanded of labels; several values that a label must not have are one demand."""
    found: dict[Requirement, None] = {}
    unwanted: dict[str, dict[str, None]] = {}
    for atom, holds in region.peer:
        if not isinstance(atom, LabelRequirement) or atom.scope is not scope:
            continue
        if scope is Scope.NAMESPACE and atom.key == METADATA_NAME:
            continue
        operator = Operator(atom.operator) if holds else _NEGATED[atom.operator]
        if operator is Operator.NOT_IN:
            unwanted.setdefault(atom.key, {}).update(dict.fromkeys(atom.values))
        else:
            found[Requirement(atom.key, operator, tuple(atom.values))] = None
    for key, values in unwanted.items():
        found[Requirement(key, Operator.NOT_IN, tuple(values))] = None
    return tuple(sorted(found, key=lambda r: (r.key, r.operator, r.values)))


def other_conditions(region: Region) -> tuple[str, ...]:
    """What else has to be so, in words: open facts about the declared pod, or about the network plugin."""
    own = (
        f"the pod has its {words}" if isinstance(atom, AddressIn) else f"its namespace has {words}"
        for atom, words in ((atom, atom_words(atom, holds)) for atom, holds in region.own)
    )
    names = (f"the port is not named {name}" for name in region.other_names)
    elsewhere = (f"the destination has {elsewhere_words(atom, holds)}" for atom, holds in region.elsewhere)
    return (*own, *names, *elsewhere, *region.facts)
