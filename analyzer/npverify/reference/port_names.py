"""What a port name in a rule comes to under a network plugin (docs/cni-sources.md), for one concrete flow."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from npverify.cni import CniProfile, NamedPorts
from npverify.reference.network_policy import peer_admits, port_admits
from npverify.reference.selectors import selects
from npverify.resources import (
    Direction,
    Flow,
    NetworkPolicy,
    Peer,
    Pod,
    PodEndpoint,
    PolicyPort,
    PolicyRule,
)


@dataclass(frozen=True, slots=True)
class PortNames:
    """A network plugin with the pods of the input, hostNetwork ones included, that it may look at."""

    profile: CniProfile
    declared: Sequence[PodEndpoint] = ()

    def mode(self, direction: Direction) -> NamedPorts:
        """What a port name comes to in rules of a direction."""
        profile = self.profile
        return profile.named_ports_ingress if direction is Direction.INGRESS else profile.named_ports_egress

    def admits(
        self, port: PolicyPort, policy: NetworkPolicy, item: Peer | None, direction: Direction, flow: Flow
    ) -> bool:
        """Whether a port that is a name admits the flow, which has its protocol, at one peer of the rule
        (None: the rule has no peers).
        """
        is_block = item is not None and item.ip_block is not None
        match self.mode(direction):
            case NamedPorts.ALL_PORTS:
                return True
            case NamedPorts.AGREED:
                return self._agreed_number(port, flow) == flow.port
            case NamedPorts.SELECTED_PEERS if item is None or is_block:
                return False
            case NamedPorts.NAMESPACE_NUMBERS if is_block:
                return False
            case NamedPorts.NAMESPACE_NUMBERS if item is None:
                own = [pod for pod in self._pods_with(flow) if pod.namespace == policy.namespace]
                return any(_calls(pod, port, flow.port) for pod in own)
            case NamedPorts.SELECTED_PODS:
                selected = [pod for pod in self._pods(with_hosts=True) if _selects(policy, pod)]
                return port_admits(port, flow) or any(_calls(pod, port, flow.port) for pod in selected)
            case _:
                return port_admits(port, flow)

    def _agreed_number(self, port: PolicyPort, flow: Flow) -> int | None:
        """C1: the number that all pods of the cluster give the name, if that is one."""
        numbers = {
            own.number
            for pod in self._pods_with(flow)
            for own in pod.ports
            if (own.name, own.protocol) == (port.port, port.protocol)
        }
        return numbers.pop() if len(numbers) == 1 else None

    # Names that nobody has ----------------------------------------------------------------------------

    def opens_everything(
        self, policy: NetworkPolicy, rule: PolicyRule, item: Peer | None, direction: Direction, flow: Flow
    ) -> bool:
        """K6: whether the names of a rule, none of which a pod in question has, stand for every port."""
        if not self.profile.unresolved_names_open or item is None or item.ip_block is not None:
            return False
        if not rule.ports or not all(isinstance(port.port, str) for port in rule.ports):
            return False
        ends = [end for end in self.declared if not end.pod.host_network]
        if isinstance(flow.destination, PodEndpoint):
            ends.append(flow.destination)
        if direction is Direction.INGRESS:
            ends = [end for end in ends if _selects(policy, end.pod)]
        else:
            ends = [end for end in ends if self._is_selected(policy, rule, end)]
        return not any(_has(end.pod, port) for end in ends for port in rule.ports)

    def _is_selected(self, policy: NetworkPolicy, rule: PolicyRule, end: PodEndpoint) -> bool:
        selectors = (item for item in rule.peers if item.ip_block is None)
        return any(peer_admits(item, policy, end, self.profile) for item in selectors)

    def is_listed(
        self, policy: NetworkPolicy, rule: PolicyRule, item: Peer | None, direction: Direction, flow: Flow
    ) -> bool:
        """A3, 1: whether some port of the rule comes to something at one of its peers, or it has none."""
        return not rule.ports or any(
            self._comes_to_something(port, policy, item, direction, flow) for port in rule.ports
        )

    def _comes_to_something(
        self, port: PolicyPort, policy: NetworkPolicy, item: Peer | None, direction: Direction, flow: Flow
    ) -> bool:
        if not isinstance(port.port, str):
            return True
        end = flow.destination
        match self.mode(direction):
            case NamedPorts.SELECTED_PODS:
                pods = [*self._pods(with_hosts=True), *([end.pod] if isinstance(end, PodEndpoint) else [])]
                return any(_selects(policy, pod) and _has(pod, port) for pod in pods)
            case NamedPorts.SELECTED_PEERS:
                is_selector = item is not None and item.ip_block is None
                return is_selector and isinstance(end, PodEndpoint) and _has(end.pod, port)
            case _:
                return True

    # Pods ---------------------------------------------------------------------------------------------

    def _pods(self, *, with_hosts: bool = False) -> Iterator[Pod]:
        return (end.pod for end in self.declared if with_hosts or not end.pod.host_network)

    def _pods_with(self, flow: Flow) -> Iterator[Pod]:
        """The pods without hostNetwork, the destination of the flow among them."""
        yield from self._pods()
        if isinstance(flow.destination, PodEndpoint):
            yield flow.destination.pod


def _selects(policy: NetworkPolicy, pod: Pod) -> bool:
    return policy.namespace == pod.namespace and selects(policy.pod_selector, pod.labels)


def _has(pod: Pod, port: PolicyPort) -> bool:
    """Whether a pod has that name for some port of the protocol."""
    return any((own.name, own.protocol) == (port.port, port.protocol) for own in pod.ports)


def _calls(pod: Pod, port: PolicyPort, number: int) -> bool:
    """Whether a pod has that name for one number."""
    return any(
        (own.name, own.protocol, own.number) == (port.port, port.protocol, number) for own in pod.ports
    )
