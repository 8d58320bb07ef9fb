"""What a map has to say of two ends, found out flow by flow with the reference evaluator alone.

An end is a declared pod or an outside address. What is open about a pod (its address, the labels of its
namespace, whether it shares a node with the other end) is tried out; nothing here knows classes or atoms.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from ipaddress import ip_address, ip_network
from itertools import product

from tests.oracle import candidate_addresses

from npverify.questions.connectivity import (
    AddressRange,
    ConnectivityMap,
    EndpointKind,
    Exposure,
    MapEndpoint,
    OutsideAddresses,
    PossiblePods,
)
from npverify.questions.settings import QuerySettings
from npverify.reference import Evaluator, selects
from npverify.resources import (
    METADATA_NAME,
    Address,
    Direction,
    Endpoint,
    ExternalEndpoint,
    Flow,
    LabelSelector,
    Namespace,
    NodeEndpoint,
    Pod,
    PodEndpoint,
    Protocol,
    Workload,
)
from npverify.resources.inventory import Inventory

ELSEWHERE = {
    4: (ip_address("198.18.7.1"), ip_address("198.18.7.2")),
    6: tuple(map(ip_address, ("3fff::1", "3fff::2"))),
}
"""Addresses that only networks hold which hold every address."""


@dataclass(frozen=True)
class PodEnd:
    """A declared pod."""

    workload: Workload
    pod: Pod

    @property
    def known(self) -> tuple[Address, ...]:
        """The addresses that the input gives."""
        return (
            (self.pod.addresses or self.pod.node_addresses) if self.pod.host_network else self.pod.addresses
        )

    @property
    def nodes(self) -> frozenset[str | None]:
        """The nodes that pods of its line in the map run on."""
        alike = (pod for pod in self.workload.pods if pod.host_network == self.pod.host_network)
        return frozenset(pod.node for pod in alike)


End = PodEnd | Address


@dataclass(frozen=True)
class World:
    """One way in which the open facts could be, the addresses aside."""

    labels: Mapping[str, Namespace]
    own_node: bool
    facts: object


class Oracle:
    """Decides every pair of ends of one inventory."""

    def __init__(self, inventory: Inventory, settings: QuerySettings) -> None:
        self.inventory = inventory
        self.settings = settings
        self._evaluator = Evaluator(
            inventory.policies,
            settings.profile,
            admin_policies=inventory.admin_policies,
            nodes=inventory.nodes,
        )
        self.facts: Sequence[object] = (False, True)
        edges = [a for cidr in settings.pod_cidrs for a in (cidr[0] - 1, cidr[0], cidr[-1], cidr[-1] + 1)]
        edges += [
            address
            for policy in inventory.admin_policies
            for rule in (*policy.ingress, *policy.egress)
            for peer in rule.peers
            for network in peer.networks
            for address in (network[0] - 1 if int(network[0]) else network[0], network[0], network[-1])
        ]
        self.addresses = tuple(dict.fromkeys((*candidate_addresses(inventory), *edges)))

    @cached_property
    def pods(self) -> tuple[PodEnd, ...]:
        """Every declared pod."""
        return tuple(PodEnd(w, pod) for w in self.inventory.workloads for pod in w.pods)

    @cached_property
    def outside(self) -> tuple[Address, ...]:
        """Addresses on both sides of every boundary that can be outside."""
        taken = {a for end in self.pods for a in (*end.pod.addresses, *end.pod.node_addresses)}
        taken |= {a for node in self.inventory.nodes for a in node.addresses}
        inside = self.settings.pod_cidrs
        free = (a for a in self.addresses if a not in taken)
        return tuple(a for a in free if not any(a in cidr for cidr in inside))

    # One pair -----------------------------------------------------------------------------------------

    def decide(self, source: End, destination: End, protocol: Protocol, port: int) -> tuple[bool, bool]:
        """Whether flows are allowed whatever is open, and whether they may be."""
        found = [
            self._in_world(source, destination, protocol, port, World(labels, own_node, facts))
            for labels in self._labels(source, destination)
            for own_node in _own_nodes(source, destination)
            for facts in self.facts
        ]
        return all(sure for sure, _ in found), any(possible for _, possible in found)

    def _labels(self, *ends: End) -> Iterator[Mapping[str, Namespace]]:
        """The namespaces of both ends, in every way in which they could be labelled."""
        names = sorted({end.pod.namespace for end in ends if isinstance(end, PodEnd)})
        choices = []
        for name in names:
            known = self.inventory.namespaces[name]
            if known.declared or not self.settings.open_namespaces:
                choices.append([known])
            else:
                choices.append([_labelled(known, value) for value in (None, *self._values)])
        for combination in product(*choices):
            yield {namespace.name: namespace for namespace in combination}

    @cached_property
    def _values(self) -> tuple[str, ...]:
        values = {
            value
            for policy in self.inventory.policies
            for rule in (*policy.ingress, *policy.egress)
            for peer in rule.peers
            if peer.namespace_selector is not None
            for requirement in peer.namespace_selector.requirements
            for value in requirement.values
        }
        return (*sorted(values), "zz-unmentioned")

    def _in_world(
        self, source: End, destination: End, protocol: Protocol, port: int, world: World
    ) -> tuple[bool, bool]:
        sure, possible = [], []
        for version in (4, 6):
            one, other = self._choices(source, version), self._choices(destination, version)
            may_coincide = _is_node(source) and _is_node(destination)
            pairs = [(a, b) for a in one for b in other if a != b or may_coincide]
            if not pairs:
                continue
            # Egress looks at the destination's address only, ingress at the source's.
            dummies = ELSEWHERE[version]
            egress = {
                b: self.directions(
                    _endpoint(source, _other(dummies, b), world),
                    _endpoint(destination, b, world),
                    protocol,
                    port,
                    world,
                )[0]
                for b in other
            }
            ingress = {
                a: self.directions(
                    _endpoint(source, a, world),
                    _endpoint(destination, _other(dummies, a), world),
                    protocol,
                    port,
                    world,
                )[1]
                for a in one
            }
            allowed = {pair for pair in pairs if ingress[pair[0]] and egress[pair[1]]}
            possible.append(bool(allowed))
            sure.append(_always(pairs, allowed, _is_open(source), _is_open(destination)))
        if not _is_open(source) and not _is_open(destination):
            return any(possible), any(possible)
        return any(possible) and all(sure), any(possible)

    def directions(
        self, source: Endpoint, destination: Endpoint, protocol: Protocol, port: int, world: World
    ) -> tuple[bool, bool]:
        """Whether egress and ingress allow a flow."""
        flow = Flow(source, destination, protocol, port)
        evaluation = self._evaluator.evaluate(flow, own_node_egress=bool(world.facts))
        return evaluation.egress.decision.allows, evaluation.ingress.decision.allows

    def _choices(self, end: End, version: int) -> tuple[Address, ...]:
        """The addresses that an end has, or could have."""
        if not isinstance(end, PodEnd):
            return (end,) if end.version == version else ()
        if end.known:
            return tuple(a for a in end.known if a.version == version)
        inside = () if end.pod.host_network else self.settings.pod_cidrs
        own = (a for a in self.addresses if a.version == version)
        return tuple(a for a in own if not inside or any(a in cidr for cidr in inside))

    # Possible peers -----------------------------------------------------------------------------------

    def possible_ends(self, end: PodEnd, other: Endpoint) -> Iterator[PodEndpoint]:
        """A declared pod at each address that it has or could have in a flow with the other end, in a
        namespace with each set of labels that it could have.
        """
        for namespaces in self._labels(end):
            own = namespaces[end.pod.namespace]
            if isinstance(other, PodEndpoint) and other.namespace.name == own.name and other.namespace != own:
                continue
            for address in self._choices(end, other.address.version):
                if address != other.address:
                    yield PodEndpoint(end.pod, own, address)

    def allows(self, source: Endpoint, destination: Endpoint, protocol: Protocol, port: int) -> bool:
        """The verdict on one flow."""
        return self._evaluator.evaluate(Flow(source, destination, protocol, port)).allowed


def _labelled(namespace: Namespace, value: str | None) -> Namespace:
    labels = {METADATA_NAME: namespace.name, **({} if value is None else {"team": value})}
    return replace(namespace, labels=labels)


def _is_node(end: End) -> bool:
    return isinstance(end, PodEnd) and end.pod.host_network


def _is_open(end: End) -> bool:
    return isinstance(end, PodEnd) and not end.known


def _own_nodes(source: End, destination: End) -> tuple[bool, ...]:
    """Whether one end may be the node of the other."""
    if not isinstance(source, PodEnd) or not isinstance(destination, PodEnd):
        return (False,)
    if _is_node(source) == _is_node(destination):
        return (False,)
    found = {one == other for one in source.nodes for other in destination.nodes if one and other}
    if None in source.nodes | destination.nodes:
        found = {False, True}
    return tuple(sorted(found))


def _other(addresses: Sequence[Address], address: Address) -> Address:
    return next(each for each in addresses if each != address)


def _endpoint(end: End, address: Address, world: World) -> Endpoint:
    if not isinstance(end, PodEnd):
        return ExternalEndpoint(address)
    if end.pod.host_network:
        return NodeEndpoint("node", address, is_own_node=world.own_node)
    return PodEndpoint(end.pod, world.labels[end.pod.namespace], address)


def _always(pairs, allowed, source_is_open: bool, destination_is_open: bool) -> bool:
    """Whether, whatever the open ends have for an address, a known one connects."""
    if source_is_open and destination_is_open:
        return len(allowed) == len(pairs)
    place = 0 if source_is_open else 1
    return {pair[place] for pair in pairs} == {pair[place] for pair in allowed}


# Maps -------------------------------------------------------------------------------------------------


def endpoints_of(found: ConnectivityMap, end: End) -> list[MapEndpoint]:
    """The endpoints of the map that stand for an end."""
    if isinstance(end, PodEnd):
        return [each for each in found.endpoints if _stands_for(each, end)]
    return [
        each
        for each in found.endpoints
        if each.range is not None
        and each.range.version == end.version
        and int(each.range.first) <= int(end) <= int(each.range.last)
    ]


def _stands_for(endpoint: MapEndpoint, end: PodEnd) -> bool:
    kind = EndpointKind.HOST_NETWORK if end.pod.host_network else EndpointKind.WORKLOAD
    own = end.workload.namespace, end.workload.kind, end.workload.name
    return (
        endpoint.kind is kind
        and (endpoint.namespace, endpoint.workload_kind, endpoint.workload_name) == own
        and (not endpoint.pods or end.pod.name in endpoint.pods)
    )


# Exposure ---------------------------------------------------------------------------------------------


def exposures_of(found: ConnectivityMap, end: PodEnd, direction: Direction) -> list[Exposure]:
    """The exposures of a map that are about a pod."""
    return [
        exposure
        for exposure in found.exposure
        if exposure.direction is direction and any(_stands_for(each, end) for each in exposure.endpoints)
    ]


def is_exposed(exposure: Exposure, own: PodEndpoint, other: Endpoint, protocol: Protocol, port: int) -> bool:
    """Whether some entry says that the declared pod connects with the other end on the port."""
    names = {
        p.name
        for p in (other.pod.ports if isinstance(other, PodEndpoint) else ())
        if p.name and (p.protocol, p.number) == (protocol, port)
    }
    return any(
        _is_peer(entry.peers, other)
        and all(_is_met(condition, own, names) for condition in entry.conditions)
        and (
            entry.connections.admits(protocol, port)
            or any(n.ports.admits(protocol, port) and names >= set(n.names) for n in entry.named)
        )
        for entry in exposure.entries
    )


def _is_peer(peers: PossiblePods | OutsideAddresses, end: Endpoint) -> bool:
    if isinstance(peers, OutsideAddresses):
        return isinstance(end, ExternalEndpoint) and _is_in(peers.ranges, end.address)
    return (
        isinstance(end, PodEndpoint)
        and (peers.namespaces is None or end.namespace.name in peers.namespaces)
        and end.namespace.name not in peers.excluded_namespaces
        and selects(LabelSelector(peers.namespace_labels), end.namespace.labels)
        and selects(LabelSelector(peers.pod_labels), end.pod.labels)
        and (not peers.addresses or _is_in(peers.addresses, end.address))
    )


def _is_in(ranges: Iterable[AddressRange], address: Address) -> bool:
    return any(r.version == address.version and r.first <= address <= r.last for r in ranges)


_ADDRESS_CONDITION = re.compile(r"the pod has its address (not )?in (\S+)")
_REQUIREMENT = re.compile(r"(!?[\w./-]+)(?:(=|!=| in | notin )(.*))?")
_LABEL_CONDITION = re.compile(r"its namespace has ns:(.+)")


_NAME_CONDITION = re.compile(r"the port is not named (\S+)")


def _is_met(condition: str, own: PodEndpoint, names: Collection[str]) -> bool:
    """Whether a condition holds of the declared pod as it is in one flow, to a port with those names."""
    unnamed = _NAME_CONDITION.fullmatch(condition)
    if unnamed:
        return unnamed[1] not in names
    matched = _ADDRESS_CONDITION.fullmatch(condition)
    if matched:
        network = ip_network(matched[2])
        return (own.address.version == network.version and own.address in network) is not bool(matched[1])
    matched = _LABEL_CONDITION.fullmatch(condition)
    assert matched is not None, condition
    key, operator, values = _REQUIREMENT.fullmatch(matched[1]).groups()
    value = own.namespace.labels.get(key.removeprefix("!"))
    listed = (values or "").strip("()").split(",")
    match operator:
        case None:
            return (value is None) is key.startswith("!")
        case "=" | " in ":
            return value is not None and value in listed
        case _:
            return value is None or value not in listed


def interesting_ports(inventory: Inventory) -> Iterable[int]:
    """Ports on both sides of every boundary that a policy or a container draws."""
    mentioned = {1, 65_535, 40_000}
    for policy in inventory.policies:
        for rule in (*policy.ingress, *policy.egress):
            for port in rule.ports:
                if isinstance(port.port, int):
                    mentioned |= {port.port, port.end_port or port.port}
    for workload in inventory.workloads:
        mentioned |= {port.number for pod in workload.pods for port in pod.ports}
    return sorted({p for m in mentioned for p in (m - 1, m, m + 1) if 1 <= p <= 65_535})
