"""NPV211: rules for a direction that `policyTypes` does not list."""

from __future__ import annotations

from collections.abc import Iterator

from npverify.errors import Severity
from npverify.lint.check import Check, Found
from npverify.lint.context import Context, policy_name
from npverify.resources import Direction


def _find(context: Context) -> Iterator[Found]:
    for policy in context.policies:
        for direction in Direction:
            rules = policy.rules(direction)
            if rules and direction not in policy.policy_types:
                field = direction.value.lower()
                yield Found(
                    subject=policy_name(policy),
                    part=field,
                    message=f"the `{field}` rules have no effect: `policyTypes` does not list {direction}",
                    origin=rules[0].origin,
                    label="never looked at",
                    hint=f"add {direction} to `policyTypes` (it isolates the pods), or remove the rules",
                )


CHECK = Check(
    code="NPV211",
    name="unused-direction",
    title="rules for a direction that `policyTypes` does not list",
    severity=Severity.WARNING,
    why="A policy acts only in the directions that `policyTypes` lists. The API server takes rules for "
    "another one without a word, and they do nothing: what they allow may be denied by another policy, and "
    "what they were meant to restrict is open.",
    fix="List the direction in `policyTypes` (it isolates the selected pods), or remove the rules.",
    bad="""\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: db, namespace: shop}
spec:
  podSelector: {}
  policyTypes: [Egress]
  ingress:
  - from: [{podSelector: {}}]
""",
    good="""\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: db, namespace: shop}
spec:
  podSelector: {}
  policyTypes: [Ingress, Egress]
  ingress:
  - from: [{podSelector: {}}]
""",
    find=_find,
)
