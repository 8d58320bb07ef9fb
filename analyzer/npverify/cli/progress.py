"""A bar on standard error for what takes more than a second; on a terminal only, and gone at the end."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

PATIENCE = 1.0
"""Seconds before the bar is shown."""


@contextmanager
def showing(bar: ProgressBar) -> Iterator[ProgressBar]:
    """Show the bar if the block takes long; it vanishes when the block ends, however it ends.

    Threads start here, so this belongs within `ending_on_interrupt`, whose signals they must not take.
    """
    if not sys.stderr.isatty():
        yield bar
        return
    timer = threading.Timer(PATIENCE, bar.show)
    timer.daemon = True
    timer.start()
    try:
        yield bar
    finally:
        timer.cancel()
        bar.hide()


class ProgressBar:
    """What is being done, and how much of it; calling it tells of progress."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._state = ("reading", 0, 0)
        self._bar: tuple[Progress, TaskID] | None = None
        self._over = False

    def __call__(self, what: str, done: int, total: int) -> None:
        """Note that `done` of `total` (0: nobody knows) parts of something are done."""
        with self._lock:
            self._state = (what, done, total)
            self._update()

    def show(self) -> None:
        """Put the bar on the terminal, unless all is over."""
        from rich.console import Console
        from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

        with self._lock:
            if self._over:
                return
            progress = Progress(
                TextColumn("{task.description}"),
                BarColumn(),
                TextColumn("{task.fields[count]}"),
                TimeElapsedColumn(),
                console=Console(stderr=True),
                transient=True,
            )
            self._bar = progress, progress.add_task("", count="")
            self._update()
            progress.start()

    def _update(self) -> None:
        if self._bar is None:
            return
        progress, task = self._bar
        what, done, total = self._state
        count = f"{done}/{total}" if total else str(done or "")
        progress.update(task, description=what, completed=done, total=total or None, count=count)

    def hide(self) -> None:
        """Take the bar off the terminal, for good."""
        with self._lock:
            self._over = True
            if self._bar is not None:
                self._bar[0].stop()
                self._bar = None
