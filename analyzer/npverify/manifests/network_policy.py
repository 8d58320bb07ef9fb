"""`networking.k8s.io/v1` NetworkPolicy: validated and defaulted as the API server does
(semantics/kubernetes.md sections 1.2 and 2).
"""

from __future__ import annotations

from dataclasses import dataclass

from npverify.manifests.cidrs import CidrParser
from npverify.manifests.metadata import parse_metadata
from npverify.manifests.names import port_name_fault, port_number_fault
from npverify.manifests.options import ReadOptions
from npverify.manifests.selectors import parse_selector
from npverify.manifests.values import Value
from npverify.resources import (
    Direction,
    IPBlock,
    LabelSelector,
    Network,
    NetworkPolicy,
    Origin,
    Peer,
    PolicyPort,
    PolicyRule,
    Protocol,
)

_SPEC_FIELDS = frozenset({"podSelector", "policyTypes", "ingress", "egress"})
_PORT_FIELDS = frozenset({"protocol", "port", "endPort"})
_PEER_FIELDS = frozenset({"podSelector", "namespaceSelector", "ipBlock"})
_BLOCK_FIELDS = frozenset({"cidr", "except"})
_OBJECT_FIELDS = frozenset({"apiVersion", "kind", "metadata", "spec", "status"})
_RULE_FIELDS = {
    Direction.INGRESS: frozenset({"from", "ports"}),
    Direction.EGRESS: frozenset({"to", "ports"}),
}
_PEERS_FIELD = {Direction.INGRESS: "from", Direction.EGRESS: "to"}


def parse_network_policy(root: Value, _kind: str, options: ReadOptions) -> NetworkPolicy | None:
    """The policy; None after the faults for which the server would reject it were reported."""
    return _Parser(CidrParser(strict=options.strict_addresses)).parse(root)


@dataclass(frozen=True, slots=True)
class _Parser:
    cidrs: CidrParser

    def parse(self, root: Value) -> NetworkPolicy | None:
        errors = len(root.problems.errors)
        root.is_object(_OBJECT_FIELDS)
        metadata = parse_metadata(root)
        spec = root.get("spec")
        policy = self._parse_spec(spec, root) if spec is not None else _spec_of_nothing(root)
        if metadata is None or policy is None or len(root.problems.errors) > errors:
            return None
        return NetworkPolicy(
            namespace=metadata.namespace,
            name=metadata.name,
            pod_selector=policy.pod_selector,
            policy_types=policy.policy_types,
            ingress=policy.ingress,
            egress=policy.egress,
            origin=root.origin,
            types_defaulted=policy.types_defaulted,
            egress_origin=policy.egress_origin,
            annotations=metadata.annotations,
        )

    def _parse_spec(self, spec: Value, root: Value) -> _Spec | None:
        if not spec.is_object(_SPEC_FIELDS):
            return None
        selector = spec.get("podSelector")
        egress_value = spec.get("egress")
        ingress = self._parse_rules(spec.get("ingress"), Direction.INGRESS)
        egress = self._parse_rules(egress_value, Direction.EGRESS)
        types = _parse_policy_types(spec.get("policyTypes"))
        return _Spec(
            pod_selector=(parse_selector(selector) if selector else None)
            or LabelSelector(origin=root.origin),
            policy_types=types or _default_policy_types(has_egress=bool(egress)),
            ingress=ingress,
            egress=egress,
            types_defaulted=not types,
            egress_origin=egress_value.origin if egress_value else None,
        )

    def _parse_rules(self, value: Value | None, direction: Direction) -> tuple[PolicyRule, ...]:
        if value is None:
            return ()
        return tuple(self._parse_rule(item, direction) for item in value.items())

    def _parse_rule(self, value: Value, direction: Direction) -> PolicyRule:
        if value.data is None:
            return PolicyRule(origin=value.origin)
        if not value.is_object(_RULE_FIELDS[direction]):
            return PolicyRule(origin=value.origin)
        peers = value.get(_PEERS_FIELD[direction])
        ports = value.get("ports")
        parsed_peers = [self._parse_peer(item) for item in peers.items()] if peers else []
        parsed_ports = [_parse_port(item) for item in ports.items()] if ports else []
        return PolicyRule(
            peers=tuple(peer for peer in parsed_peers if peer is not None),
            ports=tuple(port for port in parsed_ports if port is not None),
            origin=value.origin,
        )

    def _parse_peer(self, value: Value) -> Peer | None:
        if value.data is not None and not value.is_object(_PEER_FIELDS):
            return None
        pods, namespaces, block = (value.get(f) for f in ("podSelector", "namespaceSelector", "ipBlock"))
        if pods is None and namespaces is None and block is None:
            value.fail("must specify a peer", hint="one of podSelector, namespaceSelector and ipBlock")
            return None
        if block is not None and (pods is not None or namespaces is not None):
            value.fail(
                "may not specify both ipBlock and another peer", hint="make the ipBlock an item of its own"
            )
        return Peer(
            pod_selector=parse_selector(pods) if pods else None,
            namespace_selector=parse_selector(namespaces) if namespaces else None,
            ip_block=self._parse_block(block) if block else None,
            origin=value.origin,
        )

    def _parse_block(self, value: Value) -> IPBlock | None:
        if not value.is_object(_BLOCK_FIELDS):
            return None
        written = value.get("cidr")
        excepts = value.get("except")
        if written is None or written.data == "":
            value.fail("`cidr` is required")
            cidr = None
        else:
            cidr = self.cidrs.parse(written)
        inside, origins = [], []
        for item in excepts.items() if excepts else ():
            network = self.cidrs.parse(item)
            if network is not None and cidr is not None:
                _check_inside(item, network, cidr)
            if network is not None:
                inside.append(network)
                origins.append(item.origin)
        if cidr is None or written is None:
            return None
        return IPBlock(cidr, tuple(inside), written.origin, tuple(origins))


@dataclass(frozen=True, slots=True)
class _Spec:
    pod_selector: LabelSelector
    policy_types: tuple[Direction, ...]
    ingress: tuple[PolicyRule, ...] = ()
    egress: tuple[PolicyRule, ...] = ()
    types_defaulted: bool = True
    egress_origin: Origin | None = None


def _default_policy_types(*, has_egress: bool) -> tuple[Direction, ...]:
    return (Direction.INGRESS, Direction.EGRESS) if has_egress else (Direction.INGRESS,)


def _spec_of_nothing(root: Value) -> _Spec:
    """What a missing `spec` means: no pod of the namespace may be reached."""
    return _Spec(LabelSelector(origin=root.origin), _default_policy_types(has_egress=False))


def _parse_policy_types(value: Value | None) -> tuple[Direction, ...]:
    if value is None:
        return ()
    items = list(value.items())
    if len(items) > len(Direction):
        value.fail("may not specify more than two policyTypes")
    found: list[Direction] = []
    for item in items:
        text = item.text()
        if text is None:
            continue
        if text not in tuple(Direction):
            similar = next((d for d in Direction if d.lower() == text.lower()), None)
            hint = f"did you mean `{similar}`?" if similar else "one of Ingress, Egress"
            item.fail(f"unsupported value `{text}`", hint=hint)
        elif text not in found:
            found.append(Direction(text))
    return tuple(found)


def _check_inside(value: Value, network: Network, cidr: Network) -> None:
    """An exception must be a strict subset of its block."""
    if network.network_address not in cidr or network.prefixlen <= cidr.prefixlen:
        value.fail(f"`{network}` must be a strict subset of `{cidr}`", label=f"not within {cidr}")


def _parse_port(value: Value) -> PolicyPort | None:
    if value.data is not None and not value.is_object(_PORT_FIELDS):
        return None
    protocol = parse_protocol(value.get("protocol"))
    written, end = value.get("port"), value.get("endPort")
    port = _parse_port_reference(written) if written else None
    end_port = end.integer() if end else None
    if end is not None and end_port is not None:
        _check_end_port(end, end_port, written, port)
    if protocol is None:
        return None
    return PolicyPort(protocol, port, end_port, value.origin, written.origin if written else value.origin)


def parse_protocol(value: Value | None) -> Protocol | None:
    """The protocol, TCP where none is given; None after a fault was reported."""
    if value is None or value.data == "":
        return Protocol.TCP
    text = value.text()
    if text is None:
        return None
    if text not in tuple(Protocol):
        hint = (
            f"did you mean `{text.upper()}`?" if text.upper() in tuple(Protocol) else "one of TCP, UDP, SCTP"
        )
        value.fail(f"unsupported value `{text}`", hint=hint)
        return None
    return Protocol(text)


def _parse_port_reference(value: Value) -> int | str | None:
    if isinstance(value.data, str):
        fault = port_name_fault(value.data)
        if fault:
            hint = "leave out the quotes to mean the port number" if value.data.isdecimal() else None
            value.fail(f"invalid value `{value.data}`: {fault}", hint=hint)
            return None
        return value.data
    number = value.integer()
    fault = port_number_fault(number) if number is not None else None
    if fault:
        value.fail(f"invalid value {number}: {fault}")
        return None
    return number


def _check_end_port(end: Value, number: int, written: Value | None, port: int | str | None) -> None:
    if written is None:
        end.fail(
            "may not be specified when `port` is not specified", hint="add `port`, the start of the range"
        )
    elif isinstance(written.data, str):
        end.fail("may not be specified when `port` is a name", hint="use a port number, or drop `endPort`")
    elif isinstance(port, int) and number < port:
        end.fail(
            f"{number} is below `port` {port}",
            label=f"must be {port} or more",
            hint=f"swap the two values, or drop `endPort` to allow port {port} only",
        )
    elif port_number_fault(number):
        end.fail(f"invalid value {number}: {port_number_fault(number)}")
