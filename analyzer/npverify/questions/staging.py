"""From the solver's flow to real objects: declared ones where it names them, invented ones elsewhere."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from ipaddress import ip_address

from npverify.questions.selections import DeclaredPod
from npverify.resources import (
    METADATA_NAME,
    Address,
    ContainerPort,
    Endpoint,
    ExternalEndpoint,
    Flow,
    Namespace,
    Network,
    NodeEndpoint,
    Pod,
    PodEndpoint,
    Protocol,
)
from npverify_encodings.flows import Side
from npverify_encodings.model import DeclaredEndpoint, Kind, Scope
from npverify_encodings.ports import LAST_PORT
from npverify_encodings.verdict import Problem
from npverify_encodings.witness import EndModel, FlowModel

ITSELF_WORDS = "itself, through a Service"
"""The destination of a flow of a pod to itself, in words."""

POSSIBLE = {Side.SOURCE: "possible-source", Side.DESTINATION: "possible-destination"}
_OUTSIDE = {
    4: {Side.SOURCE: ip_address("203.0.113.10"), Side.DESTINATION: ip_address("198.51.100.20")},
    6: {Side.SOURCE: ip_address("2001:db8::10"), Side.DESTINATION: ip_address("2001:db8::20")},
}


@dataclass(frozen=True, slots=True)
class Scene:
    """What a flow is staged in: declared pods by key, namespaces by name, and where addresses lie.

    `taken` are the addresses that nothing outside can have; `open_namespaces`: a namespace without a
    Namespace object carries what labels the solver chose.
    """

    pods: Mapping[str, DeclaredPod]
    namespaces: Mapping[str, Namespace]
    taken: tuple[Network, ...] = ()
    pod_cidrs: tuple[Network, ...] = ()
    open_namespaces: bool = False


class FlowBuilder:
    """Makes a concrete flow of a model in a scene.

    `cast` are declared pods that play an end whatever the model says of it.
    """

    def __init__(
        self,
        scene: Scene,
        problem: Problem,
        model: FlowModel,
        cast: Mapping[Side, DeclaredPod] | None = None,
    ) -> None:
        self._scene = scene
        self._problem = problem
        self._model = model
        self._cast = cast or {}
        self._ends = {Side.SOURCE: model.source, Side.DESTINATION: model.destination}
        self._picked = self._pick_declared()
        self._declared = {side: self._pod(side) for side in self._ends}
        self._addresses = {side: self._address(side, model.version) for side in self._ends}

    def flow(self) -> Flow:
        """The concrete flow."""
        return Flow(
            source=self._endpoint(Side.SOURCE),
            destination=self._endpoint(Side.DESTINATION),
            protocol=Protocol(self._model.protocol),
            port=self._model.port,
        )

    def flow_to_itself(self) -> Flow:
        """The concrete flow of the pod at the destination to itself through a Service."""
        flow = self.flow()
        return replace(flow, source=flow.destination, same_pod=True, through_service=True)

    @property
    def is_declared(self) -> bool:
        """Whether both ends exist in the input; an outside address always does."""
        return all(
            self._declared[side] is not None or end.kind is Kind.EXTERNAL or end.declared is not None
            for side, end in self._ends.items()
        )

    @property
    def open_addresses(self) -> tuple[str, ...]:
        """The ends whose address had to be chosen."""
        return tuple(
            str(side)
            for side, end in self._ends.items()
            if end.kind is Kind.POD and end.address is not None and not self._known_addresses(side)
        )

    def _pick_declared(self) -> Mapping[Side, DeclaredEndpoint | None]:
        """A declared endpoint for each end that looks like one, and never one single pod for both ends: the
        other end then is a possible pod just like it, at an address of its own.
        """
        picked: dict[Side, DeclaredEndpoint | None] = {}
        for side in sorted(self._ends, key=self._freedom):
            group = self._ends[side].declared
            taken = {m.name for m in picked.values() if m is not None and m.single}
            members = group.members if group is not None else ()
            free = [member for member in members if member.name not in taken]
            apart = (member for member in free if self._may_be_apart(member, side))
            picked[side] = next(apart, free[0] if free else None)
        return picked

    def _may_be_apart(self, member: DeclaredEndpoint, side: Side) -> bool:
        """Whether the endpoint can have another address than the other end has in the model."""
        other = self._ends[side.other].address
        own = [address for address in member.addresses if address.version == self._model.version]
        return other is None or not own or any(address != other for address in own)

    def _freedom(self, side: Side) -> tuple[int, bool, str]:
        """Ends with the smallest choice come first, and of two like ends the one whose address matters."""
        end = self._ends[side]
        return (len(end.declared.members) if end.declared else 0, end.address is None, side)

    def _pod(self, side: Side) -> DeclaredPod | None:
        if side in self._cast:
            return self._cast[side]
        member = self._picked[side]
        return None if member is None else self._scene.pods.get(member.name)

    def _kind(self, side: Side) -> Kind:
        if side in self._cast:
            return Kind.NODE if self._cast[side].pod.host_network else Kind.POD
        return self._ends[side].kind

    def _known_addresses(self, side: Side) -> tuple[Address, ...]:
        declared = self._declared[side]
        if declared is None:
            return ()
        pod = declared.pod
        return (pod.addresses or pod.node_addresses) if pod.host_network else pod.addresses

    def _address(self, side: Side, version: int) -> Address | None:
        end = self._ends[side]
        known = [a for a in self._known_addresses(side) if a.version == version]
        if known:
            if end.address in known:
                return end.address
            other = self._ends[side.other].address
            return next((address for address in known if address != other), known[0])
        if end.address is not None or end.kind is not Kind.EXTERNAL:
            return end.address
        return self._outside_address(side, version)

    def _outside_address(self, side: Side, version: int) -> Address:
        inside = (*self._scene.taken, *self._scene.pod_cidrs)
        candidate = _OUTSIDE[version][side]
        while any(candidate in network for network in inside):
            candidate += 1
        return candidate

    def _endpoint(self, side: Side) -> Endpoint:
        end = self._ends[side]
        address = self._addresses[side]
        declared = self._declared[side]
        match self._kind(side):
            case Kind.EXTERNAL:
                assert address is not None
                return ExternalEndpoint(address)
            case Kind.NODE:
                picked = self._picked[side]
                name = f"the node of {declared.workload}" if declared else picked.name if picked else "a node"
                return NodeEndpoint(name, address, is_own_node=self._model.own_node)
            case Kind.POD if declared is not None:
                namespace = self._scene.namespaces[declared.pod.namespace]
                if not namespace.declared and self._scene.open_namespaces:
                    namespace = self._namespace(namespace.name, end)
                return PodEndpoint(declared.pod, namespace, address)
            case _:
                return self._possible_pod(side, address)

    def _possible_pod(self, side: Side, address: Address | None) -> PodEndpoint:
        end = self._ends[side]
        name = (
            end.namespace
            if end.namespace is not None
            else _fresh("another-namespace", self._scene.namespaces)
        )
        known = self._scene.namespaces.get(name)
        if known is None or (not known.declared and self._scene.open_namespaces):
            known = self._namespace(name, end)
        pod = Pod(
            namespace=name,
            name=POSSIBLE[side],
            labels=self._labels(side, end, Scope.POD),
            ports=self._possible_ports() if side is Side.DESTINATION else (),
            addresses=() if address is None else (address,),
        )
        return PodEndpoint(pod, known, address)

    def _possible_ports(self) -> tuple[ContainerPort, ...]:
        """The named ports of a destination that is not declared."""
        model = self._model
        another = model.port + 1 if model.port < LAST_PORT else model.port - 1
        return (
            *(ContainerPort(name, model.port, Protocol(model.protocol)) for name in sorted(model.named)),
            *(ContainerPort(name, another, Protocol(protocol)) for name, protocol in model.elsewhere),
        )

    def _namespace(self, name: str, end: EndModel) -> Namespace:
        side = Side.SOURCE if end is self._model.source else Side.DESTINATION
        labels = {**self._labels(side, end, Scope.NAMESPACE), METADATA_NAME: name}
        return Namespace(name=name, labels=labels, declared=False)

    def _labels(self, side: Side, end: EndModel, scope: Scope) -> dict[str, str]:
        labels: dict[str, str] = {}
        for (own, key), value in sorted(end.labels.items(), key=lambda item: item[0]):
            if own is scope:
                taken = self._problem.codes[f"{side} {scope} label {key}"]
                labels[key] = value if value is not None else _fresh("other", {t.strip("`") for t in taken})
        return labels

    def words(self, side: Side) -> str:
        """The end in words, for a reader who knows the manifests."""
        endpoint = self._endpoint(side)
        declared = self._declared[side]
        match endpoint:
            case ExternalEndpoint(address):
                return f"{address} (outside the cluster)"
            case NodeEndpoint(name, _, is_own_node):
                return f"{name}, on which the other end runs" if is_own_node else name
            case PodEndpoint(pod, namespace, _) if declared is None:
                return (
                    f"a possible pod in namespace {namespace.name}{_labelled(pod.labels)}{_extra(namespace)}"
                )
            case PodEndpoint(pod, _, _):
                workload = str(declared.workload) if declared else pod.name
                return (
                    workload
                    if pod.replicated or workload.endswith(f"/pod/{pod.name}")
                    else f"{workload} (pod {pod.name})"
                )


def _labelled(labels: Mapping[str, str]) -> str:
    shown = ",".join(f"{key}={value}" for key, value in sorted(labels.items()))
    return f" with {shown}" if shown else " without labels that matter"


def _extra(namespace: Namespace) -> str:
    if namespace.declared or set(namespace.labels) <= {METADATA_NAME}:
        return ""
    labels = ",".join(f"{k}={v}" for k, v in sorted(namespace.labels.items()) if k != METADATA_NAME)
    return f" (namespace labels {labels})"


def _fresh(stem: str, taken: Iterable[str]) -> str:
    """A name that is not taken."""
    used = set(taken)
    name, number = stem, 2
    while name in used:
        name, number = f"{stem}-{number}", number + 1
    return name
