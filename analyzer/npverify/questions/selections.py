"""Selections as endpoint sets of the rule model, and the declared endpoints that they pick."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from ipaddress import ip_network

from npverify.dialects import compile_selector
from npverify.questions.query import (
    AddressAlternative,
    Alternative,
    NodeAlternative,
    PodAlternative,
    Selection,
)
from npverify.resources import Address, LabelSelector, Network, Pod, PodEndpoint, Workload
from npverify.resources.inventory import Inventory
from npverify_encodings.model import (
    AddressIn,
    DeclaredEndpoint,
    DeclaresPorts,
    EndpointSet,
    Kind,
    KindIs,
    LabelOperator,
    LabelRequirement,
    NamespaceIs,
    Not,
    Scope,
    all_of,
    any_of,
)

Port = tuple[str, str, int]

PODS = KindIs(Kind.POD)
NODES = KindIs(Kind.NODE)
OUTSIDE = KindIs(Kind.EXTERNAL)
ANYTHING = any_of(PODS, OUTSIDE)
"""Every pod and every outside address; a node differs from the latter only in reaching its own pods."""

A_NODE = DeclaredEndpoint(name="a node", kind=Kind.NODE, namespace="")


@dataclass(frozen=True, slots=True)
class DeclaredPod:
    """A declared pod under a name that no other declared endpoint has."""

    key: str
    pod: Pod
    workload: Workload


def declared_pods(inventory: Inventory) -> Iterator[DeclaredPod]:
    """Every declared pod, in the order of the inventory."""
    for workload in inventory.workloads:
        for number, pod in enumerate(workload.pods):
            yield DeclaredPod(f"{workload}#{number}", pod, workload)


def declared_ends(inventory: Inventory) -> tuple[PodEndpoint, ...]:
    """Every declared pod in its namespace, as the reference evaluator sees it: hostNetwork pods, too."""
    return tuple(
        PodEndpoint(pod, inventory.namespaces[pod.namespace])
        for workload in inventory.workloads
        for pod in workload.pods
    )


def named_ports(pod: Pod) -> tuple[Port, ...]:
    """The (name, protocol, number) triples of the pod's named container ports."""
    return tuple(sorted((p.name, str(p.protocol), p.number) for p in pod.ports if p.name is not None))


def declared_endpoint(declared: DeclaredPod) -> DeclaredEndpoint:
    """The declared pod as the rule model sees it: a hostNetwork pod is its node."""
    pod = declared.pod
    if pod.host_network:
        return DeclaredEndpoint(
            name=declared.key,
            kind=Kind.NODE,
            namespace="",
            addresses=pod.addresses or pod.node_addresses,
            single=not pod.replicated,
            node=pod.node,
        )
    return DeclaredEndpoint(
        name=declared.key,
        kind=Kind.POD,
        namespace=pod.namespace,
        labels=tuple(sorted(pod.labels.items())),
        addresses=pod.addresses,
        ports=named_ports(pod),
        single=not pod.replicated,
        node=pod.node,
    )


# Possible endpoints -----------------------------------------------------------------------------------


def possible_endpoints(selection: Selection, inventory: Inventory) -> EndpointSet:
    """All endpoints that the selection means, declared or not."""
    union = any_of(*(_possible(alternative, inventory) for alternative in selection.alternatives))
    without = [Not(_possible(alternative, inventory)) for alternative in selection.excluded]
    return all_of(union, *without) if without else union


def _possible(alternative: Alternative, inventory: Inventory) -> EndpointSet:
    match alternative:
        case AddressAlternative(networks):
            return all_of(OUTSIDE, _in_networks(networks))
        case NodeAlternative(name):
            addresses = [a for node in inventory.nodes if node.name == name for a in node.addresses]
            return all_of(NODES, _in_networks(_host(a) for a in addresses)) if addresses else NODES
        case PodAlternative(workload=None):
            return any_of(_pods_where(alternative), *_host_network_pods(alternative, inventory))
        case PodAlternative(workload=workload):
            assert workload is not None
            return _pods_of(workload)


def _in_networks(networks: Iterable[Network]) -> EndpointSet:
    listed = tuple(networks)
    if {n.version for n in listed if n.prefixlen == 0} == {4, 6}:
        return all_of()
    return any_of(*(AddressIn(network) for network in listed))


def _host(address: Address) -> Network:
    return ip_network(str(address))


def _pods_where(alternative: PodAlternative) -> EndpointSet:
    terms: list[EndpointSet] = [PODS]
    if alternative.namespaces is not None:
        terms.append(any_of(*(NamespaceIs(name) for name in alternative.namespaces)))
    terms.extend(Not(NamespaceIs(name)) for name in alternative.excluded_namespaces)
    terms.extend(compile_selector(alternative.namespace_labels, Scope.NAMESPACE))
    terms.extend(compile_selector(alternative.pod_labels, Scope.POD))
    return all_of(*terms)


def _host_network_pods(alternative: PodAlternative, inventory: Inventory) -> Iterator[EndpointSet]:
    """The declared hostNetwork pods that a selector picks."""
    for declared in declared_pods(inventory):
        if declared.pod.host_network and _picks(alternative, declared, inventory):
            yield _node_of(declared.pod)


def _node_of(pod: Pod) -> EndpointSet:
    addresses = pod.addresses or pod.node_addresses
    return all_of(NODES, _in_networks(_host(a) for a in addresses)) if addresses else NODES


def _pods_of(workload: Workload) -> EndpointSet:
    """The pods of a workload: made from its template, or live ones that were changed since."""
    models = [workload.template, *workload.pods] if workload.template else [*workload.pods]
    shapes: list[EndpointSet] = []
    seen: list[tuple[Mapping[str, str], tuple[Port, ...], bool]] = []
    for pod in models:
        ports = named_ports(pod)
        if not any(
            h == pod.host_network and p == ports and labels.items() <= pod.labels.items()
            for labels, p, h in seen
        ):
            seen.append((pod.labels, ports, pod.host_network))
            shapes.append(_node_of(pod) if pod.host_network else _pods_like(pod))
    return any_of(*shapes)


def _pods_like(pod: Pod) -> EndpointSet:
    labels = (
        LabelRequirement(Scope.POD, key, LabelOperator.IN, (value,))
        for key, value in sorted(pod.labels.items())
    )
    return all_of(PODS, NamespaceIs(pod.namespace), *labels, DeclaresPorts(named_ports(pod)))


# Declared endpoints -----------------------------------------------------------------------------------


Declared = DeclaredPod | DeclaredEndpoint
"""A declared pod, or a node as the rule model sees it."""


def declared_in(selection: Selection, inventory: Inventory) -> dict[str, Declared]:
    """The declared pods and nodes that the selection picks, by their keys."""
    without = _declared_among(selection.excluded, inventory) if selection.excluded else {}
    picked = _declared_among(selection.alternatives, inventory)
    return {key: declared for key, declared in picked.items() if key not in without}


def _declared_among(alternatives: Iterable[Alternative], inventory: Inventory) -> dict[str, Declared]:
    listed = tuple(alternatives)
    picked: dict[str, Declared] = {}
    for declared in declared_pods(inventory):
        if any(_picks(alternative, declared, inventory) for alternative in listed):
            picked[declared.key] = declared
    for alternative in listed:
        if isinstance(alternative, NodeAlternative):
            picked.update({node.name: node for node in _nodes(alternative, inventory)})
    return picked


def _nodes(alternative: NodeAlternative, inventory: Inventory) -> tuple[DeclaredEndpoint, ...]:
    """The Node objects that are meant; every cluster has a node, whether or not the input says so."""
    meant = tuple(
        DeclaredEndpoint(f"node {n.name}", Kind.NODE, namespace="", addresses=n.addresses, node=n.name)
        for n in inventory.nodes
        if alternative.name in (None, n.name)
    )
    return meant or (A_NODE,)


def _picks(alternative: Alternative, declared: DeclaredPod, inventory: Inventory) -> bool:
    match alternative:
        case PodAlternative(workload=None):
            if declared.pod.host_network and not alternative.pod_labels.requirements:
                return False  # a selector that names every pod means those of the pod network
            namespace = declared.pod.namespace
            labels = inventory.namespaces[namespace].labels
            return (
                (alternative.namespaces is None or namespace in alternative.namespaces)
                and namespace not in alternative.excluded_namespaces
                and _satisfies(labels, alternative.namespace_labels, Scope.NAMESPACE)
                and _satisfies(declared.pod.labels, alternative.pod_labels, Scope.POD)
            )
        case PodAlternative(workload=workload):
            assert workload is not None
            return (workload.kind, workload.namespace, workload.name) == (
                declared.workload.kind,
                declared.workload.namespace,
                declared.workload.name,
            ) and declared.pod in workload.pods
        case _:
            return False


def _satisfies(labels: Mapping[str, str], selector: LabelSelector, scope: Scope) -> bool:
    return all(r.admits(labels.get(r.key)) for r in compile_selector(selector, scope))
