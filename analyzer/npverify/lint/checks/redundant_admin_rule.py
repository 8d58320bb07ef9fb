"""NPV244: a rule of an admin policy without which its tier decides the same."""

from __future__ import annotations

from collections.abc import Iterator

from npverify.errors import Severity
from npverify.lint.check import Check, Found, Open
from npverify.lint.context import Context
from npverify.lint.ordered_rules import find_ordered, names_of, of_kind, related_to, rule_found
from npverify.questions.ordered import Anomaly, AnomalyKind


def _find(context: Context) -> Iterator[Found | Open]:
    return find_ordered(context, of_kind(AnomalyKind.REDUNDANT), _found)


def _found(anomaly: Anomaly) -> Found:
    part = anomaly.part
    if anomaly.matches_nothing:
        message = "this rule can match no flow at all"
    elif anomaly.cover:
        message = f"all that the rule matches is decided alike without it, by {names_of(anomaly.cover, part)}"
    else:
        message = "all that the rule matches is allowed without it as well, as nothing denies it"
    return rule_found(
        part,
        message,
        "redundant",
        "remove the rule: no flow of any pod that could exist is decided differently without it",
        related_to(anomaly.cover, "covered by", part),
    )


CHECK = Check(
    code="NPV244",
    name="redundant-admin-rule",
    title="a rule of an admin policy without which its tier decides the same",
    severity=Severity.WARNING,
    why="Other rules of the tier decide everything that the rule matches, and in the same way: earlier "
    "ones, or those that come after it. It is so whatever NetworkPolicies say. Who removes the rule to "
    "change something, or edits it, sees no effect. What no rule of the Baseline tier matches is "
    "allowed, so an Accept or Pass there has an effect only before a Deny.",
    fix="Remove the rule, or make it say what it was meant to. Where rules cover each other all of them are "
    "reported, and some have to stay: remove one and run again.",
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
    protocols: [{tcp: {destinationPort: {number: 9090}}}]
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
""",
    find=_find,
)
