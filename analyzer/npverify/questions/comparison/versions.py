"""Two inventories side by side: what they share, and what each has of its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from ipaddress import collapse_addresses, ip_network

from npverify.dialects import compile_pipeline
from npverify.questions.comparison.changed import Age, ChangedPod, ChangedService, Sight
from npverify.questions.selections import DeclaredPod, declared_endpoint, declared_pods
from npverify.questions.settings import QuerySettings
from npverify.questions.staging import Scene
from npverify.reference import Evaluator
from npverify.resources import Direction, Namespace, Network, NetworkPolicy
from npverify.resources.inventory import Inventory
from npverify_encodings.model import DeclaredEndpoint, Pipeline, World
from npverify_encodings.slicing import Box, Indexed
from npverify_encodings.specialise import as_it_is, at_namespaces, map_pipeline


class Versions:
    """Both versions of a cluster under the same settings."""

    def __init__(self, old: Inventory, new: Inventory, settings: QuerySettings) -> None:
        self.inventories = {Age.OLD: old, Age.NEW: new}
        self.settings = settings
        self.evaluators = {
            age: Evaluator(inventory.policies, settings.profile)
            for age, inventory in self.inventories.items()
        }

    # Namespaces ---------------------------------------------------------------------------------------

    @cached_property
    def namespaces(self) -> Mapping[Age, Mapping[str, Namespace]]:
        """Every namespace as each version sees it; one that a version does not know is as in the other."""
        old, new = (self.inventories[age].namespaces for age in Age)
        return {Age.OLD: {**new, **old}, Age.NEW: {**old, **new}}

    def _known_labels(self, age: Age, name: str) -> Mapping[str, str] | None:
        """The labels of a namespace in one version; None: any (`--open-namespaces`)."""
        namespace = self.namespaces[age][name]
        if not namespace.declared and self.settings.open_namespaces:
            return None
        return namespace.labels

    @cached_property
    def relabelled(self) -> Mapping[Age, Mapping[str, Mapping[str, str]]]:
        """The labels of the namespaces that carry other labels in the other version.

        Where one version leaves the labels open, they are taken to be those of the other one.
        """
        changed: dict[Age, dict[str, Mapping[str, str]]] = {age: {} for age in Age}
        for name in sorted(self.namespaces[Age.OLD]):
            old, new = (self._known_labels(age, name) for age in Age)
            if old is not None and new is not None and old != new:
                changed[Age.OLD][name], changed[Age.NEW][name] = old, new
        return changed

    def labels(self, age: Age) -> Mapping[str, Mapping[str, str]]:
        """The labels of every namespace whose labels are known in one version."""
        return {**self.world.labels_by_namespace, **self.relabelled[age]}

    @cached_property
    def moved_keys(self) -> frozenset[str]:
        """The namespace labels that have another value in one version than in the other."""
        return frozenset(
            key
            for name, old in self.relabelled[Age.OLD].items()
            for key in {*old, *self.relabelled[Age.NEW][name]}
            if old.get(key) != self.relabelled[Age.NEW][name].get(key)
        )

    @cached_property
    def world(self) -> World:
        """What is known of the endpoints that can exist in both versions."""
        known: list[tuple[str, tuple[tuple[str, str], ...]]] = []
        for name in sorted(self.namespaces[Age.OLD]):
            labels = [self._known_labels(age, name) for age in Age]
            given = [each for each in labels if each is not None]
            if given and name not in self.relabelled[Age.OLD]:
                known.append((name, tuple(sorted(given[0].items()))))
        moved = self.relabelled[Age.NEW], self.relabelled[Age.OLD]
        return World(
            namespaces=tuple(known),
            pod_networks=self.settings.pod_cidrs,
            taken=self.taken,
            readings=moved if self.moved_keys else (),
        )

    # Policies -----------------------------------------------------------------------------------------

    @cached_property
    def policies(self) -> Mapping[Age, Mapping[str, tuple[NetworkPolicy, ...]]]:
        """The policies of each version by namespace."""
        grouped: dict[Age, dict[str, list[NetworkPolicy]]] = {age: {} for age in Age}
        for age, inventory in self.inventories.items():
            for policy in inventory.policies:
                grouped[age].setdefault(policy.namespace, []).append(policy)
        return {age: {n: tuple(p) for n, p in own.items()} for age, own in grouped.items()}

    @cached_property
    def namespaces_with_policies(self) -> tuple[str, ...]:
        """The namespaces with policies in either version, sorted."""
        return tuple(sorted({name for own in self.policies.values() for name in own}))

    def in_namespace(self, age: Age, namespace: str, direction: Direction) -> tuple[NetworkPolicy, ...]:
        """The policies of one namespace that decide a direction."""
        own = self.policies[age].get(namespace, ())
        return tuple(policy for policy in own if direction in policy.policy_types)

    def pipeline(self, age: Age, namespace: str, direction: Direction) -> Pipeline:
        """What the policies of one namespace decide of a direction in one version."""
        key = (age, namespace, direction)
        if key not in self._pipelines:
            compiled = compile_pipeline(
                self.in_namespace(age, namespace, direction),
                direction,
                self.settings.profile,
                platform=False,
            )
            if self.moved_keys:
                relabel = at_namespaces(self.relabelled[age])
                compiled = map_pipeline(compiled, subject=relabel, peer=relabel, traffic=as_it_is)
            self._pipelines[key] = compiled
        return self._pipelines[key]

    def within(self, age: Age, namespace: str, direction: Direction, boxes: Sequence[Box]) -> Pipeline:
        """The part of such a pipeline that concerns the flows in some boxes."""
        key = (age, namespace, direction)
        if key not in self._indexed:
            whole = self.pipeline(age, namespace, direction)
            self._indexed[key] = Indexed(whole, subject_is_source=direction is Direction.EGRESS)
        return self._indexed[key].within(boxes, self.world)

    @cached_property
    def _indexed(self) -> dict[tuple[Age, str, Direction], Indexed]:
        return {}

    @cached_property
    def _pipelines(self) -> dict[tuple[Age, str, Direction], Pipeline]:
        return {}

    # Pods ---------------------------------------------------------------------------------------------

    @cached_property
    def _pods(self) -> Mapping[Age, Mapping[str, DeclaredPod]]:
        return {age: {d.key: d for d in declared_pods(own)} for age, own in self.inventories.items()}

    @cached_property
    def changed_pods(self) -> tuple[ChangedPod, ...]:
        """The pods of the same name, or made from the template of the same workload, that policies see in
        another way.
        """
        old, new = ({_identity(declared): declared for declared in self._pods[age].values()} for age in Age)
        pairs = (ChangedPod(old[key], new[key]) for key in sorted(old.keys() & new.keys()))
        return tuple(pair for pair in pairs if self._sight.tells_apart(pair))

    @cached_property
    def _sight(self) -> Sight:
        return Sight(policy for own in self.inventories.values() for policy in own.policies)

    @cached_property
    def changed_services(self) -> tuple[ChangedService, ...]:
        """The Services of the same name that lead elsewhere, or on other ports."""
        old, new = (
            {(each.namespace, each.name): each for each in self.inventories[age].services} for age in Age
        )
        pairs = (ChangedService(old[key], new[key]) for key in sorted(old.keys() & new.keys()))
        return tuple(pair for pair in pairs if pair.leads_elsewhere)

    @cached_property
    def pods(self) -> Mapping[str, DeclaredPod]:
        """The declared pods of either version that are not changed ones, by a key that names each once."""
        changed = {_identity(pod.old) for pod in self.changed_pods}
        pods: dict[tuple[str, str, str, str], DeclaredPod] = {}
        for age in (Age.NEW, Age.OLD):
            for declared in self._pods[age].values():
                if _identity(declared) not in changed:
                    pods.setdefault(_identity(declared), declared)
        return {"/".join(identity): pods[identity] for identity in sorted(pods)}

    @cached_property
    def endpoints(self) -> tuple[DeclaredEndpoint, ...]:
        """The declared pods and nodes of either version as the rule model sees them."""
        return tuple(replace(declared_endpoint(declared), name=key) for key, declared in self.pods.items())

    @cached_property
    def taken(self) -> tuple[Network, ...]:
        """The known addresses of pods and nodes in either version."""
        addresses = {
            address
            for own in self._pods.values()
            for declared in own.values()
            for address in (*declared.pod.addresses, *declared.pod.node_addresses)
        }
        addresses |= {a for own in self.inventories.values() for node in own.nodes for a in node.addresses}
        networks = [ip_network(str(address)) for address in addresses]
        ipv4 = collapse_addresses(n for n in networks if n.version == 4)
        ipv6 = collapse_addresses(n for n in networks if n.version == 6)
        return (*ipv4, *ipv6)

    def scene(self, age: Age) -> Scene:
        """What the flows of a witness are staged in, in one version."""
        return Scene(
            self.pods,
            self._staged_namespaces[age],
            self.taken,
            self.settings.pod_cidrs,
            self.settings.open_namespaces,
        )

    @cached_property
    def _staged_namespaces(self) -> Mapping[Age, Mapping[str, Namespace]]:
        """A namespace whose labels one version leaves open has those of the other one there."""
        staged: dict[Age, dict[str, Namespace]] = {}
        for age, other in ((Age.OLD, Age.NEW), (Age.NEW, Age.OLD)):
            staged[age] = {
                name: self.namespaces[other][name] if self._known_labels(age, name) is None else namespace
                for name, namespace in self.namespaces[age].items()
            }
        return staged


def mentions(policy: NetworkPolicy, keys: frozenset[str]) -> bool:
    """Whether a namespaceSelector of the policy looks at one of the labels."""
    return any(
        requirement.key in keys
        for rule in (*policy.ingress, *policy.egress)
        for peer in rule.peers
        if peer.namespace_selector is not None
        for requirement in peer.namespace_selector.requirements
    )


def _identity(declared: DeclaredPod) -> tuple[str, str, str, str]:
    """What makes two pods of two versions the same one."""
    workload, pod = declared.workload, declared.pod
    return workload.namespace, workload.kind.lower(), workload.name, "" if pod.replicated else pod.name
