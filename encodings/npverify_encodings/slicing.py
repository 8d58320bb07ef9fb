"""What a question already says about an endpoint, so that only the rules and atoms that it leaves open are
encoded.

A rule whose subject or peer is false under these facts drops out of the slice; an atom that they decide
becomes a constant.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from npverify_encodings.model import (
    AllOf,
    AnyOf,
    Expression,
    Kind,
    KindIs,
    LabelOperator,
    LabelRequirement,
    NamespaceIs,
    Scope,
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
