"""Lists of names in messages."""

from __future__ import annotations

from collections.abc import Sequence

_MOST = 4


def quoted(names: Sequence[str]) -> str:
    """The names in backticks, as a sentence lists them; past the fourth only their number."""
    listed = [f"`{name}`" for name in names]
    if len(listed) > _MOST + 1:
        listed = [*listed[:_MOST], f"{len(listed) - _MOST} more"]
    return listed[0] if len(listed) == 1 else f"{', '.join(listed[:-1])} and {listed[-1]}"


def counted(names: Sequence[str], noun: str) -> str:
    """The names with their noun: "namespace `a`", "namespaces `a` and `b`"."""
    return f"{noun if len(names) == 1 else noun + 's'} {quoted(names)}"
