"""Admin policies (semantics section 3): ClusterNetworkPolicy, and in the same form AdminNetworkPolicy and
BaselineAdminNetworkPolicy.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from npverify.resources.network_policy import Annotation, Direction, Network
from npverify.resources.origin import UNKNOWN_ORIGIN, Origin
from npverify.resources.selectors import LabelSelector
from npverify.resources.workloads import Protocol

EVERY = LabelSelector()
"""The empty selector, which is met by everything."""


class Tier(StrEnum):
    """Where an admin policy stands: before the NetworkPolicies, or after them."""

    ADMIN = "Admin"
    BASELINE = "Baseline"


class AdminAction(StrEnum):
    """What a matching rule does; `Pass` goes on to the next tier (v1alpha1 calls Accept Allow)."""

    ACCEPT = "Accept"
    DENY = "Deny"
    PASS = "Pass"


@dataclass(frozen=True, slots=True)
class PodSet:
    """The pods that meet both selectors, of which an empty one is met by everything."""

    namespace_selector: LabelSelector = EVERY
    pod_selector: LabelSelector = EVERY
    origin: Origin = field(default=UNKNOWN_ORIGIN, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class AdminPeer:
    """One item of `from` or `to`: pods, or networks, or the nodes that meet a selector, or domain names.

    `networks` match the addresses of pods too. `nodes` are matched by the addresses of Node objects. A domain
    name is in lower case, without a dot at its end, and exact, or `*.` and a suffix: the star stands for one
    label or more. `network_origins` and `domain_name_origins` are the places of the networks and names, one
    each. Where all are missing, the item is of a kind that this version of the API does not know, and the
    rule fails closed.
    """

    pods: PodSet | None = None
    networks: tuple[Network, ...] = ()
    nodes: LabelSelector | None = None
    domain_names: tuple[str, ...] = ()
    origin: Origin = field(default=UNKNOWN_ORIGIN, compare=False, repr=False)
    network_origins: tuple[Origin, ...] = field(default=(), compare=False, repr=False)
    domain_name_origins: tuple[Origin, ...] = field(default=(), compare=False, repr=False)

    @property
    def is_unknown(self) -> bool:
        """Whether the item has no field that is known."""
        return self.pods is None and not self.networks and self.nodes is None and not self.domain_names


@dataclass(frozen=True, slots=True)
class AdminPort:
    """One item of `protocols` (v1alpha1: `ports`): a protocol, all of its ports or a range; or a port name.

    `name` is that of a container port of the destination, with the protocol that is declared there; the other
    fields are None then.
    """

    protocol: Protocol | None = None
    first: int | None = None
    last: int | None = None
    name: str | None = None
    origin: Origin = field(default=UNKNOWN_ORIGIN, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class AdminRule:
    """Any of the peers, and any of the ports: no ports match every protocol, ICMP included."""

    action: AdminAction
    peers: tuple[AdminPeer, ...]
    ports: tuple[AdminPort, ...] = ()
    name: str | None = None
    origin: Origin = field(default=UNKNOWN_ORIGIN, compare=False, repr=False)

    @property
    def fails_closed(self) -> bool:
        """Whether some peer is unknown: Accept then matches nothing, Deny and Pass deny everything."""
        return any(peer.is_unknown for peer in self.peers)


@dataclass(frozen=True, slots=True)
class AdminPolicy:
    """An admin policy: rules in order, the first that matches decides.

    `kind` is what the manifest says; `priority` of a BaselineAdminNetworkPolicy, of which there is one, is 0.
    `priority_origin` is the place of the priority (of the whole policy where it gives none).
    """

    name: str
    kind: str
    tier: Tier
    priority: int
    subject: PodSet
    ingress: tuple[AdminRule, ...] = ()
    egress: tuple[AdminRule, ...] = ()
    origin: Origin = field(default=UNKNOWN_ORIGIN, compare=False, repr=False)
    priority_origin: Origin = field(default=UNKNOWN_ORIGIN, compare=False, repr=False)
    annotations: tuple[Annotation, ...] = field(default=(), compare=False, repr=False)

    def __str__(self) -> str:
        return self.name

    def rules(self, direction: Direction) -> tuple[AdminRule, ...]:
        """The rules of one direction, in their order."""
        return self.ingress if direction is Direction.INGRESS else self.egress
