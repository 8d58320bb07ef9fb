"""Findings and usage errors as text, with the source line and a caret."""

from __future__ import annotations

from collections.abc import Iterable

from npverify.errors import Finding, Severity, UsageError
from npverify.report.style import PLAIN, Style, columns, printable

_TONES = {Severity.ERROR: "bad", Severity.WARNING: "doubt", Severity.NOTE: "strong"}
_WIDEST = 160
"""Characters of a source line that are shown."""


def render_finding(finding: Finding, style: Style = PLAIN) -> str:
    """One finding: `file:line:col: error[CODE]: message`, the source line with a caret, and the hint."""
    severity = style.paint(f"{finding.severity}[{finding.code}]", _TONES[finding.severity])
    lines = [f"{printable(str(finding.origin))}: {severity}: {printable(finding.message)}"]
    if finding.source_line is not None and finding.origin.line:
        lines += _excerpt(finding.source_line, finding, style)
    if finding.hint:
        lines.append(f"  {style.paint('hint:', 'strong')} {printable(finding.hint)}")
    return "\n".join(lines)


def _excerpt(source: str, finding: Finding, style: Style) -> list[str]:
    """The source line and the carets below it; of a long line, the part around the place."""
    whole = source.expandtabs(1).rstrip()
    column = max(1, finding.origin.column)
    start = max(0, column - _WIDEST // 2) if len(whole) > _WIDEST else 0
    part = whole[start : start + _WIDEST]
    shown, carets = _marked(part, column - 1 - start, column - 1 - start + finding.width)
    label = f" {printable(finding.label)}" if finding.label else ""
    number = f"{finding.origin.line:>5}"
    blanks, marks = carets
    return [
        f"{number} | {shown}",
        f"{' ' * len(number)} | {blanks}{style.paint(marks + label, _TONES[finding.severity])}",
    ]


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
