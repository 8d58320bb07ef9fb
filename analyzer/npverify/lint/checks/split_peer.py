"""NPV221: one dash too many, which turns "both" into "either"."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from npverify.errors import Severity
from npverify.lint.check import Check, Found
from npverify.lint.context import Context, policy_name, rule_name
from npverify.lint.controllers import pod_makers
from npverify.lint.extent import shows
from npverify.lint.findings import Related
from npverify.reference.wording import selector_words
from npverify.resources import LabelSelector, NetworkPolicy, Peer, PolicyRule


def _find(context: Context) -> Iterator[Found]:
    for policy in context.policies:
        for direction, number, rule in context.rules_of(policy):
            for first, second in split_pairs(context, policy, rule):
                earlier, later = rule.peers[first - 1], rule.peers[second - 1]
                field = "podSelector" if later.namespace_selector is None else "namespaceSelector"
                words = [_words(peer, policy) for peer in (earlier, later)]
                yield Found(
                    subject=policy_name(policy),
                    part=rule_name(direction, number, second),
                    message=f"a peer of its own by its dash: the rule admits {words[0]}, and {words[1]}",
                    origin=later.origin,
                    label="another peer (OR)",
                    hint=f"drop the dash before `{field}` to admit only pods that meet both selectors",
                    related=(Related("the peer that it may belong to", earlier.origin),),
                )


def split_pairs(context: Context, policy: NetworkPolicy, rule: PolicyRule) -> Iterator[tuple[int, int]]:
    """Neighbouring peers, counted from 1, that look like one peer with both selectors."""
    for (first, earlier), (second, later) in pairwise(enumerate(rule.peers, start=1)):
        for namespaces, pods in ((earlier, later), (later, earlier)):
            if _is_a_pair(namespaces, pods) and _looks_split(
                context, policy, namespaces, pods, alone=len(rule.peers) == 2
            ):
                yield first, second


def _is_a_pair(namespaces: Peer, pods: Peer) -> bool:
    """Whether one peer is a namespaceSelector alone and the other a podSelector alone that asks something."""
    return (
        namespaces.namespace_selector is not None
        and namespaces.pod_selector is None
        and pods.namespace_selector is None
        and pods.pod_selector is not None
        and bool(pods.pod_selector.requirements)
    )


def _looks_split(
    context: Context, policy: NetworkPolicy, namespaces: Peer, pods: Peer, *, alone: bool
) -> bool:
    """Whether "both" is more plausible than "either".

    "Either" is meant where the podSelector finds something in the policy's own namespace that the
    namespaceSelector does not cover anyway; "both" where it finds something only in the namespaces selected.
    Where the input shows neither, it is "both" if the two are the rule's only peers (`alone`) and no
    controller may make such pods.
    """
    assert namespaces.namespace_selector is not None
    assert pods.pod_selector is not None
    covered = [namespace.name for namespace in context.matching_namespaces(namespaces.namespace_selector)]
    if policy.namespace in covered:
        return alone
    if _is_at_home(context, policy, pods.pod_selector):
        return False
    if any(context.matching_pods(pods.pod_selector, name) for name in covered):
        return True
    if covered and all(shows(context, name) for name in covered):
        return False
    return alone and not pod_makers(context.inventory)


def _is_at_home(context: Context, policy: NetworkPolicy, selector: LabelSelector) -> bool:
    """Whether the policy's namespace has such pods, as far as its workloads, Services and policies tell."""
    asked = set(selector.requirements)
    home = policy.namespace
    return bool(
        context.matching_pods(selector, home)
        or context.matching_host_pods(selector, home)
        or any(
            asked.issubset(service.selector.requirements)
            for service in context.services.of_namespace(home)
            if service.selector is not None
        )
        or any(asked.issubset(p.pod_selector.requirements) for p in context.policies_by_namespace[home])
    )


def _words(peer: Peer, policy: NetworkPolicy) -> str:
    if peer.pod_selector is not None:
        return f"pods with `{selector_words(peer.pod_selector)}` in namespace `{policy.namespace}`"
    assert peer.namespace_selector is not None
    labels = selector_words(peer.namespace_selector)
    return f"all pods in namespaces with `{labels}`" if labels else "all pods in any namespace"


CHECK = Check(
    code="NPV221",
    name="split-peer",
    title="a dash that turns one peer with two selectors into two peers",
    severity=Severity.WARNING,
    why="Two selectors in one item of `from` or `to` must both be met; in an item each, either will do. With "
    "a dash before the second one the rule admits every pod of the selected namespaces, and pods of the "
    "policy's own namespace as well, which is far more than pods of one kind in those namespaces.",
    fix="Drop the dash before the second selector, so that both stand in one item. Where either is meant, a "
    "rule for each says so.",
    bad="""\
apiVersion: v1
kind: Pod
metadata: {name: ledger, namespace: payments, labels: {app: ledger}}
---
apiVersion: v1
kind: Pod
metadata: {name: gateway, namespace: web, labels: {app: gateway}}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: ledger, namespace: payments}
spec:
  podSelector: {}
  policyTypes: [Ingress]
  ingress:
  - from:
    - namespaceSelector:
        matchLabels: {kubernetes.io/metadata.name: web}
    - podSelector:
        matchLabels: {app: gateway}
""",
    good="""\
apiVersion: v1
kind: Pod
metadata: {name: ledger, namespace: payments, labels: {app: ledger}}
---
apiVersion: v1
kind: Pod
metadata: {name: gateway, namespace: web, labels: {app: gateway}}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: ledger, namespace: payments}
spec:
  podSelector: {}
  policyTypes: [Ingress]
  ingress:
  - from:
    - namespaceSelector:
        matchLabels: {kubernetes.io/metadata.name: web}
      podSelector:
        matchLabels: {app: gateway}
""",
    find=_find,
)
