"""What the port names of rules come to in one network plugin (docs/cni-sources.md)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from npverify.cni import CniProfile, NamedPorts
from npverify.dialects.peers import compile_selected
from npverify.dialects.surroundings import DeclaredPods, gives, number_set, numbers_of
from npverify.resources import Direction, NetworkPolicy, Pod, PolicyPort, PolicyRule
from npverify_encodings.model import (
    NOTHING,
    EndpointSet,
    Kind,
    KindIs,
    NamespaceIs,
    Not,
    PortElsewhere,
    PortIn,
    PortNamed,
    ProtocolIs,
    TrafficSet,
    all_of,
    any_of,
)


@dataclass(frozen=True, slots=True)
class PortReading:
    """How a plugin reads the ports of one rule."""

    policy: NetworkPolicy
    rule: PolicyRule
    direction: Direction
    profile: CniProfile
    pods: DeclaredPods

    @property
    def mode(self) -> NamedPorts:
        """What names of the direction come to."""
        if self.direction is Direction.INGRESS:
            return self.profile.named_ports_ingress
        return self.profile.named_ports_egress

    @property
    def names(self) -> tuple[PolicyPort, ...]:
        """The items of `ports` that are names."""
        return tuple(port for port in self.rule.ports if isinstance(port.port, str))

    @property
    def all_names(self) -> bool:
        """Whether the rule has ports and all of them are names."""
        return bool(self.names) and len(self.names) == len(self.rule.ports)

    def compile(self) -> tuple[TrafficSet, ...]:
        """The traffic of each item at the peers of the rule; nothing for a name that counts at `where` only,
        and whatever it comes to besides.
        """
        return tuple(self._compile(port) for port in self.rule.ports)

    def where(self) -> EndpointSet | None:
        """The peers at which names count as the destination has them; None: at those of the rule."""
        if not self.names:
            return None
        if self.mode is NamedPorts.NAMESPACE_NUMBERS and not self.rule.peers:
            return self._home if self.direction is Direction.EGRESS else None
        by_selectors = (NamedPorts.SELECTED_PEERS, NamedPorts.NAMESPACE_NUMBERS)
        return self._selected if self.mode in by_selectors else None

    @property
    def _selected(self) -> EndpointSet:
        return compile_selected(self.rule, self.policy.namespace, self.profile, self.pods)

    @property
    def _home(self) -> EndpointSet:
        return all_of(KindIs(Kind.POD), NamespaceIs(self.policy.namespace))

    def _compile(self, port: PolicyPort) -> TrafficSet:
        if isinstance(port.port, str):
            return self._compile_name(port, port.port)
        if isinstance(port.port, int) and not self.profile.end_port:
            return all_of(ProtocolIs(port.protocol), PortIn(port.port, port.port))
        return compile_port(port)

    def _compile_name(self, port: PolicyPort, name: str) -> TrafficSet:
        pods, policy = self.pods, self.policy
        match self.mode:
            case NamedPorts.ALL_PORTS:
                return ProtocolIs(port.protocol)
            case NamedPorts.SELECTED_PODS:
                listed = pods.selected(policy, with_hosts=True)
                return any_of(compile_port(port), self._numbers(port, name, listed))
            case NamedPorts.AGREED:
                return self._agreed(port, name)
            case NamedPorts.NAMESPACE_NUMBERS if not self.rule.peers:
                return any_of(self._numbers(port, name, pods.living_in(policy.namespace)), self._own(port))
            case _:
                return self._own(port)

    def _own(self, port: PolicyPort) -> TrafficSet:
        """The number of the destination, if it counts at every peer of the rule."""
        return compile_port(port) if self.where() is None else NOTHING

    @staticmethod
    def _numbers(port: PolicyPort, name: str, pods: Iterable[Pod]) -> TrafficSet:
        return number_set(port.protocol, numbers_of(pods, name, port.protocol))

    def _agreed(self, port: PolicyPort, name: str) -> TrafficSet:
        """The one number of all declared pods and the destination, if they have just one together."""
        numbers = numbers_of(self.pods.of_pod_network, name, port.protocol)
        if len(numbers) > 1:
            return NOTHING
        number = number_set(port.protocol, numbers) if numbers else compile_port(port)
        return all_of(number, Not(PortElsewhere(name, port.protocol)))

    # Names that nobody has ----------------------------------------------------------------------------

    def opened(self) -> tuple[EndpointSet, TrafficSet] | None:
        """The peers and the traffic that the rule admits besides, where none of its names is resolved."""
        if not self.profile.unresolved_names_open or not self.all_names:
            return None
        if self.direction is Direction.INGRESS:
            pods = tuple(self.pods.selected(self.policy))
        else:
            pods = tuple(self.pods.selected_by(self.rule, self.policy.namespace))
        if any(self._is_given(port, pods) for port in self.names):
            return None
        return self._selected, Not(any_of(*(given_by_destination(port) for port in self.names)))

    @staticmethod
    def _is_given(port: PolicyPort, pods: Iterable[Pod]) -> bool:
        return any(gives(pod, str(port.port), port.protocol) for pod in pods)

    # Names that are resolved in a table ---------------------------------------------------------------

    def given(self) -> TrafficSet | None:
        """Whether a name is resolved for some pod that the policy selects, hostNetwork ones included: true of
        the flows to a destination that resolves it itself; None: it is in any case.
        """
        if self.mode is not NamedPorts.SELECTED_PODS or not self.all_names:
            return None
        pods = tuple(self.pods.selected(self.policy, with_hosts=True))
        if any(self._is_given(port, pods) for port in self.names):
            return None
        return any_of(*(given_by_destination(port) for port in self.names))


def given_by_destination(port: PolicyPort) -> TrafficSet:
    """True iff the destination is a pod with a port of that name and protocol, whatever its number."""
    name = str(port.port)
    return any_of(all_of(ProtocolIs(port.protocol), PortNamed(name)), PortElsewhere(name, port.protocol))


def compile_port(port: PolicyPort) -> TrafficSet:
    """The traffic that one item of `ports` admits."""
    protocol = ProtocolIs(port.protocol)
    match port.port:
        case None:
            return protocol
        case str(name):
            return all_of(protocol, PortNamed(name))
        case first:
            return all_of(protocol, PortIn(first, port.end_port or first))
