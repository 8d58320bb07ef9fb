"""NPV232: ingress by client address, behind a Service that may hide it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from npverify.errors import Severity
from npverify.lint.check import Check, Found
from npverify.lint.context import Context, policy_name, rule_name
from npverify.lint.findings import Related
from npverify.lint.groups import target_number
from npverify.lint.wording import counted
from npverify.questions.selections import DeclaredPod
from npverify.reference.network_policy import block_holds, ports_admit
from npverify.resources import (
    Direction,
    Flow,
    IPBlock,
    NetworkPolicy,
    Peer,
    PodEndpoint,
    PolicyRule,
    Service,
)

_EXPOSING = ("LoadBalancer", "NodePort")


def _find(context: Context) -> Iterator[Found]:
    exposed = _exposed(context)
    if not exposed:
        return
    for policy in context.policies:
        for direction, number, rule in context.rules_of(policy):
            if direction is Direction.INGRESS:
                yield from _of_rule(context, policy, number, rule, exposed)


def _exposed(context: Context) -> dict[str, list[tuple[Service, DeclaredPod]]]:
    """The Services that clients reach through any node, with each pod behind them, by namespace."""
    found: dict[str, list[tuple[Service, DeclaredPod]]] = {}
    for service in context.services:
        if service.type in _EXPOSING and service.external_traffic_policy == "Cluster":
            for declared in context.services.pods_behind(service):
                found.setdefault(service.namespace, []).append((service, declared))
    return found


def _of_rule(
    context: Context,
    policy: NetworkPolicy,
    number: int,
    rule: PolicyRule,
    exposed: dict[str, list[tuple[Service, DeclaredPod]]],
) -> Iterator[Found]:
    by_address = [
        (place, peer) for place, peer in enumerate(rule.peers, start=1) if peer.ip_block is not None
    ]
    if not by_address or any(_admits_nodes(context, peer) for _, peer in by_address):
        return
    selected = {declared.key for declared in context.selected_pods(policy)}
    services = {
        str(service): service
        for service, declared in exposed.get(policy.namespace, ())
        if declared.key in selected and _admits_service(context, rule, service, declared)
    }
    if services:
        place, peer = by_address[0]
        yield _found(policy, rule_name(Direction.INGRESS, number, place), peer, list(services.values()))


def _admits_nodes(context: Context, peer: Peer) -> bool:
    """Whether a peer admits every address, or that of a node, and so whatever a node forwards."""
    block = peer.ip_block
    assert isinstance(block, IPBlock)
    if block.cidr.prefixlen == 0:
        return True
    return context.settings.profile.ip_block_matches_nodes and any(
        block_holds(block, address) for node in context.inventory.nodes for address in node.addresses
    )


def _admits_service(context: Context, rule: PolicyRule, service: Service, declared: DeclaredPod) -> bool:
    """Whether the rule is about a port that the Service exposes."""
    end = PodEndpoint(declared.pod, context.inventory.namespaces[declared.pod.namespace])
    numbers = [(port.protocol, target_number(port, declared)) for port in service.ports]
    return any(
        number is not None and ports_admit(rule, Flow(end, end, protocol, number))
        for protocol, number in numbers
    )


def _found(policy: NetworkPolicy, part: str, peer: Peer, services: Sequence[Service]) -> Found:
    block = peer.ip_block
    assert block is not None
    names = counted([str(service) for service in services], f"{services[0].type} Service")
    return Found(
        subject=policy_name(policy),
        part=part,
        message=f"clients of `{block.cidr}` may come with the address of a node: any node forwards to "
        f"{names}",
        origin=block.cidr_origin,
        label="may be hidden",
        hint="set `externalTrafficPolicy: Local` on the Service, or restrict clients with its "
        "`loadBalancerSourceRanges`",
        related=tuple(
            Related(f"Service `{service}` has `externalTrafficPolicy: Cluster`", service.origin)
            for service in services
        ),
    )


CHECK = Check(
    code="NPV232",
    name="source-address",
    title="ingress by client address, behind a Service that may hide it",
    severity=Severity.WARNING,
    why="With `externalTrafficPolicy: Cluster`, the default, a connection to a LoadBalancer or NodePort "
    "Service may enter at any node, which replaces the client's address by its own. The policy then does "
    "not see the client: a rule for its address admits nothing, or depends on the node at which it came in.",
    fix="Set `externalTrafficPolicy: Local` on the Service, which keeps the client's address, or restrict "
    "clients at the load balancer. Some load balancers and plugins keep the address in any case.",
    bad="""\
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop, labels: {app: web}}
---
apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop}
spec:
  type: LoadBalancer
  selector: {app: web}
  ports: [{port: 443}]
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: web, namespace: shop}
spec:
  podSelector: {}
  policyTypes: [Ingress]
  ingress:
  - from: [{ipBlock: {cidr: 203.0.113.0/24}}]
    ports: [{port: 443}]
""",
    good="""\
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop, labels: {app: web}}
---
apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop}
spec:
  type: LoadBalancer
  externalTrafficPolicy: Local
  selector: {app: web}
  ports: [{port: 443}]
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: web, namespace: shop}
spec:
  podSelector: {}
  policyTypes: [Ingress]
  ingress:
  - from: [{ipBlock: {cidr: 203.0.113.0/24}}]
    ports: [{port: 443}]
""",
    find=_find,
)
