"""What rules look at: all that a map has to tell apart."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import product

from npverify.resources import Network
from npverify_encodings.model import (
    AddressIn,
    AllOf,
    AnyOf,
    Expression,
    LabelRequirement,
    NamespaceIs,
    Not,
    Pipeline,
    PortElsewhere,
    PortNamed,
    Scope,
)

OTHER = "(other)"
"""Stands for a value that no rule mentions: no label can have it, as it has brackets."""


class Mentions:
    """The networks, namespaces, labels and port names that occur in some pipelines."""

    def __init__(self, pipelines: Iterable[Pipeline], identity_label: str) -> None:
        self.networks: set[Network] = set()
        self.namespaces: set[str] = set()
        self.port_names: set[str] = set()
        self.requirements: dict[LabelRequirement, None] = {}
        self._values: dict[Scope, dict[str, set[str]]] = {scope: {} for scope in Scope}
        self._identity_label = identity_label
        seen: set[Expression] = set()
        for expression in _expressions(pipelines):
            if expression not in seen:
                seen.add(expression)
                self._look_at(expression)

    def _look_at(self, expression: Expression) -> None:
        match expression:
            case AllOf(terms) | AnyOf(terms):
                for term in terms:
                    self._look_at(term)
            case Not(term):
                self._look_at(term)
            case AddressIn(network):
                self.networks.add(network)
            case PortNamed(name) | PortElsewhere(name):
                self.port_names.add(name)
            case NamespaceIs(name):
                self.namespaces.add(name)
            case LabelRequirement(Scope.NAMESPACE, key, _, values) if key == self._identity_label:
                self.namespaces.update(values)
            case LabelRequirement(scope, key, _, values):
                self._values[scope].setdefault(key, set()).update(values)
                if scope is Scope.NAMESPACE:
                    self.requirements[expression] = None
            case _:
                pass

    @cached_property
    def keys(self) -> Mapping[Scope, Sequence[str]]:
        """The labels that are looked at, sorted."""
        return {scope: sorted(own) for scope, own in self._values.items()}

    def project(self, scope: Scope, labels: Mapping[str, str]) -> tuple[str | None, ...]:
        """The labels of `keys` as far as a rule can tell; None: absent."""
        own = self._values[scope]
        given = ((labels.get(key), own[key]) for key in self.keys[scope])
        return tuple(value if value is None or value in known else OTHER for value, known in given)


def _expressions(pipelines: Iterable[Pipeline]) -> Iterator[Expression]:
    for pipeline in pipelines:
        for layer in pipeline.layers:
            for isolation in layer.isolated:
                yield isolation.endpoints
            for rule in layer.rules:
                yield rule.subject
                yield rule.peer
                yield rule.traffic


class NamespaceWays:
    """The ways in which the labels of a namespace can be that are not known, as far as a rule can tell.

    Without such a namespace there is one way.
    """

    def __init__(self, requirements: Iterable[LabelRequirement]) -> None:
        by_key: dict[str, list[LabelRequirement]] = {}
        for requirement in requirements:
            by_key.setdefault(requirement.key, []).append(requirement)
        choices = [_choices(by_key[key]) for key in sorted(by_key)]
        self._ways = [frozenset[LabelRequirement]().union(*way) for way in product(*choices)]

    @property
    def count(self) -> int:
        """How many ways there are, at least one."""
        return len(self._ways)

    def meeting(self, requirement: LabelRequirement) -> Iterator[int]:
        """The numbers of the ways that meet a requirement."""
        return (number for number, way in enumerate(self._ways) if requirement in way)


def _choices(requirements: Sequence[LabelRequirement]) -> list[frozenset[LabelRequirement]]:
    """The sets of requirements on one key that some value meets."""
    values = sorted({value for requirement in requirements for value in requirement.values})
    candidates: tuple[str | None, ...] = (None, *values, OTHER)
    met = (frozenset(r for r in requirements if r.admits(value)) for value in candidates)
    return list(dict.fromkeys(met))
