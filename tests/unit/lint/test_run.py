"""Running checks: what they find, what they leave open, and the order of both."""

from __future__ import annotations

from tests.unit.lint.linting import context_of, policy

from npverify import load_objects
from npverify.errors import Severity
from npverify.lint import Check
from npverify.lint.check import Found, Open
from npverify.lint.run import find_all, run_checks
from npverify.resources import Origin


def check(code, *items):
    return Check(
        code=code,
        name="some-check",
        title="something",
        severity=Severity.WARNING,
        why="Why.",
        fix="Fix.",
        bad="",
        good="",
        find=lambda _context: iter(items),
    )


def found(line, message="no effect", part=""):
    return Found("NetworkPolicy shop/p", part, message, Origin("a.yaml", line, 1))


def open_(line, reason="the time limit was reached"):
    return Open("NetworkPolicy shop/p", "ingress rule 1", reason, Origin("a.yaml", line, 1))


CONTEXT = context_of(policy("podSelector: {}"))


def test_findings_are_in_the_order_of_the_files_and_then_of_the_codes():
    checks = [check("NPV202", found(2), found(1)), check("NPV201", found(2), found(3))]

    places = [(finding.origin.line, finding.code) for finding in run_checks(CONTEXT, checks)]

    assert places == [(1, "NPV202"), (2, "NPV201"), (2, "NPV202"), (3, "NPV201")]


def test_what_a_check_leaves_open_is_kept_apart():
    findings, undecided = find_all(CONTEXT, [check("NPV201", open_(2), found(1), open_(1))])

    assert [finding.origin.line for finding in findings] == [1]
    assert [(u.code, u.origin.line, u.part) for u in undecided] == [
        ("NPV201", 1, "ingress rule 1"),
        ("NPV201", 2, "ingress rule 1"),
    ]
    assert undecided[0].reason == "the time limit was reached"


def test_the_fingerprint_of_what_is_open_does_not_depend_on_its_line():
    _, (one, two) = find_all(CONTEXT, [check("NPV201", open_(2), open_(1))])
    _, (other,) = find_all(CONTEXT, [check("NPV201", open_(2, "another reason"))])

    assert one.fingerprint == two.fingerprint
    assert other.fingerprint != one.fingerprint


def test_the_fingerprint_of_a_finding_depends_on_everything_but_its_place():
    (one, two) = run_checks(CONTEXT, [check("NPV201", found(1), found(9))])
    others = run_checks(
        CONTEXT,
        [
            check("NPV202", found(1)),
            check("NPV201", found(1, "other")),
            check("NPV201", found(1, part="ingress")),
        ],
    )

    assert one.fingerprint == two.fingerprint
    assert len({one.fingerprint, *(finding.fingerprint for finding in others)}) == 4


def test_parts_of_a_fingerprint_do_not_run_into_each_other():
    (one,) = run_checks(CONTEXT, [check("NPV201", found(1, "c", "ab"))])
    (two,) = run_checks(CONTEXT, [check("NPV201", found(1, "bc", "a"))])

    assert one.fingerprint != two.fingerprint


def test_every_check_is_measured_under_its_name():
    context = context_of(policy("podSelector: {}"))

    run_checks(context, [check("NPV201")])

    assert "some-check" in context.stopwatch.stats().seconds


def test_objects_that_were_never_in_a_file_are_linted_as_well():
    body = {"podSelector": {}, "policyTypes": ["Egress"], "ingress": [{}]}
    metadata = {
        "name": "p",
        "namespace": "shop",
        "annotations": {"npverify.dev/ignore.NPV211": "", "other": "x"},
    }
    document = {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": metadata,
        "spec": body,
    }

    result = load_objects([document]).lint(select=["NPV211", "NPV293"])

    assert sorted(finding.code for finding in result.findings) == ["NPV211", "NPV293"]
    assert all(finding.origin.line == 0 for finding in result.findings)
