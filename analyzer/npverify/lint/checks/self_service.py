"""NPV257: pods that cannot reach themselves through their own Service."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product

from npverify.cni import CniProfile, SelfService
from npverify.errors import Severity
from npverify.lint.admin_rules import may_accept_in
from npverify.lint.check import Check, Found
from npverify.lint.context import Context, workload_names
from npverify.lint.findings import Related
from npverify.lint.grants import addresses_told_apart
from npverify.lint.groups import target_number
from npverify.lint.plugins import doubt, is_known, said
from npverify.lint.wording import quoted
from npverify.questions.selections import DeclaredPod
from npverify.reference import Evaluator
from npverify.resources import Address, Direction, Flow, Namespace, PodEndpoint, Protocol, Service

_MOST_RELATED = 5
_FACTS = ("self-through-service-egress", "self-through-service-ingress")
_EVERY_READING = tuple(
    frozenset(name for name, is_so in zip(_FACTS, values, strict=True) if is_so)
    for values in product((False, True), repeat=len(_FACTS))
)


@dataclass(frozen=True, slots=True)
class _Failure:
    """A pod that does not reach itself through a Service; `is_open`: as far as is known of the plugin."""

    declared: DeclaredPod
    service: Service
    port: int
    is_open: bool


def _find(context: Context) -> Iterator[Found]:
    profile = context.settings.profile
    facts = (profile.self_service_egress, profile.self_service_ingress)
    if not is_known(profile) or all(fact is SelfService.ALWAYS for fact in facts):
        return
    evaluator = Evaluator(context.policies, profile, declared=context.plugin.declared)
    for namespace in context.policies_by_namespace:
        if _may_be_accepted(context, namespace):
            continue
        failures = list(_failures(context, evaluator, namespace))
        for is_open in (False, True):
            found = [failure for failure in failures if failure.is_open is is_open]
            if found:
                yield _found(profile, namespace, found)


def _may_be_accepted(context: Context, namespace: str) -> bool:
    """Whether policies of other kinds may admit what NetworkPolicies do not."""
    return context.has_unmodelled_policies(namespace) or any(
        may_accept_in(context, namespace, direction) for direction in Direction
    )


def _failures(context: Context, evaluator: Evaluator, namespace: str) -> Iterator[_Failure]:
    """The pods of a namespace that do not reach themselves, each with the first Service that fails."""
    isolating = [context.isolating_policies(namespace, direction) for direction in Direction]
    for declared in context.pods_by_namespace.get(namespace, ()):
        if any(declared.key in own for own in isolating):
            failure = _failure(context, evaluator, declared)
            if failure is not None:
                yield failure


def _failure(context: Context, evaluator: Evaluator, declared: DeclaredPod) -> _Failure | None:
    namespace = context.inventory.namespaces[declared.pod.namespace]
    addresses = declared.pod.addresses or _possible_addresses(context, declared)
    for service in context.services.before(declared):
        if service.headless:
            continue  # leads to the pod's own address
        for port in service.ports:
            number = target_number(port, declared)
            if number is None:
                continue
            verdicts = {
                _reaches_itself(evaluator, declared, namespace, address, port.protocol, number)
                for address in addresses
            }
            if True not in verdicts:
                return _Failure(declared, service, number, is_open=None in verdicts)
    return None


def _possible_addresses(context: Context, declared: DeclaredPod) -> Sequence[Address | None]:
    """One address of each kind that blocks of the pod's policies tell apart, as its own is not known."""
    policies = context.selecting_policies(declared.pod.namespace).get(declared.key, ())
    told_apart = addresses_told_apart(
        peer.ip_block
        for policy in policies
        for _, _, rule in context.rules_of(policy)
        for peer in rule.peers
        if peer.ip_block is not None
    )
    networks = context.settings.pod_cidrs
    return (None, *(a for a in told_apart if not networks or any(a in network for network in networks)))


def _reaches_itself(
    evaluator: Evaluator,
    declared: DeclaredPod,
    namespace: Namespace,
    address: Address | None,
    protocol: Protocol,
    port: int,
) -> bool | None:
    """Whether the pod reaches itself through a Service; None where the plugin leaves that open."""
    end = PodEndpoint(declared.pod, namespace, address)
    flow = Flow(end, end, protocol, port, same_pod=True, through_service=True)
    verdicts = {evaluator.evaluate(flow, facts=facts).allowed for facts in _EVERY_READING}
    return None if len(verdicts) > 1 else verdicts.pop()


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
