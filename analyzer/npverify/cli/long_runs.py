"""What may take long: a bar on the terminal, and an end at once on an interrupt."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from npverify.cli.interrupts import ending_on_interrupt
from npverify.cli.progress import ProgressBar, showing
from npverify.cli.workers import end_processes


@contextmanager
def long_run() -> Iterator[ProgressBar]:
    """A bar to tell about progress; an interrupt leaves a clean terminal and no processes.

    Nothing may be half-written when an interrupt comes, so files are written after the block.
    """
    bar = ProgressBar()

    def clean_up() -> None:
        end_processes()
        bar.hide()

    with ending_on_interrupt(clean_up), showing(bar):
        yield bar
