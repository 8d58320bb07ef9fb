"""The outcome of assertions as JUnit XML: one test case for every assertion."""

from __future__ import annotations

from xml.etree import ElementTree as Xml

from npverify.checking import AssertionResult, CheckResult, Outcome
from npverify.errors import Severity
from npverify.report.check_sentences import check_summary, finding_words
from npverify.report.check_text import render_assertion
from npverify.report.first import split_first
from npverify.report.junit import text_element
from npverify.report.passages import input_words
from npverify.report.style import printable

_TOOL = "npverify check"


def render_check_junit(check: CheckResult) -> str:
    """One suite. A violated assertion has failed, an undecided one is an error, and a vacuous one is skipped;
    where its severity is `warning`, a violation is kept as output, unless warnings count.
    """
    suite = Xml.Element("testsuite", name=_TOOL)
    for result in check.results:
        case = Xml.SubElement(
            suite, "testcase", {"classname": printable(check.file), "name": printable(result.name)}
        )
        _fill(case, result, check)
    for name in check.skipped:
        case = Xml.SubElement(
            suite, "testcase", {"classname": printable(check.file), "name": printable(name)}
        )
        Xml.SubElement(case, "skipped", message="not looked at after the first failure")
    counts = {
        "tests": str(len(suite)),
        "failures": str(len(suite.findall("testcase/failure"))),
        "errors": str(len(suite.findall("testcase/error"))),
    }
    suite.attrib.update({**counts, "skipped": str(len(suite.findall("testcase/skipped")))})
    first, notes = split_first(check.notes)
    summary = [*first, f"{check.verdict}: {check_summary(check)}", f"read {input_words(check.input)}"]
    summary += [f"note: {note}" for note in notes]
    text_element(suite, "system-out", "\n".join(summary))
    suites = Xml.Element("testsuites", {"name": _TOOL, **counts})
    suites.append(suite)
    Xml.indent(suites)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + Xml.tostring(suites, encoding="unicode") + "\n"


def _fill(case: Xml.Element, result: AssertionResult, check: CheckResult) -> None:
    if result.outcome is Outcome.HOLDS:
        return
    element = text_element(case, _element(result, check), render_assertion(result).rstrip("\n"))
    if element.tag == "system-out":
        return
    element.set("message", printable(finding_words(result)))
    element.set("type", _type(result))


def _element(result: AssertionResult, check: CheckResult) -> str:
    """What the outcome is to JUnit; what does not count is output and nothing else."""
    if not check.counts(result):
        return "skipped" if result.outcome is Outcome.VACUOUS else "system-out"
    return "error" if result.outcome is Outcome.UNDECIDED else "failure"


def _type(result: AssertionResult) -> str:
    if result.outcome is Outcome.VIOLATED:
        return Severity(result.severity).value
    return result.outcome.value
