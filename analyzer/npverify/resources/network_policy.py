"""`networking.k8s.io/v1` NetworkPolicy, defaulted and validated (semantics sections 1 and 2)."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from ipaddress import IPv4Network, IPv6Network

from npverify.resources.origin import UNKNOWN_ORIGIN, Origin
from npverify.resources.selectors import LabelSelector
from npverify.resources.workloads import Protocol

Network = IPv4Network | IPv6Network


class Direction(StrEnum):
    """The two directions of a pod's traffic, each isolated on its own."""

    INGRESS = "Ingress"
    EGRESS = "Egress"


@dataclass(frozen=True, slots=True)
class IPBlock:
    """The addresses of `cidr` that are in no network of `excepts`, which stand at `except_origins`."""

    cidr: Network
    excepts: tuple[Network, ...] = ()
    cidr_origin: Origin = field(default=UNKNOWN_ORIGIN, compare=False, repr=False)
    except_origins: tuple[Origin, ...] = field(default=(), compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Peer:
    """One item of `from` or `to`: either an `ip_block`, or one selector or both.

    None means that the field is absent (or null), which is not the same as an empty selector: without
    `namespace_selector` only the policy's own namespace is meant.
    """

    pod_selector: LabelSelector | None = None
    namespace_selector: LabelSelector | None = None
    ip_block: IPBlock | None = None
    origin: Origin = field(default=UNKNOWN_ORIGIN, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class PolicyPort:
    """One item of `ports`: `port` None means every port of the protocol, a string a named port.

    `port_origin` is the place of the number or name (of the whole item where there is none).
    """

    protocol: Protocol = Protocol.TCP
    port: int | str | None = None
    end_port: int | None = None
    origin: Origin = field(default=UNKNOWN_ORIGIN, compare=False, repr=False)
    port_origin: Origin = field(default=UNKNOWN_ORIGIN, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class PolicyRule:
    """One ingress or egress rule: (no peers, or any peer) and (no ports, or any port).

    An empty tuple means that the list is missing, null or empty, which all mean "no restriction".
    """

    peers: tuple[Peer, ...] = ()
    ports: tuple[PolicyPort, ...] = ()
    origin: Origin = field(default=UNKNOWN_ORIGIN, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Annotation:
    """An annotation of npverify's own on an object: its key begins with `npverify.dev/`."""

    key: str
    value: str
    origin: Origin = field(default=UNKNOWN_ORIGIN, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class NetworkPolicy:
    """A NetworkPolicy after defaulting: `policy_types` is never empty.

    `ingress` may hold rules although INGRESS is not in `policy_types` (they are then without effect), and
    likewise for `egress`. `types_defaulted`: the manifest gives no policyTypes; `egress_origin`: where it
    gives `egress`, be it an empty list (None: nowhere).
    """

    namespace: str
    name: str
    pod_selector: LabelSelector
    policy_types: tuple[Direction, ...]
    ingress: tuple[PolicyRule, ...] = ()
    egress: tuple[PolicyRule, ...] = ()
    origin: Origin = field(default=UNKNOWN_ORIGIN, compare=False, repr=False)
    types_defaulted: bool = field(default=False, compare=False, repr=False)
    egress_origin: Origin | None = field(default=None, compare=False, repr=False)
    annotations: tuple[Annotation, ...] = field(default=(), compare=False, repr=False)

    kind = "NetworkPolicy"

    def __str__(self) -> str:
        return f"{self.namespace}/{self.name}"

    def rules(self, direction: Direction) -> tuple[PolicyRule, ...]:
        """The rules of one direction, whether or not `policy_types` lists it."""
        return self.ingress if direction is Direction.INGRESS else self.egress
