"""Typed admin policies for the tests of the evaluator, made without any reader."""

from __future__ import annotations

from ipaddress import ip_address, ip_network

from tests.unit.reference.reference_world import EVERY, selector

from npverify.resources import (
    AdminAction,
    AdminPeer,
    AdminPolicy,
    AdminRule,
    Node,
    Origin,
    PodSet,
    Tier,
)

ACCEPT, DENY, PASS = AdminAction.ACCEPT, AdminAction.DENY, AdminAction.PASS
ADMIN, BASELINE = Tier.ADMIN, Tier.BASELINE


def pod_set(*, team=None, **labels):
    return PodSet(EVERY if team is None else selector(team=team), selector(**labels))


def pods_of(*, team=None, **labels):
    return AdminPeer(pods=pod_set(team=team, **labels))


def networks(*texts):
    return AdminPeer(networks=tuple(map(ip_network, texts)))


def nodes(*requirements, **labels):
    return AdminPeer(nodes=selector(*requirements, **labels))


def names(*texts):
    return AdminPeer(domain_names=texts)


UNKNOWN_PEER = AdminPeer()
ANY_POD = pods_of()
ANYWHERE = networks("0.0.0.0/0", "::/0")


def does(action, *peers, ports=(), line=0):
    return AdminRule(action, peers or (ANY_POD,), tuple(ports), origin=Origin("admin.yaml", line))


def admin(name="p", tier=ADMIN, priority=10, *, of=None, ingress=(), egress=(), kind="ClusterNetworkPolicy"):
    return AdminPolicy(name, kind, tier, priority, of or pod_set(), tuple(ingress), tuple(egress))


def node(name, *addresses, **labels):
    return Node(name, labels, tuple(map(ip_address, addresses)))
