"""One assertion decided: its question asked, or the versions compared, and held against what is claimed."""

from __future__ import annotations

from concurrent.futures import Executor

from npverify.checking.checker import ReadyAssertion
from npverify.checking.result import AssertionResult, Outcome
from npverify.configuration.claims import Assertion, ComparisonClaim, form_name, render_claim
from npverify.configuration.options import OptionValues, asking_settings
from npverify.language.statements import Statement
from npverify.questions.answer import Answer, Verdict
from npverify.questions.ask import ask
from npverify.questions.comparison import (
    Comparison,
    ComparisonSettings,
    ComparisonVerdict,
    compare,
)
from npverify.questions.comparison.result import DEFAULT_LIMIT
from npverify.questions.progress import Progress, say_nothing
from npverify.questions.settings import QuerySettings, Universe
from npverify.resources.inventory import Inventory

_TRUE = (ComparisonVerdict.EQUIVALENT, ComparisonVerdict.HOLDS)


def decide(
    ready: ReadyAssertion,
    inventory: Inventory,
    options: OptionValues,
    *,
    executor: Executor | None = None,
    jobs: int = 1,
    progress: Progress = say_nothing,
) -> AssertionResult:
    """The outcome of one assertion; `executor` solves the parts of a comparison where there are many.

    Raises InternalError where the reference evaluator contradicts the solver.
    """
    assertion = ready.assertion
    settings = asking_settings({**options, "universe": universe_of(assertion, options)})
    if isinstance(assertion.claim, ComparisonClaim):
        comparison = _compare(ready, assertion.claim, inventory, settings, executor, jobs, progress)
        versions = (ready.other, inventory)
        is_vacuous = not any(version and _has_policies(version) for version in versions)
        vacuous = ("neither version has a policy",) if is_vacuous else ()
        return _compared(assertion, assertion.claim, comparison, vacuous)
    assert ready.query is not None  # what is no comparison is a question
    return _answered(assertion, assertion.claim, ask(ready.query, inventory, settings))


def universe_of(assertion: Assertion, options: OptionValues) -> Universe:
    """The pods that an assertion speaks of: as it says itself, else as the options do, else by its claim.

    A claim that one flow makes true is about declared pods, one that every flow must obey about every pod
    that could exist: of both that is the stronger reading.
    """
    said = assertion.universe or options.get("universe")
    if said is not None:
        return Universe(str(said))
    is_existential = isinstance(assertion.claim, Statement) and assertion.claim.is_existential
    return Universe.DECLARED if is_existential else Universe.ANY


# Questions --------------------------------------------------------------------------------------------


def _answered(assertion: Assertion, claim: Statement, answer: Answer) -> AssertionResult:
    if answer.verdict is Verdict.UNDECIDED:
        outcome = Outcome.UNDECIDED
    else:
        outcome = _outcome(assertion, answer.vacuous, is_true=answer.verdict is claim.expected)
    return AssertionResult(
        name=assertion.name,
        claim=render_claim(claim),
        form=form_name(claim),
        severity=assertion.severity,
        outcome=outcome,
        origin=assertion.origin,
        answer=answer,
        vacuous=answer.vacuous,
        allow_vacuous=assertion.allow_vacuous,
    )


def _outcome(assertion: Assertion, vacuous: tuple[str, ...], *, is_true: bool) -> Outcome:
    if not is_true:
        return Outcome.VIOLATED
    return Outcome.VACUOUS if vacuous and not assertion.allow_vacuous else Outcome.HOLDS


# Comparisons ------------------------------------------------------------------------------------------


def _compare(
    ready: ReadyAssertion,
    claim: ComparisonClaim,
    inventory: Inventory,
    settings: QuerySettings,
    executor: Executor | None,
    jobs: int,
    progress: Progress,
) -> Comparison:
    assert ready.other is not None  # a comparison has another version
    wanted = ComparisonSettings(
        query=settings,
        relation=claim.relation,
        per_direction=claim.per_direction,
        scope=ready.scope,
        limit=1 if claim.is_negated else DEFAULT_LIMIT,  # one difference is enough to make it true
        jobs=jobs,
    )
    return compare(ready.other, inventory, wanted, executor=executor, progress=progress)


def _has_policies(inventory: Inventory) -> bool:
    return bool(inventory.policies or inventory.left_open)


def _compared(
    assertion: Assertion, claim: ComparisonClaim, comparison: Comparison, vacuous: tuple[str, ...]
) -> AssertionResult:
    if comparison.verdict is ComparisonVerdict.UNDECIDED:
        outcome = Outcome.UNDECIDED
    else:
        is_true = (comparison.verdict in _TRUE) is not claim.is_negated
        outcome = _outcome(assertion, vacuous, is_true=is_true)
    return AssertionResult(
        name=assertion.name,
        claim=render_claim(claim),
        form=form_name(claim),
        severity=assertion.severity,
        outcome=outcome,
        origin=assertion.origin,
        comparison=comparison,
        other=str(claim.other),
        vacuous=vacuous,
        allow_vacuous=assertion.allow_vacuous,
    )
