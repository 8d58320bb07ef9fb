"""`metadata`: name, namespace and labels of an object."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from npverify.manifests.names import label_key_fault, label_value_fault, name_fault, namespace_fault
from npverify.manifests.values import Value, string_map
from npverify.resources import Annotation

DEFAULT_NAMESPACE = "default"
_GENERATED = "*"
_OWN_ANNOTATION = "npverify.dev/"


@dataclass(frozen=True, slots=True)
class Metadata:
    """The part of `metadata` that matters."""

    name: str
    namespace: str
    labels: Mapping[str, str]
    annotations: tuple[Annotation, ...] = ()


def parse_metadata(root: Value) -> Metadata | None:
    """Name, namespace (`default` where none is given), labels and the annotations that are for npverify; None
    after faults were reported.
    """
    value = root.require("metadata") if root.is_object() else None
    if value is None or not value.is_object():
        return None
    name = _parse_name(value)
    namespace = _parse_namespace(value)
    labels = parse_labels(value.get("labels"))
    annotations = _parse_annotations(value.get("annotations"))
    if name is None or namespace is None or labels is None:
        return None
    return Metadata(name, namespace, labels, annotations)


def _parse_name(metadata: Value) -> str | None:
    """`name`, or `generateName` with a mark at its end for what the server adds."""
    value = metadata.get("name")
    if value is not None:
        text = value.text()
        return _checked(value, text, text)
    prefix = metadata.get("generateName")
    if prefix is None:
        metadata.fail("`name` or `generateName` is required")
        return None
    text = prefix.text()
    if text is None or not _checked(prefix, text, f"{text}x"):
        return None
    return text + _GENERATED


def _checked(value: Value, text: str | None, name: str | None) -> str | None:
    fault = name_fault(name) if name is not None else None
    if fault:
        value.fail(f"invalid value `{text}`: {fault}")
        return None
    return text


def is_generated(name: str) -> bool:
    """Whether the server completes the name, so that another of the same name is another object."""
    return name.endswith(_GENERATED)


def _parse_namespace(metadata: Value) -> str | None:
    value = metadata.get("namespace")
    if value is None or value.data == "":
        return DEFAULT_NAMESPACE
    text = value.text()
    fault = namespace_fault(text) if text is not None else None
    if fault:
        value.fail(f"invalid value `{text}`: {fault}")
        return None
    return text


def _parse_annotations(value: Value | None) -> tuple[Annotation, ...]:
    """Those for npverify, each at the place of its key."""
    found: list[Annotation] = []
    if value is None or not isinstance(value.data, dict):
        return ()
    for key, data in value.data.items():
        if key.startswith(_OWN_ANNOTATION):
            item = Value(value.document, (*value.path, key), data, value.problems)
            text = item.text()
            if text is not None:
                found.append(Annotation(key, text, value.document.origin(item.path, key=True)))
    return tuple(found)


def parse_labels(value: Value | None) -> Mapping[str, str] | None:
    """Labels with valid keys and string values; None after faults were reported."""
    if value is None:
        return {}
    before = len(value.problems.errors)
    labels = string_map(value)
    for key, text in labels.items():
        fault = label_key_fault(key) or label_value_fault(text)
        if fault:
            item = value.get(key)
            (item or value).fail(f"invalid label `{key}: {text}`: {fault}")
    return labels if len(value.problems.errors) == before else None
