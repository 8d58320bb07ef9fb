"""NPV225: the port of a Service where the port of its pods is meant."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from npverify.cni import limits_of
from npverify.errors import Severity
from npverify.lint.check import Check, Found
from npverify.lint.context import Context, policy_name, rule_name
from npverify.lint.extent import shows_all_destinations
from npverify.lint.findings import Related
from npverify.lint.groups import PodGroup, Translation
from npverify.reference.network_policy import ports_admit
from npverify.resources import (
    Direction,
    Flow,
    NetworkPolicy,
    PodEndpoint,
    PolicyRule,
    Protocol,
)


def _find(context: Context) -> Iterator[Found]:
    if not context.services:
        return
    for policy in context.policies:
        for direction, number, rule in context.rules_of(policy):
            if rule.ports and _is_about_pods(context, policy, direction, rule):
                part = rule_name(direction, number)
                groups = context.destinations(policy, direction, rule)
                yield from _of_rule(context, policy_name(policy), part, rule, groups)


def _is_about_pods(context: Context, policy: NetworkPolicy, direction: Direction, rule: PolicyRule) -> bool:
    """Whether the destinations are pods that the input is likely to show, and nothing else."""
    if direction is Direction.EGRESS and limits_of(context.settings.profile).sees_cluster_ips:
        return False  # the port of a Service is looked at as well: NPV261
    return shows_all_destinations(context, policy, direction, rule) and (
        direction is Direction.INGRESS or all(peer.ip_block is None for peer in rule.peers)
    )


def _of_rule(
    context: Context, subject: str, part: str, rule: PolicyRule, groups: Sequence[PodGroup]
) -> Iterator[Found]:
    if any(group.may_listen_anywhere for group in groups):
        return
    for place, port in enumerate(rule.ports, start=1):
        if not isinstance(port.port, int) or port.end_port is not None:
            continue
        if any((port.protocol, port.port) in group.listening for group in groups):
            continue
        found = _translation(context, rule, port.protocol, port.port, groups)
        if found is not None:
            service, own = found.service, found.port
            yield Found(
                subject=subject,
                part=f"{part} port {place}",
                message=f"{port.port} is the port of Service `{service}`, not of its pods, and policies look "
                f"at the port of the pod: `{own.target}`",
                origin=port.port_origin,
                label="port of a Service",
                hint=f"write `port: {own.target}`, the `targetPort` of the Service",
                related=(Related(f"port {own.port} of the Service leads to `{own.target}`", own.origin),),
            )


def _translation(
    context: Context, rule: PolicyRule, protocol: Protocol, port: int, groups: Sequence[PodGroup]
) -> Translation | None:
    """What a Service makes of the port for one of the pods, if that is another one that the rule does not
    admit.
    """
    for group in groups:
        for found in group.translations.get((protocol, port), ()):
            pod = found.declared.pod
            end = PodEndpoint(pod, context.inventory.namespaces[pod.namespace])
            if not ports_admit(rule, Flow(end, end, protocol, found.number)):
                return found
    return None


CHECK = Check(
    code="NPV225",
    name="service-port",
    title="the port of a Service where the port of its pods is meant",
    severity=Severity.WARNING,
    why="A policy sees a connection after the Service has been translated: its destination is a pod, and its "
    "port the `targetPort`. A rule for the Service's own port admits nothing, unless both are the same.",
    fix="Use the `targetPort` of the Service, or the name of the container port.",
    bad="""\
apiVersion: v1
kind: Pod
metadata: {name: api, namespace: shop, labels: {app: api}}
spec:
  containers: [{name: api, ports: [{containerPort: 8080}]}]
---
apiVersion: v1
kind: Service
metadata: {name: api, namespace: shop}
spec:
  selector: {app: api}
  ports: [{port: 80, targetPort: 8080}]
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: api, namespace: shop}
spec:
  podSelector: {}
  policyTypes: [Ingress]
  ingress:
  - ports: [{port: 80}]
""",
    good="""\
apiVersion: v1
kind: Pod
metadata: {name: api, namespace: shop, labels: {app: api}}
spec:
  containers: [{name: api, ports: [{containerPort: 8080}]}]
---
apiVersion: v1
kind: Service
metadata: {name: api, namespace: shop}
spec:
  selector: {app: api}
  ports: [{port: 80, targetPort: 8080}]
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: api, namespace: shop}
spec:
  podSelector: {}
  policyTypes: [Ingress]
  ingress:
  - ports: [{port: 8080}]
""",
    find=_find,
)
