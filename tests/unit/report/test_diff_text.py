"""A comparison as text: the verdict first, and every region with what decides it."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from tests.unit.report import comparisons

from npverify.questions.answer import Region
from npverify.questions.comparison import Change
from npverify.report.changes import culprit_of, listed_differences
from npverify.report.diff_text import render_diff_text
from npverify.report.style import Style


def lines(comparison, **options):
    return render_diff_text(comparison, comparisons.SIDES, **options).splitlines()


@pytest.mark.parametrize(
    ("name", "headline"),
    [
        (
            "equivalent",
            "equivalent: old and new allow the same connections (proved for every pod that could exist)",
        ),
        ("different", "different: 1 region opened, 1 closed"),
        ("cut", "different: at least 1 region opened, 1 closed"),
        ("undecided", "undecided: the time limit was reached"),
        (
            "at-most",
            (
                "holds: nothing was opened: new allows only what old allows "
                "(proved for every pod that could exist)"
            ),
        ),
        ("not-at-most", "violated: 1 region opened"),
        (
            "at-least",
            "holds: nothing was closed: new allows all that old allows (proved for the declared pods)",
        ),
        ("not-at-least", "violated: 1 region closed"),
        (
            "disjoint",
            "holds: old and new have no connection in common (proved for every pod that could exist)",
        ),
        ("not-disjoint", "violated: 1 region is allowed in both"),
        ("masked", "different: 1 region opened, each direction by itself"),
    ],
)
def test_the_first_line_is_the_verdict(name, headline):
    assert lines(comparisons.EVERYTHING[name])[0] == headline


def test_equivalence_of_the_directions_is_not_called_equivalence_of_connections():
    alone = replace(comparisons.EQUIVALENT, per_direction=True, scope="the pods of shop/api")

    assert lines(alone)[0] == (
        "equivalent: each direction by itself is as it was in the scope "
        "(proved for every pod that could exist)"
    )


def test_opened_regions_come_first_each_with_its_sign():
    text = lines(comparisons.DIFFERENT)

    destination = "pods with app in (db,cache) in any namespace"
    regions = [line for line in text if line[0:1] in ("+", "-", "=")]
    assert regions == [
        f"+ opened: pods with app=frontend in namespace shop → {destination} on tcp/5432",
        "- closed: addresses in 10.0.0.0/8 → pods in namespace shop on any port",
    ]


def test_a_region_has_its_flow_and_the_rules_of_both_versions():
    text = lines(comparisons.NOT_AT_MOST)

    start = next(number for number, line in enumerate(text) if line.startswith("+ opened"))
    assert text[start + 1 : start + 8] == [
        "  flow       shop/deployment/frontend → shop/deployment/database on tcp/5432",
        "  old        ingress denied: isolated by the following, and no rule allows it",
        "             - shop/db  policies.yaml:2:7",
        "             nearest: shop/db rule 2 would allow it but for the port",
        "                      policies.yaml:20:7",
        "  new        ingress allowed by",
        "             - shop/db rule 1  policies.yaml:11:7",
    ]


def test_a_direction_that_is_open_in_both_versions_is_not_told():
    assert not any("egress" in line for line in lines(comparisons.NOT_AT_MOST))


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("different", "  complete   no other connection differs (proved for every pod that could exist)"),
        (
            "not-at-most",
            (
                "  complete   no other connection was opened in the scope "
                "(proved for every pod that could exist)"
            ),
        ),
        ("not-at-least", "  complete   no other connection was closed (proved for the declared pods)"),
        ("cut", "not all: the list was cut (`--limit 0` lists all), so there may be more"),
        ("out-of-time", "not all: the time limit was reached, so there may be more"),
    ],
)
def test_a_list_says_whether_it_is_all(name, line):
    assert line in lines(comparisons.EVERYTHING[name])


def test_without_a_region_nothing_is_said_about_others():
    assert not any("complete" in line or "not all" in line for line in lines(comparisons.UNDECIDED))


def test_a_change_that_has_no_effect_says_so():
    text = lines(comparisons.MASKED)

    assert any(line.startswith("+ opened for ingress: ") for line in text)
    assert "  masked     the other direction denies the flow in both versions" in text
    assert text[text.index("changes that change no connection:") + 1] == (
        "             - ingress of namespace shop: the egress forbids it"
    )


def test_a_service_that_leads_elsewhere_is_named_with_its_place():
    text = lines(comparisons.SERVICE)

    assert "  changed    svc/shop/db  services.yaml:3:1" in text
    assert "  old        svc/shop/db leads there, and no policy is in the way" in text
    assert "  new        svc/shop/db does not lead there" in text


def test_what_was_read_and_passed_over_is_told_of_each_side():
    text = lines(comparisons.UNMODELLED_KINDS)

    assert "  old        k8s at main: 2 files, 1 policy, 3 workloads, 1 namespace, 0 services" in text
    assert "  left out   bad.yaml:9:20: `endPort` 79 is below `port` 80" in text
    assert "  without    equivalent, if the policies that are not modelled did nothing" in text


def test_conditions_stand_with_their_region():
    text = lines(comparisons.DIFFERENT)

    assert "  if         the source pod has its address in 10.0.0.0/8" in text


def test_statistics_only_on_demand():
    assert not any("solver checks" in line for line in lines(comparisons.DIFFERENT))
    assert any("solver checks 1,234" in line for line in lines(comparisons.DIFFERENT, with_stats=True))


@pytest.mark.parametrize("name", sorted(comparisons.EVERYTHING))
@pytest.mark.parametrize("width", [20, 60, 100])
def test_no_line_is_wider_than_the_terminal_but_for_words_that_are(name, width):
    text = lines(comparisons.EVERYTHING[name], width=width)

    assert all(len(line) <= max(40, width) or len(line.split()) <= 2 for line in text)


@pytest.mark.parametrize("name", sorted(comparisons.EVERYTHING))
def test_colour_changes_no_text_and_nothing_reaches_the_terminal_unescaped(name):
    plain = render_diff_text(comparisons.EVERYTHING[name])
    colourful = render_diff_text(comparisons.EVERYTHING[name], style=Style(color=True))

    assert "\x1b" not in plain
    assert "\x1b" in colourful
    assert re.sub(r"\x1b\[[0-9;]*m", "", colourful) == plain


# Which regions are listed ----------------------------------------------------------------------------


def with_traffic(*ports, **changes):
    return tuple(
        replace(
            comparisons.OPENED_REGION,
            region=replace(comparisons.REGION, traffic=(port,) if port else ()),
            **changes,
        )
        for port in ports
    )


def listed(*differences):
    return listed_differences(replace(comparisons.DIFFERENT, differences=differences))


def test_regions_that_the_same_rules_decide_are_one_with_all_their_traffic():
    (one,) = listed(*with_traffic("tcp/80", "tcp/443", "tcp/80"))

    assert one.region.traffic == ("tcp/80", "tcp/443")


def test_regions_that_differ_in_anything_else_stay_apart():
    elsewhere = with_traffic("tcp/1")[0]
    apart = (
        *with_traffic("tcp/80"),
        *with_traffic("tcp/443", conditions=("something",)),
        *with_traffic("tcp/443", subject="svc/shop/db"),
        *with_traffic("tcp/443", change=Change.CLOSED),
        *with_traffic("tcp/443", witness=comparisons.CLOSED_REGION.witness),
        replace(elsewhere, region=Region((), elsewhere.region.destination, ("tcp/1",))),
        replace(elsewhere, region=Region(elsewhere.region.source, (), ("tcp/1",))),
    )

    assert len(listed(*apart)) == len(apart)


def test_a_region_of_all_traffic_or_with_exclusions_is_not_merged():
    odd = replace(
        comparisons.OPENED_REGION, region=replace(comparisons.REGION, traffic=("tcp/80", "port not named x"))
    )

    assert len(listed(odd, *with_traffic("", "", "tcp/443"), odd)) == 5


# What to look at first ---------------------------------------------------------------------------------


def test_an_opened_region_is_the_fault_of_the_rule_that_allows_it():
    culprit = culprit_of(comparisons.OPENED_REGION)

    assert culprit is not None
    assert (culprit.name, str(culprit.origin)) == ("shop/db rule 1", "policies.yaml:11:7")


def test_a_closed_region_leads_to_what_is_left_of_the_policy_that_allowed_it():
    culprit = culprit_of(comparisons.CLOSED_REGION)

    assert culprit is not None
    assert (culprit.name, str(culprit.origin)) == ("shop/db rule 2", "policies.yaml:20:7")


def test_what_is_no_policy_comes_before_the_rules():
    for comparison in (comparisons.SERVICE, comparisons.WORKLOAD):
        (difference,) = comparison.differences
        culprit = culprit_of(difference)
        assert culprit is not None
        assert (culprit.name, culprit.origin) == (difference.subject, difference.origin)
