"""NPV224: pods that stay open in a namespace whose other pods are isolated."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from npverify.errors import Severity
from npverify.lint.admin_rules import may_deny_in
from npverify.lint.check import Check, Found
from npverify.lint.context import Context, workload_names
from npverify.lint.findings import Related
from npverify.lint.wording import quoted
from npverify.questions.selections import DeclaredPod
from npverify.resources import Direction

_MOST_RELATED = 5
_OPEN = {
    Direction.INGRESS: "open to connections from anywhere",
    Direction.EGRESS: "free to connect to anything",
}


def _find(context: Context) -> Iterator[Found]:
    for namespace in context.policies_by_namespace:
        pods = context.pods_by_namespace.get(namespace, ())
        if pods and not context.has_unmodelled_policies(namespace):
            for direction in Direction:
                if may_deny_in(context, namespace, direction):
                    continue
                found = _of_direction(context, namespace, pods, direction)
                if found is not None:
                    yield found


def _of_direction(
    context: Context, namespace: str, pods: Sequence[DeclaredPod], direction: Direction
) -> Found | None:
    """The finding, if some pods are isolated and others are not.

    Egress is often restricted for a few pods on purpose; it counts where most pods are isolated.
    """
    isolating = context.isolating_policies(namespace, direction)
    left = [declared for declared in pods if declared.key not in isolating]
    if context.settings.profile.unselected_isolated:
        selecting = context.selecting_policies(namespace)
        left = [declared for declared in left if declared.key in selecting]
    if direction is Direction.EGRESS and 2 * len(left) >= len(pods):
        return None
    open_pods = [
        declared for declared in left if not (direction is Direction.INGRESS and _is_silent(declared))
    ]
    if not isolating or not open_pods:
        return None
    verb = "is" if len(set(workload_names(open_pods))) == 1 else "are"
    return Found(
        subject=f"Namespace {namespace}",
        part=direction.value.lower(),
        message=f"{quoted(workload_names(open_pods))} {verb} {_OPEN[direction]}: "
        "policies isolate other pods of the namespace only",
        origin=open_pods[0].workload.origin,
        hint=f"add a policy for {direction.value.lower()} with `podSelector: {{}}` and no rules to namespace "
        f"`{namespace}`, and allow what is needed",
        related=tuple(
            Related(f"`{declared.workload}` is open too", declared.workload.origin)
            for declared in open_pods[1:_MOST_RELATED]
        ),
    )


def _is_silent(declared: DeclaredPod) -> bool:
    """Whether the pod runs to completion and declares no port: nobody connects to it."""
    return declared.workload.kind in ("Job", "CronJob") and not declared.pod.ports


CHECK = Check(
    code="NPV224",
    name="no-default-deny",
    title="pods that stay open in a namespace whose other pods are isolated",
    severity=Severity.NOTE,
    why="A pod that no policy selects is open: everything may reach it, from every namespace. Policies that "
    "name single workloads leave out each workload that is added later, and nothing tells. A policy for all "
    "pods without rules closes the namespace by default.",
    fix="Add a policy with an empty podSelector and no rules for the direction, and allow what is needed by "
    "further policies. A namespace whose every declared pod some policy selects is not reported.",
    bad="""\
apiVersion: v1
kind: Pod
metadata: {name: db, namespace: shop, labels: {app: db}}
---
apiVersion: v1
kind: Pod
metadata: {name: cache, namespace: shop, labels: {app: cache}}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: db, namespace: shop}
spec:
  podSelector:
    matchLabels: {app: db}
  policyTypes: [Ingress]
""",
    good="""\
apiVersion: v1
kind: Pod
metadata: {name: db, namespace: shop, labels: {app: db}}
---
apiVersion: v1
kind: Pod
metadata: {name: cache, namespace: shop, labels: {app: cache}}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: db, namespace: shop}
spec:
  podSelector: {}
  policyTypes: [Ingress]
""",
    find=_find,
)
