"""NPV242: a rule of an admin policy that earlier ones with another action leave nothing to decide."""

from __future__ import annotations

from collections.abc import Iterator

from npverify.errors import Severity
from npverify.lint.check import Check, Found, Open
from npverify.lint.context import Context
from npverify.lint.ordered_rules import find_ordered, names_of, of_kind, related_to, rule_found
from npverify.questions.ordered import Anomaly, AnomalyKind


def _find(context: Context) -> Iterator[Found | Open]:
    return find_ordered(context, of_kind(AnomalyKind.SHADOWED), _found)


def _found(anomaly: Anomaly) -> Found:
    part = anomaly.part
    return rule_found(
        part,
        f"the rule never takes effect: all that it matches is decided by {names_of(anomaly.cover, part)} "
        "before it, and not all of it as this rule would",
        "never reached",
        "move the rule up, or give its policy a lower priority number; or remove it",
        related_to(anomaly.cover, "decided by", part),
    )


CHECK = Check(
    code="NPV242",
    name="shadowed-admin-rule",
    title="a rule of an admin policy that earlier ones with another action leave nothing to decide",
    severity=Severity.WARNING,
    why="The first rule of a tier that matches decides. Where earlier rules match everything that a rule "
    "does, it never decides anything, and those of them with another action do the opposite of what it "
    "says. It is proved for every pod that could exist, and the smallest set of rules that decide in "
    "its place is named. Where policies have one priority, it is so in every order of them.",
    fix="Move the rule before the ones that are named, or remove it.",
    bad="""\
apiVersion: policy.networking.k8s.io/v1alpha2
kind: ClusterNetworkPolicy
metadata: {name: isolate}
spec:
  tier: Admin
  priority: 10
  subject: {namespaces: {}}
  ingress:
  - action: Deny
    from: [{namespaces: {}}]
  - action: Accept
    from: [{namespaces: {matchLabels: {kubernetes.io/metadata.name: monitoring}}}]
""",
    good="""\
apiVersion: policy.networking.k8s.io/v1alpha2
kind: ClusterNetworkPolicy
metadata: {name: isolate}
spec:
  tier: Admin
  priority: 10
  subject: {namespaces: {}}
  ingress:
  - action: Accept
    from: [{namespaces: {matchLabels: {kubernetes.io/metadata.name: monitoring}}}]
  - action: Deny
    from: [{namespaces: {}}]
""",
    find=_find,
)
