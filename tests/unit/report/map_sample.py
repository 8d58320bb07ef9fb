"""A small cluster with something of everything that a map can have."""

from __future__ import annotations

import npverify
from npverify.questions.connectivity import MapSettings, connectivity_map


def pod_template(labels, **spec):
    return {"metadata": {"labels": labels}, "spec": {"containers": [{"name": "main", "image": "i"}], **spec}}


def deployment(name, namespace="shop", host_network=False, **labels):
    labels = {"app": name, **labels}
    spec = {"hostNetwork": True} if host_network else {}
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": name, "namespace": namespace},
        "spec": {"selector": {"matchLabels": labels}, "template": pod_template(labels, **spec)},
    }


def pod(name, namespace="shop", owner=None, address=None, **labels):
    metadata = {"name": name, "namespace": namespace, "labels": {"app": name, **labels}}
    if owner:
        metadata["ownerReferences"] = [
            {"apiVersion": "apps/v1", "kind": "StatefulSet", "name": owner, "uid": "u", "controller": True}
        ]
    found = {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": pod_template({})["spec"]}
    return {**found, "status": {"podIPs": [{"ip": address}]}} if address else found


def policy(name, selector=None, namespace="shop", **spec):
    types = [kind.capitalize() for kind in ("ingress", "egress") if kind in spec]
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": {"name": name, "namespace": namespace},
        "spec": {"podSelector": {"matchLabels": selector or {}}, "policyTypes": types, **spec},
    }


def app(name):
    return {"podSelector": {"matchLabels": {"app": name}}}


def block(cidr):
    return {"ipBlock": {"cidr": cidr}}


WEB, API, ODD = "shop/web[Deployment]", "shop/api[Deployment]", "else/odd[Deployment]"
TWINS = "shop/twin-a[Deployment]", "shop/twin-b[Deployment]"
OBJECTS = [
    deployment("web"),
    deployment("api"),
    deployment("twin-a", tier="twin"),
    deployment("twin-b", tier="twin"),
    deployment("odd", "else"),
    policy("api", {"app": "api"}, ingress=[{"from": [app("web")], "ports": [{"port": 80}]}]),
    policy("web", {"app": "web"}, ingress=[{"from": [block("10.0.0.0/8")]}]),
    policy("odd", namespace="else", ingress=[], egress=[]),
]
"""`web` alone reaches `api`, on TCP 80, and 10.0.0.0/8 `web`; the twins take everything; `odd` is alone."""

LIVE = [
    *OBJECTS,
    pod("lone"),
    {**deployment("db"), "kind": "StatefulSet"},
    pod("db-0", owner="db", address="10.0.0.7", role="primary"),
    pod("db-1", owner="db", address="192.168.0.7", role="replica"),
    deployment("agent", host_network=True),
    policy("primary", {"role": "primary"}, ingress=[{"from": [block("10.0.0.0/8"), app("db-1")]}]),
    policy("lone", {"app": "lone"}, ingress=[], egress=[{"to": [block("10.0.0.0/8")]}]),
]
"""The same with a Pod of its own, a workload whose pods differ, and hostNetwork pods."""


def map_of(objects, **settings):
    return connectivity_map(npverify.load_objects(objects).inventory, MapSettings(verify=0, **settings))


def cells_of(found):
    """The cells as {(source, destination): (connections, conditional)}, in words."""
    return {
        (str(c.source), str(c.destination)): (str(c.connections), str(c.conditional)) for c in found.cells()
    }
