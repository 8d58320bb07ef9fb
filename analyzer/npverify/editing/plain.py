"""Plain data as JSON has it, and the paths into them."""

from __future__ import annotations

import json
from typing import cast

from npverify.manifests.documents import Path

Plain = dict[str, "Plain"] | list["Plain"] | str | int | float | bool | None


def plain(data: object) -> Plain:
    """A copy of what a document holds; what an alias repeats is copied each time."""
    if isinstance(data, dict):
        return {key: plain(value) for key, value in data.items()}
    if isinstance(data, list):
        return [plain(item) for item in data]
    return cast("Plain", data)


def value_at(data: Plain, path: Path) -> Plain:
    """The value at a path, or None where there is none."""
    for step in path:
        if isinstance(data, dict) and isinstance(step, str):
            data = data.get(step)
        elif isinstance(data, list) and isinstance(step, int) and step < len(data):
            data = data[step]
        else:
            return None
    return data


def list_at(data: Plain, path: Path) -> list[Plain]:
    """The list at a path, made there with everything on the way to it where it is missing or null.

    Raises ValueError where something else stands in the way.
    """
    for step, following in zip(path, (*path, 0)[1:], strict=True):
        if isinstance(data, dict) and isinstance(step, str):
            if data.get(step) is None:
                data[step] = {} if isinstance(following, str) else []
            data = data[step]
        elif isinstance(data, list) and isinstance(step, int) and step < len(data):
            if data[step] is None:
                data[step] = {} if isinstance(following, str) else []
            data = data[step]
        else:
            raise ValueError(f"no list can stand at {'.'.join(map(str, path))}")
    if not isinstance(data, list):
        raise ValueError(f"no list stands at {'.'.join(map(str, path))}")
    return data


def is_same(one: Plain, other: Plain) -> bool:
    """Whether two values are equal, and true is not 1; the order of keys does not matter."""
    return json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)
