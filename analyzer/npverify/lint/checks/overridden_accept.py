"""NPV247: an Accept whose every flow is denied at the other end."""

from __future__ import annotations

from collections.abc import Iterator

from npverify.errors import Severity
from npverify.lint.check import Check, Found, Open
from npverify.lint.context import Context
from npverify.lint.ordered_rules import find_ordered, names_of, of_kind, related_to, rule_found
from npverify.questions.ordered import Anomaly, AnomalyKind, Supporter
from npverify.questions.unmodelled import left_open
from npverify.resources import Direction, NetworkPolicy
from npverify_encodings.model import Action


def _find(context: Context) -> Iterator[Found | Open]:
    if left_open(context.inventory, context.settings):
        return iter(())  # what is not modelled may let the flows in at the other end
    return find_ordered(context, of_kind(AnomalyKind.OVERRIDDEN), _found)


def _found(anomaly: Anomaly) -> Found:
    part = anomaly.part
    other = Direction.EGRESS if part.direction is Direction.INGRESS else Direction.INGRESS
    denying = [each for each in anomaly.cover if _denies(each)]
    others = [each for each in anomaly.cover if not _denies(each)]
    return rule_found(
        part,
        f"nothing that the rule accepts gets through: all of it is denied for {other.lower()}, by "
        f"{names_of(denying, part)}",
        f"denied at the other end, for {other.lower()}",
        f"accept the traffic for {other.lower()} of the peers as well, or drop the rule",
        (*related_to(denying, "denied by", part), *related_to(others, "rests on", part)),
    )


def _denies(supporter: Supporter) -> bool:
    """Whether it is a policy that isolates the other end, or a rule that denies."""
    return isinstance(supporter, NetworkPolicy) or supporter.action is Action.DENY


CHECK = Check(
    code="NPV247",
    name="overridden-accept",
    title="an Accept whose every flow is denied at the other end",
    severity=Severity.WARNING,
    why="An Accept ends one direction only. The connection also has to be allowed in the other one, by the "
    "policies of the pod at the other end, which an Accept does not override. Here everything that the "
    "rule accepts is denied there, for every pod that could exist.",
    fix="Add a rule for the other direction whose subject are the peers of this one, or drop the rule if "
    "the path is meant to be closed.",
    bad="""\
apiVersion: policy.networking.k8s.io/v1alpha2
kind: ClusterNetworkPolicy
metadata: {name: backup}
spec:
  tier: Admin
  priority: 10
  subject: {namespaces: {matchLabels: {kubernetes.io/metadata.name: shop}}}
  egress:
  - action: Accept
    to: [{namespaces: {matchLabels: {kubernetes.io/metadata.name: vault}}}]
  - action: Deny
    to: [{networks: [0.0.0.0/0]}]
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: default-deny, namespace: vault}
spec:
  podSelector: {}
  policyTypes: [Ingress]
""",
    good="""\
apiVersion: policy.networking.k8s.io/v1alpha2
kind: ClusterNetworkPolicy
metadata: {name: backup}
spec:
  tier: Admin
  priority: 10
  subject: {namespaces: {matchLabels: {kubernetes.io/metadata.name: shop}}}
  egress:
  - action: Accept
    to: [{namespaces: {matchLabels: {kubernetes.io/metadata.name: vault}}}]
  - action: Deny
    to: [{networks: [0.0.0.0/0]}]
---
apiVersion: policy.networking.k8s.io/v1alpha2
kind: ClusterNetworkPolicy
metadata: {name: vault}
spec:
  tier: Admin
  priority: 20
  subject: {namespaces: {matchLabels: {kubernetes.io/metadata.name: vault}}}
  ingress:
  - action: Accept
    from: [{namespaces: {matchLabels: {kubernetes.io/metadata.name: shop}}}]
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: default-deny, namespace: vault}
spec:
  podSelector: {}
  policyTypes: [Ingress]
""",
    find=_find,
)
