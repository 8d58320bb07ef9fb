"""NPV259: pods that the network plugin does not tell apart, under different policies."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from npverify.cni import CniProfile, limits_of
from npverify.errors import Severity
from npverify.lint.check import Check, Found
from npverify.lint.context import Context, policy_name, workload_names
from npverify.lint.findings import Related
from npverify.lint.plugins import said
from npverify.lint.wording import quoted
from npverify.questions.selections import DeclaredPod
from npverify.resources import NetworkPolicy

_NAMED_AFTER = ("StatefulSet", "DaemonSet", "ReplicaSet", "ReplicationController", "Job")
"""Kinds whose pods are called by their name, a `-`, and a last part."""


def _find(context: Context) -> Iterator[Found]:
    profile = context.settings.profile
    if not profile.enforces or not limits_of(profile).names_pods_by_prefix:
        return
    for namespace in context.policies_by_namespace:
        selecting = context.selecting_policies(namespace)
        alike: dict[str, list[DeclaredPod]] = {}
        for declared in context.pods_by_namespace.get(namespace, ()):
            name = _known_as(declared)
            if name is not None:
                alike.setdefault(name, []).append(declared)
        for name, pods in alike.items():
            by_policies: dict[tuple[NetworkPolicy, ...], DeclaredPod] = {}
            for declared in pods:
                by_policies.setdefault(selecting.get(declared.key, ()), declared)
            if len(by_policies) > 1:
                yield _found(profile, name, by_policies)


def _known_as(declared: DeclaredPod) -> str | None:
    """What the plugin knows a pod by: its name up to the last `-`; None where the name is not known."""
    if not declared.pod.replicated:
        return declared.pod.name.rpartition("-")[0] or declared.pod.name
    return declared.workload.name if declared.workload.kind in _NAMED_AFTER else None


def _found(
    profile: CniProfile, name: str, by_policies: dict[tuple[NetworkPolicy, ...], DeclaredPod]
) -> Found:
    pods = list(by_policies.values())
    workload = pods[0].workload
    return Found(
        subject=f"{workload.kind} {workload.namespace}/{workload.name}",
        part="",
        message=f"{quoted(_names(pods))} may be under each other's policies: {said(profile)} tells pods of a "
        f"namespace apart by their name up to the last `-`, which is `{name}` for all of them",
        origin=workload.origin,
        label="not told apart",
        hint="give them names that differ before the last `-`, or the same policies",
        related=tuple(
            Related(f"`{_name(declared)}` is selected by {_listed(policies)}", declared.workload.origin)
            for policies, declared in by_policies.items()
        ),
    )


def _names(pods: Sequence[DeclaredPod]) -> list[str]:
    return list(dict.fromkeys(map(_name, pods)))


def _name(declared: DeclaredPod) -> str:
    """The workload, or the very pod where it is one of several that are declared."""
    (workload,) = workload_names([declared])
    return (
        workload if len(declared.workload.pods) == 1 else f"{declared.pod.namespace}/pod/{declared.pod.name}"
    )


def _listed(policies: Sequence[NetworkPolicy]) -> str:
    return quoted([policy_name(policy) for policy in policies]) if policies else "no policy"


_PODS = """\
# npverify lint --cni aws-vpc,enabled=true
apiVersion: v1
kind: Pod
metadata: {{name: web-{first}, namespace: shop, labels: {{app: web}}}}
---
apiVersion: v1
kind: Pod
metadata: {{name: web-{second}, namespace: shop, labels: {{app: admin}}}}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {{name: admin, namespace: shop}}
spec:
  podSelector:
    matchLabels: {{app: admin}}
  policyTypes: [Ingress]
"""

CHECK = Check(
    code="NPV259",
    name="shared-policies",
    title="pods that the network plugin does not tell apart, under different policies",
    severity=Severity.WARNING,
    why="The VPC CNI knows pods by their namespace and their name up to the last `-`, as the pods of one "
    "ReplicaSet share it. Pods by themselves, and pods of two controllers of one name, may share it as well: "
    "then the policies of one of them are enforced for all.",
    fix="Give the pods names that differ before the last `-`, put them under a Deployment each, or give them "
    "the same policies.",
    bad=_PODS.format(first="one", second="two"),
    good=_PODS.format(first="one-pod", second="two-pod"),
    cni="aws-vpc,enabled=true",
    find=_find,
)
