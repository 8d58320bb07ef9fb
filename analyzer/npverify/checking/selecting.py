"""Assertions picked by name."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches
from fnmatch import fnmatchcase

from npverify.configuration.claims import Assertion
from npverify.errors import UsageError

_MOST_NAMES = 5


def pick_assertions(assertions: Sequence[Assertion], names: Sequence[str]) -> tuple[Assertion, ...]:
    """Those that a name, or a pattern with `*` and `?`, means (no names: all), in their order.

    Raises UsageError for a name that means none.
    """
    if not names:
        return tuple(assertions)
    wanted: set[int] = set()
    for name in names:
        same = {number for number, each in enumerate(assertions) if each.name == name}
        found = same or {n for n, each in enumerate(assertions) if fnmatchcase(each.name, name)}
        if not found:
            raise _unknown(name, assertions)
        wanted |= found
    return tuple(assertions[number] for number in sorted(wanted))


def _unknown(name: str, assertions: Sequence[Assertion]) -> UsageError:
    known = [assertion.name for assertion in assertions]
    close = get_close_matches(name, known, n=1)
    shown = ", ".join(f"`{each}`" for each in known[:_MOST_NAMES])
    more = ", …" if len(known) > _MOST_NAMES else ""
    hint = f"did you mean `{close[0]}`?" if close else f"the names are {shown}{more}"
    return UsageError(f"no assertion is called `{name}`", hint=hint)
