"""Label selectors, as written (semantics/kubernetes.md section 1.3)."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from npverify.resources.origin import UNKNOWN_ORIGIN, Origin

METADATA_NAME = "kubernetes.io/metadata.name"
"""The label that the control plane puts on every Namespace, with the namespace's name as its value."""


class Operator(StrEnum):
    """What a requirement asks of a label."""

    IN = "In"
    NOT_IN = "NotIn"
    EXISTS = "Exists"
    DOES_NOT_EXIST = "DoesNotExist"


@dataclass(frozen=True, slots=True)
class Requirement:
    """One requirement on one label; `values` is empty for Exists and DoesNotExist."""

    key: str
    operator: Operator
    values: tuple[str, ...] = ()
    origin: Origin = field(default=UNKNOWN_ORIGIN, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class LabelSelector:
    """All requirements together (AND); none at all selects everything.

    An entry `key: value` of matchLabels is the requirement `key In [value]`.
    """

    requirements: tuple[Requirement, ...] = ()
    origin: Origin = field(default=UNKNOWN_ORIGIN, compare=False, repr=False)
