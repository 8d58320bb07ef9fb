"""NPV202: a rule that admits nothing which other rules do not admit."""

from __future__ import annotations

from collections.abc import Iterator

from npverify.errors import Severity
from npverify.lint.check import Check, Found, Open
from npverify.lint.context import Context
from npverify.lint.redundant_parts import find_redundant, part_found


def _find(context: Context) -> Iterator[Found | Open]:
    return find_redundant(
        context, lambda found: found.rules, lambda redundancy: part_found(redundancy, "rule")
    )


CHECK = Check(
    code="NPV202",
    name="redundant-rule",
    title="a rule that admits nothing which other rules do not admit",
    severity=Severity.WARNING,
    why="Rules only add up, so a rule whose every flow is admitted by others changes nothing. It "
    "misleads: who removes it to close a path, or edits it to open one, sees no effect. It is proved "
    "for every pod that could exist, and the smallest set of rules that covers it is named.",
    fix="Remove the rule, or make it say what it was meant to. Of two equal rules both are reported, and "
    "one of them has to stay.",
    bad="""\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: db, namespace: shop}
spec:
  podSelector: {matchLabels: {app: db}}
  ingress:
  - from: [{podSelector: {}}]
  - from: [{podSelector: {matchLabels: {app: web}}}]
    ports: [{port: 5432}]
""",
    good="""\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: db, namespace: shop}
spec:
  podSelector: {matchLabels: {app: db}}
  ingress:
  - from: [{podSelector: {matchLabels: {app: web}}}]
    ports: [{port: 5432}]
""",
    find=_find,
)
