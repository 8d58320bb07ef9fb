"""The inventories that the tests of the language ask about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from ipaddress import ip_address

from npverify.resources import (
    METADATA_NAME,
    ContainerPort,
    LabelSelector,
    Namespace,
    Node,
    Operator,
    Pod,
    Protocol,
    Requirement,
    Service,
    ServicePort,
    Workload,
)
from npverify.resources.inventory import Inventory


def selector(**labels: str) -> LabelSelector:
    return LabelSelector(tuple(Requirement(key, Operator.IN, (value,)) for key, value in labels.items()))


def namespace(name: str, **labels: str) -> Namespace:
    return Namespace(name, {METADATA_NAME: name, **labels})


def workload(
    place: str,
    name: str,
    labels: Mapping[str, str],
    *,
    kind: str = "Deployment",
    ports: Sequence[ContainerPort] = (),
    live: Mapping[str, str] | None = None,
    host_network: bool = False,
) -> Workload:
    """A workload; `live` are the addresses of its live pods by name."""
    template = Pod(place, name, labels, ports=tuple(ports), replicated=True, host_network=host_network)
    pods = tuple(
        Pod(
            place,
            pod,
            labels,
            ports=tuple(ports),
            addresses=(ip_address(address),),
            host_network=host_network,
        )
        for pod, address in (live or {}).items()
    )
    return Workload(kind, place, name, pods or (template,), template=template)


def service(
    place: str,
    name: str,
    select: LabelSelector | None,
    *ports: tuple[str | None, int, int | str],
    headless: bool = False,
    external_name: str | None = None,
    address: str | None = None,
) -> Service:
    return Service(
        place,
        name,
        select,
        tuple(ServicePort(n, port, Protocol.TCP, target) for n, port, target in ports),
        headless=headless,
        external_name=external_name,
        cluster_addresses=(ip_address(address),) if address else (),
    )


def inventory(*parts: Namespace | Workload | Service | Node) -> Inventory:
    names = [part.namespace for part in parts if isinstance(part, Workload | Service)]
    declared = {part.name: part for part in parts if isinstance(part, Namespace)}
    return Inventory(
        namespaces={name: declared.get(name, namespace(name)) for name in sorted({*names, *declared})},
        workloads=tuple(part for part in parts if isinstance(part, Workload)),
        services=tuple(part for part in parts if isinstance(part, Service)),
        nodes=tuple(part for part in parts if isinstance(part, Node)),
    )


FRONTEND = workload(
    "shop", "frontend", {"app": "frontend", "tier": "web"}, ports=[ContainerPort("http", 8080)]
)
API = workload(
    "shop",
    "api",
    {"app": "api", "tier": "backend"},
    ports=[ContainerPort("http", 8080), ContainerPort("metrics", 9090)],
    live={"api-1": "10.0.0.11", "api-2": "10.0.0.12"},
)
DATABASE = workload(
    "shop",
    "database",
    {"app": "database", "tier": "data"},
    kind="StatefulSet",
    ports=[ContainerPort("pg", 5432)],
)
AGENT = workload("monitoring", "agent", {"k8s-app": "node-agent"}, kind="DaemonSet", host_network=True)
API_SERVICE = service(
    "shop", "api", selector(app="api"), ("http", 80, "http"), ("metrics", 9090, 9090), address="10.96.0.10"
)

SHOP = inventory(
    namespace("shop", team="sales"),
    namespace("monitoring", team="platform"),
    FRONTEND,
    API,
    DATABASE,
    AGENT,
    API_SERVICE,
    service("shop", "frontend", selector(app="frontend"), ("http", 80, 8080)),
    service("shop", "db", selector(app="database"), ("pg", 5432, 5432), headless=True),
    service("shop", "legacy", None, ("http", 80, 80)),
    service("shop", "payments", None, external_name="pay.example.com"),
    Node("worker-1", {}, (ip_address("192.168.0.1"),)),
)
"""The cluster `shop`: frontend, api and database, an agent on the host network, and Services of each sort."""
