"""What a comparison takes for granted, and what else about the two versions a reader should know."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from npverify.questions.comparison.changed import Age
from npverify.questions.comparison.versions import Versions
from npverify.questions.detected_plugin import plugin_notes_of_versions
from npverify.questions.profile_remarks import not_enforced, rejected, taken_for_granted
from npverify.questions.query import PodAlternative, Selection
from npverify.questions.selections import declared_in
from npverify.questions.tier_remarks import remarks_on
from npverify.questions.unmodelled import left_open, may_decide
from npverify.resources import METADATA_NAME
from npverify.resources.inventory import Inventory, UnmodelledPolicy

_MOST_NAMES = 5
_PROTOCOLS = (
    "only new TCP, UDP and SCTP connections are considered: replies always pass, and nothing is claimed "
    "about ICMP"
)


def assumptions_of(versions: Versions) -> tuple[str, ...]:
    """The standing decisions that the comparison rests on, in a fixed order."""
    return (
        *_plugins(versions),
        *_namespaces(versions),
        *_addresses(versions),
        *_host_network(versions),
        *_tiers(versions),
        *_own_nodes(versions),
        *_families(versions),
        *_finished(versions),
        _PROTOCOLS,
        *dict.fromkeys(_unmodelled(versions)),
    )


def notes_of(versions: Versions, scope: Selection | None = None) -> tuple[str, ...]:
    """What is not the same in both versions beside the connections, and what looks like a mistake."""
    old, new = (versions.inventories[age] for age in Age)
    notes = [*_not_enforced(versions)]
    notes += plugin_notes_of_versions(old, new, versions.profiles[Age.OLD], versions.profiles[Age.NEW])
    notes += [
        f"no policy was read in the {age} version, so nothing is denied there: are all paths given?"
        for age in Age
        if not (versions.inventories[age].policies or versions.inventories[age].admin_policies)
    ]
    if scope is not None and _means_no_declared_pod(scope, versions):
        notes.insert(0, f"no declared pod of either version is in the scope `{scope.text}`: is it misspelt?")
    for age, own, other in ((Age.OLD, old, new), (Age.NEW, new, old)):
        notes += _only_in(age, "workload", map(str, own.workloads), map(str, other.workloads))
        notes += _only_in(age, "Service", _service_names(own), _service_names(other))
        notes += _only_in(age, "Namespace", _namespace_names(own), _namespace_names(other))
    for name, labels in versions.relabelled[Age.NEW].items():
        before = versions.relabelled[Age.OLD][name]
        keys = sorted(key for key in {*labels, *before} if labels.get(key) != before.get(key))
        notes.append(f"namespace {name} has other labels in the new version: {', '.join(keys)}")
    return tuple(notes)


def _means_no_declared_pod(scope: Selection, versions: Versions) -> bool:
    if any(not isinstance(alternative, PodAlternative) for alternative in scope.alternatives):
        return False
    return not any(declared_in(scope, inventory) for inventory in versions.inventories.values())


def unmodelled(versions: Versions) -> tuple[UnmodelledPolicy, ...]:
    """The policies of unmodelled kinds of either version that may have a say and are not to be ignored."""
    found = (
        policy
        for age, own in versions.inventories.items()
        for policy in left_open(own, versions.settings_of(age))
    )
    return tuple(dict.fromkeys(found))


def _service_names(inventory: Inventory) -> Iterator[str]:
    return (f"{service.namespace}/{service.name}" for service in inventory.services)


def _namespace_names(inventory: Inventory) -> Iterator[str]:
    return (namespace.name for namespace in inventory.namespaces.values() if namespace.declared)


def _only_in(age: Age, noun: str, own: Iterable[str], other: Iterable[str]) -> Iterator[str]:
    known = set(other)
    names = sorted(name for name in own if name not in known)
    if names:
        plural = "s" if len(names) > 1 else ""
        yield f"{len(names)} {noun}{plural} only in the {age} version: {_listed(names)}"


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names[:_MOST_NAMES]) + (", …" if len(names) > _MOST_NAMES else "")


def _namespaces(versions: Versions) -> Iterator[str]:
    keys = frozenset(
        requirement.key
        for own in versions.inventories.values()
        for policy in own.policies
        for rule in (*policy.ingress, *policy.egress)
        for peer in rule.peers
        if peer.namespace_selector is not None
        for requirement in peer.namespace_selector.requirements
        if requirement.key != METADATA_NAME
    )
    if not keys:
        return
    bare = sorted(
        {n.name for own in versions.inventories.values() for n in own.namespaces.values() if not n.declared}
    )
    if bare and versions.settings.open_namespaces:
        yield f"namespaces without a Namespace object may carry any labels: {_listed(bare)}"
    elif bare:
        yield (
            f"namespaces without a Namespace object carry no label but {METADATA_NAME}: {_listed(bare)} "
            "(`--open-namespaces` drops this)"
        )
    old, new = (set(versions.inventories[age].namespaces) for age in Age)
    if old ^ new:
        yield (
            "a namespace that only one version knows has the same labels in the other: "
            f"{_listed(sorted(old ^ new))}"
        )


def _addresses(versions: Versions) -> Iterator[str]:
    has_blocks = any(
        peer.ip_block is not None
        for own in versions.inventories.values()
        for policy in own.policies
        for rule in (*policy.ingress, *policy.egress)
        for peer in rule.peers
    )
    if not has_blocks:
        return
    if not versions.settings.profile.ip_block_matches_pods:
        yield "an ipBlock never matches a pod (`--ipblock-pods`)"
        return
    yield "an ipBlock matches the pods whose addresses it holds (`--ipblock-pods never` changes this)"
    if versions.settings.pod_cidrs:
        inside = ", ".join(map(str, versions.settings.pod_cidrs))
        yield f"a pod whose address the input does not give has one inside {inside}"
    else:
        yield "a pod whose address the input does not give may have any address (`--pod-cidr` narrows this)"


def _host_network(versions: Versions) -> Iterator[str]:
    names = sorted(
        {
            str(workload)
            for own in versions.inventories.values()
            for workload in own.workloads
            for pod in workload.pods
            if pod.host_network
        }
    )
    if names:
        yield (
            f"hostNetwork pods are their node to every policy: {_listed(names)} "
            "(`--host-network pod` changes this)"
        )


def _not_enforced(versions: Versions) -> Iterator[str]:
    if versions.is_one_profile:
        profile, both = versions.settings.profile, list(versions.inventories.values())
        yield from (*not_enforced(both, profile), *rejected(both, profile))
        return
    for age, profile in versions.profiles.items():
        read = [versions.inventories[age]]
        yield from (f"{age}: {text}" for text in (*not_enforced(read, profile), *rejected(read, profile)))


def _plugins(versions: Versions) -> Iterator[str]:
    for age, profile in versions.profiles.items():
        own = [versions.inventories[age]]
        facts = taken_for_granted(own, profile, itself=versions.has_own_services)
        before = "" if versions.is_one_profile else f"{age}: "
        yield from dict.fromkeys(f"{before}{text}" for text in facts)
        if versions.is_one_profile:
            return


def _own_nodes(versions: Versions) -> Iterator[str]:
    if not versions.has_own_nodes:
        yield "traffic between a pod and the node it runs on is left out: no policy decides it alone"


def _families(versions: Versions) -> Iterator[str]:
    for family in versions.moved_families:
        if family not in versions.known_families:
            age = next(age for age in Age if family not in versions.profiles[age].families)
            yield (
                f"IPv{family} is left out: `{versions.profiles[age]}` does not carry it, and the input tells "
                "no address of it"
            )


def _tiers(versions: Versions) -> Iterator[str]:
    policies = [policy for own in versions.inventories.values() for policy in own.admin_policies]
    return remarks_on(policies, versions.nodes(Age.NEW), versions.settings.resolved)


def _finished(versions: Versions) -> Iterator[str]:
    finished = sum(len(w.finished_pods) for own in versions.inventories.values() for w in own.workloads)
    if finished:
        yield f"pods that have finished are not there any more: {finished} left out (`--keep-finished`)"


def _unmodelled(versions: Versions) -> Iterator[str]:
    if versions.settings.ignore_unmodelled:
        for age, own in versions.inventories.items():
            for policy in own.unmodelled:
                if may_decide(policy, versions.profiles[age]):
                    yield f"{policy} has no effect (`--ignore-unmodelled`)"
