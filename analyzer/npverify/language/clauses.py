"""The parts of a sentence: its verb, and the clauses that follow it (`on …`, `from …`, …)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from npverify.language.traffic import AskedPort, read_ports, restrict
from npverify.language.vocabulary import ACTIVE, AMONG, FOR, FROM, ON, PASSIVE
from npverify.language.words import Words


@dataclass(frozen=True, slots=True)
class Verb:
    """Where the verb stands, with its preposition; `is_only`: `be reached only`, `only be reached`."""

    start: int
    stop: int
    is_passive: bool = False
    is_only: bool = False


@dataclass(frozen=True, slots=True)
class Clauses:
    """What follows a verb; None for a clause that is not there, `is_only` for `only by`."""

    main: Words
    sources: Words | None = None
    among: Words | None = None
    purpose: Words | None = None
    on: Words | None = None
    ports: tuple[AskedPort, ...] = ()
    is_only: bool = False


def find_verb(words: Words) -> Verb | None:
    """The first verb."""
    found = (_verb_at(words, index) for index in range(len(words)))
    return next((verb for verb in found if verb is not None), None)


def _verb_at(words: Words, index: int) -> Verb | None:
    keyword = words.keyword(index)
    if keyword in ACTIVE:
        stop = _after_preposition(words, index + 1, ACTIVE[keyword])
        return None if stop is None else Verb(index, stop)
    is_only = keyword == "only"
    place = index + is_only
    if words.keyword(place) == "reachable":
        return Verb(index, place + 1, is_passive=True, is_only=is_only)
    if words.keyword(place) != "be":
        return None
    place += 1
    if words.keyword(place) == "only":
        is_only, place = True, place + 1
    participle = words.keyword(place)
    if participle not in PASSIVE:
        return None
    stop = _after_preposition(words, place + 1, PASSIVE[participle])
    return None if stop is None else Verb(index, stop, is_passive=True, is_only=is_only)


def _after_preposition(words: Words, index: int, prepositions: tuple[str, ...]) -> int | None:
    if not prepositions:
        return index
    return index + 1 if words.keyword(index) in prepositions else None


def read_clauses(words: Words) -> Clauses:
    """The clauses, in whichever order they come; raises UsageError for one too many."""
    starts = [index for index in range(len(words)) if _marker(words, index)]
    found: dict[str, Words] = {}
    ports: tuple[AskedPort, ...] = ()
    is_only = False
    for start, stop in pairwise((*starts, len(words))):
        marker = _marker(words, start)
        skip = 1 + (words.keyword(start) == "only")
        content = words.part(start + skip, stop)
        is_only = is_only or skip == 2
        if marker == "on":
            read = read_ports(content)
            ports = restrict(ports, read) if "on" in found else read
        elif marker in found:
            raise words.part(start, start + skip).error(
                f"there is a second `{words.keyword(start)}`",
                expected=f"`{marker}` once",
                hint="join several endpoints by `or`",
            )
        found[marker] = content
    return Clauses(
        main=words.part(0, starts[0] if starts else None),
        sources=found.get("from"),
        among=found.get("among"),
        purpose=found.get("for"),
        on=found.get("on"),
        ports=ports,
        is_only=is_only,
    )


def _marker(words: Words, index: int) -> str:
    """Which clause starts there, if one does."""
    keyword = words.keyword(index)
    if keyword in ON:
        return "among" if _is_internet(words, index + 1) else "on"
    if keyword in FROM:
        return "" if words.keyword(index - 1) == "only" else "from"
    if keyword == "only" and words.keyword(index + 1) in FROM:
        return "from"
    if keyword in AMONG:
        return "among"
    return "for" if keyword in FOR else ""


def _is_internet(words: Words, index: int) -> bool:
    return words.keyword(index + (words.keyword(index) == "the")) == "internet"


def clause_words(clauses: Clauses) -> Iterator[tuple[str, Words]]:
    """The clauses that are there, each with the word that introduces it."""
    for name, content in (
        ("from", clauses.sources),
        ("among", clauses.among),
        ("for", clauses.purpose),
        ("on", clauses.on),
    ):
        if content is not None:
            yield name, content
