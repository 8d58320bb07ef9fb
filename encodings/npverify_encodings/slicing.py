"""What a question already says about an endpoint, so that only the rules and atoms that it leaves open are
encoded.

A rule whose subject or peer is false under these facts drops out of the slice; an atom that they decide
becomes a constant.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from npverify_encodings.model import (
    AllOf,
    AnyOf,
    Expression,
    Isolation,
    Kind,
    KindIs,
    LabelOperator,
    LabelRequirement,
    Layer,
    NamespaceIs,
    Pipeline,
    Rule,
    Scope,
    World,
)

LabelKey = tuple[Scope, str]
LabelValues = frozenset[str | None]


@dataclass(frozen=True, slots=True)
class EndpointFacts:
    """A superset of the endpoints that a question is about.

    `namespaces` None: any namespace. `labels` gives the values that a label can have (None: absent); a key
    that is not there can have any value.
    """

    kinds: frozenset[Kind] = frozenset(Kind)
    namespaces: frozenset[str] | None = None
    labels: Mapping[LabelKey, LabelValues] = field(default_factory=dict)

    @property
    def is_empty(self) -> bool:
        """Whether no endpoint is left."""
        return not self.kinds or self.namespaces == frozenset() or frozenset() in self.labels.values()

    def meet(self, other: EndpointFacts) -> EndpointFacts:
        """The facts of endpoints that satisfy both."""
        labels = dict(self.labels)
        for key, values in other.labels.items():
            labels[key] = labels[key] & values if key in labels else values
        if self.namespaces is None or other.namespaces is None:
            namespaces = other.namespaces if self.namespaces is None else self.namespaces
        else:
            namespaces = self.namespaces & other.namespaces
        return EndpointFacts(self.kinds & other.kinds, namespaces, labels)

    def join(self, other: EndpointFacts) -> EndpointFacts:
        """The facts of endpoints that satisfy either."""
        if self.is_empty:
            return other
        if other.is_empty:
            return self
        namespaces = (
            None
            if self.namespaces is None or other.namespaces is None
            else self.namespaces | other.namespaces
        )
        labels = {key: self.labels[key] | other.labels[key] for key in self.labels if key in other.labels}
        return EndpointFacts(self.kinds | other.kinds, namespaces, labels)


NO_FACTS = EndpointFacts()
NO_ENDPOINT = EndpointFacts(kinds=frozenset())


def facts_of(endpoints: Expression) -> EndpointFacts:
    """What is true of every endpoint of the set (a safe summary: it may forget, never invent)."""
    match endpoints:
        case KindIs(kind):
            return EndpointFacts(kinds=frozenset({kind}))
        case NamespaceIs(name):
            return EndpointFacts(namespaces=frozenset({name}))
        case LabelRequirement(scope, key, LabelOperator.IN, values):
            return EndpointFacts(labels={(scope, key): frozenset(values)})
        case LabelRequirement(scope, key, LabelOperator.DOES_NOT_EXIST):
            return EndpointFacts(labels={(scope, key): frozenset({None})})
        case AllOf(terms):
            met = NO_FACTS
            for term in terms:
                met = met.meet(facts_of(term))
            return met
        case AnyOf(terms):
            joined = NO_ENDPOINT
            for term in terms:
                joined = joined.join(facts_of(term))
            return joined
        case _:
            return NO_FACTS


@dataclass(frozen=True, slots=True)
class Box:
    """A superset of the flows that a problem is about, by what is known of their two ends."""

    source: EndpointFacts = NO_FACTS
    destination: EndpointFacts = NO_FACTS

    def at(self, subject_is_source: bool) -> tuple[EndpointFacts, EndpointFacts]:
        """The facts of the subject of a rule, and those of its peer."""
        return (self.source, self.destination) if subject_is_source else (self.destination, self.source)

    def meets(self, other: Box, world: World) -> bool:
        """Whether a flow may be in both boxes (it may say so wrongly, but never deny it wrongly)."""
        return not (
            _settled(self.source.meet(other.source), world).is_empty
            or _settled(self.destination.meet(other.destination), world).is_empty
        )


def _settled(facts: EndpointFacts, world: World) -> EndpointFacts:
    """The facts without the namespaces whose known labels contradict them."""
    wanted = {key[1]: values for key, values in facts.labels.items() if key[0] is Scope.NAMESPACE}
    if facts.namespaces is None or not wanted:
        return facts
    known = world.labels_by_namespace
    left = frozenset(
        name
        for name in facts.namespaces
        if name not in known or all(known[name].get(key) in values for key, values in wanted.items())
    )
    return EndpointFacts(facts.kinds, left, facts.labels)


def may_hold(endpoints: Expression, facts: EndpointFacts, world: World) -> bool:
    """False only if no endpoint with these facts is in the set."""
    match endpoints:
        case AllOf(terms):
            return all(may_hold(term, facts, world) for term in terms)
        case AnyOf(terms):
            return any(may_hold(term, facts, world) for term in terms)
        case KindIs(kind):
            return kind in facts.kinds
        case NamespaceIs(name):
            return facts.namespaces is None or name in facts.namespaces
        case LabelRequirement(Scope.NAMESPACE):
            return _namespace_may(endpoints, facts, world)
        case LabelRequirement(scope, key):
            values = facts.labels.get((scope, key))
            return values is None or any(endpoints.admits(value) for value in values)
        case _:
            return True


def _namespace_may(requirement: LabelRequirement, facts: EndpointFacts, world: World) -> bool:
    if facts.namespaces is None:
        return True
    if requirement.key == world.identity_label:
        return any(requirement.admits(name) for name in facts.namespaces)
    known = world.labels_by_namespace
    return any(
        name not in known or requirement.admits(known[name].get(requirement.key)) for name in facts.namespaces
    )


class Indexed:
    """A pipeline that parts are to be taken of again and again."""

    def __init__(self, pipeline: Pipeline, *, subject_is_source: bool) -> None:
        self._subject_is_source = subject_is_source
        self._layers = [
            (
                _Index(layer.rules, [rule.subject for rule in layer.rules]),
                _Index(layer.isolated, [isolation.endpoints for isolation in layer.isolated]),
            )
            for layer in pipeline.layers
        ]

    def within(self, boxes: Sequence[Box], world: World) -> Pipeline:
        """The pipeline without the rules and isolations that concern no flow of any of the boxes."""
        facts = [box.at(self._subject_is_source) for box in boxes]
        subjects = [subject for subject, _ in facts]

        def concerns(rule: Rule) -> bool:
            return any(
                may_hold(rule.subject, subject, world) and may_hold(rule.peer, peer, world)
                for subject, peer in facts
            )

        def isolates(isolation: Isolation) -> bool:
            return any(may_hold(isolation.endpoints, subject, world) for subject in subjects)

        return Pipeline(
            tuple(
                Layer(
                    tuple(filter(concerns, rules.candidates(subjects))),
                    tuple(filter(isolates, isolated.candidates(subjects))),
                )
                for rules, isolated in self._layers
            )
        )


Item = TypeVar("Item")


class _Index(Generic[Item]):
    """Items by the values of the one label that most of their subjects demand."""

    def __init__(self, items: Sequence[Item], subjects: Sequence[Expression]) -> None:
        self._items = items
        demands = [facts_of(subject).labels for subject in subjects]
        counted = Counter(key for labels in demands for key in labels if key[0] is Scope.POD)
        self._key = max(counted, key=lambda key: (counted[key], key), default=None)
        self._by_value: dict[str | None, list[int]] = {}
        self._others: list[int] = []
        for number, labels in enumerate(demands):
            if self._key is None or self._key not in labels:
                self._others.append(number)
            else:
                for value in labels[self._key]:
                    self._by_value.setdefault(value, []).append(number)

    def candidates(self, subjects: Sequence[EndpointFacts]) -> Iterable[Item]:
        """Every item whose subject may be one of these, and perhaps more, in order."""
        values: set[str | None] = set()
        for facts in subjects:
            known = None if self._key is None else facts.labels.get(self._key)
            if known is None:
                return self._items
            values |= known
        numbers = {number for value in values for number in self._by_value.get(value, ())}
        return [self._items[number] for number in sorted(numbers.union(self._others))]


def restrict(pipeline: Pipeline, boxes: Sequence[Box], world: World, *, subject_is_source: bool) -> Pipeline:
    """The pipeline without the rules and isolations that concern no flow of any of the boxes."""
    return Indexed(pipeline, subject_is_source=subject_is_source).within(boxes, world)
