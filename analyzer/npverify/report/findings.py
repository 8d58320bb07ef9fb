"""Findings and usage errors as text, with the source line and a caret."""

from __future__ import annotations

from collections.abc import Iterable

from npverify.errors import Finding, Severity, UsageError
from npverify.report.style import PLAIN, Style

_TONES = {Severity.ERROR: "bad", Severity.WARNING: "doubt", Severity.NOTE: "strong"}
_WIDEST = 160
"""Characters of a source line that are shown."""


def render_finding(finding: Finding, style: Style = PLAIN) -> str:
    """One finding: `file:line:col: error[CODE]: message`, the source line with a caret, and the hint."""
    severity = style.paint(f"{finding.severity}[{finding.code}]", _TONES[finding.severity])
    lines = [f"{finding.origin}: {severity}: {finding.message}"]
    if finding.source_line is not None and finding.origin.line:
        lines += _excerpt(finding.source_line, finding.origin.line, finding.origin.column, finding, style)
    if finding.hint:
        lines.append(f"  {style.paint('hint:', 'strong')} {finding.hint}")
    return "\n".join(lines)


def _excerpt(source: str, line: int, column: int, finding: Finding, style: Style) -> list[str]:
    shown = source.expandtabs(1).rstrip()
    start = max(0, column - _WIDEST // 2) if len(shown) > _WIDEST else 0
    shown = shown[start : start + _WIDEST]
    offset = min(column - 1 - start, len(shown))
    carets = "^" * max(1, min(finding.width, len(shown) - offset))
    label = f" {finding.label}" if finding.label else ""
    number = f"{line:>5}"
    return [
        f"{number} | {shown}",
        f"{' ' * len(number)} | {' ' * offset}{style.paint(carets + label, _TONES[finding.severity])}",
    ]


def render_findings(findings: Iterable[Finding], style: Style = PLAIN) -> str:
    """All findings, in their order."""
    return "\n".join(render_finding(finding, style) for finding in findings)


def render_usage_error(error: UsageError, style: Style = PLAIN) -> str:
    """What is wrong with a question or flag, with a caret under the question."""
    lines = [f"{style.paint('error:', 'bad')} {error.message}"]
    if error.text is not None:
        carets = "^" * max(1, error.end - error.start)
        expected = f" expected {error.expected}" if error.expected else ""
        lines += [f"  {error.text}", f"  {' ' * error.start}{style.paint(carets, 'bad')}{expected}"]
    elif error.expected:
        lines.append(f"  expected {error.expected}")
    if error.hint:
        lines.append(f"  {style.paint('hint:', 'strong')} {error.hint}")
    return "\n".join(lines)
