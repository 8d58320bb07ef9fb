"""What rules refer to beside themselves, where a network plugin looks at the pods that there are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from ipaddress import ip_network

from npverify.resources import (
    METADATA_NAME,
    ContainerPort,
    Direction,
    LabelSelector,
    NetworkPolicy,
    Peer,
    Pod,
    PolicyRule,
)
from npverify.resources.inventory import Inventory
from npverify_encodings.model import (
    AddressIn,
    EndpointSet,
    Kind,
    KindIs,
    LabelOperator,
    LabelRequirement,
    PortIn,
    ProtocolIs,
    Scope,
    TrafficSet,
    all_of,
    any_of,
)


@dataclass(frozen=True, slots=True)
class DeclaredPods:
    """The pods of the input, hostNetwork ones included, and the labels of their namespaces."""

    pods: tuple[Pod, ...] = ()
    namespaces: Mapping[str, Mapping[str, str]] | None = None

    @property
    def of_pod_network(self) -> Iterator[Pod]:
        """The pods without hostNetwork ones."""
        return (pod for pod in self.pods if not pod.host_network)

    def selected(self, policy: NetworkPolicy, *, with_hosts: bool = False) -> Iterator[Pod]:
        """The pods that a policy selects; hostNetwork ones by their labels, if they are wanted."""
        for pod in self.pods if with_hosts else self.of_pod_network:
            if pod.namespace == policy.namespace and _meets(policy.pod_selector, pod.labels):
                yield pod

    def living_in(self, namespace: str) -> Iterator[Pod]:
        """The pods of the pod network in a namespace."""
        return (pod for pod in self.of_pod_network if pod.namespace == namespace)

    def selected_by(self, rule: PolicyRule, namespace: str) -> Iterator[Pod]:
        """The pods of the pod network that a selector of a rule selects, in a policy of a namespace."""
        selectors = [peer for peer in rule.peers if peer.ip_block is None]
        for pod in self.of_pod_network:
            if any(self._is_peer(pod, peer, namespace) for peer in selectors):
                yield pod

    def hosts(self, peer: Peer, namespace: str) -> EndpointSet:
        """The nodes at the addresses of the hostNetwork pods that a peer selects."""
        addresses = dict.fromkeys(
            address
            for pod in self.pods
            if pod.host_network and self._is_peer(pod, peer, namespace)
            for address in pod.addresses or pod.node_addresses
        )
        blocks = any_of(*(AddressIn(ip_network(str(address))) for address in addresses))
        return all_of(KindIs(Kind.NODE), blocks)

    def _is_peer(self, pod: Pod, peer: Peer, namespace: str) -> bool:
        if peer.namespace_selector is None:
            if pod.namespace != namespace:
                return False
        else:
            labels = {**(self.namespaces or {}).get(pod.namespace, {}), METADATA_NAME: pod.namespace}
            if not _meets(peer.namespace_selector, labels):
                return False
        return peer.pod_selector is None or _meets(peer.pod_selector, pod.labels)


NO_PODS = DeclaredPods()


def pods_of(inventory: Inventory, labels: Mapping[str, Mapping[str, str]] | None = None) -> DeclaredPods:
    """The pods of an inventory; `labels` of namespaces come before those that it gives."""
    own = {namespace.name: namespace.labels for namespace in inventory.namespaces.values()}
    pods = tuple(pod for workload in inventory.workloads for pod in workload.pods)
    return DeclaredPods(pods, {**own, **(labels or {})})


def numbers_of(pods: Iterable[Pod], name: str, protocol: str) -> frozenset[int]:
    """The ports of a protocol that pods call by a name."""
    return frozenset(port.number for pod in pods for port in pod.ports if _is_called(port, name, protocol))


def gives(pod: Pod, name: str, protocol: str) -> bool:
    """Whether a pod calls some port of a protocol by a name."""
    return any(_is_called(port, name, protocol) for port in pod.ports)


def _is_called(port: ContainerPort, name: str, protocol: str) -> bool:
    return port.name == name and port.protocol == protocol


def number_set(protocol: str, numbers: Iterable[int]) -> TrafficSet:
    """The traffic to some ports of a protocol."""
    return all_of(ProtocolIs(protocol), any_of(*(PortIn(n, n) for n in sorted(numbers))))


def is_in_force(policy: NetworkPolicy, direction: Direction, *, types_count: bool) -> bool:
    """Whether a policy decides a direction; where its types do not count, the rules that it has do."""
    if direction in policy.policy_types:
        return True
    return not types_count and bool(policy.rules(direction))


def names_a_port(policy: NetworkPolicy) -> bool:
    """Whether any rule of the policy, of either direction, has a port by name."""
    return any(
        isinstance(port.port, str) for rule in (*policy.ingress, *policy.egress) for port in rule.ports
    )


def compile_selector(selector: LabelSelector, scope: Scope) -> tuple[LabelRequirement, ...]:
    """The requirements of a selector, to be met together."""
    return tuple(
        LabelRequirement(scope, requirement.key, LabelOperator(requirement.operator), requirement.values)
        for requirement in selector.requirements
    )


def _meets(selector: LabelSelector, labels: Mapping[str, str]) -> bool:
    requirements: Sequence[LabelRequirement] = compile_selector(selector, Scope.POD)
    return all(requirement.admits(labels.get(requirement.key)) for requirement in requirements)
