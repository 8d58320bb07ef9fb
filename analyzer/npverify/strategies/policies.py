"""Strategies for NetworkPolicies."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import strategies as st

from npverify.strategies.arguments import check_names, check_size
from npverify.strategies.parts import (
    KEYS,
    NETWORKS,
    PORT_NAMES,
    PORTS,
    VALUES,
    Object,
    ip_blocks,
    metadata,
    port_ranges,
    selectors,
)

NAMESPACES = ("one", "two")
NAMESPACE_KEYS = ("team", "kubernetes.io/metadata.name")
NAMESPACE_VALUES = ("a", "one", "two", "three")


@st.composite
def _peers(draw: st.DrawFn, keys: Sequence[str], values: Sequence[str], networks: Sequence[str]) -> Object:
    kind = draw(st.sampled_from(("pods", "namespaces", "both", "block")))
    if kind == "block":
        return {"ipBlock": draw(ip_blocks(within=networks))}
    peer: Object = {}
    if kind in ("pods", "both"):
        peer["podSelector"] = draw(selectors(keys=keys, values=values))
    if kind in ("namespaces", "both"):
        peer["namespaceSelector"] = draw(selectors(keys=NAMESPACE_KEYS, values=NAMESPACE_VALUES))
    return peer


@st.composite
def _rules(
    draw: st.DrawFn,
    peers_field: str,
    keys: Sequence[str],
    values: Sequence[str],
    networks: Sequence[str],
    ports: Sequence[int],
    names: Sequence[str],
) -> Object:
    rule: Object = {}
    if draw(st.booleans()):
        rule[peers_field] = draw(st.none() | st.lists(_peers(keys, values, networks), max_size=2))
    if draw(st.booleans()):
        rule["ports"] = draw(st.none() | st.lists(port_ranges(ports=ports, names=names), max_size=2))
    return rule


@st.composite
def network_policies(
    draw: st.DrawFn,
    *,
    name: str = "policy",
    namespaces: Sequence[str] = NAMESPACES,
    keys: Sequence[str] = KEYS,
    values: Sequence[str] = VALUES,
    networks: Sequence[str] = NETWORKS,
    ports: Sequence[int] = PORTS,
    names: Sequence[str] = PORT_NAMES,
    max_rules: int = 2,
) -> Object:
    """NetworkPolicies that the API server accepts, with missing, null and empty lists among them."""
    check_size("max_rules", max_rules)
    spec: Object = {}
    if draw(st.integers(0, 9)):
        spec["podSelector"] = draw(st.none() | selectors(keys=keys, values=values))
    types = draw(
        st.sampled_from((None, [], ["Ingress"], ["Egress"], ["Ingress", "Egress"], ["Egress", "Ingress"]))
    )
    has_types: bool = types is not None or draw(st.booleans())
    if has_types:
        spec["policyTypes"] = types
    for field, peers_field in (("ingress", "from"), ("egress", "to")):
        if draw(st.booleans()):
            rule = _rules(peers_field, keys, values, networks, ports, names)
            spec[field] = draw(st.none() | st.lists(rule, max_size=max_rules))
    policy: Object = {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": metadata(name, draw(st.sampled_from(check_names("namespaces", namespaces)))),
    }
    leaves_out_spec = not spec and draw(st.booleans())
    if not leaves_out_spec:
        policy["spec"] = spec
    return policy


@st.composite
def policy_sets(
    draw: st.DrawFn,
    *,
    namespaces: Sequence[str] = NAMESPACES,
    keys: Sequence[str] = KEYS,
    values: Sequence[str] = VALUES,
    networks: Sequence[str] = NETWORKS,
    ports: Sequence[int] = PORTS,
    names: Sequence[str] = PORT_NAMES,
    min_size: int = 0,
    max_size: int = 4,
) -> list[Object]:
    """Lists of NetworkPolicies with different names."""
    check_size("min_size", min_size)
    size = draw(st.integers(min_size, check_size("max_size", max_size, least=min_size)))
    return [
        draw(
            network_policies(
                name=f"policy-{number}",
                namespaces=namespaces,
                keys=keys,
                values=values,
                networks=networks,
                ports=ports,
                names=names,
            )
        )
        for number in range(size)
    ]
