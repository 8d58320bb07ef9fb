"""What was loaded, ready for questions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from ipaddress import ip_address
from os import PathLike, fspath
from typing import BinaryIO

from npverify.errors import UsageError
from npverify.language import build_query, parse_question
from npverify.manifests import ReadOptions, inventory_from_objects, read_paths
from npverify.questions.answer import Answer
from npverify.questions.ask import ask
from npverify.questions.query import Query
from npverify.questions.settings import QuerySettings
from npverify.questions.stopwatch import Stopwatch
from npverify.reference import Evaluator
from npverify.resources import (
    Address,
    Endpoint,
    ExternalEndpoint,
    Flow,
    NodeEndpoint,
    Pod,
    PodEndpoint,
    Protocol,
)
from npverify.resources.inventory import Inventory

LoadOptions = ReadOptions


@dataclass(frozen=True)
class Cluster:
    """An inventory that can be asked; `read_seconds` is what reading it took."""

    inventory: Inventory
    read_seconds: float = 0.0

    def query(
        self,
        question: str | None = None,
        *,
        source: str | None = None,
        destination: str | None = None,
        port: str | int | None = None,
        protocol: str | None = None,
        settings: QuerySettings | None = None,
    ) -> Answer:
        """Answer a question: a sentence, or a source and/or destination with ports.

        Raises UsageError where the question is not understood, and InternalError where the reference
        evaluator contradicts the solver.
        """
        stopwatch = Stopwatch()
        stopwatch.add("read", self.read_seconds)
        with stopwatch.measure("understand"):
            query = self._understand(question, source, destination, port, protocol)
        return ask(query, self.inventory, settings or QuerySettings(), stopwatch)

    def _understand(
        self,
        question: str | None,
        source: str | None,
        destination: str | None,
        port: str | int | None,
        protocol: str | None,
    ) -> Query:
        if question is None:
            ports = None if port is None else str(port)
            return build_query(
                self.inventory, source=source, destination=destination, ports=ports, protocol=protocol
            )
        if (source, destination, port, protocol) != (None, None, None, None):
            raise UsageError(
                "a question was given both as a sentence and by its parts",
                hint="use either the sentence, or source, destination, port and protocol",
            )
        return parse_question(question, self.inventory)

    def allows(
        self,
        source: str,
        destination: str,
        port: int,
        protocol: str = "TCP",
        *,
        settings: QuerySettings | None = None,
    ) -> bool:
        """Whether one concrete flow is allowed, by the reference evaluator alone.

        Each end is `namespace/pod` (the name of a Pod, or of a workload for its template) or an IP address.
        Raises UsageError for an end that does not exist or a port outside 1-65535.
        """
        flow = self._flow(source, destination, port, protocol)
        profile = (settings or QuerySettings()).profile
        if profile in self._evaluators:
            evaluator = self._evaluators[profile]
        else:
            evaluator = self._evaluators[profile] = Evaluator(self.inventory.policies, profile)
        return evaluator.evaluate(flow).allowed

    @cached_property
    def _evaluators(self) -> dict[object, Evaluator]:
        return {}

    @cached_property
    def _pods(self) -> Mapping[str, Pod]:
        pods: dict[str, Pod] = {}
        for workload in self.inventory.workloads:
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

    def _flow(self, source: str, destination: str, port: int, protocol: str) -> Flow:
        if not 1 <= port <= 65_535:
            raise UsageError(f"port {port} is not within 1-65535")
        if protocol.upper() not in Protocol.__members__:
            raise UsageError(f"`{protocol}` is no protocol", hint="use TCP, UDP or SCTP")
        ends = [self._pick(source), self._pick(destination)]
        version = _common_version(ends)
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
        return PodEndpoint(end, self.inventory.namespaces[end.namespace], address)

    @cached_property
    def _nodes_by_address(self) -> Mapping[Address, str]:
        """The nodes that are known, by address: those of Node objects, and those that pods run on."""
        names = {a: p.node or "a node" for p in self._pods.values() for a in p.node_addresses}
        return {**names, **{a: node.name for node in self.inventory.nodes for a in node.addresses}}


def _runs_on(pod: Pod | Address, node: str, addresses: Sequence[Address]) -> bool:
    """Whether a pod of the pod network is known to run on the node of that name or with those addresses."""
    if not isinstance(pod, Pod) or pod.host_network:
        return False
    return pod.node == node or any(address in pod.node_addresses for address in addresses)


def _common_version(ends: Sequence[Pod | Address]) -> int:
    """The address family that both ends have, IPv4 where they have both or it is not known."""
    families = [
        ({a.version for a in end.addresses} or {4, 6}) if isinstance(end, Pod) else {end.version}
        for end in ends
    ]
    return min(families[0] & families[1], default=4)


def load(
    *paths: str | PathLike[str], stdin: BinaryIO | None = None, options: LoadOptions | None = None
) -> Cluster:
    """Load manifests from files, directories or `-` (then `stdin` is read).

    Raises InputError with every problem of the files, and UsageError for a path that is not there.
    """
    stopwatch = Stopwatch()
    with stopwatch.measure("read"):
        inventory = read_paths(
            [fspath(path) for path in paths], stdin=stdin, options=options or LoadOptions()
        )
    return Cluster(inventory, stopwatch.stats().seconds["read"])


def load_objects(objects: Iterable[Mapping[str, object]], *, options: LoadOptions | None = None) -> Cluster:
    """Load Kubernetes objects that are already parsed, as `yaml.safe_load` or an API client gives them.

    Raises InputError where the API server would reject one.
    """
    return Cluster(inventory_from_objects(objects, options=options or LoadOptions()))
