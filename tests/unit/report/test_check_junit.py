"""The outcome of assertions as JUnit XML."""

from __future__ import annotations

from xml.etree import ElementTree as Xml

import pytest
from tests.unit.report import checks
from tests.unit.report.junit_schema import faults

from npverify.report.check_junit import render_check_junit


def root_of(check):
    return Xml.fromstring(render_check_junit(check).encode())


def cases(check):
    return list(root_of(check).iter("testcase"))


@pytest.mark.parametrize("name", sorted(checks.EVERYTHING))
def test_every_report_fits_the_schema(name):
    assert faults(root_of(checks.EVERYTHING[name])) == []


def test_the_schema_of_this_test_rejects_what_is_wrong():
    for spoil in (
        lambda suite: suite[0].set("hint", "x"),
        lambda suite: suite.attrib.pop("tests"),
        lambda suite: Xml.SubElement(suite[0], "warning"),
        lambda suite: Xml.SubElement(suite, "failure"),
    ):
        root = root_of(checks.MIXED)
        spoil(root[0])
        assert faults(root)


@pytest.mark.parametrize("name", sorted(checks.EVERYTHING))
def test_there_is_one_case_for_every_assertion(name):
    check = checks.EVERYTHING[name]

    assert len(cases(check)) == len(check.results) + len(check.skipped)
    assert {case.get("classname") for case in cases(check)} <= {"npverify.yaml"}


@pytest.mark.parametrize("name", sorted(checks.EVERYTHING))
def test_counts_are_those_of_the_cases(name):
    root = root_of(checks.EVERYTHING[name])

    (suite,) = root
    for count, element in (("tests", "testcase"), ("failures", "failure"), ("errors", "error")):
        assert int(root.get(count)) == int(suite.get(count)) == len(list(suite.iter(element)))
    assert int(suite.get("skipped")) == len(list(suite.iter("skipped")))


@pytest.mark.parametrize(
    ("result", "lenient", "strict"),
    [
        (checks.PASSED, [], []),
        (checks.ALLOWED, [], []),
        (checks.FAILED, ["failure"], ["failure"]),
        (checks.WARNING, ["system-out"], ["failure"]),
        (checks.NOTHING, ["skipped"], ["failure"]),
        (checks.OPEN, ["error"], ["error"]),
    ],
    ids=lambda value: getattr(value, "name", None),
)
def test_what_does_not_count_fails_nothing(result, lenient, strict):
    for is_strict, kinds in ((False, lenient), (True, strict)):
        (case,) = cases(checks.check(result, is_strict=is_strict))
        assert [child.tag for child in case] == kinds


def test_a_failure_has_message_type_and_everything_that_was_found():
    (case,) = cases(checks.check(checks.FAILED))

    (failure,) = case
    assert case.get("name") == "the database is closed"
    assert failure.get("type") == "error"
    assert failure.get("message").startswith("frontend can reach database on tcp/5432 (such as")
    assert "- shop/db rule 1  policies.yaml:11:7" in failure.text


def test_notes_about_all_manifests_are_output_of_the_suite():
    text = render_check_junit(checks.NOTED)

    assert "note: the input runs &lt;Calico&gt;: `--cni calico` asks what it enforces</system-out>" in text


def test_what_was_skipped_is_skipped():
    skipped = [case.get("name") for case in cases(checks.SHORT) if case.find("skipped") is not None]

    assert skipped == ["the rest", "and <more>"]
