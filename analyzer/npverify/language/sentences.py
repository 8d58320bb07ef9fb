"""The forms of sentences: from words to what is asked, of which ends, on which ports."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NoReturn

from npverify.errors import UsageError
from npverify.language.clauses import Clauses, Verb, clause_words, find_verb, read_clauses
from npverify.language.endpoint_grammar import ENDPOINT_FORMS, read_endpoints
from npverify.language.endpoints import Endpoint, Endpoints, Everything
from npverify.language.traffic import AskedPort
from npverify.language.vocabulary import (
    ANYTHING,
    CAN,
    EGRESS,
    INGRESS,
    LEADS,
    UNIVERSAL,
    WHERE_IN,
    WHERE_OUT,
)
from npverify.language.words import Words, nearest
from npverify.language.wrong_sentences import no_isolation, no_lead, no_verb, reject_negation
from npverify.questions.query import Form
from npverify.resources import Direction

BOTH_DIRECTIONS = (Direction.INGRESS, Direction.EGRESS)

_SOME = frozenset({"a", "an", "any", "some"}) | (ANYTHING - UNIVERSAL)
_DIRECTION_FILLERS = frozenset(
    {"and", "or", "both", "direction", "directions", "traffic", "all", "any", "in"}
)


@dataclass(frozen=True, slots=True)
class Asked:
    """What a question asks, before its names are looked up; no `ports`: every port."""

    form: Form
    source: Endpoints | None
    destination: Endpoints | None
    ports: tuple[AskedPort, ...] = ()
    directions: tuple[Direction, ...] = BOTH_DIRECTIONS


def read_sentence(words: Words) -> Asked:
    """What the sentence asks.

    Raises UsageError with the place, what was expected there, and the nearest valid form.
    """
    reject_negation(words)
    lead = words.keyword(0)
    if lead in CAN:
        return _read_can(words.part(1))
    if lead == "only":
        return _read_statement(words.part(1))
    if lead in ("which", "what", "who", "whom"):
        return _read_what(words)
    if lead in ("is", "are"):
        return _read_is(words)
    if lead in ("does", "do"):
        return _read_does(words.part(1))
    assert lead not in LEADS
    raise no_lead(words)


# can A reach B, can B be reached from A, can only A reach B, only A can reach B ------------------------


def _read_can(words: Words) -> Asked:
    is_only = words.keyword(0) == "only"
    rest = words.part(1) if is_only else words
    verb = _verb(rest, "can A")
    if not verb.is_passive:
        return _active(rest, verb, is_only=is_only)
    if is_only:
        raise words.part(0, 1).error(
            "`only` is about the source of a connection, not about what is reached",
            expected="`only` before the source",
            hint=f"ask `can {_or(rest.part(0, verb.start), 'B')} be reached only by A?`, A being the source",
        )
    return _passive(rest, verb)


def _read_statement(words: Words) -> Asked:
    """`only A can reach B`."""
    place = words.find(CAN)
    if place is None:
        raise words.part(len(words)).error(
            "`can` is missing",
            expected="`can` and what is reached",
            hint=f"ask `can only {_or(words, 'A')} reach B?`, with the destination for B",
        )
    rest = words.part(place + 1)
    verb = _verb(rest, f"only {_or(words.part(0, place), 'A')} can")
    if verb.is_passive or verb.start:
        raise rest.part(0, verb.stop).error(
            f"`{rest.part(0, verb.stop).written}` does not follow `only`",
            expected="a verb such as `reach`",
            hint=f"ask `can only {_or(words.part(0, place), 'A')} reach B?`, with the destination for B",
        )
    return _connection(
        _end(words.part(0, place), "can only A reach B?"), rest, verb, is_only=True, ask_what=False
    )


def _active(words: Words, verb: Verb, *, is_only: bool) -> Asked:
    subject = words.part(0, verb.start)
    if not len(subject):
        target = _or(words.part(verb.stop), "B")
        raise _missing(subject, "source", f"what can reach {target}?")
    source = read_endpoints(subject)
    return _connection(source, words, verb, is_only=is_only, ask_what=True)


def _connection(source: Endpoints, words: Words, verb: Verb, *, is_only: bool, ask_what: bool) -> Asked:
    """The question whether the source reaches what follows the verb."""
    clauses = read_clauses(words.part(verb.stop))
    start = _or(words.part(0, verb.start), "A")
    target = _or(clauses.main, "B")
    _allow(clauses, ("on",), f"can {start} reach {target} on tcp/5432?")
    if not len(clauses.main):
        hint = f"what can {start} reach?" if ask_what and not is_only else "can only api reach database?"
        raise _missing(clauses.main, "destination", hint)
    return _asked(source, read_endpoints(clauses.main), clauses, is_only=is_only)


def _passive(words: Words, verb: Verb) -> Asked:
    """`can B be reached [only] by A`, `is B reachable from A`."""
    subject = words.part(0, verb.start)
    target = _or(subject, "B")
    destination = _end(subject, "can frontend be reached from the internet?")
    clauses = read_clauses(words.part(verb.stop))
    _allow(clauses, ("on", "from"), f"can {target} be reached from A on tcp/5432?")
    if clauses.main.keywords() == ("only",):
        raise _missing(words.part(len(words)), "source", f"can {target} be reached only by A?")
    if len(clauses.main):
        raise clauses.main.error(
            f"`{clauses.main.written}` does not belong here",
            expected="`from` or `by` and the source, `on` and ports, or the end of the question",
            hint=f"ask `can {clauses.main.written} reach {target}?`",
        )
    is_only = verb.is_only or clauses.is_only
    if clauses.sources is not None:
        source = _end(clauses.sources, f"can {target} be reached from the internet?")
    elif is_only:
        raise _missing(words.part(len(words)), "source", f"can {target} be reached only by A?")
    else:
        source = Endpoints((Endpoint(Everything(), words.text, words.start, words.end),))
    return _asked(source, destination, clauses, is_only=is_only)


def _asked(source: Endpoints, destination: Endpoints, clauses: Clauses, *, is_only: bool) -> Asked:
    form = Form.CAN_REACH
    if is_only:
        form = Form.ONLY
    elif source.is_universal or destination.is_universal:
        form = Form.EVERY
    return Asked(form, source, destination, clauses.ports)


# does every A reach B ---------------------------------------------------------------------------------


def _read_does(words: Words) -> Asked:
    verb = _verb(words, "does every A")
    subject = words.part(0, verb.start)
    quantifier = words.keyword(0)
    if not verb.is_passive and len(subject) and quantifier not in UNIVERSAL | _SOME:
        target = _or(words.part(verb.stop), "B")
        raise subject.error(
            f"it is open whether every `{subject.written}` is meant or any",
            expected="`every` or `any`",
            hint=f"ask `does every {subject.written} reach {target}?`"
            f" or `can {subject.written} reach {target}?`",
        )
    if verb.is_passive:
        raise words.part(verb.start, verb.stop).error(
            f"`{words.part(verb.start, verb.stop).written}` does not follow `does`",
            expected="a verb such as `reach`",
            hint=f"ask `can {_or(subject, 'B')} be reached from A?`, with the source for A",
        )
    return _active(words, verb, is_only=False)


# what can reach B, what can A reach -------------------------------------------------------------------


def _read_what(words: Words) -> Asked:
    place = words.find((*sorted(CAN), "is", "are"), 1)
    if place is None:
        raise words.part(len(words)).error(
            "`can` is missing",
            expected="`can`, and `reach` with what is reached",
            hint=f"ask `what can reach {_or(words.part(1), 'frontend')}?`",
        )
    rest = words.part(place + 1)
    verb = _verb(rest, f"{words.part(0, place).written} can")
    subject = rest.part(0, verb.start)
    clauses = read_clauses(rest.part(verb.stop))
    if verb.is_only or clauses.is_only:
        raise rest.error(
            "`only` makes a claim, and `what` asks for a list",
            expected="a question without `only`",
            hint="ask `can only A reach B?`, or `what can reach B?`",
        )
    if verb.is_passive == bool(len(subject)):
        return _read_what_can_reach(words.part(1, place), subject, clauses, is_passive=verb.is_passive)
    return _read_what_can_be_reached(words.part(1, place), subject, clauses, is_passive=verb.is_passive)


def _read_what_can_reach(what: Words, subject: Words, clauses: Clauses, *, is_passive: bool) -> Asked:
    """`what can reach B [from A]`, `what can B be reached by`."""
    target = subject if is_passive else clauses.main
    _allow(clauses, ("on", "from", "among"), f"what can reach {_or(target, 'frontend')} on tcp/80?")
    if is_passive and len(clauses.main):
        raise _misplaced(clauses.main, f"what can reach {subject.written}?")
    destination = _one_set(target, "what can reach frontend?")
    sources = clauses.sources if clauses.sources is not None and len(clauses.sources) else None
    source = _restriction(what, sources, clauses.among)
    return Asked(Form.WHAT_CAN_REACH, source, destination, clauses.ports)


def _read_what_can_be_reached(what: Words, subject: Words, clauses: Clauses, *, is_passive: bool) -> Asked:
    """`what can A reach`, `what can be reached from A`."""
    origin = clauses.sources if is_passive else subject
    allowed = ("on", "among", "from") if is_passive else ("on", "among")
    _allow(clauses, allowed, f"what can {_or(origin or subject, 'A')} reach on tcp/5432?")
    if origin is None:
        raise _missing(clauses.main.part(len(clauses.main)), "source", "what can be reached from frontend?")
    source = _one_set(origin, "what can frontend reach?")
    destination = _restriction(what, clauses.main if len(clauses.main) else None, clauses.among)
    return Asked(Form.WHAT_CAN_BE_REACHED, source, destination, clauses.ports)


def _restriction(what: Words, *others: Words | None) -> Endpoints | None:
    """What the list is limited to (`which pods`, `from …`); raises UsageError for a second limit."""
    given = [words for words in (what, *others) if words is not None and (words is not what or len(words))]
    if len(given) == 2 and given[0] is what and given[1].keyword(0) in WHERE_IN | WHERE_OUT:
        # `which pods can frontend reach in namespace shop`
        given = [Words(what.text, (*what.words, *given[1].words), what.start)]
    if len(given) > 1:
        raise given[1].error(
            f"the list is limited twice: to `{given[0].written}` and to `{given[1].written}`",
            expected="one limit",
            hint="keep one of them, for example `what can reach frontend from namespace shop?`",
        )
    return _end(given[0], "what can reach frontend from the internet?") if given else None


def _one_set(words: Words, example: str) -> Endpoints:
    endpoints = _end(words, example)
    if endpoints.is_universal:
        raise words.error(
            f"a list of what reaches or is reached by each of `{words.written}` cannot be asked for",
            expected="one set of endpoints, such as `any pod`",
            hint="write `any` for every or all, or ask `does every A reach B?`",
        )
    return endpoints


# is A isolated ----------------------------------------------------------------------------------------


def _read_is(words: Words) -> Asked:
    place = words.find(("isolated",), 1)
    if place is None:
        verb = find_verb(words.part(1))
        if verb is None or not verb.is_passive:
            raise no_isolation(words)
        return _passive(words.part(1), verb)
    subject = words.part(1, place)
    source = _end(subject, "is database isolated?")
    clauses = read_clauses(words.part(place + 1))
    if clauses.sources is not None:
        other = _or(clauses.sources, "B")
        raise clauses.sources.error(
            "pods are isolated for a direction, not from one another",
            expected="`for ingress`, `for egress`, or the end of the question",
            hint=f"ask `can {other} reach {subject.written}?`",
        )
    _allow(clauses, ("for",), f"is {subject.written} isolated for ingress?")
    directions = clauses.purpose if clauses.purpose is not None else clauses.main
    if clauses.purpose is not None and len(clauses.main):
        raise _misplaced(clauses.main, f"is {subject.written} isolated for {clauses.purpose.written}?")
    if clauses.purpose is not None and not len(clauses.purpose):
        raise _no_direction(clauses.purpose, subject)
    return Asked(Form.IS_ISOLATED, source, None, directions=_read_directions(directions, subject))


def _read_directions(words: Words, subject: Words) -> tuple[Direction, ...]:
    keywords = words.keywords()
    for index, keyword in enumerate(keywords):
        if keyword not in INGRESS | EGRESS | _DIRECTION_FILLERS:
            raise _no_direction(words.part(index, index + 1), subject)
    named = (
        *((Direction.INGRESS,) if INGRESS.intersection(keywords) else ()),
        *((Direction.EGRESS,) if EGRESS.intersection(keywords) else ()),
    )
    return named or BOTH_DIRECTIONS


def _no_direction(words: Words, subject: Words) -> UsageError:
    close = nearest(words.written, ("ingress", "egress"), most=1) if len(words) else ()
    return words.error(
        f"`{words.written}` is no direction" if len(words) else "the direction is missing",
        expected="`ingress` or `egress`",
        hint=f"ask `is {subject.written} isolated for {close[0] if close else 'ingress'}?`",
    )


# What every form needs --------------------------------------------------------------------------------


def _verb(words: Words, before: str) -> Verb:
    verb = find_verb(words)
    if verb is None:
        raise no_verb(words, before)
    return verb


def _end(words: Words, example: str) -> Endpoints:
    if not len(words):
        raise _missing(words, "endpoint", example)
    return read_endpoints(words)


def _missing(words: Words, what: str, example: str) -> UsageError:
    return words.error(f"the {what} is missing", expected=ENDPOINT_FORMS, hint=f"ask `{example}`")


def _misplaced(words: Words, example: str) -> UsageError:
    return words.error(
        f"`{words.written}` does not belong here",
        expected="`on` and ports, or the end of the question",
        hint=f"ask `{example}`",
    )


def _allow(clauses: Clauses, allowed: tuple[str, ...], example: str) -> None:
    """Raise UsageError for a clause that the form does not have."""
    for name, content in clause_words(clauses):
        if name not in allowed:
            _reject(name, content, example)


def _reject(name: str, content: Words, example: str) -> NoReturn:
    raise content.error(
        f"`{name} {content.written}` does not belong in this question",
        expected="`on` and ports, or the end of the question",
        hint=f"ask `{example}`",
    )


def _or(words: Words, letter: str) -> str:
    """The words as written, or the letter that stands for an endpoint."""
    return words.written if len(words) else letter
