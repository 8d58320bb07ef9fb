"""Findings and usage errors as text, with the source line and a caret."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable

from npverify.errors import Finding, Severity, UsageError
from npverify.report.style import PLAIN, Style, columns, printable

_TONES = {Severity.ERROR: "bad", Severity.WARNING: "doubt", Severity.NOTE: "strong"}
_WIDEST = 160
"""Characters of a source line that are shown."""
_NARROWEST = 40
_MARGIN = 8
"""Columns before a source line."""


def render_finding(finding: Finding, style: Style = PLAIN, width: int | None = None) -> str:
    """One finding: `file:line:col: error[CODE]: message`, the source line with a caret, related places and
    the hint; wrapped to `width` columns, or not at all (None).
    """
    severity = f"{finding.severity}[{finding.code}]"
    text = f"{printable(str(finding.origin))}: {severity}: {printable(finding.message)}"
    lines = _wrapped(text, "", width)
    at = next(number for number, line in enumerate(lines) if severity in line)
    lines[at] = lines[at].replace(severity, style.paint(severity, _TONES[finding.severity]), 1)
    if finding.source_line is not None and finding.origin.line:
        lines += _excerpt(finding.source_line, finding, style, width)
    for origin, message in finding.related:
        lines += _labelled("see:", f"{printable(str(origin))}: {printable(message)}", style, width)
    if finding.hint:
        lines += _labelled("hint:", printable(finding.hint), style, width)
    return "\n".join(lines)


def _labelled(label: str, text: str, style: Style, width: int | None) -> list[str]:
    first, *rest = _wrapped(f"{label} {text}", "  ", width)
    return [first.replace(label, style.paint(label, "strong"), 1), *rest]


def _wrapped(text: str, indent: str, width: int | None) -> list[str]:
    """The text from the indent on; continuations are indented further."""
    if width is None or len(indent) + columns(text) <= width:
        return [indent + text]
    return textwrap.wrap(
        text,
        max(_NARROWEST, width),
        initial_indent=indent,
        subsequent_indent=indent + "  ",
        break_long_words=False,
        break_on_hyphens=False,
    )


def _excerpt(source: str, finding: Finding, style: Style, width: int | None) -> list[str]:
    """The source line and the carets below it; of a long line, the part around the place."""
    whole = source.expandtabs(1).rstrip()
    column = max(1, finding.origin.column)
    widest = _WIDEST if width is None else min(_WIDEST, max(_NARROWEST, width) - _MARGIN)
    start = max(0, column - widest // 2) if len(whole) > widest else 0
    part = whole[start : start + widest]
    shown, carets = _marked(part, column - 1 - start, column - 1 - start + finding.width)
    number = f"{finding.origin.line:>5}"
    margin = f"{' ' * len(number)} | "
    blanks, marks = carets
    first, *rest = _beside(marks, printable(finding.label or ""), len(margin + blanks), width)
    tone = _TONES[finding.severity]
    return [
        f"{number} | {shown}",
        f"{margin}{blanks}{style.paint(first, tone)}",
        *(f"{margin}{style.paint(line, tone)}" for line in rest),
    ]


def _beside(marks: str, label: str, column: int, width: int | None) -> list[str]:
    """The carets with the label behind them, or below them where there is no room for it."""
    text = f"{marks} {label}".rstrip()
    if width is None or column + columns(text) <= width:
        return [text]
    room = max(_NARROWEST, width) - _MARGIN
    return [marks, *textwrap.wrap(label, room, break_long_words=False, break_on_hyphens=False)]


def _marked(text: str, start: int, end: int) -> tuple[str, tuple[str, str]]:
    """The text as it is shown, and what goes below it: blanks, then carets under `start` to `end`."""
    before, marked = printable(text[:start]), printable(text[start:end])
    return printable(text), (" " * columns(before), "^" * max(1, columns(marked)))


def render_findings(findings: Iterable[Finding], style: Style = PLAIN) -> str:
    """All findings, in their order."""
    return "\n".join(render_finding(finding, style) for finding in findings)


def render_usage_error(error: UsageError, style: Style = PLAIN) -> str:
    """What is wrong with a question or flag, with a caret under the question."""
    lines = [f"{style.paint('error:', 'bad')} {printable(error.message)}"]
    if error.text is not None:
        shown, (blanks, marks) = _marked(error.text, error.start, error.end)
        expected = f" expected {printable(error.expected)}" if error.expected else ""
        lines += [f"  {shown}", f"  {blanks}{style.paint(marks, 'bad')}{expected}"]
    elif error.expected:
        lines.append(f"  expected {printable(error.expected)}")
    if error.hint:
        lines.append(f"  {style.paint('hint:', 'strong')} {printable(error.hint)}")
    return "\n".join(lines)
