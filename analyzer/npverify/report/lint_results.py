"""What `npverify lint` found, as results."""

from __future__ import annotations

from npverify.errors import Severity
from npverify.lint import LintFinding, LintResult, LintRule, SuppressedFinding, Undecided
from npverify.lint.suppression import Source
from npverify.report.first import split_first
from npverify.report.page import counted
from npverify.report.passages import input_words
from npverify.report.results import Acceptance, Result, ResultPlace, ResultRule, Results
from npverify.report.rule_texts import rule_advice, rule_help, rule_markdown


def lint_results(lint: LintResult) -> Results:
    """The result of a run; what was suppressed comes after what is reported."""
    return Results(
        tool="npverify lint",
        summary=lint_summary(lint),
        rules=tuple(_rule(rule) for rule in lint.rules),
        results=(
            *(_finding(finding) for finding in lint.findings),
            *(_suppressed(suppressed) for suppressed in lint.suppressed),
            *(_undecided(undecided) for undecided in lint.undecided),
        ),
        remarks=tuple(_remarks(lint)),
        first=split_first(lint.notes)[0],
    )


def lint_summary(lint: LintResult) -> str:
    """`3 findings: 1 error, 2 warnings (1 suppressed)`."""
    counts = [
        counted(number, severity.value)
        for severity in Severity
        if (number := sum(finding.severity is severity for finding in lint.findings))
    ]
    text = f"{counted(len(lint.findings), 'finding')}: {', '.join(counts)}" if counts else "no findings"
    if lint.suppressed:
        text += f" ({len(lint.suppressed)} suppressed)"
    if lint.undecided:
        text += f"; {len(lint.undecided)} not decided"
    return text


def _remarks(lint: LintResult) -> list[str]:
    read = lint.input
    return [
        f"read {input_words(read)}",
        *(f"not modelled: {policy.kind} {policy.policy}" for policy in read.unmodelled),
        *(f"left out: {finding.origin}: {finding.message}" for finding in read.left_out),
        *(f"note: {note}" for note in split_first(lint.notes)[1]),
    ]


def _rule(rule: LintRule) -> ResultRule:
    return ResultRule(
        code=rule.code,
        name=rule.name,
        title=rule.title,
        severity=rule.severity,
        advice=rule_advice(rule),
        help=rule_help(rule),
        help_markdown=rule_markdown(rule),
    )


def _finding(finding: LintFinding, accepted: Acceptance | None = None) -> Result:
    return Result(
        code=finding.code,
        severity=finding.severity,
        message=finding.message,
        subject="" if is_about_file(finding) else finding.subject,
        origin=finding.origin,
        fingerprint=finding.fingerprint,
        hint=finding.hint,
        related=tuple(ResultPlace(related.message, related.origin) for related in finding.related),
        accepted=accepted,
    )


def is_about_file(finding: LintFinding) -> bool:
    """Whether the subject is just the file, which the place of the finding names anyway."""
    return finding.subject.startswith("file ")


def _suppressed(suppressed: SuppressedFinding) -> Result:
    acceptance = Acceptance(suppressed.reason, suppressed.source is Source.ANNOTATION, suppressed.origin)
    return _finding(suppressed.finding, acceptance)


def _undecided(undecided: Undecided) -> Result:
    return Result(
        code=undecided.code,
        severity=Severity.WARNING,
        message=undecided_words(undecided),
        subject=undecided.subject,
        origin=undecided.origin,
        fingerprint=undecided.fingerprint,
        decided=False,
    )


def undecided_words(undecided: Undecided) -> str:
    """What was not decided, and why."""
    return f"not decided{f' for {undecided.part}' if undecided.part else ''}: {undecided.reason}"
