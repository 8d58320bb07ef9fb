"""Strategies for namespaces, workloads, whole clusters, and flows in them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from ipaddress import ip_address
from typing import NamedTuple

from hypothesis import strategies as st
from hypothesis.errors import InvalidArgument

from npverify.strategies.arguments import check_names, check_size
from npverify.strategies.parts import (
    KEYS,
    NETWORKS,
    PORT_NAMES,
    PORTS,
    PROTOCOLS,
    VALUES,
    Object,
    label_sets,
    metadata,
)
from npverify.strategies.policies import NAMESPACES, policy_sets

ADDRESSES = ("10.0.0.1", "10.0.0.6", "10.0.1.1", "192.0.2.1", "2001:db8::1", "2001:db8::9")
NODES = ("node-1", "node-2")
OUTSIDE = ("10.0.0.7", "203.0.113.5", "2001:db8:1::5")


@st.composite
def namespaces(
    draw: st.DrawFn, *, name: str = "one", keys: Sequence[str] = ("team",), values: Sequence[str] = ("a", "b")
) -> Object:
    """Namespace objects."""
    labels = draw(label_sets(keys=keys, values=values))
    return {"apiVersion": "v1", "kind": "Namespace", "metadata": metadata(name, None, labels)}


@st.composite
def _pod_specs(draw: st.DrawFn, ports: Sequence[int], names: Sequence[str]) -> Object:
    declared = []
    for name in draw(st.lists(st.sampled_from(names), unique=True, max_size=len(names))):
        port: Object = {"name": name, "containerPort": draw(st.sampled_from(ports))}
        if draw(st.booleans()):
            port["protocol"] = draw(st.sampled_from(PROTOCOLS))
        declared.append(port)
    spec: Object = {"containers": [{"name": "main", "image": "example", "ports": declared}]}
    if not draw(st.integers(0, 9)):
        spec["hostNetwork"] = True
    if not draw(st.integers(0, 2)):
        spec["nodeName"] = draw(st.sampled_from(NODES))
    return spec


@st.composite
def workloads(
    draw: st.DrawFn,
    *,
    name: str = "workload",
    namespaces: Sequence[str] = NAMESPACES,
    keys: Sequence[str] = KEYS,
    values: Sequence[str] = VALUES,
    ports: Sequence[int] = PORTS,
    names: Sequence[str] = PORT_NAMES,
    addresses: Sequence[str] = (),
) -> Object:
    """Deployments, and Pods: with some of the `addresses` (of either family) or none, and some that ended."""
    labels = draw(label_sets(keys=keys, values=values))
    spec = draw(_pod_specs(ports, names))
    namespace = draw(st.sampled_from(check_names("namespaces", namespaces)))
    if draw(st.booleans()):
        return {
            "apiVersion": "apps/v1",
            "kind": "Deployment",
            "metadata": metadata(name, namespace),
            "spec": {
                "selector": {"matchLabels": labels},
                "template": {"metadata": {"labels": labels}, "spec": spec},
            },
        }
    status: Object = {
        "phase": draw(st.sampled_from(("Running", "Running", "Running", "Pending", "Succeeded")))
    }
    if addresses:
        status["podIPs"] = [{"ip": address} for address in addresses]
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": metadata(name, namespace, labels),
        "spec": spec,
        "status": status,
    }


@st.composite
def clusters(
    draw: st.DrawFn,
    *,
    min_workloads: int = 1,
    max_workloads: int = 3,
    max_policies: int = 4,
    keys: Sequence[str] = KEYS,
    values: Sequence[str] = VALUES,
    networks: Sequence[str] = NETWORKS,
    ports: Sequence[int] = PORTS,
    names: Sequence[str] = PORT_NAMES,
) -> list[Object]:
    """Whole small clusters: namespaces (some without their object), workloads and policies that interact.

    No two pods share an address.
    """
    check_size("min_workloads", min_workloads)
    size = draw(st.integers(min_workloads, check_size("max_workloads", max_workloads, least=min_workloads)))
    objects: list[Object] = [draw(namespaces(name=name)) for name in NAMESPACES if draw(st.integers(0, 3))]
    free = list(draw(st.permutations(ADDRESSES)))
    for number in range(size):
        wanted = _one_a_family(free[: draw(st.integers(0, 2))])
        free = [address for address in free if address not in wanted]
        objects.append(
            draw(
                workloads(
                    name=f"workload-{number}",
                    keys=keys,
                    values=values,
                    ports=ports,
                    names=names,
                    addresses=wanted,
                )
            )
        )
    objects += draw(
        policy_sets(
            keys=keys, values=values, networks=networks, ports=ports, names=names, max_size=max_policies
        )
    )
    return objects


def _one_a_family(addresses: Iterable[str]) -> list[str]:
    by_version: dict[int, str] = {}
    for address in addresses:
        by_version.setdefault(ip_address(address).version, address)
    return list(by_version.values())


class FlowArguments(NamedTuple):
    """What `Cluster.allows` takes."""

    source: str
    destination: str
    port: int
    protocol: str


@st.composite
def flows(draw: st.DrawFn, *, cluster: Sequence[Mapping[str, object]]) -> FlowArguments:
    """Flows between pods and outside addresses of a cluster, at and beside the ports that it mentions."""
    ends = st.sampled_from([*_pods(cluster), *OUTSIDE])
    edges = sorted({p for port in _ports(cluster) for p in (port - 1, port, port + 1) if 1 <= p <= 65_535})
    return FlowArguments(
        source=draw(ends),
        destination=draw(ends),
        port=draw(st.sampled_from([*edges, 1, 65_535])),
        protocol=draw(st.sampled_from(PROTOCOLS)),
    )


def _pods(cluster: Sequence[Mapping[str, object]]) -> list[str]:
    names = []
    for item in cluster:
        meta = item.get("metadata")
        status = item.get("status")
        if not isinstance(meta, Mapping):
            raise InvalidArgument(f"cluster={cluster!r}: every object needs `metadata`")
        has_ended = isinstance(status, Mapping) and status.get("phase") in ("Succeeded", "Failed")
        if item.get("kind") in ("Pod", "Deployment") and not has_ended:
            names.append(f"{meta.get('namespace', 'default')}/{meta.get('name')}")
    return names


def _ports(data: object) -> list[int]:
    """Every port that is mentioned anywhere."""
    if isinstance(data, Mapping):
        own = [data[k] for k in ("port", "endPort", "containerPort") if isinstance(data.get(k), int)]
        return own + [port for value in data.values() for port in _ports(value)]
    if isinstance(data, Sequence) and not isinstance(data, str):
        return [port for value in data for port in _ports(value)]
    return []
