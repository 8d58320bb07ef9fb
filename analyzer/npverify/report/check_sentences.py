"""The outcome of assertions in sentences."""

from __future__ import annotations

from collections.abc import Iterator

from npverify.checking import AssertionResult, CheckResult, Outcome
from npverify.errors import Severity
from npverify.questions.answer import Answer, Witness
from npverify.report.changes import listed_differences
from npverify.report.diff_sentences import diff_headline
from npverify.report.page import counted
from npverify.report.sentences import headline, witness_words

TONES = {
    Outcome.HOLDS: "good",
    Outcome.VIOLATED: "bad",
    Outcome.VACUOUS: "doubt",
    Outcome.UNDECIDED: "doubt",
}
_MOST_ENTRIES = 4


def check_summary(check: CheckResult) -> str:
    """`6 assertions: 3 hold, 2 violated (1 a warning), 1 vacuous`."""
    counts = ", ".join(_counts(check))
    text = f"{counted(len(check.results), 'assertion')}{f': {counts}' if counts else ''}"
    if check.skipped:
        text += f"; {len(check.skipped)} not looked at after the first failure"
    return text


def _counts(check: CheckResult) -> Iterator[str]:
    for outcome in Outcome:
        found = check.with_outcome(outcome)
        if not found:
            continue
        word = "hold" if outcome is Outcome.HOLDS and len(found) > 1 else outcome.value
        warnings = sum(result.severity is Severity.WARNING for result in found)
        counts = outcome in (Outcome.VIOLATED, Outcome.UNDECIDED)
        note = _warnings(warnings, len(found)) if warnings and counts else ""
        yield f"{len(found)} {word}{note}"


def _warnings(number: int, total: int) -> str:
    words = "a warning" if number == 1 else "warnings"
    return f" ({words})" if number == total else f" ({number} of them {words})"


def finding_words(result: AssertionResult) -> str:
    """What was found, in one line without the outcome itself."""
    if result.outcome is Outcome.UNDECIDED:
        return result.reason or ""
    if result.outcome is Outcome.VACUOUS:
        return f"it holds, but of nothing: {'; '.join(result.vacuous)}"
    if result.comparison is not None:
        return diff_headline(result.comparison, listed_differences(result.comparison))
    assert result.answer is not None  # an assertion is a comparison or a question
    return _answer_words(result.answer)


def _answer_words(answer: Answer) -> str:
    text = headline(answer)
    if answer.universe == "declared":
        text += " (of the declared pods)"
    if answer.entries:
        return f"{text}: {_entries(answer)}"
    shown = shown_witness(answer)
    return text if shown is None else f"{text} (such as {witness_words(shown)})"


def _entries(answer: Answer) -> str:
    names = list(dict.fromkeys(entry.endpoint for entry in answer.entries))
    more = f" and {len(names) - _MOST_ENTRIES} more" if len(names) > _MOST_ENTRIES else ""
    return f"{'; '.join(names[:_MOST_ENTRIES])}{more}"


def shown_witness(answer: Answer) -> Witness | None:
    """The flow that shows the verdict, or one that does not connect where that is the verdict."""
    return answer.witness or answer.blocked


def severity_words(result: AssertionResult) -> str:
    """` (a warning)` where a violation is no error."""
    is_warning = result.severity is Severity.WARNING and result.outcome is not Outcome.HOLDS
    return " (a warning)" if is_warning or result.outcome is Outcome.VACUOUS else ""
