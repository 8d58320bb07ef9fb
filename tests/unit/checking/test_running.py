"""A run over all assertions: the order, the verdict, several processes, an early end."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import product

import pytest
from tests.unit.checking.projects import checker_of

from npverify.checking import CheckResult, Outcome, RunSettings, check
from npverify.errors import Severity
from npverify.questions.answer import InputSummary

GOOD, BAD = "that: api can reach db", "that: api cannot reach db"
HOLDS, VIOLATED, VACUOUS, UNDECIDED = Outcome
ERROR, WARNING = Severity.ERROR, Severity.WARNING


class Processes(ThreadPoolExecutor):
    """Stands in for processes, and counts what it is given."""

    def __init__(self):
        super().__init__(2)
        self.submitted = 0

    def submit(self, *arguments, **more):
        self.submitted += 1
        return super().submit(*arguments, **more)


def outcomes(result):
    return [each.outcome for each in result.results]


@pytest.fixture(scope="module")
def sample(tmp_path_factory):
    return check(checker_of(tmp_path_factory.mktemp("project"), GOOD)).results[0]


def run_of(sample, *outcomes_and_severities, is_strict=False):
    results = tuple(
        replace(sample, outcome=outcome, severity=severity) for outcome, severity in outcomes_and_severities
    )
    return CheckResult("npverify.yaml", results, InputSummary(1, 1, 1, 1, 1), is_strict=is_strict)


@pytest.mark.parametrize(
    ("found", "lenient", "strict"),
    [
        ([], HOLDS, HOLDS),
        ([(HOLDS, ERROR)], HOLDS, HOLDS),
        ([(HOLDS, ERROR), (VIOLATED, ERROR)], VIOLATED, VIOLATED),
        ([(VIOLATED, WARNING)], HOLDS, VIOLATED),
        ([(VACUOUS, ERROR)], HOLDS, VIOLATED),
        ([(UNDECIDED, ERROR)], UNDECIDED, UNDECIDED),
        ([(UNDECIDED, WARNING)], HOLDS, UNDECIDED),
        ([(UNDECIDED, ERROR), (VIOLATED, ERROR)], VIOLATED, VIOLATED),
        ([(UNDECIDED, ERROR), (VIOLATED, WARNING)], UNDECIDED, VIOLATED),
        ([(UNDECIDED, ERROR), (VACUOUS, ERROR)], UNDECIDED, VIOLATED),
    ],
)
def test_the_verdict_is_the_worst_that_counts(sample, found, lenient, strict):
    assert run_of(sample, *found).verdict is lenient
    assert run_of(sample, *found, is_strict=True).verdict is strict


def test_a_verdict_is_never_vacuous(sample):
    for outcome, severity, is_strict in product(Outcome, (ERROR, WARNING), (True, False)):
        assert run_of(sample, (outcome, severity), is_strict=is_strict).verdict is not VACUOUS


def test_outcomes_are_in_the_order_of_the_file(tmp_path):
    checker = checker_of(tmp_path, GOOD, BAD, "equivalent: {to: deploy}", BAD, GOOD)

    assert outcomes(check(checker)) == [HOLDS, VIOLATED, HOLDS, VIOLATED, HOLDS]


@pytest.mark.parametrize("fail_fast", [False, True])
@pytest.mark.parametrize("jobs", [1, 2, 5])
@pytest.mark.parametrize(
    "items", [(GOOD, BAD, GOOD), (GOOD, GOOD, "equivalent: {to: deploy}", BAD, GOOD, GOOD), (GOOD,)]
)
def test_processes_change_nothing(tmp_path, items, jobs, fail_fast):
    checker = checker_of(tmp_path, *items)
    settings = RunSettings(fail_fast=fail_fast, jobs=jobs)

    alone = check(checker, settings)
    with Processes() as executor:
        together = check(checker, settings, executor=executor)

    assert outcomes(together) == outcomes(alone)
    assert [r.name for r in together.results] == [r.name for r in alone.results]
    assert together.skipped == alone.skipped
    assert executor.submitted


def test_a_failure_ends_the_run(tmp_path):
    checker = checker_of(tmp_path, GOOD, BAD, "{name: third, that: api can reach db}")

    result = check(checker, RunSettings(fail_fast=True))

    assert outcomes(result) == [HOLDS, VIOLATED]
    assert result.skipped == ("third",)
    assert result.verdict is VIOLATED


@pytest.mark.parametrize(("is_strict", "number"), [(False, 3), (True, 1)])
@pytest.mark.parametrize(
    "first", ["{that: api cannot reach db, severity: warning}", "unreachable: {from: app=nobody, to: db}"]
)
def test_a_warning_ends_a_strict_run_only(tmp_path, first, is_strict, number):
    checker = checker_of(tmp_path, first, GOOD, GOOD)

    result = check(checker, RunSettings(fail_fast=True, is_strict=is_strict))

    assert len(result.results) == number


def test_progress_is_told(tmp_path):
    told = []

    check(checker_of(tmp_path, GOOD, BAD), progress=lambda *words: told.append(words))

    assert told == [("assertions", 1, 2), ("assertions", 2, 2)]


def test_what_was_read_is_told(tmp_path):
    assert check(checker_of(tmp_path, GOOD)).input.policies == 1
