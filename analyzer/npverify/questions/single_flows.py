"""Single concrete flows between declared ends, decided by the reference evaluator alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from ipaddress import ip_address
from itertools import permutations, product

from npverify.cni import OwnNodeEgress, OwnNodeIngress, Sctp
from npverify.dialects.admin import goes_first, goes_second, tie_groups
from npverify.dialects.platform import OWN_NODE_EGRESS, OWN_NODE_INGRESS, SCTP_DROPPED, SCTP_IGNORED
from npverify.errors import UsageError
from npverify.questions.selections import declared_ends
from npverify.questions.settings import QuerySettings
from npverify.questions.unmodelled import left_open
from npverify.reference import Evaluator
from npverify.resources import (
    Address,
    AdminPolicy,
    Direction,
    Endpoint,
    ExternalEndpoint,
    Flow,
    NodeEndpoint,
    Pod,
    PodEndpoint,
    Protocol,
    Tier,
)
from npverify.resources.inventory import Inventory
from npverify_encodings.model import Condition

Way = frozenset[Condition]


class SingleFlows:
    """Decides flows of one inventory."""

    def __init__(self, inventory: Inventory) -> None:
        self._inventory = inventory

    def allows(
        self, source: str, destination: str, port: int, protocol: str, *, settings: QuerySettings
    ) -> bool:
        """Whether a flow is allowed; see `Cluster.allows`. Raises UsageError."""
        flow = self._flow(source, destination, port, protocol, settings.profile.families)
        if flow is None:
            return False
        self._check_modelled(flow, settings)
        evaluator = self._evaluator(settings)
        found = {way: self._verdicts(evaluator, flow, way) for way in _ways(settings)}
        if any(len(verdicts) > 1 for verdicts in found.values()):
            raise UsageError(
                "whether this flow is allowed depends on the order of admin policies of equal priority, "
                "which is undefined",
                hint="give them different priorities",
            )
        if len(set(found.values())) > 1:
            raise UsageError(
                f"whether this flow is allowed depends on the network plugin: {' or '.join(_needed(found))}",
                hint="name the plugin, as in QuerySettings(profile=profile_of('calico'))",
            )
        (verdict,) = next(iter(found.values()))
        return verdict

    def _check_modelled(self, flow: Flow, settings: QuerySettings) -> None:
        """Raise UsageError where a policy of a kind that is not modelled could decide the flow."""
        homes = {end.pod.namespace for end in (flow.source, flow.destination) if isinstance(end, PodEndpoint)}
        kinds = dict.fromkeys(
            policy.kind
            for policy in left_open(self._inventory, settings)
            if policy.namespace is None or policy.namespace in homes
        )
        if kinds:
            raise UsageError(
                "whether this flow is allowed may depend on policies of kinds that are not modelled yet: "
                f"{', '.join(kinds)}",
                hint="leave them out with QuerySettings(ignore_unmodelled=True)",
            )

    def _verdicts(self, evaluator: Evaluator, flow: Flow, way: Way) -> frozenset[bool]:
        """The verdicts under every order of tied admin policies, with the open facts of the way so."""
        facts = frozenset(condition.name for condition in way)
        return frozenset(
            evaluator.evaluate(flow, own_node_egress=OWN_NODE_EGRESS in way, facts=facts | order).allowed
            for order in self._orders
        )

    def _evaluator(self, settings: QuerySettings) -> Evaluator:
        key = settings.profile, tuple(sorted(settings.resolved.items()))
        if key not in self._evaluators:
            self._evaluators[key] = Evaluator(
                self._inventory.policies,
                settings.profile,
                admin_policies=self._inventory.admin_policies,
                nodes=self._inventory.nodes,
                resolved=settings.resolved,
                declared=declared_ends(self._inventory),
            )
        return self._evaluators[key]

    @cached_property
    def _orders(self) -> tuple[frozenset[str], ...]:
        """The open facts of orders of admin policies of equal priority: for any two of a tie, one in which
        they come first and second, so that each can be the first that matches at its end of a flow.
        """
        tied: dict[tuple[Tier, int], set[AdminPolicy]] = {}
        for direction in Direction:
            for group in tie_groups(self._inventory.admin_policies, direction):
                tied.setdefault((group[0].tier, group[0].priority), set()).update(group)
        choices = [
            [{goes_first(first).name, goes_second(second).name} for first, second in permutations(group, 2)]
            for group in tied.values()
        ]
        return tuple(frozenset[str]().union(*chosen) for chosen in product(*choices))

    @cached_property
    def _evaluators(self) -> dict[object, Evaluator]:
        return {}

    @cached_property
    def _pods(self) -> Mapping[str, Pod]:
        pods: dict[str, Pod] = {}
        for workload in self._inventory.workloads:
            for pod in workload.pods:
                pods.setdefault(f"{pod.namespace}/{pod.name}", pod)
            if workload.pods:
                pods.setdefault(f"{workload.namespace}/{workload.name}", workload.pods[0])
        return pods

    @cached_property
    def _pods_by_address(self) -> Mapping[Address, Pod]:
        return {
            address: pod for pod in self._pods.values() if not pod.host_network for address in pod.addresses
        }

    def _flow(
        self, source: str, destination: str, port: int, protocol: str, carried: Iterable[int]
    ) -> Flow | None:
        """The flow; None where the ends have no address family in common among those that are carried."""
        if not 1 <= port <= 65_535:
            raise UsageError(f"port {port} is not within 1-65535")
        if protocol.upper() not in Protocol.__members__:
            raise UsageError(f"`{protocol}` is no protocol", hint="use TCP, UDP or SCTP")
        ends = [self._pick(source), self._pick(destination)]
        version = _common_version(ends, carried)
        if version is None:
            return None
        return Flow(
            source=self._endpoint(ends[0], ends[1], version),
            destination=self._endpoint(ends[1], ends[0], version),
            protocol=Protocol(protocol.upper()),
            port=port,
            same_pod=ends[0] is ends[1] and isinstance(ends[0], Pod) and not ends[0].replicated,
        )

    def _pick(self, text: str) -> Pod | Address:
        """The pod of that name or address, else the address itself."""
        if text in self._pods:
            return self._pods[text]
        try:
            address = ip_address(text)
        except ValueError:
            raise UsageError(
                f"no declared pod is called `{text}`", hint="write `namespace/pod` or an IP address"
            ) from None
        return self._pods_by_address.get(address, address)

    def _endpoint(self, end: Pod | Address, other: Pod | Address, version: int) -> Endpoint:
        if not isinstance(end, Pod):
            name = self._nodes_by_address.get(end)
            if name is None:
                return ExternalEndpoint(end)
            return NodeEndpoint(name, end, is_own_node=_runs_on(other, name, (end,)))
        known = (end.addresses or end.node_addresses) if end.host_network else end.addresses
        address = next((a for a in known if a.version == version), None)
        if end.host_network:
            name = end.node or f"the node of {end.namespace}/{end.name}"
            return NodeEndpoint(name, address, is_own_node=_runs_on(other, name, known))
        return PodEndpoint(end, self._inventory.namespaces[end.namespace], address)

    @cached_property
    def _nodes_by_address(self) -> Mapping[Address, str]:
        """The nodes that are known, by address: those of Node objects, and those that pods run on."""
        names = {a: p.node or "a node" for p in self._pods.values() for a in p.node_addresses}
        return {**names, **{a: node.name for node in self._inventory.nodes for a in node.addresses}}


def _runs_on(pod: Pod | Address, node: str, addresses: Sequence[Address]) -> bool:
    """Whether a pod of the pod network is known to run on the node of that name or with those addresses."""
    if not isinstance(pod, Pod) or pod.host_network:
        return False
    return pod.node == node or any(address in pod.node_addresses for address in addresses)


def _common_version(ends: Sequence[Pod | Address], carried: Iterable[int]) -> int | None:
    """The address family of those carried that both ends have, IPv4 where that is both or not known; None:
    none.
    """
    families = [
        ({a.version for a in end.addresses} or {4, 6}) if isinstance(end, Pod) else {end.version}
        for end in ends
    ]
    return min(families[0] & families[1] & set(carried), default=None)


def _ways(settings: QuerySettings) -> Iterator[Way]:
    """Every way in which the facts that the profile leaves open can be: those that are so."""
    profile = settings.profile
    left_open: list[Condition] = []
    if profile.own_node_egress is OwnNodeEgress.OPEN:
        left_open.append(OWN_NODE_EGRESS)
    if profile.own_node_ingress is OwnNodeIngress.OPEN:
        left_open.append(OWN_NODE_INGRESS)
    if profile.sctp is Sctp.OPEN:
        left_open += [SCTP_DROPPED, SCTP_IGNORED]
    for choice in product((False, True), repeat=len(left_open)):
        yield frozenset(condition for condition, holds in zip(left_open, choice, strict=True) if holds)


def _needed(found: Mapping[Way, frozenset[bool]]) -> list[str]:
    """What the open facts are that decide, in words."""
    plain = found[frozenset()]
    alone = (way for way, verdicts in found.items() if len(way) == 1 and verdicts != plain)
    return sorted(condition.description for way in alone for condition in way)
