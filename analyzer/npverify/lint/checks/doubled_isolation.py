"""NPV214: a policy without rules whose pods other policies isolate anyway."""

from __future__ import annotations

from collections.abc import Iterator

from npverify.errors import Severity
from npverify.lint.check import Check, Found, Open
from npverify.lint.checks.duplicate_policies import twins_of
from npverify.lint.context import Context, policy_name
from npverify.lint.redundant_parts import find_redundant, related_to
from npverify.questions.redundancy import Redundancies, Redundancy


def _find(context: Context) -> Iterator[Found | Open]:
    twins = twins_of(context)

    def choose(found: Redundancies) -> list[Redundancy]:
        return [
            each
            for each in found.policies
            if (each.isolation or each.is_compared)
            and not any(context.rules_of(each.part.policy))
            and each.part.policy not in twins
        ]

    return find_redundant(context, choose, _found)


def _found(redundancy: Redundancy) -> Found:
    policy = redundancy.part.policy
    others = ", ".join(f"`{part.policy.name}`" for part in redundancy.isolation) or "other policies"
    return Found(
        subject=policy_name(policy),
        part="",
        message=f"the pods that this policy isolates are isolated by {others} as well",
        origin=policy.origin,
        label="changes nothing today",
        hint="keep it if it is the default deny of the namespace: it still stands when the others go",
        related=related_to(redundancy.isolation, "isolated by"),
    )


CHECK = Check(
    code="NPV214",
    name="doubled-isolation",
    title="a policy without rules whose pods other policies isolate anyway",
    severity=Severity.NOTE,
    why="A default deny changes nothing while other policies select the same pods for the same directions. "
    "As a safeguard it is good practice: it is the one that stays when the others are edited. The note says "
    "that today's isolation does not hang on it.",
    fix="Nothing, if it is meant as a safeguard. Otherwise remove it.",
    bad="""\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: default-deny, namespace: shop}
spec:
  podSelector: {}
  policyTypes: [Ingress]
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: metrics, namespace: shop}
spec:
  podSelector: {}
  ingress:
  - ports: [{port: 9090}]
""",
    good="""\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: default-deny, namespace: shop}
spec:
  podSelector: {}
  policyTypes: [Ingress]
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: web, namespace: shop}
spec:
  podSelector: {matchLabels: {app: web}}
  ingress:
  - ports: [{port: 80}]
""",
    find=_find,
)
