"""An answer as text."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from tests.unit.report import answers

from npverify.questions.answer import Verdict
from npverify.questions.query import Form
from npverify.report import Style, render_text
from npverify.report.style import columns
from npverify.resources import Origin

WIDTHS = (40, 80, 200)


def item(text, label):
    """The text of a labelled line off a terminal."""
    margin = f"  {label}".ljust(13)
    return next((line.removeprefix(margin) for line in text.splitlines() if line.startswith(margin)), None)


@pytest.mark.parametrize(
    ("name", "first"),
    [
        ("reachable", "reachable: frontend can reach database on tcp/5432"),
        ("unreachable", "unreachable: frontend cannot reach database on tcp/5432"),
        ("undecided", "undecided: the time limit was reached"),
        ("holds", "holds: nothing but frontend can reach database on tcp/5432"),
        ("every-holds", "holds: every frontend can reach database on tcp/5432"),
        ("violated", "violated: not every frontend can reach database on tcp/5432"),
        ("not-isolated", "violated: frontend is not isolated for egress"),
        ("outside", "reachable: internet can reach database on http"),
        ("listing", "reachable: 1 declared workload can reach database on tcp/5432"),
    ],
)
def test_first_line_is_the_verdict_in_a_sentence(name, first):
    assert render_text(answers.EVERYTHING[name]).splitlines()[0] == first


def test_something_else_than_claimed_is_said_to_reach():
    answer = replace(answers.VIOLATED, query=answers.query(Form.ONLY))

    assert render_text(answer).startswith("violated: something other than frontend can reach database")


def test_nothing_at_all_can_reach():
    nobody = replace(answers.FRONTEND, text="any")
    answer = replace(answers.UNREACHABLE, query=answers.query(Form.WHAT_CAN_REACH, source=nobody))

    assert render_text(answer).startswith("unreachable: nothing can reach database")


def test_only_undeclared_endpoints_reach_it():
    answer = replace(answers.LISTING, entries=answers.LISTING.entries[2:])

    text = render_text(answer)

    assert text.startswith("reachable: no declared workload can reach database on tcp/5432, but others could")
    assert "declared workloads:\n             none" in text


def test_both_universes_are_named_and_one_that_was_not_asked_is_not():
    assert item(render_text(answers.REACHABLE), "any pod").startswith("reachable")
    assert item(render_text(answers.REACHABLE), "declared").startswith("reachable")
    assert item(render_text(answers.UNDECIDED), "declared") is None


def test_a_flow_names_its_ends_its_rules_and_its_region():
    text = render_text(answers.REACHABLE)

    assert item(text, "flow") == "shop/deployment/frontend → shop/deployment/database on tcp/5432"
    assert item(text, "egress") == "allowed: no policy isolates the pod"
    assert "- shop/db rule 1  policies.yaml:11:7" in text
    assert item(text, "region") == "source: app=frontend; any destination; traffic: tcp/5432"
    assert "does not matter: source label tier, destination address" in text


def test_an_end_that_no_policy_can_select_has_no_direction():
    text = render_text(answers.OUTSIDE)

    assert item(text, "egress") is None
    assert item(text, "ingress") == "allowed by"


def test_a_proof_names_its_core_and_the_one_nearest_rule():
    text = render_text(answers.UNREACHABLE)

    assert item(text, "rests on") == "shop/db  policies.yaml:2:7"
    assert "shop/deny  policies.yaml:40:7" in text
    assert item(text, "example").endswith("on tcp/5432 does not connect")
    assert "nearest: shop/db rule 2 would allow it but for the port" in text
    assert "shop/db rule 3" not in text


def test_a_proof_of_denial_without_a_core_rests_on_no_policy():
    assert item(render_text(replace(answers.UNREACHABLE, core=())), "rests on").startswith("no policy")


@pytest.mark.parametrize("name", ["every-holds", "vacuous", "reachable", "undecided"])
def test_no_other_answer_is_said_to_hold_whatever_the_policies_say(name):
    assert "whatever the policies say" not in render_text(answers.EVERYTHING[name])


def test_vacuity_stands_before_everything_but_the_verdicts():
    lines = render_text(answers.VACUOUS).splitlines()

    assert lines[3] == "  vacuous    no declared pod matches `frontend`"


def test_conditions_and_assumptions_are_told_apart():
    text = render_text(answers.CONDITIONAL)

    assert item(text, "if") == "the source pod has its address in 10.0.0.0/8"
    assert item(text, "assuming") == "replies always pass"


def test_what_was_not_taken_into_account_is_named_with_its_place():
    text = render_text(answers.UNMODELLED)

    assert item(text, "without").startswith("unreachable, if the policies that are not modelled did nothing")
    assert item(text, "unmodelled") == "CiliumNetworkPolicy shop/extra  cilium.yaml:1:1"
    assert item(text, "left out") == "bad.yaml:9:20: `endPort` 79 is below `port` 80"
    assert "3 objects that say nothing about policies: 2 v1 ConfigMap, 1 v1 Secret" in text
    assert item(text, "read") == "2 files, 1 policy, 3 workloads, 1 namespace, 0 services"


def test_many_ignored_kinds_are_cut_but_their_number_is_not():
    read = replace(answers.SUMMARY, ignored={f"v1 Kind{n}": 1 for n in range(9)})

    text = render_text(replace(answers.REACHABLE, input=read))

    assert "9 objects" in text
    assert "Kind5, …" in text
    assert "Kind6" not in text


def test_a_list_keeps_what_is_certain_apart_from_what_hangs_on_a_condition():
    certain, conditional, possible = render_text(answers.LISTING).split(":\n             - ")[1:]

    assert certain.startswith("shop/deployment/api: tcp/5432  (shop/db rule 1 policies.yaml:11:7)")
    assert conditional.startswith("shop/deployment/etl: all traffic, if the source pod is in 10.0.0.0/8")
    assert possible.startswith("a pod, namespace shop: tcp/5432 or udp/53\n")


@pytest.mark.parametrize(
    ("undecided", "words"),
    [(None, "not all: its rest was cut off"), ("the time limit was reached", "not all: the time limit")],
)
@pytest.mark.parametrize("entries", [answers.LISTING.entries, ()], ids=["some", "none"])
def test_a_list_that_may_lack_something_says_so_and_why(undecided, words, entries):
    answer = replace(answers.LISTING, complete=False, undecided=undecided, entries=entries)

    assert words in render_text(answer)
    assert "not all" not in render_text(answers.LISTING)


def test_statistics_only_on_demand():
    assert "solver checks" not in render_text(answers.OUTSIDE)

    text = render_text(answers.OUTSIDE, with_stats=True)

    assert "total 0.750" in text
    assert item(text, "counts") == "solver checks 1,234"


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", sorted(answers.EVERYTHING))
def test_lines_fit_the_terminal_and_no_word_is_lost(name, width):
    wrapped = render_text(answers.EVERYTHING[name], width=width, with_stats=True)
    whole = render_text(answers.EVERYTHING[name], with_stats=True)

    assert all(columns(line) <= width for line in wrapped.splitlines())
    assert re.findall(r"[^\s:]+", wrapped) == re.findall(r"[^\s:]+", whole)


def test_a_word_longer_than_the_terminal_is_kept_whole():
    path = "a/very/long/path/" * 5 + "policies.yaml"
    core = (replace(answers.UNREACHABLE.core[0], origin=Origin(path, 2, 7)),)

    assert f"{path}:2:7" in render_text(replace(answers.UNREACHABLE, core=core), width=40)


def test_off_a_terminal_nothing_is_wrapped():
    long = ("x " * 300).strip()

    assert long in render_text(replace(answers.REACHABLE, notes=(long,)))


@pytest.mark.parametrize("width", [*WIDTHS, None])
@pytest.mark.parametrize("name", sorted(answers.EVERYTHING))
def test_colour_changes_no_line(name, width):
    plain = render_text(answers.EVERYTHING[name], width=width)
    painted = render_text(answers.EVERYTHING[name], width=width, style=Style(color=True))

    assert painted != plain
    assert re.sub(r"\x1b\[[0-9;]*m", "", painted) == plain


@pytest.mark.parametrize(
    ("verdict", "code"),
    [(Verdict.HOLDS, "32"), (Verdict.VIOLATED, "31"), (Verdict.UNDECIDED, "33"), (Verdict.REACHABLE, "1")],
)
def test_colour_never_calls_an_open_question_good_or_bad(verdict, code):
    text = render_text(replace(answers.REACHABLE, verdict=verdict), style=Style(color=True))

    assert re.match(rf"\x1b\[(1;)?{code}m{verdict}\x1b\[0m: ", text)


def test_text_of_the_input_cannot_steer_the_terminal():
    text = render_text(replace(answers.REACHABLE, notes=("a\x1b[2Jb\nc\u202ed",)))

    assert "a\\x1b[2Jb\\nc\\u202ed" in text
