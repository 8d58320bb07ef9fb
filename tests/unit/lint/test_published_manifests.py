"""The checks on manifests of public projects, and on the project's own examples."""

from __future__ import annotations

import pytest
from tests.shared import ROOT, shared

from npverify.errors import Severity
from npverify.lint import CHECKS, Context, run_checks
from npverify.manifests import read_paths
from npverify.questions.settings import QuerySettings
from npverify.questions.stopwatch import Stopwatch

OF_TRAPS = [check for check in CHECKS if check.code >= "NPV208" and check.code not in ("NPV214", "NPV215")]
TRAPS = ROOT / "examples" / "traps"


def codes(*paths) -> list[str]:
    context = Context(read_paths(paths), QuerySettings(), Stopwatch())
    return [finding.code for finding in run_checks(context, OF_TRAPS)]


@pytest.mark.parametrize("folder", ["argo-cd", "online-boutique"])
def test_public_projects_have_none_of_the_traps(folder):
    assert codes(shared("corpus", folder)) == []


REVIEWED = {
    # Published on purpose, so that the server stays open in a cluster with a default deny: a note says so.
    "argo-cd": [("NPV215", Severity.NOTE, "NetworkPolicy default/argocd-server-network-policy")],
    "online-boutique": [],
}
"""All that any check says about the manifests of public projects, each looked at."""


@pytest.mark.parametrize("folder", sorted(REVIEWED))
def test_public_projects_have_just_the_findings_that_were_reviewed(folder):
    context = Context(read_paths([shared("corpus", folder)]), QuerySettings(), Stopwatch())

    found = [(finding.code, finding.severity, finding.subject) for finding in run_checks(context, CHECKS)]

    assert found == REVIEWED[folder]


def test_neither_workloads_nor_policies_read_alone_give_an_alarm():
    assert codes(shared("corpus", "online-boutique", "workloads.yaml")) == []
    assert codes(shared("corpus", "online-boutique", "network-policies")) == []


def test_the_shop_has_none_of_the_traps():
    assert codes(ROOT / "examples" / "shop") == []


@pytest.mark.parametrize(
    ("folder", "code"),
    [
        ("and-or-dash", "NPV221"),
        ("dns-forgotten", "NPV222"),
        ("namespace-label", "NPV223"),
        ("policy-types", "NPV230"),
        ("selects-nothing", "NPV209"),
    ],
)
def test_each_example_of_a_trap_is_recognised(folder, code):
    wrong, right = codes(TRAPS / folder / "wrong.yaml"), codes(TRAPS / folder / "right.yaml")

    assert [found for found in wrong if found != "NPV224"] == [code]
    assert [found for found in right if found != "NPV224"] == []
