"""NPV205: a policy whose rules all could go, and which is needed for isolation only."""

from __future__ import annotations

from collections.abc import Iterator

from npverify.errors import Severity
from npverify.lint.admin_rules import may_deny_after
from npverify.lint.check import Check, Found, Open
from npverify.lint.context import Context, policy_name
from npverify.lint.redundant_parts import cover_words, find_redundant, related_to
from npverify.questions.redundancy import Redundancy


def _find(context: Context) -> Iterator[Found | Open]:
    return find_redundant(
        context,
        lambda found: found.isolation_only,
        lambda redundancy: _found(redundancy, has_baseline=may_deny_after(context, redundancy.part.policy)),
    )


def _found(redundancy: Redundancy, *, has_baseline: bool) -> Found:
    policy = redundancy.part.policy
    lost = "leave its pods to Baseline rules" if has_baseline else "open its pods"
    purpose = "does nothing but isolate" if has_baseline else "is needed for isolation only"
    if redundancy.is_compared:
        covered = "without its rules, nothing is decided differently"
    elif redundancy.cover:
        covered = f"what its rules admit, {cover_words(redundancy.cover, redundancy.part)} too"
    else:
        covered = "its rules can match no flow at all"
    return Found(
        subject=policy_name(policy),
        part="",
        message=f"the policy {purpose}: {covered}",
        origin=policy.origin,
        label="isolates, and admits nothing of its own",
        hint=f"write it without rules, as a default deny; do not remove it, as that would {lost}",
        related=related_to(redundancy.cover, "covered by"),
    )


CHECK = Check(
    code="NPV205",
    name="isolation-only",
    title="a policy whose rules all could go, and which is needed for isolation only",
    severity=Severity.NOTE,
    why="Other policies admit everything that its rules admit, so it looks redundant. It is not: it isolates "
    "pods that no other policy isolates, and removing it would open them, or leave them to Baseline rules.",
    fix="Write it without rules, which says what it does, or leave it as it is.",
    bad="""\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: all, namespace: shop}
spec:
  podSelector: {}
  ingress:
  - from:
    - podSelector:
        matchLabels: {app: none}
        matchExpressions: [{key: app, operator: DoesNotExist}]
""",
    good="""\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: all, namespace: shop}
spec:
  podSelector: {}
""",
    find=_find,
)
