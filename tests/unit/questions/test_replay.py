"""A counterexample that the reference evaluator does not confirm is never shown."""

from __future__ import annotations

from pathlib import Path

import pytest

from npverify import InternalError, QuerySettings, load
from npverify.reference import Decision, DirectionReport, Evaluation, Evaluator

SHOP = Path(__file__).resolve().parents[3] / "examples" / "shop"


@pytest.mark.parametrize(
    "question",
    ["can the api reach the database?", "can the frontend reach the database?", "what can reach the api?"],
)
def test_a_contradiction_is_an_internal_error_with_a_dump(question, monkeypatch):
    honest = Evaluator.evaluate

    def lie(self, flow, **arguments):
        allowed = honest(self, flow, **arguments).allowed
        decision = Decision.DENIED if allowed else Decision.NOT_ISOLATED
        return Evaluation(DirectionReport(decision), DirectionReport(decision))

    monkeypatch.setattr(Evaluator, "evaluate", lie)

    with pytest.raises(InternalError, match="contradicts") as raised:
        load(SHOP).query(question)

    assert "(check-sat)" in raised.value.details


def test_stats_say_where_the_time_went():
    stats = load(SHOP).query("can the api reach the database?").stats

    assert {"read", "understand", "compile", "encode", "solve"} <= set(stats.seconds)
    assert stats.counts["problems"] == 1
    assert stats.counts["rules in slice"] >= 1


def test_only_rules_that_matter_are_encoded():
    narrow = load(SHOP).query("can the frontend reach the database?").stats.counts["rules in slice"]
    wide = load(SHOP).query("can any pod reach any pod?").stats.counts["rules in slice"]

    assert narrow < wide


def test_an_undecided_question_is_neither():
    answer = load(SHOP).query("can the api reach the database?", settings=QuerySettings(timeout=0.0))

    assert (answer.verdict, answer.any, answer.witness) == ("undecided", None, None)
    assert answer.undecided == "the time limit was reached"


def test_no_policies_at_all_is_remarked():
    answer = load(SHOP / "workloads.yaml").query("can the frontend reach the database?")

    assert answer.verdict == "reachable"
    assert any("no NetworkPolicy was read" in note for note in answer.notes)
