"""Strategy for concrete flows of a cluster that is at hand."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple, TypeVar

from hypothesis import strategies as st
from hypothesis.errors import InvalidArgument

from npverify.errors import NpverifyError
from npverify.manifests import ReadOptions, inventory_from_objects
from npverify.resources import Address, Network, NetworkPolicy, PolicyRule
from npverify.resources.inventory import Inventory
from npverify.strategies.parts import PROTOCOLS

OUTSIDE = ("203.0.113.5", "10.0.0.7", "2001:db8:1::5")
LAST_PORT = 65_535

_Item = TypeVar("_Item")


class FlowArguments(NamedTuple):
    """What `Cluster.allows` takes."""

    source: str
    destination: str
    port: int
    protocol: str


def flows(*, cluster: Inventory | Iterable[Mapping[str, object]]) -> st.SearchStrategy[FlowArguments]:
    """Flows between the pods of a cluster and addresses, at and beside every limit that the cluster mentions.

    `cluster` is what `npverify.load_objects` takes, or the `inventory` of a loaded cluster. The addresses are
    those of its pods and nodes, the first and last of each network of an ipBlock with their neighbours, and a
    few others.
    """
    inventory = cluster if isinstance(cluster, Inventory) else _read(cluster)
    addresses = st.sampled_from(_unique([*OUTSIDE, *map(str, _addresses(inventory))]))
    names = _pods(inventory)
    pods = st.sampled_from(names) if names else addresses
    # Two pods are where most can go wrong, but a single pod has little to say to itself.
    between_pods = ((pods, pods),) * (3 if len(names) > 1 else 1)
    shapes = (*between_pods, *((pods, addresses), (addresses, pods)) * 2, (addresses, addresses))
    ports = st.sampled_from(_ports(inventory))
    return st.sampled_from(shapes).flatmap(
        lambda ends: st.builds(FlowArguments, *ends, ports, st.sampled_from(PROTOCOLS))
    )


def _read(cluster: Iterable[Mapping[str, object]]) -> Inventory:
    if isinstance(cluster, (str, bytes, Mapping)) or not isinstance(cluster, Iterable):
        raise InvalidArgument(f"cluster={cluster!r} must be a sequence of Kubernetes objects or an inventory")
    try:
        return inventory_from_objects(cluster, options=ReadOptions())
    except NpverifyError as error:
        raise InvalidArgument(f"cluster={cluster!r}: {error}") from error


def _pods(inventory: Inventory) -> tuple[str, ...]:
    return _unique(f"{p.namespace}/{p.name}" for workload in inventory.workloads for p in workload.pods)


def _addresses(inventory: Inventory) -> Iterator[Address]:
    for workload in inventory.workloads:
        for pod in (*workload.pods, *workload.finished_pods):
            yield from (*pod.addresses, *pod.node_addresses)
    for node in inventory.nodes:
        yield from node.addresses
    for rule in _rules(inventory.policies):
        for block in (peer.ip_block for peer in rule.peers):
            for network in (block.cidr, *block.excepts) if block else ():
                yield from _limits(network)


def _limits(network: Network) -> Iterator[Address]:
    """The first and the last address of a network, and those just outside of it."""
    first, last = network.network_address, network.broadcast_address
    if int(first) > 0:
        yield first - 1
    yield from (first, last)
    if int(last) + 1 < 1 << network.max_prefixlen:
        yield last + 1


def _ports(inventory: Inventory) -> tuple[int, ...]:
    """Every port that is mentioned, its neighbours, and the two ends of the range."""
    known = {p.number for w in inventory.workloads for pod in w.pods for p in pod.ports}
    for item in (port for rule in _rules(inventory.policies) for port in rule.ports):
        known |= {number for number in (item.port, item.end_port) if isinstance(number, int)}
    edges = {edge for number in known for edge in (number - 1, number, number + 1) if 1 <= edge <= LAST_PORT}
    return _unique([*sorted(edges), 1, LAST_PORT])


def _rules(policies: Iterable[NetworkPolicy]) -> Iterator[PolicyRule]:
    for policy in policies:
        yield from (*policy.ingress, *policy.egress)


def _unique(items: Iterable[_Item]) -> tuple[_Item, ...]:
    return tuple(dict.fromkeys(items))
