"""Assertions of npverify.yaml: sentences and parts are one thing, and what is wrong has its place."""

from __future__ import annotations

import pytest
from tests.unit.language.shop_inventory import SHOP

from npverify.configuration import read_configuration
from npverify.configuration.claims import ComparisonClaim, Version, form_name, render_claim
from npverify.configuration.parts import FORMS
from npverify.errors import ConfigurationError, Severity
from npverify.language import assemble
from npverify.questions.comparison import Relation
from npverify.questions.query import Form
from npverify.questions.settings import Universe

HEAD = "schema: npverify/v1\nassertions:\n"


@pytest.fixture
def read(tmp_path):
    def assertions(*items):
        path = tmp_path / "npverify.yaml"
        path.write_text(HEAD + "".join(f"- {item}\n" for item in items))
        return read_configuration(path).assertions

    return assertions


@pytest.fixture
def problems(read):
    def found(*items):
        with pytest.raises(ConfigurationError) as caught:
            read(*items)
        return caught.value.problems

    return found


SAME = [
    ("{reachable: {from: frontend, to: api, port: http}}", "frontend can reach api on http"),
    ("{reachable: {from: frontend, to: api, port: [80, udp/53]}}", "frontend can reach api on 80 or udp/53"),
    ("{reachable: {from: frontend, to: api, port: 80, protocol: udp}}", "frontend can reach api on udp/80"),
    ("{reachable: {from: frontend, to: api, protocol: tcp}}", "frontend can reach api on tcp"),
    ("{reachable: {to: api}}", "something can reach api"),
    ("{reachable: {from: api}}", "api can reach something"),
    ("{unreachable: {from: frontend, to: database}}", "frontend cannot reach database"),
    ("{unreachable: {to: database, port: 5432}}", "nothing can reach database on 5432"),
    ("{unreachable: {from: api}}", "api can reach nothing"),
    ("{unreachable: {from: any, to: database}}", "nothing can reach database"),
    (
        "{unreachable: {from: any, to: 'ns:env=prod', outside: 'ns:env=prod'}}",
        "nothing except ns:env=prod can reach ns:env=prod",
    ),
    (
        "{unreachable: {to: database, outside: api or frontend}}",
        "nothing except api or frontend can reach database",
    ),
    ("{unreachable: {from: any pod, to: api, outside: frontend}}", "no pod except frontend can reach api"),
    ("{unreachable: {from: frontend, to: any except api}}", "frontend can only reach api"),
    ("{only: {from: api, to: database, port: tcp/5432}}", "only api can reach database on tcp/5432"),
    ("{every: {from: frontend, to: api}}", "every frontend can reach api"),
    ("{isolated: {pods: database, for: ingress}}", "database is isolated for ingress"),
    ("{isolated: {pods: database, for: [ingress, egress]}}", "database is isolated"),
    ("{isolated: {pods: any}}", "everything is isolated"),
    ("{not: {reachable: {from: frontend, to: api}}}", "frontend cannot reach api"),
    ("{not: {unreachable: {to: database}}}", "something can reach database"),
    ("{not: {only: {from: api, to: database}}}", "not only api can reach database"),
    ("{not: {every: {from: frontend, to: api}}}", "not every frontend can reach api"),
    ("{not: {isolated: {pods: database}}}", "database is not isolated"),
    ("{not: {that: only api can reach database}}", "not only api can reach database"),
    ("{equivalent: {to: 'git:origin/main'}}", "the policies are equivalent to git:origin/main"),
    ("{equivalent: {to: old/}}", "are equivalent to old/"),
    (
        "{at-most: {to: old/, per-direction: true, scope: 'ns:env=prod'}}",
        "the policies allow at most what old/ allows in each direction within ns:env=prod",
    ),
    (
        "{at-least: {to: old/, scope: api or database}}",
        "the policies allow at least what old/ within api or database",
    ),
    ("{disjoint: {to: old/}}", "the manifests are disjoint from old/"),
    ("{not: {equivalent: {to: old/}}}", "the policies are not equivalent to old/"),
    ("{not: {at-most: {to: old/}}}", "the policies do not allow at most what old/ allows"),
]


@pytest.mark.parametrize(("parts", "sentence"), SAME, ids=[sentence for _, sentence in SAME])
def test_parts_and_sentence_are_the_same_claim(read, parts, sentence):
    in_parts, in_words = (each.claim for each in read(parts, f"that: {sentence!r}"))

    assert form_name(in_parts) == form_name(in_words)
    assert render_claim(in_parts) == render_claim(in_words)
    if isinstance(in_parts, ComparisonClaim):
        assert in_parts == in_words
    elif "ns:env" not in sentence:
        assert assemble(in_parts.asked, SHOP) == assemble(in_words.asked, SHOP)
        assert in_parts.expected is in_words.expected


@pytest.mark.parametrize("parts", [parts for parts, _ in SAME])
def test_every_claim_is_read_back_from_its_sentence(read, parts):
    (assertion,) = read(parts)

    (again,) = read(f"that: {render_claim(assertion.claim)!r}")

    assert render_claim(again.claim) == render_claim(assertion.claim)
    assert form_name(again.claim) == form_name(assertion.claim)


def test_the_parts_cover_every_form_of_question_and_of_comparison():
    meant = {form.means for form in FORMS.values()}

    lists = {Form.WHAT_CAN_REACH, Form.WHAT_CAN_BE_REACHED}  # an end that is left out
    assert meant | lists == {*Form, *Relation}


def test_everything_that_can_be_said_about_an_assertion(read):
    (assertion,) = read(
        "name: ' the api '\n  that: only api can reach database\n  severity: warning\n"
        "  allow-vacuous: true\n  universe: declared"
    )

    assert assertion.name == "the api"
    assert assertion.severity is Severity.WARNING
    assert assertion.allow_vacuous is True
    assert assertion.universe is Universe.DECLARED
    assert (assertion.origin.line, assertion.origin.column) == (3, 3)


def test_what_is_not_said_has_a_default(read):
    sentence, parts = read("that: the   api can reach database", "only: {from: the api, to: database}")

    assert (sentence.severity, sentence.allow_vacuous, sentence.universe) == (Severity.ERROR, False, None)
    assert sentence.name == "the api can reach database"
    assert parts.name == "only api can reach database"


def test_a_version_is_a_revision_or_paths(read):
    revision, path, paths = (
        each.claim.other
        for each in read(
            "equivalent: {to: 'git:main~1'}", "equivalent: {to: old}", "equivalent: {to: [old, new/a.yaml]}"
        )
    )

    assert revision == Version(revision="main~1")
    assert path == Version(paths=("old",))
    assert paths == Version(paths=("old", "new/a.yaml"))
    assert [str(each) for each in (revision, path, paths)] == ["git:main~1", "old", "old, new/a.yaml"]


ENDPOINT = "expected an endpoint"
WRONG = [
    # item, column of the caret in the item, width, message, hint
    ("{thet: a can reach b}", 1, 4, "assertions[0].thet: unknown field", "did you mean `that`?"),
    (
        "{unreachble: {to: api}}",
        1,
        10,
        "assertions[0].unreachble: unknown field",
        "did you mean `unreachable`?",
    ),
    ("{that: frontend can raech api}", 20, 5, "assertions[0].that: `raech` is no verb", "can reach api`?"),
    ("{that: 'frontend can raech api'}", 21, 5, "`raech` is no verb", "can reach api`?"),
    ('{that: "frontend can raech api"}', 21, 5, "`raech` is no verb", "can reach api`?"),
    ("{that: can frontend reach api}", 7, 22, "a question claims nothing", "write `frontend can reach api`"),
    ("{that: [a]}", 7, 3, "must be a string, not a list", None),
    ("{that: ''}", 7, None, "the statement is empty", "write for example"),
    ("{that: the policies are equivalnt to git:x}", 7, 35, "the comparison is not understood", "may follow"),
    (
        "{that: the policies are disjoint from x in each direction}",
        39,
        18,
        "the comparison is not understood",
        "not with `disjoint`",
    ),
    (
        "{that: the policies are equivalent to x within tier in (a}",
        55,
        1,
        "`(` has no partner",
        "`tier in (web,api)`",
    ),
    (
        "{name: x}",
        0,
        None,
        "assertions[0]: claims nothing",
        "add `that:` and a sentence, or one of reachable",
    ),
    ("{}", 0, None, "assertions[0]: claims nothing", "`that:`"),
    ("frontend can reach api", 0, None, "assertions[0]: must be an object, not a string", None),
    (
        "{that: api is isolated, only: {from: api, to: api}}",
        30,
        None,
        "a second claim beside `that`",
        "its own",
    ),
    (
        "{not: {that: api is isolated}, only: {from: a1, to: b1}}",
        37,
        None,
        "a second claim beside `not`",
        None,
    ),
    ("{not: {not: {that: api is isolated}}}", 7, 3, "assertions[0].not.not: unknown field", None),
    ("{not: {}}", 6, None, "assertions[0].not: claims nothing", None),
    ("{not: x}", 6, 1, "assertions[0].not: must be an object", None),
    (
        "{that: api is isolated, severity: eror}",
        34,
        4,
        "severity: unsupported value `eror`",
        "did you mean `error`?",
    ),
    ("{that: api is isolated, severity: note}", 34, 4, "unsupported value `note`", "error, warning"),
    ("{that: api is isolated, universe: al}", 34, 2, "unsupported value `al`", None),
    ("{that: api is isolated, allow-vacuous: maybe}", 39, 5, "must be true or false", None),
    ("{that: api is isolated, alow-vacuous: true}", 24, 12, "unknown field", "did you mean `allow-vacuous`?"),
    ("{that: api is isolated, name: ' '}", 30, 3, "name: must not be empty", None),
    ("{reachable: {frm: api, to: api}}", 13, 3, "reachable.frm: unknown field", "did you mean `from`?"),
    ("{reachable: {}}", 12, 2, "neither `from` nor `to`", "give one of them"),
    ("{reachable: api}", 12, 3, "must be an object", None),
    ("{reachable: {from: tier in (a, to: api}}", 27, 1, "reachable.from: `(` has no partner", None),
    ("{reachable: {from: api, port: 0}}", 30, 1, "port `0` is not within 1-65535", None),
    (
        "{reachable: {from: api, port: [80, tpc/81]}}",
        35,
        3,
        "port[1]: `tpc` is no protocol",
        "did you mean `tcp/81`?",
    ),
    ("{reachable: {from: api, port: true}}", 30, 4, "must be a string, not the boolean", None),
    (
        "{reachable: {from: api, protocol: tpc}}",
        34,
        3,
        "protocol: unsupported value `tpc`",
        "did you mean `tcp`?",
    ),
    ("{reachable: {from: api, port: tcp/80, protocol: udp}}", 48, 3, "`tcp/80` is not udp", None),
    ("{unreachable: {from: any except api, to: api, outside: api}}", 55, 3, "stands beside `except`", None),
    ("{only: {to: api}}", 7, None, "only: `from` is required", None),
    ("{only: {from: api}}", 7, None, "only: `to` is required", None),
    ("{every: {from: api, outside: api, to: api}}", 20, 7, "every.outside: unknown field", "the fields are"),
    ("{isolated: {for: ingress}}", 11, None, "isolated: `pods` is required", None),
    (
        "{isolated: {pods: api, for: ingres}}",
        28,
        6,
        "for: unsupported value `ingres`",
        "did you mean `ingress`?",
    ),
    ("{isolated: {pods: api, for: [egres]}}", 29, 5, "for[0]: unsupported value `egres`", "`egress`?"),
    ("{equivalent: {}}", 13, 2, "equivalent: `to` is required", None),
    ("{equivalent: {to: 'git:'}}", 18, 6, "names no version", "write a path, or `git:`"),
    ("{equivalent: {to: ['git:x', old]}}", 18, None, "a git revision together with something else", None),
    ("{equivalent: {to: x, scop: api}}", 21, 4, "scop: unknown field", "did you mean `scope`?"),
    ("{equivalent: {to: x, scope: tier in (a}}", 36, 1, "scope: `(` has no partner", None),
    ("{at-most: {to: x, per-direction: 1}}", 33, 1, "must be true or false", None),
    ("{disjoint: {to: x, per-direction: true}}", 19, 13, "disjoint.per-direction: unknown field", None),
]


@pytest.mark.parametrize(("item", "column", "width", "message", "hint"), WRONG, ids=[row[0] for row in WRONG])
def test_what_is_not_understood_is_an_error_with_its_place(problems, item, column, width, message, hint):
    problem = problems(item)[0]

    assert problem.code == "NPV111"
    assert message in problem.message
    assert (problem.origin.line, problem.origin.column - 3) == (3, column)
    assert width is None or problem.width == width
    assert problem.source_line == f"- {item}"
    assert hint is None or hint in problem.hint


def test_a_sentence_over_several_lines_is_marked_where_it_begins(problems):
    (problem,) = problems("that: >-\n    frontend can\n    raech api")

    assert (problem.origin.line, problem.origin.column) == (3, 9)
    assert "`raech` is no verb" in problem.message


def test_a_name_stands_for_one_assertion(problems):
    first, second = (f"{{name: {name}, that: api is isolated}}" for name in ("x", "x"))

    (problem,) = problems(first, second)

    assert "`x` is the name of the assertion at line 3 already" in problem.message
    assert (problem.origin.line, problem.origin.column) == (4, 10)


def test_all_errors_of_the_file_come_together_in_its_order(problems):
    found = problems(
        "that: a can raech b",
        "{only: {from: api}, severity: x}",
        "{disjont: {to: x}}",
        "that: api is isolated",
    )

    assert [problem.origin.line for problem in found] == [3, 4, 4, 5]
