"""All assertions decided, one after another or by several processes, with the same outcome."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import Executor, Future
from dataclasses import dataclass

from npverify.checking.checker import Checker, ReadyAssertion
from npverify.checking.deciding import decide
from npverify.checking.result import AssertionResult, CheckResult, Outcome
from npverify.configuration.options import OptionValues, asking_settings
from npverify.questions.ask import summarize
from npverify.questions.detected_plugin import plugin_notes
from npverify.questions.profile_remarks import idle_notes
from npverify.questions.progress import Progress, say_nothing
from npverify.resources.inventory import Inventory

_CHUNKS_A_PROCESS = 4


@dataclass(frozen=True, slots=True)
class RunSettings:
    """How a run goes: `is_strict` counts warnings as errors, `fail_fast` ends it at the first assertion that
    fails, and `jobs` is the number of processes that may solve.
    """

    is_strict: bool = False
    fail_fast: bool = False
    jobs: int = 1


def check(
    checker: Checker,
    settings: RunSettings | None = None,
    *,
    executor: Executor | None = None,
    progress: Progress = say_nothing,
) -> CheckResult:
    """The outcomes of all assertions that are ready, in the order of the file; `executor` solves, if there is
    one (never one that forks).

    Raises InternalError where the reference evaluator contradicts the solver.
    """
    settings = settings or RunSettings()
    results: list[AssertionResult] = []
    done = CheckResult(checker.file, (), summarize(checker.inventory), is_strict=settings.is_strict)
    total = len(checker.assertions)
    for result in _decided(checker, settings, executor, progress):
        results.append(result)
        progress("assertions", len(results), total)
        if settings.fail_fast and _fails(done, result):
            break
    skipped = tuple(ready.assertion.name for ready in checker.assertions[len(results) :])
    return CheckResult(
        file=done.file,
        results=tuple(results),
        input=done.input,
        skipped=skipped,
        is_strict=settings.is_strict,
        notes=_notes(checker),
    )


def _notes(checker: Checker) -> tuple[str, ...]:
    profile = asking_settings(checker.options).profile
    return (*idle_notes(checker.inventory, profile), *plugin_notes(checker.inventory, profile))


def _fails(run: CheckResult, result: AssertionResult) -> bool:
    return run.counts(result) and result.outcome in (Outcome.VIOLATED, Outcome.VACUOUS)


def _decided(
    checker: Checker, settings: RunSettings, executor: Executor | None, progress: Progress
) -> Iterator[AssertionResult]:
    """The outcomes in order; questions wait for their process, comparisons use the processes themselves."""
    pending = _submit(checker, settings, executor) if executor is not None else {}
    try:
        for number, ready in enumerate(checker.assertions):
            if number in pending:
                future, place = pending[number]
                yield future.result()[place]
            else:
                yield decide(
                    ready,
                    checker.inventory,
                    checker.options,
                    executor=executor,
                    jobs=settings.jobs,
                    progress=progress,
                )
    finally:
        for future, _ in pending.values():
            future.cancel()


_Pending = dict[int, tuple[Future[list[AssertionResult]], int]]


def _submit(checker: Checker, settings: RunSettings, executor: Executor) -> _Pending:
    """The questions, handed out in chunks, by their numbers."""
    questions = [number for number, ready in enumerate(checker.assertions) if ready.query is not None]
    size = max(1, -(-len(questions) // (max(1, settings.jobs) * _CHUNKS_A_PROCESS)))
    pending: _Pending = {}
    for first in range(0, len(questions), size):
        numbers = questions[first : first + size]
        chunk = [checker.assertions[number] for number in numbers]
        future = executor.submit(decide_chunk, chunk, checker.inventory, checker.options)
        pending.update({number: (future, place) for place, number in enumerate(numbers)})
    return pending


def decide_chunk(
    chunk: Sequence[ReadyAssertion], inventory: Inventory, options: OptionValues
) -> list[AssertionResult]:
    """The outcomes of a few assertions: what one process is given to do."""
    return [decide(ready, inventory, options) for ready in chunk]
