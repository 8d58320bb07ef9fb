"""How a YAML text is laid out, told from what stands nearest to a policy."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from npverify.editing.writing import Style
from npverify.manifests.lines import YAML_BREAKS

_LIST = re.compile(
    r"^(?P<key>[ ]*(?:-[ ]+)*)[^\s#-][^\r\n#]*:[ \t]*(?:#[^\r\n]*)?\r?\n"
    r"(?:[ \t]*(?:#[^\r\n]*)?\r?\n)*(?P<dash>[ ]*)-[ \r\n]",
    re.MULTILINE,
)
_FIELD = re.compile(
    r"^(?P<key>[ ]*(?:-[ ]+)*)[^\s#-][^\r\n#]*:[ \t]*(?:#[^\r\n]*)?\r?\n"
    r"(?:[ \t]*(?:#[^\r\n]*)?\r?\n)*(?P<field>[ ]*)[^\s#-][^\r\n#]*:(?=\s)",
    re.MULTILINE,
)
_MOST = 8


def line_end_of(text: str) -> str:
    """The first line end of a text."""
    found = YAML_BREAKS.search(text)
    return found.group() if found else "\n"


def style_of(texts: Sequence[str], default: Style) -> Style:
    """The indents of the first text that shows them."""
    return Style(
        line_end=default.line_end,
        field_indent=_first(texts, _FIELD, "field", 1, default.field_indent),
        dash_indent=_first(texts, _LIST, "dash", 0, default.dash_indent),
    )


def _first(texts: Iterable[str], pattern: re.Pattern[str], name: str, least: int, default: int) -> int:
    for text in texts:
        for found in pattern.finditer(text):
            indent = len(found[name]) - len(found["key"])
            if least <= indent <= _MOST:
                return indent
    return default
