"""Remarks on labels, namespaces and ports that nothing in the input has: legal, but often misspelt."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from npverify.language.selectors import Labels
from npverify.language.words import nearest
from npverify.resources import LabelSelector
from npverify.resources.inventory import Inventory

LabelSets = Sequence[Mapping[str, str]]


def namespace_notes(names: Sequence[str], inventory: Inventory) -> tuple[str, ...]:
    """A remark on each namespace that is not in the input."""
    return tuple(
        f"the input has no namespace {name}{_did_you_mean(nearest(name, inventory.namespaces, most=1))}"
        for name in names
        if name not in inventory.namespaces
    )


def label_notes(labels: Labels, inventory: Inventory) -> tuple[str, ...]:
    """A remark on each label that no declared pod or namespace carries."""
    pods = [(w.namespace, pod.labels) for w in inventory.workloads for pod in w.pods]
    namespaces = [namespace.labels for namespace in inventory.namespaces.values()]
    inside = [carried for namespace, carried in pods if namespace == labels.namespace]
    return (
        *_selector_notes(labels.namespace_labels, namespaces, "namespace"),
        *_selector_notes(
            labels.pod_labels,
            [carried for _, carried in pods],
            "pod",
            inside=inside if labels.namespace in inventory.namespaces else None,
            where=f" of namespace {labels.namespace}",
        ),
    )


def _selector_notes(
    selector: LabelSelector,
    carried: LabelSets,
    noun: str,
    *,
    inside: LabelSets | None = None,
    where: str = "",
) -> Iterator[str]:
    for requirement in selector.requirements:
        key = requirement.key
        if not any(key in labels for labels in carried):
            known = {known_key for labels in carried for known_key in labels}
            yield f"no declared {noun} carries a label {key}{_did_you_mean(nearest(key, known, most=1))}"
            continue
        for value in requirement.values:
            if not _has(carried, key, value):
                known = {labels[key] for labels in carried if key in labels}
                close = [f"{key}={found}" for found in nearest(value, known, most=1)]
                yield f"no declared {noun} carries {key}={value}{_did_you_mean(close)}"
            elif inside is not None and not _has(inside, key, value):
                yield f"no declared {noun}{where} carries {key}={value}"


def _has(carried: LabelSets, key: str, value: str) -> bool:
    return any(labels.get(key) == value for labels in carried)


def _did_you_mean(close: Sequence[str]) -> str:
    return f"; did you mean {close[0]}?" if close else ""
