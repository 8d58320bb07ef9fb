"""Lint an input: run the checks, take away what is suppressed, and look at the suppressions themselves."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date

from npverify.errors import Finding, Severity
from npverify.lint.baseline import NO_BASELINE, Baseline, BaselineEntry
from npverify.lint.check import LintRule
from npverify.lint.checks import CHECKS
from npverify.lint.context import Context, policy_name
from npverify.lint.findings import LintFinding, Undecided
from npverify.lint.rules import INPUT_RULES, LINT_CODES, LINT_RULES
from npverify.lint.run import find_all, in_order
from npverify.lint.selection import at_least
from npverify.lint.suppression import (
    IN_BASELINE,
    Known,
    Source,
    SuppressedFinding,
    Suppression,
    annotated,
    gone_from,
    review,
    review_baseline,
    subtract,
    suppress,
)
from npverify.lint.suppression_rules import GONE
from npverify.questions.answer import InputSummary, Stats
from npverify.questions.ask import summarize
from npverify.questions.detected_plugin import plugin_notes
from npverify.questions.profile_remarks import idle_notes
from npverify.questions.progress import Progress, say_nothing
from npverify.questions.settings import QuerySettings
from npverify.questions.stopwatch import Stopwatch
from npverify.resources import Origin, Spot
from npverify.resources.inventory import Inventory


@dataclass(frozen=True, slots=True)
class LintOptions:
    """What is reported.

    `codes` are those that are wanted, and `severity` is the least that is. `today` is the day that expiry
    dates are compared with (None: the day it is).
    """

    codes: frozenset[str] = field(default_factory=lambda: frozenset(LINT_CODES.names))
    severity: Severity = Severity.NOTE
    suppressions: tuple[Suppression, ...] = ()
    baseline: Baseline = NO_BASELINE
    today: date | None = None


@dataclass(frozen=True, slots=True)
class LintResult:
    """What the checks came back with, in the order of the files.

    `rules` are those that were looked for. `suppressed` findings do not count, and `undecided` is what some
    check could not decide. `baseline` is the one in which every finding would be: the entries of the given
    one that do not occur any more are not in it. `notes` are about the input as a whole.
    """

    findings: tuple[LintFinding, ...]
    suppressed: tuple[SuppressedFinding, ...]
    undecided: tuple[Undecided, ...]
    rules: tuple[LintRule, ...]
    baseline: Baseline
    input: InputSummary
    stats: Stats
    notes: tuple[str, ...] = ()

    def accepted(self, file: str) -> LintResult:
        """The result under its own baseline, in that file."""
        origin = Origin(file)
        known = tuple(
            SuppressedFinding(finding, Source.BASELINE, IN_BASELINE, origin)
            for finding in self.findings
            if finding.code != GONE.code
        )
        return replace(self, findings=(), suppressed=_in_order((*self.suppressed, *known)))

    @property
    def fails(self) -> bool:
        """Whether anything more severe than a note was found."""
        return any(finding.severity is not Severity.NOTE for finding in self.findings)


def lint(
    inventory: Inventory,
    settings: QuerySettings,
    options: LintOptions,
    stopwatch: Stopwatch,
    progress: Progress = say_nothing,
) -> LintResult:
    """Run the checks of the wanted codes over the input."""
    context = Context(inventory, settings, stopwatch, progress)
    checks = [check for check in CHECKS if check.code in options.codes]
    found, undecided = find_all(context, checks)
    remarks = tuple(_from_reading(remark) for remark in inventory.findings if remark.code in options.codes)
    with stopwatch.measure("suppression"):
        left, suppressed, gone = _without_suppressed((*found, *remarks), undecided, context, options)
    reported = in_order([finding for finding in left if at_least(finding.severity, options.severity)])
    stopwatch.count("findings", len(reported))
    return LintResult(
        findings=reported,
        suppressed=_in_order(s for s in suppressed if at_least(s.finding.severity, options.severity)),
        undecided=undecided,
        rules=tuple(rule for rule in (*INPUT_RULES, *LINT_RULES) if rule.code in options.codes),
        baseline=options.baseline.without(gone).with_findings(f for f in reported if f.code != GONE.code),
        input=summarize(inventory),
        stats=stopwatch.stats(),
        notes=(*idle_notes(inventory, settings.profile), *plugin_notes(inventory, settings.profile)),
    )


def _without_suppressed(
    findings: tuple[LintFinding, ...],
    undecided: tuple[Undecided, ...],
    context: Context,
    options: LintOptions,
) -> tuple[tuple[LintFinding, ...], tuple[SuppressedFinding, ...], tuple[BaselineEntry, ...]]:
    """What is left of the findings, what is wrong with the suppressions included; what is not left; and which
    entries of the baseline do not occur any more.
    """
    today = options.today or date.today()
    inventory = context.inventory
    by_annotation, invalid = annotated((*inventory.policies, *inventory.admin_policies))
    suppressions = (*by_annotation, *options.suppressions)
    known = _known(undecided, context, options)
    left, suppressed = suppress(findings, suppressions, today=today)
    about = [*invalid, *review(suppressions, findings, known, today=today)]
    left, in_baseline = subtract((*left, *(f for f in about if f.code in options.codes)), options.baseline)
    gone = gone_from(options.baseline, (*findings, *about), known)
    outdated = review_baseline(gone) if GONE.code in options.codes else ()
    return (*left, *outdated), (*suppressed, *in_baseline), gone


def _known(undecided: Iterable[Undecided], context: Context, options: LintOptions) -> Known:
    """Where something was left out, or is not enforced, the findings of no code are all there."""
    inventory = context.inventory
    is_whole = not inventory.left_out and len(context.policies) == len(inventory.policies)
    codes = options.codes - {u.code for u in undecided} if is_whole else frozenset()
    return Known(codes, frozenset(_subjects(inventory)))


def _subjects(inventory: Inventory) -> Iterator[str]:
    yield from (policy_name(policy) for policy in inventory.policies)
    yield from (policy_name(policy) for policy in inventory.admin_policies)
    yield from map(str, inventory.unmodelled)
    yield from (f"Namespace {name}" for name in inventory.namespaces)
    yield from (f"Service {service}" for service in inventory.services)
    yield from (f"{w.kind} {w.namespace}/{w.name}" for w in inventory.workloads)
    yield from (f"file {file}" for file in inventory.files)


def _from_reading(remark: Finding) -> LintFinding:
    """What was remarked while reading, as a finding about its file."""
    origin = remark.origin
    return LintFinding(
        code=remark.code,
        severity=remark.severity,
        message=remark.message,
        subject=f"file {origin.file}",
        part="",
        origin=Origin(origin.file, spot=Spot(origin.line, origin.column, remark.width, remark.source_line)),
        label=remark.label,
        hint=remark.hint,
    )


def _in_order(suppressed: Iterable[SuppressedFinding]) -> tuple[SuppressedFinding, ...]:
    return tuple(
        sorted(
            suppressed, key=lambda s: (s.finding.origin, s.finding.code, s.finding.part, s.finding.message)
        )
    )
