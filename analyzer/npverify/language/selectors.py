"""The grammar of label selectors: `app=frontend`, `shop/app!=api,tier in (a,b)`, `ns:team=payments/app=x`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NoReturn

from npverify.language.words import error_at
from npverify.resources import LabelSelector, Operator, Requirement

LABEL_FORMS = "a label selector such as `app=frontend`, `app!=api`, `tier in (a,b)` or `!tier`"

_EVERYTHING = LabelSelector()
_SPACE = re.compile(r"\s*")
_NAMESPACE = re.compile(r"(\*|[^\s,()=!/.]+)/")
_NAME = r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?"
_KEY = re.compile(rf"(?:[A-Za-z0-9][A-Za-z0-9.-]*/)?{_NAME}")
_KEY_WITH_DOTTED_PREFIX = re.compile(rf"(?:[A-Za-z0-9][A-Za-z0-9-]*\.[A-Za-z0-9.-]*/)?{_NAME}")
_VALUE = re.compile(rf"""{_NAME}|""|''|""")
_SET = re.compile(r"(in|not\s*in)\s*\(([^()]*)\)", re.IGNORECASE)
_EQUALS = re.compile(r"==?|!=")
_NAMESPACE_NAME = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
_LONGEST = 63


@dataclass(frozen=True, slots=True)
class Labels:
    """Pods by labels, in the namespace called so (None: in any) and by that namespace's own labels."""

    namespace: str | None = None
    namespace_labels: LabelSelector = _EVERYTHING
    pod_labels: LabelSelector = _EVERYTHING


def read_labels(text: str, start: int, end: int) -> Labels:
    """The selector, with or without a namespace, in `text[start:end]`; raises UsageError where it is none."""
    return _Reader(text, start, end).read()


def read_plain_labels(text: str, start: int, end: int) -> Labels:
    """The label requirements in `text[start:end]`, so that `a/b` is a key; raises UsageError for all else."""
    return _Reader(text, start, end).read_plain()


def check_namespace(text: str, start: int, end: int) -> str:
    """The namespace name in `text[start:end]`, in lower case; raises UsageError where it is none."""
    name = text[start:end].lower()
    if not _NAMESPACE_NAME.fullmatch(name):
        raise error_at(
            text,
            start,
            end,
            f"`{text[start:end]}` is no name of a namespace",
            expected="the name of a namespace: at most 63 of a-z, 0-9 and `-`",
            hint="name a namespace as in `shop/app=frontend` or `frontend in namespace shop`",
        )
    return name


class _Reader:
    """A recursive-descent reader over one stretch of the question."""

    def __init__(self, text: str, start: int, end: int) -> None:
        self.text = text
        self.place = start
        self.end = end

    def read(self) -> Labels:
        if self.text[self.place : self.end].casefold().startswith("ns:"):
            return self._read_namespace_labels()
        namespace = None
        found = _NAMESPACE.match(self.text, self.place, self.end)
        if found:
            self.place = found.end()
            if found[1] != "*":
                namespace = check_namespace(self.text, found.start(1), found.end(1))
        return Labels(namespace=namespace, pod_labels=self._read_pods(is_qualified=found is not None))

    def read_plain(self) -> Labels:
        selector = self._read_requirements(_KEY)
        self._expect_end()
        return Labels(pod_labels=selector)

    def _read_namespace_labels(self) -> Labels:
        self.place += len("ns:")
        namespace_labels = self._read_requirements(_KEY_WITH_DOTTED_PREFIX, _KEY_WITH_DOTTED_PREFIX)
        if self.text[self.place : self.end][:1] != "/":
            self._expect_end()
            return Labels(namespace_labels=namespace_labels)
        self.place += 1
        return Labels(namespace_labels=namespace_labels, pod_labels=self._read_pods(is_qualified=True))

    def _read_pods(self, *, is_qualified: bool) -> LabelSelector:
        if is_qualified and self.text[self.place : self.end].strip() in ("", "*"):
            return _EVERYTHING
        selector = self._read_requirements(_KEY if is_qualified else _KEY_WITH_DOTTED_PREFIX)
        self._expect_end()
        return selector

    def _read_requirements(
        self, first_key: re.Pattern[str], other_key: re.Pattern[str] = _KEY
    ) -> LabelSelector:
        requirements = [self._read_requirement(first_key)]
        while self._comes(","):
            self.place += 1
            requirements.append(self._read_requirement(other_key))
        return LabelSelector(tuple(requirements))

    def _read_requirement(self, key_pattern: re.Pattern[str]) -> Requirement:
        if self._comes("!") and not self.text.startswith("!=", self.place):
            self.place += 1
            return Requirement(self._read_key(key_pattern), Operator.DOES_NOT_EXIST)
        key = self._read_key(key_pattern)
        found = _SET.match(self.text, self._after_space(), self.end)
        if found:
            operator = Operator.IN if found[1].casefold() == "in" else Operator.NOT_IN
            self.place = found.end()
            return Requirement(key, operator, self._values_of(found))
        found = _EQUALS.match(self.text, self._after_space(), self.end)
        if not found:
            return Requirement(key, Operator.EXISTS)
        self.place = found.end()
        operator = Operator.NOT_IN if found[0] == "!=" else Operator.IN
        return Requirement(key, operator, (self._read_value(),))

    def _read_key(self, pattern: re.Pattern[str]) -> str:
        self.place = self._after_space()
        found = pattern.match(self.text, self.place, self.end)
        if not found:
            self._fail("the key of a label", "a label key")
        self.place = found.end()
        if len(found[0].rpartition("/")[2]) > _LONGEST:
            self._fail_at(found.start(), found.end(), "is longer than the 63 characters of a label key")
        return found[0]

    def _read_value(self) -> str:
        found = _VALUE.match(self.text, self._after_space(), self.end)
        assert found is not None  # the pattern admits the empty value
        self.place = found.end()
        return self._checked_value(found[0].strip("\"'"), found.start())

    def _values_of(self, found: re.Match[str]) -> tuple[str, ...]:
        values: list[str] = []
        place = found.start(2)
        for piece in found[2].split(","):
            value = piece.strip()
            start = place + piece.find(value)
            if not value or not _VALUE.fullmatch(value):
                self._fail_at(start, start + len(value), "is no label value")
            values.append(self._checked_value(value.strip("\"'"), start))
            place += len(piece) + 1
        return tuple(dict.fromkeys(values))

    def _checked_value(self, value: str, start: int) -> str:
        if len(value) > _LONGEST:
            self._fail_at(start, start + len(value), "is longer than the 63 characters of a label value")
        return value

    def _comes(self, wanted: str) -> bool:
        """Whether that comes next, space aside; the space is then behind."""
        place = self._after_space()
        if place < self.end and self.text.startswith(wanted, place):
            self.place = place
            return True
        return False

    def _after_space(self) -> int:
        found = _SPACE.match(self.text, self.place, self.end)
        assert found is not None  # the pattern admits no space at all
        return found.end()

    def _expect_end(self) -> None:
        self.place = self._after_space()
        if self.place < self.end:
            self._fail("`,` and another requirement, or the end of the selector", "the end")

    def _fail(self, expected: str, wanted: str) -> NoReturn:
        rest = self.text[self.place : self.end].split()
        word = rest[0] if rest else ""
        message = f"`{word}` does not belong here" if word else f"{wanted} is missing"
        end = self.place + len(word)
        raise error_at(self.text, self.place, end, message, expected=expected, hint=f"write {LABEL_FORMS}")

    def _fail_at(self, start: int, end: int, complaint: str) -> NoReturn:
        message = f"`{self.text[start:end]}` {complaint}"
        expected = "at most 63 letters, digits, `-`, `_` and `.`, a letter or digit at either end"
        raise error_at(self.text, start, end, message, expected=expected, hint=f"write {LABEL_FORMS}")


def render_labels(labels: Labels) -> str:
    """The selector as the language of questions has it."""
    requirements = labels.pod_labels.requirements
    pods = render_selector(labels.pod_labels)
    inside = f" in namespace {labels.namespace}" if labels.namespace is not None else ""
    if labels.namespace_labels.requirements:
        prefix = f"ns:{render_selector(labels.namespace_labels)}"
        return (f"{prefix}/{pods}" if pods else prefix) + inside
    if len(requirements) == 1 and requirements[0].operator is Operator.EXISTS:
        return f"pods with label {pods}{inside}"
    if labels.namespace is not None:
        return f"{labels.namespace}/{pods or '*'}"
    return f"*/{pods}" if _has_short_prefix(requirements) else pods


def render_selector(selector: LabelSelector) -> str:
    """The requirements as one writes them in a question; nothing for the selector of everything."""
    return ",".join(render_requirement(requirement) for requirement in selector.requirements)


def render_requirement(requirement: Requirement) -> str:
    """One requirement as one writes it in a question."""
    key, values = requirement.key, [value or '""' for value in requirement.values]
    match requirement.operator:
        case Operator.EXISTS:
            return key
        case Operator.DOES_NOT_EXIST:
            return f"!{key}"
        case Operator.IN:
            return f"{key}={values[0]}" if len(values) == 1 else f"{key} in ({','.join(values)})"
        case Operator.NOT_IN:
            return f"{key}!={values[0]}" if len(values) == 1 else f"{key} notin ({','.join(values)})"


def describe_selector(selector: LabelSelector) -> str:
    """The requirements in words that follow `with`."""
    return " and ".join(_describe(requirement) for requirement in selector.requirements)


def _describe(requirement: Requirement) -> str:
    match requirement.operator:
        case Operator.EXISTS:
            return f"a label {requirement.key}"
        case Operator.DOES_NOT_EXIST:
            return f"no label {requirement.key}"
        case _:
            return render_requirement(requirement)


def _has_short_prefix(requirements: Sequence[Requirement]) -> bool:
    """Whether the first key would else be taken for a namespace and a key."""
    before, slash, _ = requirements[0].key.partition("/") if requirements else ("", "", "")
    return bool(slash and "." not in before)
