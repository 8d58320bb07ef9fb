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
from itertools import compress, product

from tests.oracle import candidate_addresses

from npverify.cni import OwnNodeEgress, OwnNodeIngress, Sctp
from npverify.questions.connectivity import (
    AddressRange,
    ConnectivityMap,
    EndpointKind,
    Exposure,
    MapEndpoint,
    OutsideAddresses,
    PossiblePods,
)
from npverify.questions.connectivity.exposures import LEFT_OPEN
from npverify.questions.selections import declared_ends
from npverify.questions.settings import QuerySettings
from npverify.reference import Evaluation, Evaluator, selects
from npverify.resources import (
    METADATA_NAME,
    Address,
    AdminPeer,
    AdminPolicy,
    Direction,
    Endpoint,
    ExternalEndpoint,
    Flow,
    LabelSelector,
    Namespace,
    NodeEndpoint,
    Peer,
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
    facts: frozenset[str]


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
            resolved=settings.resolved,
            declared=declared_ends(inventory),
        )
        edges = [a for cidr in settings.pod_cidrs for a in (cidr[0] - 1, cidr[0], cidr[-1], cidr[-1] + 1)]
        edges += [
            address
            for policy in inventory.admin_policies
            for rule in (*policy.ingress, *policy.egress)
            for peer in rule.peers
            for network in peer.networks
            for address in (network[0] - 1 if int(network[0]) else network[0], network[0], network[-1])
        ]
        edges += [network[0] for networks in settings.resolved.values() for network in networks]
        edges += [address for node in inventory.nodes for address in node.addresses]
        found = dict.fromkeys((*candidate_addresses(inventory), *edges))
        self.addresses = tuple(a for a in found if a.version in settings.profile.families)

    @cached_property
    def facts(self) -> tuple[frozenset[str], ...]:
        """Every set of open facts that could be so, but for facts about SCTP and a pod's own node."""
        return tuple(map(frozenset, _subsets((*_ties(self.inventory), *self._domain_names()))))

    def _domain_names(self) -> Iterator[str]:
        names = {
            name
            for policy in self.inventory.admin_policies
            for rule in policy.egress
            for peer in rule.peers
            for name in peer.domain_names
        }
        return (f"domain:{name}" for name in sorted(names - self.settings.resolved.keys()))

    def facts_about(self, source: End, destination: End, protocol: Protocol) -> Iterator[frozenset[str]]:
        """Every set of open facts that could be so in a flow."""
        profile = self.settings.profile
        names: list[str] = []
        if _is_node(source) or _is_node(destination):
            is_open = (
                profile.own_node_egress is OwnNodeEgress.OPEN,
                profile.own_node_ingress is OwnNodeIngress.OPEN,
            )
            names += compress(("own-node-egress", "own-node-ingress"), is_open)
        if protocol is Protocol.SCTP and profile.sctp is Sctp.OPEN:
            names += ["sctp-dropped", "sctp-ignored"]
        for own, others in product(_subsets(names), self.facts):
            yield others.union(own)

    @cached_property
    def pods(self) -> tuple[PodEnd, ...]:
        """Every declared pod."""
        return tuple(PodEnd(w, pod) for w in self.inventory.workloads for pod in w.pods)

    @cached_property
    def outside(self) -> tuple[Address, ...]:
        """Addresses on both sides of every boundary that can be outside."""
        inside = self.settings.pod_cidrs
        return tuple(a for a in self._untaken if not any(a in cidr for cidr in inside))

    @cached_property
    def free(self) -> tuple[Address, ...]:
        """Addresses on both sides of every boundary that a pod could have which is not declared."""
        inside = self.settings.pod_cidrs
        return tuple(a for a in self._untaken if not inside or any(a in cidr for cidr in inside))

    @cached_property
    def _untaken(self) -> tuple[Address, ...]:
        taken = {a for end in self.pods for a in (*end.pod.addresses, *end.pod.node_addresses)}
        taken |= {a for node in self.inventory.nodes for a in node.addresses}
        return tuple(a for a in self.addresses if a not in taken)

    # One pair -----------------------------------------------------------------------------------------

    def decide(self, source: End, destination: End, protocol: Protocol, port: int) -> tuple[bool, bool]:
        """Whether flows are allowed whatever is open, and whether they may be."""
        found = [
            self._in_world(source, destination, protocol, port, World(labels, own_node, facts))
            for labels in self._labels(source, destination)
            for own_node in _own_nodes(source, destination)
            for facts in self.facts_about(source, destination, protocol)
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
                choices.append([replace(known, labels=labels) for labels in self._label_sets(name)])
        for combination in product(*choices):
            yield {namespace.name: namespace for namespace in combination}

    def _label_sets(self, name: str) -> Iterator[dict[str, str]]:
        """Every set of labels that a namespace of this name could carry, as far as a selector can tell."""
        values: dict[str, set[str]] = {}
        for selector in _namespace_selectors(self.inventory):
            for requirement in selector.requirements:
                values.setdefault(requirement.key, set()).update(requirement.values)
        values.pop(METADATA_NAME, None)
        choices = [(None, *sorted(own), "zz-unmentioned") for _, own in sorted(values.items())]
        for combination in product(*choices):
            labels = zip(sorted(values), combination, strict=True)
            yield {METADATA_NAME: name, **{key: value for key, value in labels if value is not None}}

    def _in_world(
        self, source: End, destination: End, protocol: Protocol, port: int, world: World
    ) -> tuple[bool, bool]:
        sure, possible = [], []
        for version in self.settings.profile.families:
            one, other = self._choices(source, version), self._choices(destination, version)
            may_coincide = _is_node(source) and _is_node(destination)
            pairs = [(a, b) for a in one for b in other if a != b or may_coincide]
            if not pairs:
                continue
            allowed = self._allowed(source, destination, pairs, protocol, port, world)
            possible.append(bool(allowed))
            sure.append(_always(pairs, allowed, _is_open(source), _is_open(destination)))
        if not _is_open(source) and not _is_open(destination):
            return any(possible), any(possible)
        return any(possible) and all(sure), any(possible)

    def _allowed(
        self,
        source: End,
        destination: End,
        pairs: Sequence[tuple[Address, Address]],
        protocol: Protocol,
        port: int,
        world: World,
    ) -> set[tuple[Address, Address]]:
        """The pairs of addresses between which flows are allowed."""

        def directions(one: Address, other: Address) -> tuple[bool, bool]:
            ends = _endpoint(source, one, world), _endpoint(destination, other, world)
            return self.directions(*ends, protocol, port, world)

        if not self.settings.profile.directions_apart:
            return {pair for pair in pairs if all(directions(*pair))}
        # Egress looks at the destination's address only, ingress at the source's.
        dummies = ELSEWHERE[pairs[0][0].version]
        egress = {b: directions(_other(dummies, b), b)[0] for b in {b for _, b in pairs}}
        ingress = {a: directions(a, _other(dummies, a))[1] for a in {a for a, _ in pairs}}
        return {(a, b) for a, b in pairs if ingress[a] and egress[b]}

    def directions(
        self, source: Endpoint, destination: Endpoint, protocol: Protocol, port: int, world: World
    ) -> tuple[bool, bool]:
        """Whether egress and ingress allow a flow."""
        flow = Flow(source, destination, protocol, port)
        evaluation = self._evaluate(flow, world.facts)
        return evaluation.egress.decision.allows, evaluation.ingress.decision.allows

    def _evaluate(self, flow: Flow, facts: frozenset[str]) -> Evaluation:
        return self._evaluator.evaluate(flow, own_node_egress="own-node-egress" in facts, facts=facts)

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

    def allows(
        self,
        source: Endpoint,
        destination: Endpoint,
        protocol: Protocol,
        port: int,
        facts: frozenset[str] = frozenset(),
    ) -> bool:
        """The verdict on one flow."""
        return self._evaluate(Flow(source, destination, protocol, port), facts).allowed


def _subsets(names: Iterable[str]) -> Iterator[tuple[str, ...]]:
    listed = tuple(names)
    for chosen in product((False, True), repeat=len(listed)):
        yield tuple(compress(listed, chosen))


def _ties(inventory: Inventory) -> Iterator[str]:
    """The facts about the order of policies of one tier and priority."""
    by_rank: dict[object, list[AdminPolicy]] = {}
    for policy in inventory.admin_policies:
        by_rank.setdefault((policy.tier, policy.priority), []).append(policy)
    for policies in by_rank.values():
        by_name = sorted(policies, key=lambda policy: (policy.name, policy.kind))
        if len(by_name) == 2:
            yield f"tie-first:{by_name[1].kind}/{by_name[1].name}"
        elif len(by_name) > 2:
            yield from (f"tie-{p}:{each.kind}/{each.name}" for p in ("first", "second") for each in by_name)


def _namespace_selectors(inventory: Inventory) -> Iterator[LabelSelector]:
    for policy in (*inventory.policies, *inventory.admin_policies):
        for rule in (*policy.ingress, *policy.egress):
            for peer in rule.peers:
                if isinstance(peer, Peer) and peer.namespace_selector is not None:
                    yield peer.namespace_selector
                elif isinstance(peer, AdminPeer) and peer.pods is not None:
                    yield peer.pods.namespace_selector
    yield from (policy.subject.namespace_selector for policy in inventory.admin_policies)


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


def is_exposed(
    exposure: Exposure,
    own: PodEndpoint,
    other: Endpoint,
    protocol: Protocol,
    port: int,
    facts: frozenset[str] = frozenset(),
) -> tuple[bool, bool]:
    """Whether some entry says that the declared pod connects with the other end on the port while these facts
    are so, and whether some entry leaves room for it.
    """
    names = {
        p.name
        for p in (other.pod.ports if isinstance(other, PodEndpoint) else ())
        if p.name and (p.protocol, p.number) == (protocol, port)
    }
    elsewhere = {
        (p.name, p.protocol)
        for p in (other.pod.ports if isinstance(other, PodEndpoint) else ())
        if p.name and (p.protocol, p.number) != (protocol, port)
    }
    found = [
        LEFT_OPEN in entry.conditions
        for entry in exposure.entries
        if _is_peer(entry.peers, other)
        and all(c == LEFT_OPEN or _is_met(c, own, names, elsewhere, facts) for c in entry.conditions)
        and (
            entry.connections.admits(protocol, port)
            or any(n.ports.admits(protocol, port) and names >= set(n.names) for n in entry.named)
        )
    ]
    return False in found, bool(found)


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


def may_be_found(peers: PossiblePods | OutsideAddresses, oracle: Oracle) -> bool:
    """Whether there can be such peers, as far as addresses go."""
    if isinstance(peers, OutsideAddresses):
        return bool(peers.ranges)
    return any(not peers.addresses or _is_in(peers.addresses, address) for address in oracle.free)


def _is_in(ranges: Iterable[AddressRange], address: Address) -> bool:
    return any(r.version == address.version and r.first <= address <= r.last for r in ranges)


_ADDRESS_CONDITION = re.compile(r"the pod has its address (not )?in (\S+)")
_REQUIREMENT = re.compile(r"(!?[\w./-]+)(?:(=|!=| in | notin )(.*))?")
_LABEL_CONDITION = re.compile(r"its namespace has ns:(.+)")


_NAME_CONDITION = re.compile(r"the port is not named (\S+)")
_ELSEWHERE_CONDITION = re.compile(r"the destination has (another|no other) (\S+) port named (\S+)")


_FACTS = (
    ("tie-first:{}", r"(\S+ \S+) comes before the other .*", r"(\S+ \S+) comes after another .*"),
    (
        "tie-second:{}",
        r"(\S+ \S+) comes before the other .* but the first",
        r"(\S+ \S+) does not come before .*",
    ),
    ("domain:{}", r"the destination is an address of (\S+)", r"the destination is no address of (\S+)"),
    ("sctp-dropped", r"the network plugin drops SCTP", r"the network plugin lets SCTP through at all"),
    (
        "sctp-ignored",
        r"the network plugin applies no policy to SCTP",
        r"the network plugin applies policies to SCTP",
    ),
)
"""The names of open facts, with how they read where they are so and where they are not; later ones first."""


def _fact_in(condition: str) -> tuple[str, bool] | None:
    for name, so, not_so in reversed(_FACTS):
        for pattern, holds in ((so, True), (not_so, False)):
            matched = re.fullmatch(pattern, condition)
            if matched:
                return name.format(*(group.replace(" ", "/") for group in matched.groups())), holds
    return None


def _is_met(
    condition: str,
    own: PodEndpoint,
    names: Collection[str],
    elsewhere: Collection[tuple[str, str]],
    facts: frozenset[str],
) -> bool:
    """Whether a condition holds of the declared pod as it is in one flow, to a port with those names of a
    destination that has names of protocols `elsewhere`.
    """
    fact = _fact_in(condition)
    if fact is not None:
        return (fact[0] in facts) is fact[1]
    unnamed = _NAME_CONDITION.fullmatch(condition)
    if unnamed:
        return unnamed[1] not in names
    another = _ELSEWHERE_CONDITION.fullmatch(condition)
    if another:
        return ((another[3], another[2]) in elsewhere) is (another[1] == "another")
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
