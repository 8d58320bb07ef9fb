"""Plain YAML scalars as kubectl reads them.

kubectl turns YAML into JSON with go-yaml version 2, whose resolver follows YAML 1.1 for Booleans and null but
not for base-60 numbers, and takes Go's prefixes for integers (resolve.go of go-yaml v2).
"""

from __future__ import annotations

import re

_CONSTANTS: dict[str, bool | None] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys(("y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON"), True),
    **dict.fromkeys(("n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF"), False),
}
_STARTS = frozenset("+-.0123456789")
_INTEGER = re.compile(r"[-+]?(?:0b[01]+|0o?[0-7]+|0x[0-9a-fA-F]+|0|[1-9][0-9]*)\Z")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?\Z")
_SPECIAL = {
    **dict.fromkeys((".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF"), float("inf")),
    **dict.fromkeys(("-.inf", "-.Inf", "-.INF"), float("-inf")),
    **dict.fromkeys((".nan", ".NaN", ".NAN"), float("nan")),
}
_MOST_DIGITS = 400

Scalar = str | int | float | bool | None


def resolve_plain(text: str) -> Scalar:
    """The value of a plain (unquoted) scalar without a tag."""
    if text in _CONSTANTS:
        return _CONSTANTS[text]
    if text[0] not in _STARTS:
        return text
    if text in _SPECIAL:
        return _SPECIAL[text]
    digits = text.replace("_", "")
    if len(digits) > _MOST_DIGITS:
        return text
    if _INTEGER.match(digits):
        return _integer(digits)
    if _FLOAT.match(digits):
        return float(digits)
    return text


def _integer(digits: str) -> int:
    sign = -1 if digits[0] == "-" else 1
    body = digits.lstrip("+-")
    if len(body) > 1 and body[0] == "0":
        prefix = body[:2].lower()
        base = {"0x": 16, "0b": 2, "0o": 8}.get(prefix)
        return sign * (int(body[2:], base) if base else int(body[1:], 8))
    return sign * int(body)
