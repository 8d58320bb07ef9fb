"""NPV211: rules for a direction that `policyTypes` does not list."""

from __future__ import annotations

from collections.abc import Iterator

from npverify.errors import Severity
from npverify.lint.check import Check, Found
from npverify.lint.context import Context, policy_name
from npverify.lint.plugins import doubt, said
from npverify.resources import Direction, NetworkPolicy


def _find(context: Context) -> Iterator[Found]:
    for policy in context.policies:
        for direction in Direction:
            if policy.rules(direction) and direction not in policy.policy_types:
                yield _found(context, policy, direction)


def _found(context: Context, policy: NetworkPolicy, direction: Direction) -> Found:
    field = direction.value.lower()
    message = f"the `{field}` rules have no effect: `policyTypes` does not list {direction}"
    label = "never looked at"
    hint = f"add {direction} to `policyTypes` (it isolates the pods), or remove the rules"
    if direction in context.directions(policy):
        profile = context.settings.profile
        message = (
            f"the `{field}` rules are enforced under {said(profile)}{doubt(profile, 'policy_types')}, and "
            f"isolate the pods, though `policyTypes` does not list {direction}: elsewhere they have no effect"
        )
        label = "enforced all the same"
        hint = f"add {direction} to `policyTypes`, or remove the rules, so that every plugin does the same"
    return Found(
        subject=policy_name(policy),
        part=field,
        message=message,
        origin=policy.rules(direction)[0].origin,
        label=label,
        hint=hint,
    )


CHECK = Check(
    code="NPV211",
    name="unused-direction",
    title="rules for a direction that `policyTypes` does not list",
    severity=Severity.WARNING,
    why="A policy acts only in the directions that `policyTypes` lists. The API server takes rules for "
    "another one without a word, and they do nothing: what they allow may be denied by another policy, and "
    "what they were meant to restrict is open. Some network plugins enforce them all the same.",
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
