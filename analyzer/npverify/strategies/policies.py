"""Strategies for NetworkPolicies."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import strategies as st

from npverify.strategies.arguments import PolicyVocabulary, check_name, check_size
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
LISTS = ("missing", "null", "empty", *("filled",) * 5)
POLICY_TYPES = ("missing", None, (), ("Ingress",), ("Egress",), ("Ingress", "Egress"), ("Egress", "Ingress"))
NAMESPACE_KEYS = ("team", "kubernetes.io/metadata.name")


@st.composite
def _peers(draw: st.DrawFn, vocabulary: PolicyVocabulary) -> Object:
    kind = draw(st.sampled_from(("pods", "namespaces", "both", "block")))
    if kind == "block":
        return {"ipBlock": draw(ip_blocks(within=vocabulary.networks))}
    peer: Object = {}
    if kind in ("pods", "both"):
        peer["podSelector"] = draw(selectors(keys=vocabulary.keys, values=vocabulary.values))
    if kind in ("namespaces", "both"):
        # One value that a Namespace object may carry, every name, and one name that no namespace has.
        values = ("a", *vocabulary.namespaces, "elsewhere")
        peer["namespaceSelector"] = draw(selectors(keys=NAMESPACE_KEYS, values=values))
    return peer


@st.composite
def _rules(draw: st.DrawFn, peers_field: str, vocabulary: PolicyVocabulary) -> Object:
    rule: Object = {}
    _put_list(draw, rule, peers_field, _peers(vocabulary), most=2)
    _put_list(draw, rule, "ports", port_ranges(ports=vocabulary.ports, names=vocabulary.names), most=2)
    return rule


def _put_list(
    draw: st.DrawFn, where: Object, field: str, items: st.SearchStrategy[Object], *, most: int
) -> None:
    """Leave the field out, or make it null, an empty list, or (most often) a list with something in it."""
    match draw(st.sampled_from(LISTS if most else LISTS[:3])):
        case "null":
            where[field] = None
        case "empty":
            where[field] = []
        case "filled":
            where[field] = draw(st.lists(items, min_size=1, max_size=most))
        case _:
            pass


@st.composite
def _specs(draw: st.DrawFn, vocabulary: PolicyVocabulary, max_rules: int) -> Object:
    spec: Object = {}
    if draw(st.integers(0, 9)):
        spec["podSelector"] = draw(st.none() | selectors(keys=vocabulary.keys, values=vocabulary.values))
    types = draw(st.sampled_from(POLICY_TYPES))
    if types != "missing":
        spec["policyTypes"] = None if types is None else list(types)
    for field, peers_field in (("ingress", "from"), ("egress", "to")):
        _put_list(draw, spec, field, _rules(peers_field, vocabulary), most=max_rules)
    return spec


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
    vocabulary = PolicyVocabulary(namespaces, keys, values, networks, ports, names)
    spec = draw(_specs(vocabulary, check_size("max_rules", max_rules)))
    policy: Object = {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": metadata(check_name("name", name), draw(st.sampled_from(vocabulary.namespaces))),
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
