"""NPV208: a selector whose requirements exclude each other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from npverify.errors import Severity
from npverify.lint.check import Check, Found
from npverify.lint.context import Context, policy_name, rule_name
from npverify.lint.findings import Related
from npverify.manifests.names import namespace_fault
from npverify.reference.selectors import meets
from npverify.reference.wording import requirement_words
from npverify.resources import METADATA_NAME, LabelSelector, NetworkPolicy, Operator, Requirement

_ANY_OTHER = "\0"
"""Stands for every value that no requirement mentions; no label has it."""


def _find(context: Context) -> Iterator[Found]:
    for policy in context.policies:
        for part, noun, selector in _selectors_of(context, policy):
            core = contradiction(selector, of_namespaces=noun == "namespace")
            if core:
                yield _found(policy, part, noun, core)


def _selectors_of(context: Context, policy: NetworkPolicy) -> Iterator[tuple[str, str, LabelSelector]]:
    """The selectors of a policy, each with the part it is and what it selects."""
    yield "podSelector", "pod", policy.pod_selector
    for direction, number, rule in context.rules_of(policy):
        for place, peer in enumerate(rule.peers, start=1):
            part = rule_name(direction, number, place)
            if peer.namespace_selector is not None:
                yield f"{part} namespaceSelector", "namespace", peer.namespace_selector
            if peer.pod_selector is not None:
                yield f"{part} podSelector", "pod", peer.pod_selector


def _found(policy: NetworkPolicy, part: str, noun: str, core: Sequence[Requirement]) -> Found:
    words = [f"`{requirement_words(requirement)}`" for requirement in core]
    if len(core) == 1:
        message = f"no {noun} can meet {words[0]}"
    else:
        message = f"no {noun} can meet {', '.join(words[:-1])} and {words[-1]} together"
    return Found(
        subject=policy_name(policy),
        part=part,
        message=message,
        origin=core[-1].origin,
        label="never met" if len(core) == 1 else "contradicts the above",
        hint="a list of values under one `In` means any of them"
        if all(requirement.operator is Operator.IN for requirement in core) and len(core) > 1
        else None,
        related=tuple(
            Related(f"`{requirement_words(requirement)}` is demanded here", requirement.origin)
            for requirement in core[:-1]
        ),
    )


def contradiction(selector: LabelSelector, *, of_namespaces: bool) -> tuple[Requirement, ...]:
    """The fewest requirements that no labels meet together, in the order of the selector; empty if all can be
    met.

    Every namespace has the label `kubernetes.io/metadata.name`, and its value is a DNS label.
    """
    by_key: dict[str, list[Requirement]] = {}
    for requirement in selector.requirements:
        by_key.setdefault(requirement.key, []).append(requirement)
    for key, requirements in by_key.items():
        is_name = of_namespaces and key == METADATA_NAME
        if not _can_be_met(requirements, is_name=is_name):
            return _fewest(requirements, is_name=is_name)
    return ()


def _fewest(requirements: Sequence[Requirement], *, is_name: bool) -> tuple[Requirement, ...]:
    core = list(requirements)
    for requirement in reversed(requirements):
        rest = [other for other in core if other is not requirement]
        if not _can_be_met(rest, is_name=is_name):
            core = rest
    return tuple(core)


def _can_be_met(requirements: Sequence[Requirement], *, is_name: bool) -> bool:
    """Whether some value of one label, or its absence, meets all of its requirements."""
    key = requirements[0].key if requirements else ""
    values = {value for requirement in requirements for value in requirement.values}
    if is_name:
        values = {value for value in values if namespace_fault(value) is None}
    worlds: list[Mapping[str, str]] = [{key: value} for value in (*values, _ANY_OTHER)]
    if not is_name:
        worlds.append({})
    return any(all(meets(requirement, labels) for requirement in requirements) for labels in worlds)


CHECK = Check(
    code="NPV208",
    name="dead-selector",
    title="a selector whose requirements exclude each other",
    severity=Severity.ERROR,
    why="All requirements of a selector must be met at once, matchLabels and matchExpressions alike. Where "
    "they contradict each other, no object that could ever exist is selected: a policy then protects "
    "nothing, and a peer admits nobody.",
    fix="Remove the requirement that is not meant. For one of several values, list them under one `In`; for "
    "one of several selectors, write a peer for each.",
    bad="""\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: db, namespace: shop}
spec:
  podSelector:
    matchLabels: {app: db}
    matchExpressions:
    - {key: app, operator: NotIn, values: [db, cache]}
  policyTypes: [Ingress]
""",
    good="""\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: db, namespace: shop}
spec:
  podSelector:
    matchExpressions:
    - {key: app, operator: In, values: [db, cache]}
  policyTypes: [Ingress]
""",
    find=_find,
)
