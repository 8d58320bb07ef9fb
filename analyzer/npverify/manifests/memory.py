"""Objects that are already parsed, as documents without a text."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from npverify.errors import UsageError
from npverify.manifests.documents import Document, Path, Place
from npverify.manifests.scalars import key_text

MEMORY = "<memory>"
_MOST_DEPTH = 100


def document_in_memory(number: int, data: object) -> Document:
    """The object with this number; its places have no line, and its file tells the number."""
    return Document(f"{MEMORY}[{number}]", _plain(data, 0), _nowhere, _no_line)


def _nowhere(_path: Path, _key: bool) -> Place:
    return Place(0, 0)


def _no_line(_number: int) -> str | None:
    return None


def _plain(data: object, depth: int) -> object:
    """Dictionaries with text as keys, lists and scalars, whatever classes the caller's are of."""
    if isinstance(data, (str, bool, int, float)) or data is None:
        return data
    if depth > _MOST_DEPTH:
        raise UsageError(f"an object with more than {_MOST_DEPTH} levels of nesting")
    if isinstance(data, Mapping):
        return {_key(key): _plain(value, depth + 1) for key, value in data.items()}
    if isinstance(data, (list, tuple)):
        return [_plain(item, depth + 1) for item in data]
    if isinstance(data, date):
        return data.isoformat()
    return data


def _key(key: object) -> str:
    text = key_text(key) if isinstance(key, (str, bool, int, float)) else None
    return str(key) if text is None else text
