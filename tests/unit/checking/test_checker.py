"""Reading a project: its manifests, other versions of them, and the names in its assertions."""

from __future__ import annotations

import io

import pytest
from tests.unit.checking.projects import CLOSED, SHOP, checker_of, commit_all, write

from npverify.checking import Outcome, check, load_checker, pick_assertions
from npverify.configuration import read_configuration
from npverify.errors import ConfigurationError, InputError, UsageError


def test_manifests_are_looked_for_beside_the_file(tmp_path, monkeypatch):
    write(tmp_path, "that: api can reach db")
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")

    checker = load_checker(read_configuration(tmp_path / "npverify.yaml"))

    assert [str(policy) for policy in checker.inventory.policies] == ["shop/db"]


def test_without_manifests_the_folder_of_the_file_is_read(tmp_path):
    file = write(tmp_path, "that: api can reach db")
    file.write_text(file.read_text().replace("manifests: [deploy]\n", ""))

    assert load_checker(read_configuration(file)).inventory.policies


def test_manifests_that_are_given_stand_in(tmp_path):
    (tmp_path / "other.yaml").write_text(CLOSED)
    configuration = read_configuration(write(tmp_path, "that: api can reach db on tcp/5432"))

    own = load_checker(configuration)
    given = load_checker(configuration, manifests=[str(tmp_path / "other.yaml")])
    piped = load_checker(configuration, manifests=["-"], stdin=io.BytesIO(CLOSED.encode()))

    assert check(own).verdict is Outcome.HOLDS
    assert check(given).verdict is Outcome.VIOLATED
    assert check(piped).verdict is Outcome.VIOLATED


def test_options_that_are_given_come_first(tmp_path):
    plain = checker_of(tmp_path, "that: api can reach db", options="timeout: 3\nuniverse: any\n")

    over = load_checker(read_configuration(tmp_path / "npverify.yaml"), options={"timeout": 5.0})

    assert plain.options["timeout"] == 3.0
    assert over.options["timeout"] == 5.0
    assert over.options["universe"] == "any"


WRONG_NAMES = [
    ("that: frontnd can reach db", 9, 7, "frontnd"),
    ("reachable: {from: api, to: dbb}", 30, 3, "dbb"),
    ("only: {from: shop/deployment/ap, to: db}", 16, 18, "ap"),
    ("isolated: {pods: datbase}", 20, 7, "datbase"),
    ("equivalent: {to: deploy, scope: frontnd}", 35, 7, "frontnd"),
    ("that: the policies are equivalent to deploy within frontnd", 3, None, "frontnd"),
]


@pytest.mark.parametrize(("item", "column", "width", "name"), WRONG_NAMES)
def test_a_name_that_means_nothing_is_an_error_at_its_place(tmp_path, item, column, width, name):
    with pytest.raises(ConfigurationError) as caught:
        checker_of(tmp_path, item)

    (problem,) = caught.value.problems
    assert name in problem.message
    assert (problem.origin.line, problem.origin.column) == (4, column)
    assert width is None or problem.width == width
    assert problem.source_line == f"- {item}"


def test_all_names_that_mean_nothing_come_together(tmp_path):
    with pytest.raises(ConfigurationError) as caught:
        checker_of(tmp_path, *(item for item, *_ in WRONG_NAMES), "equivalent: {to: nowhere}")

    assert [problem.origin.line for problem in caught.value.problems] == [4, 5, 6, 7, 8, 9, 10]


def test_errors_of_the_manifests_are_errors_of_the_input(tmp_path):
    with pytest.raises(InputError) as caught:
        checker_of(tmp_path, "that: api can reach db", manifests=SHOP.replace("port: 5432", "port: 0"))

    assert not isinstance(caught.value, ConfigurationError)


def test_another_version_may_be_a_revision(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    write(tmp_path)
    commit_all(tmp_path)

    same = check(checker_of(tmp_path, "equivalent: {to: 'git:main'}"))
    changed = check(checker_of(tmp_path, "equivalent: {to: 'git:main'}", manifests=CLOSED))

    assert same.verdict is Outcome.HOLDS
    assert changed.verdict is Outcome.VIOLATED
    assert changed.results[0].other == "git:main"


def test_a_revision_that_is_not_there_is_an_error_at_the_assertion(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    write(tmp_path)
    commit_all(tmp_path)

    with pytest.raises(ConfigurationError) as caught:
        checker_of(tmp_path, "equivalent: {to: 'git:mian'}", "at-most: {to: 'git:mian'}")

    first, second = caught.value.problems
    assert "git has no revision `mian` here" in first.message
    assert "main" in first.hint
    assert (first.origin.line, second.origin.line) == (4, 5)


def test_standard_input_is_in_no_revision(tmp_path):
    file = write(tmp_path, "equivalent: {to: 'git:main'}")

    with pytest.raises(ConfigurationError, match="standard input is in no git revision"):
        load_checker(read_configuration(file), manifests=["-"], stdin=io.BytesIO(SHOP.encode()))


def test_paths_of_another_version_start_at_the_folder_of_the_file(tmp_path, monkeypatch):
    (tmp_path / "project" / "old").mkdir(parents=True)
    (tmp_path / "project" / "old" / "a.yaml").write_text(CLOSED)
    monkeypatch.chdir(tmp_path)

    assert check(checker_of(tmp_path / "project", "equivalent: {to: old}")).verdict is Outcome.VIOLATED


# Picking ----------------------------------------------------------------------------------------------


@pytest.fixture
def assertions(tmp_path):
    names = ("db is closed", "db is open", "api [x]", "api x")
    return read_configuration(
        write(tmp_path, *(f"{{name: {name!r}, that: api can reach db}}" for name in names))
    ).assertions


@pytest.mark.parametrize(
    ("names", "found"),
    [
        ([], [0, 1, 2, 3]),
        (["db is open"], [1]),
        (["db is open", "db is closed"], [0, 1]),
        (["db*"], [0, 1]),
        (["*x*"], [2, 3]),
        (["api [x]"], [2]),
    ],
)
def test_assertions_are_picked_by_name(assertions, names, found):
    assert pick_assertions(assertions, names) == tuple(assertions[number] for number in found)


@pytest.mark.parametrize(
    ("name", "hint"),
    [("db is clsed", "did you mean `db is closed`?"), ("zzz", "the names are `db is closed`, `db")],
)
def test_a_name_that_no_assertion_has_is_bad_usage(assertions, name, hint):
    with pytest.raises(UsageError, match="no assertion is called") as caught:
        pick_assertions(assertions, [name])

    assert caught.value.hint.startswith(hint)
