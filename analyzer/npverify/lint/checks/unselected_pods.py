"""NPV260: pods that no policy selects, where the network plugin isolates these."""

from __future__ import annotations

from collections.abc import Iterator

from npverify.errors import Severity
from npverify.lint.check import Check, Found
from npverify.lint.context import Context, workload_names
from npverify.lint.findings import Related
from npverify.lint.plugins import doubt, said
from npverify.lint.wording import quoted

_MOST_RELATED = 5


def _find(context: Context) -> Iterator[Found]:
    profile = context.settings.profile
    if not profile.enforces or not profile.unselected_isolated:
        return
    for namespace, pods in context.pods_by_namespace.items():
        if context.has_unmodelled_policies(namespace):
            continue
        selecting = context.selecting_policies(namespace)
        left = [declared for declared in pods if declared.key not in selecting]
        if left:
            names = workload_names(left)
            yield Found(
                subject=f"Namespace {namespace}",
                part="",
                message=f"no policy selects {quoted(names)}: under {said(profile)}"
                f"{doubt(profile, 'unselected_isolated')} such pods are isolated in both directions",
                origin=left[0].workload.origin,
                label="cut off",
                hint=f"select every pod of namespace `{namespace}` by a policy, and allow what is needed",
                related=tuple(
                    Related(f"no policy selects `{declared.workload}`", declared.workload.origin)
                    for declared in left[1:_MOST_RELATED]
                ),
            )


_BAD = """\
# npverify lint --cni aws-vpc,enabled=true,mode=strict
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop, labels: {app: web}}
---
apiVersion: v1
kind: Pod
metadata: {name: db, namespace: shop, labels: {app: db}}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: db, namespace: shop}
spec:
  podSelector:
    matchLabels: {app: db}
  policyTypes: [Ingress]
"""

CHECK = Check(
    code="NPV260",
    name="unselected-pods",
    title="pods that no policy selects, where the network plugin isolates these",
    severity=Severity.WARNING,
    why="By the specification a pod that no policy selects is open. With `mode=strict` of the VPC CNI it is "
    "isolated in both directions: it reaches nothing, name servers included, and nothing reaches it.",
    fix="Write a policy for every pod, in every namespace. A policy that selects a pod in one direction "
    "leaves it open in the other.",
    bad=_BAD,
    good=_BAD.replace("  podSelector:\n    matchLabels: {app: db}\n", "  podSelector: {}\n"),
    cni="aws-vpc,enabled=true,mode=strict",
    find=_find,
)
