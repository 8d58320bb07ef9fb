"""The rules that matter to a class of declared pods and to possible peers, with what is known put in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import reduce
from operator import or_

from npverify.questions.connectivity.bits import numbers_in
from npverify.questions.connectivity.survey import Survey
from npverify.questions.selections import PODS, declared_endpoint
from npverify.resources import METADATA_NAME, Direction
from npverify_encodings.model import (
    EVERYTHING,
    NOTHING,
    DeclaredEndpoint,
    EndpointSet,
    Expression,
    Isolation,
    Kind,
    KindIs,
    LabelRequirement,
    Layer,
    NamespaceIs,
    OwnNode,
    Pipeline,
    Rule,
    Scope,
    all_of,
)
from npverify_encodings.slicing import facts_of
from npverify_encodings.specialise import at_destination_ports, at_endpoint, map_atoms

Place = tuple[int, int]
"""A rule by its layer and its place in there."""

_IDENTITY = (Scope.NAMESPACE, METADATA_NAME)

Homes = frozenset[str] | None
"""The namespaces that a policy is confined to; None: it may select pods in any."""


class Relevant:
    """The pipeline of one direction, by classes of declared pods (`pods` has one of each) and by namespaces.

    `confined` are the namespaces that some policy is confined to: in any other one only those policies apply
    that are confined to none. `sealed` are the namespaces of which some policy isolates every pod.
    """

    def __init__(self, survey: Survey, direction: Direction) -> None:
        self._survey = survey
        self._layers = survey.pipelines[direction].layers
        self.pods: Mapping[int, DeclaredEndpoint] = {
            number: declared_endpoint(each.members[0])
            for number, each in enumerate(survey.classes)
            if each.members
        }
        self._of_subject: list[list[Place]] = [[] for _ in survey.classes]
        self._by_peers: dict[int, list[Place]] = {}
        self._homes: dict[Place, Homes] = {}
        for layer, own in enumerate(self._layers):
            for number, rule in enumerate(own.rules):
                self._read(rule, (layer, number))
        self._isolations = [
            [(facts_of(each.endpoints).namespaces, each) for each in layer.isolated] for layer in self._layers
        ]
        self._isolated = [
            reduce(or_, (survey.sets.subjects(each.endpoints) for _, each in own), 0)
            for own in self._isolations
        ]
        homes = [*self._homes.values(), *(home for own in self._isolations for home, _ in own)]
        self.confined = frozenset(name for own in homes if own is not None for name in own)
        isolated = {each.endpoints for own in self._isolations for _, each in own}
        self.sealed = frozenset(n for n in self.confined if all_of(PODS, NamespaceIs(n)) in isolated)
        self._known: dict[tuple[Expression, str | None], EndpointSet] = {}
        self._isolating: dict[tuple[int, str | None], tuple[Isolation, ...]] = {}
        self._namespaces = {
            name: labels for name, labels in survey.around.namespaces.items() if labels is not None
        }

    def _read(self, rule: Rule, place: Place) -> None:
        sets = self._survey.sets
        self._homes[place] = facts_of(rule.subject).namespaces
        for number in numbers_in(sets.extent(rule.subject).classes):
            self._of_subject[number].append(place)
        peers = sets.extent(rule.peer).classes
        if peers:
            self._by_peers.setdefault(peers, []).append(place)

    # The policies of a class --------------------------------------------------------------------------

    def own(self, number: int, home: str | None, *, is_destination: bool) -> Pipeline:
        """What the policies that select a class decide of pods in a namespace (None: in any)."""
        pod = self.pods[number]
        rules: dict[int, list[Rule]] = {}
        for layer, place in self._of_subject[number]:
            rule = self._layers[layer].rules[place]
            traffic = map_atoms(rule.traffic, at_destination_ports(pod)) if is_destination else rule.traffic
            subject = self._at_pod(rule.subject, pod)
            self._add(rules, layer, rule, subject, self._at(rule.peer, home), traffic)
        return Pipeline(
            tuple(
                Layer(tuple(rules.get(layer, ())), self._own_isolation(number, layer))
                for layer in range(len(self._layers))
            )
        )

    def _own_isolation(self, number: int, layer: int) -> tuple[Isolation, ...]:
        return (Isolation("", EVERYTHING),) if self._isolated[layer] >> number & 1 else ()

    # The policies of possible pods --------------------------------------------------------------------

    def reaching(self, number: int) -> Mapping[str | None, tuple[Place, ...]]:
        """The rules that a class may be a peer of, by the namespaces they are confined to (None: to none)."""
        found: dict[str | None, list[Place]] = {}
        for peers, places in self._by_peers.items():
            if peers >> number & 1:
                for place in places:
                    home = self._homes[place]
                    for name in (None,) if home is None else home:
                        found.setdefault(name, []).append(place)
        return {name: tuple(sorted(places)) for name, places in found.items()}

    def others(
        self, number: int, home: str | None, places: Iterable[Place], *, is_destination: bool
    ) -> Pipeline:
        """What the policies decide of flows between pods of a namespace and a class, which is a peer of the
        rules at the given places; for None, the policies that are confined to no namespace.
        """
        pod = self.pods[number]
        rules: dict[int, list[Rule]] = {}
        for layer, place in sorted(places):
            rule = self._layers[layer].rules[place]
            traffic = map_atoms(rule.traffic, at_destination_ports(pod)) if is_destination else rule.traffic
            peer = self._at_pod(rule.peer, pod)
            self._add(rules, layer, rule, self._at(rule.subject, home), peer, traffic)
        return Pipeline(
            tuple(
                Layer(tuple(rules.get(layer, ())), self._isolations_at(layer, home))
                for layer in range(len(self._layers))
            )
        )

    def _isolations_at(self, layer: int, home: str | None) -> tuple[Isolation, ...]:
        """What isolates pods of a namespace; that alone which isolates all of them, if anything does."""
        key = layer, home
        if key not in self._isolating:
            own = (e for confined, e in self._isolations[layer] if confined is None or home in confined)
            found = dict.fromkeys(self._at(each.endpoints, home) for each in own)
            sets = (EVERYTHING,) if EVERYTHING in found else tuple(s for s in found if s != NOTHING)
            self._isolating[key] = tuple(Isolation("", endpoints) for endpoints in sets)
        return self._isolating[key]

    @staticmethod
    def _add(
        rules: dict[int, list[Rule]],
        layer: int,
        rule: Rule,
        subject: EndpointSet,
        peer: EndpointSet,
        traffic: Expression,
    ) -> None:
        """The rule without its name, so that rules that say the same are the same."""
        if NOTHING not in (subject, peer, traffic):
            kept = Rule("", subject, peer, traffic, rule.action, rule.conditions)
            rules.setdefault(layer, []).append(kept)

    # What is known ------------------------------------------------------------------------------------

    def _at_pod(self, endpoints: EndpointSet, pod: DeclaredEndpoint) -> EndpointSet:
        """A set of pods in terms of what is not known of a declared one."""
        known = at_endpoint(pod, self._namespaces)

        def rewrite(atom: Expression) -> Expression:
            if isinstance(atom, LabelRequirement) and (atom.scope, atom.key) == _IDENTITY:
                return EVERYTHING if atom.admits(pod.namespace) else NOTHING
            return known(atom)

        return map_atoms(endpoints, rewrite)

    def _at(self, endpoints: EndpointSet, home: str | None) -> EndpointSet:
        """A set of pods in a namespace, in terms of what is not known of them (None: of any namespace)."""
        key = endpoints, home
        if key not in self._known:
            self._known[key] = map_atoms(endpoints, lambda atom: self._put_in(atom, home))
        return self._known[key]

    def _put_in(self, atom: Expression, home: str | None) -> Expression:
        match atom:
            case KindIs(kind):
                return EVERYTHING if kind is Kind.POD else NOTHING
            case OwnNode():
                return NOTHING
            case NamespaceIs(name) if home is not None:
                return EVERYTHING if name == home else NOTHING
            case LabelRequirement(Scope.NAMESPACE, key) if home is not None and key == METADATA_NAME:
                return EVERYTHING if atom.admits(home) else NOTHING
            case LabelRequirement(Scope.NAMESPACE, key) if home in self._namespaces:
                return EVERYTHING if atom.admits(self._namespaces[home or ""].get(key)) else NOTHING
            case _:
                return atom
