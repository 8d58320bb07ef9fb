"""What an assertion claims: of the policies alone, or of them beside another version."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from npverify.errors import Severity, UsageError
from npverify.language.endpoint_grammar import read_endpoints
from npverify.language.statements import Statement, render_statement
from npverify.language.words import error_at, read_words
from npverify.questions.comparison import Relation
from npverify.questions.query import Form
from npverify.questions.settings import Universe
from npverify.resources import Origin

GIT = "git:"
"""What stands before a revision."""


@dataclass(frozen=True, slots=True)
class Version:
    """Another version of the manifests: the same ones in a git revision, or (revision None) other paths.

    The paths are as the file has them, and so start at its folder.
    """

    revision: str | None = None
    paths: tuple[str, ...] = ()

    def __str__(self) -> str:
        return ", ".join(self.paths) if self.revision is None else f"{GIT}{self.revision}"


@dataclass(frozen=True, slots=True)
class ComparisonClaim:
    """A relation to another version (the old one); `scope` are endpoints in the language of questions."""

    relation: Relation
    other: Version
    is_negated: bool = False
    scope: str | None = None
    per_direction: bool = False

    def negated(self) -> ComparisonClaim:
        """The opposite claim."""
        return replace(self, is_negated=not self.is_negated)


Claim = Statement | ComparisonClaim


def form_name(claim: Claim) -> str:
    """The kind of a claim, as the key in the file that stands for it; `not-` before one that has no key."""
    if isinstance(claim, ComparisonClaim):
        return f"{'not-' if claim.is_negated else ''}{claim.relation}"
    match claim.asked.form:
        case Form.ONLY | Form.EVERY | Form.IS_ISOLATED:
            return f"{'not-' if claim.is_negated else ''}{_CLAIMS[claim.asked.form]}"
        case _:
            return "unreachable" if claim.is_negated else "reachable"


_CLAIMS = {Form.ONLY: "only", Form.EVERY: "every", Form.IS_ISOLATED: "isolated"}


@dataclass(frozen=True, slots=True)
class Written:
    """A text of the file in the language of questions: its field and where it stands, to point into it."""

    text: str
    field: str
    origin: Origin


@dataclass(frozen=True, slots=True)
class Assertion:
    """One assertion of the file; `universe` None: the one that suits the claim.

    `texts` are its parts in the language of questions, for errors that only the manifests bring to light.
    """

    name: str
    claim: Claim
    origin: Origin
    severity: Severity = Severity.ERROR
    allow_vacuous: bool = False
    universe: Universe | None = None
    texts: tuple[Written, ...] = ()


# Comparisons as sentences -----------------------------------------------------------------------------

_WORDS = {
    Relation.EQUIVALENT: ("are equivalent to", "are not equivalent to", ""),
    Relation.AT_MOST: ("allow at most what", "do not allow at most what", " allows"),
    Relation.AT_LEAST: ("allow at least what", "do not allow at least what", " allows"),
    Relation.DISJOINT: ("are disjoint from", "are not disjoint from", ""),
}
_SUBJECT = "the policies"
_SUBJECTS = "the (?:policies|manifests)"
_ABOUT_VERSIONS = re.compile(rf"\s*{_SUBJECTS}\b|.*\b{GIT}")
_COMPARISON = re.compile(
    rf"\s*(?:{_SUBJECTS}\s+)?(?P<verb>{'|'.join(verb for both in _WORDS.values() for verb in both[:2])})\s+"
    r"(?P<other>\S+)(?:\s+allows)?(?P<apart>\s+in each direction)?(?:\s+within\s+(?P<scope>.+?))?\s*\.?\s*"
)


def render_claim(claim: Claim) -> str:
    """A claim as the sentence that `that:` reads back as the same claim."""
    if isinstance(claim, Statement):
        return render_statement(claim)
    positive, negative, end = _WORDS[claim.relation]
    verb = negative if claim.is_negated else positive
    apart = " in each direction" if claim.per_direction else ""
    scope = f" within {claim.scope}" if claim.scope else ""
    return f"{_SUBJECT} {verb} {claim.other}{end}{apart}{scope}"


def parse_comparison(text: str) -> ComparisonClaim | None:
    """The comparison that a sentence claims; None where it is about something else.

    Raises UsageError for one that is not understood.
    """
    found = _COMPARISON.fullmatch(text)
    if found is None and _ABOUT_VERSIONS.match(text):
        raise _no_comparison(text, 0, len(text))
    if found is None:
        return None
    relation = next(r for r, verbs in _WORDS.items() if found["verb"] in verbs[:2])
    if found["apart"] is not None and relation is Relation.DISJOINT:
        raise _no_comparison(text, *found.span("apart"))
    if found["scope"] is not None:
        _check_scope(text, found["scope"], found.start("scope"))
    return ComparisonClaim(
        relation=relation,
        other=parse_version(found["other"]),
        is_negated=found["verb"] == _WORDS[relation][1],
        scope=found["scope"],
        per_direction=found["apart"] is not None,
    )


def parse_version(text: str) -> Version:
    """A version as `git:REV`, or a path."""
    if text.startswith(GIT):
        return Version(revision=text.removeprefix(GIT))
    return Version(paths=(text,))


def _no_comparison(text: str, start: int, end: int) -> UsageError:
    examples = [f"`{_SUBJECT} {verbs[0]} git:origin/main{verbs[2]}`" for verbs in _WORDS.values()]
    return error_at(
        text,
        start,
        end,
        "the comparison is not understood",
        expected=f"{', '.join(examples[:-1])} or {examples[-1]}",
        hint="`in each direction` and `within ns:env=prod` may follow (the former not with `disjoint`)",
    )


def _check_scope(text: str, scope: str, start: int) -> None:
    """Raise UsageError, with its place in the whole sentence, for endpoints that are not understood."""
    try:
        read_endpoints(read_words(scope))
    except UsageError as error:
        raise error_at(
            text,
            start + error.start,
            start + error.end,
            error.message,
            expected=error.expected or "endpoints",
            hint=error.hint,
        ) from error
