"""Two inventories side by side: what they share, and what each has of its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from ipaddress import collapse_addresses, ip_network

from npverify.cni import CniProfile
from npverify.dialects import (
    AdminPolicies,
    DeclaredPods,
    Frame,
    carried_by,
    compile_frame,
    compile_pipeline,
    looks_at_pods,
    pods_of,
)
from npverify.questions.comparison.changed import Age, ChangedPod, ChangedService, Sight
from npverify.questions.selections import DeclaredPod, declared_endpoint, declared_ends, declared_pods
from npverify.questions.settings import QuerySettings
from npverify.questions.staging import Scene
from npverify.reference import Evaluator
from npverify.resources import Direction, Namespace, Network, NetworkPolicy, Node, Pod, PodEndpoint
from npverify.resources.inventory import Inventory
from npverify_encodings.model import DeclaredEndpoint, Expression, Pipeline, World, all_of
from npverify_encodings.slicing import Box, Indexed
from npverify_encodings.specialise import as_it_is, at_namespaces, map_pipeline

_WITHOUT_POLICIES = (
    "namespaces",
    "relabelled",
    "moved_keys",
    "taken",
    "world",
    "_pods",
    "_declared_pods",
)
"""The cached properties in which no policy takes part."""


class Versions:
    """Both versions of a cluster under the same settings.

    `like` is a comparison that differs in policies only: what no policy takes part in is taken from there.
    """

    def __init__(
        self,
        old: Inventory,
        new: Inventory,
        settings: QuerySettings,
        new_profile: CniProfile | None = None,
        *,
        like: Versions | None = None,
    ) -> None:
        self.inventories = {Age.OLD: old, Age.NEW: new}
        self.settings = settings
        self.profiles = {Age.OLD: settings.profile, Age.NEW: new_profile or settings.profile}
        if like is not None:
            vars(self).update({name: getattr(like, name) for name in _WITHOUT_POLICIES})

    @cached_property
    def evaluators(self) -> Mapping[Age, Evaluator]:
        """The evaluator of each version under its own profile."""
        return {age: self.evaluator(age, self.profiles[age]) for age in Age}

    def evaluator(self, age: Age, profile: CniProfile) -> Evaluator:
        """The evaluator of one version under any profile."""
        inventory = self.inventories[age]
        return Evaluator(
            inventory.policies,
            profile,
            admin_policies=inventory.admin_policies,
            nodes=self.nodes(age),
            resolved=self.settings.resolved,
            declared=self._declared_ends(age),
        )

    def _declared_ends(self, age: Age) -> tuple[PodEndpoint, ...]:
        namespaces = self.namespaces[age]
        found = declared_ends(self.inventories[age])
        return tuple(PodEndpoint(end.pod, namespaces[end.pod.namespace]) for end in found)

    def settings_of(self, age: Age) -> QuerySettings:
        """The settings of one version, with its network plugin."""
        return replace(self.settings, profile=self.profiles[age])

    @property
    def is_one_profile(self) -> bool:
        """Whether the same network plugin enforces both versions."""
        return self.profiles[Age.OLD] == self.profiles[Age.NEW]

    @cached_property
    def reads_alike(self) -> bool:
        """Whether the same policies come to the same rules in both versions: one network plugin enforces
        them, and it does not look at the pods that there are or finds the same ones.
        """
        if not self.is_one_profile:
            return False
        return not looks_at_pods(self.settings.profile) or self._pods_of(Age.OLD) == self._pods_of(Age.NEW)

    @cached_property
    def has_own_nodes(self) -> bool:
        """Whether traffic between a pod and the node it runs on can differ in a way of its own."""
        old, new = (self.profiles[age] for age in Age)
        facts = ("enforces", "own_node_ingress", "own_node_egress")
        return any(getattr(old, fact) is not getattr(new, fact) for fact in facts)

    @cached_property
    def moved_families(self) -> tuple[int, ...]:
        """The IP versions that one of the plugins carries and the other one does not."""
        old, new = (set(self.profiles[age].families) for age in Age)
        return tuple(sorted(old ^ new))

    @cached_property
    def known_families(self) -> frozenset[int]:
        """The IP versions of which the input tells an address."""
        addresses = [network.version for network in (*self.taken, *self.settings.pod_cidrs)]
        addresses += [
            address.version
            for own in self.inventories.values()
            for service in own.services
            for address in service.cluster_addresses
        ]
        return frozenset(addresses)

    @cached_property
    def has_own_services(self) -> bool:
        """Whether a pod's connection to itself through a Service can differ in a way of its own."""
        old, new = (self.profiles[age] for age in Age)
        facts = ("enforces", "self_service_egress", "self_service_ingress")
        return any(getattr(old, fact) is not getattr(new, fact) for fact in facts)

    @cached_property
    def carried(self) -> Expression:
        """The ends that both network plugins carry flows of."""
        return all_of(*dict.fromkeys(carried_by(profile) for profile in self.profiles.values()))

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
        """The policies of one namespace that may decide a direction."""
        own = self.policies[age].get(namespace, ())
        if self.profiles[age].unselected_isolated:
            return own
        return tuple(p for p in own if direction in p.policy_types or p.rules(direction))

    def pipeline(self, age: Age, namespace: str, direction: Direction, *, itself: bool = False) -> Pipeline:
        """What the policies of one namespace decide of a direction in one version; `itself`: of a pod's
        connection to itself through a Service.
        """
        key = (age, namespace, direction, itself)
        if key not in self._pipelines:
            compiled = compile_pipeline(
                self.in_namespace(age, namespace, direction),
                direction,
                self.profiles[age],
                pods=self._pods_of(age),
                platform=False,
                itself=itself,
            )
            self._pipelines[key] = self._relabelled(age, compiled)
        return self._pipelines[key]

    def _pods_of(self, age: Age) -> DeclaredPods:
        if age not in self._declared_pods:
            labels = {name: namespace.labels for name, namespace in self.namespaces[age].items()}
            self._declared_pods[age] = pods_of(self.inventories[age], labels)
        return self._declared_pods[age]

    @cached_property
    def _declared_pods(self) -> dict[Age, DeclaredPods]:
        return {}

    def _relabelled(self, age: Age, compiled: Pipeline) -> Pipeline:
        """The pipeline with the labels that changed namespaces have in one version put in."""
        if not self.moved_keys:
            return compiled
        relabel = at_namespaces(self.relabelled[age])
        return map_pipeline(compiled, subject=relabel, peer=relabel, traffic=as_it_is)

    def nodes(self, age: Age) -> tuple[Node, ...]:
        """The Node objects of a version; one that it does not know is as in the other."""
        both = (*self.inventories[age].nodes, *self.inventories[age.other].nodes)
        found = {node.name: node for node in reversed(both)}
        return tuple(found[name] for name in sorted(found))

    def frame(self, age: Age, direction: Direction, *, itself: bool = False) -> Frame:
        """What the policies of the whole cluster decide of a direction in one version; `itself`: of a pod's
        connection to itself through a Service.
        """
        key = (age, direction, itself)
        if key not in self._frames:
            policies = self.inventories[age].admin_policies
            admin = AdminPolicies(policies, self.nodes(age), self.settings.resolved)
            profile, homes = self.profiles[age], self.policies[age]
            frame = compile_frame(
                admin, direction, profile, homes, own_nodes=self.has_own_nodes, itself=itself
            )
            self._frames[key] = Frame.of(self._relabelled(age, frame.around(Pipeline())).layers)
        return self._frames[key]

    @cached_property
    def _frames(self) -> dict[tuple[Age, Direction, bool], Frame]:
        return {}

    def frame_within(self, age: Age, direction: Direction, boxes: Sequence[Box]) -> Frame:
        """The part of such a frame that concerns the flows in some boxes."""
        key = (age, None, direction)
        if key not in self._indexed:
            whole = self.frame(age, direction).around(Pipeline())
            self._indexed[key] = Indexed(whole, subject_is_source=direction is Direction.EGRESS)
        return Frame.of(self._indexed[key].within(boxes, self.world).layers)

    def within(self, age: Age, namespace: str, direction: Direction, boxes: Sequence[Box]) -> Pipeline:
        """The part of such a pipeline that concerns the flows in some boxes."""
        key = (age, namespace, direction)
        if key not in self._indexed:
            whole = self.pipeline(age, namespace, direction)
            self._indexed[key] = Indexed(whole, subject_is_source=direction is Direction.EGRESS)
        return self._indexed[key].within(boxes, self.world)

    @cached_property
    def _indexed(self) -> dict[tuple[Age, str | None, Direction], Indexed]:
        return {}

    @cached_property
    def _pipelines(self) -> dict[tuple[Age, str, Direction, bool], Pipeline]:
        return {}

    # Pods ---------------------------------------------------------------------------------------------

    @cached_property
    def _pods(self) -> Mapping[Age, Mapping[_Identity, DeclaredPod]]:
        """By version and identity; what only one version tells of a pod's addresses holds in the other."""
        found = {
            age: {_identity(declared): declared for declared in declared_pods(own)}
            for age, own in self.inventories.items()
        }
        for age in Age:
            for key, declared in found[age].items():
                other = found[age.other].get(key)
                if other is not None and other.pod is not declared.pod:
                    found[age][key] = replace(declared, pod=_with_addresses(declared.pod, other.pod))
        return found

    @cached_property
    def changed_pods(self) -> tuple[ChangedPod, ...]:
        """The pods of the same name, or made from the template of the same workload, that policies see in
        another way.
        """
        old, new = (self._pods[age] for age in Age)
        pairs = (ChangedPod(old[key], new[key]) for key in sorted(old.keys() & new.keys()))
        return tuple(pair for pair in pairs if self._sight.tells_apart(pair))

    @cached_property
    def _sight(self) -> Sight:
        return Sight(
            (policy for own in self.inventories.values() for policy in own.policies),
            (policy for own in self.inventories.values() for policy in own.admin_policies),
        )

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
        pods: dict[_Identity, DeclaredPod] = {}
        for age in (Age.NEW, Age.OLD):
            for identity, declared in self._pods[age].items():
                if identity not in changed:
                    pods.setdefault(identity, declared)
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


_Identity = tuple[str, str, str, str]


def _with_addresses(pod: Pod, other: Pod) -> Pod:
    """The pod with the addresses that it has in the other version, where its own are not known."""
    if pod.host_network is not other.host_network or pod.addresses or pod.node_addresses:
        return pod
    return replace(pod, addresses=other.addresses, node_addresses=other.node_addresses)


def _identity(declared: DeclaredPod) -> _Identity:
    """What makes two pods of two versions the same one."""
    workload, pod = declared.workload, declared.pod
    return workload.namespace, workload.kind.lower(), workload.name, "" if pod.replicated else pod.name
