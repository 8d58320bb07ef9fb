"""Reports that `-o json` has written, read back, so that they can be rendered anew without solving."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from npverify.checking import CheckResult
from npverify.errors import Finding, UsageError
from npverify.lint import LintResult
from npverify.manifests.json_text import read_json
from npverify.manifests.problems import ProblemFound
from npverify.manifests.sources import Source, read_text
from npverify.manifests.values import Problems, Value
from npverify.questions.answer import Answer
from npverify.questions.comparison import Comparison
from npverify.report.diff_sentences import Sides
from npverify.report.plain import SCHEMA
from npverify.report.saved_answers import read_answer
from npverify.report.saved_checks import read_check
from npverify.report.saved_comparisons import read_comparison, read_sides
from npverify.report.saved_findings import read_findings

_HINT = "give a file that npverify has written with -o json"


@dataclass(frozen=True, slots=True)
class SavedComparison:
    """A comparison with what its versions are called."""

    comparison: Comparison
    sides: Sides


Content = Answer | SavedComparison | LintResult | CheckResult


@dataclass(frozen=True, slots=True)
class SavedReport:
    """A report and whether it tells where the time went."""

    content: Content
    has_stats: bool


def read_report(source: Source) -> SavedReport:
    """The report in a file; raises UsageError, with the place, for what is none."""
    try:
        documents = list(read_json(source.name, read_text(source)))
    except ProblemFound as problem:
        raise _no_report(problem.finding) from problem
    if len(documents) != 1:
        raise UsageError(f"`{source.name}` holds {len(documents) or 'no'} documents, not one", hint=_HINT)
    problems = Problems()
    root = Value(documents[0], (), documents[0].data, problems)
    read = _reader(root)
    report = None if read is None else SavedReport(read(root), root.get("stats") is not None)
    if problems.errors or report is None:
        raise _no_report(problems.errors[0])
    return report


def _reader(root: Value) -> Callable[[Value], Content] | None:
    """What reads this kind of report; None after a fault was reported."""
    if not root.is_object():
        return None
    schema, kind = root.require("schema"), root.get("kind")
    if schema is None:
        return None
    if schema.data != SCHEMA:
        schema.fail(f"unsupported value `{schema.data}`", hint=f"this npverify reads {SCHEMA}")
        return None
    if kind is None:
        return _read_saved_comparison if root.get("relation") is not None else read_answer
    readers: dict[str, Callable[[Value], Content]] = {"lint": read_findings, "check": read_check}
    if str(kind.data) not in readers:
        kind.fail(f"unsupported value `{kind.data}`", hint=f"npverify knows {', '.join(readers)}")
        return None
    return readers[str(kind.data)]


def _read_saved_comparison(value: Value) -> SavedComparison:
    return SavedComparison(read_comparison(value), read_sides(value))


def _no_report(finding: Finding) -> UsageError:
    return UsageError(
        f"no report of npverify: {finding.origin}: {finding.message}", hint=finding.hint or _HINT
    )
