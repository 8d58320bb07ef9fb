"""What may have been meant by a selector that matches nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches

from npverify.reference.selectors import meets
from npverify.resources import LabelSelector, Operator, Requirement

_CLOSE = 0.75
_SHORTEST = 5
LabelSets = Sequence[Mapping[str, str]]


def culprit(selector: LabelSelector, carried: LabelSets) -> Requirement | None:
    """The only requirement that none of the label sets meets; None where it is not one alone."""
    unmet = [r for r in selector.requirements if not any(meets(r, labels) for labels in carried)]
    return unmet[0] if len(unmet) == 1 else None


def nearest_label(selector: LabelSelector, carried: LabelSets) -> str | None:
    """A label as `app=frontend` that is carried, and close to one that the selector asks for in vain."""
    for requirement in selector.requirements:
        if requirement.operator is Operator.IN and not any(meets(requirement, labels) for labels in carried):
            found = _nearest(requirement, carried)
            if found is not None:
                return found
    return None


def misspelt_label(selector: LabelSelector, carried: LabelSets) -> str | None:
    """A label that is carried, and of which one that the selector asks for in vain is a slip."""
    for requirement in selector.requirements:
        if requirement.operator is Operator.IN and not any(meets(requirement, labels) for labels in carried):
            known = {labels[requirement.key] for labels in carried if requirement.key in labels}
            for value in requirement.values:
                found = misspelt(value, known)
                if found is not None:
                    return f"{requirement.key}={found}"
    return None


def _nearest(requirement: Requirement, carried: LabelSets) -> str | None:
    """The same key with a close value; else the same value under the closest key."""
    key = requirement.key
    known = {labels[key] for labels in carried if key in labels}
    for value in requirement.values:
        close = closest(value, known)
        if close is not None:
            return f"{key}={close}"
    for value in requirement.values:
        keys = {
            other for labels in carried for other, carried_value in labels.items() if carried_value == value
        }
        if keys:
            return f"{closest(key, keys) or min(keys, key=lambda k: (len(k), k))}={value}"
    return None


def closest(word: str, known: Iterable[str]) -> str | None:
    """The known word that is most like the given one, if any is close."""
    close = get_close_matches(word, sorted(known), n=1, cutoff=_CLOSE)
    return close[0] if close else None


def did_you_mean(label: str | None) -> str | None:
    """The hint for a suggestion."""
    return None if label is None else f"did you mean `{label}`?"


def misspelt(word: str, known: Iterable[str]) -> str | None:
    """The known word of which this one is a slip: a character too many, too few, or two swapped.

    Another character in the same place is none, as in `team-a` and `team-b`.
    """
    for other in sorted(known):
        if len(other) >= _SHORTEST and (
            _lacks_one(other, word) or _lacks_one(word, other) or _has_swapped(word, other)
        ):
            return other
    return None


def _lacks_one(longer: str, shorter: str) -> bool:
    """Whether the shorter word is the longer one without one of its letters."""
    return len(longer) == len(shorter) + 1 and any(
        letter.isalpha() and longer[:place] + longer[place + 1 :] == shorter
        for place, letter in enumerate(longer)
    )


def _has_swapped(word: str, other: str) -> bool:
    return len(word) == len(other) and any(
        word[:place] + word[place + 1] + word[place] + word[place + 2 :] == other != word
        for place in range(len(word) - 1)
    )
