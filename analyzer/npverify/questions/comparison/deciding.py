"""Many small yes-or-no problems, one after the other or in several processes."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from concurrent.futures import Executor
from dataclasses import dataclass

from npverify_encodings.solver import Literal, Outcome, Solver

FEW = 32
"""Problems below which other processes are not worth their start."""
_CHUNK = 8


@dataclass(frozen=True, slots=True)
class Task:
    """SMT-LIB text, and what has to hold together; `timeout` is in seconds (None: no limit)."""

    text: str
    assumptions: tuple[Literal, ...]
    timeout: float | None


@dataclass(frozen=True, slots=True)
class Decision:
    """Whether it can hold (None: not decided, for the reason given), and the seconds that it took."""

    holds: bool | None
    seconds: float
    reason: str = ""


def decide(task: Task) -> Decision:
    """Solve one task."""
    started = time.perf_counter()
    solver = Solver(task.text, timeout=task.timeout)
    outcome = solver.check(task.assumptions, want_model=False)
    seconds = time.perf_counter() - started
    if outcome is Outcome.UNKNOWN:
        return Decision(None, seconds, solver.reason())
    return Decision(outcome is Outcome.SAT, seconds)


def decide_all(tasks: Iterable[Task], executor: Executor | None) -> Iterator[Decision]:
    """Solve the tasks; the decisions come in their order whoever makes them."""
    if executor is None:
        yield from map(decide, tasks)
        return
    yield from executor.map(decide, tasks, chunksize=_CHUNK)
