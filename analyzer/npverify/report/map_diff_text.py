"""What has changed between two connectivity maps, as text."""

from __future__ import annotations

from npverify.questions.connectivity import MapDifference
from npverify.report.first import add_first
from npverify.report.map_changes import change_words, difference_headline, folded_changes
from npverify.report.map_text import add_open_facts
from npverify.report.map_words import endpoint_names
from npverify.report.page import Page
from npverify.report.passages import add_input, add_stats
from npverify.report.style import PLAIN, Style

_TONES = {"+": "good", "-": "bad", "±": "doubt", "~": "doubt"}


def render_map_difference_text(
    found: MapDifference,
    *,
    cidr: bool = False,
    width: int | None = None,
    style: Style = PLAIN,
    with_stats: bool = False,
) -> str:
    """What has changed, the same change on one line."""
    page = Page(width, style)
    notes = add_first(page, found.notes)
    _add_headline(page, found)
    page.gap()
    changes = tuple(folded_changes(found))
    for each in changes:
        lead = f"{each.change.sign} {each.change.word}:"
        names = (", ".join(endpoint_names(e, cidr=cidr)) for e in (each.sources, each.destinations))
        words = f"{lead} {' → '.join(names)}: {change_words(each.change)}"
        page.line(words, lead=lead, tone=_TONES[each.change.sign])
    for title, ends in (("only in the old version", found.only_old), ("only in the new one", found.only_new)):
        if ends:
            page.heading(title)
            page.point(", ".join(endpoint_names(ends, cidr=cidr)))
    page.gap()
    add_open_facts(page, (reason for each in changes for reason in each.change.reasons))
    _add_verification(page, found)
    page.items("assuming", dict.fromkeys((*found.old.assumptions, *found.new.assumptions)))
    page.items("note", notes)
    add_input(page, "old", found.old.input)
    add_input(page, "new", found.new.input)
    if with_stats:
        add_stats(page, found.old.stats)
        add_stats(page, found.new.stats)
    return page.text()


def _add_headline(page: Page, found: MapDifference) -> None:
    headline = difference_headline(found)
    if found.undecided is not None:
        page.line(f"undecided: {found.undecided}", lead="undecided:", tone="doubt")
        page.item("without", f"{headline}, if the policies that are not modelled did nothing")
    elif found.is_empty:
        page.line(f"the same: {headline}", lead="the same:", tone="good")
    else:
        page.line(f"different: {headline}", lead="different:", tone="bad")


def _add_verification(page: Page, found: MapDifference) -> None:
    checked = [of.verification for of in (found.old, found.new)]
    if any(each.checked for each in checked):
        done, pairs = sum(each.checked for each in checked), sum(each.pairs for each in checked)
        number = "every pair" if done == pairs else f"{done} of {pairs} pairs"
        page.item("confirmed", f"{number} of both maps, by the solver")
