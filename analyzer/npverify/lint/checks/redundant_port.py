"""NPV204: a port that admits nothing which the others do not admit."""

from __future__ import annotations

from collections.abc import Iterator

from npverify.errors import Severity
from npverify.lint.check import Check, Found, Open
from npverify.lint.context import Context
from npverify.lint.redundant_parts import find_redundant, part_found


def _find(context: Context) -> Iterator[Found | Open]:
    return find_redundant(
        context, lambda found: found.ports, lambda redundancy: part_found(redundancy, "port")
    )


CHECK = Check(
    code="NPV204",
    name="redundant-port",
    title="a port that admits nothing which the others do not admit",
    severity=Severity.WARNING,
    why="The ports of a rule are alternatives: one that lies in the range of another, or that another "
    "rule admits from the same peers, changes nothing. It is proved for every pod that could exist.",
    fix="Remove the port, or narrow the range that it lies in.",
    bad="""\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: db, namespace: shop}
spec:
  podSelector: {matchLabels: {app: db}}
  ingress:
  - ports:
    - {port: 8000, endPort: 8100}
    - {port: 8080}
""",
    good="""\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: db, namespace: shop}
spec:
  podSelector: {matchLabels: {app: db}}
  ingress:
  - ports:
    - {port: 8000, endPort: 8100}
    - {port: 9090}
""",
    find=_find,
)
