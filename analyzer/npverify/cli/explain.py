"""`npverify explain`."""

from __future__ import annotations

from typing import Annotated

import typer


def explain(
    code: Annotated[
        str | None,
        typer.Argument(
            help="A code such as NPV102, or a name such as dead-selector (default: list all).",
            metavar="[CODE]",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Say what a code of a finding means and what to do about it."""
    from npverify.cli.output import write_report

    write_report((_list() if code is None else _text(code)) + "\n", None)


def _list() -> str:
    """Every code in a line."""
    from npverify.lint import LINT_RULES
    from npverify.manifests import CODES

    width = max(len(rule.name) for rule in LINT_RULES)
    lines = [
        "Input, as `npverify` reads it:",
        *(f"  {found.code}  {found.title}" for found in CODES.values()),
    ]
    lines += ["", "Policies, by `npverify lint`:"]
    lines += (f"  {rule.code}  {rule.name:{width}}  {rule.severity:7}  {rule.title}" for rule in LINT_RULES)
    return "\n".join(lines)


def _text(word: str) -> str:
    from npverify.manifests import CODES

    found = CODES.get(word.upper())
    return f"{found.code}: {found.title}\n\n{found.explanation}" if found else _rule_text(word)


def _rule_text(word: str) -> str:
    from npverify.errors import UsageError
    from npverify.lint import LINT_CODES, LINT_RULES
    from npverify.lint.selection import Codes
    from npverify.manifests import CODES
    from npverify.report.rule_texts import render_rule

    known = Codes({**dict.fromkeys(CODES, ""), **LINT_CODES.names})
    code = known.single(word)
    if code is None:
        raise UsageError(f"`{word}` is no code that npverify has", hint=known.hint(word))
    return render_rule(next(rule for rule in LINT_RULES if rule.code == code))
