"""Statements: what is claimed of the policies, as `nothing except api can reach database`.

A statement is put in the order of a question, and is then read as one; what is left over is whether it was in
the negative.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from npverify.errors import UsageError
from npverify.language.endpoints import Endpoint, Endpoints, EveryPod, Everything, render_endpoints
from npverify.language.forms import each_words
from npverify.language.questions import check_conjunctions
from npverify.language.sentences import Asked, read_sentence
from npverify.language.traffic import items_of, render_traffic
from npverify.language.vocabulary import ACTIVE, CAN, LEADS, UNIVERSAL
from npverify.language.words import Word, Words, error_at, nearest, read_words
from npverify.questions.answer import Verdict
from npverify.questions.query import Form

_MODALS = {**dict.fromkeys(CAN, "can"), "cannot": "can", "can't": "can"}
_COPULAS = {"is": "is", "are": "are", "isn't": "is", "aren't": "are"}
_CONTRACTED = frozenset({"cannot", "can't", "isn't", "aren't"})
_NEGATIONS = frozenset({"not", "never"})
_NOTHING = {"nothing": "anything", "nobody": "anybody"}
_SOMETHING = {"something": "anything", "somebody": "anybody", "someone": "anyone"}
_QUESTION = re.compile(r"ask `([^`]+\?)`")
_CLAIMS = frozenset({Form.ONLY, Form.EVERY, Form.IS_ISOLATED})

STATEMENT_FORMS: tuple[tuple[str, str], ...] = (
    ("A can reach B [on PORTS]", "frontend can reach api on http"),
    ("A cannot reach B [on PORTS]", "frontend cannot reach database"),
    ("no A can reach B [on PORTS]", "no pod in namespace sandbox can reach the internet"),
    ("nothing [except A] can reach B [on PORTS]", "nothing outside namespace shop can reach database"),
    ("A can reach nothing [except B] [on PORTS]", "backup can reach nothing on tcp/22"),
    ("only A can reach B [on PORTS]", "only app=api can reach app=database on tcp/5432"),
    ("A can only reach B [on PORTS]", "frontend can only reach api or coredns"),
    ("every A can reach B [on PORTS]", "every pod in namespace shop can reach coredns on udp/53"),
    ("not every A can reach B [on PORTS]", "not every pod in namespace shop can reach database"),
    ("A is [not] isolated [for ingress|egress]", "database is isolated for ingress"),
    ("B is [not] reachable [only] from A [on PORTS]", "database is not reachable from the internet"),
)
"""The forms of statements, each with an example; what stands in brackets may be left out."""


@dataclass(frozen=True, slots=True)
class Statement:
    """A question together with the answer that is claimed: the one in the positive, or the other one."""

    asked: Asked
    is_negated: bool = False

    @property
    def expected(self) -> Verdict:
        """The verdict that makes the statement true."""
        if self.asked.form in _CLAIMS:
            return Verdict.VIOLATED if self.is_negated else Verdict.HOLDS
        return Verdict.UNREACHABLE if self.is_negated else Verdict.REACHABLE

    @property
    def is_existential(self) -> bool:
        """Whether one flow makes the statement true."""
        return self.expected in (Verdict.REACHABLE, Verdict.VIOLATED)

    def negated(self) -> Statement:
        """The opposite statement."""
        return make_statement(self.asked, is_negated=not self.is_negated)


def make_statement(asked: Asked, *, is_negated: bool) -> Statement:
    """The statement; what nothing reaches, or what reaches nothing, is asked for as a list, so that all that
    contradicts it can be told.
    """
    source, destination = asked.source, asked.destination
    if asked.form is Form.CAN_REACH and is_negated:
        if source is not None and source.has_only == Everything():
            asked = replace(asked, form=Form.WHAT_CAN_REACH, source=None)
        elif destination is not None and destination.has_only == Everything():
            asked = replace(asked, form=Form.WHAT_CAN_BE_REACHED, destination=None)
    elif asked.form in (Form.WHAT_CAN_REACH, Form.WHAT_CAN_BE_REACHED) and not is_negated:
        anything = Endpoints((Endpoint(Everything(), "any", 0, 3),))
        asked = replace(
            asked, form=Form.CAN_REACH, source=source or anything, destination=destination or anything
        )
    return Statement(asked, is_negated)


def parse_statement(text: str) -> Statement:
    """What a statement says, before its names are looked up.

    Raises UsageError with the place, what was expected there, and the nearest valid form.
    """
    words = read_words(text)
    _reject_question(words)
    try:
        return _read(words)
    except UsageError as error:
        error.hint = _as_statement(error.hint)
        raise


# The canonical form -----------------------------------------------------------------------------------


def render_statement(statement: Statement) -> str:
    """The statement in the canonical form, which is read back as the same statement."""
    asked, is_negated = statement.asked, statement.is_negated
    a, b = _written(asked.source), _written(asked.destination)
    items = items_of(asked.ports)
    on = f" on {render_traffic(items)}" if items else ""
    negation = "not " if is_negated else ""
    match asked.form:
        case Form.CAN_REACH if is_negated:
            return f"{_no(asked.source, a)} reach {b}{on}"
        case Form.CAN_REACH:
            return f"{a} can reach {b}{on}"
        case Form.WHAT_CAN_REACH:
            return f"nothing can reach {b}{on}"
        case Form.WHAT_CAN_BE_REACHED:
            return f"{a} can reach nothing{on}"
        case Form.ONLY:
            return f"{negation}only {a} can reach {b}{on}"
        case Form.EVERY:
            return f"{negation}{each_words(asked.source)} can reach {b}{on}"
        case Form.IS_ISOLATED:
            way = f" for {asked.directions[0].lower()}" if len(asked.directions) == 1 else ""
            return f"{a} is {negation}isolated{way}"


def _written(endpoints: Endpoints | None) -> str:
    if endpoints is None:
        return ""
    written = render_endpoints(endpoints)
    is_anything = isinstance(endpoints.members[0].head, Everything)
    return f"anything{written.removeprefix('any')}" if is_anything else written


def _no(source: Endpoints | None, written: str) -> str:
    """The subject of a statement in the negative, with its `can`."""
    if source is not None and len(source.members) == 1:
        match source.members[0].head:
            case Everything():
                return f"nothing{written.removeprefix('anything')} can"
            case EveryPod():
                return f"no {written.removeprefix('any ')} can"
    return f"{written} cannot"


# Reading ----------------------------------------------------------------------------------------------


def _read(words: Words) -> Statement:
    place = words.find({*_MODALS, *_COPULAS})
    if place is None:
        raise _no_verb(words)
    keyword = words.keyword(place)
    subject, quantifier = _read_subject(words.part(0, place))
    rest = words.part(place + 1)
    negations = [quantifier] if quantifier in ("no", "not") else []
    if keyword in _CONTRACTED:
        negations.append("not")
    elif rest.keyword(0) in _NEGATIONS:
        negations.append("not")
        rest = rest.part(1)
    rest, object_is_nothing = _read_object(rest)
    negations += ["no"] * object_is_nothing
    if keyword in _MODALS and rest.keyword(0) == "only" and rest.keyword(1) in ACTIVE:
        return _read_limit(words, place, subject, rest.part(1), negations or [quantifier] * bool(quantifier))
    lead = Word({**_MODALS, **_COPULAS}[keyword], words.words[place].start, words.words[place].end)
    only = [words.words[1 if quantifier == "not" else 0]] if _has_only(words) else []
    asked = read_sentence(_joined(words, (lead, *only, *subject.words, *rest.words)))
    _check_negations(words, asked, negations, has_quantifier=quantifier == "not")
    if negations:  # of `A and B` neither can, which is one claim
        asked = replace(asked, source=_together(asked.source), destination=_together(asked.destination))
    check_conjunctions(asked)
    return make_statement(asked, is_negated=bool(negations))


def _together(endpoints: Endpoints | None) -> Endpoints | None:
    return None if endpoints is None else replace(endpoints, conjunction=None)


def _has_only(words: Words) -> bool:
    return "only" in (words.keyword(0), words.keyword(1) if words.keyword(0) == "not" else "")


def _read_subject(words: Words) -> tuple[Words, str]:
    """The subject without `no`, `only` and `not only`, and which of them (`not`: not only, not every)."""
    first, second = words.keyword(0), words.keyword(1)
    if first == "not" and second in UNIVERSAL | {"only"}:
        return _renamed(words.part(2 if second == "only" else 1)), "not"
    if first == "only":
        return _renamed(words.part(1)), "only"
    if first == "no":
        is_nobody = second == "one"
        return _renamed(words.part(1), {"one": "anyone"}) if is_nobody else words.part(1), "no"
    if first == "not":
        raise words.part(0, 1).error(
            "`not` stands before a subject that is neither `every` nor `only`",
            expected="`cannot` or `is not` behind the subject",
            hint="write `A cannot reach B`, `not every A can reach B` or `not only A can reach B`",
        )
    if first in _NOTHING:
        return _renamed(words, _NOTHING), "no"
    return _renamed(words), ""


def _renamed(words: Words, meanings: dict[str, str] = _SOMETHING) -> Words:
    """The words with the first as the language of questions knows it."""
    meaning = meanings.get(words.keyword(0))
    if meaning is None:
        return words
    first = words.words[0]
    return _joined(words, (Word(meaning, first.start, first.end), *words.words[1:]))


def _read_object(words: Words) -> tuple[Words, bool]:
    """The rest of a statement with `anything` for `nothing`, and whether it was there."""
    place = words.find((*_NOTHING, *_SOMETHING), 1)
    if place is None:
        return words, False
    before, after = words.words[:place], words.part(place)
    is_nothing = after.keyword(0) in _NOTHING
    return _joined(words, (*before, *_renamed(after, {**_NOTHING, **_SOMETHING}).words)), is_nothing


def _read_limit(words: Words, place: int, subject: Words, rest: Words, others: list[str]) -> Statement:
    """`A can only reach B`: nothing except B."""
    if others:
        raise words.part(0, place + 1).error(
            "`only` stands together with another `only` or a negation",
            expected="one of them",
            hint="write `A can only reach B`, or `A cannot reach anything except B`",
        )
    lead = Word("can", words.words[place].start, words.words[place].end)
    asked = read_sentence(_joined(words, (lead, *subject.words, *rest.words)))
    allowed = asked.destination
    assert allowed is not None  # the form has a destination
    if allowed.excluded is not None or asked.form is not Form.CAN_REACH:
        raise rest.error(
            "`only` cannot stand together with `except` or `every`",
            expected="endpoints after `can only reach`",
            hint="write `A can only reach B or C`",
        )
    first = allowed.members[0]
    anything = Endpoint(Everything(), first.text, first.start, first.end)
    return make_statement(
        replace(asked, destination=Endpoints((anything,), excluded=allowed)), is_negated=True
    )


def _joined(words: Words, parts: Iterable[Word]) -> Words:
    listed = tuple(parts)
    return Words(words.text, listed, listed[0].start if listed else words.place)


def _check_negations(words: Words, asked: Asked, negations: list[str], *, has_quantifier: bool) -> None:
    """Raise UsageError where the negative has two readings, or where there are two of them."""
    source = render_endpoints(asked.source) if asked.source else "A"
    target = render_endpoints(asked.destination) if asked.destination else "B"
    if len(negations) > 1:
        raise words.error(
            "there are two negations", expected="one of them", hint=f"write `{source} can reach {target}`"
        )
    if not negations or has_quantifier:
        return
    if asked.form is Form.EVERY:
        raise words.error(
            "it is open whether this is said of none or of not every one",
            expected="`no` or `not every`",
            hint=f"write `{source} cannot reach {target}`, or `not {each_words(asked.source)} can reach "
            f"{target}`",
        )
    if asked.form is Form.ONLY:
        raise words.error(
            "`only` cannot be said in the negative here",
            expected="`not only` before the source",
            hint=f"write `not only {source} can reach {target}`",
        )
    if asked.form is Form.IS_ISOLATED and negations == ["no"]:
        raise words.error(
            "it cannot be claimed that no pod is isolated, only that not every one is",
            expected="`A is not isolated`",
            hint=f"write `{source} is not isolated`, which one such pod makes true",
        )


# What is no statement ---------------------------------------------------------------------------------


def _reject_question(words: Words) -> None:
    """Raise UsageError for a question, which is neither true nor false."""
    is_question = words.text.rstrip().endswith("?") or words.keyword(0) in LEADS - {"only"}
    if not is_question:
        return
    try:
        asked = read_sentence(words)
    except UsageError:
        hint = f"write for example `{STATEMENT_FORMS[0][1]}` or `{STATEMENT_FORMS[1][1]}`"
    else:
        yes, no = (render_statement(make_statement(asked, is_negated=n)) for n in (False, True))
        hint = f"write `{yes}` or `{no}`"
    raise error_at(
        words.text, 0, len(words.text), "a question claims nothing", expected="a statement", hint=hint
    )


def _no_verb(words: Words) -> UsageError:
    examples = ", ".join(f"`{example}`" for _, example in STATEMENT_FORMS[:3])
    hint = f"write for example {examples}"
    if not len(words):
        return error_at(words.text, 0, 1, "the statement is empty", expected="a statement", hint=hint)
    for index in range(len(words)):
        word = words.part(index, index + 1)
        stem = words.keyword(index).removesuffix("es").removesuffix("s")
        if index and (stem in ACTIVE or words.keyword(index) in ACTIVE):
            plain = stem if stem in ACTIVE else words.keyword(index)
            return word.error(
                "`can` is missing", expected="`can`, `cannot` or `is`", suggestion=f"can {plain}"
            )
        close = nearest(words.keyword(index), ("can", "cannot", "is"), most=1)
        if index and len(words.keyword(index)) > 2 and close:
            return word.error(
                f"`{word.written}` is not understood",
                expected="`can`, `cannot` or `is`",
                suggestion=close[0],
            )
    return words.error("no verb was found", expected="`can`, `cannot` or `is`", hint=hint)


def _as_statement(hint: str | None) -> str | None:
    """A hint that proposes questions, with the statements in their place."""
    if hint is None or not _QUESTION.search(hint):
        return hint

    def statement(match: re.Match[str]) -> str:
        asked = read_sentence(read_words(match[1]))
        return f"write `{render_statement(make_statement(asked, is_negated=False))}`"

    try:
        return _QUESTION.sub(statement, hint)
    except UsageError:
        return f"write for example `{STATEMENT_FORMS[0][1]}`"
