"""Lint findings as text, as compilers write them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from npverify.errors import Finding, Severity
from npverify.lint import LintFinding, LintResult, Undecided
from npverify.report.findings import render_finding
from npverify.report.first import add_first
from npverify.report.lint_results import is_about_file, lint_summary, undecided_words
from npverify.report.page import Page, counted
from npverify.report.passages import add_input, add_stats
from npverify.report.style import PLAIN, Style

_MOST_CODES = 6
"""Codes that are listed one by one."""


def render_lint_text(
    lint: LintResult, *, width: int | None = None, style: Style = PLAIN, with_stats: bool = False
) -> str:
    """Every finding with its source line, then the summary; wrapped to `width` columns, or not (None)."""
    blocks = [render_finding(as_finding(finding), style, width) for finding in lint.findings]
    blocks += [render_finding(_undecided(alike), style, width) for alike in _alike(lint.undecided)]
    page = Page(width, style)
    notes = add_first(page, lint.notes)
    top = [page.text().rstrip("\n")] if len(notes) < len(lint.notes) else []
    summary = _summary(replace(lint, notes=notes), width, style, with_stats=with_stats)
    return "\n\n".join((*top, *blocks, summary))


def as_finding(finding: LintFinding) -> Finding:
    """A lint finding with everything that is shown of it."""
    return Finding(
        code=finding.code,
        severity=finding.severity,
        message=f"{_subject(finding)}{finding.message}",
        origin=finding.origin,
        hint=finding.hint,
        label=finding.label,
        width=finding.origin.width,
        source_line=finding.origin.text,
        related=tuple((related.origin, related.message) for related in finding.related),
    )


def _subject(finding: LintFinding) -> str:
    return "" if is_about_file(finding) else f"{finding.subject}: "


def _alike(undecided: Iterable[Undecided]) -> list[list[Undecided]]:
    """What several checks left open for the same reason, together."""
    groups: dict[tuple[object, ...], list[Undecided]] = {}
    for each in undecided:
        groups.setdefault((each.origin, each.subject, each.part, each.reason), []).append(each)
    return list(groups.values())


def _undecided(alike: Sequence[Undecided]) -> Finding:
    undecided, *others = alike
    codes = f" (so are {', '.join(other.code for other in others)})" if others else ""
    return Finding(
        code=undecided.code,
        severity=Severity.WARNING,
        message=f"{undecided.subject}: {undecided_words(undecided)}{codes}",
        origin=undecided.origin,
        width=undecided.origin.width,
        source_line=undecided.origin.text,
    )


def _summary(lint: LintResult, width: int | None, style: Style, *, with_stats: bool) -> str:
    page = Page(width, style)
    text = lint_summary(lint)
    page.line(text, lead=text.partition(":")[0].partition(" (")[0], tone=_tone(lint))
    page.items("note", lint.notes)
    add_input(page, "read", replace(lint.input, findings=()))
    page.item("looked for", _rules(lint))
    if with_stats:
        add_stats(page, lint.stats)
    return page.text()


def _tone(lint: LintResult) -> str:
    if any(finding.severity is Severity.ERROR for finding in lint.findings):
        return "bad"
    if lint.fails or lint.undecided:
        return "doubt"
    return "strong" if lint.findings else "good"


def _rules(lint: LintResult) -> str:
    codes = [rule.code for rule in lint.rules]
    return counted(len(codes), "code") if len(codes) > _MOST_CODES else ", ".join(codes)
