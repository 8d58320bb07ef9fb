"""A question in npverify's own terms: what a sentence or a set of flags comes down to."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from npverify.resources import Direction, LabelSelector, Network, Protocol, Workload

EVERY_LABEL_SET = LabelSelector()
"""The selector that selects everything."""


class Form(StrEnum):
    """The kinds of question; A is the source, B the destination."""

    CAN_REACH = "can A reach B?"
    WHAT_CAN_REACH = "what can reach B?"
    WHAT_CAN_BE_REACHED = "what can A reach?"
    IS_ISOLATED = "is A isolated?"
    ONLY = "can only A reach B?"
    EVERY = "does every A reach B?"


@dataclass(frozen=True, slots=True)
class PodAlternative:
    """Pods by namespace, by their own labels and by those of their namespace.

    They live in one of `namespaces` (None: in any, existing or not) and in none of `excluded_namespaces`.

    With `workload`, the pods of that workload: in its namespace, carrying at least the labels of its template
    (a live pod's own labels where there is no template) and exactly its container ports; every other field is
    then left at its default.
    """

    namespaces: tuple[str, ...] | None = None
    excluded_namespaces: tuple[str, ...] = ()
    pod_labels: LabelSelector = EVERY_LABEL_SET
    namespace_labels: LabelSelector = EVERY_LABEL_SET
    workload: Workload | None = None


@dataclass(frozen=True, slots=True)
class AddressAlternative:
    """Addresses in any of `networks` that belong to no pod and no node."""

    networks: tuple[Network, ...]


@dataclass(frozen=True, slots=True)
class NodeAlternative:
    """The nodes of the cluster, or the one called `name`."""

    name: str | None = None


Alternative = PodAlternative | AddressAlternative | NodeAlternative


@dataclass(frozen=True, slots=True)
class Selection:
    """A set of endpoints: the union of `alternatives` without that of `excluded`.

    `text` is what the user wrote; `understood` says in words what it was taken to mean.
    """

    alternatives: tuple[Alternative, ...]
    text: str
    understood: str
    excluded: tuple[Alternative, ...] = ()


@dataclass(frozen=True, slots=True)
class TrafficItem:
    """Ports `first` to `last` of `protocol` (None: of every one), or the destination's port called `name`.

    With `name`, `first` and `last` are 1 and 65535 and say nothing.
    """

    protocol: Protocol | None = None
    first: int = 1
    last: int = 65_535
    name: str | None = None


@dataclass(frozen=True, slots=True)
class Query:
    """One question; `traffic` is the union of its items, and empty means every port of every protocol.

    `to_itself`: each pod that is in the source and in the destination connects to itself through a Service,
    to nobody else; of CAN_REACH and EVERY only.

    `services` are the Services that the destination names and through whose addresses it is reached.

    `directions` matters to IS_ISOLATED only. `sentence` is the question in the canonical form of the
    language, and asking it again gives the same Query. `notes` are remarks on how it was understood.
    """

    form: Form
    source: Selection | None
    destination: Selection | None
    traffic: tuple[TrafficItem, ...] = ()
    directions: tuple[Direction, ...] = (Direction.INGRESS, Direction.EGRESS)
    sentence: str = ""
    notes: tuple[str, ...] = ()
    to_itself: bool = False
    services: tuple[str, ...] = ()
