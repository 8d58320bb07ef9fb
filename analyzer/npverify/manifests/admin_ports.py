"""The ports of an admin policy's rule: `protocols` of v1alpha2, `ports` of v1alpha1."""

from __future__ import annotations

from npverify.manifests.admin_apis import AdminApi
from npverify.manifests.admin_fields import parse_bounded, pick_one, refuse_removed
from npverify.manifests.codes import LENIENT_READING
from npverify.manifests.names import port_name_fault
from npverify.manifests.network_policy import parse_protocol
from npverify.manifests.values import Value
from npverify.resources import AdminPort, Protocol

PORT_NAME_FIELDS = ("destinationNamedPort", "namedPort")
_LAST_PORT = 65_535
_PROTOCOLS = {protocol.lower(): protocol for protocol in Protocol}
_PROTOCOL_FIELDS = (*_PROTOCOLS, "destinationNamedPort")
_PORT_FIELDS = ("portNumber", "portRange", "namedPort")


def parse_admin_port(value: Value, api: AdminApi) -> AdminPort | None:
    """One item of `protocols` or `ports`; None after its faults were reported."""
    fields = _PROTOCOL_FIELDS if api.ports_field == "protocols" else _PORT_FIELDS
    if not value.is_object(frozenset({*fields, *api.removed})):
        return None
    if refuse_removed(value, api.removed):
        return None
    given = pick_one(value, fields, hint="make each an item of its own")
    if given is None:
        return None
    field = given.path[-1]
    if field in PORT_NAME_FIELDS:
        return _parse_name(given, value)
    if field == "portNumber":
        return _parse_number(given, value)
    if field == "portRange":
        return _parse_range(given, value)
    return _parse_transport(given, _PROTOCOLS[str(field)], value)


def _parse_name(given: Value, item: Value) -> AdminPort | None:
    name = given.text()
    fault = port_name_fault(name) if name is not None else None
    if fault:
        given.fail(f"invalid value `{name}`: {fault}", hint="no container port can have another name")
        return None
    return AdminPort(name=name, origin=item.origin)


def _parse_number(given: Value, item: Value) -> AdminPort | None:
    """`portNumber` of v1alpha1."""
    if not given.is_object(frozenset({"protocol", "port"})):
        return None
    protocol = parse_protocol(given.get("protocol"))
    number = parse_bounded(given.require("port"), 1, _LAST_PORT)
    return _port(protocol, number, number, item)


def _parse_range(given: Value, item: Value) -> AdminPort | None:
    """`portRange` of v1alpha1, which may be of one port: only the documentation wants `start` to be less."""
    if not given.is_object(frozenset({"protocol", "start", "end"})):
        return None
    protocol = parse_protocol(given.get("protocol"))
    first, last = _parse_ends(given)
    if first is not None and last is not None and first > last:
        given.fail(
            f"`start` {first} is above `end` {last}: no port is in the range",
            hint=f"swap the two values: start {last}, end {first}",
        )
        return None
    return _port(protocol, first, last, item)


def _parse_transport(given: Value, protocol: Protocol, item: Value) -> AdminPort | None:
    """`tcp`, `udp` or `sctp` of v1alpha2."""
    if not given.is_object(frozenset({"destinationPort"})):
        return None
    port = given.get("destinationPort")
    if port is None:
        given.remark(
            LENIENT_READING,
            f"{given.field}: no `destinationPort`, for which the API server rejects the policy; "
            f"read as every {protocol} port",
            hint=f"write `destinationPort: {{range: {{start: 1, end: {_LAST_PORT}}}}}` to mean every port",
        )
        return AdminPort(protocol, origin=item.origin)
    if not port.is_object(frozenset({"number", "range"})):
        return None
    chosen = pick_one(port, ("number", "range"))
    if chosen is None:
        return None
    if chosen.path[-1] == "number":
        number = parse_bounded(chosen, 1, _LAST_PORT)
        return _port(protocol, number, number, item)
    if not chosen.is_object(frozenset({"start", "end"})):
        return None
    first, last = _parse_ends(chosen)
    if first is not None and last is not None and first >= last:
        hint = (
            f"write `number: {first}` to mean the one port"
            if first == last
            else f"swap the two values: start {last}, end {first}"
        )
        chosen.fail(f"Start port must be less than End port: {first} and {last}", hint=hint)
        return None
    return _port(protocol, first, last, item)


def _parse_ends(value: Value) -> tuple[int | None, int | None]:
    first, last = (parse_bounded(value.require(name), 1, _LAST_PORT) for name in ("start", "end"))
    return first, last


def _port(protocol: Protocol | None, first: int | None, last: int | None, item: Value) -> AdminPort | None:
    if protocol is None or first is None or last is None:
        return None
    return AdminPort(protocol, first, last, origin=item.origin)
