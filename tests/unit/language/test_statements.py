"""Statements: what they claim, in which canonical form, and what is no statement."""

from __future__ import annotations

import pytest
from tests.unit.language.shop_inventory import SHOP

from npverify.errors import UsageError
from npverify.language import (
    FORMS,
    STATEMENT_FORMS,
    assemble,
    parse_question,
    parse_statement,
    render_statement,
)
from npverify.questions.answer import Verdict
from npverify.questions.query import Form
from npverify.resources import Direction

R, U, H, V = Verdict.REACHABLE, Verdict.UNREACHABLE, Verdict.HOLDS, Verdict.VIOLATED

CLAIMS = [
    ("frontend can reach api on http", "can frontend reach api on http?", R),
    ("the frontend may talk to the api", "can frontend reach api?", R),
    ("something can reach database", "can anything reach database?", R),
    ("frontend cannot reach database", "can frontend reach database?", U),
    ("frontend can't reach database", "can frontend reach database?", U),
    ("frontend can not reach database", "can frontend reach database?", U),
    ("frontend can never reach database on tcp", "can frontend reach database on tcp?", U),
    ("no pod in namespace shop can reach the internet", "can shop/* reach internet?", U),
    ("no app=frontend pod can reach database", "can app=frontend reach database?", U),
    (
        "nothing outside namespace shop can reach database",
        "can any outside namespace shop reach database?",
        U,
    ),
    ("nothing except api can reach database", "can any except api reach database?", U),
    ("nothing but api can reach database", "can any except api reach database?", U),
    ("frontend and api cannot reach database", "can frontend or api reach database?", U),
    ("nothing can reach database on 5432", "what can reach database on 5432?", U),
    ("nobody can reach database", "what can reach database?", U),
    ("no one can reach database", "what can reach database?", U),
    ("frontend can reach nothing", "what can frontend reach?", U),
    ("frontend cannot reach anything", "what can frontend reach?", U),
    ("frontend can reach nothing except api", "can frontend reach any except api?", U),
    ("frontend can only reach api or database", "can frontend reach any except api or database?", U),
    ("database can be reached from api", "can api reach database?", R),
    ("database cannot be reached from the internet", "can internet reach database?", U),
    ("database is reachable from api on 5432", "can api reach database on 5432?", R),
    ("database is not reachable from the internet", "can internet reach database?", U),
    ("database is reachable", "can anything reach database?", R),
    ("database is not reachable", "what can reach database?", U),
    ("nothing is reachable from frontend", "what can frontend reach?", U),
    ("only api can reach database", "can only api reach database?", H),
    ("only api or frontend can reach database", "can only api or frontend reach database?", H),
    ("database can be reached only by api", "can only api reach database?", H),
    ("database can only be reached by api", "can only api reach database?", H),
    ("database is reachable only from api", "can only api reach database?", H),
    ("not only api can reach database", "can only api reach database?", V),
    ("every frontend can reach api on http", "does every frontend reach api on http?", H),
    ("everything in namespace shop can reach api", "does every shop/* reach api?", H),
    ("not every frontend can reach api", "does every frontend reach api?", V),
    ("not all frontend pods can reach api", "does every frontend reach api?", V),
    ("frontend can reach every pod", "does every frontend reach any pod?", H),
    ("database is isolated", "is database isolated?", H),
    ("every pod in namespace shop is isolated for egress", "is shop/* isolated for egress?", H),
    ("database is not isolated for ingress", "is database isolated for ingress?", V),
    ("database isn't isolated", "is database isolated?", V),
]


@pytest.mark.parametrize(("sentence", "question", "expected"), CLAIMS, ids=[row[0] for row in CLAIMS])
def test_a_statement_claims_the_answer_to_a_question(sentence, question, expected):
    statement = parse_statement(sentence)

    assert assemble(statement.asked, SHOP) == parse_question(question, SHOP)
    assert statement.expected is expected


@pytest.mark.parametrize("sentence", [row[0] for row in CLAIMS])
def test_the_canonical_form_is_the_same_statement(sentence):
    statement = parse_statement(sentence)
    canonical = render_statement(statement)

    again = parse_statement(canonical)

    assert render_statement(again) == canonical
    assert assemble(again.asked, SHOP) == assemble(statement.asked, SHOP)
    assert again.expected is statement.expected


@pytest.mark.parametrize("sentence", [row[0] for row in CLAIMS])
def test_the_negative_of_the_negative_is_the_statement_itself(sentence):
    statement = parse_statement(sentence)

    opposite = statement.negated()

    assert opposite.is_negated is not statement.is_negated
    assert parse_statement(render_statement(opposite)).is_negated is opposite.is_negated
    assert render_statement(opposite.negated()) == render_statement(statement)


@pytest.mark.parametrize(("form", "example"), STATEMENT_FORMS)
def test_every_listed_form_has_an_example_that_is_understood(form, example):
    assert parse_statement(example)


def test_statements_cover_every_form_of_question_in_both_ways():
    said = {(s.asked.form, s.is_negated) for s in map(parse_statement, (row[0] for row in CLAIMS))}

    assert {form for form, _ in said} == set(Form)
    assert {
        (f, n) for f in (Form.CAN_REACH, Form.ONLY, Form.EVERY, Form.IS_ISOLATED) for n in (True, False)
    } <= said


def test_directions_are_kept():
    assert parse_statement("api is isolated for egress").asked.directions == (Direction.EGRESS,)


@pytest.mark.parametrize(
    ("sentence", "is_existential"),
    [
        ("a1 can reach b1", True),
        ("a1 cannot reach b1", False),
        ("only a1 can reach b1", False),
        ("not only a1 can reach b1", True),
        ("a1 is isolated", False),
        ("a1 is not isolated", True),
    ],
)
def test_one_flow_makes_some_statements_true(sentence, is_existential):
    assert parse_statement(sentence).is_existential is is_existential


WRONG = [
    ("frontend can raech database", "raech", "is no verb", "did you mean `frontend can reach database`?"),
    (
        "frontend cna reach database",
        "cna",
        "is not understood",
        "did you mean `frontend can reach database`?",
    ),
    (
        "frontend reaches database",
        "reaches",
        "`can` is missing",
        "did you mean `frontend can reach database`?",
    ),
    ("frontend", "frontend", "no verb was found", "write for example `frontend can reach api on http`"),
    ("", "", "the statement is empty", "write for example"),
    (
        "can frontend reach api?",
        "can frontend reach api?",
        "claims nothing",
        "write `frontend can reach api` or",
    ),
    ("is api isolated", "is api isolated", "claims nothing", "`api is not isolated`"),
    ("what can reach api?", "what can reach api?", "claims nothing", "`nothing can reach api`"),
    ("can frobnicate?", "can frobnicate?", "claims nothing", "write for example"),
    ("no frontend cannot reach api", None, "there are two negations", "write `frontend can reach api`"),
    ("nothing can reach nothing", None, "there are two negations", None),
    ("every frontend cannot reach api", None, "it is open whether", "`not every frontend can reach api`"),
    ("no frontend can reach every pod", None, "it is open whether", None),
    (
        "only api cannot reach database",
        None,
        "`only` cannot be said in the negative",
        "`not only api can reach",
    ),
    (
        "no database is isolated",
        None,
        "it cannot be claimed that no pod is isolated",
        "`database is not isolated`",
    ),
    ("not frontend can reach api", "not", "neither `every` nor `only`", "`A cannot reach B`"),
    ("no frontend can only reach api", "no frontend can", "`only` stands together", None),
    ("only frontend can only reach api", "only frontend can", "`only` stands together", None),
    ("frontend can only reach any except api", None, "`only` cannot stand together with `except`", None),
    (
        "frontend and api can reach database",
        "and",
        "at once",
        "did you mean `frontend or api can reach database`?",
    ),
    ("frontend can reach", None, "the destination is missing", "write `frontend can reach anything`"),
    ("frontend can reach api on tpc/80", "tpc", "is no protocol", "on tcp/80"),
]


@pytest.mark.parametrize(("sentence", "marked", "message", "hint"), WRONG, ids=[row[0] for row in WRONG])
def test_what_is_no_statement_is_an_error_with_its_place_and_the_nearest_one(sentence, marked, message, hint):
    with pytest.raises(UsageError) as caught:
        parse_statement(sentence)

    error = caught.value
    assert message in error.message
    assert error.text == sentence
    assert marked is None or sentence[error.start : error.end] == marked
    assert hint is None or hint in error.hint
    assert error.expected


def test_no_hint_proposes_a_question():
    for _, example in FORMS:
        with pytest.raises(UsageError) as caught:
            parse_statement(example)

        assert "?`" not in caught.value.hint
        assert "ask" not in caught.value.hint
