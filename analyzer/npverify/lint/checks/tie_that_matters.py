"""NPV241: admin policies of one priority whose order decides a connection."""

from __future__ import annotations

from collections.abc import Iterator

from npverify.errors import Severity
from npverify.lint.check import Check, Found, Open
from npverify.lint.context import Context, policy_name
from npverify.lint.findings import Related
from npverify.lint.ordered_rules import flow_words
from npverify.questions.answer import Witness
from npverify.questions.ordered import TieThatMatters
from npverify_encodings.solver import Undecided


def _find(context: Context) -> Iterator[Found | Open]:
    policies = context.inventory.admin_policies
    ties = context.ties if len(policies) > 1 else ()
    if isinstance(ties, Undecided):
        yield Open(f"{policies[0].kind} *", "", str(ties), policies[0].origin)
        return
    for tie in ties:
        yield _found(tie)


def _found(tie: TieThatMatters) -> Found:
    one, other = tie.one, tie.other
    return Found(
        subject=policy_name(one),
        part=f"priority, with {policy_name(other)}",
        message=f"nothing says whether this policy or `{policy_name(other)}` comes first, and it matters: "
        f"{flow_words(tie.witness, tie.conditions)} is {_verdict(tie.witness)} if this one does, and "
        f"{_verdict(tie.reverse)} if the other does",
        origin=one.priority_origin,
        label="the same priority",
        hint="give them different priorities: the lower number comes first",
        related=(
            Related(f"{policy_name(other)} has the same priority", other.priority_origin),
            *_deciding(tie.witness, "if this one comes first"),
            *_deciding(tie.reverse, "if the other comes first"),
        ),
    )


def _verdict(witness: Witness) -> str:
    return "allowed" if witness.reachable else "denied"


def _deciding(witness: Witness, when: str) -> Iterator[Related]:
    """The rules of admin policies that decide a flow."""
    for direction, report in (("egress", witness.egress), ("ingress", witness.ingress)):
        for step in report.path:
            yield Related(f"{when}: {direction} {step}", step.rule.origin)


CHECK = Check(
    code="NPV241",
    name="tie-that-matters",
    title="admin policies of one priority whose order decides a connection",
    severity=Severity.ERROR,
    why="Of two policies of one tier and priority, a network plugin may evaluate either first, and nothing "
    "tells which. Where a flow meets both and they do different things, nobody can say what the cluster "
    "does with it: after an update or on another plugin it may be the opposite. So this is an error. It "
    "is proved over every pod that could exist: where nothing is reported, no connection depends on the "
    "order of any tie. What counts is whether the connection is allowed, so an order that only one "
    "direction depends on is not reported while the other direction denies the flow anyway.",
    fix="Give the policies different priorities, or make them match different flows.",
    bad="""\
apiVersion: policy.networking.k8s.io/v1alpha2
kind: ClusterNetworkPolicy
metadata: {name: allow-web}
spec:
  tier: Admin
  priority: 10
  subject: {namespaces: {}}
  ingress:
  - action: Accept
    from: [{namespaces: {}}]
    protocols: [{tcp: {destinationPort: {number: 443}}}]
---
apiVersion: policy.networking.k8s.io/v1alpha2
kind: ClusterNetworkPolicy
metadata: {name: quarantine}
spec:
  tier: Admin
  priority: 10
  subject: {namespaces: {matchLabels: {kubernetes.io/metadata.name: shop}}}
  ingress:
  - action: Deny
    from: [{namespaces: {}}]
""",
    good="""\
apiVersion: policy.networking.k8s.io/v1alpha2
kind: ClusterNetworkPolicy
metadata: {name: allow-web}
spec:
  tier: Admin
  priority: 10
  subject: {namespaces: {}}
  ingress:
  - action: Accept
    from: [{namespaces: {}}]
    protocols: [{tcp: {destinationPort: {number: 443}}}]
---
apiVersion: policy.networking.k8s.io/v1alpha2
kind: ClusterNetworkPolicy
metadata: {name: quarantine}
spec:
  tier: Admin
  priority: 9
  subject: {namespaces: {matchLabels: {kubernetes.io/metadata.name: shop}}}
  ingress:
  - action: Deny
    from: [{namespaces: {}}]
""",
    find=_find,
)
