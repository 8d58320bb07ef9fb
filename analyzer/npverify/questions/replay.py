"""From the solver's flow to real objects, replayed in the reference evaluator before anyone sees it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from ipaddress import ip_address

from npverify.dialects.platform import OWN_NODE_EGRESS
from npverify.errors import InternalError
from npverify.questions.answer import Witness
from npverify.questions.plan import Plan, Planner, standalone
from npverify.questions.selections import DeclaredPod
from npverify.resources import (
    METADATA_NAME,
    Address,
    ContainerPort,
    Endpoint,
    ExternalEndpoint,
    Flow,
    Namespace,
    NodeEndpoint,
    Pod,
    PodEndpoint,
    Protocol,
)
from npverify_encodings.flows import Side
from npverify_encodings.model import DeclaredEndpoint, Kind, Scope
from npverify_encodings.solver import Literal
from npverify_encodings.verdict import Goal
from npverify_encodings.witness import EndModel, FlowModel

POSSIBLE = {Side.SOURCE: "possible-source", Side.DESTINATION: "possible-destination"}
_OUTSIDE = {
    4: {Side.SOURCE: ip_address("203.0.113.10"), Side.DESTINATION: ip_address("198.51.100.20")},
    6: {Side.SOURCE: ip_address("2001:db8::10"), Side.DESTINATION: ip_address("2001:db8::20")},
}


def replay(planner: Planner, plan: Plan, model: FlowModel) -> Witness:
    """The model as a witness, after the reference evaluator has come to the same verdict.

    Raises InternalError with a dump where it has not.
    """
    builder = _FlowBuilder(planner, plan, model)
    flow = builder.flow()
    own_node_egress = any(c.name == OWN_NODE_EGRESS.name for c in model.conditions)
    evaluation = planner.evaluator.evaluate(flow, own_node_egress=own_node_egress)
    expected = _expected(plan.goal)
    found = {
        Goal.CONNECTS: evaluation.allowed,
        Goal.EGRESS_ISOLATED: evaluation.egress.decision.isolates,
        Goal.INGRESS_ISOLATED: evaluation.ingress.decision.isolates,
    }[Goal(plan.goal.label)]
    if found is not expected:
        raise InternalError(
            f"the reference evaluator contradicts the solver: `{plan.goal.label}` is {expected} for the "
            f"solver and {found} for the evaluator",
            details=f"{flow}\n{evaluation}\n{model}\n{standalone(plan.problem, plan.goal)}",
        )
    return Witness(
        flow=flow,
        source=builder.words(Side.SOURCE),
        destination=builder.words(Side.DESTINATION),
        declared=builder.is_declared,
        egress=evaluation.egress,
        ingress=evaluation.ingress,
        reachable=evaluation.allowed,
        open_address=builder.open_addresses,
    )


def _expected(goal: Literal) -> bool:
    return goal.positive


class _FlowBuilder:
    """Makes a concrete flow of a model: declared objects where it names them, invented ones elsewhere."""

    def __init__(self, planner: Planner, plan: Plan, model: FlowModel) -> None:
        self._planner = planner
        self._plan = plan
        self._model = model
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

    @property
    def is_declared(self) -> bool:
        """Whether both ends exist in the input; an outside address always does."""
        return all(end.kind is Kind.EXTERNAL or end.declared is not None for end in self._ends.values())

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
            picked[side] = next((member for member in members if member.name not in taken), None)
        return picked

    def _freedom(self, side: Side) -> tuple[int, bool, str]:
        """Ends with the smallest choice come first, and of two like ends the one whose address matters."""
        end = self._ends[side]
        return (len(end.declared.members) if end.declared else 0, end.address is None, side)

    def _pod(self, side: Side) -> DeclaredPod | None:
        member = self._picked[side]
        return None if member is None else self._planner.pods.get(member.name)

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
            return end.address if end.address in known else known[0]
        if end.address is not None or end.kind is not Kind.EXTERNAL:
            return end.address
        return self._outside_address(side, version)

    def _outside_address(self, side: Side, version: int) -> Address:
        inside = (*self._planner.taken, *self._planner.settings.pod_cidrs)
        candidate = _OUTSIDE[version][side]
        while any(candidate in network for network in inside):
            candidate += 1
        return candidate

    def _endpoint(self, side: Side) -> Endpoint:
        end = self._ends[side]
        address = self._addresses[side]
        declared = self._declared[side]
        match end.kind:
            case Kind.EXTERNAL:
                assert address is not None
                return ExternalEndpoint(address)
            case Kind.NODE:
                picked = self._picked[side]
                name = f"the node of {declared.workload}" if declared else picked.name if picked else "a node"
                return NodeEndpoint(name, address, is_own_node=self._model.own_node)
            case Kind.POD if declared is not None:
                namespace = self._planner.inventory.namespaces[declared.pod.namespace]
                if not namespace.declared and self._planner.settings.open_namespaces:
                    namespace = self._namespace(namespace.name, end)
                return PodEndpoint(declared.pod, namespace, address)
            case _:
                return self._possible_pod(side, address)

    def _possible_pod(self, side: Side, address: Address | None) -> PodEndpoint:
        end = self._ends[side]
        inventory = self._planner.inventory
        name = (
            end.namespace if end.namespace is not None else _fresh("another-namespace", inventory.namespaces)
        )
        known = inventory.namespaces.get(name)
        if known is None or (not known.declared and self._planner.settings.open_namespaces):
            known = self._namespace(name, end)
        named = self._model.named if side is Side.DESTINATION else frozenset()
        pod = Pod(
            namespace=name,
            name=POSSIBLE[side],
            labels=self._labels(side, end, Scope.POD),
            ports=tuple(
                ContainerPort(port, self._model.port, Protocol(self._model.protocol))
                for port in sorted(named)
            ),
            addresses=() if address is None else (address,),
        )
        return PodEndpoint(pod, known, address)

    def _namespace(self, name: str, end: EndModel) -> Namespace:
        side = Side.SOURCE if end is self._model.source else Side.DESTINATION
        labels = {**self._labels(side, end, Scope.NAMESPACE), METADATA_NAME: name}
        return Namespace(name=name, labels=labels, declared=False)

    def _labels(self, side: Side, end: EndModel, scope: Scope) -> dict[str, str]:
        labels: dict[str, str] = {}
        for (own, key), value in sorted(end.labels.items(), key=lambda item: item[0]):
            if own is scope:
                taken = self._plan.problem.codes[f"{side} {scope} label {key}"]
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
