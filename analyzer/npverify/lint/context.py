"""What the checks share: the input, indexed by what they ask for again and again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from npverify.dialects.kubernetes import with_effect
from npverify.dialects.surroundings import is_in_force
from npverify.lint.groups import PodGroup
from npverify.lint.indexes import AddressIndex, LabelIndex
from npverify.lint.services import Services
from npverify.questions.ordered import (
    Anomalies,
    TieThatMatters,
    find_anomalies,
    find_ties_that_matter,
)
from npverify.questions.progress import Progress, say_nothing
from npverify.questions.redundancy import Redundancies, find_redundancies
from npverify.questions.selections import DeclaredPod, declared_ends, declared_pods
from npverify.questions.settings import QuerySettings
from npverify.questions.stopwatch import Stopwatch
from npverify.questions.unmodelled import left_open
from npverify.reference.network_policy import peer_admits
from npverify.reference.plugin import Plugin
from npverify.reference.selectors import namespace_labels
from npverify.resources import (
    AdminPolicy,
    Direction,
    LabelSelector,
    Namespace,
    Network,
    NetworkPolicy,
    Peer,
    PodEndpoint,
    PolicyRule,
    Requirement,
)
from npverify.resources.inventory import Inventory
from npverify_encodings.solver import Undecided


@dataclass(frozen=True)
class Context:
    """One input under one profile; nothing in it changes while the checks run."""

    inventory: Inventory
    settings: QuerySettings
    stopwatch: Stopwatch
    progress: Progress = say_nothing

    @cached_property
    def policies(self) -> tuple[NetworkPolicy, ...]:
        """Every NetworkPolicy that the network plugin enforces, sorted by namespace and name."""
        return with_effect(self.inventory.policies, self.settings.profile)

    def directions(self, policy: NetworkPolicy) -> tuple[Direction, ...]:
        """The directions in which the network plugin enforces a policy."""
        types_count = self.settings.profile.policy_types
        return tuple(d for d in Direction if is_in_force(policy, d, types_count=types_count))

    def rules_of(self, policy: NetworkPolicy) -> Iterator[tuple[Direction, int, PolicyRule]]:
        """Every rule that the network plugin enforces, numbered from 1."""
        for direction in self.directions(policy):
            for number, rule in enumerate(policy.rules(direction), start=1):
                yield direction, number, rule

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

    @cached_property
    def plugin(self) -> Plugin:
        """How the network plugin reads the rules, one concrete flow at a time."""
        return Plugin(self.settings.profile, declared_ends(self.inventory))

    @cached_property
    def redundancies(self) -> Redundancies:
        """What could be left out of the policies; raises Undecided where the time does not last."""
        return find_redundancies(
            self.inventory, self.settings, self.stopwatch, self.progress, by_comparison=True
        )

    @cached_property
    def anomalies(self) -> Anomalies | Undecided:
        """What is the matter with the rules of the admin policies, or why that could not be decided."""
        try:
            return find_anomalies(self.inventory, self.settings, self.stopwatch)
        except Undecided as reason:
            return reason

    @cached_property
    def ties(self) -> tuple[TieThatMatters, ...] | Undecided:
        """The admin policies whose order matters though they have none, or why that could not be decided."""
        try:
            return find_ties_that_matter(self.inventory, self.settings, self.stopwatch)
        except Undecided as reason:
            return reason

    def selected_pods(self, policy: NetworkPolicy) -> tuple[DeclaredPod, ...]:
        """The declared pods that the policy selects."""
        return self.matching_pods(policy.pod_selector, policy.namespace)

    def selected_keys(self, policy: NetworkPolicy) -> frozenset[str]:
        """The keys of the declared pods that the policy selects."""
        key = (policy.namespace, policy.pod_selector.requirements)
        found = self._selected_keys.get(key)
        if found is None:
            found = frozenset(declared.key for declared in self.selected_pods(policy))
            self._selected_keys[key] = found
        return found

    @cached_property
    def _selected_keys(self) -> dict[tuple[str, tuple[Requirement, ...]], frozenset[str]]:
        return {}

    def matching_pods(self, selector: LabelSelector, namespace: str) -> tuple[DeclaredPod, ...]:
        """The declared pods of a namespace that a pod selector matches."""
        index = self._pod_index.get(namespace)
        return index.matching(selector) if index else ()

    def matching_host_pods(self, selector: LabelSelector, namespace: str) -> tuple[DeclaredPod, ...]:
        """The declared hostNetwork pods of a namespace that a pod selector matches by its letter."""
        index = self._host_pod_index.get(namespace)
        return index.matching(selector) if index else ()

    def has_workloads(self, namespace: str) -> bool:
        """Whether the input declares pods of the namespace."""
        return namespace in self.pods_by_namespace or namespace in self._host_pod_index

    def labels_of_pods(self, namespace: str) -> tuple[Mapping[str, str], ...]:
        """The labels of every declared pod of a namespace."""
        everything = LabelSelector()
        pods = (*self.matching_pods(everything, namespace), *self.matching_host_pods(everything, namespace))
        return tuple(declared.pod.labels for declared in pods)

    @cached_property
    def _host_pod_index(self) -> Mapping[str, LabelIndex[DeclaredPod]]:
        grouped: dict[str, list[DeclaredPod]] = {}
        for declared in self.host_network_pods:
            grouped.setdefault(declared.pod.namespace, []).append(declared)
        return {name: _index_of(pods) for name, pods in grouped.items()}

    @cached_property
    def _pod_index(self) -> Mapping[str, LabelIndex[DeclaredPod]]:
        return {name: _index_of(pods) for name, pods in self.pods_by_namespace.items()}

    def matching_namespaces(self, selector: LabelSelector) -> tuple[Namespace, ...]:
        """The known namespaces that a namespace selector matches."""
        return self._namespace_index.matching(selector)

    @cached_property
    def services(self) -> Services:
        """The Services, and the pods behind them."""
        return Services(
            self.inventory.services,
            lambda selector, namespace: (
                *self.matching_pods(selector, namespace),
                *self.matching_host_pods(selector, namespace),
            ),
        )

    def destinations(
        self, policy: NetworkPolicy, direction: Direction, rule: PolicyRule
    ) -> tuple[PodGroup, ...]:
        """The declared pods that a rule is about as destinations: those selected, or, for egress, those that
        each peer admits (none for a rule without peers, which is about every pod there is).
        """
        if direction is Direction.INGRESS:
            found = [self.selected_pods(policy)]
        else:
            found = [self.admitted_pods(peer, policy) for peer in rule.peers]
        return tuple(self._group(pods) for pods in found if pods)

    def _group(self, pods: tuple[DeclaredPod, ...]) -> PodGroup:
        """The group of pods that an index gave, which gives the same tuple for the same question."""
        group = self._groups.get(id(pods))
        if group is None:
            group = self._groups[id(pods)] = PodGroup(pods, self.services)
        return group

    @cached_property
    def _groups(self) -> dict[int, PodGroup]:
        return {}

    def isolating_policies(
        self, namespace: str, direction: Direction
    ) -> Mapping[str, tuple[NetworkPolicy, ...]]:
        """The policies that isolate each declared pod of a namespace in one direction, by the pod's key, but
        for pods that none isolates.
        """
        of_direction = {
            key: tuple(policy for policy in policies if direction in self.directions(policy))
            for key, policies in self.selecting_policies(namespace).items()
        }
        return {key: policies for key, policies in of_direction.items() if policies}

    def selecting_policies(self, namespace: str) -> Mapping[str, tuple[NetworkPolicy, ...]]:
        """The policies that select each declared pod of a namespace, by the key of the pod."""
        found = self._selecting.get(namespace)
        if found is None:
            lists: dict[str, list[NetworkPolicy]] = {}
            for policy in self.policies_by_namespace.get(namespace, ()):
                for declared in self.selected_pods(policy):
                    lists.setdefault(declared.key, []).append(policy)
            found = self._selecting[namespace] = {key: tuple(policies) for key, policies in lists.items()}
        return found

    @cached_property
    def _selecting(self) -> dict[str, Mapping[str, tuple[NetworkPolicy, ...]]]:
        return {}

    def has_unmodelled_policies(self, namespace: str) -> bool:
        """Whether a policy of an API that is not modelled may have a say in the namespace."""
        return not self._unmodelled_namespaces.isdisjoint((namespace, None))

    @cached_property
    def _unmodelled_namespaces(self) -> frozenset[str | None]:
        return frozenset(policy.namespace for policy in left_open(self.inventory, self.settings))

    @cached_property
    def _namespace_index(self) -> LabelIndex[Namespace]:
        return LabelIndex((n, namespace_labels(n)) for n in self.inventory.namespaces.values())

    def admitted_pods(self, peer: Peer, policy: NetworkPolicy) -> tuple[DeclaredPod, ...]:
        """The declared pods that a peer of the policy admits, by selector or by a known address."""
        key = (peer, policy.namespace if peer.ip_block is None and peer.namespace_selector is None else "")
        found = self._admitted.get(key)
        if found is None:
            found = self._admitted[key] = tuple(
                declared
                for declared in self._candidates(peer, policy)
                if any(
                    peer_admits(peer, policy, end, self.settings.profile) for end in self._endpoints(declared)
                )
            )
        return found

    @cached_property
    def _admitted(self) -> dict[tuple[Peer, str], tuple[DeclaredPod, ...]]:
        return {}

    def _candidates(self, peer: Peer, policy: NetworkPolicy) -> Iterator[DeclaredPod]:
        """The pods that the peer may admit: all others it does not."""
        if peer.ip_block is not None:
            yield from self._addresses_of_pods.inside(peer.ip_block.cidr)
            return
        namespaces = [policy.namespace]
        if peer.namespace_selector is not None:
            namespaces = [namespace.name for namespace in self.matching_namespaces(peer.namespace_selector)]
        for name in namespaces:
            yield from self.matching_pods(peer.pod_selector or LabelSelector(), name)

    def pods_inside(self, network: Network) -> tuple[DeclaredPod, ...]:
        """The declared pods with an address in the network, whatever the plugin makes of that."""
        return self._addresses_of_pods.inside(network)

    @cached_property
    def _addresses_of_pods(self) -> AddressIndex[DeclaredPod]:
        return AddressIndex((declared, declared.pod.addresses) for declared in self.pods)

    def _endpoints(self, declared: DeclaredPod) -> Iterator[PodEndpoint]:
        namespace = self.inventory.namespaces[declared.pod.namespace]
        for address in declared.pod.addresses or (None,):
            yield PodEndpoint(declared.pod, namespace, address)


def _index_of(pods: Iterable[DeclaredPod]) -> LabelIndex[DeclaredPod]:
    return LabelIndex((declared, declared.pod.labels) for declared in pods)


def rule_name(direction: Direction, rule: int, peer: int | None = None, port: int | None = None) -> str:
    """A part of a policy in words: `ingress rule 2 peer 1`."""
    words = f"{direction.value.lower()} rule {rule}"
    if peer is not None:
        words += f" peer {peer}"
    if port is not None:
        words += f" port {port}"
    return words


def workload_names(pods: Iterable[DeclaredPod]) -> tuple[str, ...]:
    """The workloads of the pods, each once, as `shop/deployment/api`."""
    return tuple(dict.fromkeys(str(declared.workload) for declared in pods))


def policy_name(policy: NetworkPolicy | AdminPolicy) -> str:
    """A policy as the subject of a finding."""
    return f"{policy.kind} {policy}"
