"""Sentences that have no form: what is wrong, and the nearest form that has."""

from __future__ import annotations

from collections.abc import Sequence

from npverify.errors import UsageError
from npverify.language.forms import FORMS
from npverify.language.vocabulary import ACTIVE, ARTICLES, CAN, LEADS, NOT, PASSIVE, WHERE_IN
from npverify.language.words import Words, error_at, nearest

VERBS = "`reach`, `access`, `connect to` or `talk to`"


def reject_negation(words: Words) -> None:
    """Raise UsageError for a question in the negative, which has two readings."""
    for index in range(len(words)):
        keyword = words.keyword(index)
        if keyword not in NOT or words.keyword(index + 1) in WHERE_IN:
            continue
        positive = {
            "cannot": ["can"],
            "can't": ["can"],
            "doesn't": ["does"],
            "isn't": ["is"],
            "aren't": ["are"],
        }
        kept = [word.text for word in words.words]
        kept[index : index + 1] = positive.get(keyword, [])
        raise words.part(index, index + 1).error(
            "questions are asked without a negation",
            expected="the same question in the positive",
            hint=f"ask `{' '.join(kept)}?`",
        )


def no_lead(words: Words) -> UsageError:
    """The error for a sentence that starts like no question."""
    expected = "`can`, `what`, `which`, `who`, `is`, `does` or `only`"
    if not len(words):
        return error_at(words.text, 0, 1, "the question is empty", expected=expected, hint=_examples())
    first = words.part(0, 1)
    place = words.find(CAN)
    if place is not None:
        turned = f"can {words.part(0, place).written} {words.part(place + 1).written}?"
        return first.error("a statement is no question", expected=expected, hint=f"ask `{turned}`")
    close = nearest(words.keyword(0), LEADS, most=1)
    return first.error(
        f"no question starts with `{first.written}`",
        expected=expected,
        suggestion=close[0] if close and len(words) > 1 else None,
        hint=_examples(),
    )


def no_verb(words: Words, before: str) -> UsageError:
    """The error for a question in which nothing reaches anything."""
    expected = VERBS
    index = _misspelt_verb(words)
    if index is None:
        subject = words.written or "A"
        return words.part(len(words)).error(
            "the verb is missing",
            expected=expected,
            hint=f"ask `can {subject} reach B?`, with the destination for B",
        )
    word = words.part(index, index + 1)
    keyword = words.keyword(index)
    if keyword in ACTIVE or keyword in PASSIVE:
        prepositions = {**ACTIVE, **PASSIVE}[keyword]
        suggestion = f"{keyword} {prepositions[0]}" if prepositions else f"be {keyword}"
    else:
        suggestion = nearest(keyword, (*ACTIVE, *PASSIVE), most=1)[0] if _close(keyword) else "reach"
    return word.error(
        f"`{word.written}` is no verb that is understood after `{before}`",
        expected=expected,
        suggestion=suggestion,
    )


def _misspelt_verb(words: Words) -> int | None:
    """The word that was most probably meant as the verb."""
    for index in range(len(words)):
        if words.keyword(index) in {*ACTIVE, *PASSIVE}:
            return index
    for index in range(1, len(words)):
        if _close(words.keyword(index)):
            return index
    named = [index for index in range(len(words)) if words.keyword(index) not in ARTICLES]
    return named[1] if len(named) == 3 else None


def _close(keyword: str) -> Sequence[str]:
    return nearest(keyword, (*ACTIVE, *PASSIVE), most=1) if keyword else ()


def no_isolation(words: Words) -> UsageError:
    """The error for `is A …` that is neither about isolation nor about being reachable."""
    last = words.part(max(1, len(words) - 1))
    subject = words.part(1, max(1, len(words) - 1)).written or "database"
    close = nearest(last.keyword(0), ("isolated", "reachable"), most=1) if len(last) else ()
    return last.error(
        f"`{last.written}` cannot be asked" if len(last) else "the question ends too early",
        expected="an endpoint, then `isolated`, or `reachable` and `from` where",
        suggestion=close[0] if close else None,
        hint=f"ask `is {subject} isolated?` or `is {subject} reachable from the internet?`",
    )


def _examples() -> str:
    return "ask for example " + ", ".join(f"`{example}`" for _, example in FORMS[:3])
