"""An end at once on an interrupt, whatever is being computed."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from npverify.cli.codes import ExitCode


@contextmanager
def ending_on_interrupt(clean_up: Callable[[], None]) -> Iterator[None]:
    """Within the block an interrupt cleans up and ends the process, without a word from whatever it hits.

    A thread waits for the signal. Were it left to the main thread, the solver would hold it up in a long
    check, and swallow it at the end of a short one. Where there are no such signals, and outside of the main
    thread, nothing changes.
    """
    if not hasattr(signal, "sigwait") or threading.current_thread() is not threading.main_thread():
        yield
        return
    awaited = {signal.SIGINT, signal.SIGUSR2}
    before = signal.pthread_sigmask(signal.SIG_BLOCK, awaited)
    thread = threading.Thread(target=_wait, args=(awaited, clean_up), daemon=True)
    thread.start()
    try:
        yield
    finally:
        assert thread.ident is not None
        signal.pthread_kill(thread.ident, signal.SIGUSR2)
        thread.join()
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _wait(awaited: set[signal.Signals], clean_up: Callable[[], None]) -> None:
    """End the process on SIGINT; SIGUSR2 is the word that there is nothing to wait for any more."""
    if signal.sigwait(awaited) != signal.SIGINT:
        return
    with suppress(Exception):
        clean_up()
        print("interrupted", file=sys.stderr, flush=True)
    os._exit(ExitCode.INTERRUPTED)
