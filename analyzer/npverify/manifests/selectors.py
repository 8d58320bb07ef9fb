"""Label selectors, validated as the API server does."""

from __future__ import annotations

from npverify.manifests.names import label_key_fault, label_value_fault
from npverify.manifests.values import Value
from npverify.resources import LabelSelector, Operator, Requirement

_SELECTOR_FIELDS = frozenset({"matchLabels", "matchExpressions"})
_EXPRESSION_FIELDS = frozenset({"key", "operator", "values"})
_WITH_VALUES = (Operator.IN, Operator.NOT_IN)


def parse_selector(value: Value) -> LabelSelector | None:
    """The selector, or None after its faults were reported."""
    if not value.is_object(_SELECTOR_FIELDS):
        return None
    requirements: list[Requirement] = []
    sound = True
    labels = value.get("matchLabels")
    for key, item in labels.entries() if labels else ():
        text = item.text()
        sound &= _check_key(item, key)
        if text is None:
            sound = False
            continue
        sound &= _check_value(item, text)
        requirements.append(Requirement(key, Operator.IN, (text,), item.origin))
    expressions = value.get("matchExpressions")
    for item in expressions.items() if expressions else ():
        requirement = _parse_expression(item)
        if requirement is None:
            sound = False
        else:
            requirements.append(requirement)
    return LabelSelector(tuple(requirements), value.origin) if sound else None


def parse_label_map(value: Value) -> LabelSelector | None:
    """A plain `key: value` map as a selector (Services and ReplicationControllers)."""
    requirements = []
    for key, item in value.entries():
        text = item.text()
        if text is None:
            return None
        requirements.append(Requirement(key, Operator.IN, (text,), item.origin))
    return LabelSelector(tuple(requirements), value.origin)


def _check_key(value: Value, key: str) -> bool:
    fault = label_key_fault(key)
    if fault:
        value.fail(f"invalid key `{key}`: {fault}")
    return not fault


def _check_value(value: Value, text: str) -> bool:
    fault = label_value_fault(text)
    if fault:
        value.fail(f"invalid value `{text}`: {fault}")
    return not fault


def _parse_expression(value: Value) -> Requirement | None:
    if not value.is_object(_EXPRESSION_FIELDS):
        return None
    key_value, operator_value = value.get("key"), value.get("operator")
    key = key_value.text() if key_value else None
    if key_value is None:
        value.fail("`key` is required")
    if operator_value is None:
        value.fail("`operator` is required", hint="one of In, NotIn, Exists, DoesNotExist")
    if key is None or key_value is None or operator_value is None:
        return None
    sound = _check_key(key_value, key)
    operator = _parse_operator(operator_value)
    values, values_sound = _parse_values(value)
    if operator is None:
        return None
    if operator in _WITH_VALUES and not values and values_sound:
        value.fail(f"`values` must be specified when `operator` is `{operator}`")
        sound = False
    if operator not in _WITH_VALUES and values:
        value.fail(f"`values` may not be specified when `operator` is `{operator}`", hint="drop `values`")
        sound = False
    return Requirement(key, operator, values, value.origin) if sound and values_sound else None


def _parse_operator(value: Value) -> Operator | None:
    text = value.text()
    if text is None:
        return None
    if text not in tuple(Operator):
        similar = next((o for o in Operator if o.lower() == text.lower()), None)
        hint = f"did you mean `{similar}`?" if similar else "one of In, NotIn, Exists, DoesNotExist"
        value.fail(f"`{text}` is not a valid label selector operator", hint=hint)
        return None
    return Operator(text)


def _parse_values(value: Value) -> tuple[tuple[str, ...], bool]:
    listed = value.get("values")
    texts: list[str] = []
    sound = True
    for item in listed.items() if listed else ():
        text = item.text()
        if text is None or not _check_value(item, text):
            sound = False
        else:
            texts.append(text)
    return tuple(texts), sound
