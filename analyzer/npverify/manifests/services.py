"""Services, Namespaces and Nodes."""

from __future__ import annotations

from npverify.manifests.codes import METADATA_NAME_LABEL
from npverify.manifests.metadata import parse_metadata
from npverify.manifests.names import port_name_fault, port_number_fault
from npverify.manifests.network_policy import parse_protocol
from npverify.manifests.options import ReadOptions
from npverify.manifests.pods import parse_address
from npverify.manifests.selectors import parse_label_map
from npverify.manifests.values import Value
from npverify.resources import METADATA_NAME, Address, Namespace, Node, Service, ServicePort

_HEADLESS = "None"
_BOTH_FAMILIES = ("IPv4", "IPv6")


def parse_namespace(root: Value, _kind: str, _options: ReadOptions) -> Namespace | None:
    """A Namespace with the label that the control plane gives it; None after a fault was reported."""
    metadata = parse_metadata(root)
    if metadata is None:
        return None
    given = metadata.labels.get(METADATA_NAME)
    if given is not None and given != metadata.name:
        root.remark(
            METADATA_NAME_LABEL,
            f"the label `{METADATA_NAME}: {given}` has no effect: it always is `{metadata.name}`",
            hint="drop the label: the control plane sets it",
            path=("metadata", "labels", METADATA_NAME),
        )
    return Namespace(metadata.name, {**metadata.labels, METADATA_NAME: metadata.name}, True, root.origin)


def parse_node(root: Value, _kind: str, _options: ReadOptions) -> Node | None:
    """A Node with its addresses; None after a fault was reported."""
    metadata = parse_metadata(root)
    if metadata is None:
        return None
    status = root.get("status")
    listed = status.get("addresses") if status else None
    addresses: list[Address] = []
    for item in listed.items() if listed else ():
        kind, address = item.get("type"), item.get("address")
        if kind is not None and str(kind.data).endswith("IP") and address is not None:
            parsed = parse_address(address)
            if parsed is not None:
                addresses.append(parsed)
    return Node(metadata.name, metadata.labels, tuple(dict.fromkeys(addresses)), root.origin)


def parse_service(root: Value, _kind: str, _options: ReadOptions) -> Service | None:
    """A Service; None after a fault was reported."""
    errors = len(root.problems.errors)
    metadata = parse_metadata(root)
    spec = root.get("spec")
    if metadata is None or (spec is not None and not spec.is_object()):
        return None
    selector = spec.get("selector") if spec else None
    listed = spec.get("ports") if spec else None
    external = spec.get("externalName") if spec else None
    ports = [_parse_port(item) for item in listed.items()] if listed else []
    parsed_selector = parse_label_map(selector) if selector else None
    kind, policy = (_text(spec, field) for field in ("type", "externalTrafficPolicy"))
    families = _families(spec)
    if len(root.problems.errors) > errors:
        return None
    return Service(
        namespace=metadata.namespace,
        name=metadata.name,
        selector=parsed_selector if parsed_selector and parsed_selector.requirements else None,
        ports=tuple(port for port in ports if port is not None),
        headless=_cluster_ip(spec) == _HEADLESS,
        external_name=external.text() if external else None,
        cluster_addresses=_cluster_addresses(spec),
        origin=root.origin,
        type=kind or "ClusterIP",
        external_traffic_policy=policy or "Cluster",
        ip_families=families,
    )


def _text(spec: Value | None, field: str) -> str | None:
    value = spec.get(field) if spec else None
    return value.text() if value else None


def _families(spec: Value | None) -> tuple[str, ...]:
    listed = spec.get("ipFamilies") if spec else None
    families = tuple(text for text in (item.text() for item in (listed.items() if listed else ())) if text)
    return _BOTH_FAMILIES if _text(spec, "ipFamilyPolicy") == "RequireDualStack" else families


def _cluster_ip(spec: Value | None) -> object:
    value = spec.get("clusterIP") if spec else None
    return value.data if value else None


def _cluster_addresses(spec: Value | None) -> tuple[Address, ...]:
    listed = spec.get("clusterIPs") if spec else None
    one = spec.get("clusterIP") if spec else None
    values = [*listed.items()] if listed else [one] if one else []
    kept = [value for value in values if value.data not in (_HEADLESS, "")]
    return tuple(a for a in map(parse_address, kept) if a is not None)


def _parse_port(value: Value) -> ServicePort | None:
    if not value.is_object():
        return None
    written = value.get("port")
    if written is None:
        value.fail("`port` is required")
        return None
    number = written.integer()
    fault = port_number_fault(number) if number is not None else None
    if fault:
        written.fail(f"invalid value {number}: {fault}")
    protocol = parse_protocol(value.get("protocol"))
    name = value.get("name")
    target = _parse_target(value.get("targetPort"), number)
    if number is None or fault or protocol is None or target is None:
        return None
    return ServicePort(name.text() if name else None, number, protocol, target, value.origin)


def _parse_target(value: Value | None, port: int | None) -> int | str | None:
    if value is None or value.data in ("", 0):
        return port
    if isinstance(value.data, str):
        fault = port_name_fault(value.data)
        if fault:
            hint = "leave out the quotes to mean the port number" if value.data.isdecimal() else None
            value.fail(f"invalid value `{value.data}`: {fault}", hint=hint)
        return None if fault else value.data
    number = value.integer()
    fault = port_number_fault(number) if number is not None else None
    if fault:
        value.fail(f"invalid value {number}: {fault}")
    return number
