"""Where nothing is enforced, every answer says so before anything else, in every format."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from tests.unit.questions.manifests import deployment, inventory, policy

from npverify.checking import CheckResult
from npverify.cni import profile_of
from npverify.lint.linting import LintOptions, lint
from npverify.questions.ask import summarize
from npverify.questions.comparison import ComparisonSettings, compare
from npverify.questions.connectivity import MapSettings, connectivity_map, map_difference
from npverify.questions.settings import QuerySettings
from npverify.questions.stopwatch import Stopwatch
from npverify.report.check_junit import render_check_junit
from npverify.report.check_markdown import render_check_markdown
from npverify.report.check_results import check_results
from npverify.report.check_text import render_check_text
from npverify.report.diff_markdown import render_diff_markdown
from npverify.report.diff_results import diff_results
from npverify.report.diff_text import render_diff_text
from npverify.report.first import split_first
from npverify.report.github import render_github
from npverify.report.junit import render_junit
from npverify.report.lint_results import lint_results
from npverify.report.lint_text import render_lint_text
from npverify.report.map_diff_text import render_map_difference_text
from npverify.report.map_drawing import render_map_dot, render_map_mermaid
from npverify.report.map_markdown import render_map_markdown
from npverify.report.map_text import render_map_text
from npverify.report.markdown import render_markdown
from npverify.report.sarif import sarif_log
from npverify.report.simplification import render_simplification
from npverify.simplification import simplify

FOUND = inventory(deployment("web", app="web"), policy("none"))
FLANNEL, CALICO = (QuerySettings(profile=profile_of(name)) for name in ("flannel", "calico"))
NOTE = "nothing is enforced: under `flannel` every connection is allowed"


def mapped(settings):
    return connectivity_map(FOUND, MapSettings(query=settings))


def compared(settings):
    wanted = ComparisonSettings(settings, new_profile=CALICO.profile, limit=1)
    return compare(FOUND, FOUND, wanted)


def linted(settings):
    return lint(FOUND, settings, LintOptions(), Stopwatch())


def checked(settings):
    return CheckResult("npverify.yaml", (), summarize(FOUND), notes=mapped(settings).notes)


def simplified(settings):
    text = (
        "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: none}\n"
        "spec: {podSelector: {}}\n"
    )
    return simplify({"p.yaml": text}, settings)


FIRST = {
    "map, text": lambda s: render_map_text(mapped(s)),
    "map, markdown": lambda s: render_map_markdown(mapped(s)),
    "two maps, text": lambda s: render_map_difference_text(map_difference(mapped(s), mapped(s))),
    "two maps, markdown": lambda s: render_map_markdown(map_difference(mapped(s), mapped(s))),
    "diff, text": lambda s: render_diff_text(compared(s)),
    "diff, markdown": lambda s: render_diff_markdown(compared(s)),
    "diff, github": lambda s: render_github(diff_results(compared(s))),
    "lint, text": lambda s: render_lint_text(linted(s)),
    "lint, markdown": lambda s: render_markdown(lint_results(linted(s))),
    "lint, github": lambda s: render_github(lint_results(linted(s))),
    "check, text": lambda s: render_check_text(checked(s)),
    "check, markdown": lambda s: render_check_markdown(checked(s)),
    "check, github": lambda s: render_github(check_results(checked(s))),
    "simplify, text": lambda s: render_simplification(simplified(s)),
}


@pytest.mark.parametrize("render", FIRST.values(), ids=FIRST)
def test_the_first_line_says_that_nothing_is_enforced(render):
    page = render(FLANNEL)

    assert NOTE in page.splitlines()[0]
    assert page.count(NOTE) == 1
    assert NOTE not in render(CALICO)


@pytest.mark.parametrize("results", [diff_results(compared(FLANNEL)), lint_results(linted(FLANNEL))])
def test_sarif_says_so_before_the_other_remarks(results):
    (run,) = sarif_log(results, version=None, root=None)["runs"]

    first, second, *_ = run["invocations"][0]["toolExecutionNotifications"]
    assert NOTE in first["message"]["text"]
    assert (first["level"], second["level"]) == ("warning", "note")


@pytest.mark.parametrize(
    "page", [render_junit(lint_results(linted(FLANNEL))), render_check_junit(checked(FLANNEL))]
)
def test_junit_says_so_first_in_the_output_of_the_suite(page):
    assert f"  <system-out>{NOTE}" in page
    assert page.count(NOTE) == 1


def test_a_graph_has_it_as_its_title():
    second = render_map_dot(mapped(FLANNEL)).splitlines()[1]
    rule, title, end, start, *_ = render_map_mermaid(mapped(FLANNEL)).splitlines()

    assert second.startswith(f'  label="{NOTE}')
    assert (rule, end, start) == ("---", "---", "flowchart LR")
    assert NOTE in json.loads(title.removeprefix("title: "))
    assert 'label="no' not in render_map_dot(mapped(CALICO))
    assert render_map_mermaid(mapped(CALICO)).startswith("flowchart LR\n")


def test_a_side_of_a_comparison_may_stand_before_it():
    notes = ("old: nothing is enforced: x", "nothing was read", "new: nothing is enforced: y")

    assert split_first(notes) == (("old: nothing is enforced: x", "new: nothing is enforced: y"), notes[1:2])


def test_two_versions_under_one_plugin_are_told_of_once():
    more = replace(FOUND, policies=FOUND.policies * 2)

    (first,), _ = split_first(compare(FOUND, more, ComparisonSettings(FLANNEL)).notes)
    assert "the policies that were read have no effect (3)" in first
