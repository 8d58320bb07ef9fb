"""NPV230: `policyTypes` left out, and its default is not what the rules suggest."""

from __future__ import annotations

from collections.abc import Iterator

from npverify.errors import Severity
from npverify.lint.check import Check, Found
from npverify.lint.context import Context, policy_name
from npverify.resources import Direction, NetworkPolicy


def _find(context: Context) -> Iterator[Found]:
    for policy in context.policies:
        if not policy.types_defaulted or policy.ingress or policy.egress_origin is None:
            continue
        if policy.egress and not _is_isolated_anyway(context, policy, Direction.INGRESS):
            yield Found(
                subject=policy_name(policy),
                part="policyTypes",
                message="the policy denies all ingress too: without `policyTypes`, Ingress is always in it",
                origin=policy.egress_origin,
                label="not the only direction",
                hint="add `policyTypes: [Egress]`; or `[Ingress, Egress]`, if that is what is meant",
            )
        elif not policy.egress and not _is_isolated_anyway(context, policy, Direction.EGRESS):
            yield Found(
                subject=policy_name(policy),
                part="policyTypes",
                message="the policy restricts no egress: without `policyTypes`, an empty `egress` does "
                "nothing, and all ingress is denied",
                origin=policy.egress_origin,
                label="does nothing",
                hint="add `policyTypes: [Egress]`; or `[Ingress, Egress]` to deny both",
            )


def _is_isolated_anyway(context: Context, policy: NetworkPolicy, direction: Direction) -> bool:
    """Whether other policies isolate every pod that this one selects, and say so: then nothing is hidden."""
    others = [
        other
        for other in context.policies_by_namespace[policy.namespace]
        if other is not policy and direction in context.directions(other) and not _is_silent(other)
    ]
    own = policy.pod_selector.requirements
    if any(set(own).issuperset(other.pod_selector.requirements) for other in others):
        return True
    isolated = {declared.key for other in others for declared in context.selected_pods(other)}
    pods = context.selected_pods(policy)
    return bool(pods) and all(declared.key in isolated for declared in pods)


def _is_silent(policy: NetworkPolicy) -> bool:
    """Whether the policy isolates for ingress by default only."""
    return policy.types_defaulted and not policy.ingress and policy.egress_origin is not None


CHECK = Check(
    code="NPV230",
    name="egress-without-types",
    title="egress rules without `policyTypes`",
    severity=Severity.WARNING,
    why="Where `policyTypes` is left out, it is Ingress, and Egress only if there is at least one egress "
    "rule. A policy with nothing but egress rules then also isolates for ingress and denies all of it; and "
    "one with `egress: []` denies all ingress and restricts no egress at all.",
    fix="State `policyTypes`: `[Egress]` for a policy about egress alone.",
    bad="""\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: dns, namespace: shop}
spec:
  podSelector: {}
  egress:
  - ports: [{port: 53, protocol: UDP}, {port: 53, protocol: TCP}]
""",
    good="""\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: dns, namespace: shop}
spec:
  podSelector: {}
  policyTypes: [Egress]
  egress:
  - ports: [{port: 53, protocol: UDP}, {port: 53, protocol: TCP}]
""",
    find=_find,
)
