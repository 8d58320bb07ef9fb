"""NPV248: a rule of an admin policy to which earlier ones are exceptions."""

from __future__ import annotations

from collections.abc import Iterator

from npverify.errors import Severity
from npverify.lint.check import Check, Found, Open
from npverify.lint.context import Context
from npverify.lint.ordered_rules import find_ordered, names_of, related_to, rule_found
from npverify.questions.ordered import Overlap


def _find(context: Context) -> Iterator[Found | Open]:
    return find_ordered(context, lambda found: found.generalisations, _found)


def _found(overlap: Overlap) -> Found:
    part = overlap.part
    return rule_found(
        part,
        f"the rule is the general case of {names_of(overlap.earlier, part)}: it matches all that is decided "
        "otherwise there, and more",
        "the general case",
        "nothing, if the exceptions are meant; they have to stay before this rule",
        related_to(overlap.earlier, "an exception:", part),
    )


CHECK = Check(
    code="NPV248",
    name="general-rule",
    title="a rule of an admin policy to which earlier ones are exceptions",
    severity=Severity.NOTE,
    why="Earlier rules decide a part of what this rule matches, and decide it otherwise. That is how "
    "exceptions are written, and mostly meant. The note shows which rules are exceptions: if their "
    "order changes, they have no effect any more.",
    fix="Nothing, if the exceptions are meant.",
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
  - action: Deny
    from: [{namespaces: {}}]
""",
    find=_find,
)
