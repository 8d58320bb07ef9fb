"""What a code of `npverify lint` means, as text and as Markdown."""

from __future__ import annotations

from collections.abc import Iterator
from textwrap import indent

from npverify.lint import LintRule


def render_rule(rule: LintRule) -> str:
    """A rule as text: what it is, why it matters, how to mend it, and an example of both."""
    parts = [f"{rule.code} {rule.name}: {rule.title} ({rule.severity})", rule.why]
    parts += _paragraphs(rule)
    return "\n\n".join(parts)


def rule_help(rule: LintRule) -> str:
    """Why it matters and how to mend it, as text."""
    return "\n\n".join((rule.why, *_paragraphs(rule)))


def _paragraphs(rule: LintRule) -> Iterator[str]:
    if rule.fix:
        yield f"How to mend it: {rule.fix}"
    if rule.bad:
        yield f"Reported:\n\n{indent(rule.bad.rstrip(), '    ')}"
    if rule.good:
        yield f"Not reported:\n\n{indent(rule.good.rstrip(), '    ')}"


def rule_advice(rule: LintRule) -> str:
    """Why it matters and how to mend it, as Markdown without examples."""
    return "\n\n".join((rule.why, f"**How to mend it**: {rule.fix}")) if rule.fix else rule.why


def rule_markdown(rule: LintRule) -> str:
    """Why it matters and how to mend it, as Markdown."""
    parts = [rule_advice(rule)]
    if rule.bad:
        parts.append(f"Reported:\n\n```yaml\n{rule.bad.rstrip()}\n```")
    if rule.good:
        parts.append(f"Not reported:\n\n```yaml\n{rule.good.rstrip()}\n```")
    return "\n\n".join(parts)
