"""The policies of a small platform, generated from what each app may call."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

CALLS: Mapping[str, Iterable[str]] = {
    "frontend": ["api"],
    "api": ["database"],
    "database": [],
}
PORTS = {"frontend": 8080, "api": 3000, "database": 5432}


def policies_for(calls: Mapping[str, Iterable[str]], *, namespace: str = "shop") -> list[dict]:
    """A default deny, DNS, and for each app one policy with its callers and callees."""
    callers = {app: sorted(other for other in calls if app in calls[other]) for app in calls}
    policies = [_policy("default-deny", namespace, {}, [], []), _dns(namespace)]
    for app in sorted(calls):
        ingress = [_rule("from", callers[app], PORTS.get(app, 80))] if callers[app] else []
        egress = [_rule("to", [callee], PORTS.get(callee, 80)) for callee in sorted(calls[app])]
        policies.append(_policy(app, namespace, {"matchLabels": {"app": app}}, ingress, egress))
    return policies


def pods_for(calls: Mapping[str, Iterable[str]], *, namespace: str = "shop") -> list[dict]:
    """A Deployment for each app."""
    return [
        {
            "apiVersion": "apps/v1",
            "kind": "Deployment",
            "metadata": {"name": app, "namespace": namespace},
            "spec": {
                "selector": {"matchLabels": {"app": app}},
                "template": {
                    "metadata": {"labels": {"app": app}},
                    "spec": {"containers": [{"name": "main", "image": f"example/{app}:1"}]},
                },
            },
        }
        for app in sorted(calls)
    ]


def _policy(name: str, namespace: str, selector: dict, ingress: list, egress: list) -> dict:
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": {"name": name, "namespace": namespace},
        "spec": {
            "podSelector": selector,
            "policyTypes": ["Ingress", "Egress"],
            "ingress": ingress,
            "egress": egress,
        },
    }


def _rule(field: str, apps: list[str], port: int) -> dict:
    peers = [{"podSelector": {"matchLabels": {"app": app}}} for app in apps]
    return {field: peers, "ports": [{"protocol": "TCP", "port": port}]}


def _dns(namespace: str) -> dict:
    dns = {
        "namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "kube-system"}},
        "podSelector": {"matchLabels": {"k8s-app": "kube-dns"}},
    }
    ports = [{"protocol": protocol, "port": 53} for protocol in ("UDP", "TCP")]
    policy = _policy("dns", namespace, {}, [], [{"to": [dns], "ports": ports}])
    policy["spec"]["policyTypes"] = ["Egress"]
    del policy["spec"]["ingress"]
    return policy
