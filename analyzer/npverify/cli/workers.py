"""Processes that solve: started when there is work, gone when the command ends, however it ends."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing import resource_tracker

from npverify.errors import InternalError


@contextmanager
def solving_processes(number: int) -> Iterator[Executor | None]:
    """An executor of so many processes (0: one for each processor); None where one is enough.

    On an exception, an interrupt included, the processes are ended and nothing is waited for.
    """
    wanted = number or _processors()
    if wanted == 1:
        yield None
        return
    _start_tracker()
    pool = ProcessPoolExecutor(wanted, mp_context=multiprocessing.get_context("spawn"))
    try:
        yield pool
    except BaseException as error:
        pool.shutdown(wait=False, cancel_futures=True)
        end_processes()
        if isinstance(error, BrokenProcessPool):
            raise InternalError(
                "a process that was solving has been killed: out of memory? (`--jobs 1` uses none)"
            ) from error
        raise
    pool.shutdown()


def _start_tracker() -> None:
    """Start the process that cleans up behind a pool, which the pool would start with its first worker.

    Left to the pool, it would unblock the interrupts of this thread, for which another one waits, and tell
    the user what it has cleaned up after one.
    """
    if not hasattr(signal, "pthread_sigmask"):
        return
    blocked = signal.pthread_sigmask(signal.SIG_BLOCK, ())
    before = os.environ.get("PYTHONWARNINGS")
    os.environ["PYTHONWARNINGS"] = "ignore:resource_tracker"
    try:
        resource_tracker.ensure_running()
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, blocked)
        if before is None:
            del os.environ["PYTHONWARNINGS"]
        else:
            os.environ["PYTHONWARNINGS"] = before


def end_processes() -> None:
    """End the processes that were started here, in the middle of whatever they do."""
    for process in multiprocessing.active_children():
        process.kill()


def _processors() -> int:
    """The processors that this process may use."""
    affinity: Callable[[int], set[int]] | None = getattr(os, "sched_getaffinity", None)
    return len(affinity(0)) if affinity else os.cpu_count() or 1
