"""`lint` of npverify.yaml."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from npverify.configuration.fields import has_only, items_of, required_text
from npverify.lint.rules import LINT_CODES
from npverify.lint.suppression import Source, Suppression
from npverify.lint.suppression_rules import SUPPRESSION_RULES
from npverify.manifests.values import Value

_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_ABOUT_SUPPRESSIONS = frozenset(rule.code for rule in SUPPRESSION_RULES)


@dataclass(frozen=True, slots=True)
class LintConfiguration:
    """`ignore`: words for codes that are not wanted at all, as of `--ignore`."""

    ignore: tuple[str, ...] = ()
    suppressions: tuple[Suppression, ...] = ()


NO_LINT = LintConfiguration()


def parse_lint(value: Value | None) -> LintConfiguration:
    """The section, as far as it is sound; what is not is reported."""
    if value is None or not has_only(value, ("ignore", "suppress")):
        return NO_LINT
    return LintConfiguration(
        ignore=tuple(_parse_words(value.get("ignore"))),
        suppressions=tuple(_parse_suppressions(value.get("suppress"))),
    )


def _parse_words(value: Value | None) -> Iterator[str]:
    for item in items_of(value):
        word = item.text()
        if word is not None and LINT_CODES.meant(word):
            yield word
        elif word is not None:
            item.fail(f"`{word}` is no code, prefix or name of a check", hint=LINT_CODES.hint(word))


def _parse_suppressions(value: Value | None) -> Iterator[Suppression]:
    for item in items_of(value):
        if has_only(item, ("code", "subject", "reason", "expires")):
            code = _parse_code(item)
            subject = required_text(item, "subject") if item.get("subject") else None
            reason = required_text(item, "reason")
            expires = item.get("expires")
            last_day = _parse_date(expires) if expires else None
            if code and reason:
                yield Suppression(
                    code=code,
                    subject=subject[1].strip() if subject else "*",
                    reason=reason[1].strip(),
                    source=Source.CONFIGURATION,
                    origin=item.origin,
                    expires=last_day,
                )


def _parse_code(item: Value) -> str | None:
    found = required_text(item, "code")
    if found is None:
        return None
    value, word = found
    code = LINT_CODES.single(word)
    if code is None:
        value.fail(f"`{word}` is no code or name of a check", hint=_hint(word))
    elif code in _ABOUT_SUPPRESSIONS:
        value.fail(f"`{word}` is about suppressions and cannot be suppressed", hint="put it under `ignore`")
    return code


def _hint(word: str) -> str:
    if LINT_CODES.meant(word):
        return "a suppression is for one code; a prefix can stand under `ignore`"
    return LINT_CODES.hint(word)


def _parse_date(value: Value) -> date | None:
    text = value.text()
    if text is None:
        return None
    try:
        return parse_day(text)
    except ValueError:
        value.fail(f"`{text}` is no date", hint="write the last day on which it holds, as 2026-12-31")
        return None


def parse_day(text: str) -> date:
    """A day as `2026-12-31`; raises ValueError for anything else."""
    if not _DATE.fullmatch(text):
        raise ValueError(f"`{text}` is no day")
    return date.fromisoformat(text)
