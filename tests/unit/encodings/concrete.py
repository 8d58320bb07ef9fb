"""Concrete endpoints, the plain meaning of an endpoint set, and both at random."""

from __future__ import annotations

from dataclasses import dataclass, field

from hypothesis import strategies as st

from npverify_encodings.model import (
    EVERYTHING,
    NOTHING,
    AllOf,
    AnyOf,
    Kind,
    KindIs,
    LabelOperator,
    LabelRequirement,
    NamespaceIs,
    Not,
    Scope,
    World,
)

NAME = "kubernetes.io/metadata.name"
WORLD = World(namespaces=(("one", ((NAME, "one"), ("team", "a"))), ("two", ((NAME, "two"),))))
"""Two namespaces whose labels are known; those of `three` are not."""


@dataclass(frozen=True)
class End:
    """One endpoint; what is no pod has no namespace and no labels."""

    kind: Kind = Kind.POD
    namespace: str | None = None
    labels: dict[str, str] = field(default_factory=dict)
    namespace_labels: dict[str, str] = field(default_factory=dict)


def holds(expression, end):
    """Whether an endpoint is in the set."""
    match expression:
        case AllOf(terms):
            return all(holds(term, end) for term in terms)
        case AnyOf(terms):
            return any(holds(term, end) for term in terms)
        case Not(term):
            return not holds(term, end)
        case KindIs(kind):
            return end.kind is kind
        case NamespaceIs(name):
            return end.namespace == name
        case LabelRequirement(scope, key, operator, values):
            value = (end.labels if scope is Scope.POD else end.namespace_labels).get(key)
            return {
                LabelOperator.IN: value is not None and value in values,
                LabelOperator.NOT_IN: value is None or value not in values,
                LabelOperator.EXISTS: value is not None,
                LabelOperator.DOES_NOT_EXIST: value is None,
            }[operator]
    raise AssertionError(expression)


def one_of(key, *values, scope=Scope.POD):
    return LabelRequirement(scope, key, LabelOperator.IN, values)


def none_of(key, *values, scope=Scope.POD):
    return LabelRequirement(scope, key, LabelOperator.NOT_IN, values)


def absent(key, scope=Scope.POD):
    return LabelRequirement(scope, key, LabelOperator.DOES_NOT_EXIST)


def present(key, scope=Scope.POD):
    return LabelRequirement(scope, key, LabelOperator.EXISTS)


def _requirements(scope, key, values):
    listed = st.lists(st.sampled_from(values), min_size=1, max_size=3).map(tuple)
    return st.one_of(
        st.builds(lambda found: one_of(key, *found, scope=scope), listed),
        st.builds(lambda found: none_of(key, *found, scope=scope), listed),
        st.just(absent(key, scope)),
        st.just(present(key, scope)),
    )


atoms = st.one_of(
    _requirements(Scope.POD, "app", ("a", "b")),
    _requirements(Scope.POD, "tier", ("a", "b")),
    _requirements(Scope.NAMESPACE, "team", ("a", "b")),
    _requirements(Scope.NAMESPACE, NAME, ("one", "two", "three")),
    st.builds(NamespaceIs, st.sampled_from(("one", "two", "three"))),
    st.builds(KindIs, st.sampled_from(Kind)),
    st.sampled_from((EVERYTHING, NOTHING)),
)
endpoint_sets = st.recursive(
    atoms,
    lambda inner: (
        st.builds(Not, inner)
        | st.lists(inner, max_size=3).map(lambda terms: AllOf(tuple(terms)))
        | st.lists(inner, max_size=3).map(lambda terms: AnyOf(tuple(terms)))
    ),
    max_leaves=6,
)
_VALUES = st.sampled_from((None, "a", "b", "other"))


def _labels(**values):
    return {key: value for key, value in values.items() if value is not None}


def _pod(namespace, app, tier, team):
    known = WORLD.labels_by_namespace.get(namespace)
    own = {NAME: namespace, **_labels(team=team)} if known is None else dict(known)
    return End(Kind.POD, namespace, _labels(app=app, tier=tier), own)


pods = st.builds(_pod, st.sampled_from(("one", "two", "three")), _VALUES, _VALUES, _VALUES)
ends = pods | st.sampled_from((End(Kind.NODE), End(Kind.EXTERNAL)))
