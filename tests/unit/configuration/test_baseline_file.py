"""Baselines as files."""

from __future__ import annotations

import json

import pytest

from npverify import Severity
from npverify.configuration import read_baseline
from npverify.errors import ConfigurationError, UsageError
from npverify.lint import NO_BASELINE, LintFinding, render_baseline
from npverify.resources import Origin


def finding(subject="NetworkPolicy shop/db", message="no effect", line=3):
    return LintFinding("NPV211", Severity.WARNING, message, subject, "ingress", Origin("a.yaml", line, 1))


FINDINGS = [finding("NetworkPolicy shop/web"), finding("NetworkPolicy ünï/db", 'a "b" \\ {c}'), finding()]


def test_what_is_written_is_read_again(tmp_path):
    path = tmp_path / "baseline.json"
    baseline = NO_BASELINE.with_findings(FINDINGS)
    path.write_text(render_baseline(baseline), encoding="utf-8")

    found = read_baseline(path)

    assert found == baseline
    assert str(found.entries[0].origin) == f"{path}:4:5"


def test_a_baseline_is_sorted_and_has_each_finding_once():
    ordered = render_baseline(NO_BASELINE.with_findings([*FINDINGS, finding(line=99)]))

    assert ordered == render_baseline(NO_BASELINE.with_findings(reversed(FINDINGS)))
    assert len(json.loads(ordered)["findings"]) == 3


def test_a_baseline_names_no_file_and_no_line():
    assert "a.yaml" not in render_baseline(NO_BASELINE.with_findings(FINDINGS))


def test_an_empty_baseline_is_one(tmp_path):
    path = tmp_path / "baseline.json"
    path.write_text(render_baseline(NO_BASELINE))

    assert read_baseline(path) == NO_BASELINE


def test_an_empty_file_is_an_empty_baseline(tmp_path):
    path = tmp_path / "baseline.json"
    path.touch()

    assert read_baseline(path) == NO_BASELINE


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "not valid JSON"),
        ("[]", "must be an object"),
        ('{"findings": []}', "`schema` is required"),
        ('{"schema": "npverify/v1"}', "unsupported value `npverify/v1`"),
        ('{"schema": "npverify/baseline/v1", "finding": []}', "finding: unknown field"),
        ('{"schema": "npverify/baseline/v1", "findings": {}}', "must be a list"),
        ('{"schema": "npverify/baseline/v1", "findings": [{"code": "NPV211"}]}', "`fingerprint` is required"),
        ('{"schema": "npverify/baseline/v1", "findings": [{"fingerprint": "x"}]}', "`code` is required"),
        (
            '{"schema": "npverify/baseline/v1", "findings": [{"fingerprint": "x", "code": "y", "part": 1}]}',
            "must be a string",
        ),
        ('{"schema": "npverify/baseline/v1", "findings": [{"line": 1}]}', "line: unknown field"),
    ],
)
def test_what_is_no_baseline_is_an_error_with_its_place(tmp_path, text, message):
    path = tmp_path / "baseline.json"
    path.write_text(text)

    with pytest.raises(ConfigurationError) as caught:
        read_baseline(path)

    assert any(message in problem.message for problem in caught.value.problems)
    assert all(problem.origin.file == str(path) for problem in caught.value.problems)
    assert all(problem.origin.line == 1 for problem in caught.value.problems)


def test_a_baseline_that_is_not_there_is_bad_usage(tmp_path):
    with pytest.raises(UsageError, match="there is no baseline") as caught:
        read_baseline(tmp_path / "baseline.json")

    assert "--write-baseline" in caught.value.hint
