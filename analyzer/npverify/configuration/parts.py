"""Claims in parts: `unreachable: {from: …, to: …}` and the other forms, a field for each part."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TypeVar

from npverify.configuration.claims import GIT, Claim, ComparisonClaim, Version, Written, parse_version
from npverify.configuration.fields import choice, finding_within, has_only, text_or_texts
from npverify.errors import UsageError
from npverify.language.endpoint_grammar import read_endpoints
from npverify.language.endpoints import Endpoint, Endpoints, Everything
from npverify.language.sentences import BOTH_DIRECTIONS, Asked
from npverify.language.statements import make_statement
from npverify.language.traffic import AskedPort, read_ports, restrict
from npverify.language.words import read_words
from npverify.manifests.values import Value
from npverify.questions.comparison import Relation
from npverify.questions.query import Form
from npverify.resources import Direction

_Read = TypeVar("_Read")
_PROTOCOLS = ("tcp", "udp", "sctp")
_DIRECTIONS = {"ingress": Direction.INGRESS, "egress": Direction.EGRESS}


@dataclass(frozen=True, slots=True)
class ClaimForm:
    """A key of an assertion: the fields below it, those that must be there, and what it claims."""

    fields: tuple[str, ...]
    required: tuple[str, ...]
    means: Form | Relation
    is_negated: bool = False


_FLOW = ("from", "to", "port", "protocol")
_VERSION = ("to", "scope", "per-direction")

FORMS: Mapping[str, ClaimForm] = {
    "reachable": ClaimForm((*_FLOW, "outside"), (), Form.CAN_REACH),
    "unreachable": ClaimForm((*_FLOW, "outside"), (), Form.CAN_REACH, is_negated=True),
    "only": ClaimForm(_FLOW, ("from", "to"), Form.ONLY),
    "every": ClaimForm(_FLOW, ("from", "to"), Form.EVERY),
    "isolated": ClaimForm(("pods", "for"), ("pods",), Form.IS_ISOLATED),
    "equivalent": ClaimForm(_VERSION, ("to",), Relation.EQUIVALENT),
    "at-most": ClaimForm(_VERSION, ("to",), Relation.AT_MOST),
    "at-least": ClaimForm(_VERSION, ("to",), Relation.AT_LEAST),
    "disjoint": ClaimForm(("to", "scope"), ("to",), Relation.DISJOINT),
}
"""The forms by their keys."""


class PartsReader:
    """Reads one claim in parts; `texts` collects what is in the language of questions."""

    def __init__(self, value: Value, key: str, texts: list[Written]) -> None:
        self._value = value
        self._form = FORMS[key]
        self._texts = texts
        self._is_sound = True

    def claim(self) -> Claim | None:
        """The claim; None after a fault was reported."""
        if not has_only(self._value, self._form.fields):
            return None
        for field in self._form.required:
            if self._value.get(field) is None:
                self._fail(self._value, f"`{field}` is required")
        means = self._form.means
        claim = self._compared(means) if isinstance(means, Relation) else self._asked(means)
        return claim if self._is_sound else None

    # Questions ----------------------------------------------------------------------------------------

    def _asked(self, form: Form) -> Claim | None:
        if form is Form.IS_ISOLATED:
            pods, directions = self._endpoints("pods"), self._directions()
            asked = Asked(form, pods, None, directions=directions)
        else:
            source, destination = self._source(), self._endpoints("to")
            asked = Asked(form, source, destination, self._ports())
            if source is None and destination is None and self._is_sound:
                self._fail(self._value, "neither `from` nor `to`", hint="give one of them, or both")
            asked = _with_both_ends(asked) if form is Form.CAN_REACH else asked
        return make_statement(asked, is_negated=self._form.is_negated) if self._is_sound else None

    def _source(self) -> Endpoints | None:
        source, outside = self._endpoints("from"), self._endpoints("outside")
        if outside is None:
            return source
        source = source or _everything(outside)
        if source.excluded is not None or outside.excluded is not None:
            given = self._value.get("outside")
            assert given is not None  # it was read
            self._fail(given, "stands beside `except`", hint="leave out everything in one place")
        return replace(source, excluded=outside)

    def _endpoints(self, field: str) -> Endpoints | None:
        given = self._value.get(field)
        if given is None:
            return None
        endpoints = self._read(given, lambda text: read_endpoints(read_words(text)))
        return None if endpoints is None else replace(endpoints, conjunction=None)

    def _ports(self) -> tuple[AskedPort, ...]:
        given, protocol = text_or_texts(self._value.get("port")), self._value.get("protocol")
        named = tuple(port for item in given for port in self._read(item, _read_port_text) or ())
        if protocol is None:
            return named
        word = choice(protocol, _PROTOCOLS)
        if word is None or not self._is_sound:
            self._is_sound = False
            return ()
        wanted = _read_port_text(word)
        return self._attempt(protocol, lambda: restrict(named, wanted)) or () if named else wanted

    def _directions(self) -> tuple[Direction, ...]:
        given = text_or_texts(self._value.get("for"))
        words = [choice(item, _DIRECTIONS) for item in given]
        self._is_sound = self._is_sound and None not in words
        named = [_DIRECTIONS[word] for word in words if word]
        return tuple(d for d in BOTH_DIRECTIONS if d in named) or BOTH_DIRECTIONS

    # Comparisons --------------------------------------------------------------------------------------

    def _compared(self, relation: Relation) -> Claim | None:
        other, apart = self._version(), self._value.get("per-direction")
        scope = self._value.get("scope")
        if scope is not None:
            self._read(scope, lambda text: read_endpoints(read_words(text)))
        per_direction = apart.boolean() if apart is not None else False
        if other is None or not self._is_sound:
            return None
        return ComparisonClaim(
            relation=relation,
            other=other,
            scope=str(scope.data) if scope is not None else None,
            per_direction=per_direction,
        )

    def _version(self) -> Version | None:
        versions: list[Version] = []
        for item in text_or_texts(self._value.get("to")):
            text = item.text()
            self._is_sound = self._is_sound and text is not None
            if text is not None and not text.removeprefix(GIT).strip():
                self._fail(item, "names no version", hint=f"write a path, or `{GIT}` and a revision")
            elif text is not None:
                versions.append(parse_version(text.strip()))
        if len(versions) > 1 and any(version.revision is not None for version in versions):
            given = self._value.get("to")
            assert given is not None  # it was read
            self._fail(given, "a git revision together with something else", hint="give one revision alone")
        if not versions:
            return None
        return Version(versions[0].revision, tuple(path for version in versions for path in version.paths))

    # Texts --------------------------------------------------------------------------------------------

    def _read(self, given: Value, read: Callable[[str], _Read]) -> _Read | None:
        """What a text means; None after a fault was reported."""
        is_number = isinstance(given.data, int) and not isinstance(given.data, bool)
        text = str(given.data) if is_number else given.text()
        if text is None:
            self._is_sound = False
            return None
        self._texts.append(Written(text, given.field, given.origin))
        return self._attempt(given, lambda: read(text))

    def _attempt(self, given: Value, read: Callable[[], _Read]) -> _Read | None:
        try:
            return read()
        except UsageError as error:
            self._is_sound = False
            finding = finding_within(str(given.data), given.field, given.origin, error)
            given.problems.findings.append(finding)
            return None

    def _fail(self, value: Value, message: str, hint: str | None = None) -> None:
        self._is_sound = False
        value.fail(message, hint=hint)


def _read_port_text(text: str) -> tuple[AskedPort, ...]:
    return read_ports(read_words(text))


def _everything(beside: Endpoints) -> Endpoints:
    first = beside.members[0]
    return Endpoints((Endpoint(Everything(), first.text, first.start, first.end),))


def _with_both_ends(asked: Asked) -> Asked:
    source, destination = asked.source, asked.destination
    if source is None and destination is not None:
        return replace(asked, source=_everything(destination))
    if destination is None and source is not None:
        return replace(asked, destination=_everything(source))
    return asked
