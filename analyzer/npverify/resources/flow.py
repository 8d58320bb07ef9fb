"""One concrete connection attempt."""

from __future__ import annotations

from dataclasses import dataclass

from npverify.resources.workloads import Address, Namespace, Pod, Protocol


@dataclass(frozen=True, slots=True)
class PodEndpoint:
    """A pod of the pod network (never hostNetwork), in its namespace, at one of its addresses.

    `address` None: the address is not known, and no ipBlock matches it.
    """

    pod: Pod
    namespace: Namespace
    address: Address | None = None


@dataclass(frozen=True, slots=True)
class NodeEndpoint:
    """A node, or a hostNetwork pod, which is its node to every policy.

    `is_own_node` says that the pod at the other end runs on this very node.
    """

    name: str
    address: Address | None = None
    is_own_node: bool = False


@dataclass(frozen=True, slots=True)
class ExternalEndpoint:
    """An address that is neither a pod's nor a node's."""

    address: Address


Endpoint = PodEndpoint | NodeEndpoint | ExternalEndpoint


@dataclass(frozen=True, slots=True)
class Flow:
    """A connection from `source` to `port` of `destination`, before any Service translation: pod ports.

    `same_pod` says that both ends are one and the same pod (not two replicas of one template);
    `through_service`, that such a pod connects to itself through a Service.
    """

    source: Endpoint
    destination: Endpoint
    protocol: Protocol
    port: int
    same_pod: bool = False
    through_service: bool = False
