"""Which codes a word means."""

from __future__ import annotations

import pytest

from npverify.errors import Severity, UsageError
from npverify.lint import CHECKS, LINT_CODES, LINT_RULES
from npverify.lint.selection import Codes, at_least
from npverify.manifests import CODES, REMARKS

KNOWN = Codes({"NPV104": "", "NPV203": "redundant-rule", "NPV208": "dead-selector", "NPV221": "split-peer"})


@pytest.mark.parametrize(
    ("word", "codes"),
    [
        ("NPV203", {"NPV203"}),
        ("npv203", {"NPV203"}),
        ("NPV20", {"NPV203", "NPV208"}),
        ("NPV2", {"NPV203", "NPV208", "NPV221"}),
        ("NPV", set(KNOWN.names)),
        ("dead-selector", {"NPV208"}),
        ("Dead-Selector", {"NPV208"}),
        ("dead", set()),
        ("NPV299", set()),
        ("NPV2033", set()),
        ("N", set()),
        ("", set()),
        ("203", set()),
    ],
)
def test_a_word_means_a_code_a_prefix_or_a_name(word, codes):
    assert codes == KNOWN.meant(word)


@pytest.mark.parametrize(
    ("word", "code"),
    [("NPV208", "NPV208"), ("npv208", "NPV208"), ("dead-selector", "NPV208"), ("NPV20", None), ("", None)],
)
def test_a_single_code_is_no_prefix(word, code):
    assert code == KNOWN.single(word)


@pytest.mark.parametrize(
    ("word", "nearest"),
    [("NPV2O8", "NPV208"), ("dead-selectr", "dead-selector"), ("splitpeer", "split-peer"), ("xyz", None)],
)
def test_the_nearest_word_is_a_code_or_a_name(word, nearest):
    assert nearest == KNOWN.nearest(word)


@pytest.mark.parametrize(
    ("select", "ignore", "codes"),
    [
        ([], [], set(KNOWN.names)),
        (["NPV20"], [], {"NPV203", "NPV208"}),
        (["NPV203", "split-peer"], [], {"NPV203", "NPV221"}),
        ([], ["NPV2"], {"NPV104"}),
        (["NPV20"], ["dead-selector"], {"NPV203"}),
        (["NPV203"], ["NPV2"], set()),
    ],
)
def test_what_is_ignored_is_taken_from_what_is_selected(select, ignore, codes):
    assert codes == KNOWN.chosen(select, ignore)


@pytest.mark.parametrize(("select", "ignore"), [(["NPV2O8"], []), ([], ["NPV2O8"])])
def test_a_word_that_means_nothing_is_an_error_with_the_nearest(select, ignore):
    with pytest.raises(UsageError, match="`NPV2O8` is no code, prefix or name") as caught:
        KNOWN.chosen(select, ignore)

    assert caught.value.hint == "did you mean `NPV208`?"


def test_a_word_that_resembles_nothing_leads_to_the_list():
    assert "npverify explain" in KNOWN.hint("xyz")


def test_errors_of_the_input_cannot_be_ignored():
    assert "ends the run" in LINT_CODES.hint("NPV102")
    assert not LINT_CODES.meant("NPV102")


def test_every_check_and_every_remark_of_the_reader_can_be_selected():
    assert {check.code for check in CHECKS} < set(LINT_CODES.names)
    assert set(LINT_CODES.names) == {rule.code for rule in LINT_RULES} | REMARKS
    assert set(CODES) >= REMARKS


def test_codes_are_in_order():
    assert sorted(LINT_CODES.names) == list(LINT_CODES.names)


@pytest.mark.parametrize(
    ("severity", "threshold", "reaches"),
    [
        ("note", "note", True),
        ("note", "warning", False),
        ("error", "warning", True),
        ("warning", "error", False),
    ],
)
def test_severities_are_ordered(severity, threshold, reaches):
    assert at_least(Severity(severity), Severity(threshold)) is reaches
