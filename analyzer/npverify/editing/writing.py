"""Plain data as text: block style, flow style and JSON."""

from __future__ import annotations

import json
import math
import re
from dataclasses import dataclass

from npverify.editing.plain import Plain
from npverify.manifests.scalars import resolve_plain

_PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9_./-]*\Z")
_DATE = re.compile(r"\d{4}-")
_BARE_IN_JSON = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")
_LITERAL = re.compile(
    "(?!.*\n\n\\Z)[^\\s#](?:[\n\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd])*\\Z", re.DOTALL
)


@dataclass(frozen=True, slots=True)
class Style:
    """How a YAML text is laid out: its line ends, how far the fields of an object stand in from its key, and
    how far the dashes of a list do.
    """

    line_end: str = "\n"
    field_indent: int = 2
    dash_indent: int = 0


def scalar_text(value: str | int | float | bool | None) -> str:
    """A YAML scalar that reads back as the value, on one line."""
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case float() if not math.isfinite(value):
            return ".nan" if math.isnan(value) else ".inf" if value > 0 else "-.inf"
        case str():
            return value if _reads_as_text(value) else _quoted(value)
        case _:
            return repr(value)


def _reads_as_text(text: str) -> bool:
    return bool(_PLAIN.match(text)) and isinstance(resolve_plain(text), str) and not _DATE.match(text)


def _quoted(text: str) -> str:
    return _BARE_IN_JSON.sub(
        lambda found: f"\\u{ord(found.group()):04x}", json.dumps(text, ensure_ascii=False)
    )


def block_lines(data: Plain, column: int, style: Style) -> list[str]:
    """The lines (without ends) of a list or an object that is not empty, in block style from a column on."""
    pad = " " * column
    lines: list[str] = []
    if isinstance(data, dict):
        for key, value in data.items():
            indent = style.dash_indent if isinstance(value, list) else style.field_indent
            head, body = _parts(value, column + indent, style)
            lines += [f"{pad}{scalar_text(key)}:{head}", *body]
        return lines
    assert isinstance(data, list)
    for item in data:
        head, body = _parts(item, column + 2, style)
        if not head:
            head, body = f" {body[0].lstrip(' ')}", body[1:]
        lines += [f"{pad}-{head}", *body]
    return lines


def _parts(value: Plain, column: int, style: Style) -> tuple[str, list[str]]:
    """What stands behind the key or dash, and the lines below it."""
    if isinstance(value, (dict, list)):
        if value:
            return "", block_lines(value, column, style)
        return (" {}" if isinstance(value, dict) else " []"), []
    if isinstance(value, str) and "\n" in value and _LITERAL.match(value):
        pad = " " * column
        lines = value.removesuffix("\n").split("\n")
        mark = "|" if value.endswith("\n") else "|-"
        return f" {mark}", [f"{pad}{line}" if line else "" for line in lines]
    return f" {scalar_text(value)}", []


def flow_text(data: Plain) -> str:
    """The data in flow style on one line, with quotes only where they are needed."""
    if isinstance(data, dict):
        return "{" + ", ".join(f"{scalar_text(key)}: {flow_text(value)}" for key, value in data.items()) + "}"
    if isinstance(data, list):
        return "[" + ", ".join(map(flow_text, data)) + "]"
    return scalar_text(data)
