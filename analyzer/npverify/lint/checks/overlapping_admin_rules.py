"""NPV249: rules of admin policies that overlap in part and decide differently."""

from __future__ import annotations

from collections.abc import Iterator

from npverify.errors import Severity
from npverify.lint.check import Check, Found, Open
from npverify.lint.context import Context
from npverify.lint.ordered_rules import find_ordered, flow_words, names_of, related_to, rule_found
from npverify.questions.ordered import Overlap
from npverify.resources import AdminAction


def _find(context: Context) -> Iterator[Found | Open]:
    return find_ordered(context, lambda found: found.correlations, _found)


_DONE = {AdminAction.ACCEPT: "accepts", AdminAction.DENY: "denies", AdminAction.PASS: "passes on"}


def _found(overlap: Overlap) -> Found:
    part, first = overlap.part, overlap.earlier[0]
    return rule_found(
        part,
        f"the rule and {names_of(overlap.earlier, part)} match some of the same flows and decide them "
        f"differently: as it comes first, {names_of((first,), part)} {_DONE[first.rule.action]} "
        f"{flow_words(overlap.witness, overlap.conditions)}",
        "overlaps earlier rules",
        "make the rules match different flows, or say by their order which one is to decide the common ones",
        related_to(overlap.earlier, "overlaps", part),
    )


CHECK = Check(
    code="NPV249",
    name="overlapping-admin-rules",
    title="rules of admin policies that overlap in part and decide differently",
    severity=Severity.NOTE,
    why="Two rules with different actions match some flows in common, and each of them others besides. Only "
    "their order says what happens to the common ones, so a change of order or priority changes "
    "verdicts, and neither rule does all that it says. The flow in the message was found by proof and "
    "decided again by the reference evaluator.",
    fix="Make the rules match different flows, or leave them in the order that is meant.",
    bad="""\
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
    protocols: [{tcp: {destinationPort: {number: 22}}}]
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
    protocols: [{tcp: {destinationPort: {number: 9090}}}]
  - action: Deny
    from: [{namespaces: {}}]
    protocols: [{tcp: {destinationPort: {number: 22}}}]
""",
    find=_find,
)
