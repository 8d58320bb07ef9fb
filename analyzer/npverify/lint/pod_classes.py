"""The pods of a namespace, put together where the same policies isolate them in one direction."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from npverify.lint.context import Context
from npverify.questions.selections import DeclaredPod
from npverify.resources import Direction, NetworkPolicy


@dataclass(frozen=True, slots=True)
class PodClass:
    """Pods that just these policies isolate in one direction; `pods` is empty where none are declared."""

    direction: Direction
    policies: tuple[NetworkPolicy, ...]
    pods: tuple[DeclaredPod, ...] = ()


def every_class(context: Context) -> Iterator[PodClass]:
    """The classes of isolated pods of each namespace, in both directions.

    A policy that selects no declared pod gives a class of its own: the pods that it would select, and the
    policies that select all of these by their selectors alone.
    """
    for namespace in context.policies_by_namespace:
        for direction in Direction:
            yield from _of_declared_pods(context, namespace, direction)
            yield from _of_selectors(context, namespace, direction)


def _of_declared_pods(context: Context, namespace: str, direction: Direction) -> Iterator[PodClass]:
    isolating = context.isolating_policies(namespace, direction)
    grouped: dict[tuple[NetworkPolicy, ...], list[DeclaredPod]] = {}
    for declared in context.pods_by_namespace.get(namespace, ()):
        if declared.key in isolating:
            grouped.setdefault(isolating[declared.key], []).append(declared)
    for policies, pods in grouped.items():
        yield PodClass(direction, policies, tuple(pods))


def _of_selectors(context: Context, namespace: str, direction: Direction) -> Iterator[PodClass]:
    policies = [p for p in context.policies_by_namespace[namespace] if direction in context.directions(p)]
    found = {
        tuple(other for other in policies if _selects_all_of(other, policy)): None
        for policy in policies
        if not context.selected_pods(policy)
    }
    for own in found:
        yield PodClass(direction, own)


def _selects_all_of(other: NetworkPolicy, policy: NetworkPolicy) -> bool:
    """Whether a policy selects every pod that another one selects, as its selector asks for no more."""
    return set(other.pod_selector.requirements) <= set(policy.pod_selector.requirements)
