"""Checks of the arguments that strategies take."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis.errors import InvalidArgument


def check_names(name: str, values: Sequence[str]) -> tuple[str, ...]:
    """The values, if there is at least one and all are strings."""
    if isinstance(values, str) or not values or not all(isinstance(value, str) for value in values):
        raise InvalidArgument(f"{name}={values!r} must be a sequence of at least one string")
    return tuple(values)


def check_size(name: str, value: int, *, least: int = 0) -> int:
    """The value, if it is a whole number that is not too small."""
    if isinstance(value, bool) or not isinstance(value, int) or value < least:
        raise InvalidArgument(f"{name}={value!r} must be a whole number of at least {least}")
    return value


def check_ports(name: str, values: Sequence[int]) -> tuple[int, ...]:
    """The values, if there is at least one and all are port numbers."""
    if not values or not all(isinstance(value, int) and 1 <= value <= 65_535 for value in values):
        raise InvalidArgument(f"{name}={values!r} must be a sequence of at least one port within 1-65535")
    return tuple(values)
