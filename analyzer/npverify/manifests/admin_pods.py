"""Pods in an admin policy: its subject, and the peers `namespaces` and `pods`."""

from __future__ import annotations

from npverify.manifests.admin_apis import AdminApi
from npverify.manifests.admin_fields import pick_one, refuse_removed
from npverify.manifests.selectors import parse_selector
from npverify.manifests.values import Value
from npverify.resources import PodSet
from npverify.resources.admin_policy import EVERY

_SUBJECT_FIELDS = ("namespaces", "pods")
_POD_FIELDS = frozenset({"namespaceSelector", "podSelector"})
_NO_RELATIONS = (
    "no policy can compare labels of its subject and its peers: write one for each value of the label, "
    "with `namespaces: {matchLabels: …}` for both"
)
_RELATIONS = {"sameLabels": _NO_RELATIONS, "notSameLabels": _NO_RELATIONS}
_REMOVED_FROM_NAMESPACES = {
    "namespaceSelector": "`namespaces` is the selector itself: move what stands under `namespaceSelector` up",
    **_RELATIONS,
}
_REMOVED_FROM_PODS = {"namespaces": "write `namespaceSelector: …`, without `namespaces` around it"}


def parse_subject(value: Value, api: AdminApi) -> PodSet | None:
    """The pods that a policy is about; None after faults were reported."""
    if not value.is_object(frozenset(_SUBJECT_FIELDS)):
        return None
    given = pick_one(value, _SUBJECT_FIELDS)
    return parse_pods(given, api) if given else None


def parse_pods(value: Value, api: AdminApi) -> PodSet | None:
    """The pods of `namespaces`, which is a selector, or of `pods`, which has two."""
    if value.path[-1] == "namespaces":
        if refuse_removed(value, _REMOVED_FROM_NAMESPACES):
            return None
        namespaces = parse_selector(value)
        return PodSet(namespaces, origin=value.origin) if namespaces else None
    if not value.is_object(_POD_FIELDS | _REMOVED_FROM_PODS.keys()):
        return None
    around = value.get("namespaces")
    if (around and refuse_removed(around, _RELATIONS)) or refuse_removed(value, _REMOVED_FROM_PODS):
        return None
    for name in api.needed_selectors:
        if value.get(name) is None:
            kind = name.removesuffix("Selector")
            value.fail(f"`{name}` is required", hint=f"write `{name}: {{}}` to mean every {kind}")
            return None
    selectors = [value.get(name) for name in ("namespaceSelector", "podSelector")]
    parsed = [parse_selector(selector) if selector else EVERY for selector in selectors]
    namespaces, pods = parsed
    return PodSet(namespaces, pods, value.origin) if namespaces and pods else None
