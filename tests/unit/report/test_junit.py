"""Results as JUnit XML."""

from __future__ import annotations

from dataclasses import replace
from xml.etree import ElementTree as Xml

import pytest
from tests.unit.report import results_sample as sample

from npverify.errors import Severity
from npverify.report import render_junit


def suite_of(results):
    (suite,) = Xml.fromstring(render_junit(results))
    return suite


def case_of(results, code):
    (case,) = (c for c in suite_of(results).iter("testcase") if c.get("name").startswith(code))
    return case


def kinds(case):
    return [child.tag for child in case]


@pytest.mark.parametrize("name", sorted(sample.EVERYTHING))
def test_counts_are_those_of_the_cases(name):
    root = Xml.fromstring(render_junit(sample.EVERYTHING[name]))

    assert root.tag == "testsuites"
    for element in (root, root[0]):
        assert int(element.get("tests")) == len(list(element.iter("testcase")))
        assert int(element.get("failures")) == len(list(element.iter("failure")))
        assert int(element.get("errors")) == len(list(element.iter("error")))


@pytest.mark.parametrize("name", sorted(sample.EVERYTHING))
def test_there_is_one_case_for_every_rule(name):
    results = sample.EVERYTHING[name]

    names = [case.get("name") for case in suite_of(results).iter("testcase")]

    assert names == [f"{rule.code} {rule.name}".rstrip() for rule in results.rules]


@pytest.mark.parametrize(
    ("code", "children"),
    [
        ("NPV201", ["failure", "system-out"]),
        ("NPV202", ["failure", "system-out"]),
        ("NPV203", ["system-out"]),
        ("NPV204", ["error"]),
        ("NPV205", []),
    ],
)
def test_notes_and_accepted_results_fail_nothing(code, children):
    assert kinds(case_of(sample.FULL, code)) == children


def test_a_failure_has_place_severity_message_related_place_and_hint():
    failure = case_of(sample.FULL, "NPV202").find("failure")

    assert failure.get("type") == "error"
    assert failure.get("message").startswith("deploy/db.yaml:3:5: NetworkPolicy shop/db: `{app: db}`")
    assert failure.text.splitlines() == [
        f"deploy/db.yaml:3:5: error: NetworkPolicy shop/db: {sample.ERROR.message}",
        "  deploy/api.yaml:7:1: the other {one}",
        "  hint: take `x|y`, or",
        "nothing",
    ]


def test_several_results_of_a_rule_are_one_failure():
    results = replace(sample.FULL, results=(sample.WARNING, replace(sample.WARNING, message="more")))

    (failure,) = suite_of(results).iter("failure")

    assert failure.get("message") == "2 findings, the first: NetworkPolicy shop/db: no effect"
    assert len(failure.text.splitlines()) == 2


def test_the_worst_severity_is_the_type_of_the_failure():
    worse = replace(sample.WARNING, severity=Severity.ERROR)

    (failure,) = suite_of(replace(sample.FULL, results=(sample.WARNING, worse))).iter("failure")

    assert failure.get("type") == "error"


def test_the_reason_of_a_suppression_is_kept():
    text = case_of(sample.FULL, "NPV201").find("system-out").text

    assert "suppressed: until \\x1b[2J we | migrate" in text


def test_characters_that_xml_does_not_know_are_spelt_out():
    nasty = replace(sample.WARNING, message="a\x00b\x1b\ud800\ufffe", origin=sample.place("a\x01.yaml"))

    text = render_junit(replace(sample.FULL, results=(nasty,)))

    Xml.fromstring(text.encode())
    assert "a\\x00b\\x1b\\ud800" in text


def test_the_summary_is_the_output_of_the_suite():
    assert suite_of(sample.FULL).find("system-out").text.startswith("3 findings: 1 error")
