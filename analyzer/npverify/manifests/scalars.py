"""Plain YAML scalars as kubectl reads them.

kubectl turns YAML into JSON with go-yaml version 2 (resolve.go in sigs.k8s.io/yaml): Booleans and null are
those of YAML 1.1, base-60 numbers and dates stay text, and integers take Go's prefixes, a bare 0 included.
"""

from __future__ import annotations

import math
import re

Scalar = str | int | float | bool | None

_CONSTANTS: dict[str, Scalar] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys(("y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON"), True),
    **dict.fromkeys(("n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF"), False),
    **dict.fromkeys((".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF"), math.inf),
    **dict.fromkeys(("-.inf", "-.Inf", "-.INF"), -math.inf),
    **dict.fromkeys((".nan", ".NaN", ".NAN"), math.nan),
}
_STARTS = frozenset("+-.0123456789")
_INTEGER = re.compile(r"([-+]?)(?:0[bB]([01]+)|0[oO]?([0-7]+)|0[xX]([0-9a-fA-F]+)|(0|[1-9][0-9]*))\Z")
_BASES = (2, 8, 16, 10)
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?\Z")
_MOST_DIGITS = 400


def resolve_plain(text: str) -> Scalar:
    """The value of a plain (unquoted) scalar without a tag."""
    if text in _CONSTANTS:
        return _CONSTANTS[text]
    if text[0] not in _STARTS or len(text) > _MOST_DIGITS:
        return text
    digits = text if text[0] == "." else text.replace("_", "")
    integer = _INTEGER.match(digits)
    if integer:
        return _integer(integer)
    if _FLOAT.match(digits):
        number = float(digits)
        return text if math.isinf(number) else number
    return text


def _integer(found: re.Match[str]) -> int:
    sign, *groups = found.groups()
    body, base = next((body, base) for body, base in zip(groups, _BASES, strict=True) if body is not None)
    return -int(body, base) if sign == "-" else int(body, base)


def key_text(value: Scalar) -> str | None:
    """A mapping key as JSON has it: numbers and Booleans become text, null is none."""
    match value:
        case None | str():
            return value
        case bool():
            return "true" if value else "false"
        case float():
            return f"{value:g}"
        case _:
            return str(value)
