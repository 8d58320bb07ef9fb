"""Pods and Services that are there in both versions and not the same."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

from npverify.dialects import compile_selector
from npverify.questions.selections import DeclaredPod, declared_endpoint
from npverify.reference.selectors import selects
from npverify.resources import (
    AdminPolicy,
    AdminRule,
    Flow,
    NetworkPolicy,
    PodEndpoint,
    PodSet,
    PolicyRule,
    Protocol,
    Service,
    ServicePort,
)
from npverify_encodings.model import (
    DeclaredEndpoint,
    Expression,
    Kind,
    KindIs,
    NamespaceIs,
    PortIn,
    PortNamed,
    ProtocolIs,
    Scope,
    all_of,
    any_of,
)


class Age(StrEnum):
    """The two versions."""

    OLD = "old"
    NEW = "new"

    @property
    def other(self) -> Age:
        """The other version."""
        return Age.NEW if self is Age.OLD else Age.OLD


@dataclass(frozen=True, slots=True)
class ChangedPod:
    """A declared pod that is there in both versions and does not look the same."""

    old: DeclaredPod
    new: DeclaredPod

    def at(self, age: Age) -> DeclaredPod:
        """The pod in one version."""
        return self.old if age is Age.OLD else self.new

    @property
    def looks(self) -> tuple[DeclaredEndpoint, DeclaredEndpoint]:
        """Everything about the pod that a policy could see, in both versions."""
        old, new = (replace(declared_endpoint(self.at(age)), name="", node=None) for age in Age)
        return old, new


class Sight:
    """What some policies look at: labels of pods by key, names of ports, and whether addresses at all."""

    def __init__(self, policies: Iterable[NetworkPolicy], admin: Iterable[AdminPolicy] = ()) -> None:
        self._keys: set[str] = set()
        self._port_names: set[str] = set()
        self._addresses = False
        for policy in policies:
            self._keys.update(requirement.key for requirement in policy.pod_selector.requirements)
            for rule in (*policy.ingress, *policy.egress):
                self._look(rule)
        for cluster_wide in admin:
            self._look_at_pods(cluster_wide.subject)
            for admin_rule in (*cluster_wide.ingress, *cluster_wide.egress):
                self._look_from_above(admin_rule)

    def _look_at_pods(self, pods: PodSet) -> None:
        self._keys.update(requirement.key for requirement in pods.pod_selector.requirements)

    def _look_from_above(self, rule: AdminRule) -> None:
        for peer in rule.peers:
            if peer.pods is not None:
                self._look_at_pods(peer.pods)
            else:
                self._addresses = True
        self._port_names.update(port.name for port in rule.ports if port.name is not None)

    def _look(self, rule: PolicyRule) -> None:
        for peer in rule.peers:
            if peer.pod_selector is not None:
                self._keys.update(requirement.key for requirement in peer.pod_selector.requirements)
            self._addresses = self._addresses or peer.ip_block is not None
        self._port_names.update(port.port for port in rule.ports if isinstance(port.port, str))

    def tells_apart(self, pod: ChangedPod) -> bool:
        """Whether the pod may be another one to the policies in one version than in the other."""
        old, new = pod.looks
        return (
            old.kind is not new.kind
            or any(dict(old.labels).get(key) != dict(new.labels).get(key) for key in self._keys)
            or self._named(old) != self._named(new)
            or (self._addresses and old.addresses != new.addresses)
        )

    def _named(self, pod: DeclaredEndpoint) -> tuple[tuple[str, str, int], ...]:
        return tuple(port for port in pod.ports if port[0] in self._port_names)


@dataclass(frozen=True, slots=True)
class ChangedService:
    """A Service that is there in both versions."""

    old: Service
    new: Service

    def __str__(self) -> str:
        return f"svc/{self.new.namespace}/{self.new.name}"

    def at(self, age: Age) -> Service:
        """The Service in one version."""
        return self.old if age is Age.OLD else self.new

    @property
    def leads_elsewhere(self) -> bool:
        """Whether it selects pods by other labels, or has other ports or targets."""
        if self.old.selector is None or self.new.selector is None:
            return False  # it selects no pods in one version: then there is nothing to compare
        return (self.old.selector, _targets(self.old)) != (self.new.selector, _targets(self.new))

    @property
    def ports(self) -> tuple[tuple[Protocol, int], ...]:
        """The ports that it has in either version."""
        return tuple(sorted({(port.protocol, port.port) for age in Age for port in self.at(age).ports}))

    def backends(self, age: Age) -> Expression:
        """The pods that it leads to in one version, declared or not."""
        service = self.at(age)
        assert service.selector is not None
        return all_of(
            KindIs(Kind.POD),
            NamespaceIs(service.namespace),
            *compile_selector(service.selector, Scope.POD),
        )

    def traffic(self, age: Age, protocol: Protocol, port: int) -> Expression:
        """The traffic at the pods that one of its ports becomes in one version."""
        return any_of(*(_target(each) for each in self._behind(age, protocol, port)))

    def _behind(self, age: Age, protocol: Protocol, port: int) -> tuple[ServicePort, ...]:
        return tuple(p for p in _ports_of(self.at(age)) if (p.protocol, p.port) == (protocol, port))

    def leads_to(self, age: Age, flow: Flow, protocol: Protocol, port: int) -> bool:
        """Whether one of its ports leads to the destination and port of a concrete flow in one version."""
        service, end = self.at(age), flow.destination
        if not isinstance(end, PodEndpoint) or end.pod.namespace != service.namespace:
            return False
        if service.selector is None or not selects(service.selector, end.pod.labels):
            return False
        for each in self._behind(age, protocol, port):
            if isinstance(each.target, int):
                numbers = {each.target}
            else:
                numbers = {
                    p.number for p in end.pod.ports if p.name == each.target and p.protocol is each.protocol
                }
            if flow.protocol is each.protocol and flow.port in numbers:
                return True
        return False


def _target(port: ServicePort) -> Expression:
    where = PortNamed(port.target) if isinstance(port.target, str) else PortIn(port.target, port.target)
    return all_of(ProtocolIs(port.protocol), where)


def _targets(service: Service) -> frozenset[tuple[Protocol, int, int | str]]:
    return frozenset((port.protocol, port.port, port.target) for port in _ports_of(service))


def _ports_of(service: Service) -> tuple[ServicePort, ...]:
    """The ports of a Service; those of a headless one are not translated: clients connect to the pods."""
    if not service.headless:
        return service.ports
    return tuple(replace(port, target=port.port) for port in service.ports)
