"""What holds for every check."""

from __future__ import annotations

import re

import pytest
from tests.unit.lint.linting import context_of

from npverify.cni import profile_of
from npverify.lint import CHECKS, run_checks


def plugin(check):
    """The settings under which the examples of a check are looked at."""
    return {"profile": profile_of(check.cni)} if check.cni else {}


@pytest.mark.parametrize("check", [check for check in CHECKS if check.cni], ids=lambda check: check.name)
def test_a_check_about_plugins_is_quiet_under_the_specification(check):
    assert run_checks(context_of(check.bad), [check]) == ()


ids = [check.name for check in CHECKS]


def test_codes_and_names_are_used_once():
    assert len({check.code for check in CHECKS}) == len(CHECKS)
    assert len({check.name for check in CHECKS}) == len(CHECKS)


def test_the_checks_are_in_the_order_of_their_codes():
    assert [check.code for check in CHECKS] == sorted(check.code for check in CHECKS)


@pytest.mark.parametrize("check", CHECKS, ids=ids)
def test_codes_and_names_have_their_form(check):
    assert re.fullmatch(r"NPV2\d\d", check.code)
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*", check.name)


@pytest.mark.parametrize("check", CHECKS, ids=ids)
def test_titles_begin_in_lower_case_and_texts_are_sentences(check):
    assert check.title[0].islower() or check.title[0] == "`"
    assert not check.title.endswith(".")
    assert check.why.endswith(".")
    assert check.fix.endswith(".")


@pytest.mark.parametrize("check", CHECKS, ids=ids)
def test_the_bad_manifest_is_reported_exactly_once(check):
    found = run_checks(context_of(check.bad, **plugin(check)), [check])

    assert [finding.code for finding in found] == [check.code]


@pytest.mark.parametrize("check", CHECKS, ids=ids)
def test_the_good_manifest_is_not_reported(check):
    assert run_checks(context_of(check.good, **plugin(check)), [check]) == ()


@pytest.mark.parametrize("check", CHECKS, ids=ids)
def test_the_finding_reads_as_the_house_style_wants_it(check):
    (found,) = run_checks(context_of(check.bad, **plugin(check)), [check])

    assert found.severity is check.severity
    assert found.subject
    assert found.message[0].islower() or found.message[0] in "`0123456789"
    assert not found.message.endswith(".")
    assert not re.search(r"\bline \d", found.message)
    assert found.hint is None or not found.hint.endswith(".")
    assert found.origin.line > 0
    assert found.message.count("`") % 2 == 0
