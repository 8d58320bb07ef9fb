"""Checks that the admin policy APIs ask of many fields: counts, ranges, exactly one of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from npverify.manifests.codes import REMOVED_FIELD
from npverify.manifests.values import Value

MOST_LISTED = 25
"""The networks of one peer, and its domain names."""


def parse_items(value: Value | None, *, most: int, least: int = 0, hint: str | None = None) -> list[Value]:
    """The items of a list; reports where there are too few (with the hint) or too many."""
    if value is None:
        return []
    items = list(value.items())
    if len(items) > most:
        value.fail(f"must have at most {most} items, not {len(items)}")
    elif isinstance(value.data, list) and len(items) < least:
        value.fail(f"must have at least {least} item", hint=hint)
    return items


def parse_bounded(value: Value | None, least: int, most: int) -> int | None:
    """A whole number within bounds; None where it is missing, or after a fault was reported."""
    number = value.integer() if value else None
    if value is None or number is None:
        return None
    if number < least:
        value.fail(f"invalid value {number}: should be greater than or equal to {least}")
        return None
    if number > most:
        value.fail(f"invalid value {number}: should be less than or equal to {most}")
        return None
    return number


def pick_one(value: Value, names: Sequence[str], *, hint: str | None = None) -> Value | None:
    """The one field of these names that is given; reports (with the hint) where it is not exactly one."""
    given = [field for field in map(value.get, names) if field is not None]
    if len(given) == 1:
        return given[0]
    listed = ", ".join(f"`{name}`" for name in names)
    found = " and ".join(f"`{field.path[-1]}`" for field in given)
    value.fail(f"must have exactly one of {listed}" + (f", not {found}" if given else ""), hint=hint)
    return None


def refuse_removed(value: Value, removed: Mapping[str, str]) -> bool:
    """Whether there is a field that the API has removed; reports each, with what to write instead."""
    found = [(field, hint) for field, hint in ((value.get(n), h) for n, h in removed.items()) if field]
    for field, hint in found:
        field.fail("the API has removed this field", hint=hint, code=REMOVED_FIELD)
    return bool(found)


def refuse_duplicates(values: Sequence[Value]) -> None:
    """Report each text that stands in the list before."""
    seen: set[str] = set()
    for value in values:
        if isinstance(value.data, str):
            if value.data in seen:
                value.fail(f"duplicate value `{value.data}`", hint="drop one of the two")
            seen.add(value.data)
