"""NPV246: a Pass rule that changes nothing."""

from __future__ import annotations

from collections.abc import Iterator

from npverify.errors import Severity
from npverify.lint.check import Check, Found, Open
from npverify.lint.context import Context
from npverify.lint.ordered_rules import find_ordered, names_of, of_kind, related_to, rule_found
from npverify.questions.ordered import Anomaly, AnomalyKind


def _find(context: Context) -> Iterator[Found | Open]:
    return find_ordered(context, of_kind(AnomalyKind.IDLE_PASS), _found)


def _found(anomaly: Anomaly) -> Found:
    part = anomaly.part
    by = f", given {names_of(anomaly.cover, part)}" if anomaly.cover else ""
    return rule_found(
        part,
        f"the rule changes nothing: what it passes on is decided the same without it{by}",
        "changes nothing",
        "remove the rule, or move it before the rules that it is to keep from deciding",
        related_to(anomaly.cover, "rests on", part),
    )


CHECK = Check(
    code="NPV246",
    name="idle-pass",
    title="a Pass rule that changes nothing",
    severity=Severity.NOTE,
    why="A Pass keeps later rules of its tier from deciding, and leaves the flow to NetworkPolicies and the "
    "Baseline tier. Where no later rule would decide otherwise than these do, it has no effect: "
    "removing it leaves the verdict on every flow of every pod that could exist the same.",
    fix="Remove the rule, or move it before the rules that it is to keep from deciding. As a remark that a "
    "matter is left to the namespaces it does no harm.",
    bad="""\
apiVersion: policy.networking.k8s.io/v1alpha2
kind: ClusterNetworkPolicy
metadata: {name: delegate}
spec:
  tier: Admin
  priority: 10
  subject: {namespaces: {}}
  ingress:
  - action: Pass
    from: [{namespaces: {matchLabels: {kubernetes.io/metadata.name: shop}}}]
""",
    good="""\
apiVersion: policy.networking.k8s.io/v1alpha2
kind: ClusterNetworkPolicy
metadata: {name: delegate}
spec:
  tier: Admin
  priority: 10
  subject: {namespaces: {}}
  ingress:
  - action: Pass
    from: [{namespaces: {matchLabels: {kubernetes.io/metadata.name: shop}}}]
  - action: Deny
    from: [{namespaces: {}}]
""",
    find=_find,
)
