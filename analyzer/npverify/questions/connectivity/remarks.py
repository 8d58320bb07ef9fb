"""What a map takes for granted, and what else a reader should know."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from npverify.questions.connectivity.result import MapSettings
from npverify.questions.detected_plugin import plugin_notes
from npverify.questions.profile_remarks import idle_notes, taken_for_granted
from npverify.questions.tier_remarks import remarks_on
from npverify.questions.unmodelled import left_open, may_decide
from npverify.resources import METADATA_NAME
from npverify.resources.inventory import Inventory

_MOST_NAMES = 5
_PROTOCOLS = (
    "only new TCP, UDP and SCTP connections are considered: replies always pass, and nothing is claimed "
    "about ICMP"
)


def assumptions_of(inventory: Inventory, settings: MapSettings) -> tuple[str, ...]:
    """The standing decisions that the map rests on, in a fixed order."""
    return (
        *taken_for_granted([inventory], settings.query.profile),
        *_namespaces(inventory, settings),
        *_addresses(inventory, settings),
        *_host_network(inventory),
        *remarks_on(inventory.admin_policies, inventory.nodes, settings.query.resolved),
        *_finished(inventory),
        "a pod always reaches itself, and pods of one workload stand in one line",
        _PROTOCOLS,
        *_without_effect(inventory, settings),
    )


def notes_of(inventory: Inventory, settings: MapSettings) -> tuple[str, ...]:
    """Remarks on the input and on how the filters were understood."""
    profile = settings.query.profile
    notes = [
        *idle_notes(inventory, profile),
        *plugin_notes(inventory, profile),
        *settings.notes,
    ]
    if not (inventory.policies or inventory.admin_policies):
        notes.append("no NetworkPolicy was read, so nothing is denied: are all paths given?")
    if not inventory.workloads:
        notes.append("no workload was read, so the map has no pods: are all paths given?")
    return tuple(notes)


def undecided_by(inventory: Inventory, settings: MapSettings) -> str | None:
    """Why the map may be wrong, as far as policies of unmodelled kinds go; None where there are none."""
    undecided = left_open(inventory, settings.query)
    if not undecided:
        return None
    kinds = ", ".join(dict.fromkeys(policy.kind for policy in undecided))
    return f"the input has policies of kinds that are not modelled yet: {kinds}"


def _without_effect(inventory: Inventory, settings: MapSettings) -> Iterator[str]:
    if settings.query.ignore_unmodelled:
        for policy in dict.fromkeys(inventory.unmodelled):
            if may_decide(policy, settings.query.profile):
                yield f"{policy} has no effect (`--ignore-unmodelled`)"


def _namespaces(inventory: Inventory, settings: MapSettings) -> Iterator[str]:
    """Only where a rule looks at the labels of a namespace that has no Namespace object."""
    looks = any(
        requirement.key != METADATA_NAME
        for policy in inventory.policies
        for rule in (*policy.ingress, *policy.egress)
        for peer in rule.peers
        if peer.namespace_selector is not None
        for requirement in peer.namespace_selector.requirements
    )
    bare = sorted(each.name for each in inventory.namespaces.values() if not each.declared)
    if not looks or not bare:
        return
    if settings.query.open_namespaces:
        yield f"namespaces without a Namespace object may carry any labels: {_listed(bare)}"
    else:
        yield (
            f"namespaces without a Namespace object carry no label but {METADATA_NAME}: {_listed(bare)} "
            "(`--open-namespaces` drops this)"
        )


def _addresses(inventory: Inventory, settings: MapSettings) -> Iterator[str]:
    has_blocks = any(
        peer.ip_block is not None
        for policy in inventory.policies
        for rule in (*policy.ingress, *policy.egress)
        for peer in rule.peers
    )
    if not has_blocks:
        return
    if not settings.query.profile.ip_block_matches_pods:
        yield "an ipBlock never matches a pod (`--ipblock-pods`)"
        return
    yield "an ipBlock matches the pods whose addresses it holds (`--ipblock-pods never` changes this)"
    if settings.query.pod_cidrs:
        inside = ", ".join(map(str, settings.query.pod_cidrs))
        yield f"a pod whose address the input does not give has one inside {inside}"
    else:
        yield "a pod whose address the input does not give may have any address (`--pod-cidr` narrows this)"


def _host_network(inventory: Inventory) -> Iterator[str]:
    names = sorted(
        {str(workload) for workload in inventory.workloads for pod in workload.pods if pod.host_network}
    )
    if names:
        yield (
            f"hostNetwork pods are their node to every policy: {_listed(names)} "
            "(`--host-network pod` changes this)"
        )
        yield "a pod is always reached by the node it runs on, whatever its policies say"


def _finished(inventory: Inventory) -> Iterator[str]:
    finished = sum(len(workload.finished_pods) for workload in inventory.workloads)
    if finished:
        yield f"pods that have finished are not there any more: {finished} left out (`--keep-finished`)"


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names[:_MOST_NAMES]) + (", …" if len(names) > _MOST_NAMES else "")
