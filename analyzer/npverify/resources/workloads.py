"""Namespaces, pods, the workloads that make them, Services and Nodes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from ipaddress import IPv4Address, IPv6Address

from npverify.resources.origin import UNKNOWN_ORIGIN, Origin
from npverify.resources.selectors import LabelSelector

Address = IPv4Address | IPv6Address


class Protocol(StrEnum):
    """The transport protocols that NetworkPolicy defines."""

    TCP = "TCP"
    UDP = "UDP"
    SCTP = "SCTP"


@dataclass(frozen=True, slots=True)
class Namespace:
    """A namespace; `labels` includes `kubernetes.io/metadata.name`.

    `declared` is False for a namespace that something in the input lives in but that has no Namespace
    object: its labels are then not known beyond the automatic one.
    """

    name: str
    labels: Mapping[str, str] = field(hash=False)
    declared: bool = True
    origin: Origin = field(default=UNKNOWN_ORIGIN, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class ContainerPort:
    """A port that a container of a pod declares."""

    name: str | None
    number: int
    protocol: Protocol = Protocol.TCP


@dataclass(frozen=True, slots=True)
class Pod:
    """A pod, or the template from which a workload makes pods.

    `replicated` is True for a template: it stands for any number of pods that differ in address only.
    `addresses` are those of `status.podIPs`, empty where they are not known. For a hostNetwork pod they are
    its node's. `ports` are those of all regular containers and of restartable init containers.
    """

    namespace: str
    name: str
    labels: Mapping[str, str] = field(default_factory=dict, hash=False)
    service_account: str = "default"
    host_network: bool = False
    ports: tuple[ContainerPort, ...] = ()
    addresses: tuple[Address, ...] = ()
    node: str | None = None
    node_addresses: tuple[Address, ...] = ()
    phase: str | None = None
    replicated: bool = False
    origin: Origin = field(default=UNKNOWN_ORIGIN, compare=False, repr=False)

    @property
    def finished(self) -> bool:
        """Whether the pod has ended (phase Succeeded or Failed) and so no longer exists on the network."""
        return self.phase in ("Succeeded", "Failed")


@dataclass(frozen=True, slots=True)
class Workload:
    """An object that makes pods, or a Pod that nothing in the input owns (kind `Pod`).

    `pods` are the distinct declared pods: the live ones where the input has any that are not finished, else
    the template as a single `replicated` Pod. Finished pods are in `finished_pods` only.
    """

    kind: str
    namespace: str
    name: str
    pods: tuple[Pod, ...]
    finished_pods: tuple[Pod, ...] = ()
    template: Pod | None = None
    origin: Origin = field(default=UNKNOWN_ORIGIN, compare=False, repr=False)

    def __str__(self) -> str:
        return f"{self.namespace}/{self.kind.lower()}/{self.name}"


@dataclass(frozen=True, slots=True)
class ServicePort:
    """One port of a Service; `target` is a pod port number or the name of a container port."""

    name: str | None
    port: int
    protocol: Protocol
    target: int | str
    origin: Origin = field(default=UNKNOWN_ORIGIN, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Service:
    """A Service; `selector` is None where the Service selects no pods by itself.

    `type` and `external_traffic_policy` are the field's text, or the server's default; the latter matters for
    NodePort and LoadBalancer only. `ip_families` are those that the manifest demands, as `IPv6`.
    """

    namespace: str
    name: str
    selector: LabelSelector | None
    ports: tuple[ServicePort, ...]
    headless: bool = False
    external_name: str | None = None
    cluster_addresses: tuple[Address, ...] = ()
    origin: Origin = field(default=UNKNOWN_ORIGIN, compare=False, repr=False)
    type: str = "ClusterIP"
    external_traffic_policy: str = "Cluster"
    ip_families: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.namespace}/{self.name}"


@dataclass(frozen=True, slots=True)
class Node:
    """A Node and the addresses of its status."""

    name: str
    labels: Mapping[str, str] = field(hash=False)
    addresses: tuple[Address, ...] = ()
    origin: Origin = field(default=UNKNOWN_ORIGIN, compare=False, repr=False)
