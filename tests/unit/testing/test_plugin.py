"""The plugin in a user's project."""

from __future__ import annotations

import subprocess
import sys

import pytest
from tests.shared import ROOT

SHOP = str(ROOT / "examples" / "shop")
TEST = """
from npverify.testing import assert_reachable, assert_unreachable

def test_closed(npverify_cluster):
    assert_unreachable(npverify_cluster, "frontend", "database")

def test_open(npverify_cluster):
    assert_unreachable(npverify_cluster, "api", "database")
"""
CONFIGURATION = f"""
schema: npverify/v1
manifests: [{SHOP}]
assertions:
- that: frontend cannot reach database
- name: nobody else
  that: only api can reach database
- name: a warning only
  that: only api can reach database
  severity: warning
- name: about nothing
  that: app=frontned cannot reach database
"""


@pytest.fixture
def project(pytester):
    pytester.makepyfile(TEST)
    return pytester


def test_the_fixture_takes_the_manifests_that_are_named(project):
    result = project.runpytest_subprocess(f"--npverify-manifests={SHOP}")

    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(["*shop/deployment/api → shop/statefulset/database on tcp/5432*"])


def test_the_traceback_ends_in_the_test(project):
    result = project.runpytest_subprocess(f"--npverify-manifests={SHOP}")

    result.stdout.no_fnmatch_line("*asserts.py:*: AssertionError*")
    result.stdout.fnmatch_lines(["*test_the_traceback_ends_in_the_test.py:7: AssertionError*"])


def test_the_fixture_finds_the_configuration_above(project):
    project.makefile(".yaml", npverify=f"schema: npverify/v1\nmanifests: [{SHOP}]\n")

    project.runpytest_subprocess().assert_outcomes(passed=1, failed=1)


def test_without_manifests_the_fixture_says_what_to_do(project):
    result = project.runpytest_subprocess()

    result.assert_outcomes(errors=2)
    result.stdout.fnmatch_lines(
        ["*no npverify.yaml in * or above: name the manifests with --npverify-manifests*"]
    )


def test_assertions_are_collected_when_asked_for(pytester):
    pytester.makefile(".yaml", npverify=CONFIGURATION)

    result = pytester.runpytest_subprocess("--npverify-check", "-v")

    result.assert_outcomes(passed=3, failed=1, warnings=2)
    result.stdout.fnmatch_lines(
        [
            "npverify.yaml::frontend cannot reach database PASSED*",
            "npverify.yaml::nobody else FAILED*",
            "*shop/cronjob/backup*",
        ]
    )
    result.stdout.no_fnmatch_line("*Traceback*")


def test_assertions_are_not_collected_otherwise(pytester):
    pytester.makefile(".yaml", npverify=CONFIGURATION)

    assert pytester.runpytest_subprocess().ret == pytest.ExitCode.NO_TESTS_COLLECTED


def test_mistakes_in_the_configuration_are_shown_with_their_place(pytester):
    pytester.makefile(".yaml", npverify="schema: npverify/v1\nasertions: []\n")

    result = pytester.runpytest_subprocess("--npverify-check")

    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*npverify.yaml:2:1*", "*assertions*"])


@pytest.mark.parametrize("module", ["npverify.testing.plugin", "npverify.testing.hypothesis_types"])
def test_the_plugins_load_nothing_that_takes_time(module):
    heavy = ("z3", "yaml", "typer", "npverify.manifests", "npverify.questions")
    code = f"import {module}, sys; print([name for name in {heavy!r} if name in sys.modules])"

    finished = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert finished.stdout == "[]\n"


def test_types_have_strategies_wherever_hypothesis_runs():
    code = (
        "from hypothesis import find, strategies as st, settings\n"
        "import sys; assert 'z3' not in sys.modules\n"
        "from npverify.resources import LabelSelector, Namespace, NetworkPolicy, Workload\n"
        "for kind in (LabelSelector, Namespace, NetworkPolicy, Workload):\n"
        "    found = find(st.from_type(kind), lambda item: isinstance(item, kind))\n"
        "    print(type(found).__name__)\n"
    )

    finished = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)

    assert finished.stdout.split() == ["LabelSelector", "Namespace", "NetworkPolicy", "Workload"], (
        finished.stderr
    )
