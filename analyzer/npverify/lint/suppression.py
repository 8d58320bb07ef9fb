"""Findings that somebody has decided to live with: by annotation, configuration or baseline."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from enum import StrEnum
from fnmatch import fnmatchcase

from npverify.errors import Severity
from npverify.lint.baseline import Baseline, BaselineEntry
from npverify.lint.check import LintRule
from npverify.lint.context import policy_name
from npverify.lint.findings import LintFinding
from npverify.lint.rules import LINT_CODES, SUPPRESSIBLE
from npverify.lint.suppression_rules import EXPIRED, GONE, INVALID, UNUSED
from npverify.resources import AdminPolicy, Annotation, NetworkPolicy, Origin

_VERB = "ignore"
ANNOTATION_PREFIX = f"npverify.dev/{_VERB}."
IN_BASELINE = "in the baseline"
"""The reason of what is suppressed by a baseline."""


class Source(StrEnum):
    """Where a suppression stands."""

    ANNOTATION = "annotation"
    CONFIGURATION = "configuration"
    BASELINE = "baseline"


@dataclass(frozen=True, slots=True)
class Suppression:
    """The wish not to hear of one code; the reason is never empty.

    `subject` is that of the findings: exactly for an annotation, else a pattern with `*`, `?` and `[…]`, with
    or without the kind in front (`NetworkPolicy shop/*`, `shop/*`). The suppression holds up to and on the
    day `expires`.
    """

    code: str
    subject: str
    reason: str
    source: Source
    origin: Origin
    expires: date | None = None

    def covers(self, finding: LintFinding) -> bool:
        """Whether the finding is of the code and about the subject."""
        return finding.code == self.code and self.is_about(finding.subject)

    def is_about(self, subject: str) -> bool:
        """Whether the subject is one of those that are meant."""
        if self.source is Source.ANNOTATION:
            return subject == self.subject
        name = subject if " " in self.subject else subject.partition(" ")[2]
        return fnmatchcase(name, self.subject)

    def has_expired(self, today: date) -> bool:
        """Whether its last day has passed."""
        return self.expires is not None and self.expires < today


@dataclass(frozen=True, slots=True)
class SuppressedFinding:
    """A finding that is not reported, and who decided so."""

    finding: LintFinding
    source: Source
    reason: str
    origin: Origin


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a run, as far as it tells whether a suppression is still needed.

    `codes`: those whose findings are all there. `subjects`: the objects that were looked at.
    """

    codes: Collection[str]
    subjects: Collection[str]


def annotated(
    policies: Iterable[NetworkPolicy | AdminPolicy],
) -> tuple[tuple[Suppression, ...], tuple[LintFinding, ...]]:
    """The suppressions that annotations of the policies ask for, and what is wrong with the others."""
    suppressions: list[Suppression] = []
    findings: list[LintFinding] = []
    for policy in policies:
        for annotation in policy.annotations:
            read = _read_annotation(annotation, policy_name(policy))
            if isinstance(read, Suppression):
                suppressions.append(read)
            else:
                findings.append(read)
    return tuple(suppressions), tuple(findings)


def _read_annotation(annotation: Annotation, subject: str) -> Suppression | LintFinding:
    key = annotation.key
    word = key.removeprefix(ANNOTATION_PREFIX)
    code = LINT_CODES.single(word)
    message, hint = None, None
    if word == key:
        message, hint = f"`{key}` is no annotation that npverify has", _meant_annotation(key)
    elif code is None:
        message, hint = f"`{word}` is no code that npverify has", SUPPRESSIBLE.hint(word)
    elif code not in SUPPRESSIBLE.names:
        message = f"`{word}` cannot be suppressed by an annotation"
        hint = f"`--ignore {word}`, or `ignore` in npverify.yaml, leaves it out everywhere"
    elif not annotation.value.strip():
        message = f"the suppression of `{word}` gives no reason, so it has no effect"
        hint = "write the reason as the value of the annotation"
    if message is None and code is not None:
        return Suppression(code, subject, annotation.value.strip(), Source.ANNOTATION, annotation.origin)
    return _finding(INVALID, message or "", subject, f"annotation {key}", annotation.origin, hint)


def _meant_annotation(key: str) -> str:
    verb, dot, code = key.partition("/")[2].partition(".")
    if dot and get_close_matches(verb, [_VERB], n=1):
        return f"did you mean `{ANNOTATION_PREFIX}{code}`?"
    return f"a suppression is written `{ANNOTATION_PREFIX}CODE`"


def suppress(
    findings: Sequence[LintFinding], suppressions: Sequence[Suppression], *, today: date
) -> tuple[tuple[LintFinding, ...], tuple[SuppressedFinding, ...]]:
    """Part the findings into those that are left and those that a suppression in force covers."""
    patterns: dict[str, list[Suppression]] = {}
    annotations: dict[tuple[str, str], Suppression] = {}
    for suppression in suppressions:
        if suppression.has_expired(today):
            continue
        if suppression.source is Source.ANNOTATION:
            annotations[suppression.code, suppression.subject] = suppression
        else:
            patterns.setdefault(suppression.code, []).append(suppression)
    left: list[LintFinding] = []
    suppressed: list[SuppressedFinding] = []
    for finding in findings:
        by = annotations.get((finding.code, finding.subject)) or next(
            (pattern for pattern in patterns.get(finding.code, ()) if pattern.covers(finding)), None
        )
        if by is None:
            left.append(finding)
        else:
            suppressed.append(SuppressedFinding(finding, by.source, by.reason, by.origin))
    return tuple(left), tuple(suppressed)


def review(
    suppressions: Sequence[Suppression], findings: Sequence[LintFinding], known: Known, *, today: date
) -> Iterator[LintFinding]:
    """What has expired, and what covers none of the findings although all of its code are there."""
    found: dict[str, set[str]] = {}
    for finding in findings:
        found.setdefault(finding.code, set()).add(finding.subject)
    for suppression in suppressions:
        is_used = _is_about_any(suppression, found.get(suppression.code, set()))
        if suppression.has_expired(today):
            yield _expired(suppression, is_used=is_used or suppression.code not in known.codes)
        elif not is_used and suppression.code in known.codes:
            yield _unused(suppression, is_known=_is_about_any(suppression, known.subjects))


def _is_about_any(suppression: Suppression, subjects: Collection[str]) -> bool:
    return suppression.subject in subjects or (
        suppression.source is not Source.ANNOTATION and any(map(suppression.is_about, subjects))
    )


def _expired(suppression: Suppression, *, is_used: bool) -> LintFinding:
    message = f"{_words(suppression)} expired on {suppression.expires}"
    hint = (
        "mend what it was for, or set a later date"
        if is_used
        else "remove it: there is nothing left that it was for"
    )
    return _about(suppression, EXPIRED, message, hint, EXPIRED.severity)


def _unused(suppression: Suppression, *, is_known: bool) -> LintFinding:
    if is_known:
        message = f"{_words(suppression)} is not needed: nothing is found that it is for"
        return _about(suppression, UNUSED, message, "remove it", UNUSED.severity)
    message = f"{_words(suppression)} matches nothing in the input"
    return _about(suppression, UNUSED, message, "remove it if the object is gone for good", Severity.NOTE)


def _about(
    suppression: Suppression, rule: LintRule, message: str, hint: str, severity: Severity
) -> LintFinding:
    is_annotation = suppression.source is Source.ANNOTATION
    subject = suppression.subject if is_annotation else f"file {suppression.origin.file}"
    part = f"{suppression.source} {suppression.code}"
    return _finding(rule, message, subject, part, suppression.origin, hint, severity)


def _words(suppression: Suppression) -> str:
    words = f"the suppression of `{suppression.code}`"
    if suppression.source is Source.ANNOTATION or suppression.subject == "*":
        return words
    return f"{words} for `{suppression.subject}`"


def _finding(
    rule: LintRule,
    message: str,
    subject: str,
    part: str,
    origin: Origin,
    hint: str | None,
    severity: Severity | None = None,
) -> LintFinding:
    return LintFinding(rule.code, severity or rule.severity, message, subject, part, origin, hint=hint)


def subtract(
    findings: Sequence[LintFinding], baseline: Baseline
) -> tuple[tuple[LintFinding, ...], tuple[SuppressedFinding, ...]]:
    """Part the findings into those that are new and those that the baseline knows."""
    entries = {entry.fingerprint: entry for entry in baseline.entries}
    left: list[LintFinding] = []
    suppressed: list[SuppressedFinding] = []
    for finding in findings:
        entry = entries.get(finding.fingerprint)
        if entry is None:
            left.append(finding)
        else:
            suppressed.append(SuppressedFinding(finding, Source.BASELINE, IN_BASELINE, entry.origin))
    return tuple(left), tuple(suppressed)


def gone_from(baseline: Baseline, findings: Iterable[LintFinding], known: Known) -> tuple[BaselineEntry, ...]:
    """The entries that are no finding any more, although all findings of their code are there."""
    present = {finding.fingerprint for finding in findings}
    return tuple(
        entry for entry in baseline.entries if entry.fingerprint not in present and entry.code in known.codes
    )


def review_baseline(gone: Iterable[BaselineEntry]) -> Iterator[LintFinding]:
    """What is to be said about entries that are no finding any more."""
    for entry in gone:
        place = f"{entry.subject} {entry.part}".rstrip()
        yield _finding(
            GONE,
            f"`{entry.code}` of {place} no longer occurs",
            f"file {entry.origin.file}",
            f"{Source.BASELINE} {entry.fingerprint}",
            entry.origin,
            "write the baseline anew with `--write-baseline`",
        )
