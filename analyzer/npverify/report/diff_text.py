"""A comparison as text, for people."""

from __future__ import annotations

from collections.abc import Sequence

from npverify.questions.comparison import Change, Comparison, Difference
from npverify.report.changes import (
    deciding_directions,
    is_masked,
    leads_there,
    listed_differences,
    report_of,
)
from npverify.report.diff_sentences import (
    SIGNS,
    TONES,
    Sides,
    cause_words,
    change_words,
    completeness_words,
    diff_headline,
    leading_words,
)
from npverify.report.first import add_first
from npverify.report.page import Page
from npverify.report.passages import add_decision, add_input, add_stats
from npverify.report.regions import region_phrase
from npverify.report.sentences import flow_words
from npverify.report.style import PLAIN, Style

_SIGN_TONES = {Change.OPENED: "good", Change.CLOSED: "bad", Change.SHARED: "bad"}


def render_diff_text(
    comparison: Comparison,
    sides: Sides | None = None,
    *,
    width: int | None = None,
    style: Style = PLAIN,
    with_stats: bool = False,
) -> str:
    """The comparison, most important first; wrapped to `width` columns, or not at all (None)."""
    page = Page(width, style)
    listed = listed_differences(comparison)
    verdict = comparison.verdict
    notes = add_first(page, comparison.notes)
    page.line(f"{verdict}: {diff_headline(comparison, listed)}", lead=verdict, tone=TONES[verdict])
    if comparison.without_unmodelled is not None:
        page.item(
            "without", f"{comparison.without_unmodelled}, if the policies that are not modelled did nothing"
        )
    for difference in listed:
        add_difference(page, difference, within=" (within the scope)" if comparison.scope else "")
    add_completeness(page, comparison, listed)
    if comparison.masked:
        page.heading("changes that change no connection:")
        page.items("", (f"- {text}" for text in comparison.masked))
    page.gap()
    _circumstances(page, comparison, sides or Sides(), notes)
    if with_stats:
        add_stats(page, comparison.stats)
    return page.text()


def add_difference(page: Page, difference: Difference, *, within: str = "") -> None:
    """One region with a flow of it, and what decides that flow in each version."""
    change, witness = difference.change, difference.witness
    lead = f"{SIGNS[change]} {change_words(difference)}"
    page.gap()
    page.line(f"{lead}: {region_phrase(difference.region)}{within}", lead=lead, tone=_SIGN_TONES[change])
    if difference.subject is not None:
        place = f"  {difference.origin}" if difference.origin else ""
        page.item("changed", f"{difference.subject}{place}")
    page.item("flow", f"{witness.source} → {witness.destination} on {flow_words(witness.flow)}")
    for label, evaluation in (("old", witness.old), ("new", witness.new)):
        shown = label
        for each in deciding_directions(difference):
            add_decision(page, shown, report_of(evaluation, each), before=f"{each.value.lower()} ")
            shown = ""
    for label, leads in zip(("old", "new"), leads_there(difference) or (), strict=False):
        page.item(label, leading_words(difference, leads=leads))
    if is_masked(difference):
        page.item("masked", "the other direction denies the flow in both versions")
    page.items("because", map(cause_words, difference.causes))
    page.items("if", difference.conditions)


def add_completeness(page: Page, comparison: Comparison, listed: Sequence[Difference]) -> None:
    """Whether there are differences that are not listed."""
    if not listed:
        return
    page.gap()
    words = completeness_words(comparison)
    if comparison.complete:
        page.item("complete", words)
    else:
        page.line(f"not all: {words}", lead="not all:", tone="doubt")


def _circumstances(page: Page, comparison: Comparison, sides: Sides, notes: Sequence[str]) -> None:
    if comparison.scope is not None:
        page.item("scope", f"flows of which one end at least is in: {comparison.scope}")
    page.items("assuming", comparison.assumptions)
    page.items("note", notes)
    add_input(page, "old", comparison.old, before=f"{sides.old}: ")
    add_input(page, "new", comparison.new, before=f"{sides.new}: ")
