"""Readings that network plugins can have, and policies and pods between which they make a difference."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import ip_network

from hypothesis import strategies as st

from npverify.cni import (
    GENERIC,
    ExceptMode,
    NamedPorts,
    OwnNodeEgress,
    OwnNodeIngress,
    Sctp,
)

NETWORK_POLICY = "networking.k8s.io/v1/NetworkPolicy"
OUTSIDE = ("203.0.113.5", "10.0.0.7")
PORTS = (1, 80, 81, 82, 5432, 5433)
BLOCKS = (
    "10.0.0.0/28",
    "10.0.0.0/30",
    "10.0.0.2/31",
    "10.0.0.0/8",
    "0.0.0.0/0",
    "10.0.0.3/32",
    "203.0.113.0/24",
)

READINGS = {
    "enforces": st.just(False),
    "ip_block_matches_pods": st.just(False),
    "ip_block_matches_nodes": st.just(False),
    "except_mode": st.sampled_from(ExceptMode),
    "named_ports_ingress": st.sampled_from(NamedPorts),
    "named_ports_egress": st.sampled_from(NamedPorts),
    "any_ipv6_block": st.just(False),
    "unresolved_names_open": st.just(True),
    "directions_apart": st.just(False),
    "end_port": st.just(False),
    "sctp": st.sampled_from(Sctp),
    "host_network_peers": st.just(True),
    "own_node_ingress": st.just(OwnNodeIngress.OPEN),
    "own_node_egress": st.sampled_from(OwnNodeEgress),
    "policy_types": st.just(False),
    "unselected_isolated": st.just(True),
    "kinds": st.sampled_from(((NETWORK_POLICY,), ())),
}


@st.composite
def profiles(draw):
    """The specification but for a few facts."""
    most = draw(st.sampled_from((1, 1, 2, 4)))
    names = draw(st.lists(st.sampled_from(sorted(READINGS)), min_size=1, max_size=most, unique=True))
    return replace(GENERIC, name="random", **{name: draw(READINGS[name]) for name in names})


@st.composite
def blocks(draw, networks=BLOCKS):
    cidr = draw(st.sampled_from(networks))
    inside = [b for b in networks if b != cidr and _is_inside(b, cidr)]
    excepts = draw(st.lists(st.sampled_from(inside), max_size=2, unique=True)) if inside else []
    return {"ipBlock": {"cidr": cidr, **({"except": excepts} if excepts else {})}}


def _is_inside(network, other):
    return ip_network(network).subnet_of(ip_network(other))


SELECTORS = st.sampled_from(({}, {"matchLabels": {"app": "a"}}, {"matchLabels": {"app": "b"}}))
ITEMS = blocks() | SELECTORS.map(lambda s: {"podSelector": s}) | st.just({"namespaceSelector": {}})
ENTRIES = st.sampled_from(
    (
        {"port": 80},
        {"port": "http"},
        {"port": 80, "endPort": 82},
        {"port": 81, "protocol": "SCTP"},
        {"protocol": "SCTP"},
        {"port": "http", "protocol": "SCTP"},
        {"port": "http", "protocol": "UDP"},
    )
)


@st.composite
def rules(draw, field):
    rule = {}
    if draw(st.integers(0, 4)):
        rule[field] = draw(st.lists(ITEMS, min_size=1, max_size=3))
    if draw(st.booleans()):
        rule["ports"] = draw(st.lists(ENTRIES, min_size=1, max_size=2))
    return rule


@st.composite
def policies(draw):
    """Policies in which what plugins differ in is common."""
    found = []
    for number in range(draw(st.integers(1, 4))):
        spec = {
            "podSelector": draw(SELECTORS),
            "policyTypes": draw(st.sampled_from((["Ingress"], ["Egress"], ["Ingress", "Egress"]))),
            "ingress": draw(st.lists(rules("from"), max_size=2)),
            "egress": draw(st.lists(rules("to"), max_size=2)),
        }
        found.append(
            {
                "apiVersion": "networking.k8s.io/v1",
                "kind": "NetworkPolicy",
                "metadata": {"name": f"p{number}", "namespace": draw(st.sampled_from(("one", "two")))},
                "spec": spec,
            }
        )
    return found


def pod(name, namespace, address, *, node, host=False, port=80, **labels):
    protocols = ("TCP", "SCTP") if port else ()
    ports = [{"name": "http", "containerPort": port, "protocol": p} for p in protocols]
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": name, "namespace": namespace, "labels": labels},
        "spec": {"nodeName": node, "hostNetwork": host, "containers": [{"name": "main", "ports": ports}]},
        "status": {"podIPs": [{"ip": address}]},
    }


PODS = [
    pod("a", "one", "10.0.0.1", node="n", app="a"),
    pod("b", "one", "10.0.0.2", node="m", app="b", port=81),
    pod("c", "two", "10.0.0.3", node="n", app="a", port=82),
    pod("host", "one", "10.0.0.9", node="n", host=True, app="b"),
]


@st.composite
def pods_of_many_ports(draw):
    """The same pods, which often agree on the number behind a name, and sometimes give none."""
    numbers = draw(st.tuples(*[st.sampled_from((80, 80, 81, 0))] * 3, st.sampled_from((80, 5433, 0))))
    places = (("a", "one", "a"), ("b", "one", "b"), ("c", "two", "a"), ("host", "one", "b"))
    return [
        pod(name, home, f"10.0.0.{place}", node="n", host=name == "host", port=port, app=app)
        for place, ((name, home, app), port) in enumerate(zip(places, numbers, strict=True), 1)
    ]


PODS_OF_IPV6 = [
    pod("a", "one", "2001:db8:1::1", node="n", app="a"),
    pod("b", "one", "2001:db8:2::2", node="m", app="b", port=81),
    pod("c", "two", "fd00::3", node="n", app="a", port=82),
    pod("host", "one", "fc00::9", node="n", host=True, app="b"),
]


def one_reading(**readings):
    """Profiles that differ from the specification in these facts only."""
    return st.builds(replace, st.just(GENERIC), name=st.just("random"), **readings)


@st.composite
def rules_with(draw, field, items, entries):
    rule = {field: draw(st.lists(items, min_size=1, max_size=3))} if draw(st.integers(0, 3)) else {}
    ports = draw(entries)
    return {**rule, "ports": ports} if ports else rule


@st.composite
def policies_with(draw, items, entries, most):
    """Policies of one kind of rules for one direction, few, so that no rule hides what another one says."""
    kind, field = draw(st.sampled_from((("Ingress", "from"), ("Egress", "to"))))
    return [
        {
            "apiVersion": "networking.k8s.io/v1",
            "kind": "NetworkPolicy",
            "metadata": {"name": f"p{number}", "namespace": "one"},
            "spec": {
                "podSelector": draw(st.sampled_from(({}, {"matchLabels": {"app": "a"}}))),
                "policyTypes": [kind],
                kind.lower(): draw(st.lists(rules_with(field, items, entries), min_size=1, max_size=2)),
            },
        }
        for number in range(draw(st.integers(1, most)))
    ]


ENTRIES_BY_NAME = st.sampled_from(
    (
        [{"port": "http"}],
        [{"port": "http"}, {"port": 5432}],
        [{"port": "http", "protocol": "UDP"}],
        [{"port": "nosuch"}, {"port": "http", "protocol": "SCTP"}],
        [{"port": "nosuch"}],
    )
)
BY_NAME = policies_with(ITEMS, ENTRIES_BY_NAME, most=1)
PORTS_OF_BLOCKS = st.sampled_from(([{"port": 80}], [{"port": 81}], [{"port": "http"}], [{"port": "nosuch"}]))
BY_BLOCK = policies_with(
    blocks() | SELECTORS.map(lambda s: {"podSelector": s}),
    st.sampled_from(([{"port": 80}], [{"port": 81}])),
    most=3,
)
IN_TABLES = policies_with(
    blocks() | blocks() | SELECTORS.map(lambda s: {"podSelector": s}), PORTS_OF_BLOCKS, most=4
)
NAMES = one_reading(
    named_ports_ingress=st.sampled_from(NamedPorts),
    named_ports_egress=st.sampled_from(NamedPorts),
    unresolved_names_open=st.booleans(),
)
EXCEPTIONS = one_reading(
    except_mode=st.sampled_from((ExceptMode.ONE_SET, ExceptMode.ONE_TABLE)),
    ip_block_matches_pods=st.sampled_from((True, True, True, False)),
)
TABLES = one_reading(
    except_mode=st.just(ExceptMode.ONE_TABLE),
    named_ports_ingress=st.sampled_from((NamedPorts.PER_DESTINATION, NamedPorts.SELECTED_PODS)),
    named_ports_egress=st.sampled_from((NamedPorts.PER_DESTINATION, NamedPorts.SELECTED_PEERS)),
    host_network_peers=st.booleans(),
)
BLOCKS_OF_IPV6 = (
    "::/0",
    "2000::/3",
    "fd00::/8",
    "2001:db8::/32",
    "2001:db8:1::/48",
    "2001:db8:1::1/128",
    "fe80::/10",
)
OUTSIDE_OF_IPV6 = ("fe80::1", "2001:db8::7", "64:ff9b::1")
OF_IPV6 = one_reading(
    except_mode=st.sampled_from((ExceptMode.PER_BLOCK, ExceptMode.ONE_SET, ExceptMode.ONE_TABLE)),
    any_ipv6_block=st.booleans(),
)
BY_BLOCK_OF_IPV6 = policies_with(
    blocks(BLOCKS_OF_IPV6) | SELECTORS.map(lambda s: {"podSelector": s}),
    st.sampled_from(([{"port": 80}], [{"port": 81}])),
    most=3,
)


@st.composite
def policies_of_both_directions(draw):
    """Policies that often select both ends, and admit more one way than the other."""
    return [
        {
            "apiVersion": "networking.k8s.io/v1",
            "kind": "NetworkPolicy",
            "metadata": {"name": f"p{number}", "namespace": "one"},
            "spec": {
                "podSelector": draw(st.sampled_from(({}, {}, {"matchLabels": {"app": "a"}}))),
                "policyTypes": draw(st.sampled_from((["Ingress", "Egress"],) * 3 + (["Egress"],))),
                "ingress": draw(st.lists(rules_with("from", ITEMS, SOME_PORTS), max_size=2)),
                "egress": draw(st.lists(rules_with("to", ITEMS, SOME_PORTS), max_size=2)),
            },
        }
        for number in range(draw(st.integers(1, 2)))
    ]


SOME_PORTS = st.sampled_from(([], [{"port": 80}], [{"port": "http"}], [{"port": "nosuch"}]))
ONE_CHAIN = one_reading(
    directions_apart=st.just(False),
    named_ports_egress=st.sampled_from((NamedPorts.PER_DESTINATION, NamedPorts.NAMESPACE_NUMBERS)),
    unresolved_names_open=st.booleans(),
    except_mode=st.sampled_from((ExceptMode.PER_BLOCK, ExceptMode.ONE_SET)),
)
