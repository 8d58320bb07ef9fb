"""A question as words with their places, and the errors that point at them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from npverify.errors import UsageError

_ENDS_OF_SENTENCE = "?. \t\r\n"
_BEGINS_SELECTOR = ("=", "!=")
_SET_OPERATORS = ("in", "notin")


@dataclass(frozen=True, slots=True)
class Word:
    """One word, with its place in the question."""

    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Words:
    """Neighbouring words of a question; `place` is where they are, should there be none.

    `text` is the whole question, so that an error can show it.
    """

    text: str
    words: tuple[Word, ...]
    place: int

    def __len__(self) -> int:
        return len(self.words)

    @property
    def start(self) -> int:
        """Where the first word starts."""
        return self.words[0].start if self.words else self.place

    @property
    def end(self) -> int:
        """Where the last word ends."""
        return self.words[-1].end if self.words else self.place

    @property
    def written(self) -> str:
        """The words as written, with single spaces between them."""
        return " ".join(word.text for word in self.words)

    def keyword(self, index: int) -> str:
        """The word there in lower case; empty past either end, and where it is part of a label selector."""
        if not 0 <= index < len(self.words) or self._is_in_selector(index):
            return ""
        return self.words[index].text.casefold().rstrip(",")

    def keywords(self) -> tuple[str, ...]:
        """All words in lower case, as `keyword` gives them."""
        return tuple(self.keyword(index) for index in range(len(self.words)))

    def part(self, first: int, stop: int | None = None) -> Words:
        """The words from `first` up to `stop`."""
        chosen = self.words[first:stop]
        if chosen:
            return Words(self.text, chosen, chosen[0].start)
        return Words(self.text, (), self.words[first].start if first < len(self.words) else self.end)

    def find(self, wanted: Iterable[str], start: int = 0) -> int | None:
        """The first place from `start` on where one of the keywords stands."""
        listed = tuple(wanted)
        return next((i for i in range(start, len(self.words)) if self.keyword(i) in listed), None)

    def _is_in_selector(self, index: int) -> bool:
        """Whether what stands beside it makes the word part of a selector (`on = x`, `with label on`)."""
        before = self.words[index - 1].text if index else ""
        after = self.words[index + 1].text if index + 1 < len(self.words) else ""
        is_key = (
            before.casefold() == "label" and index > 1 and self.words[index - 2].text.casefold() == "with"
        )
        if is_key or before.endswith(("=", "!")) or after.startswith(_BEGINS_SELECTOR):
            return True
        beyond = self.words[index + 2].text if index + 2 < len(self.words) else ""
        return after.casefold() in _SET_OPERATORS and beyond.startswith("(")

    def error(
        self, message: str, *, expected: str, hint: str | None = None, suggestion: str | None = None
    ) -> UsageError:
        """An error that marks these words; see `error_at`."""
        return error_at(
            self.text, self.start, self.end, message, expected=expected, hint=hint, suggestion=suggestion
        )


def error_at(
    text: str,
    start: int,
    end: int,
    message: str,
    *,
    expected: str,
    hint: str | None = None,
    suggestion: str | None = None,
) -> UsageError:
    """An error that marks a part of the question, one character at least.

    With `suggestion` the hint is the question in which that replaces the marked part.
    """
    if suggestion is not None:
        hint = f"did you mean `{text[:start]}{suggestion}{text[end:]}`?"
    return UsageError(message, text=text, start=start, end=max(end, start + 1), expected=expected, hint=hint)


def read_words(text: str) -> Words:
    """The words of a question; what stands in parentheses belongs to one word, the question mark to none.

    Raises UsageError for a parenthesis without its partner.
    """
    stop = len(text.rstrip(_ENDS_OF_SENTENCE))
    words: list[Word] = []
    start: int | None = None
    opened: int | None = None
    for place, character in enumerate(text[:stop]):
        if character == "(":
            if opened is not None:
                raise _lone_parenthesis(text, place)
            opened = place
        elif character == ")":
            if opened is None:
                raise _lone_parenthesis(text, place)
            opened = None
        if character.isspace() and opened is None:
            if start is not None:
                words.append(Word(text[start:place], start, place))
            start = None
        elif start is None:
            start = place
    if opened is not None:
        raise _lone_parenthesis(text, opened)
    if start is not None:
        words.append(Word(text[start:stop], start, stop))
    return Words(text, tuple(words), stop)


def _lone_parenthesis(text: str, place: int) -> UsageError:
    return error_at(
        text,
        place,
        place + 1,
        f"`{text[place]}` has no partner",
        expected="values in one pair of parentheses, as in `tier in (a,b)`",
        hint="write a set of label values as `tier in (web,api)`",
    )


def nearest(word: str, known: Iterable[str], most: int = 3) -> Sequence[str]:
    """The known words that look most like the given one, best first."""
    by_folded = {known_word.casefold(): known_word for known_word in sorted(known, reverse=True)}
    return [by_folded[found] for found in get_close_matches(word.casefold(), sorted(by_folded), n=most)]


def squeezed(name: str) -> str:
    """A name without case and separators, so that `shopping cart` is `shopping-cart` is `ShoppingCart`."""
    return re.sub(r"[\s._-]+", "", name).casefold()
