"""Strategies for the parts of policies and pods: labels, selectors, addresses and ports."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from ipaddress import ip_network

from hypothesis import strategies as st

from npverify.resources import Network
from npverify.strategies.arguments import (
    check_keys,
    check_networks,
    check_port_names,
    check_ports,
    check_values,
)

Object = dict[str, object]
"""A Kubernetes object, or a part of one, as YAML would give it."""

KEYS = ("app", "tier")
VALUES = ("a", "b", "")
PORTS = (80, 81, 5432)
PORT_NAMES = ("http", "db")
PROTOCOLS = ("TCP", "UDP", "SCTP")
NETWORKS = ("10.0.0.0/29", "0.0.0.0/0", "2001:db8::/125", "192.0.2.0/31")


def label_sets(
    *, keys: Sequence[str] = KEYS, values: Sequence[str] = VALUES
) -> st.SearchStrategy[dict[str, str]]:
    """Label maps over a small vocabulary, the empty one included."""
    known_keys, known_values = check_keys("keys", keys), check_values("values", values)
    return st.dictionaries(
        st.sampled_from(known_keys), st.sampled_from(known_values), max_size=len(known_keys)
    )


@st.composite
def _expressions(draw: st.DrawFn, keys: tuple[str, ...], values: tuple[str, ...]) -> Object:
    operator = draw(st.sampled_from(("Exists", "DoesNotExist", "In", "NotIn")))
    expression: Object = {"key": draw(st.sampled_from(keys)), "operator": operator}
    if operator in ("In", "NotIn"):
        expression["values"] = draw(st.lists(st.sampled_from(values), min_size=1, max_size=2, unique=True))
    return expression


@st.composite
def selectors(draw: st.DrawFn, *, keys: Sequence[str] = KEYS, values: Sequence[str] = VALUES) -> Object:
    """Label selectors with matchLabels, matchExpressions of all four operators, both or neither."""
    known_keys, known_values = check_keys("keys", keys), check_values("values", values)
    selector: Object = {}
    if draw(st.booleans()):
        selector["matchLabels"] = draw(
            st.none()
            | st.dictionaries(st.sampled_from(known_keys), st.sampled_from(known_values), max_size=2)
        )
    if draw(st.booleans()):
        selector["matchExpressions"] = draw(st.lists(_expressions(known_keys, known_values), max_size=2))
    return selector


@st.composite
def cidrs(draw: st.DrawFn, *, within: Sequence[str] = NETWORKS) -> str:
    """CIDRs of both families: the given networks, and networks inside them."""
    network = draw(st.sampled_from(check_networks("within", within)))
    deeper = draw(st.integers(0, min(3, network.max_prefixlen - network.prefixlen)))
    return str(_subnet(draw, network, network.prefixlen + deeper))


def _subnet(draw: st.DrawFn, network: Network, length: int) -> Network:
    number = draw(st.integers(0, (1 << (length - network.prefixlen)) - 1))
    base = int(network.network_address) + (number << (network.max_prefixlen - length))
    return ip_network((base, length))


@st.composite
def ip_blocks(draw: st.DrawFn, *, within: Sequence[str] = NETWORKS) -> Object:
    """IpBlocks with and without exceptions."""
    cidr = ip_network(draw(cidrs(within=within)))
    block: Object = {"cidr": str(cidr)}
    room = cidr.max_prefixlen - cidr.prefixlen
    if room and draw(st.booleans()):
        lengths = draw(st.lists(st.integers(cidr.prefixlen + 1, cidr.prefixlen + min(room, 3)), max_size=2))
        block["except"] = [str(_subnet(draw, cidr, length)) for length in lengths]
    return block


@st.composite
def port_ranges(
    draw: st.DrawFn, *, ports: Sequence[int] = PORTS, names: Sequence[str] = PORT_NAMES
) -> Object:
    """Items of `ports`: a protocol alone, a number, a range, a name, or nothing at all."""
    known_ports, known_names = check_ports("ports", ports), check_port_names("names", names)
    item: Object = {}
    if draw(st.booleans()):
        item["protocol"] = draw(st.sampled_from(PROTOCOLS))
    match draw(st.sampled_from(("none", "number", "range", "name"))):
        case "number":
            item["port"] = draw(st.sampled_from(known_ports))
        case "range":
            first = draw(st.sampled_from(known_ports))
            item["port"] = first
            item["endPort"] = min(65_535, first + draw(st.integers(0, 2)))
        case "name":
            item["port"] = draw(st.sampled_from(known_names))
        case _:
            pass
    return item


def metadata(name: str, namespace: str | None, labels: Mapping[str, str] | None = None) -> Object:
    """The `metadata` of an object."""
    data: Object = {"name": name}
    if namespace is not None:
        data["namespace"] = namespace
    if labels is not None:
        data["labels"] = dict(labels)
    return data
