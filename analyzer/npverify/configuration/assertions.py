"""`assertions` of npverify.yaml: each one claim, as a sentence or in parts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from npverify.configuration.claims import Assertion, Claim, Written, parse_comparison, render_claim
from npverify.configuration.fields import choice, finding_within, has_only, items_of, required_text
from npverify.configuration.parts import FORMS, PartsReader
from npverify.errors import Severity, UsageError
from npverify.language.statements import parse_statement
from npverify.manifests.values import Value
from npverify.questions.settings import Universe

THAT = "that"
NOT = "not"
CLAIM_KEYS = (THAT, *FORMS)
"""The keys of which an assertion has one."""
ABOUT_KEYS = ("name", "severity", "allow-vacuous", "universe")
"""The keys that say something about the assertion itself."""
SEVERITIES = (Severity.ERROR, Severity.WARNING)


def parse_assertions(value: Value | None) -> tuple[Assertion, ...]:
    """The assertions, as far as they are sound; what is not is reported."""
    found: list[Assertion] = []
    names: dict[str, int] = {}
    for item in items_of(value):
        assertion = _parse_assertion(item)
        _check_name(item, names)
        if assertion is not None:
            found.append(assertion)
    return tuple(found)


def _check_name(item: Value, names: dict[str, int]) -> None:
    """Report a name that an assertion before has."""
    given = item.get("name")
    if given is None or not isinstance(given.data, str):
        return
    line = names.setdefault(given.data, given.origin.line)
    if line != given.origin.line:
        given.fail(f"`{given.data}` is the name of the assertion at line {line} already", hint="change one")


def _parse_assertion(item: Value) -> Assertion | None:
    if not has_only(item, (*ABOUT_KEYS, NOT, *CLAIM_KEYS)):
        return None
    texts: list[Written] = []
    claim = _parse_claim(item, texts)
    name = required_text(item, "name") if item.get("name") else None
    severity, universe = item.get("severity"), item.get("universe")
    word = choice(severity, SEVERITIES) if severity else None
    pods = choice(universe, list(Universe)) if universe else None
    allow = item.get("allow-vacuous")
    allow_vacuous = allow.boolean() if allow else False
    if claim is None:
        return None
    return Assertion(
        name=name[1].strip() if name else _sentence(item) or render_claim(claim),
        claim=claim,
        origin=item.origin,
        severity=Severity(word) if word else Severity.ERROR,
        allow_vacuous=allow_vacuous,
        universe=Universe(pods) if pods else None,
        texts=tuple(texts),
    )


def _sentence(item: Value) -> str | None:
    """The claim as it was written, if it is a sentence."""
    that = item.get(THAT)
    return " ".join(that.data.split()) if that is not None and isinstance(that.data, str) else None


def _parse_claim(item: Value, texts: list[Written], *, within_not: bool = False) -> Claim | None:
    """The one claim of an assertion, or of what stands under `not`."""
    known = CLAIM_KEYS if within_not else (*ABOUT_KEYS, NOT, *CLAIM_KEYS)
    keys = list(_given(item, tuple(key for key in known if key not in ABOUT_KEYS)))
    if not keys and _has_others(item, known):
        return None
    if not keys:
        item.fail("claims nothing", hint=f"add `{THAT}:` and a sentence, or one of {', '.join(FORMS)}")
        return None
    for key in keys[1:]:
        value = item.get(key)
        assert value is not None  # it was given
        value.fail(f"a second claim beside `{keys[0]}`", hint="make it an assertion of its own")
    value = item.get(keys[0])
    assert value is not None  # it was given
    if keys[0] == NOT:
        if not has_only(value, CLAIM_KEYS):
            return None
        claim = _parse_claim(value, texts, within_not=True)
        return None if claim is None else claim.negated()
    if keys[0] == THAT:
        return _parse_sentence(value, texts)
    return PartsReader(value, keys[0], texts).claim()


def _given(item: Value, keys: Sequence[str]) -> Iterator[str]:
    """The keys that the assertion has, in its order."""
    assert isinstance(item.data, dict)
    yield from (key for key in item.data if key in keys and item.get(key) is not None)


def _has_others(item: Value, known: Sequence[str]) -> bool:
    """Whether there is a key that was reported already, most probably the claim, misspelt."""
    assert isinstance(item.data, dict)
    return not set(known).issuperset(item.data)


def _parse_sentence(value: Value, texts: list[Written]) -> Claim | None:
    text = value.text()
    if text is None:
        return None
    written = Written(text, value.field, value.origin)
    texts.append(written)
    try:
        return parse_comparison(text) or parse_statement(text)
    except UsageError as error:
        value.problems.findings.append(finding_within(text, written.field, written.origin, error))
        return None
