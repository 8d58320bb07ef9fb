"""Telling how far a long search has come."""

from __future__ import annotations

from collections.abc import Callable

Progress = Callable[[str, int, int], None]
"""Told what is being done, how much of it is done, and how much there is (0: nobody knows)."""


def say_nothing(_what: str, _done: int, _total: int) -> None:
    """Progress that nobody watches."""
