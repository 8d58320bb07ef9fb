"""Are two versions equivalent? If not: every region in which they are not."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from concurrent.futures import Executor
from dataclasses import replace
from itertools import chain

from npverify.questions.answer import Region
from npverify.questions.ask import summarize
from npverify.questions.comparison.changed import Age
from npverify.questions.comparison.changes import Changes
from npverify.questions.comparison.deciding import Task, decide_all
from npverify.questions.comparison.families import jobs_of_families
from npverify.questions.comparison.itself import Itself
from npverify.questions.comparison.problems import Job, Workshop
from npverify.questions.comparison.remarks import assumptions_of, notes_of, unmodelled
from npverify.questions.comparison.replay import GOALS, replay
from npverify.questions.comparison.result import (
    Change,
    Comparison,
    ComparisonSettings,
    ComparisonVerdict,
    ComparisonWitness,
    Difference,
    Relation,
)
from npverify.questions.comparison.slices import Slice, problems_of, slices_that_differ
from npverify.questions.comparison.versions import Versions
from npverify.questions.progress import Progress, say_nothing
from npverify.questions.search import conditions_of
from npverify.questions.settings import Universe
from npverify.questions.staging import ITSELF_WORDS
from npverify.questions.stopwatch import Stopwatch
from npverify.questions.wording import end_words, merge_words, traffic_words
from npverify.resources import Direction
from npverify.resources.inventory import Inventory
from npverify_encodings.comparison import ComparisonGoal
from npverify_encodings.flows import DOMAIN, Side
from npverify_encodings.solver import Literal, Solver, Undecided
from npverify_encodings.verdict import EVERY_POLICY
from npverify_encodings.witness import GrownRegion, find_regions

FIXED = (Literal(DOMAIN), Literal(EVERY_POLICY))
_ALL = 1_000_000_000
"""Regions, where nothing limits them."""


def compare(
    old: Inventory,
    new: Inventory,
    settings: ComparisonSettings | None = None,
    *,
    stopwatch: Stopwatch | None = None,
    executor: Executor | None = None,
    progress: Progress = say_nothing,
) -> Comparison:
    """Compare two versions of a cluster; `executor` solves where there is much to solve.

    Raises InternalError where the reference evaluator contradicts the solver.
    """
    run = _Run(
        old,
        new,
        settings or ComparisonSettings(),
        stopwatch or Stopwatch(),
        executor,
        progress,
    )
    return run.outcome()


class _Run:
    """One comparison in progress."""

    def __init__(
        self,
        old: Inventory,
        new: Inventory,
        settings: ComparisonSettings,
        stopwatch: Stopwatch,
        executor: Executor | None,
        progress: Progress,
    ) -> None:
        self._settings = settings
        self._stopwatch = stopwatch
        self._executor = executor
        self._progress = progress
        timeout = settings.query.timeout
        self._deadline = None if timeout is None else time.monotonic() + timeout
        with stopwatch.measure("index"):
            self._versions = Versions(old, new, settings.query, settings.new_profile)
        self._differences: list[Difference] = []
        self._masked: list[Slice] = []
        self._complete = True
        self._undecided: str | None = None

    def outcome(self) -> Comparison:
        """Everything that was found out."""
        with self._stopwatch.measure("compare texts"):
            candidates = list(slices_that_differ(self._versions))
        self._stopwatch.count("slices whose texts differ", len(candidates))
        differing = list(self._solver_differs(candidates))
        self._stopwatch.count("slices that differ", len(differing))
        workshop = Workshop(self._versions, differing, self._settings.scope)
        for job in self._jobs(workshop):
            found = len(self._differences)
            self._search(job)
            if len(self._differences) == found:
                self._masked += job.slices
        return self._comparison()

    # Slices -------------------------------------------------------------------------------------------

    def _solver_differs(self, candidates: list[Slice]) -> Iterator[Slice]:
        """The candidates that a solver finds different, or cannot decide."""
        owners: list[int] = []

        def tasks() -> Iterator[Task]:
            for number, piece in enumerate(candidates):
                self._progress("comparing", number, len(candidates))
                for problem in problems_of(self._versions, piece):
                    owners.append(number)
                    self._stopwatch.count("problems")
                    self._stopwatch.count("characters of SMT-LIB", len(problem.text))
                    yield Task(problem.text, (*FIXED, Literal(ComparisonGoal.DIFFERS)), self._left())

        different: set[int] = set()
        with self._stopwatch.measure("encode and solve slices"):
            for number, decision in enumerate(decide_all(tasks(), self._executor)):
                self._stopwatch.count("solver checks")
                if decision.holds is not False:
                    different.add(owners[number])
        yield from (piece for number, piece in enumerate(candidates) if number in different)

    def _left(self) -> float | None:
        """Seconds until the time limit."""
        return None if self._deadline is None else max(0.0, self._deadline - time.monotonic())

    # Regions ------------------------------------------------------------------------------------------

    def _jobs(self, workshop: Workshop) -> Iterator[Job]:
        """The problems one after another, each made when the one before has been solved."""
        changes = Changes(workshop)
        apart = self._settings.per_direction
        if self._settings.relation is Relation.DISJOINT:
            jobs: Iterable[Job] = [workshop.everything()]
        else:
            jobs = chain(
                workshop.of_directions() if apart else workshop.of_policies(),
                changes.of_pods(tuple(Direction), apart=apart),
                changes.of_services(),
                Itself(workshop).jobs(apart=apart),
                jobs_of_families(workshop, apart=apart),
            )
        pending = iter(jobs)
        while True:
            with self._stopwatch.measure("encode regions"):
                job = next(pending, None)
            if job is None:
                return
            yield job

    def _search(self, job: Job) -> None:
        """Add every region of one problem, as far as limits allow."""
        with self._stopwatch.measure("solve regions"):
            try:
                for change in self._settings.wanted:
                    # A solver of its own: regions that were found are forbidden to it.
                    solver = Solver(job.problem.text, timeout=self._left())
                    self._search_for(job, solver, change)
                    self._stopwatch.count("solver checks", solver.checks)
            except Undecided as reason:
                self._complete = False
                self._undecided = str(reason)

    def _search_for(self, job: Job, solver: Solver, change: Change) -> None:
        goal = Literal(GOALS[change])
        only_declared = self._settings.query.universe is Universe.DECLARED
        limit = _ALL if self._settings.limit is None else self._settings.limit
        left = limit - len(self._differences)
        regions = find_regions(solver, job.problem, FIXED, goal, only_declared=only_declared, limit=left + 1)
        for model, region in regions:
            if len(self._differences) >= limit:
                self._complete = False
                return
            witness, causes = replay(self._versions, job, change, model)
            self._differences.append(replace(_difference(job, change, witness, region), causes=causes))
            self._progress("regions found", len(self._differences), 0)

    # The outcome --------------------------------------------------------------------------------------

    def _comparison(self) -> Comparison:
        settings = self._settings
        verdict = self._verdict()
        left_open = unmodelled(self._versions)
        undecided = self._undecided
        if left_open:
            kinds = ", ".join(dict.fromkeys(policy.kind for policy in left_open))
            undecided = f"the input has policies of kinds that are not modelled yet: {kinds}"
        return Comparison(
            relation=settings.relation,
            verdict=ComparisonVerdict.UNDECIDED if left_open else verdict,
            universe=settings.query.universe.value,
            differences=tuple(self._differences),
            complete=self._complete,
            per_direction=settings.per_direction,
            scope=None if settings.scope is None else settings.scope.understood,
            masked=self._masked_words(),
            undecided=undecided,
            without_unmodelled=verdict if left_open else None,
            assumptions=assumptions_of(self._versions),
            notes=notes_of(self._versions, settings.scope),
            old=summarize(self._versions.inventories[Age.OLD]),
            new=summarize(self._versions.inventories[Age.NEW]),
            stats=self._stopwatch.stats(),
        )

    def _masked_words(self) -> tuple[str, ...]:
        """What is decided differently though no connection is; said only where nothing was left out."""
        settings = self._settings
        looked_at_all = (
            self._complete
            and settings.scope is None
            and settings.query.universe is Universe.ANY
            and {Change.OPENED, Change.CLOSED} <= set(settings.wanted)
        )
        if not looked_at_all:
            return ()
        return tuple(f"the {piece} is decided differently, but no connection is" for piece in self._masked)

    def _verdict(self) -> ComparisonVerdict:
        is_claim = self._settings.relation is not Relation.EQUIVALENT
        if self._differences:
            return ComparisonVerdict.VIOLATED if is_claim else ComparisonVerdict.DIFFERENT
        if self._undecided is not None:
            return ComparisonVerdict.UNDECIDED
        return ComparisonVerdict.HOLDS if is_claim else ComparisonVerdict.EQUIVALENT


def _difference(job: Job, change: Change, witness: ComparisonWitness, region: GrownRegion) -> Difference:
    return Difference(
        change=change,
        region=_region(job, region),
        witness=witness,
        direction=job.direction,
        subject=job.subject,
        origin=job.origin,
        conditions=conditions_of(region, witness.open_address),
    )


def _region(job: Job, region: GrownRegion) -> Region:
    """The region in the policies' own terms."""
    ends = job.ends or {}
    source, destination = (
        merge_words(*([(ends[side],)] if side in ends else []), end_words(region.literals, side))
        for side in (Side.SOURCE, Side.DESTINATION)
    )
    if job.itself:
        source, destination = destination, (ITSELF_WORDS,)
    return Region(source, destination, traffic_words(region.literals, ()))
