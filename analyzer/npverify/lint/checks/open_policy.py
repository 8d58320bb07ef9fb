"""NPV215: a policy that admits everything for pods that no other policy isolates."""

from __future__ import annotations

from collections.abc import Iterator

from npverify.errors import Severity
from npverify.lint.admin_rules import may_deny_after
from npverify.lint.check import Check, Found, Open
from npverify.lint.checks.duplicate_policies import twins_of
from npverify.lint.context import Context, policy_name
from npverify.lint.redundant_parts import find_redundant
from npverify.questions.redundancy import Redundancies, Redundancy


def _find(context: Context) -> Iterator[Found | Open]:
    twins = twins_of(context)

    def choose(found: Redundancies) -> list[Redundancy]:
        return [
            each
            for each in found.policies
            if is_open(each)
            and not may_deny_after(context, each.part.policy)
            and each.part.policy not in twins
        ]

    return find_redundant(context, choose, _found)


def is_open(redundancy: Redundancy) -> bool:
    """Whether the policy could go for no other reason than that it admits everything."""
    return redundancy.opens and not redundancy.cover


def _found(redundancy: Redundancy) -> Found:
    policy = redundancy.part.policy
    return Found(
        subject=policy_name(policy),
        part="",
        message="the policy admits everything, and no other policy isolates its pods: they are as open as "
        "without it",
        origin=policy.origin,
        label="changes nothing today",
        hint="keep it if its pods are to stay open when others bring a default deny",
    )


CHECK = Check(
    code="NPV215",
    name="open-policy",
    title="a policy that admits everything for pods that no other policy isolates",
    severity=Severity.NOTE,
    why="A pod that no policy isolates is open anyway, so a policy that selects it and admits everything "
    "changes nothing. Some publish such a policy on purpose: it keeps the pods open in a cluster where "
    "somebody adds a default deny. It does not protect them: whoever sees that the pods have a policy may "
    "think so.",
    fix="Nothing, if the pods are meant to be open. Otherwise say in the rule who may connect, and on which "
    "ports.",
    bad="""\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: web, namespace: shop}
spec:
  podSelector: {matchLabels: {app: web}}
  ingress:
  - {}
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
  - {}
""",
    find=_find,
)
