"""Pods and pod templates."""

from __future__ import annotations

from collections.abc import Mapping
from ipaddress import ip_address

from npverify.manifests.metadata import parse_labels
from npverify.manifests.names import port_number_fault
from npverify.manifests.network_policy import parse_protocol
from npverify.manifests.values import Value
from npverify.resources import Address, ContainerPort, Origin, Pod


def parse_pod_spec(
    spec: Value | None,
    *,
    namespace: str,
    name: str,
    labels: Mapping[str, str],
    origin: Origin,
    status: Value | None = None,
    replicated: bool,
) -> Pod:
    """A pod of a `spec` (and, for a live one, its `status`)."""
    ports: tuple[ContainerPort, ...] = ()
    service_account, host_network, node = "default", False, None
    if spec is not None and spec.is_object():
        ports = _parse_ports(spec)
        service_account = _text(spec.get("serviceAccountName")) or "default"
        network = spec.get("hostNetwork")
        host_network = network.boolean() if network else False
        node = _text(spec.get("nodeName"))
    has_status = status is not None and status.is_object()
    return Pod(
        namespace=namespace,
        name=name,
        labels=labels,
        service_account=service_account,
        host_network=host_network,
        ports=ports,
        addresses=_parse_addresses(status, "podIPs", "podIP") if has_status and status else (),
        node=node,
        node_addresses=_parse_addresses(status, "hostIPs", "hostIP") if has_status and status else (),
        phase=_text(status.get("phase")) if has_status and status else None,
        replicated=replicated,
        origin=origin,
    )


def _text(value: Value | None) -> str | None:
    return value.text() if value is not None else None


def parse_template(value: Value, *, namespace: str, name: str) -> Pod | None:
    """The pod that a workload's `template` makes; None after a fault was reported."""
    if not value.is_object():
        return None
    metadata = value.get("metadata")
    labels = parse_labels(metadata.get("labels")) if metadata and metadata.is_object() else {}
    return parse_pod_spec(
        value.get("spec"),
        namespace=namespace,
        name=name,
        labels=labels or {},
        origin=value.origin,
        replicated=True,
    )


def _parse_ports(spec: Value) -> tuple[ContainerPort, ...]:
    """The ports of all containers that keep running: init containers only if they are restarted always."""
    found: dict[ContainerPort, None] = {}
    containers, starting = spec.get("containers"), spec.get("initContainers")
    for container in containers.items() if containers else ():
        found.update(dict.fromkeys(_container_ports(container)))
    for container in starting.items() if starting else ():
        restart = container.get("restartPolicy")
        if restart is not None and restart.data == "Always":
            found.update(dict.fromkeys(_container_ports(container)))
    return tuple(found)


def _container_ports(container: Value) -> list[ContainerPort]:
    ports: list[ContainerPort] = []
    if container.data is None or not container.is_object():
        return ports
    listed = container.get("ports")
    for item in listed.items() if listed else ():
        if not item.is_object():
            continue
        written = item.get("containerPort")
        if written is None:
            item.fail("`containerPort` is required")
            continue
        number = written.integer()
        fault = port_number_fault(number) if number is not None else None
        if fault:
            written.fail(f"invalid value {number}: {fault}")
        protocol = parse_protocol(item.get("protocol"))
        name = _text(item.get("name")) or None
        if number is not None and not fault and protocol is not None:
            ports.append(ContainerPort(name, number, protocol))
    return ports


def _parse_addresses(status: Value, plural: str, singular: str) -> tuple[Address, ...]:
    """The addresses of a status: the list where it has one, else the single field."""
    texts: list[Value] = []
    listed = status.get(plural)
    for item in listed.items() if listed else ():
        address = item.get("ip")
        if address is not None:
            texts.append(address)
    one = status.get(singular)
    if not texts and one is not None and one.data != "":
        texts.append(one)
    return tuple(dict.fromkeys(a for a in map(parse_address, texts) if a is not None))


def parse_address(value: Value) -> Address | None:
    """An IP address; None after a fault was reported."""
    text = value.text()
    try:
        return None if text is None else ip_address(text)
    except ValueError:
        value.fail(f"`{text}` is not a valid IP address")
        return None
