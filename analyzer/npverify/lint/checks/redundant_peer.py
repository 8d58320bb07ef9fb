"""NPV203: a peer that admits nothing which the others do not admit."""

from __future__ import annotations

from collections.abc import Iterator

from npverify.errors import Severity
from npverify.lint.check import Check, Found, Open
from npverify.lint.context import Context
from npverify.lint.redundant_parts import find_redundant, part_found


def _find(context: Context) -> Iterator[Found | Open]:
    return find_redundant(
        context, lambda found: found.peers, lambda redundancy: part_found(redundancy, "peer")
    )


CHECK = Check(
    code="NPV203",
    name="redundant-peer",
    title="a peer that admits nothing which the others do not admit",
    severity=Severity.WARNING,
    why="The peers of a rule are alternatives: one whose every flow is admitted by the others, or by "
    "another rule, changes nothing, and removing it closes nothing. It is proved for every pod that "
    "could exist.",
    fix="Remove the peer. If it was meant to narrow the other one down, put both selectors into one item: "
    "items are alternatives, and the selectors of one item have to match together.",
    bad="""\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: db, namespace: shop}
spec:
  podSelector: {matchLabels: {app: db}}
  ingress:
  - from:
    - podSelector: {}
    - podSelector: {matchLabels: {app: web}}
""",
    good="""\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: db, namespace: shop}
spec:
  podSelector: {matchLabels: {app: db}}
  ingress:
  - from:
    - podSelector: {matchLabels: {app: web}}
""",
    find=_find,
)
