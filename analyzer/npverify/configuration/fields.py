"""Fields of npverify's own files: unlike those of a manifest, every one must be known."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from difflib import get_close_matches

from npverify.errors import ConfigurationError, Finding, Severity, UsageError
from npverify.manifests.codes import CONFIGURATION, INVALID_VALUE
from npverify.manifests.values import Problems, Value
from npverify.resources import Origin


def has_only(value: Value, known: Iterable[str]) -> bool:
    """Whether the value is an object; reports if not, and each field that is not known."""
    if not value.is_object():
        return False
    assert isinstance(value.data, dict)
    names = sorted(known)
    for name in value.data:
        if name not in names:
            close = get_close_matches(name, names, n=1)
            hint = f"did you mean `{close[0]}`?" if close else f"the fields are {', '.join(names)}"
            field = f"{value.field}.{name}" if value.path else name
            value.remark(
                CONFIGURATION,
                f"{field}: unknown field",
                hint=hint,
                path=(*value.path, name),
                key=True,
                severity=Severity.ERROR,
            )
    return True


def items_of(value: Value | None) -> Iterable[Value]:
    """The items of a list that may be missing; reports if it is none."""
    return value.items() if value else ()


def required_text(value: Value, field: str) -> tuple[Value, str] | None:
    """A field that must hold some text, and the text; None after a fault was reported."""
    found = value.require(field)
    text = found.text() if found else None
    if found is None or text is None:
        return None
    if not text.strip():
        found.fail("must not be empty")
        return None
    return found, text


def check_schema(root: Value, expected: str) -> None:
    """Report a `schema` that is missing or another."""
    found = required_text(root, "schema")
    if found and found[1] != expected:
        found[0].fail(f"unsupported value `{found[1]}`", hint=f"write `{expected}`")


def raise_problems(problems: Problems, *others: Finding) -> None:
    """Raise ConfigurationError if there were any faults, all of them together."""
    found = [*others, *problems.errors]
    if found:
        found.sort(key=lambda finding: finding.origin)
        raise ConfigurationError(tuple(_as_own(finding) for finding in found))


def _as_own(finding: Finding) -> Finding:
    """A fault of a field under the code of npverify's own files: no API server is concerned."""
    return replace(finding, code=CONFIGURATION) if finding.code == INVALID_VALUE else finding


def text_or_texts(value: Value | None) -> list[Value]:
    """One value, or the items of a list of them."""
    if value is None:
        return []
    return list(value.items()) if isinstance(value.data, list) else [value]


def choice(value: Value, words: Iterable[str]) -> str | None:
    """One of several words; reports another one, with the nearest."""
    word = value.text()
    known = list(words)
    if word is None or word in known:
        return word
    close = get_close_matches(word.lower(), known, n=1)
    hint = f"did you mean `{close[0]}`?" if close else f"npverify knows {', '.join(known)}"
    value.fail(f"unsupported value `{word}`", hint=hint)
    return None


def finding_within(text: str, field: str, origin: Origin, error: UsageError) -> Finding:
    """An error in a text of the file, at its place in the line as far as the text stands there as it is."""
    line, column, width = origin.text or "", origin.column, origin.width
    for first in (column, column + 1):  # quotes may stand before the text
        if error.text == text and line[first - 1 : first - 1 + len(text)] == text:
            column, width = first + error.start, max(1, error.end - error.start)
            break
    return Finding(
        code=CONFIGURATION,
        severity=Severity.ERROR,
        message=f"{field}: {error.message}",
        origin=Origin(origin.file, origin.line, column),
        hint=error.hint,
        label=f"expected {error.expected}" if error.expected else None,
        width=width,
        source_line=origin.text,
    )
