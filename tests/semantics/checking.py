"""Small clusters for the tables of semantics, and the one function that asks about a flow in them."""

from __future__ import annotations

from ipaddress import ip_address

from tests.oracle import check_flow, split_pods

from npverify.manifests import inventory_from_objects
from npverify.questions.settings import QuerySettings, Universe
from npverify.resources import Protocol

ALLOWED, DENIED = True, False


def namespace(name, **labels):
    return {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name, "labels": labels}}


def pod(name, *, ports=(), ips=(), phase="Running", host_network=False, **labels):
    home, _, own = name.partition("/")
    containers = [{"name": "main", "ports": [dict(port) for port in ports]}]
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": own, "namespace": home, "labels": labels},
        "spec": {"containers": containers, "hostNetwork": host_network},
        "status": {"phase": phase, "podIPs": [{"ip": ip} for ip in ips]},
    }


def policy(name, **spec):
    home, _, own = name.partition("/")
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": {"name": own, "namespace": home},
        "spec": spec,
    }


def port(number, name=None, protocol="TCP"):
    return {"containerPort": number, "protocol": protocol, **({"name": name} if name else {})}


WORLD = (
    namespace("shop", team="shop"),
    namespace("web", team="web"),
    pod("shop/db", ports=[port(5432, "sql")], ips=["10.0.0.1", "2001:db8::1"], app="db"),
    pod("shop/api", ports=[port(8080, "http")], ips=["10.0.0.2"], app="api", tier="back"),
    pod("shop/bare", ports=[port(8081, "http")], ips=["10.0.0.3"]),
    pod("web/api", ports=[port(9000, "http", "UDP")], ips=["10.0.1.1"], app="api"),
    pod("web/front", ips=["10.0.1.2", "2001:db8::2"], app="front"),
)
OUTSIDE, OUTSIDE_V6 = "203.0.113.9", "2001:db8:ff::9"


def flow_is_allowed(objects, source, destination, number=80, protocol="TCP", **settings):
    """The verdict of reference evaluator and solver, which have to agree."""
    inventory = inventory_from_objects(objects)
    pods = {f"{w.pods[0].namespace}/{w.pods[0].name}": w for w in split_pods(inventory)}
    ends = [pods[end] if "/" in end else ip_address(end) for end in (source, destination)]
    wanted = QuerySettings(universe=Universe.DECLARED, **settings)
    return check_flow(inventory, *ends, Protocol(protocol), number, wanted)
