"""The outcome of assertions as Markdown, for a pull request or the summary of a step."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePath

from npverify.checking import CheckResult, Outcome
from npverify.report.check_sentences import check_summary, finding_words, severity_words
from npverify.report.check_text import render_assertion
from npverify.report.first import split_first
from npverify.report.markdown import escape, folded, place, warned
from npverify.report.passages import input_words

_SIGNS = {
    Outcome.HOLDS: "✅",
    Outcome.VIOLATED: "❌",
    Outcome.VACUOUS: "⚠️",
    Outcome.UNDECIDED: "❔",
}


def render_check_markdown(check: CheckResult, *, root: PurePath | None = None) -> str:
    """A headline, a table of all assertions, and below it, folded, all that was found of those that do not
    hold; files below `root` are named from there.
    """
    first, notes = split_first(check.notes)
    blocks = [*warned(first), f"## npverify check: {check.verdict}: {escape(check_summary(check))}"]
    if check.results:
        blocks.append("\n".join(_table(check, root)))
    blocks.extend(
        folded(f"{result.outcome}: {result.name}", _fenced(render_assertion(result)))
        for result in check.results
        if result.outcome is not Outcome.HOLDS
    )
    if check.skipped:
        names = "\n".join(f"- {escape(name)}" for name in check.skipped)
        blocks.append(f"Not looked at after the first failure:\n\n{names}")
    if notes:
        blocks.append("\n".join(f"- {escape(note)}" for note in notes))
    blocks.append(f"Read {input_words(check.input)}.")
    return "\n\n".join(blocks) + "\n"


def _table(check: CheckResult, root: PurePath | None) -> Iterator[str]:
    yield "| | assertion | where | found |"
    yield "|---|---|---|---|"
    for result in check.results:
        found = "" if result.outcome is Outcome.HOLDS else escape(finding_words(result))
        yield (
            f"| {_SIGNS[result.outcome]} {result.outcome}{severity_words(result)} | {escape(result.name)} "
            f"| {place(result.origin, root)} | {found} |"
        )


def _fenced(text: str) -> str:
    """Text as it is; a fence in it cannot end it."""
    fence = "```"
    while fence in text:
        fence += "`"
    return f"{fence}text\n{text.rstrip()}\n{fence}"
