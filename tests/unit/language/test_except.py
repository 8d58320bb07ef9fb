"""`except`: a set of endpoints without another one."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.unit.language.shop_inventory import SHOP

from npverify import load
from npverify.errors import UsageError
from npverify.language import parse_endpoint, parse_question
from npverify.questions.answer import Verdict
from npverify.questions.selections import declared_in

EXAMPLES = Path(__file__).resolve().parents[3] / "examples" / "shop"


@pytest.mark.parametrize(
    ("written", "canonical"),
    [
        ("any pod except frontend", "any pod except frontend"),
        ("anything but app=api or app=backup", "any except app=api or app=backup"),
        ("app=api or app=backup except shop/app=api", "app=api or app=backup except shop/app=api"),
        (
            "any pod in namespace shop except app=api outside namespace a",
            "shop/* except app=api outside namespace a",
        ),
    ],
)
def test_the_canonical_form_says_what_is_left_out(written, canonical):
    assert parse_endpoint(written, SHOP).text == canonical
    assert parse_endpoint(canonical, SHOP) == parse_endpoint(written, SHOP)


def test_the_question_is_the_same_when_it_is_asked_again():
    query = parse_question("can any pod except frontend reach anything except api on http?", SHOP)

    assert query.sentence == "can any pod except frontend reach any except api on http?"
    assert parse_question(query.sentence, SHOP) == query
    assert "except the pods of" in query.source.understood


def test_declared_pods_that_are_left_out_are_not_picked():
    inventory = load(EXAMPLES).inventory

    every = declared_in(parse_endpoint("any pod", inventory), inventory)
    left = declared_in(parse_endpoint("any pod except app=api or app=backup", inventory), inventory)

    gone = {declared.workload.name for key, declared in every.items() if key not in left}
    assert gone == {"api", "backup"}
    assert left.keys() < every.keys()


@pytest.mark.parametrize("named", ["app=api", "app=api or app=backup", "api", "internet", "ns:team=platform"])
@pytest.mark.parametrize("target", ["database", "api", "frontend"])
def test_anything_except_a_reaches_iff_not_only_a_does(named, target):
    cluster = load(EXAMPLES)

    others = cluster.query(f"can any except {named} reach {target}?")
    only = cluster.query(f"can only {named} reach {target}?")

    meant = {Verdict.HOLDS: Verdict.UNREACHABLE, Verdict.VIOLATED: Verdict.REACHABLE}
    assert others.any is meant[only.any]
    assert others.declared is meant[only.declared]


def test_what_is_left_out_of_the_destination_is_no_counterexample():
    cluster = load(EXAMPLES)

    assert cluster.query("can shop/app=backup reach any pod on tcp/5432?").verdict is Verdict.REACHABLE
    without = "can shop/app=backup reach any pod except shop/app=database on tcp/5432?"
    assert cluster.query(without).verdict is Verdict.UNREACHABLE


@pytest.mark.parametrize(
    ("written", "marked"),
    [
        ("any except", None),
        ("except api", None),
        ("any except api except backup", "except"),
    ],
)
def test_what_is_not_understood_is_an_error(written, marked):
    with pytest.raises(UsageError) as caught:
        parse_endpoint(written, SHOP)

    error = caught.value
    assert marked is None or error.text[error.start : error.end] == marked


def test_an_object_of_that_name_is_written_with_a_star():
    with pytest.raises(UsageError, match="called `except`"):
        parse_endpoint("*/except", SHOP)
