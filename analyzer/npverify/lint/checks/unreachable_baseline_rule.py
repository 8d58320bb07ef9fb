"""NPV243: a rule of the Baseline tier that no flow gets as far as."""

from __future__ import annotations

from collections.abc import Iterator

from npverify.errors import Severity
from npverify.lint.check import Check, Found, Open
from npverify.lint.context import Context
from npverify.lint.ordered_rules import find_ordered, names_of, of_kind, related_to, rule_found
from npverify.questions.ordered import Anomaly, AnomalyKind


def _find(context: Context) -> Iterator[Found | Open]:
    return find_ordered(context, of_kind(AnomalyKind.UNREACHABLE), _found)


def _found(anomaly: Anomaly) -> Found:
    part = anomaly.part
    return rule_found(
        part,
        "no flow that the rule matches gets as far as this: all of them are decided before, by "
        f"{names_of(anomaly.cover, part)}",
        "never reached",
        "remove the rule, or say it in the Admin tier if it is to come before NetworkPolicies",
        related_to(anomaly.cover, "decided by", part),
    )


CHECK = Check(
    code="NPV243",
    name="unreachable-baseline-rule",
    title="a rule of the Baseline tier that no flow gets as far as",
    severity=Severity.WARNING,
    why="Baseline rules decide what Admin rules and NetworkPolicies leave open. Where NetworkPolicies "
    "isolate every pod that the rule is about, in its direction, or Admin rules accept or deny all that "
    "it matches, it has no effect for any pod that could exist. Only what is isolated in the same "
    "direction counts: a policy for ingress leaves egress to the Baseline tier.",
    fix="Remove the rule. If it is to hold whatever NetworkPolicies say, it belongs in the Admin tier.",
    bad="""\
apiVersion: policy.networking.k8s.io/v1alpha2
kind: ClusterNetworkPolicy
metadata: {name: default}
spec:
  tier: Baseline
  priority: 10
  subject: {namespaces: {matchLabels: {kubernetes.io/metadata.name: shop}}}
  ingress:
  - action: Deny
    from: [{namespaces: {}}]
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: default-deny, namespace: shop}
spec:
  podSelector: {}
  policyTypes: [Ingress]
""",
    good="""\
apiVersion: policy.networking.k8s.io/v1alpha2
kind: ClusterNetworkPolicy
metadata: {name: default}
spec:
  tier: Baseline
  priority: 10
  subject: {namespaces: {matchLabels: {kubernetes.io/metadata.name: shop}}}
  ingress:
  - action: Deny
    from: [{namespaces: {}}]
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: db, namespace: shop}
spec:
  podSelector: {matchLabels: {app: db}}
  policyTypes: [Ingress]
""",
    find=_find,
)
