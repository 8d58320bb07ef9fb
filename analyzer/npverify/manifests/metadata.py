"""`metadata`: name, namespace and labels of an object."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from npverify.manifests.names import label_key_fault, label_value_fault, name_fault, namespace_fault
from npverify.manifests.values import Value, string_map

DEFAULT_NAMESPACE = "default"


@dataclass(frozen=True, slots=True)
class Metadata:
    """The part of `metadata` that matters."""

    name: str
    namespace: str
    labels: Mapping[str, str]


def parse_metadata(root: Value) -> Metadata | None:
    """Name, namespace (`default` where none is given) and labels; None after faults were reported."""
    value = root.get("metadata")
    if value is None:
        root.fail("`metadata` is required")
        return None
    if not value.is_object():
        return None
    name = parse_name(value)
    namespace = _parse_namespace(value)
    labels = parse_labels(value.get("labels"))
    if name is None or namespace is None or labels is None:
        return None
    return Metadata(name, namespace, labels)


def parse_name(metadata: Value) -> str | None:
    """`name`, or `generateName` with a mark at its end for what the server adds."""
    value = metadata.get("name")
    if value is None:
        generated = metadata.get("generateName")
        if generated is None:
            metadata.fail("`name` or `generateName` is required")
            return None
        text = generated.text()
        return None if text is None else f"{text}*"
    text = value.text()
    if text is None:
        return None
    fault = name_fault(text)
    if fault:
        value.fail(f"invalid value `{text}`: {fault}")
        return None
    return text


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


def parse_labels(value: Value | None) -> Mapping[str, str] | None:
    """Labels with valid keys and string values; None after faults were reported."""
    if value is None:
        return {}
    before = len(value.problems.errors) if value.problems.findings else 0
    labels = string_map(value)
    for key, text in labels.items():
        fault = label_key_fault(key) or label_value_fault(text)
        if fault:
            item = value.get(key)
            (item or value).fail(f"invalid label `{key}: {text}`: {fault}")
    after = len(value.problems.errors) if value.problems.findings else 0
    return labels if after == before else None
