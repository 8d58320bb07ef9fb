"""What the checks share: the input, indexed by what they ask for again and again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from npverify.questions.selections import DeclaredPod, declared_pods
from npverify.questions.settings import QuerySettings
from npverify.questions.stopwatch import Stopwatch
from npverify.reference.network_policy import peer_admits
from npverify.reference.selectors import namespace_labels, selects
from npverify.resources import (
    Direction,
    LabelSelector,
    Namespace,
    NetworkPolicy,
    Peer,
    PodEndpoint,
    PolicyRule,
)
from npverify.resources.inventory import Inventory


@dataclass(frozen=True)
class Context:
    """One input under one profile; nothing in it changes while the checks run."""

    inventory: Inventory
    settings: QuerySettings
    stopwatch: Stopwatch

    @property
    def policies(self) -> tuple[NetworkPolicy, ...]:
        """Every NetworkPolicy, sorted by namespace and name."""
        return self.inventory.policies

    @cached_property
    def pods(self) -> tuple[DeclaredPod, ...]:
        """The declared pods of the pod network (hostNetwork pods are nodes to policies)."""
        return tuple(declared for declared in self._all_pods if not declared.pod.host_network)

    @cached_property
    def host_network_pods(self) -> tuple[DeclaredPod, ...]:
        """The declared hostNetwork pods."""
        return tuple(declared for declared in self._all_pods if declared.pod.host_network)

    @cached_property
    def _all_pods(self) -> tuple[DeclaredPod, ...]:
        return tuple(declared_pods(self.inventory))

    @cached_property
    def pods_by_namespace(self) -> Mapping[str, tuple[DeclaredPod, ...]]:
        """The declared pods of the pod network, by namespace."""
        grouped: dict[str, list[DeclaredPod]] = {}
        for declared in self.pods:
            grouped.setdefault(declared.pod.namespace, []).append(declared)
        return {name: tuple(pods) for name, pods in grouped.items()}

    @cached_property
    def policies_by_namespace(self) -> Mapping[str, tuple[NetworkPolicy, ...]]:
        """The policies by namespace."""
        grouped: dict[str, list[NetworkPolicy]] = {}
        for policy in self.policies:
            grouped.setdefault(policy.namespace, []).append(policy)
        return {name: tuple(policies) for name, policies in grouped.items()}

    def selected_pods(self, policy: NetworkPolicy) -> tuple[DeclaredPod, ...]:
        """The declared pods that the policy selects."""
        return self.matching_pods(policy.pod_selector, policy.namespace)

    def matching_pods(self, selector: LabelSelector, namespace: str) -> tuple[DeclaredPod, ...]:
        """The declared pods of a namespace that a pod selector matches."""
        pods = self.pods_by_namespace.get(namespace, ())
        return tuple(declared for declared in pods if selects(selector, declared.pod.labels))

    def matching_namespaces(self, selector: LabelSelector) -> tuple[Namespace, ...]:
        """The known namespaces that a namespace selector matches."""
        return tuple(n for n in self.inventory.namespaces.values() if selects(selector, namespace_labels(n)))

    def admitted_pods(self, peer: Peer, policy: NetworkPolicy) -> tuple[DeclaredPod, ...]:
        """The declared pods that a peer of the policy admits, by selector or by a known address."""
        return tuple(
            declared
            for declared in self.pods
            if any(peer_admits(peer, policy, end, self.settings.profile) for end in self._endpoints(declared))
        )

    def _endpoints(self, declared: DeclaredPod) -> Iterator[PodEndpoint]:
        namespace = self.inventory.namespaces[declared.pod.namespace]
        for address in declared.pod.addresses or (None,):
            yield PodEndpoint(declared.pod, namespace, address)


def rules_of(policy: NetworkPolicy) -> Iterator[tuple[Direction, int, PolicyRule]]:
    """Every rule of the directions that the policy is for, numbered from 1."""
    for direction in (Direction.INGRESS, Direction.EGRESS):
        if direction in policy.policy_types:
            for number, rule in enumerate(policy.rules(direction), start=1):
                yield direction, number, rule


def rule_name(direction: Direction, rule: int, peer: int | None = None, port: int | None = None) -> str:
    """A part of a policy in words: `ingress rule 2 peer 1`."""
    words = f"{direction.value.lower()} rule {rule}"
    if peer is not None:
        words += f" peer {peer}"
    if port is not None:
        words += f" port {port}"
    return words


def policy_name(policy: NetworkPolicy) -> str:
    """A policy as the subject of a finding."""
    return f"{policy.kind} {policy}"
