"""One assertion: what makes it hold, violated, vacuous or undecided."""

from __future__ import annotations

import pytest
from tests.unit.checking.projects import CLOSED, SHOP, checker_of

from npverify.checking import Outcome, check, universe_of
from npverify.errors import Severity
from npverify.questions.answer import Verdict
from npverify.questions.comparison import ComparisonVerdict
from npverify.questions.settings import Universe

UNMODELLED = SHOP + (
    "---\napiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata: {name: x, namespace: shop}\n"
    "spec: {endpointSelector: {}}\n"
)
HOLDS, VIOLATED, VACUOUS, UNDECIDED = Outcome


def decide(folder, *items, **options):
    return check(checker_of(folder, *items, **options)).results


@pytest.mark.parametrize(
    ("claim", "outcome"),
    [
        ("reachable: {from: api, to: db, port: tcp/5432}", HOLDS),
        ("reachable: {from: api, to: db, port: tcp/5433}", VIOLATED),
        ("unreachable: {from: api, to: db, port: tcp/5433}", HOLDS),
        ("unreachable: {from: api, to: db}", VIOLATED),
        ("unreachable: {from: internet, to: db}", HOLDS),
        ("unreachable: {to: db, port: udp/53}", HOLDS),
        ("unreachable: {to: db}", VIOLATED),
        ("unreachable: {to: db, outside: shop/app=api}", HOLDS),
        ("unreachable: {to: api, outside: shop/app=db}", VIOLATED),
        ("only: {from: shop/app=api, to: db}", HOLDS),
        ("only: {from: db, to: api}", VIOLATED),
        ("every: {from: api, to: db, port: tcp/5432}", HOLDS),
        ("every: {from: any pod in namespace shop, to: db}", VIOLATED),
        ("isolated: {pods: db, for: ingress}", HOLDS),
        ("isolated: {pods: db}", VIOLATED),
        ("not: {reachable: {from: api, to: db}}", VIOLATED),
        ("not: {only: {from: shop/app=api, to: db}}", VIOLATED),
        ("not: {only: {from: db, to: api}}", HOLDS),
        ("not: {every: {from: api, to: db, port: tcp/5432}}", VIOLATED),
        ("not: {every: {from: any pod in namespace shop, to: db}}", HOLDS),
        ("not: {isolated: {pods: db, for: ingress}}", VIOLATED),
        ("not: {isolated: {pods: db}}", HOLDS),
        ("equivalent: {to: deploy}", HOLDS),
        ("equivalent: {to: other}", VIOLATED),
        ("not: {equivalent: {to: other}}", HOLDS),
        ("not: {equivalent: {to: deploy}}", VIOLATED),
        ("at-most: {to: other, scope: api}", VIOLATED),
        ("at-most: {to: other, scope: sandbox/*}", HOLDS),
        ("at-least: {to: other}", VIOLATED),
        ("at-least: {to: open}", VIOLATED),
        ("at-most: {to: open}", HOLDS),
        ("disjoint: {to: deploy}", VIOLATED),
        ("not: {disjoint: {to: deploy}}", HOLDS),
    ],
)
def test_a_claim_holds_iff_it_is_true(tmp_path, claim, outcome):
    for name, text in (("other", CLOSED), ("open", SHOP.rpartition("---")[0])):
        (tmp_path / name).mkdir()
        (tmp_path / name / "shop.yaml").write_text(text)

    (result,) = decide(tmp_path, claim)

    assert result.outcome is outcome


def test_the_answer_comes_with_the_outcome(tmp_path):
    question, comparison = decide(tmp_path, "that: api cannot reach db", "equivalent: {to: deploy}")

    assert question.answer.verdict is Verdict.REACHABLE
    assert str(question.answer.witness.ingress.rules[0]) == "shop/db rule 1"
    assert question.comparison is None
    assert comparison.answer is None
    assert comparison.comparison.verdict is ComparisonVerdict.EQUIVALENT
    assert comparison.other == "deploy"


@pytest.mark.parametrize(
    ("claim", "outcome"),
    [
        ("unreachable: {from: app=nobody, to: db}", VACUOUS),
        ("unreachable: {from: app=nobody, to: api}", VIOLATED),
        ("reachable: {from: app=nobody, to: api}", VIOLATED),
        ("that: nothing can reach app=nobody on udp/1", VIOLATED),
        ("only: {from: app=nobody, to: db, port: udp/1}", VACUOUS),
    ],
)
def test_a_claim_about_nothing_is_vacuous_unless_it_is_violated(tmp_path, claim, outcome):
    plain, allowed = decide(tmp_path, claim, f"{{{claim}, allow-vacuous: true}}".replace("that: ", "that: "))

    assert plain.outcome is outcome
    assert plain.vacuous == ("no declared pod matches `app=nobody`",)
    assert allowed.outcome is (HOLDS if outcome is VACUOUS else outcome)


def test_comparing_no_policy_with_none_is_vacuous(tmp_path):
    (result,) = decide(tmp_path, "equivalent: {to: deploy}", manifests=SHOP.rpartition("---")[0])

    assert result.outcome is VACUOUS
    assert result.vacuous == ("neither version has a policy",)


@pytest.mark.parametrize(
    "claim", ["that: api can reach db", "that: api cannot reach db", "equivalent: {to: deploy}"]
)
def test_what_a_policy_of_another_kind_could_decide_is_undecided(tmp_path, claim):
    (result,) = decide(tmp_path, claim, manifests=UNMODELLED)

    assert result.outcome is UNDECIDED
    assert "CiliumNetworkPolicy" in result.reason


def test_an_option_of_the_file_decides_the_undecided(tmp_path):
    (result,) = decide(
        tmp_path, "that: api can reach db", manifests=UNMODELLED, options="ignore-unmodelled: true\n"
    )

    assert result.outcome is HOLDS
    assert result.reason is None


# Universes --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("claim", "universe"),
    [
        ("that: api can reach db", Universe.DECLARED),
        ("that: not only api can reach db", Universe.DECLARED),
        ("that: api is not isolated", Universe.DECLARED),
        ("that: api cannot reach db", Universe.ANY),
        ("that: only api can reach db", Universe.ANY),
        ("that: every api can reach db", Universe.ANY),
        ("that: api is isolated", Universe.ANY),
        ("equivalent: {to: deploy}", Universe.ANY),
        ("not: {equivalent: {to: deploy}}", Universe.ANY),
    ],
)
def test_the_stronger_reading_is_taken(tmp_path, claim, universe):
    checker = checker_of(tmp_path, claim, f"{{{claim}, universe: any}}", f"{{{claim}, universe: declared}}")

    plain, every, declared = (ready.assertion for ready in checker.assertions)
    assert universe_of(plain, {}) is universe
    assert universe_of(plain, {"universe": "any"}) is Universe.ANY
    assert universe_of(every, {"universe": "declared"}) is Universe.ANY
    assert universe_of(declared, {"universe": "any"}) is Universe.DECLARED


def test_a_pod_that_nobody_has_makes_no_connection_possible(tmp_path):
    possible = "app=db pod"  # a pod with this label may live elsewhere, where nothing isolates it
    stronger, weaker = decide(
        tmp_path,
        f"reachable: {{from: internet, to: {possible}}}",
        f"{{reachable: {{from: internet, to: {possible}}}, universe: any}}",
    )

    assert stronger.outcome is VIOLATED
    assert weaker.outcome is HOLDS


def test_a_pod_that_nobody_has_makes_a_connection_possible(tmp_path):
    stronger, weaker = decide(
        tmp_path,
        "unreachable: {from: internet, to: app=db}",
        "{unreachable: {from: internet, to: app=db}, universe: declared}",
    )

    assert stronger.outcome is VIOLATED
    assert weaker.outcome is HOLDS


# Names and fingerprints -------------------------------------------------------------------------------


def test_a_fingerprint_survives_moved_lines_and_tells_assertions_apart(tmp_path):
    before = decide(tmp_path, "{name: a, that: api can reach db}", "{name: b, that: api can reach db}")
    after = decide(tmp_path, "{name: b, that: api can reach db}", "{name: a, that: api can reach db}")

    assert before[0].fingerprint == after[1].fingerprint
    assert before[1].fingerprint == after[0].fingerprint
    assert len({result.fingerprint for result in before}) == 2


def test_the_result_says_what_was_claimed(tmp_path):
    (result,) = decide(tmp_path, "{name: x, not: {only: {from: api, to: db}}, severity: warning}")

    assert (result.name, result.claim, result.form) == ("x", "not only api can reach db", "not-only")
    assert result.severity is Severity.WARNING
    assert result.origin.file == str(tmp_path / "npverify.yaml")
    assert (result.origin.line, result.origin.column) == (4, 3)
