"""`npverify explain`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from npverify.report.results import ResultRule


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
    lines = ["Claims, by `npverify diff` and `npverify check`:"]
    lines += (f"  {rule.code}  {rule.name:{width}}  {rule.title}" for rule in _claim_rules().values())
    lines += ["", "Input, as `npverify` reads it:"]
    lines += (f"  {found.code}  {found.title}" for found in CODES.values())
    lines += ["", "Policies, by `npverify lint`:"]
    lines += (f"  {rule.code}  {rule.name:{width}}  {rule.severity:7}  {rule.title}" for rule in LINT_RULES)
    return "\n".join(lines)


def _claim_rules() -> dict[str, ResultRule]:
    """The codes under which comparisons and assertions are reported."""
    from npverify.report.check_results import FORM_RULES, VACUOUS_RULE
    from npverify.report.diff_results import RULES

    return {rule.code: rule for rule in (*RULES.values(), *FORM_RULES.values(), VACUOUS_RULE)}


def _text(word: str) -> str:
    from npverify.manifests import CODES

    found = CODES.get(word.upper())
    if found:
        return f"{found.code}: {found.title}\n\n{found.explanation}"
    rules = _claim_rules()
    claim = next((rule for rule in rules.values() if word.lower() in (rule.code.lower(), rule.name)), None)
    return f"{claim.code}: {claim.title}\n\n{claim.help}" if claim else _rule_text(word, rules)


def _rule_text(word: str, others: dict[str, ResultRule]) -> str:
    from npverify.errors import UsageError
    from npverify.lint import LINT_CODES, LINT_RULES
    from npverify.lint.selection import Codes
    from npverify.manifests import CODES
    from npverify.report.rule_texts import render_rule

    claims = {code: rule.name for code, rule in others.items()}
    known = Codes({**dict.fromkeys(CODES, ""), **LINT_CODES.names, **claims})
    code = known.single(word)
    if code is None:
        raise UsageError(f"`{word}` is no code that npverify has", hint=known.hint(word))
    return render_rule(next(rule for rule in LINT_RULES if rule.code == code))
