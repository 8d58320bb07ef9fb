"""Strategies for namespaces, and for the Pods and Deployments in them."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import strategies as st

from npverify.strategies.arguments import (
    check_name,
    check_namespaces,
    check_pod_addresses,
    check_port_names,
    check_ports,
)
from npverify.strategies.parts import (
    KEYS,
    PORT_NAMES,
    PORTS,
    PROTOCOLS,
    VALUES,
    Object,
    label_sets,
    metadata,
)
from npverify.strategies.policies import NAMESPACES

NODES = ("node-1", "node-2")
PHASES = ("Running", "Running", "Running", "Pending", "Succeeded", "Failed")


@st.composite
def namespaces(
    draw: st.DrawFn, *, name: str = "one", keys: Sequence[str] = ("team",), values: Sequence[str] = ("a", "b")
) -> Object:
    """Namespace objects."""
    labels = draw(label_sets(keys=keys, values=values))
    return {
        "apiVersion": "v1",
        "kind": "Namespace",
        "metadata": metadata(check_namespaces("name", (name,))[0], None, labels),
    }


@st.composite
def _pod_specs(draw: st.DrawFn, ports: Sequence[int], names: Sequence[str]) -> Object:
    numbers = st.sampled_from(check_ports("ports", ports))
    names = check_port_names("names", names)
    declared = []
    for name in draw(st.lists(st.sampled_from(names), unique=True, max_size=len(names))):
        port: Object = {"name": name, "containerPort": draw(numbers)}
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
    """Deployments, and Pods that have the `addresses` (at most one of each family); some Pods have ended."""
    check_name("name", name)
    known_addresses = check_pod_addresses("addresses", addresses)
    labels = draw(label_sets(keys=keys, values=values))
    spec = draw(_pod_specs(ports, names))
    namespace = draw(st.sampled_from(check_namespaces("namespaces", namespaces)))
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
    status: Object = {"phase": draw(st.sampled_from(PHASES))}
    if known_addresses:
        status["podIPs"] = [{"ip": str(address)} for address in known_addresses]
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": metadata(name, namespace, labels),
        "spec": spec,
        "status": status,
    }
