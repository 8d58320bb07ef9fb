"""Atoms of regions on concrete flows, and every value on either side of what policies mention."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from ipaddress import ip_address
from itertools import product

from npverify.questions.query import AddressAlternative, PodAlternative, Selection
from npverify.reference import selects
from npverify.reference.network_policy import block_holds
from npverify.reference.selectors import namespace_labels
from npverify.resources import (
    METADATA_NAME,
    Address,
    AdminPeer,
    AdminPort,
    Direction,
    Endpoint,
    ExternalEndpoint,
    Flow,
    IPBlock,
    LabelSelector,
    Network,
    NodeEndpoint,
    PodEndpoint,
    PodSet,
    Protocol,
    Requirement,
)
from npverify.resources.inventory import Inventory
from npverify_encodings.flows import Side
from npverify_encodings.model import (
    AddressIn,
    Atom,
    KindIs,
    LabelRequirement,
    NamespaceIs,
    NamespaceIsNone,
    OwnNode,
    PortIn,
    PortNamed,
    ProtocolIs,
    Scope,
)

OTHER = "zz-other"
"""A label value that nothing mentions."""

UNMENTIONED_NAMESPACE = "zz-nowhere"
KINDS = {PodEndpoint: "pod", NodeEndpoint: "node", ExternalEndpoint: "external"}
ABOUT_PODS = (NamespaceIs, NamespaceIsNone, LabelRequirement)
"""Atoms that the encoding leaves open for what is no pod: rules that have them ask for a pod as well."""


# Atoms ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Test:
    """An atom at one side; `named` are the namespaces that its problem tells apart, for NamespaceIsNone."""

    __test__ = False

    side: Side
    atom: Atom
    named: frozenset[str] = frozenset()


def end_passes(test: Test, end: Endpoint) -> bool:
    """Whether an end of a concrete flow satisfies an atom; what is no pod has no labels and no namespace."""
    match test.atom:
        case KindIs(kind):
            return KINDS[type(end)] == kind
        case AddressIn(network):
            return block_holds(IPBlock(network), end.address)
        case NamespaceIs(name):
            return isinstance(end, PodEndpoint) and end.pod.namespace == name
        case NamespaceIsNone():
            return not isinstance(end, PodEndpoint) or end.pod.namespace not in test.named
        case LabelRequirement(Scope.NAMESPACE, key):
            known = namespace_labels(end.namespace) if isinstance(end, PodEndpoint) else {}
            return meets(test.atom, known.get(key))
        case LabelRequirement(Scope.POD, key):
            return meets(test.atom, end.pod.labels.get(key) if isinstance(end, PodEndpoint) else None)
        case OwnNode():
            return False
    raise AssertionError(test.atom)


def meets(requirement: LabelRequirement, value: str | None) -> bool:
    """Whether a label of this value (None: absent) is what the requirement asks for."""
    match requirement.operator.value:
        case "In":
            return value is not None and value in requirement.values
        case "NotIn":
            return value is None or value not in requirement.values
        case "Exists":
            return value is not None
    return value is None


def is_among(pods: PodSet, end: Endpoint) -> bool:
    """Whether an end is one of the pods that an admin policy speaks of."""
    return (
        isinstance(end, PodEndpoint)
        and selects(pods.namespace_selector, namespace_labels(end.namespace))
        and selects(pods.pod_selector, end.pod.labels)
    )


def admits(peer: AdminPeer, end: Endpoint) -> bool:
    """Whether a peer of pods or networks holds the end."""
    if peer.pods is not None:
        return is_among(peer.pods, end)
    return any(end.address in network for network in peer.networks)


@dataclass(frozen=True, slots=True)
class Traffic:
    """Protocol and port of a flow; `names` are the port names of the destination that resolve to them."""

    protocol: Protocol
    port: int
    names: frozenset[str] = frozenset()

    def passes(self, atom: Atom) -> bool:
        """Whether the traffic satisfies an atom."""
        match atom:
            case ProtocolIs(protocol):
                return self.protocol == protocol
            case PortIn(first, last):
                return first <= self.port <= last
            case PortNamed(name):
                return name in self.names
        raise AssertionError(atom)


def flow_passes(test: Test, flow: Flow) -> bool:
    """Whether a concrete flow satisfies an atom."""
    if test.side is not Side.TRAFFIC:
        return end_passes(test, flow.source if test.side is Side.SOURCE else flow.destination)
    return Traffic(flow.protocol, flow.port, names_of(flow.destination, flow.protocol, flow.port)).passes(
        test.atom
    )


def names_of(end: Endpoint, protocol: Protocol, port: int) -> frozenset[str]:
    """The port names of an end that resolve to this traffic."""
    ports = end.pod.ports if isinstance(end, PodEndpoint) else ()
    return frozenset(p.name for p in ports if p.name and (p.number, p.protocol) == (port, protocol))


def picks(selection: Selection, end: Endpoint) -> bool:
    """Whether a selection means an end."""
    return any(_picks(alternative, end) for alternative in selection.alternatives)


def _picks(alternative: PodAlternative | AddressAlternative, end: Endpoint) -> bool:
    if isinstance(alternative, AddressAlternative):
        return isinstance(end, ExternalEndpoint) and any(end.address in n for n in alternative.networks)
    if not isinstance(end, PodEndpoint):
        return False
    return (
        (alternative.namespaces is None or end.pod.namespace in alternative.namespaces)
        and end.pod.namespace not in alternative.excluded_namespaces
        and selects(alternative.pod_labels, end.pod.labels)
        and selects(alternative.namespace_labels, namespace_labels(end.namespace))
    )


def admits_port(port: AdminPort, traffic: Traffic) -> bool:
    """Whether one item of an admin rule's protocols holds the traffic."""
    if port.name is not None:
        return port.name in traffic.names
    if port.protocol not in (None, traffic.protocol):
        return False
    return port.first is None or port.first <= traffic.port <= (port.last or port.first)


# Everything that is mentioned -------------------------------------------------------------------------


class Mentioned:
    """Everything that the policies of two versions, a scope and the atoms of regions speak of."""

    def __init__(
        self,
        versions: Sequence[Inventory],
        scope: Selection | None,
        tests: Sequence[Test],
        selectors: Sequence[LabelSelector],
        ports: Sequence[int],
    ) -> None:
        self.policies = tuple(policy for version in versions for policy in version.policies)
        rules = [r for p in self.policies for d in Direction for r in p.rules(d)]
        self._peers = [peer for rule in rules for peer in rule.peers]
        admin = tuple(policy for version in versions for policy in version.admin_policies)
        above = [r for p in admin for d in Direction for r in p.rules(d)]
        self._admin_peers = [peer for rule in above for peer in rule.peers]
        self._pod_sets = [p.subject for p in admin]
        self._pod_sets += [peer.pods for peer in self._admin_peers if peer.pods is not None]
        self.admin_ports = tuple(dict.fromkeys(port for rule in above for port in rule.ports))
        self.ports = tuple(dict.fromkeys(port for rule in rules for port in rule.ports))
        self._scope = scope.alternatives if scope else ()
        self._pods_in_scope = [a for a in self._scope if isinstance(a, PodAlternative)]
        self._atoms = tuple(dict.fromkeys(test.atom for test in tests))
        self._named = {name for test in tests for name in test.named}
        self._selectors = selectors
        self._ports = ports

    @property
    def pod_selectors(self) -> tuple[LabelSelector, ...]:
        """The selectors of pods."""
        found = [policy.pod_selector for policy in self.policies]
        found += [peer.pod_selector for peer in self._peers if peer.pod_selector is not None]
        found += [pods.pod_selector for pods in self._pod_sets]
        found += [each.pod_labels for each in self._pods_in_scope]
        return tuple(dict.fromkeys((*found, *self._selectors)))

    @property
    def namespace_selectors(self) -> tuple[LabelSelector, ...]:
        """The selectors of namespaces."""
        found = [peer.namespace_selector for peer in self._peers if peer.namespace_selector is not None]
        found += [each.namespace_labels for each in self._pods_in_scope]
        found += [pods.namespace_selector for pods in self._pod_sets]
        return tuple(dict.fromkeys(found))

    def atoms(self, scope: Scope) -> tuple[LabelRequirement, ...]:
        """What the atoms ask of labels."""
        atoms = (atom for atom in self._atoms if isinstance(atom, LabelRequirement))
        return tuple(atom for atom in atoms if atom.scope is scope)

    def label_maps(self, scope: Scope) -> Iterator[dict[str, str]]:
        """Every combination of mentioned values, absence and another value, over the mentioned keys."""
        selectors = self.pod_selectors if scope is Scope.POD else self.namespace_selectors
        requirements: list[Requirement | LabelRequirement] = [r for s in selectors for r in s.requirements]
        values: dict[str, dict[str | None, None]] = {}
        for requirement in (*requirements, *self.atoms(scope)):
            if scope is Scope.POD or requirement.key != METADATA_NAME:
                own = values.setdefault(requirement.key, {None: None})
                own.update(dict.fromkeys(requirement.values))
        for combination in product(*((*own, OTHER) for own in values.values())):
            yield {k: v for k, v in zip(values, combination, strict=True) if v is not None}

    @property
    def networks(self) -> tuple[Network, ...]:
        """The networks that say which addresses are alike."""
        blocks = [peer.ip_block for peer in self._peers if peer.ip_block is not None]
        found = [network for block in blocks for network in (block.cidr, *block.excepts)]
        found += [n for a in self._scope if isinstance(a, AddressAlternative) for n in a.networks]
        found += [network for peer in self._admin_peers for network in peer.networks]
        found += [atom.network for atom in self._atoms if isinstance(atom, AddressIn)]
        return tuple(dict.fromkeys(found))

    @property
    def namespace_names(self) -> tuple[str, ...]:
        """Every mentioned name of a namespace, and one that nothing mentions."""
        names = [policy.namespace for policy in self.policies]
        names += [
            value
            for selector in self.namespace_selectors
            for requirement in selector.requirements
            if requirement.key == METADATA_NAME
            for value in requirement.values
        ]
        for alternative in self._pods_in_scope:
            names += [*(alternative.namespaces or ()), *alternative.excluded_namespaces]
        names += [atom.name for atom in self._atoms if isinstance(atom, NamespaceIs)]
        return tuple(dict.fromkeys((*names, *sorted(self._named), UNMENTIONED_NAMESPACE)))

    @property
    def port_names(self) -> tuple[str, ...]:
        """The port names that policies mention."""
        own = {port.port for port in self.ports if isinstance(port.port, str)}
        return tuple(sorted(own | {port.name for port in self.admin_ports if port.name is not None}))

    def port_numbers(self, further: Iterable[int]) -> tuple[int, ...]:
        """The first port of every stretch between the limits of what is mentioned."""
        ranges = [(p.port, p.end_port or p.port) for p in self.ports if isinstance(p.port, int)]
        ranges += [(atom.first, atom.last) for atom in self._atoms if isinstance(atom, PortIn)]
        ranges += [(p.first, p.last or p.first) for p in self.admin_ports if p.first is not None]
        ranges += [(port, port) for port in (*self._ports, *further)]
        starts = {1} | {start for first, last in ranges for start in (first, last + 1)}
        return tuple(sorted(port for port in starts if 1 <= port <= 65_535))


def interval_addresses(networks: Iterable[Network]) -> Iterator[Address]:
    """The first and the last address of every stretch between the boundaries of the networks."""
    listed = tuple(networks)
    for version, width in ((4, 32), (6, 128)):
        starts = {0}
        for network in listed:
            if network.version == version:
                starts |= {int(network.network_address), int(network.broadcast_address) + 1}
        ordered = sorted(start for start in starts if start < 1 << width)
        for first, after in zip(ordered, [*ordered[1:], 1 << width], strict=True):
            for number in dict.fromkeys((first, after - 1)):
                yield ip_address(number.to_bytes(width // 8, "big"))
