"""IP addresses in questions: whose they are, as far as the input says."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network

from npverify.language.endpoints import Addresses
from npverify.language.lookup import narrowed
from npverify.questions.query import (
    AddressAlternative,
    Alternative,
    NodeAlternative,
    PodAlternative,
)
from npverify.resources import Address, Network, Node, Pod, Service, Workload
from npverify.resources.inventory import Inventory

ALL_ADDRESSES: tuple[Network, ...] = (IPv4Network("0.0.0.0/0"), IPv6Network("::/0"))
"""The networks that hold every address."""

_MOST_NAMES = 4


@dataclass(frozen=True, slots=True)
class Owners:
    """Who has the addresses: alternatives, in words; or the Service whose cluster address it is."""

    alternatives: tuple[Alternative, ...]
    understood: str
    service: Service | None = None


def resolve_addresses(head: Addresses, inventory: Inventory) -> Owners:
    """The owners of the addresses.

    A single address is a Service's, a pod's or a node's, if the input says so, else an outside address. A
    network means the outside addresses in it and all declared pods and nodes that have one there.
    """
    network = head.network
    if head.is_single:
        for service in inventory.services:
            if network.network_address in service.cluster_addresses:
                return Owners((), "", service)
    workloads = tuple(_workloads_in(network, inventory))
    nodes = tuple(node for node in inventory.nodes if _has_one_in(network, node.addresses))
    if head.is_single and (workloads or nodes):
        return _owners_of_single(head, workloads, nodes)
    owners: tuple[Alternative, ...] = (
        *(PodAlternative(workload=workload) for workload, _ in workloads),
        *(NodeAlternative(node.name) for node in nodes),
    )
    return Owners((AddressAlternative((network,)), *owners), _network_words(head, workloads, nodes))


Narrowed = tuple[Workload, tuple[Pod, ...]]


def _workloads_in(network: Network, inventory: Inventory) -> Iterator[Narrowed]:
    """The workloads with a pod that has an address there, narrowed to those pods."""
    for workload in inventory.workloads:
        pods = tuple(pod for pod in workload.pods if _has_one_in(network, _addresses_of(pod)))
        if pods:
            yield narrowed(workload, pods), pods


def _addresses_of(pod: Pod) -> tuple[Address, ...]:
    return pod.addresses or (pod.node_addresses if pod.host_network else ())


def _has_one_in(network: Network, addresses: tuple[Address, ...]) -> bool:
    return any(address in network for address in addresses)


def _owners_of_single(head: Addresses, workloads: tuple[Narrowed, ...], nodes: tuple[Node, ...]) -> Owners:
    """Whose address it is; a node's before that of the pods on its host network."""
    address = head.network.network_address
    if nodes:
        names = ", ".join(node.name for node in nodes)
        alternatives = tuple(NodeAlternative(node.name) for node in nodes)
        return Owners(alternatives, f"the node {names}, which has the address {address}")
    names = ", ".join(_pod_names(workloads))
    note = "; it uses the host network, so that policies see its node" if _is_host(workloads) else ""
    return Owners(
        tuple(PodAlternative(workload=workload) for workload, _ in workloads),
        f"the pod {names}, which has the address {address}{note}",
    )


def _is_host(workloads: tuple[Narrowed, ...]) -> bool:
    return any(pod.host_network for _, pods in workloads for pod in pods)


def _pod_names(workloads: tuple[Narrowed, ...]) -> list[str]:
    return [f"{pod.namespace}/{pod.name}" for _, pods in workloads for pod in pods]


def _network_words(head: Addresses, workloads: tuple[Narrowed, ...], nodes: tuple[Node, ...]) -> str:
    if head.is_single:
        return f"the outside address {head.network.network_address} (no declared pod or node has it)"
    owners = [*(f"pod {name}" for name in _pod_names(workloads)), *(f"node {node.name}" for node in nodes)]
    words = f"every outside address in {head.network}"
    if not owners:
        return words
    more = f" and {len(owners) - _MOST_NAMES} more" if len(owners) > _MOST_NAMES else ""
    return f"{words}, and what the input places there: {', '.join(owners[:_MOST_NAMES])}{more}"
