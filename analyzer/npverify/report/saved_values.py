"""Values of a saved report: as they have to be, or reported with their place."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from enum import StrEnum
from ipaddress import ip_address
from typing import TypeVar

from npverify.manifests.values import Value
from npverify.resources import Address

_Item = TypeVar("_Item")
_Word = TypeVar("_Word", bound=StrEnum)


def text_of(value: Value, field: str) -> str:
    """A text that has to be there."""
    found = value.require(field)
    return (found.text() if found else None) or ""


def optional_text(value: Value, field: str) -> str | None:
    """A text, or None."""
    found = value.get(field)
    return None if found is None else found.text()


def integer_of(value: Value, field: str) -> int:
    """A whole number that has to be there."""
    found = value.require(field)
    return (found.integer() if found else None) or 0


def flag_of(value: Value, field: str) -> bool:
    """A Boolean that has to be there."""
    found = value.require(field)
    return found.boolean() if found else False


def word_of(value: Value, field: str, words: type[_Word]) -> _Word:
    """One of several words that has to be there; any of them where a fault was reported."""
    found = value.require(field)
    return next(iter(words)) if found is None else _word(found, words)


def optional_word(value: Value, field: str, words: type[_Word]) -> _Word | None:
    """One of several words, or None."""
    found = value.get(field)
    return None if found is None else _word(found, words)


def words_of(value: Value, field: str, words: type[_Word]) -> tuple[_Word, ...]:
    """A list of such words."""
    return tuple(_word(item, words) for item in items_of(value, field))


def _word(value: Value, words: type[_Word]) -> _Word:
    text = value.text()
    for word in words:
        if word.value == text:
            return word
    if text is not None:
        value.fail(f"unsupported value `{text}`", hint=f"npverify knows {', '.join(words)}")
    return next(iter(words))


def items_of(value: Value, field: str) -> Iterator[Value]:
    """The items of a list that has to be there."""
    found = value.require(field)
    yield from found.items() if found else ()


def texts_of(value: Value, field: str) -> tuple[str, ...]:
    """A list of texts."""
    return tuple(item.text() or "" for item in items_of(value, field))


def each(value: Value, field: str, read: Callable[[Value], _Item]) -> tuple[_Item, ...]:
    """What is read of each item of a list."""
    return tuple(read(item) for item in items_of(value, field))


def maybe(value: Value, field: str, read: Callable[[Value], _Item]) -> _Item | None:
    """What is read of a part, or None where it is not there."""
    found = value.get(field)
    return None if found is None else read(found)


def part(value: Value, field: str) -> Value:
    """A part that has to be there; the whole where a fault was reported."""
    return value.require(field) or value


def pairs_of(value: Value, field: str) -> Iterator[tuple[str, Value]]:
    """The fields of an object that has to be there."""
    found = value.require(field)
    yield from found.entries() if found else ()


def address_of(value: Value) -> Address | None:
    """An IP address."""
    text = value.text()
    try:
        return ip_address(text or "")
    except ValueError:
        value.fail(f"`{text}` is no IP address")
        return None
