"""The outcome of assertions as text, for people."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from npverify.checking import AssertionResult, CheckResult, Outcome
from npverify.questions.answer import Answer
from npverify.questions.comparison import Comparison
from npverify.report.changes import listed_differences
from npverify.report.check_sentences import TONES, check_summary, finding_words, severity_words
from npverify.report.diff_sentences import diff_headline
from npverify.report.diff_text import add_completeness, add_difference
from npverify.report.first import add_first
from npverify.report.page import Page
from npverify.report.passages import add_input
from npverify.report.sentences import headline
from npverify.report.style import PLAIN, Style
from npverify.report.text import add_core, add_entries, add_flow

MOST_REGIONS = 5
"""Regions of a comparison that are shown; `npverify diff` shows all."""


def render_check_text(check: CheckResult, *, width: int | None = None, style: Style = PLAIN) -> str:
    """Every assertion in the order of the file, what holds in a line each, then the summary; wrapped to
    `width` columns, or not at all (None).
    """
    page = Page(width, style)
    notes = add_first(page, check.notes)
    was_long = False
    for result in check.results:
        is_long = result.outcome is not Outcome.HOLDS
        if is_long or was_long:
            page.gap()
        _add_result(page, _without_common_notes(result, check))
        was_long = is_long
    page.gap()
    verdict = check.verdict
    page.line(f"{verdict}: {check_summary(check)}", lead=verdict.value, tone=TONES[verdict])
    page.items("assuming", dict.fromkeys(_assumptions(check)))
    page.items("note", notes)
    add_input(page, "read", check.input)
    page.items("skipped", check.skipped)
    return page.text()


def render_assertion(result: AssertionResult, *, width: int | None = None, style: Style = PLAIN) -> str:
    """One assertion with all that was found of it."""
    page = Page(width, style)
    _add_result(page, result)
    return page.text()


def _without_common_notes(result: AssertionResult, check: CheckResult) -> AssertionResult:
    """A result without the notes that are about the manifests as a whole, which are told once."""
    answer, comparison = result.answer, result.comparison
    if answer is not None:
        answer = replace(answer, notes=tuple(n for n in answer.notes if n not in check.notes))
    if comparison is not None:
        comparison = replace(comparison, notes=tuple(n for n in comparison.notes if n not in check.notes))
    return replace(result, answer=answer, comparison=comparison)


def _assumptions(check: CheckResult) -> Iterator[str]:
    for result in check.results:
        found = result.answer or result.comparison
        yield from found.assumptions if found else ()


def _add_result(page: Page, result: AssertionResult) -> None:
    outcome = result.outcome
    page.line(f"{outcome}{severity_words(result)}: {result.name}", lead=outcome.value, tone=TONES[outcome])
    if outcome is Outcome.HOLDS:
        page.items("vacuous", (f"{reason} (allowed)" for reason in result.vacuous))
        return
    if result.claim != result.name:
        page.item("claim", result.claim)
    page.item("at", str(result.origin))
    if outcome is Outcome.VACUOUS:
        page.items("vacuous", result.vacuous)
        page.item("", "`allow-vacuous: true` accepts this")
        _add_notes(page, result)
        return
    if result.answer is not None:
        _add_answer(page, result, result.answer)
    if result.comparison is not None:
        _add_comparison(page, result, result.comparison)


def _add_answer(page: Page, result: AssertionResult, answer: Answer) -> None:
    if result.outcome is Outcome.UNDECIDED:
        page.item("because", finding_words(result), tone="doubt")
    else:
        declared = " (of the declared pods)" if answer.universe == "declared" else ""
        page.item("found", f"{headline(answer)}{declared}")
    if answer.without_unmodelled is not None:
        page.item(
            "without", f"{answer.without_unmodelled}, if the policies that are not modelled did nothing"
        )
    page.items("vacuous", result.vacuous)
    ends = (answer.query.source, answer.query.destination)
    page.items("read as", [end.understood for end in ends if end is not None])
    add_flow(page, answer)
    add_entries(page, answer)
    if answer.entries:
        page.gap()
    if answer.witness is None and result.outcome is Outcome.VIOLATED:
        add_core(page, answer)
    page.items("if", answer.conditions)
    _add_notes(page, result)


def _add_comparison(page: Page, result: AssertionResult, comparison: Comparison) -> None:
    listed = listed_differences(comparison)
    page.item("found", diff_headline(comparison, listed))
    page.item("compared", f"with {result.other}")
    for difference in listed[:MOST_REGIONS]:
        add_difference(page, difference)
    if len(listed) > MOST_REGIONS:
        page.gap()
        page.item("more", f"{len(listed) - MOST_REGIONS} more regions: `npverify diff` shows all of them")
    add_completeness(page, comparison, listed)
    _add_notes(page, result)


def _add_notes(page: Page, result: AssertionResult) -> None:
    found = result.answer or result.comparison
    page.items("note", (*(found.notes if found else ()), *result.notes))
