"""Short admin policies."""

from __future__ import annotations

EVERYWHERE = "{namespaces: {}}"


def named(namespace: str) -> str:
    """Every pod of a namespace."""
    return f"{{namespaces: {{matchLabels: {{kubernetes.io/metadata.name: {namespace}}}}}}}"


def cnp(
    name: str,
    *rules: str,
    tier: str = "Admin",
    priority: int = 10,
    subject: str = EVERYWHERE,
    annotations: str = "",
) -> str:
    """A ClusterNetworkPolicy; each rule as `accept(…)` and the like write it."""
    by_field = {
        field: ", ".join(rule for rule in rules if f"{peers}: [" in rule)
        for field, peers in (("ingress", "from"), ("egress", "to"))
    }
    return (
        "apiVersion: policy.networking.k8s.io/v1alpha2\nkind: ClusterNetworkPolicy\n"
        f"metadata: {{name: {name}, annotations: {{{annotations}}}}}\n"
        f"spec:\n  tier: {tier}\n  priority: {priority}\n  subject: {subject}\n"
        f"  ingress: [{by_field['ingress']}]\n  egress: [{by_field['egress']}]\n"
    )


def rule(action: str, peer: str = EVERYWHERE, *ports: int, to: bool = False) -> str:
    """A rule; `ports` are of TCP."""
    field = "to" if to else "from"
    listed = ", ".join(f"{{tcp: {{destinationPort: {{number: {port}}}}}}}" for port in ports)
    protocols = f", protocols: [{listed}]" if ports else ""
    return f"{{action: {action}, {field}: [{peer}]{protocols}}}"


def accept(peer: str = EVERYWHERE, *ports: int, to: bool = False) -> str:
    """A rule that accepts."""
    return rule("Accept", peer, *ports, to=to)


def deny(peer: str = EVERYWHERE, *ports: int, to: bool = False) -> str:
    """A rule that denies."""
    return rule("Deny", peer, *ports, to=to)


def leave(peer: str = EVERYWHERE, *ports: int, to: bool = False) -> str:
    """A rule that passes."""
    return rule("Pass", peer, *ports, to=to)
