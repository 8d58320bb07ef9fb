"""NPV206: policies of one namespace that say the same under two names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from npverify.errors import Severity
from npverify.lint.check import Check, Found
from npverify.lint.context import Context, policy_name
from npverify.lint.findings import Related
from npverify.resources import NetworkPolicy, PolicyRule


def twins_of(context: Context) -> Mapping[NetworkPolicy, tuple[NetworkPolicy, ...]]:
    """The policies that say the same as another one, each with the others."""
    groups: dict[object, list[NetworkPolicy]] = {}
    for policy in context.policies:
        groups.setdefault(_content(context, policy), []).append(policy)
    return {
        policy: tuple(other for other in group if other is not policy)
        for group in groups.values()
        if len(group) > 1
        for policy in group
    }


def _content(context: Context, policy: NetworkPolicy) -> object:
    """What the policy says, whatever the order; what it says of other directions has no effect."""
    return (
        policy.namespace,
        frozenset(policy.pod_selector.requirements),
        frozenset(
            (direction, frozenset(map(_rule_content, policy.rules(direction))))
            for direction in context.directions(policy)
        ),
    )


def _rule_content(rule: PolicyRule) -> object:
    return frozenset(rule.peers), frozenset(rule.ports)


def _find(context: Context) -> Iterator[Found]:
    for policy, others in twins_of(context).items():
        first = min((policy, *others), key=lambda each: each.name)
        if policy is first:
            continue
        yield Found(
            subject=policy_name(policy),
            part="",
            message=f"the policy says the same as `{first.name}`",
            origin=policy.origin,
            label="a duplicate",
            hint="keep one of them",
            related=(Related(f"says the same: {first}", first.origin),),
        )


CHECK = Check(
    code="NPV206",
    name="duplicate-policies",
    title="policies of one namespace that say the same under two names",
    severity=Severity.WARNING,
    why="One of them has no effect. Sooner or later somebody edits one and wonders why the path stays open.",
    fix="Keep one, remove the others.",
    bad="""\
apiVersion: v1
kind: List
items:
- apiVersion: networking.k8s.io/v1
  kind: NetworkPolicy
  metadata: {name: web, namespace: shop}
  spec:
    podSelector: {matchLabels: {app: web}}
    ingress:
    - ports: [{port: 80}, {port: 443}]
- apiVersion: networking.k8s.io/v1
  kind: NetworkPolicy
  metadata: {name: web-copy, namespace: shop}
  spec:
    podSelector: {matchLabels: {app: web}}
    ingress:
    - ports: [{port: 443}, {port: 80}]
""",
    good="""\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: web, namespace: shop}
spec:
  podSelector: {matchLabels: {app: web}}
  ingress:
  - ports: [{port: 80}, {port: 443}]
""",
    find=_find,
)
