"""Where the time of an answer goes."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

from npverify.questions.answer import Stats


class Stopwatch:
    """Adds up seconds by stage and counts by name; stages do not overlap."""

    def __init__(self) -> None:
        self._seconds: dict[str, float] = {}
        self._counts: dict[str, int] = {}

    @contextmanager
    def measure(self, stage: str) -> Iterator[None]:
        """Add the time that the block takes to a stage."""
        started = time.perf_counter()
        try:
            yield
        finally:
            self.add(stage, time.perf_counter() - started)

    def add(self, stage: str, seconds: float) -> None:
        """Add seconds to a stage."""
        self._seconds[stage] = self._seconds.get(stage, 0.0) + seconds

    def count(self, name: str, number: int = 1) -> None:
        """Add to a count."""
        self._counts[name] = self._counts.get(name, 0) + number

    def stats(self) -> Stats:
        """What was measured so far."""
        return Stats(dict(self._seconds), dict(self._counts))
