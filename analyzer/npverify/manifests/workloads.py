"""Workload objects and Pods, as they stand in the input: who owns whom is settled later."""

from __future__ import annotations

from dataclasses import dataclass

from npverify.manifests.metadata import Metadata, parse_metadata
from npverify.manifests.pods import parse_pod_spec, parse_template
from npverify.manifests.values import Value
from npverify.resources import Origin, Pod

_TEMPLATE_PATHS = {"CronJob": ("spec", "jobTemplate", "spec", "template")}
_USUAL_PATH = ("spec", "template")
_MADE_BY_CONTROLLERS = ("ReplicaSet", "Job")
POD = "Pod"


@dataclass(frozen=True, slots=True)
class Owner:
    """The controller that an object names as its owner."""

    kind: str
    name: str


@dataclass(frozen=True, slots=True)
class RawWorkload:
    """A workload object: `pod` is its template, or for kind Pod the pod itself."""

    kind: str
    namespace: str
    name: str
    pod: Pod | None
    owner: Owner | None
    is_finished: bool
    is_idle: bool
    origin: Origin

    @property
    def key(self) -> tuple[str, str, str]:
        """What tells it from every other one."""
        return self.namespace, self.kind, self.name


def parse_workload(root: Value, kind: str) -> RawWorkload | None:
    """A workload object of one of the built-in kinds; None after a fault was reported."""
    errors = len(root.problems.errors)
    metadata = parse_metadata(root)
    if metadata is None:
        return None
    pod = _parse_pod(root, metadata) if kind == POD else _parse_template(root, kind, metadata)
    if len(root.problems.errors) > errors:
        return None
    return RawWorkload(
        kind=kind,
        namespace=metadata.namespace,
        name=metadata.name,
        pod=pod,
        owner=_parse_owner(root),
        is_finished=_has_ended(root) if kind == "Job" else pod is not None and pod.finished,
        is_idle=kind in _MADE_BY_CONTROLLERS and _replicas(root) == 0,
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
    value: Value | None = root
    for name in _TEMPLATE_PATHS.get(kind, _USUAL_PATH):
        value = value.get(name) if value is not None else None
    if value is None:
        root.fail("has no pod template")
        return None
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
        isinstance(c, dict) and c.get("type") in ("Complete", "Failed") and c.get("status") == "True"
        for c in conditions.data
    )


def _replicas(root: Value) -> object:
    spec = root.get("spec")
    replicas = spec.get("replicas") if spec else None
    return replicas.data if replicas else None
