"""NPV222: pods that are isolated for egress and cannot look up names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from npverify.cni import OwnNodeEgress
from npverify.errors import Severity
from npverify.lint.admin_rules import may_accept_in
from npverify.lint.check import Check, Found
from npverify.lint.context import Context, policy_name, workload_names
from npverify.lint.dns import (
    dns_port,
    holds_dns_port,
    is_dns_pod,
    is_for_blocked_dns,
    is_for_openshift,
    may_hold_dns,
    name_server_ports,
    node_local_dns,
)
from npverify.lint.wording import quoted
from npverify.questions.selections import DeclaredPod
from npverify.reference.wording import listed
from npverify.resources import Direction, NetworkPolicy, Origin, PolicyRule, Protocol

_WITH_NAMES = (Protocol.UDP, Protocol.TCP)


@dataclass(slots=True)
class _Failure:
    """Pods that lack the same, with the policy to report it at."""

    policy: NetworkPolicy
    missing: tuple[Protocol, ...]
    pods: list[DeclaredPod] = field(default_factory=list)


def _find(context: Context) -> Iterator[Found]:
    always = context.settings.profile.own_node_egress is OwnNodeEgress.ALWAYS
    if always and node_local_dns(context) is not None:
        return
    listening = {protocol: name_server_ports(context, protocol) for protocol in _WITH_NAMES}
    for namespace, policies in context.policies_by_namespace.items():
        is_open = may_accept_in(context, namespace, Direction.EGRESS)
        if not is_open and not context.has_unmodelled_policies(namespace):
            for failure in _failures(context, namespace, policies, listening):
                yield _found(context, failure)


def _failures(
    context: Context,
    namespace: str,
    policies: Sequence[NetworkPolicy],
    listening: Mapping[Protocol, Sequence[int]],
) -> Iterator[_Failure]:
    """Failures, one for each policy and what is missing; pods without any egress rule are locked up on
    purpose.
    """
    isolating = context.isolating_policies(namespace, Direction.EGRESS)
    reached = {id(policy): _reached(policy, context, listening) for policy in policies}
    failures: dict[tuple[int, tuple[Protocol, ...]], _Failure] = {}
    for declared in context.pods_by_namespace.get(namespace, ()):
        own = isolating.get(declared.key, ())
        missing = tuple(p for p in _WITH_NAMES if not any(p in reached[id(policy)] for policy in own))
        if missing and any(policy.egress for policy in own) and not is_dns_pod(declared):
            policy = _to_blame(own, missing)
            failures.setdefault((id(policy), missing), _Failure(policy, missing)).pods.append(declared)
    yield from failures.values()


def _reached(
    policy: NetworkPolicy, context: Context, listening: Mapping[Protocol, Sequence[int]]
) -> frozenset[Protocol]:
    """The protocols over which the policy lets name servers be asked, as far as it can be known."""
    return frozenset(
        protocol
        for protocol in _WITH_NAMES
        if any(_admits_dns(policy, rule, protocol, context, listening[protocol]) for rule in policy.egress)
    )


def _admits_dns(
    policy: NetworkPolicy,
    rule: PolicyRule,
    protocol: Protocol,
    context: Context,
    listening: Sequence[int],
) -> bool:
    """Whether the rule is written for DNS, or admits so much that DNS is among it."""
    if is_for_blocked_dns(rule, context):
        return any(may_hold_dns(peer, policy, context) for peer in rule.peers)
    if dns_port(rule, protocol, listening) is not None:
        return True
    return holds_dns_port(rule, protocol) and (
        not rule.peers or any(may_hold_dns(peer, policy, context) for peer in rule.peers)
    )


def _to_blame(policies: Sequence[NetworkPolicy], missing: Sequence[Protocol]) -> NetworkPolicy:
    """The policy that forgot: the one with half of the DNS ports, else one for every pod, else the first."""
    if len(missing) == 1:
        (there,) = (protocol for protocol in _WITH_NAMES if protocol not in missing)
        for policy in policies:
            if _port_of_dns(policy, there) is not None:
                return policy
    for policy in policies:
        if not policy.pod_selector.requirements:
            return policy
    return next(policy for policy in policies if policy.egress)


def _port_of_dns(policy: NetworkPolicy, protocol: Protocol) -> Origin | None:
    for rule in policy.egress:
        port = dns_port(rule, protocol)
        if port is not None:
            return port.port_origin
    return None


def _hint(context: Context, policy: NetworkPolicy, missing: Sequence[Protocol]) -> str:
    """What to do about a policy that has no rule for DNS, or one for a port where no name server listens."""
    if any(is_for_openshift(rule) for rule in policy.egress):
        return "the DNS pods of OpenShift listen on 5353, behind port 53 of their Service"
    if any(is_for_blocked_dns(rule, context) for rule in policy.egress):
        return "no ipBlock matches the name servers here: admit them by their labels, over UDP and TCP"
    numbers = name_server_ports(context, missing[0])
    if numbers and any(dns_port(rule, protocol) for rule in policy.egress for protocol in missing):
        words = listed([str(number) for number in numbers])
        return f"the name servers listen on {words}, behind port 53 of their Service"
    return "add a rule to `k8s-app: kube-dns` in `kube-system` for port 53, over UDP and TCP"


def _found(context: Context, failure: _Failure) -> Found:
    policy, missing = failure.policy, failure.missing
    names = quoted(workload_names(failure.pods))
    if len(missing) > 1:
        return Found(
            subject=policy_name(policy),
            part="egress",
            message=f"{names} cannot look up names: no egress rule admits DNS",
            origin=policy.egress_origin or policy.origin,
            label="no rule for port 53",
            hint=_hint(context, policy, missing),
        )
    (lacking,) = missing
    (there,) = (protocol for protocol in _WITH_NAMES if protocol not in missing)
    why = "long answers come over TCP" if lacking is Protocol.TCP else "most names are asked for over UDP"
    return Found(
        subject=policy_name(policy),
        part="egress",
        message=f"{names} can ask name servers over {there} only: {why}",
        origin=_port_of_dns(policy, there) or policy.egress_origin or policy.origin,
        label=f"{there} only",
        hint=f"add port 53 with `protocol: {lacking}` beside it",
    )


CHECK = Check(
    code="NPV222",
    name="dns-egress",
    title="pods that are isolated for egress and cannot look up names",
    severity=Severity.WARNING,
    why="A pod that a policy isolates for egress reaches what the rules admit and nothing else, and name "
    "servers are no exception. Without DNS every connection by name fails, to Services too; with UDP alone, "
    "answers that do not fit a datagram do, which shows up late and rarely.",
    fix="Add an egress rule for port 53, UDP and TCP, to the name servers, best for every pod of the "
    "namespace at once. Pods without any egress rule are not reported: they are locked up on purpose.",
    bad="""\
apiVersion: v1
kind: Pod
metadata: {name: api, namespace: shop, labels: {app: api}}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: api, namespace: shop}
spec:
  podSelector: {}
  policyTypes: [Ingress, Egress]
  egress:
  - ports: [{port: 443}]
""",
    good="""\
apiVersion: v1
kind: Pod
metadata: {name: api, namespace: shop, labels: {app: api}}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: api, namespace: shop}
spec:
  podSelector: {}
  policyTypes: [Ingress, Egress]
  egress:
  - ports: [{port: 443}]
  - to:
    - namespaceSelector:
        matchLabels: {kubernetes.io/metadata.name: kube-system}
      podSelector:
        matchLabels: {k8s-app: kube-dns}
    ports:
    - {port: 53, protocol: UDP}
    - {port: 53, protocol: TCP}
""",
    find=_find,
)
