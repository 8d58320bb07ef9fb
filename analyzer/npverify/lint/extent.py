"""How much of the cluster the input is likely to show: policies are often read without their workloads."""

from __future__ import annotations

from npverify.lint.context import Context
from npverify.resources import (
    METADATA_NAME,
    Direction,
    LabelSelector,
    NetworkPolicy,
    Operator,
    Peer,
    PolicyRule,
    Requirement,
)

PLATFORM_NAMESPACES = ("kube-system", "openshift-dns")
"""Namespaces of the cluster itself, where its name servers are."""

_NAME_SERVERS = LabelSelector((Requirement("k8s-app", Operator.IN, ("kube-dns", "coredns")),))


def shows(context: Context, namespace: str) -> bool:
    """Whether the input is likely to show all workloads of the namespace.

    Of a namespace that the platform fills, an input mostly shows what was added to it.
    """
    if namespace not in PLATFORM_NAMESPACES:
        return context.has_workloads(namespace)
    return bool(context.matching_pods(_NAME_SERVERS, namespace))


def shows_all_destinations(
    context: Context, policy: NetworkPolicy, direction: Direction, rule: PolicyRule
) -> bool:
    """Whether the input is likely to show all pods that a rule is about as destinations."""
    if direction is Direction.INGRESS:
        return shows(context, policy.namespace)
    meant = [namespaces_meant(context, peer, policy) for peer in rule.peers if peer.ip_block is None]
    return all(names and all(shows(context, name) for name in names) for names in meant)


def namespaces_meant(context: Context, peer: Peer, policy: NetworkPolicy) -> tuple[str, ...]:
    """The namespaces that a peer with selectors is about, where the input is likely to show all of them; else
    empty.

    A selector that any namespace may meet, be it `{}` or one that only excludes, is also about namespaces
    that the input does not show.
    """
    if peer.ip_block is not None:
        return ()
    if peer.namespace_selector is None:
        return (policy.namespace,)
    selector = peer.namespace_selector
    matching = tuple(namespace.name for namespace in context.matching_namespaces(selector))
    named = [r for r in selector.requirements if r.key == METADATA_NAME and r.operator is Operator.IN]
    if named:
        is_known = all(_is_told_apart(context, selector, name) for name in named[0].values)
        return matching if is_known else ()
    asks = any(r.operator in (Operator.IN, Operator.EXISTS) for r in selector.requirements)
    return matching if asks and not may_match_more(context) else ()


def _is_told_apart(context: Context, selector: LabelSelector, name: str) -> bool:
    """Whether the input shows the namespace, with the labels that the selector asks for."""
    namespace = context.inventory.namespaces.get(name)
    asks_more = any(requirement.key != METADATA_NAME for requirement in selector.requirements)
    return namespace is not None and (namespace.declared or not asks_more)


def may_match_more(context: Context) -> bool:
    """Whether namespaces without a Namespace object may carry any label, and there are some."""
    return context.settings.open_namespaces and any(
        not namespace.declared for namespace in context.inventory.namespaces.values()
    )
