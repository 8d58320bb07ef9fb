"""NPV209: a pod selector that no declared workload matches."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from npverify.errors import Severity
from npverify.lint.check import Check, Found
from npverify.lint.checks.dead_selector import contradiction
from npverify.lint.checks.split_peer import split_pairs
from npverify.lint.context import Context, policy_name, rule_name
from npverify.lint.controllers import pod_makers
from npverify.lint.extent import namespaces_meant, shows
from npverify.lint.suggestions import culprit, did_you_mean, misspelt_label, nearest_label
from npverify.lint.wording import counted
from npverify.reference.wording import selector_words
from npverify.resources import METADATA_NAME, LabelSelector, NetworkPolicy


@dataclass(frozen=True, slots=True)
class _Selection:
    """A pod selector with the namespaces that it is about, and what follows if it matches nothing."""

    part: str
    selector: LabelSelector
    namespaces: Sequence[str]
    effect: str
    advice: str | None


def _find(context: Context) -> Iterator[Found]:
    for policy in context.policies:
        for selection in _selections(context, policy):
            if _is_unmatched(context, selection):
                yield from _found(context, policy, selection)


def _selections(context: Context, policy: NetworkPolicy) -> Iterator[_Selection]:
    yield _Selection(
        "podSelector",
        policy.pod_selector,
        (policy.namespace,),
        "the policy selects nothing",
        "but a policy acts in its own namespace only",
    )
    for direction, number, rule in context.rules_of(policy):
        split = {place for pair in split_pairs(context, policy, rule) for place in pair}
        for place, peer in enumerate(rule.peers, start=1):
            if peer.pod_selector is not None and place not in split:
                yield _Selection(
                    rule_name(direction, number, place),
                    peer.pod_selector,
                    namespaces_meant(context, peer, policy),
                    "the peer admits nothing",
                    "which a `namespaceSelector` beside the `podSelector` would admit"
                    if peer.namespace_selector is None
                    else None,
                )


def _is_unmatched(context: Context, selection: _Selection) -> bool:
    """Whether the namespaces all have declared workloads, and the selector leaves nothing of them."""
    selector, namespaces = selection.selector, selection.namespaces
    return (
        bool(namespaces)
        and all(context.has_workloads(name) for name in namespaces)
        and not any(
            context.matching_pods(selector, name) or context.matching_host_pods(selector, name)
            for name in namespaces
        )
        and not contradiction(selector, of_namespaces=False)
    )


def _found(context: Context, policy: NetworkPolicy, selection: _Selection) -> Iterator[Found]:
    """The finding; none where a controller or the platform may make such pods, and it looks like no slip."""
    selector, namespaces = selection.selector, selection.namespaces
    carried = [labels for name in namespaces for labels in context.labels_of_pods(name)]
    if pod_makers(context.inventory) or not all(shows(context, name) for name in namespaces):
        label = misspelt_label(selector, carried)
        if label is None:
            return
    else:
        label = nearest_label(selector, carried)
    unmet = culprit(selector, carried)
    where = counted(namespaces, "namespace")
    yield Found(
        subject=policy_name(policy),
        part=selection.part,
        message=f"no declared pod of {where} matches `{selector_words(selector)}`: {selection.effect}",
        origin=(unmet or selector).origin,
        label="no declared pod carries this" if unmet else None,
        hint=did_you_mean(label) or _elsewhere(context, selection),
    )


def _elsewhere(context: Context, selection: _Selection) -> str | None:
    """A hint where the selector would match if it were about another namespace, or about namespaces."""
    if any(requirement.key == METADATA_NAME for requirement in selection.selector.requirements):
        return f"`{METADATA_NAME}` is a label of namespaces: ask for it in a `namespaceSelector`"
    if selection.advice is None:
        return None
    for name in context.pods_by_namespace:
        if context.matching_pods(selection.selector, name):
            return f"there are such pods in namespace `{name}`, {selection.advice}"
    return None


CHECK = Check(
    code="NPV209",
    name="unmatched-selector",
    title="a pod selector that no declared workload matches",
    severity=Severity.WARNING,
    why="A policy whose podSelector matches no pod protects nothing, and a peer that matches no pod admits "
    "nobody, and neither says so: the API server takes any selector. Mostly a label is misspelt, was renamed "
    "in the workload only, or lives in another namespace.",
    fix="Ask for labels that the pod templates carry, in the namespace where they are. Nothing is reported "
    "for namespaces of which the input declares no workloads.",
    bad="""\
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop, labels: {app: frontend}}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: web, namespace: shop}
spec:
  podSelector: {}
  policyTypes: [Ingress]
  ingress:
  - from:
    - podSelector:
        matchLabels: {app: fronted}
""",
    good="""\
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop, labels: {app: frontend}}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: web, namespace: shop}
spec:
  podSelector: {}
  policyTypes: [Ingress]
  ingress:
  - from:
    - podSelector:
        matchLabels: {app: frontend}
""",
    find=_find,
)
