"""Label selectors against labels (semantics section 1.3, after apimachinery's `Requirement.Matches`)."""

from __future__ import annotations

from collections.abc import Mapping

from npverify.resources import METADATA_NAME, LabelSelector, Namespace, Operator, Requirement


def selects(selector: LabelSelector, labels: Mapping[str, str]) -> bool:
    """Whether every requirement of the selector is met; one without requirements selects everything."""
    return all(meets(requirement, labels) for requirement in selector.requirements)


def meets(requirement: Requirement, labels: Mapping[str, str]) -> bool:
    """Whether the labels meet one requirement; an absent key meets NotIn and DoesNotExist."""
    is_present = requirement.key in labels
    if requirement.operator is Operator.EXISTS:
        return is_present
    if requirement.operator is Operator.DOES_NOT_EXIST:
        return not is_present
    is_listed = is_present and labels[requirement.key] in requirement.values
    if requirement.operator is Operator.IN:
        return is_listed
    return not is_listed


def namespace_labels(namespace: Namespace) -> Mapping[str, str]:
    """The labels of a namespace with the one that the control plane keeps at the namespace's name."""
    return {**namespace.labels, METADATA_NAME: namespace.name}
