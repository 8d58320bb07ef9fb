"""NPV223: a namespace selector that no known namespace matches."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from npverify.errors import Severity
from npverify.lint.check import Check, Found
from npverify.lint.checks.dead_selector import contradiction
from npverify.lint.context import Context, policy_name, rule_name
from npverify.lint.extent import may_match_more
from npverify.lint.suggestions import culprit, did_you_mean, misspelt, nearest_label
from npverify.reference.selectors import meets, namespace_labels
from npverify.reference.wording import requirement_words, selector_words
from npverify.resources import METADATA_NAME, LabelSelector, NetworkPolicy, Operator, Origin, Requirement

_NAME_KEYS = ("name", "namespace", "metadata.name", "kubernetes.io/name", "kubernetes.io/namespace")
"""What the label that every namespace has is often taken to be called."""

_EVERYWHERE = ("default", "kube-system", "kube-public", "kube-node-lease")
"""Namespaces of every cluster, whether or not the input shows them."""

_FEWEST = 2


def _find(context: Context) -> Iterator[Found]:
    declared = [namespace_labels(n) for n in context.inventory.namespaces.values() if n.declared]
    for policy in context.policies:
        for direction, number, rule in context.rules_of(policy):
            for place, peer in enumerate(rule.peers, start=1):
                selector = peer.namespace_selector
                if selector is None or context.matching_namespaces(selector):
                    continue
                if not contradiction(selector, of_namespaces=True):
                    yield from _of_selector(
                        context, policy, rule_name(direction, number, place), selector, declared
                    )


def _of_selector(
    context: Context,
    policy: NetworkPolicy,
    part: str,
    selector: LabelSelector,
    declared: Sequence[Mapping[str, str]],
) -> Iterator[Found]:
    """The finding, if the selector looks wrong: the namespace meant may well be outside the input."""
    for requirement in selector.requirements:
        if requirement.operator is not Operator.IN or _is_met(requirement, context):
            continue
        if requirement.key in _NAME_KEYS and not _is_carried(requirement.key, context):
            yield _name_label(policy, part, requirement)
            return
        if requirement.key == METADATA_NAME:
            hint = did_you_mean(_misspelt_name(requirement, context))
            if hint is not None:
                yield _found(policy, part, selector, requirement.origin, hint)
            return
    if may_match_more(context):
        return
    hint = did_you_mean(nearest_label(selector, declared))
    if hint is not None or sum(len(labels) > 1 for labels in declared) >= _FEWEST:
        unmet = culprit(selector, declared)
        yield _found(policy, part, selector, (unmet or selector).origin, hint)


def _is_met(requirement: Requirement, context: Context) -> bool:
    return any(meets(requirement, namespace_labels(n)) for n in context.inventory.namespaces.values())


def _is_carried(key: str, context: Context) -> bool:
    return any(key in namespace.labels for namespace in context.inventory.namespaces.values())


def _misspelt_name(requirement: Requirement, context: Context) -> str | None:
    known = (*context.inventory.namespaces, *_EVERYWHERE)
    if any(value in known for value in requirement.values):
        return None
    for value in requirement.values:
        name = misspelt(value, known)
        if name is not None:
            return f"{METADATA_NAME}={name}"
    return None


def _name_label(policy: NetworkPolicy, part: str, requirement: Requirement) -> Found:
    return Found(
        subject=policy_name(policy),
        part=part,
        message=f"no namespace is known to match `{requirement_words(requirement)}`: "
        f"namespaces have no label `{requirement.key}` unless somebody sets it",
        origin=requirement.origin,
        label="not the label of the name",
        hint=f"every namespace carries its name as `{METADATA_NAME}`: ask for "
        f"`{METADATA_NAME}: {requirement.values[0]}`",
    )


def _found(
    policy: NetworkPolicy, part: str, selector: LabelSelector, origin: Origin, hint: str | None
) -> Found:
    return Found(
        subject=policy_name(policy),
        part=part,
        message=f"no known namespace matches `{selector_words(selector)}`: the peer admits nothing",
        origin=origin,
        label="no known namespace carries this",
        hint=hint,
    )


CHECK = Check(
    code="NPV223",
    name="unmatched-namespace-selector",
    title="a namespace selector that no known namespace matches",
    severity=Severity.WARNING,
    why="A namespaceSelector looks at the labels of Namespace objects, not at their names. A peer whose "
    "selector no namespace matches admits nobody, and the API server takes it without a word. The label "
    "`name` is the usual trap: no namespace carries it by itself.",
    fix="Ask for a label that the namespace carries. `kubernetes.io/metadata.name` is the one that the "
    "control plane sets on every namespace, with the namespace's name.",
    bad="""\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: web, namespace: shop}
spec:
  podSelector: {}
  policyTypes: [Ingress]
  ingress:
  - from:
    - namespaceSelector:
        matchLabels: {name: ingress-nginx}
""",
    good="""\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: web, namespace: shop}
spec:
  podSelector: {}
  policyTypes: [Ingress]
  ingress:
  - from:
    - namespaceSelector:
        matchLabels: {kubernetes.io/metadata.name: ingress-nginx}
""",
    find=_find,
)
