"""Workload objects and Pods, as they stand in the input: who owns whom is settled later."""

from __future__ import annotations

from dataclasses import dataclass, replace

from npverify.manifests.metadata import Metadata, parse_metadata
from npverify.manifests.options import ReadOptions
from npverify.manifests.pods import parse_pod_spec, parse_template
from npverify.manifests.values import Value
from npverify.resources import Origin, Pod

_TEMPLATE_PATHS = {"CronJob": ("spec", "jobTemplate", "spec", "template")}
_USUAL_PATH = ("spec", "template")
_ENDS = ("Complete", "Failed")
POD = "Pod"


@dataclass(frozen=True, slots=True)
class Owner:
    """The controller that an object names as its owner."""

    kind: str
    name: str


@dataclass(frozen=True, slots=True)
class RawWorkload:
    """A workload object: `pod` is its template, or for kind Pod the pod itself.

    `has_no_replicas` says that it asks for none, as the ReplicaSets of earlier revisions do.
    """

    kind: str
    namespace: str
    name: str
    pod: Pod
    owner: Owner | None
    is_finished: bool
    has_no_replicas: bool
    origin: Origin

    @property
    def key(self) -> tuple[str, str, str]:
        """What tells it from every other one."""
        return self.namespace, self.kind, self.name


def parse_workload(root: Value, kind: str, options: ReadOptions) -> RawWorkload | None:
    """A workload object of one of the built-in kinds; None after a fault was reported."""
    metadata = parse_metadata(root)
    if metadata is None:
        return None
    pod = _parse_pod(root, metadata) if kind == POD else _parse_template(root, kind, metadata)
    owner = _parse_owner(root)
    if pod is None or root.problems.errors:
        return None
    return RawWorkload(
        kind=kind,
        namespace=metadata.namespace,
        name=metadata.name,
        pod=replace(pod, host_network=False) if options.host_network_as_pods else pod,
        owner=owner,
        is_finished=_has_ended(root) if kind == "Job" else pod.finished,
        has_no_replicas=_asks_for_none(root),
        origin=root.origin,
    )


def _parse_pod(root: Value, metadata: Metadata) -> Pod:
    return parse_pod_spec(
        root.get("spec"),
        namespace=metadata.namespace,
        name=metadata.name,
        labels=metadata.labels,
        origin=root.origin,
        status=root.get("status"),
        replicated=False,
    )


def _parse_template(root: Value, kind: str, metadata: Metadata) -> Pod | None:
    value = root
    path = _TEMPLATE_PATHS.get(kind, _USUAL_PATH)
    for number, name in enumerate(path):
        if not value.is_object():
            return None
        inner = value.get(name)
        if inner is None:
            value.fail(f"`{'.'.join(path[number:])}` is required: a {kind} has a pod template")
            return None
        value = inner
    return parse_template(value, namespace=metadata.namespace, name=metadata.name)


def _parse_owner(root: Value) -> Owner | None:
    metadata = root.get("metadata")
    references = metadata.get("ownerReferences") if metadata else None
    for item in references.items() if references else ():
        kind, name, controller = item.get("kind"), item.get("name"), item.get("controller")
        if kind is not None and name is not None and (controller is None or controller.data is True):
            return Owner(str(kind.data), str(name.data))
    return None


def _has_ended(root: Value) -> bool:
    status = root.get("status")
    conditions = status.get("conditions") if status else None
    if conditions is None or not isinstance(conditions.data, list):
        return False
    return any(
        isinstance(condition, dict) and condition.get("type") in _ENDS and condition.get("status") == "True"
        for condition in conditions.data
    )


def _asks_for_none(root: Value) -> bool:
    spec = root.get("spec")
    replicas = spec.get("replicas") if spec else None
    return replicas is not None and replicas.data == 0
