"""NPV201: a policy without which nothing would be decided differently."""

from __future__ import annotations

from collections.abc import Iterator

from npverify.errors import Severity
from npverify.lint.admin_rules import may_deny_after
from npverify.lint.check import Check, Found, Open
from npverify.lint.checks.duplicate_policies import twins_of
from npverify.lint.checks.open_policy import is_open
from npverify.lint.context import Context, policy_name
from npverify.lint.redundant_parts import cover_words, find_redundant, related_to
from npverify.questions.redundancy import Redundancies, Redundancy


def _find(context: Context) -> Iterator[Found | Open]:
    twins = twins_of(context)

    def choose(found: Redundancies) -> list[Redundancy]:
        return [
            redundancy
            for redundancy in found.policies
            if any(context.rules_of(redundancy.part.policy))
            and not is_open(redundancy)
            and not (redundancy.opens and may_deny_after(context, redundancy.part.policy))
            and _selects_pods(redundancy)
            and redundancy.part.policy not in twins
        ]

    return find_redundant(context, choose, _found)


def _selects_pods(redundancy: Redundancy) -> bool:
    """Whether any pod could be selected at all: that none could is a finding of its own (NPV208)."""
    return bool(redundancy.cover or redundancy.isolation or redundancy.is_compared)


def _found(redundancy: Redundancy) -> Found:
    policy = redundancy.part.policy
    if redundancy.is_compared:
        message = "without the policy, nothing is decided differently"
    elif redundancy.cover:
        covered = f"{cover_words(redundancy.cover, redundancy.part)} not admit already"
        rest = "it admits everything for pods that no other one isolates"
        if not redundancy.opens:
            rest = "its pods are no less isolated without it"
        message = f"the policy admits nothing that {covered}, and {rest}"
    else:
        message = "the rules of the policy can match no flow at all, and other policies isolate the same pods"
    return Found(
        subject=policy_name(policy),
        part="",
        message=message,
        origin=policy.origin,
        label="redundant",
        hint="remove the policy: no flow of any pod that could exist is decided differently without it",
        related=(
            *related_to(redundancy.cover, "covered by"),
            *related_to(redundancy.isolation, "isolated by"),
        ),
    )


CHECK = Check(
    code="NPV201",
    name="redundant-policy",
    title="a policy without which nothing would be decided differently",
    severity=Severity.WARNING,
    why="Every flow that the policy admits is admitted by others, and every pod that it isolates is isolated "
    "by others, so removing it changes nothing for any pod that could exist. It misleads: who edits it to "
    "open or close a path sees no effect.",
    fix="Remove the policy, or make it say what it was meant to. Where several policies cover each other, "
    "all of them are reported, and some of them have to stay: remove one and run again, or use "
    "`npverify simplify`.",
    bad="""\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: all, namespace: shop}
spec:
  podSelector: {}
  ingress:
  - from: [{podSelector: {}}]
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: db, namespace: shop}
spec:
  podSelector: {matchLabels: {app: db}}
  ingress:
  - from: [{podSelector: {matchLabels: {app: web}}}]
    ports: [{port: 5432}]
""",
    good="""\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: all, namespace: shop}
spec:
  podSelector: {}
  ingress:
  - from: [{podSelector: {}}]
""",
    find=_find,
)
