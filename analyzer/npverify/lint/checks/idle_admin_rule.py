"""NPV245: a rule of an admin policy that changes nothing, as the policies after it decide the same."""

from __future__ import annotations

from collections.abc import Iterator

from npverify.errors import Severity
from npverify.lint.check import Check, Found, Open
from npverify.lint.context import Context
from npverify.lint.ordered_rules import find_ordered, names_of, of_kind, related_to, rule_found
from npverify.questions.ordered import Anomaly, AnomalyKind
from npverify.questions.unmodelled import left_open
from npverify.resources import AdminAction, NetworkPolicy


def _find(context: Context) -> Iterator[Found | Open]:
    if left_open(context.inventory, context.settings):
        return iter(())  # another policy that decides the flow may be what the rule is for
    return find_ordered(context, of_kind(AnomalyKind.WITHOUT_EFFECT), _found)


def _found(anomaly: Anomaly) -> Found:
    part = anomaly.part
    verdict = "allowed" if part.rule.action is AdminAction.ACCEPT else "denied"
    deciding = [
        each for each in anomaly.cover if isinstance(each, NetworkPolicy) or each.action is part.action
    ]
    others = [each for each in anomaly.cover if each not in deciding]
    by = f", by {names_of(deciding, part)}" if deciding else ""
    if not anomaly.cover:
        by = ", as nothing denies it"
    return rule_found(
        part,
        f"the rule changes nothing today: all that it matches is {verdict} without it as well{by}",
        "changes nothing today",
        "keep it if it is to hold whatever NetworkPolicies are added; otherwise remove it",
        (*related_to(deciding, f"{verdict} by", part), *related_to(others, "rests on", part)),
    )


CHECK = Check(
    code="NPV245",
    name="idle-admin-rule",
    title="a rule of an admin policy that changes nothing, as the policies after it decide the same",
    severity=Severity.NOTE,
    why="NetworkPolicies, Baseline rules or the default decide everything that this rule of the Admin tier "
    "matches just as it does, for every pod that could exist. As a guarantee it is good practice: it "
    "still holds when NetworkPolicies are added or changed. The note says that today no verdict hangs "
    "on it.",
    fix="Nothing, if it is meant as a guarantee. Otherwise remove it.",
    bad="""\
apiVersion: policy.networking.k8s.io/v1alpha2
kind: ClusterNetworkPolicy
metadata: {name: monitoring}
spec:
  tier: Admin
  priority: 10
  subject: {namespaces: {}}
  ingress:
  - action: Accept
    from: [{namespaces: {matchLabels: {kubernetes.io/metadata.name: monitoring}}}]
""",
    good="""\
apiVersion: policy.networking.k8s.io/v1alpha2
kind: ClusterNetworkPolicy
metadata: {name: monitoring}
spec:
  tier: Admin
  priority: 10
  subject: {namespaces: {}}
  ingress:
  - action: Accept
    from: [{namespaces: {matchLabels: {kubernetes.io/metadata.name: monitoring}}}]
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: default-deny, namespace: shop}
spec:
  podSelector: {}
  policyTypes: [Ingress]
""",
    find=_find,
)
