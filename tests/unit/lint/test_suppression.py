"""Findings that somebody has decided to live with, and what is wrong with such decisions."""

from __future__ import annotations

import io
from datetime import date

import pytest

from npverify import Severity, load
from npverify.configuration import read_baseline, read_configuration
from npverify.lint import LINT_RULES, Baseline, render_baseline
from npverify.lint.findings import Undecided
from npverify.lint.suppression import Source, Suppression
from npverify.lint.suppression_rules import SUPPRESSION_RULES
from npverify.manifests import ReadOptions
from npverify.resources import Origin

TODAY = date(2026, 6, 15)
SUPPRESSION_CODES = ["NPV291", "NPV292", "NPV293", "NPV294"]


def policy(*annotations, name="db", namespace="shop", faulty=True):
    """A policy in which NPV211 finds something, if it is faulty."""
    lines = [f"    {annotation}\n" for annotation in annotations]
    return (
        "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata:\n"
        f"  name: {name}\n  namespace: {namespace}\n"
        f"{'  annotations:' if lines else '  labels: {}'}\n{''.join(lines)}"
        f"spec:\n  podSelector: {{}}\n  policyTypes: [{'Egress' if faulty else 'Ingress'}]\n"
        "  ingress:\n  - from: [{podSelector: {}}]\n"
    )


def lint(*documents, options=None, today=TODAY, **arguments):
    content = "\n---\n".join(documents).encode()
    cluster = load("-", stdin=io.BytesIO(content), options=options)
    arguments.setdefault("select", ["NPV211", *SUPPRESSION_CODES])
    return cluster.lint(today=today, **arguments)


def suppression(code="NPV211", subject="*", reason="because", expires=None):
    return Suppression(code, subject, reason, Source.CONFIGURATION, Origin("npverify.yaml", 4, 3), expires)


def codes(findings):
    return [finding.code for finding in findings]


ANNOTATION = 'npverify.dev/ignore.NPV211: "kept until the migration is over"'


def test_an_annotation_suppresses_the_findings_of_its_policy():
    result = lint(policy(ANNOTATION))

    assert codes(result.findings) == []
    (suppressed,) = result.suppressed
    assert suppressed.finding.code == "NPV211"
    assert suppressed.reason == "kept until the migration is over"
    assert suppressed.source is Source.ANNOTATION
    assert (suppressed.origin.line, suppressed.origin.column) == (7, 5)
    assert not result.fails


def test_an_annotation_suppresses_nothing_of_another_policy():
    result = lint(policy(ANNOTATION), policy(name="api"))

    assert [finding.subject for finding in result.findings] == ["NetworkPolicy shop/api"]


def test_an_annotation_suppresses_no_other_code():
    result = lint(policy('npverify.dev/ignore.NPV208: "why not"'), select=["NPV208", "NPV211", "NPV291"])

    assert codes(result.findings) == ["NPV291", "NPV211"]


@pytest.mark.parametrize("word", ["NPV211", "npv211", "unused-direction"])
def test_an_annotation_may_name_the_code_in_any_way(word):
    assert lint(policy(f"npverify.dev/ignore.{word}: why")).findings == ()


@pytest.mark.parametrize("value", ['""', '"  "', "", "null"])
def test_a_suppression_without_reason_is_reported_and_has_no_effect(value):
    result = lint(policy(f"npverify.dev/ignore.NPV211: {value}"))

    assert codes(result.findings) == ["NPV293", "NPV211"]
    assert "gives no reason" in result.findings[0].message
    assert result.findings[0].origin.line == 7
    assert "annotation" in (result.findings[0].hint or "")


@pytest.mark.parametrize(
    ("annotation", "message", "hint"),
    [
        ("npverify.dev/ignore.NPV2l1", "`NPV2l1` is no code", "did you mean `NPV211`?"),
        ("npverify.dev/ignore.NPV21", "`NPV21` is no code", "did you mean `NPV2"),
        ("npverify.dev/ignore.", "`` is no code", "`npverify explain` lists the codes"),
        ("npverify.dev/ignroe.NPV211", "is no annotation that", "did you mean `npverify.dev/ignore.NPV211`?"),
        ("npverify.dev/what", "is no annotation that", "a suppression is written `npverify.dev/ignore.CODE`"),
        ("npverify.dev/ignore.NPV291", "`NPV291` cannot be suppressed by an annotation", "--ignore NPV291"),
        ("npverify.dev/ignore.NPV104", "`NPV104` cannot be suppressed by an annotation", "--ignore NPV104"),
        ("npverify.dev/ignore.NPV102", "`NPV102` is no code", "ends the run"),
    ],
)
def test_an_annotation_that_means_nothing_is_reported(annotation, message, hint):
    result = lint(policy(f"{annotation}: why", faulty=False))

    (found,) = result.findings
    assert found.code == "NPV293"
    assert message in found.message
    assert hint in found.hint


def test_annotations_of_others_are_none_of_our_business():
    assert lint(policy("example.com/ignore.NPV211: ''", faulty=False)).findings == ()


def test_an_annotation_that_is_no_string_is_rejected_as_the_server_does():
    options = ReadOptions(keep_going=True)

    result = lint(policy("npverify.dev/ignore.NPV211: true"), policy(name="b"), options=options)

    assert "must be a string" in result.input.left_out[0].message


def test_an_annotation_that_nothing_is_found_for_is_unused():
    result = lint(policy(ANNOTATION, faulty=False))

    (found,) = result.findings
    assert (found.code, found.severity, found.subject) == (
        "NPV291",
        Severity.WARNING,
        "NetworkPolicy shop/db",
    )
    assert found.origin.line == 7
    assert result.fails


def test_an_annotation_for_a_code_that_was_not_looked_for_is_not_called_unused():
    assert lint(policy(ANNOTATION, faulty=False), select=["NPV208", "NPV291"]).findings == ()


def test_nothing_is_called_unused_where_documents_were_left_out():
    broken = policy(name="broken").replace("podSelector", "podSelector: 5, x")

    result = lint(policy(ANNOTATION, faulty=False), broken, options=ReadOptions(keep_going=True))

    assert result.input.left_out
    assert result.findings == ()


@pytest.mark.parametrize(
    ("subject", "covers"),
    [
        ("*", True),
        ("NetworkPolicy shop/db", True),
        ("NetworkPolicy shop/*", True),
        ("NetworkPolicy */db", True),
        ("shop/*", True),
        ("shop/d?", True),
        ("shop/[ab]*", False),
        ("NetworkPolicy shop/d", False),
        ("networkpolicy shop/db", False),
        ("db", False),
        ("Namespace shop", False),
    ],
)
def test_a_configured_suppression_covers_what_its_pattern_matches(subject, covers):
    result = lint(policy(), suppressions=[suppression(subject=subject)], select=["NPV211"])

    assert codes(result.findings) == ([] if covers else ["NPV211"])
    assert len(result.suppressed) == covers


@pytest.mark.parametrize(
    ("expires", "holds"),
    [
        (None, True),
        (date(2026, 6, 16), True),
        (date(2026, 6, 15), True),
        (date(2026, 6, 14), False),
        (date(2025, 12, 31), False),
    ],
)
def test_a_suppression_holds_on_its_last_day_and_not_after(expires, holds):
    result = lint(policy(), suppressions=[suppression(expires=expires)])

    assert sorted(codes(result.findings)) == ([] if holds else ["NPV211", "NPV292"])


def test_an_expired_suppression_is_reported_where_it_stands():
    result = lint(policy(), suppressions=[suppression(expires=date(2026, 1, 31))])

    found = next(finding for finding in result.findings if finding.code == "NPV292")
    assert str(found.origin) == "npverify.yaml:4:3"
    assert found.message == "the suppression of `NPV211` expired on 2026-01-31"
    assert found.subject == "file npverify.yaml"
    assert "mend" in found.hint


def test_an_expired_suppression_of_nothing_is_to_be_removed():
    result = lint(policy(faulty=False), suppressions=[suppression(expires=date(2026, 1, 31))])

    (found,) = result.findings
    assert found.code == "NPV292"
    assert "remove it" in found.hint


def test_without_a_day_given_it_is_the_one_of_the_machine():
    always, never = date(1999, 1, 1), date(9999, 12, 31)

    result = lint(policy(), suppressions=[suppression(expires=always)], today=None)
    assert "NPV292" in codes(result.findings)

    result = lint(policy(), suppressions=[suppression(expires=never)], today=None)
    assert result.findings == ()


def test_an_unused_entry_of_an_object_that_is_there_is_a_warning():
    result = lint(policy(faulty=False), suppressions=[suppression(subject="NetworkPolicy shop/db")])

    (found,) = result.findings
    assert (found.code, found.severity) == ("NPV291", Severity.WARNING)


def test_an_unused_entry_of_an_object_that_is_not_in_the_input_is_a_note():
    result = lint(policy(faulty=False), suppressions=[suppression(subject="NetworkPolicy other/*")])

    (found,) = result.findings
    assert (found.code, found.severity) == ("NPV291", Severity.NOTE)
    assert found.message == (
        "the suppression of `NPV211` for `NetworkPolicy other/*` matches nothing in the input"
    )
    assert not result.fails


def test_two_suppressions_of_one_finding_are_both_used():
    result = lint(policy(ANNOTATION), suppressions=[suppression()])

    assert result.findings == ()
    (suppressed,) = result.suppressed
    assert suppressed.source is Source.ANNOTATION


def test_a_remark_of_the_reader_is_a_finding_that_can_be_suppressed():
    document = policy(faulty=False).replace("spec:\n", "spec:\n  podSelecter: {}\n")
    select = ["NPV104", "NPV291"]

    (found,) = lint(document, select=select).findings
    result = lint(document, select=select, suppressions=[suppression("NPV104", subject="file <stdin>")])

    assert (found.code, found.subject, found.origin.line) == ("NPV104", "file <stdin>", 8)
    assert found.origin.text == "  podSelecter: {}"
    assert result.findings == ()
    assert codes([s.finding for s in result.suppressed]) == ["NPV104"]


def test_a_remark_of_the_reader_can_be_ignored():
    document = policy(faulty=False).replace("spec:\n", "spec:\n  podSelecter: {}\n")

    assert lint(document, select=[], ignore=["NPV104", "NPV2"]).findings == ()


@pytest.mark.parametrize(
    ("severity", "found"),
    [("note", ["NPV211", "NPV291"]), ("warning", ["NPV211"]), ("error", [])],
)
def test_nothing_below_the_wanted_severity_is_reported(severity, found):
    unused = suppression(subject="NetworkPolicy other/*")

    result = lint(policy(), suppressions=[unused], severity=severity)

    assert sorted(codes(result.findings)) == found


def test_an_annotation_that_an_undecided_check_leaves_open_is_not_called_unused(monkeypatch):
    from npverify.lint import linting

    def undecided(context, checks):
        return (), (Undecided("NPV211", "NetworkPolicy shop/db", "", "no time", Origin("a", 1, 1)),)

    monkeypatch.setattr(linting, "find_all", undecided)

    result = lint(policy(ANNOTATION, faulty=False))

    assert result.findings == ()
    assert codes(result.undecided) == ["NPV211"]


def test_a_baseline_takes_away_what_it_knows_and_nothing_else():
    baseline = lint(policy()).baseline

    result = lint(policy(), policy(name="api"), baseline=baseline)

    assert [finding.subject for finding in result.findings] == ["NetworkPolicy shop/api"]
    (suppressed,) = result.suppressed
    assert (suppressed.source, suppressed.reason) == (Source.BASELINE, "in the baseline")


def test_a_baseline_knows_a_finding_whose_line_has_moved():
    baseline = lint(policy()).baseline

    assert lint("# a comment\n\n\n" + policy(), baseline=baseline).findings == ()


def test_a_baseline_entry_that_no_longer_occurs_is_a_note():
    baseline = lint(policy()).baseline

    result = lint(policy(faulty=False), baseline=baseline)

    (found,) = result.findings
    assert (found.code, found.severity) == ("NPV294", Severity.NOTE)
    assert found.message == "`NPV211` of NetworkPolicy shop/db ingress no longer occurs"
    assert not result.fails


def test_a_baseline_entry_of_a_code_that_was_not_looked_for_is_left_alone():
    baseline = lint(policy()).baseline

    result = lint(policy(faulty=False), baseline=baseline, select=["NPV208", "NPV294"])

    assert result.findings == ()
    assert result.baseline == baseline


def test_the_new_baseline_holds_what_occurs_and_not_what_is_gone():
    old = lint(policy(), policy(name="api")).baseline

    result = lint(policy(), policy(name="web"), policy(name="api", faulty=False), baseline=old)

    assert [entry.subject for entry in result.baseline.entries] == [
        "NetworkPolicy shop/db",
        "NetworkPolicy shop/web",
    ]


def test_the_new_baseline_is_the_same_whatever_the_order_of_the_input():
    one, two = policy(), policy(name="api")

    assert render_baseline(lint(one, two).baseline) == render_baseline(lint(two, one).baseline)


def test_the_new_baseline_is_the_same_once_it_is_used():
    baseline = lint(policy(), policy(name="api")).baseline

    assert lint(policy(), policy(name="api"), baseline=baseline).baseline == baseline


def test_under_its_own_baseline_a_result_has_no_findings():
    result = lint(policy(), policy(name="api", faulty=False), baseline=Baseline())

    accepted = result.accepted("baseline.json")

    assert accepted.findings == ()
    assert codes([s.finding for s in accepted.suppressed]) == ["NPV211"]
    assert accepted.suppressed[0].origin.file == "baseline.json"


def test_suppressed_findings_are_not_in_the_new_baseline():
    assert lint(policy(ANNOTATION)).baseline == Baseline()


@pytest.mark.parametrize("rule", SUPPRESSION_RULES, ids=lambda rule: rule.name)
def test_the_examples_of_the_suppression_rules_are_true(rule, tmp_path):
    bad, good = (
        [finding.code for finding in _lint_example(rule.code, text, tmp_path)]
        for text in (rule.bad, rule.good)
    )

    assert bad == [rule.code]
    assert good == []


def _lint_example(code, text, folder):
    path = folder / "example"
    path.write_text(text)
    arguments = {"select": [code]}
    if code == "NPV292":
        arguments["suppressions"] = read_configuration(path).lint.suppressions
    elif code == "NPV294":
        arguments |= {"select": [code, "NPV211"], "baseline": read_baseline(path)}
    elif code == "NPV291":
        arguments["select"] = [code, "NPV211"]
    is_manifest = code in ("NPV291", "NPV293")
    return lint(text if is_manifest else policy(faulty=False), **arguments).findings


def test_rules_are_sorted_and_unique():
    assert sorted({rule.code for rule in LINT_RULES}) == [rule.code for rule in LINT_RULES]
    assert len({rule.name for rule in LINT_RULES}) == len(LINT_RULES)
