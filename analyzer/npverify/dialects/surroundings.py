"""What rules refer to beside themselves, where a network plugin looks at the pods that there are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from ipaddress import ip_network

from npverify.resources import METADATA_NAME, Direction, LabelSelector, NetworkPolicy, Peer, Pod
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

    def selected(self, policy: NetworkPolicy) -> Iterator[Pod]:
        """The pods of the pod network that a policy selects."""
        for pod in self.pods:
            is_at_home = pod.namespace == policy.namespace and not pod.host_network
            if is_at_home and _meets(policy.pod_selector, pod.labels):
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

    def numbers_of(self, name: str, protocol: str, policy: NetworkPolicy | None = None) -> TrafficSet:
        """The ports that pods call by a name: those that the policy selects (None: every pod)."""
        pods = self.pods if policy is None else self.selected(policy)
        numbers = {
            port.number
            for pod in pods
            for port in pod.ports
            if port.name == name and port.protocol == protocol
        }
        return all_of(ProtocolIs(protocol), any_of(*(PortIn(n, n) for n in sorted(numbers))))


NO_PODS = DeclaredPods()


def pods_of(inventory: Inventory, labels: Mapping[str, Mapping[str, str]] | None = None) -> DeclaredPods:
    """The pods of an inventory; `labels` of namespaces come before those that it gives."""
    own = {namespace.name: namespace.labels for namespace in inventory.namespaces.values()}
    pods = tuple(pod for workload in inventory.workloads for pod in workload.pods)
    return DeclaredPods(pods, {**own, **(labels or {})})


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
