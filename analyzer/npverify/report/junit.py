"""Results as JUnit XML: one test case for every rule that was looked for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from xml.etree import ElementTree as Xml

from npverify.report.page import counted
from npverify.report.results import Result, Results, rule_label
from npverify.report.style import printable


def render_junit(results: Results) -> str:
    """One suite. A rule with results that count has failed, one that could not be decided is an error; notes
    and accepted results are kept as output.
    """
    by_code: dict[str, list[Result]] = {}
    for result in results.results:
        by_code.setdefault(result.code, []).append(result)
    suite = Xml.Element("testsuite", name=results.tool)
    for rule in results.rules:
        case = Xml.SubElement(
            suite, "testcase", {"classname": results.tool.replace(" ", "."), "name": rule_label(rule)}
        )
        _fill(case, by_code.get(rule.code, []))
    counts = {
        "tests": len(suite),
        "failures": len(suite.findall("testcase/failure")),
        "errors": len(suite.findall("testcase/error")),
        "skipped": 0,
    }
    numbers = {name: str(number) for name, number in counts.items()}
    suite.attrib.update(numbers)
    text_element(suite, "system-out", "\n".join((*results.first, results.summary, *results.remarks)))
    suites = Xml.Element("testsuites", {"name": results.tool, **numbers})
    suites.append(suite)
    Xml.indent(suites)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + Xml.tostring(suites, encoding="unicode") + "\n"


def _fill(case: Xml.Element, results: Sequence[Result]) -> None:
    found = [result for result in results if result.fails]
    open_ = [result for result in results if not result.decided]
    others = [result for result in results if result.decided and not result.fails]
    if found:
        worst = "error" if any(result.severity.value == "error" for result in found) else "warning"
        element = text_element(case, "failure", _listed(found))
        element.attrib.update(message=_headline(found), type=worst)
    if open_:
        element = text_element(case, "error", _listed(open_))
        element.attrib.update(message=_headline(open_), type="undecided")
    if others:
        text_element(case, "system-out", _listed(others))


def _headline(results: Sequence[Result]) -> str:
    if len(results) == 1:
        return printable(f"{results[0].origin}: {results[0].sentence}")
    return f"{counted(len(results), 'finding')}, the first: {printable(results[0].sentence)}"


def text_element(parent: Xml.Element, name: str, text: str) -> Xml.Element:
    """A new element with a text in which every line can be shown."""
    element = Xml.SubElement(parent, name)
    element.text = "\n".join(printable(line) for line in text.split("\n"))
    return element


def _listed(results: Iterable[Result]) -> str:
    return "\n".join(line for result in results for line in _lines(result))


def _lines(result: Result) -> Iterable[str]:
    state = result.severity.value if result.decided else "undecided"
    yield f"{result.origin}: {state}: {result.sentence}"
    if result.accepted is not None:
        yield f"  suppressed: {result.accepted.reason}"
    for place in result.related:
        yield f"  {place.origin}: {place.message}"
    if result.hint:
        yield f"  hint: {result.hint}"
