"""A representative of every flow that two versions of a cluster can tell apart, decided by the evaluator.

Each end is enumerated by label values, namespaces, kinds and addresses on both sides of every boundary, the
traffic by protocols, ports on both sides of every boundary, and the ways in which named ports can resolve.
Nothing in here asks a solver.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from ipaddress import ip_network
from itertools import product
from unittest.mock import patch

from tests.comparison_atoms import (
    ABOUT_PODS,
    Mentioned,
    Test,
    Traffic,
    admits,
    admits_port,
    end_passes,
    interval_addresses,
    is_among,
    meets,
    names_of,
    picks,
)

from npverify.questions.comparison import Change
from npverify.questions.query import Selection
from npverify.questions.settings import QuerySettings
from npverify.reference import Evaluator, selects
from npverify.reference.network_policy import applies, peer_admits, port_admits
from npverify.reference.selectors import namespace_labels
from npverify.resources import (
    METADATA_NAME,
    Address,
    ContainerPort,
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
)
from npverify.resources.inventory import Inventory
from npverify_encodings.flows import Side
from npverify_encodings.model import Scope

OLD, NEW = AGES = (0, 1)
MOST_FLOWS = 120_000
"""Flows beyond which a space is too large to be looked at one by one."""

Demand = Callable[[int, Flow], bool]
"""What a version demands of a flow besides its policies."""


class TooLarge(Exception):  # noqa: N818 - an outcome, not an error
    """The space has more flows than a test can look at."""


# Ends -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class End:
    """One end as both versions see it.

    `declared` names a declared pod; `single`: there is just one of it. A declared pod has the ports that it
    declares, any other those that a flow needs.
    """

    old: Endpoint
    new: Endpoint
    declared: str | None = None
    single: bool = False

    @property
    def both(self) -> tuple[Endpoint, Endpoint]:
        """The end as the old version sees it, and as the new one does."""
        return self.old, self.new

    @property
    def may_be_pod(self) -> bool:
        """Whether it is a pod of the pod network in either version."""
        return any(isinstance(end, PodEndpoint) for end in self.both)

    @property
    def addresses(self) -> tuple[Address, Address]:
        """Its addresses in both versions, which are of one family."""
        return self.old.address, self.new.address

    @property
    def family(self) -> int:
        """The version of its addresses."""
        return self.old.address.version

    def with_ports(self, traffic: Traffic) -> End:
        """The end as the destination of the traffic."""
        if self.declared is not None or not self.may_be_pod:
            return self
        ports = tuple(ContainerPort(name, traffic.port, traffic.protocol) for name in sorted(traffic.names))
        return End(*(replace(end, pod=replace(end.pod, ports=ports)) for end in self.both))


def alike(end: Endpoint) -> End:
    """An end that is the same in both versions."""
    return End(end, end)


@dataclass(frozen=True, slots=True)
class EndClass:
    """Ends that nothing tells apart: one or two of them, at different addresses.

    `truths` has a bit for each test that holds, by version; `open` has one for each that is about something
    which such an end does not have.
    """

    members: tuple[End, ...]
    truths: tuple[int, int]
    open: int
    in_scope: bool


@dataclass(frozen=True, slots=True)
class TrafficClass:
    """Traffic that nothing tells apart: one example of it."""

    traffic: Traffic
    truths: int


@dataclass(frozen=True, slots=True)
class Decided:
    """One flow and what both versions decide about it."""

    source: EndClass
    destination: EndClass
    traffic: TrafficClass
    egress: tuple[bool, bool]
    ingress: tuple[bool, bool]

    def change(self, direction: Direction | None = None) -> Change | None:
        """Which sort of region the flow belongs in (None: both deny it)."""
        old, new = (self.allows(age, direction) for age in AGES)
        if old and new:
            return Change.SHARED
        return Change.OPENED if new else Change.CLOSED if old else None

    def allows(self, age: int, direction: Direction | None) -> bool:
        """Whether one version allows the flow, in one direction or in both."""
        match direction:
            case Direction.EGRESS:
                return self.egress[age]
            case Direction.INGRESS:
                return self.ingress[age]
        return self.egress[age] and self.ingress[age]

    def __str__(self) -> str:
        ends = (f"{end.members[0].old} / {end.members[0].new}" for end in (self.source, self.destination))
        return f"{' -> '.join(ends)} {self.traffic.traffic} egress {self.egress} ingress {self.ingress}"


# Declared pods ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class DeclaredPod:
    """A declared pod in both versions; in one that does not have it, it is as in the other."""

    name: str
    old: Pod
    new: Pod

    @property
    def both(self) -> tuple[Pod, Pod]:
        """The pod in the old version, and in the new one."""
        return self.old, self.new

    @property
    def looks_alike(self) -> bool:
        """Whether no policy could see a difference between the versions."""
        old, new = (
            (
                pod.host_network,
                known_addresses(pod),
                not pod.host_network and (pod.labels, {p for p in pod.ports if p.name}),
            )
            for pod in self.both
        )
        return old == new


def known_addresses(pod: Pod) -> tuple[Address, ...]:
    """The addresses that the input gives."""
    return (pod.addresses or pod.node_addresses) if pod.host_network else pod.addresses


def declared_pods(old: Inventory, new: Inventory) -> tuple[DeclaredPod, ...]:
    """The declared pods of both versions, paired by the workload and their own names."""
    before, after = ({_name(w, pod): pod for w in each.workloads for pod in w.pods} for each in (old, new))
    return tuple(
        DeclaredPod(
            name,
            _filled(before.get(name, after.get(name)), after.get(name)),
            _filled(after.get(name, before.get(name)), before.get(name)),
        )
        for name in sorted({**before, **after})
    )


def _filled(pod: Pod, other: Pod | None) -> Pod:
    """What only the other version tells of a pod's addresses holds in this one, too."""
    if other is None or pod.host_network is not other.host_network or pod.addresses or pod.node_addresses:
        return pod
    return replace(pod, addresses=other.addresses, node_addresses=other.node_addresses)


def _name(workload: object, pod: Pod) -> str:
    return f"{workload}#{'' if pod.replicated else pod.name}"


# Spaces -----------------------------------------------------------------------------------------------


class Space:
    """Every flow that two versions, and the tests, can tell apart.

    `only_declared`: those between declared pods that look alike, and with the outside. `cast` are declared
    pods that play an end. `demand` with the `selectors` and `ports` that it looks at is what a version asks
    of a flow besides.
    """

    def __init__(
        self,
        old: Inventory,
        new: Inventory,
        settings: QuerySettings,
        *,
        tests: Iterable[Test] = (),
        scope: Selection | None = None,
        only_declared: bool = False,
        cast: Mapping[Side, DeclaredPod] | None = None,
        demand: Demand | None = None,
        selectors: Sequence[LabelSelector] = (),
        ports: Sequence[int] = (),
    ) -> None:
        self.inventories = (old, new)
        self.settings = settings
        self.tests = tuple(dict.fromkeys(tests))
        self.scope = scope
        self.only_declared = only_declared
        self.cast = cast or {}
        self.demand = demand
        self.selectors = selectors
        self.mentioned = Mentioned(self.inventories, scope, self.tests, selectors, ports)
        self.evaluators = tuple(
            Evaluator(each.policies, settings.profile, admin_policies=each.admin_policies)
            for each in self.inventories
        )

    # Namespaces and addresses -------------------------------------------------------------------------

    @cached_property
    def namespaces(self) -> tuple[Mapping[str, Namespace], Mapping[str, Namespace]]:
        """A namespace that one version does not know is there as in the other."""
        old, new = (inventory.namespaces for inventory in self.inventories)
        return {**new, **old}, {**old, **new}

    def possible_namespaces(self, name: str) -> Iterator[tuple[Namespace, Namespace]]:
        """How both versions may see a namespace: one without an object may be left open."""
        known = [own.get(name) for own in self.namespaces]
        fixed = [n is not None and (n.declared or not self.settings.open_namespaces) for n in known]
        if any(fixed):
            yield tuple(known if all(fixed) else [known[fixed.index(True)]] * 2)
            return
        for labels in self.mentioned.label_maps(Scope.NAMESPACE):
            yield (Namespace(name, {**labels, METADATA_NAME: name}, declared=False),) * 2

    @cached_property
    def taken(self) -> frozenset[Address]:
        """The addresses that nothing outside has."""
        pods = [pod for each in self.inventories for w in each.workloads for pod in w.pods]
        nodes = [address for each in self.inventories for node in each.nodes for address in node.addresses]
        return frozenset((*nodes, *(a for pod in pods for a in (*pod.addresses, *pod.node_addresses))))

    @cached_property
    def addresses(self) -> tuple[Address, ...]:
        """Two addresses of each class that nothing tells apart, where there are two."""
        hosts = [ip_network(str(address)) for address in self.taken]
        networks = (*self.mentioned.networks, *self.settings.pod_cidrs, *hosts)
        classes: dict[Hashable, list[Address]] = {}
        for address in dict.fromkeys(interval_addresses(networks)):
            looks = (
                address.version,
                address in self.taken,
                self._in_pod_network(address),
                *(address in network for network in self.mentioned.networks),
            )
            classes.setdefault(looks, []).append(address)
        return tuple(address for own in classes.values() for address in own[:2])

    def _in_pod_network(self, address: Address) -> bool:
        return any(address in network for network in self.settings.pod_cidrs)

    def _pod_addresses(self) -> list[Address]:
        return [a for a in self.addresses if not self.settings.pod_cidrs or self._in_pod_network(a)]

    # Ends ---------------------------------------------------------------------------------------------

    def ends(self, side: Side) -> Iterator[End]:
        """Every end that a flow may have at one side."""
        if side in self.cast:
            yield from self._ends_of(self.cast[side])
            return
        for address in self.addresses:
            if address not in self.taken and not self._in_pod_network(address):
                yield alike(ExternalEndpoint(address))
        yield from self._declared_ends() if self.only_declared else self._possible_ends()

    def _possible_ends(self) -> Iterator[End]:
        for address in self.addresses:
            yield alike(NodeEndpoint("a node", address))
        pods, homes, where = self._label_classes(), self._namespace_classes(), self._pod_addresses()
        if len(pods) * len(homes) * len(where) > MOST_FLOWS // 2:
            raise TooLarge
        for labels, (old, new), address in product(pods, homes, where):
            pod = Pod(old.name, "possible", labels, addresses=(address,))
            yield End(PodEndpoint(pod, old, address), PodEndpoint(pod, new, address))

    def _label_classes(self) -> list[dict[str, str]]:
        selectors, atoms = self.mentioned.pod_selectors, self.mentioned.atoms(Scope.POD)
        classes: dict[Hashable, dict[str, str]] = {}
        for labels in self.mentioned.label_maps(Scope.POD):
            looks = (
                *(selects(selector, labels) for selector in selectors),
                *(meets(atom, labels.get(atom.key)) for atom in atoms),
            )
            classes.setdefault(looks, labels)
        return [*classes.values()]

    def _namespace_classes(self) -> list[tuple[Namespace, Namespace]]:
        selectors, atoms = self.mentioned.namespace_selectors, self.mentioned.atoms(Scope.NAMESPACE)
        names = self.mentioned.namespace_names
        classes: dict[Hashable, tuple[Namespace, Namespace]] = {}
        for name in dict.fromkeys((*self.namespaces[OLD], *names)):
            for both in self.possible_namespaces(name):
                labels = [namespace_labels(namespace) for namespace in both]
                looks = (
                    name if name in names else None,
                    *(selects(selector, own) for selector in selectors for own in labels),
                    *(meets(atom, own.get(atom.key)) for atom in atoms for own in labels),
                )
                classes.setdefault(looks, both)
        return [*classes.values()]

    def _declared_ends(self) -> Iterator[End]:
        for declared in declared_pods(*self.inventories):
            if declared.looks_alike:
                yield from self._ends_of(declared)

    def _ends_of(self, declared: DeclaredPod) -> Iterator[End]:
        """A declared pod at each address that it may have: where both leave it open, at the same one."""
        where = [known_addresses(pod) or self._open_addresses(pod) for pod in declared.both]
        moves = any(known_addresses(pod) for pod in declared.both)
        for old, new in product(*where) if moves else zip(*where, strict=True):
            if old.version == new.version:
                for homes in self.possible_namespaces(declared.new.namespace):
                    ends = (
                        NodeEndpoint(declared.name, address)
                        if pod.host_network
                        else PodEndpoint(pod, home, address)
                        for pod, home, address in zip(declared.both, homes, (old, new), strict=True)
                    )
                    yield End(*ends, declared=declared.name, single=not declared.new.replicated)

    def _open_addresses(self, pod: Pod) -> Sequence[Address]:
        return self.addresses if pod.host_network else self._pod_addresses()

    def seen_by_old(self, end: Endpoint) -> Endpoint:
        """An end of the new version, which is no changed pod, as it is in the old one."""
        if not isinstance(end, PodEndpoint) or end.pod.namespace not in self.namespaces[OLD]:
            return end
        old, new = (own[end.pod.namespace] for own in self.namespaces)
        is_open = self.settings.open_namespaces and not old.declared
        return replace(
            end, namespace=end.namespace if is_open and not new.declared else new if is_open else old
        )

    # Classes ------------------------------------------------------------------------------------------

    def end_classes(self, side: Side) -> tuple[EndClass, ...]:
        """The classes of ends at one side."""
        tests = [(1 << number, test) for number, test in enumerate(self.tests) if test.side is side]
        about_pods = sum(bit for bit, test in tests if isinstance(test.atom, ABOUT_PODS))
        members: dict[Hashable, list[End]] = {}
        classes: dict[Hashable, EndClass] = {}
        for end in self.ends(side):
            truths = tuple(sum(bit for bit, test in tests if end_passes(test, own)) for own in end.both)
            in_scope = self.scope is None or any(picks(self.scope, own) for own in end.both)
            unlike = [self._looks(own, side, age) for age, own in enumerate(end.both)]
            looks = end.family, end.declared, in_scope, truths, end.may_be_pod, *unlike
            own = members.setdefault(looks, [])
            if len(own) < 2 and all(not set(known.addresses) & set(end.addresses) for known in own):
                own.append(end)
            classes[looks] = EndClass((), truths, 0 if end.may_be_pod else about_pods, in_scope)
        return tuple(replace(each, members=tuple(members[looks])) for looks, each in classes.items())

    def _looks(self, end: Endpoint, side: Side, age: int) -> Hashable:
        """All that a version can see of an end: it decides one direction and is a peer in the other one."""
        deciding, other = Direction.EGRESS, Direction.INGRESS
        if side is Side.DESTINATION:
            deciding, other = other, deciding
        policies = self.inventories[age].policies
        pod = end if isinstance(end, PodEndpoint) else None
        return (
            tuple(pod is not None and applies(policy, pod, deciding) for policy in policies),
            tuple(
                peer_admits(peer, policy, end, self.settings.profile)
                for policy in policies
                for rule in policy.rules(other)
                for peer in rule.peers
            ),
            tuple(
                (
                    is_among(policy.subject, end),
                    *(admits(peer, end) for rule in policy.rules(other) for peer in rule.peers),
                )
                for policy in self.inventories[age].admin_policies
            ),
            pod
            and self.selectors
            and (pod.pod.namespace, *(selects(s, pod.pod.labels) for s in self.selectors)),
        )

    def traffic_classes(self, end: End) -> tuple[TrafficClass, ...]:
        """The classes of traffic to one destination."""
        key = end.declared or end.may_be_pod
        if key not in self._traffic:
            tests = [(1 << n, test) for n, test in enumerate(self.tests) if test.side is Side.TRAFFIC]
            classes: dict[Hashable, TrafficClass] = {}
            for traffic in self._possible_traffic(end):
                flows = [
                    Flow(one, other, traffic.protocol, traffic.port)
                    for one, other in zip(end.both, end.with_ports(traffic).both, strict=True)
                ]
                truths = sum(bit for bit, test in tests if traffic.passes(test.atom))
                admitted = (port_admits(port, flow) for port in self.mentioned.ports for flow in flows)
                demanded = traffic if self.demand else None
                above = (admits_port(port, traffic) for port in self.mentioned.admin_ports)
                classes.setdefault((truths, demanded, *admitted, *above), TrafficClass(traffic, truths))
            self._traffic[key] = tuple(classes.values())
        return self._traffic[key]

    @cached_property
    def _traffic(self) -> dict[Hashable, tuple[TrafficClass, ...]]:
        return {}

    def _possible_traffic(self, end: End) -> Iterator[Traffic]:
        pods = [own.pod for own in end.both if end.declared and isinstance(own, PodEndpoint)]
        own = [port.number for pod in pods for port in pod.ports]
        names = self.mentioned.port_names if end.may_be_pod and not end.declared else ()
        for protocol, port in product(Protocol, self.mentioned.port_numbers(own)):
            if end.declared:
                yield Traffic(protocol, port, names_of(end.new, protocol, port))
                continue
            for picked in product((False, True), repeat=len(names)):
                chosen = (name for name, wanted in zip(names, picked, strict=True) if wanted)
                yield Traffic(protocol, port, frozenset(chosen))

    # Flows --------------------------------------------------------------------------------------------

    @cached_property
    def flows(self) -> tuple[Decided, ...]:
        """Every flow, decided by the evaluators of both versions."""
        sources, destinations = (self.end_classes(side) for side in (Side.SOURCE, Side.DESTINATION))
        if len(sources) * sum(len(self.traffic_classes(d.members[0])) for d in destinations) > MOST_FLOWS:
            raise TooLarge
        with patch("npverify.reference.evaluator.nearest_rules", return_value=()):
            return tuple(self._decided(sources, destinations))

    def _decided(self, sources: Sequence[EndClass], destinations: Sequence[EndClass]) -> Iterator[Decided]:
        for source, destination in product(sources, destinations):
            if source.in_scope or destination.in_scope:
                pairs = product(source.members, destination.members)
                pair = next((pair for pair in pairs if may_talk(*pair)), None)
                for traffic in self.traffic_classes(pair[1]) if pair else ():
                    yield self._decide(source, destination, traffic, *pair)

    def _decide(
        self, source: EndClass, destination: EndClass, traffic: TrafficClass, one: End, other: End
    ) -> Decided:
        example = traffic.traffic
        other = other.with_ports(example)
        decisions = []
        for age in AGES:
            flow = Flow(one.both[age], other.both[age], example.protocol, example.port)
            evaluation = self.evaluators[age].evaluate(flow)
            demanded = self.demand is None or self.demand(age, flow)
            decisions.append(demanded and e.decision.allows for e in (evaluation.egress, evaluation.ingress))
        egress, ingress = zip(*decisions, strict=True)
        return Decided(source, destination, traffic, egress, ingress)

    # Regions ------------------------------------------------------------------------------------------

    def inside(
        self,
        literals: Iterable[tuple[Test, bool]],
        age: int,
        flows: Iterable[Decided] | None = None,
        *,
        loosely: bool = False,
    ) -> Iterator[Decided]:
        """The flows that satisfy the literals, in one version.

        `loosely`: what is no pod may have any labels and be in any namespace.
        """
        wanted = dict.fromkeys(Side, 0)
        unwanted = dict.fromkeys(Side, 0)
        for test, holds in literals:
            (wanted if holds else unwanted)[test.side] |= 1 << self.tests.index(test)
        for flow in self.flows if flows is None else flows:
            parts = (
                (Side.SOURCE, flow.source.truths[age], flow.source.open),
                (Side.DESTINATION, flow.destination.truths[age], flow.destination.open),
                (Side.TRAFFIC, flow.traffic.truths, 0),
            )
            if all(
                not wanted[side] & ~truths & (~open_ if loosely else -1)
                and not unwanted[side] & truths & (~open_ if loosely else -1)
                for side, truths, open_ in parts
            ):
                yield flow


def may_talk(one: End, other: End) -> bool:
    """Whether there is a flow between both ends: of one family, at two addresses, of no pod to itself."""
    return (
        one.family == other.family
        and all(a != b for a, b in zip(one.addresses, other.addresses, strict=True))
        and not (one.single and one.declared == other.declared)
    )
