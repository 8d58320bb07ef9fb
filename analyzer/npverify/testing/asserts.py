"""Assertions: each proves what it says for every pod that could exist, or fails with a counterexample."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Mapping, Sequence
from os import PathLike, fspath

from npverify.cluster import Cluster, compare, load, load_objects
from npverify.errors import UsageError
from npverify.language import build_query
from npverify.questions.answer import Answer, Verdict
from npverify.questions.ask import ask
from npverify.questions.comparison import Comparison, ComparisonSettings, ComparisonVerdict, Relation
from npverify.questions.query import Form
from npverify.questions.settings import QuerySettings
from npverify.report import render_text
from npverify.report.diff_text import render_diff_text
from npverify.resources import Direction

ClusterLike = Cluster | str | PathLike[str] | Iterable[Mapping[str, object]]
"""What an assertion is about: a loaded cluster, the path of manifests, or Kubernetes objects as dicts."""


class VacuousWarning(UserWarning):
    """An assertion holds, but of nothing that the manifests declare: is a name misspelt?"""


def assert_unreachable(
    cluster: ClusterLike,
    source: str,
    destination: str,
    *,
    port: str | int | None = None,
    protocol: str | None = None,
    settings: QuerySettings | None = None,
) -> None:
    """Fail unless nothing in `source` can reach anything in `destination` (on these ports).

    Both are endpoints as in a question: `frontend`, `shop/app=api`, `internet`, `10.0.0.0/8`. Warns with
    VacuousWarning where no declared pod is one. Raises AssertionError with the counterexample, UsageError for
    an endpoint that is not understood.
    """
    __tracebackhide__ = True
    _expect(_ask(cluster, Form.CAN_REACH, source, destination, port, protocol, settings), Verdict.UNREACHABLE)


def assert_reachable(
    cluster: ClusterLike,
    source: str,
    destination: str,
    *,
    port: str | int | None = None,
    protocol: str | None = None,
    settings: QuerySettings | None = None,
) -> None:
    """Fail unless something in `source` can reach something in `destination` (on one of these ports).

    With `settings=QuerySettings(universe=Universe.DECLARED)` it has to be declared pods. Raises
    AssertionError with the policies that forbid it, UsageError for an endpoint that is not understood.
    """
    __tracebackhide__ = True
    _expect(_ask(cluster, Form.CAN_REACH, source, destination, port, protocol, settings), Verdict.REACHABLE)


def assert_only(
    cluster: ClusterLike,
    source: str,
    destination: str,
    *,
    port: str | int | None = None,
    protocol: str | None = None,
    settings: QuerySettings | None = None,
) -> None:
    """Fail unless nothing but `source` can reach `destination` (on these ports).

    Raises AssertionError with a flow from something else, UsageError for an endpoint that is not understood.
    """
    __tracebackhide__ = True
    _expect(_ask(cluster, Form.ONLY, source, destination, port, protocol, settings), Verdict.HOLDS)


def assert_isolated(
    cluster: ClusterLike,
    pods: str,
    *,
    directions: Sequence[str] = ("ingress", "egress"),
    settings: QuerySettings | None = None,
) -> None:
    """Fail unless some policy isolates every one of the pods, for each of the directions.

    Raises AssertionError with a pod that is not isolated, UsageError for an endpoint that is not understood.
    """
    __tracebackhide__ = True
    wanted = [_direction(name) for name in directions]
    loaded = _loaded(cluster)
    query = build_query(
        loaded.inventory, source=pods, destination=None, form=Form.IS_ISOLATED, directions=wanted
    )
    _expect(ask(query, loaded.inventory, settings or QuerySettings()), Verdict.HOLDS)


def assert_equivalent(
    old: ClusterLike,
    new: ClusterLike,
    *,
    scope: str | None = None,
    settings: QuerySettings | None = None,
) -> None:
    """Fail unless both allow the same connections, of those with an end in `scope`.

    Raises AssertionError with every region in which they differ, UsageError for a scope that is not
    understood.
    """
    __tracebackhide__ = True
    _expect_relation(old, new, Relation.EQUIVALENT, scope, settings)


def assert_at_most(
    old: ClusterLike,
    new: ClusterLike,
    *,
    scope: str | None = None,
    settings: QuerySettings | None = None,
) -> None:
    """Fail unless `new` allows nothing that `old` denies, of the connections with an end in `scope`.

    Raises AssertionError with every region that was opened, UsageError for a scope that is not understood.
    """
    __tracebackhide__ = True
    _expect_relation(old, new, Relation.AT_MOST, scope, settings)


# What they share --------------------------------------------------------------------------------------


def _loaded(cluster: ClusterLike) -> Cluster:
    if isinstance(cluster, Cluster):
        return cluster
    if isinstance(cluster, (str, PathLike)):
        return load(fspath(cluster))
    if isinstance(cluster, Mapping) or not isinstance(cluster, Iterable):
        raise UsageError(
            f"{type(cluster).__name__} is no cluster",
            hint="give a loaded cluster, the path of manifests, or a list of Kubernetes objects",
        )
    return load_objects(cluster)


def _direction(name: str) -> Direction:
    for direction in Direction:
        if direction.lower() == name.lower():
            return direction
    raise UsageError(f"`{name}` is no direction", hint="use ingress or egress")


def _ask(
    cluster: ClusterLike,
    form: Form,
    source: str,
    destination: str,
    port: str | int | None,
    protocol: str | None,
    settings: QuerySettings | None,
) -> Answer:
    loaded = _loaded(cluster)
    query = build_query(
        loaded.inventory,
        source=source,
        destination=destination,
        ports=None if port is None else str(port),
        protocol=protocol,
        form=form,
    )
    return ask(query, loaded.inventory, settings or QuerySettings())


def _expect(answer: Answer, wanted: Verdict) -> None:
    __tracebackhide__ = True
    if answer.verdict is not wanted:
        raise AssertionError(render_text(answer))
    if answer.vacuous:
        warnings.warn(f"{wanted}, but {'; '.join(answer.vacuous)}", VacuousWarning, stacklevel=3)


def _expect_relation(
    old: ClusterLike,
    new: ClusterLike,
    relation: Relation,
    scope: str | None,
    settings: QuerySettings | None,
) -> None:
    __tracebackhide__ = True
    wanted = ComparisonSettings(query=settings or QuerySettings(), relation=relation)
    comparison: Comparison = compare(_loaded(old), _loaded(new), wanted, scope=scope)
    if comparison.verdict not in (ComparisonVerdict.EQUIVALENT, ComparisonVerdict.HOLDS):
        raise AssertionError(render_diff_text(comparison))
