"""NPV261: egress to a Service that the network plugin looks at before the translation."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from npverify.cni import CniProfile, limits_of
from npverify.errors import Severity
from npverify.lint.check import Check, Found
from npverify.lint.context import Context, policy_name, rule_name
from npverify.lint.findings import Related
from npverify.lint.groups import Translation, target_number
from npverify.lint.plugins import said
from npverify.lint.pod_classes import PodClass, every_class
from npverify.reference.network_policy import block_holds
from npverify.reference.selectors import namespace_labels, selects
from npverify.reference.wording import selector_words
from npverify.resources import (
    Direction,
    LabelSelector,
    NetworkPolicy,
    Operator,
    Peer,
    PolicyRule,
    Service,
    ServicePort,
)


@dataclass(frozen=True, slots=True)
class _Place:
    """A peer of an egress rule, counted from 1."""

    policy: NetworkPolicy
    number: int
    place: int
    rule: PolicyRule
    peer: Peer


def _find(context: Context) -> Iterator[Found]:
    profile = context.settings.profile
    if not profile.enforces or not limits_of(profile).sees_cluster_ips or not context.services:
        return
    said_of: set[tuple[str, int, str]] = set()
    for own in every_class(context):
        if own.direction is not Direction.EGRESS:
            continue
        for place, service, message, hint in _trouble(context, own):
            key = (str(place.policy), place.number, str(service))
            if key not in said_of:
                said_of.add(key)
                yield _found(place, service, message, hint)


def _trouble(context: Context, own: PodClass) -> Iterator[tuple[_Place, Service, str, str]]:
    """The Services before pods that a peer admits, and through which they are not reached all the same."""
    for place in _places(context, own):
        for found in _translations(context, place):
            service, port = found.service, found.port
            if service.headless or _admits_otherwise(context, own, service, port):
                continue
            if not _selects_service(context, place.peer, place.policy, service):
                yield place, service, *_unlike_selector(context.settings.profile, place, service)
            elif port.port != found.number and place.rule.ports:
                yield place, service, *_unlike_port(context.settings.profile, found)


def _places(context: Context, own: PodClass) -> Iterator[_Place]:
    for policy in own.policies:
        for direction, number, rule in context.rules_of(policy):
            for place, peer in enumerate(rule.peers, start=1):
                if direction is Direction.EGRESS and peer.ip_block is None:
                    yield _Place(policy, number, place, rule, peer)


def _translations(context: Context, place: _Place) -> Iterator[Translation]:
    """The ports of Services that lead to a port of a declared pod which the peer admits."""
    for declared in context.admitted_pods(place.peer, place.policy):
        for service in context.services.before(declared):
            for port in service.ports:
                number = target_number(port, declared)
                if number is not None and _admits_port(place.rule, port, number):
                    yield Translation(service, port, declared, number)


def _admits_port(rule: PolicyRule, port: ServicePort, number: int) -> bool:
    """Whether a rule is for the port of a Service, by its own number or by that of the pods."""
    if not rule.ports:
        return True
    return any(
        own.protocol is port.protocol
        and (
            own.port is None
            or own.port in (port.target, port.name)
            or any(_is_in(own.port, own.end_port, each) for each in (port.port, number))
        )
        for own in rule.ports
    )


def _is_in(first: int | str, last: int | None, number: int) -> bool:
    return isinstance(first, int) and first <= number <= (last or first)


def _admits_otherwise(context: Context, own: PodClass, service: Service, port: ServicePort) -> bool:
    """Whether some rule admits the Service as it is: by its address, or by its selector with its own port."""
    for policy in own.policies:
        for direction, _, rule in context.rules_of(policy):
            if direction is not Direction.EGRESS or not _has_port(rule, port):
                continue
            if not rule.peers or any(_may_hold(context, peer, policy, service) for peer in rule.peers):
                return True
    return False


def _has_port(rule: PolicyRule, port: ServicePort) -> bool:
    """Whether a rule admits the number of the Service's own port."""
    return not rule.ports or any(
        own.protocol is port.protocol and (own.port is None or _is_in(own.port, own.end_port, port.port))
        for own in rule.ports
    )


def _may_hold(context: Context, peer: Peer, policy: NetworkPolicy, service: Service) -> bool:
    if peer.ip_block is None:
        return _selects_service(context, peer, policy, service)
    addresses = service.cluster_addresses
    return not addresses or any(block_holds(peer.ip_block, address) for address in addresses)


def _selects_service(context: Context, peer: Peer, policy: NetworkPolicy, service: Service) -> bool:
    """Whether the selector of a Service, taken for labels, meets the peer: so the plugin's controller finds
    the Services behind a peer.
    """
    namespace = context.inventory.namespaces[service.namespace]
    if peer.namespace_selector is None:
        if service.namespace != policy.namespace:
            return False
    elif not selects(peer.namespace_selector, namespace_labels(namespace)):
        return False
    return peer.pod_selector is None or selects(peer.pod_selector, _labels(service.selector))


def _labels(selector: LabelSelector | None) -> dict[str, str]:
    requirements = selector.requirements if selector is not None else ()
    return {r.key: r.values[0] for r in requirements if r.operator is Operator.IN}


def _unlike_selector(profile: CniProfile, place: _Place, service: Service) -> tuple[str, str]:
    assert service.selector is not None
    asked = selector_words(place.peer.pod_selector or LabelSelector())
    message = (
        f"the peer admits pods behind Service `{service}`, and not the Service: {said(profile)} looks at "
        f"egress before the translation, and its selector `{selector_words(service.selector)}` does not meet "
        f"`{asked}`"
    )
    return message, "ask for no more than the selector of the Service, or add the other labels to that"


def _unlike_port(profile: CniProfile, found: Translation) -> tuple[str, str]:
    message = (
        f"port {found.port.port} of Service `{found.service}` leads to {found.number}: {said(profile)} looks "
        "at egress before the translation, and wants the two to be the same"
    )
    return message, f"give the Service the port of its pods, {found.number}, or list both in the rule"


def _found(place: _Place, service: Service, message: str, hint: str) -> Found:
    return Found(
        subject=policy_name(place.policy),
        part=f"{rule_name(Direction.EGRESS, place.number, place.place)} Service {service}",
        message=message,
        origin=place.peer.origin,
        label="not through the Service",
        hint=hint,
        related=(Related(f"Service `{service}`", service.origin),),
    )


_SHOP = """\
# npverify lint --cni aws-vpc,enabled=true
apiVersion: v1
kind: Pod
metadata: {name: api, namespace: shop, labels: {app: api}}
spec: {containers: [{name: api, ports: [{containerPort: 8080}]}]}
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
metadata: {name: web, namespace: shop}
spec:
  podSelector:
    matchLabels: {app: web}
  policyTypes: [Egress]
  egress:
  - to:
    - podSelector:
        matchLabels: {app: api}
    ports: [{port: 8080}]
"""

CHECK = Check(
    code="NPV261",
    name="untranslated-service",
    title="egress to a Service that the network plugin looks at before the translation",
    severity=Severity.WARNING,
    why="The VPC CNI looks at egress before the address of a Service becomes that of a pod. Its controller "
    "adds the addresses of Services whose selector, taken for labels, meets the peer; and the port of a "
    "Service has to be that of its pods, the user guide says. Where either is not so, pods may be reached by "
    "their own addresses and not through the Service. npverify itself decides by the pods behind a Service.",
    fix="Give Services the port of their pods, and let peers ask for labels that the selector of the Service "
    "has. Headless Services are not meant.",
    bad=_SHOP,
    good=_SHOP.replace("{port: 80, targetPort: 8080}", "{port: 8080}"),
    cni="aws-vpc,enabled=true",
    find=_find,
)
