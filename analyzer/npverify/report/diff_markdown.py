"""A comparison as Markdown for a pull request: a headline, a table of the regions, details folded."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import PurePath

from npverify.questions.comparison import Comparison, Difference
from npverify.reference import DirectionReport
from npverify.report.changes import (
    culprit_of,
    deciding_directions,
    is_masked,
    leads_there,
    listed_differences,
    report_of,
)
from npverify.report.diff_sentences import (
    Sides,
    cause_words,
    change_words,
    completeness_words,
    diff_headline,
    leading_words,
)
from npverify.report.first import split_first
from npverify.report.markdown import escape, folded, place, warned
from npverify.report.page import counted
from npverify.report.passages import decision_words, input_words
from npverify.report.regions import end_phrase, region_phrase, traffic_phrase
from npverify.report.sentences import flow_words


def render_diff_markdown(
    comparison: Comparison, sides: Sides | None = None, *, root: PurePath | None = None
) -> str:
    """The comparison as GitHub-flavoured Markdown; files below `root` are named from there."""
    names = sides or Sides()
    listed = listed_differences(comparison)
    first, notes = split_first(comparison.notes)
    headline = f"## npverify diff: {comparison.verdict}: {escape(diff_headline(comparison, listed))}"
    blocks = [*warned(first), headline]
    if comparison.without_unmodelled is not None:
        blocks.append(
            f"**{comparison.without_unmodelled}**, if the policies that are not modelled did nothing."
        )
    if comparison.scope is not None:
        blocks.append(f"Of flows of which one end at least is in {escape(comparison.scope)}.")
    if listed:
        blocks += ["\n".join(_table(listed, root)), _completeness(comparison)]
        blocks.append(_fold(f"Flows and rules of {counted(len(listed), 'region')}", _details(listed, root)))
    if comparison.masked:
        blocks.append(_fold("Changes that change no connection", _bullets(comparison.masked)))
    blocks.append(_fold("Assumptions and input", _circumstances(comparison, names, notes, root)))
    return "\n\n".join(blocks) + "\n"


def _table(listed: Sequence[Difference], root: PurePath | None) -> Iterator[str]:
    yield "| | change | source | destination | traffic | where |"
    yield "|---:|---|---|---|---|---|"
    for number, difference in enumerate(listed, start=1):
        region, culprit = difference.region, culprit_of(difference)
        cells = (
            str(number),
            f"**{change_words(difference)}**",
            escape(end_phrase(region.source)),
            escape(end_phrase(region.destination)),
            escape(traffic_phrase(region.traffic)),
            f"{escape(culprit.name)} {place(culprit.origin, root)}" if culprit else "",
        )
        yield f"| {' | '.join(cells)} |"


def _completeness(comparison: Comparison) -> str:
    words = escape(completeness_words(comparison))
    return f"{words[0].upper()}{words[1:]}." if comparison.complete else f"> **Not all:** {words}."


def _fold(summary: str, lines: Iterable[str]) -> str:
    return folded(summary, "\n".join(lines))


def _bullets(texts: Iterable[str]) -> Iterator[str]:
    return (f"- {escape(text)}" for text in texts)


def _details(listed: Sequence[Difference], root: PurePath | None) -> Iterator[str]:
    for number, difference in enumerate(listed, start=1):
        witness = difference.witness
        if number > 1:
            yield ""
        yield f"**{number}. {change_words(difference)}:** {escape(region_phrase(difference.region))}"
        yield ""
        if difference.subject is not None:
            where = f" {place(difference.origin, root)}" if difference.origin else ""
            yield f"- changed: {escape(difference.subject)}{where}"
        flow = f"{witness.source} → {witness.destination} on {flow_words(witness.flow)}"
        yield f"- flow: {escape(flow)}"
        for direction in deciding_directions(difference):
            for age, evaluation in (("old", witness.old), ("new", witness.new)):
                report = report_of(evaluation, direction)
                yield f"- {age}: {direction.value.lower()} {decision_words(report)}"
                yield from _rules(report, root)
        for age, leads in zip(("old", "new"), leads_there(difference) or (), strict=False):
            yield f"- {age}: {escape(leading_words(difference, leads=leads))}"
        if is_masked(difference):
            yield "- masked: the other direction denies the flow in both versions"
        yield from (f"- if {escape(condition)}" for condition in difference.conditions)
        yield from (f"- because {escape(cause_words(cause))}" for cause in difference.causes)


def _rules(report: DirectionReport, root: PurePath | None) -> Iterator[str]:
    for rule in report.rules:
        yield f"  - {escape(str(rule))} {place(rule.origin, root)}"
    for miss in report.nearest[:1]:
        lacks = escape(f"{miss.rule} would allow it but for {' and '.join(miss.lacks)}")
        yield f"  - nearest: {lacks} {place(miss.rule.origin, root)}"


def _circumstances(
    comparison: Comparison, sides: Sides, notes: Iterable[str], root: PurePath | None
) -> Iterator[str]:
    for age, name, read in (("old", sides.old, comparison.old), ("new", sides.new, comparison.new)):
        yield f"- {age}: {escape(name)}, {input_words(read)}"
        yield from (
            f"  - not modelled: {escape(f'{p.kind} {p}')} {place(p.origin, root)}" for p in read.unmodelled
        )
        yield from (f"  - left out: {place(f.origin, root)}: {escape(f.message)}" for f in read.left_out)
    yield from (f"- note: {escape(note)}" for note in notes)
    yield from (f"- assuming: {escape(assumption)}" for assumption in comparison.assumptions)
