"""NPV257: pods that cannot reach themselves through their own Service."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from npverify.cni import CniProfile, Sctp, SelfService
from npverify.errors import Severity
from npverify.lint.admin_rules import may_accept_in
from npverify.lint.blocks import left_of
from npverify.lint.check import Check, Found
from npverify.lint.context import Context, workload_names
from npverify.lint.findings import Related
from npverify.lint.groups import target_number
from npverify.lint.plugins import doubt, is_known, said
from npverify.lint.wording import quoted
from npverify.questions.selections import DeclaredPod
from npverify.resources import (
    Direction,
    Flow,
    IPBlock,
    NetworkPolicy,
    PodEndpoint,
    Protocol,
    Service,
    ServicePort,
)

_MOST_RELATED = 5


@dataclass(frozen=True, slots=True)
class _Failure:
    """A pod that does not reach itself through a Service; `is_open`: as far as is known of the plugin."""

    declared: DeclaredPod
    service: Service
    port: int
    is_open: bool


def _find(context: Context) -> Iterator[Found]:
    profile = context.settings.profile
    facts = _facts(profile)
    if not is_known(profile) or all(fact is SelfService.ALWAYS for _, fact in facts):
        return
    for namespace in context.policies_by_namespace:
        if _may_be_accepted(context, namespace):
            continue
        failures = list(_failures(context, namespace))
        for is_open in (False, True):
            found = [failure for failure in failures if failure.is_open is is_open]
            if found:
                yield _found(profile, namespace, found)


def _facts(profile: CniProfile) -> tuple[tuple[Direction, SelfService], ...]:
    """What decides over each direction of a pod's connection to itself through a Service."""
    return (
        (Direction.EGRESS, profile.self_service_egress),
        (Direction.INGRESS, profile.self_service_ingress),
    )


def _may_be_accepted(context: Context, namespace: str) -> bool:
    """Whether policies of other kinds may admit what NetworkPolicies do not."""
    return context.has_unmodelled_policies(namespace) or any(
        may_accept_in(context, namespace, direction) for direction in Direction
    )


def _failures(context: Context, namespace: str) -> Iterator[_Failure]:
    """The pods of a namespace that do not reach themselves, each with the first Service that fails."""
    for declared in context.pods_by_namespace.get(namespace, ()):
        failure = next(_failures_of(context, declared), None)
        if failure is not None:
            yield failure


def _failures_of(context: Context, declared: DeclaredPod) -> Iterator[_Failure]:
    for service, port, number in _ports(context, declared):
        closed = {
            fact
            for direction, fact in _facts(context.settings.profile)
            if fact is not SelfService.ALWAYS
            and not _may_be_admitted(context, declared, direction, port.protocol, number)
        }
        if closed:
            yield _Failure(declared, service, number, is_open=SelfService.POLICY not in closed)


def _ports(context: Context, declared: DeclaredPod) -> Iterator[tuple[Service, ServicePort, int]]:
    """The Services that lead to a pod by an address of their own, with their ports and what these lead to."""
    for service in context.services.before(declared):
        for port in service.ports:
            number = target_number(port, declared)
            is_policed = port.protocol is not Protocol.SCTP or context.settings.profile.sctp is Sctp.ENFORCED
            if number is not None and is_policed and not service.headless:
                yield service, port, number


def _may_be_admitted(
    context: Context, declared: DeclaredPod, direction: Direction, protocol: Protocol, number: int
) -> bool:
    """Whether NetworkPolicies admit a pod to itself, or may do so, as its address is not known."""
    pod = declared.pod
    policies = context.isolating_policies(pod.namespace, direction).get(declared.key, ())
    if not policies:
        return True
    namespace = context.inventory.namespaces[pod.namespace]
    for address in pod.addresses or (None,):
        end = PodEndpoint(pod, namespace, address)
        flow = Flow(end, end, protocol, number, same_pod=True, through_service=True)
        if any(context.plugin.admitting(policies, direction, end, flow)):
            return True
    return not pod.addresses and any(
        _may_hold_pods(context, block) for block in _blocks(context, policies, direction, flow)
    )


def _blocks(
    context: Context, policies: Sequence[NetworkPolicy], direction: Direction, flow: Flow
) -> Iterator[IPBlock]:
    """The blocks of rules that are for the port of the flow."""
    for policy in policies:
        for rule in policy.rules(direction):
            for peer in rule.peers:
                block = peer.ip_block
                if block is not None and context.plugin.ports_admit(policy, rule, peer, direction, flow):
                    yield block


def _may_hold_pods(context: Context, block: IPBlock) -> bool:
    """Whether a block may hold the address of a pod, and the plugin lets it match one."""
    networks = context.settings.pod_cidrs or (block.cidr,)
    return context.settings.profile.ip_block_matches_pods and any(
        left_of(block, network) is not None for network in networks
    )


def _found(profile: CniProfile, namespace: str, failures: Sequence[_Failure]) -> Found:
    names = workload_names(failure.declared for failure in failures)
    first = failures[0]
    reflexive = "itself through its Service" if len(names) == 1 else "themselves through their Services"
    can = "may not reach" if first.is_open else "cannot reach"
    why = "no rule admits that" + (", and what the plugin does is not known" if first.is_open else "")
    unsure = doubt(profile, "self_service_egress", "self_service_ingress")
    return Found(
        subject=f"Namespace {namespace}",
        part="open" if first.is_open else "",
        message=f"{quoted(names)} {can} {reflexive} under {said(profile)}{unsure}: {why}",
        origin=first.declared.workload.origin,
        label="isolated from itself",
        hint="where a pod calls its own Service, admit it to itself by its labels, for ingress and egress",
        related=tuple(
            Related(
                f"Service `{failure.service}` leads to port {failure.port} of `{failure.declared.workload}`",
                failure.service.origin,
            )
            for failure in failures[:_MOST_RELATED]
        ),
    )


_SHOP = """\
# npverify lint --cni calico
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop, labels: {app: web}}
---
apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop}
spec:
  selector: {app: web}
  ports: [{port: 80}]
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: web, namespace: shop}
spec:
  podSelector:
    matchLabels: {app: web}
  policyTypes: [Ingress]
  ingress:
  - from:
    - podSelector:
        matchLabels: {app: gateway}
"""

CHECK = Check(
    code="NPV257",
    name="self-service",
    title="pods that cannot reach themselves through their own Service",
    severity=Severity.NOTE,
    why="A pod always reaches itself by its own address. Through a Service that selects it, the connection "
    "leaves the pod and comes back, and network plugins differ: to some it is a connection like any other, "
    "which a rule has to admit. It shows up rarely, with one replica always and with several now and then.",
    fix="Where pods call their own Service, add a rule that admits them to themselves by their labels, in "
    "each direction in which they are isolated. Headless Services lead to the pod's own address, and are not "
    "meant. Reported only under a network plugin that is named with `--cni`.",
    bad=_SHOP,
    good=_SHOP + "    - podSelector:\n        matchLabels: {app: web}\n",
    cni="calico",
    find=_find,
)
