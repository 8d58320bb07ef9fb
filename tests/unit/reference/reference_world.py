"""Typed objects for the tests of the evaluator, made without any reader."""

from __future__ import annotations

from ipaddress import ip_address, ip_network

from npverify.resources import (
    METADATA_NAME,
    ContainerPort,
    Direction,
    ExternalEndpoint,
    Flow,
    IPBlock,
    LabelSelector,
    Namespace,
    NetworkPolicy,
    Operator,
    Origin,
    Peer,
    Pod,
    PodEndpoint,
    PolicyRule,
    Protocol,
    Requirement,
)

BOTH = (Direction.INGRESS, Direction.EGRESS)
INGRESS, EGRESS = (Direction.INGRESS,), (Direction.EGRESS,)
TCP, UDP, SCTP = Protocol.TCP, Protocol.UDP, Protocol.SCTP


def needs(key, operator, *values):
    return Requirement(key, Operator(operator), values)


def selector(*requirements, **labels):
    """The labels exactly, and the requirements besides."""
    return LabelSelector((*(needs(key, "In", value) for key, value in labels.items()), *requirements))


EVERY = selector()


def block(cidr, *excepts):
    return Peer(ip_block=IPBlock(ip_network(cidr), tuple(ip_network(e) for e in excepts)))


def pods(**labels):
    return Peer(pod_selector=selector(**labels))


def namespaces(**labels):
    return Peer(namespace_selector=selector(**labels))


def rule(*peers, ports=(), line=0):
    return PolicyRule(tuple(peers), tuple(ports), Origin("policies.yaml", line))


def policy(name, types, *, of=EVERY, ingress=(), egress=(), line=0):
    home, _, own = name.partition("/")
    return NetworkPolicy(home, own, of, types, tuple(ingress), tuple(egress), Origin("policies.yaml", line))


SHOP = Namespace("shop", {METADATA_NAME: "shop", "team": "shop"})
WEB = Namespace("web", {METADATA_NAME: "web", "team": "web"})
HOMES = {"shop": SHOP, "web": WEB}


def endpoint(name, address=None, ports=(), **labels):
    home, _, own = name.partition("/")
    pod = Pod(home, own, labels, ports=tuple(ports))
    return PodEndpoint(pod, HOMES[home], None if address is None else ip_address(address))


def outside(address):
    return ExternalEndpoint(ip_address(address))


DB = endpoint(
    "shop/db", "10.0.0.1", [ContainerPort("sql", 5432), ContainerPort("stats", 9100, UDP)], app="db"
)
API = endpoint("shop/api", "10.0.0.2", [ContainerPort("http", 8080)], app="api")
FRONT = endpoint("web/front", "10.0.1.1", [ContainerPort("http", 8081)], app="front")
UNKNOWN = endpoint("web/new", app="new")
INTERNET = outside("203.0.113.9")


def flow(source, destination, port=80, protocol=TCP, **facts):
    return Flow(source, destination, protocol, port, **facts)
