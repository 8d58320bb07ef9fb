"""The rule model: one shape for every policy dialect (DESIGN section 3).

Sets of endpoints and of traffic are Boolean expressions over atoms. An `Expression` built of endpoint atoms
is an `EndpointSet`, one built of traffic atoms is a `TrafficSet`; `EVERYTHING` and `NOTHING` are both.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network

Network = IPv4Network | IPv6Network
Address = IPv4Address | IPv6Address

PROTOCOLS = ("TCP", "UDP", "SCTP")
"""The protocols a flow can have, in the order of their codes."""


class Kind(StrEnum):
    """What an endpoint is."""

    POD = "pod"
    NODE = "node"
    EXTERNAL = "external"


class Scope(StrEnum):
    """Whose labels a requirement speaks of."""

    POD = "pod"
    NAMESPACE = "namespace"
    SERVICE_ACCOUNT = "serviceaccount"


class LabelOperator(StrEnum):
    """What a requirement asks of a label; `NotIn` is true of an absent key."""

    IN = "In"
    NOT_IN = "NotIn"
    EXISTS = "Exists"
    DOES_NOT_EXIST = "DoesNotExist"


# Atoms of endpoint sets -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class NamespaceIs:
    """True iff the endpoint lives in the namespace `name`."""

    name: str


@dataclass(frozen=True, slots=True)
class NamespaceIsNone:
    """True iff the endpoint lives in no namespace that any rule or declared endpoint mentions.

    No rule says this; it sums up many `NamespaceIs` in a region.
    """


@dataclass(frozen=True, slots=True)
class LabelRequirement:
    """True iff the label `key` in `scope` satisfies the operator; `values` is empty for (non-)existence."""

    scope: Scope
    key: str
    operator: LabelOperator
    values: tuple[str, ...] = ()

    def admits(self, value: str | None) -> bool:
        """Whether a label of this value satisfies the requirement (None: the key is absent)."""
        match self.operator:
            case LabelOperator.IN:
                return value is not None and value in self.values
            case LabelOperator.NOT_IN:
                return value is None or value not in self.values
            case LabelOperator.EXISTS:
                return value is not None
            case LabelOperator.DOES_NOT_EXIST:
                return value is None


@dataclass(frozen=True, slots=True)
class AddressIn:
    """True iff the endpoint's address in this flow lies in `network` (never across address families)."""

    network: Network


@dataclass(frozen=True, slots=True)
class KindIs:
    """True iff the endpoint is of this kind."""

    kind: Kind


@dataclass(frozen=True, slots=True)
class OwnNode:
    """True iff the endpoint is the node on which the pod at the other end runs."""


@dataclass(frozen=True, slots=True)
class DeclaresPorts:
    """True iff the endpoint's named ports are exactly `ports`: (name, protocol, number) triples.

    It speaks of the destination only and is true of every source.
    """

    ports: tuple[tuple[str, str, int], ...]


EndpointAtom = NamespaceIs | NamespaceIsNone | LabelRequirement | AddressIn | KindIs | OwnNode | DeclaresPorts

# Atoms of traffic sets --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ProtocolIs:
    """True iff the flow is of this protocol, one of `PROTOCOLS`."""

    protocol: str


@dataclass(frozen=True, slots=True)
class PortIn:
    """True iff the flow's destination port is in `first` to `last`, both included."""

    first: int
    last: int


@dataclass(frozen=True, slots=True)
class PortNamed:
    """True iff the destination is a pod with a port called `name`, of the flow's protocol and number."""

    name: str


@dataclass(frozen=True, slots=True)
class PortElsewhere:
    """True iff the destination is a pod with a port of `protocol` called `name` that is not the port of the
    flow: of another number, or of another protocol than the flow's.
    """

    name: str
    protocol: str


TrafficAtom = ProtocolIs | PortIn | PortNamed | PortElsewhere
Atom = EndpointAtom | TrafficAtom

# Expressions ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class AllOf:
    """True iff every term is."""

    terms: tuple[Expression, ...] = ()


@dataclass(frozen=True, slots=True)
class AnyOf:
    """True iff some term is."""

    terms: tuple[Expression, ...] = ()


@dataclass(frozen=True, slots=True)
class Not:
    """True iff the term is not."""

    term: Expression


Expression = Atom | AllOf | AnyOf | Not
EndpointSet = Expression
TrafficSet = Expression
EVERYTHING = AllOf()
NOTHING = AnyOf()


def all_of(*terms: Expression) -> Expression:
    """The intersection of the terms, without a wrapper around a single one."""
    kept = tuple(term for term in terms if term != EVERYTHING)
    return kept[0] if len(kept) == 1 else AllOf(kept)


def any_of(*terms: Expression) -> Expression:
    """The union of the terms, without a wrapper around a single one."""
    if any(term == EVERYTHING for term in terms):
        return EVERYTHING
    kept = tuple(term for term in terms if term != NOTHING)
    return kept[0] if len(kept) == 1 else AnyOf(kept)


# Rules ------------------------------------------------------------------------------------------------


class Action(StrEnum):
    """What a matching rule does: PASS goes on to the next layer."""

    ALLOW = "allow"
    DENY = "deny"
    PASS = "pass"


@dataclass(frozen=True, slots=True)
class Condition:
    """A named fact that the input leaves open; `otherwise` says that it is not so."""

    name: str
    description: str
    otherwise: str = ""

    def said(self, holds: bool) -> Condition:
        """The fact with the words for how it is."""
        if holds:
            return self
        return Condition(
            self.name, self.otherwise or f"it is not so that {self.description}", self.description
        )


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of a layer: `owner` names the policy that it belongs to."""

    owner: str
    subject: EndpointSet
    peer: EndpointSet
    traffic: TrafficSet
    action: Action = Action.ALLOW
    conditions: tuple[Condition, ...] = ()


@dataclass(frozen=True, slots=True)
class Isolation:
    """The endpoints for which the policy `owner` denies what no rule of its layer matches."""

    owner: str
    endpoints: EndpointSet


@dataclass(frozen=True, slots=True)
class Layer:
    """Ordered rules, of which the first match decides; what none matches is denied for isolated endpoints and
    falls through to the next layer for others.
    """

    rules: tuple[Rule, ...] = ()
    isolated: tuple[Isolation, ...] = ()


@dataclass(frozen=True, slots=True)
class Pipeline:
    """The layers of one direction, in order; past the last one a flow is allowed."""

    layers: tuple[Layer, ...] = ()


@dataclass(frozen=True, slots=True)
class DeclaredEndpoint:
    """An endpoint that exists in the input.

    `addresses` is empty where they are not known. `single` is False for a template, which stands for any
    number of pods that differ in address only. `node` is the node that a pod runs on, or that a node is.
    """

    name: str
    kind: Kind
    namespace: str
    labels: tuple[tuple[str, str], ...] = ()
    addresses: tuple[Address, ...] = ()
    ports: tuple[tuple[str, str, int], ...] = ()
    single: bool = True
    node: str | None = None


@dataclass(frozen=True)
class World:
    """What is known about the endpoints that can exist.

    `namespaces` gives all labels of each namespace whose labels are known; any other namespace may carry any.
    `identity_label` is the namespace label whose value is always the namespace's name.
    `pod_networks` are the networks that hold every pod address that is not known (empty: any address);
    `taken` are the known addresses of pods and nodes, which no external endpoint has.
    `readings` are labels that further namespaces may be taken to have, all of one reading or all of another:
    no rule depends on them, and a counterexample is shown in the first reading that it fits.
    """

    namespaces: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = ()
    identity_label: str = "kubernetes.io/metadata.name"
    pod_networks: tuple[Network, ...] = ()
    taken: tuple[Network, ...] = ()
    readings: tuple[Mapping[str, Mapping[str, str]], ...] = ()

    @cached_property
    def labels_by_namespace(self) -> Mapping[str, Mapping[str, str]]:
        """The labels of each namespace whose labels are known."""
        return {name: dict(labels) for name, labels in self.namespaces}
