"""Endpoints as selections: every name and address in them taken for what the input has."""

from __future__ import annotations

from dataclasses import dataclass, replace
from ipaddress import ip_interface

from npverify.errors import UsageError
from npverify.language.addresses import ALL_ADDRESSES, resolve_addresses
from npverify.language.endpoints import (
    Addresses,
    Bare,
    Endpoint,
    Endpoints,
    EveryPod,
    Everything,
    Internet,
    Itself,
    Named,
    Nodes,
    render_endpoints,
)
from npverify.language.lookup import Candidate, find_bare, find_named, reject_list, service_path
from npverify.language.selectors import Labels, describe_selector
from npverify.language.spelling import label_notes, namespace_notes
from npverify.language.words import error_at
from npverify.questions.query import (
    AddressAlternative,
    Alternative,
    NodeAlternative,
    PodAlternative,
    Selection,
)
from npverify.resources import Node, Service, Workload
from npverify.resources.inventory import Inventory

OUTSIDE_WORDS = "every address outside the cluster (no pod, no node)"


@dataclass(frozen=True, slots=True)
class Meaning:
    """What one endpoint was taken to mean; `service` is the Service that it is, if it is one."""

    alternatives: tuple[Alternative, ...]
    understood: str
    notes: tuple[str, ...] = ()
    service: Service | None = None


@dataclass(frozen=True, slots=True)
class Resolved:
    """An end of a question: its selection, remarks on it, and the Services that it names."""

    selection: Selection
    notes: tuple[str, ...]
    services: tuple[tuple[Service, Endpoint], ...]


def resolve(endpoints: Endpoints, inventory: Inventory) -> Resolved:
    """The selection of all the endpoints together; raises UsageError where one means nothing, or too much."""
    union = _resolve_union(endpoints, inventory)
    if endpoints.excluded is None:
        return union
    without = _resolve_union(endpoints.excluded, inventory)
    selection = replace(
        union.selection,
        text=render_endpoints(endpoints),
        understood=f"{union.selection.understood}, except {without.selection.understood}",
        excluded=without.selection.alternatives,
    )
    return Resolved(selection, tuple(dict.fromkeys((*union.notes, *without.notes))), union.services)


def _resolve_union(endpoints: Endpoints, inventory: Inventory) -> Resolved:
    meanings = [_resolve(member, inventory) for member in endpoints.members]
    alternatives = tuple(dict.fromkeys(a for meaning in meanings for a in meaning.alternatives))
    understood = "; or ".join(dict.fromkeys(meaning.understood for meaning in meanings))
    return Resolved(
        selection=Selection(alternatives, render_endpoints(endpoints), understood),
        notes=tuple(dict.fromkeys(note for meaning in meanings for note in meaning.notes)),
        services=tuple(
            (meaning.service, member)
            for meaning, member in zip(meanings, endpoints.members, strict=True)
            if meaning.service is not None
        ),
    )


def _resolve(endpoint: Endpoint, inventory: Inventory) -> Meaning:
    outside_notes = namespace_notes(endpoint.outside, inventory)
    match endpoint.head:
        case Everything() | EveryPod() as head:
            return _everything(endpoint, outside_notes, with_addresses=isinstance(head, Everything))
        case Internet():
            return Meaning((AddressAlternative(ALL_ADDRESSES),), OUTSIDE_WORDS)
        case Nodes():
            return Meaning((NodeAlternative(),), "the nodes of the cluster")
        case Addresses() as head:
            return _at_addresses(endpoint, head, inventory)
        case Labels() as head:
            reject_list(endpoint, head, inventory)
            return _labelled(head, endpoint.outside, inventory)
        case Itself():
            raise _not_itself(endpoint)
        case Named() as head:
            return _found(endpoint, find_named(endpoint, head, inventory), inventory)
        case Bare() as head:
            return _found(endpoint, find_bare(endpoint, head, inventory), inventory, say_why=True)


def resolve_itself(itself: Endpoints, source: Resolved, inventory: Inventory) -> Resolved:
    """The destination of what connects to itself: the pods of the source, or those of a Service among them.

    Raises UsageError where the source is no pods, or the Service is not known.
    """
    (member,) = itself.members
    assert isinstance(member.head, Itself)
    selection = source.selection
    if not all(isinstance(alternative, PodAlternative) for alternative in selection.alternatives):
        raise error_at(
            member.text,
            member.start,
            member.end,
            "only pods reach themselves through a Service, not addresses or nodes",
            expected="a source of pods before it",
            hint="ask `can any pod reach itself?`",
        )
    text = render_endpoints(itself)
    if member.head.service is None:
        same = replace(selection, text=text, understood="the same pod, through a Service")
        return Resolved(same, (), ())
    behind = _resolve(member.head.service, inventory)
    words = f"the same pod, if it is one of {behind.understood}"
    services = () if behind.service is None else ((behind.service, member),)
    return Resolved(Selection(behind.alternatives, text, words), behind.notes, services)


def _not_itself(endpoint: Endpoint) -> UsageError:
    return error_at(
        endpoint.text,
        endpoint.start,
        endpoint.end,
        "`itself` is the destination of a question, and stands alone there",
        expected="another endpoint",
        hint="ask `can A reach itself?` or `does every A reach itself?`",
    )


def _everything(endpoint: Endpoint, notes: tuple[str, ...], *, with_addresses: bool) -> Meaning:
    without = "".join(f" outside namespace {name}" for name in endpoint.outside)
    pods = PodAlternative(excluded_namespaces=endpoint.outside)
    if not with_addresses:
        return Meaning((pods,), f"every pod{without}", notes)
    words = f"every pod{without} and every address outside the cluster"
    return Meaning((pods, AddressAlternative(ALL_ADDRESSES)), words, notes)


def _at_addresses(endpoint: Endpoint, head: Addresses, inventory: Inventory) -> Meaning:
    found = resolve_addresses(head, inventory)
    if found.service is not None:
        because = f"{head.network.network_address} is its cluster address"
        return _service(found.service, endpoint, because=because)
    notes: tuple[str, ...] = ()
    if ip_interface(head.written).ip != head.network.network_address:
        notes = (f"{head.written} has bits beyond its prefix: taken as {head.network}",)
    return Meaning(found.alternatives, found.understood, notes)


def _labelled(head: Labels, outside: tuple[str, ...], inventory: Inventory) -> Meaning:
    named = (head.namespace,) if head.namespace is not None else None
    alternative = PodAlternative(
        namespaces=named,
        excluded_namespaces=outside,
        pod_labels=head.pod_labels,
        namespace_labels=head.namespace_labels,
    )
    notes = (*namespace_notes((*(named or ()), *outside), inventory), *label_notes(head, inventory))
    return Meaning((alternative,), labels_words(head, outside), notes)


def labels_words(head: Labels, outside: tuple[str, ...] = ()) -> str:
    """The pods of a label selector in words."""
    pods = f"pods with {describe_selector(head.pod_labels)}" if head.pod_labels.requirements else "every pod"
    if head.namespace is not None:
        pods += f" in namespace {head.namespace}"
    if head.namespace_labels.requirements:
        pods += f" in namespaces with {describe_selector(head.namespace_labels)}"
    return pods + "".join(f" outside namespace {name}" for name in outside)


# What a name was found to be --------------------------------------------------------------------------


def _found(
    endpoint: Endpoint, candidate: Candidate, inventory: Inventory, *, say_why: bool = False
) -> Meaning:
    because = candidate.because if say_why else None
    match candidate.target:
        case Workload() as workload:
            return Meaning(
                (PodAlternative(workload=workload),), _workload_words(workload, candidate, say_why)
            )
        case Service() as service:
            return _service(service, endpoint, because=because)
        case Node() as node:
            return Meaning((NodeAlternative(node.name),), f"the node {node.name}")
        case Labels() as labels:
            meaning = _labelled(labels, endpoint.outside, inventory)
            return Meaning(meaning.alternatives, f"{meaning.understood} ({candidate.because})", meaning.notes)


def _workload_words(workload: Workload, candidate: Candidate, say_why: bool) -> str:
    is_one_pod = candidate.path != str(workload) or workload.kind == "Pod"
    words = candidate.path if is_one_pod else f"the pods of {workload}"
    if say_why or (is_one_pod and workload.kind != "Pod"):
        words += f" ({candidate.because})"
    if any(pod.host_network for pod in workload.pods):
        words += "; it uses the host network, so that policies see its node"
    if not workload.pods:
        words += "; all of them have finished" if workload.finished_pods else "; there are none"
    return words


def _service(service: Service, endpoint: Endpoint, *, because: str | None) -> Meaning:
    path = service_path(service)
    selector = service.selector
    if selector is None or not selector.requirements or service.external_name is not None:
        raise _without_pods(service, endpoint)
    alternative = PodAlternative(namespaces=(service.namespace,), pod_labels=selector)
    pods = labels_words(Labels(service.namespace, pod_labels=selector))
    why = f" ({because})" if because else ""
    return Meaning((alternative,), f"the pods of {path}{why}: {pods}", service=service)


def _without_pods(service: Service, endpoint: Endpoint) -> UsageError:
    path = service_path(service)
    reason = "has no selector"
    if service.external_name is not None:
        reason = f"stands for the external name `{service.external_name}`"
    return error_at(
        endpoint.text,
        endpoint.start,
        endpoint.end,
        f"`{path}` {reason}, so that no pods are known to be behind it",
        expected="a Service that selects pods",
        hint="ask about the addresses behind it instead, as in `203.0.113.7`, or about `internet`",
    )
