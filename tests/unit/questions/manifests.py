"""Short objects for tests of questions."""

from __future__ import annotations

from npverify.manifests import inventory_from_objects


def inventory(*objects):
    return inventory_from_objects(objects)


def namespace(name, **labels):
    return {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name, "labels": labels}}


def policy(name, select=None, *, types=None, home="one", **rules):
    """A policy for the pods with these labels; `rules` are `ingress` and `egress`."""
    spec = {"podSelector": selector(select), **rules}
    if types is not None:
        spec["policyTypes"] = [*types]
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": {"name": name, "namespace": home},
        "spec": spec,
    }


def selector(wanted):
    """Labels, or a selector as it is."""
    return wanted if wanted and wanted.keys() & {"matchLabels", "matchExpressions"} else labels(wanted)


def labels(wanted):
    return {"matchLabels": dict(wanted)} if wanted else {}


def expression(key, operator, *values):
    return {
        "matchExpressions": [{"key": key, "operator": operator, **({"values": [*values]} if values else {})}]
    }


def peers(*items, ports=None):
    """An ingress rule."""
    return {"from": [*items], **({"ports": [*ports]} if ports else {})}


def to(*items, ports=None):
    """An egress rule."""
    return {"to": [*items], **({"ports": [*ports]} if ports else {})}


def pods(**wanted):
    return {"podSelector": labels(wanted)}


def block(cidr, *excepts):
    return {"ipBlock": {"cidr": cidr, **({"except": [*excepts]} if excepts else {})}}


def port(number, last=None, protocol="TCP"):
    return {"port": number, "protocol": protocol, **({"endPort": last} if last else {})}


def deployment(name, *, home="one", ports=(), **wanted):
    container = {"name": "main", "ports": [*ports]}
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": name, "namespace": home},
        "spec": {
            "selector": labels(wanted),
            "template": {"metadata": {"labels": wanted}, "spec": {"containers": [container]}},
        },
    }


def pod(name, *, home="one", ports=(), ips=(), host_network=False, node=None, **wanted):
    spec = {"containers": [{"name": "main", "ports": [*ports]}], "hostNetwork": host_network}
    if node is not None:
        spec["nodeName"] = node
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": name, "namespace": home, "labels": wanted},
        "spec": spec,
        "status": {"podIPs": [{"ip": ip} for ip in ips]},
    }


def container_port(number, name=None, protocol="TCP"):
    return {"containerPort": number, "protocol": protocol, **({"name": name} if name else {})}


def service(name, select, *ports, home="one", **spec):
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": name, "namespace": home},
        "spec": {"selector": select, "ports": [*ports], **spec},
    }


def service_port(number, target=None, protocol="TCP"):
    own = {} if target is None else {"targetPort": target}
    return {"name": f"p{number}", "port": number, "protocol": protocol, **own}
