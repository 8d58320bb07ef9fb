"""`npverify simplify` as a process."""

from __future__ import annotations

import os
import shutil
import subprocess

import pytest
from tests.cli.running import ROOT, npverify

DENY = """\
# Nothing gets in.
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: deny, namespace: shop}
spec:
  podSelector: {}
  policyTypes: [Ingress]
"""
DATABASE = """\
# The database.
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: db, namespace: shop}
spec:
  podSelector:
    matchLabels: {app: db}
  ingress:
    # the api
    - from:
        - podSelector: {matchLabels: {app: api}}  # both versions
        - podSelector: {matchLabels: {app: api, version: two}}
      ports:
        - port: 5432
"""
SIMPLER = DATABASE.replace("        - podSelector: {matchLabels: {app: api, version: two}}\n", "")
PROVED = "equivalent: every flow of every pod that could exist is decided as before"


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "deny.yaml").write_text(DENY, encoding="utf-8")
    (tmp_path / "db.yaml").write_text(DATABASE, encoding="utf-8")
    return tmp_path


def test_the_changed_file_goes_to_standard_output_and_the_proof_to_standard_error(folder):
    result = npverify("simplify", ".", cwd=folder)

    assert result.returncode == 0
    assert result.stdout == SIMPLER
    assert "removed shop/db ingress rule 1 peer 2: covered by shop/db ingress rule 1 peer 1" in result.stderr
    assert "peers 2 → 1" in result.stderr
    assert PROVED in result.stderr
    assert (folder / "db.yaml").read_text(encoding="utf-8") == DATABASE


def test_the_patch_applies(folder):
    result = npverify("simplify", "--diff", cwd=folder)

    (folder / "change.patch").write_text(result.stdout, encoding="utf-8")
    if shutil.which("patch") is None:
        pytest.skip("there is no `patch` on this machine")
    subprocess.run(["patch", "-p1", "-i", "change.patch"], cwd=folder, check=True, capture_output=True)
    assert (folder / "db.yaml").read_text(encoding="utf-8") == SIMPLER


def test_write_changes_the_file_in_place_and_the_result_is_a_fixed_point(folder):
    written = npverify("simplify", "--write", cwd=folder)
    again = npverify("simplify", "--check", cwd=folder)

    assert (written.returncode, written.stdout) == (0, "")
    assert (folder / "db.yaml").read_text(encoding="utf-8") == SIMPLER
    assert (folder / "deny.yaml").read_text(encoding="utf-8") == DENY
    assert again.returncode == 0
    assert again.stderr == "simple already: nothing is redundant, and nothing can be merged\n"


def test_check_exits_with_1_where_something_can_be_simplified(folder):
    result = npverify("simplify", "--check", cwd=folder)

    assert (result.returncode, result.stdout) == (1, "")


def test_standard_input_comes_out_again_simplified():
    result = npverify("simplify", "-", stdin=f"{DENY}---\n{DATABASE}")
    unchanged = npverify("simplify", "-", stdin=DENY)

    assert result.stdout == f"{DENY}---\n{SIMPLER}"
    assert unchanged.stdout == DENY


def test_several_changed_files_are_printed_under_their_names(folder):
    (folder / "more.yaml").write_text(DATABASE.replace("db", "cache"), encoding="utf-8")

    result = npverify("simplify", cwd=folder)

    assert result.stdout.count("---\n# Source: ") == 2


def test_a_file_in_which_nothing_is_left_is_removed(folder):
    (folder / "copy.yaml").write_text(DATABASE.replace("name: db,", "name: copy,"), encoding="utf-8")

    result = npverify("simplify", "--write", cwd=folder)

    assert result.returncode == 0
    assert sorted(path.name for path in folder.glob("*.yaml")) in (
        ["copy.yaml", "deny.yaml"],
        ["db.yaml", "deny.yaml"],
    )


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("nowhere",), "error: `nowhere` does not exist"),
        (("-", "--write"), "standard input cannot be changed in place"),
        (("--diff", "--write"), "--diff, --write and --check exclude each other"),
        (("--timeout", "-1"), "Invalid value"),
    ],
)
def test_mistakes_are_explained(folder, arguments, message):
    result = npverify("simplify", *arguments, cwd=folder, stdin="")

    assert result.returncode == 2
    assert message in result.stderr
    assert result.stdout == ""


def test_without_policies_there_is_nothing_to_simplify(tmp_path):
    (tmp_path / "a.yaml").write_text(
        "kind: Namespace\napiVersion: v1\nmetadata: {name: a}\n", encoding="utf-8"
    )

    result = npverify("simplify", cwd=tmp_path)

    assert result.returncode == 2
    assert "there is no NetworkPolicy to simplify" in result.stderr


def test_a_time_limit_leaves_everything_as_it_is(folder):
    result = npverify("simplify", "--write", "--timeout", "0.000001", cwd=folder)

    assert result.returncode == 3
    assert result.stderr.startswith("undecided: the time limit was reached")
    assert (folder / "db.yaml").read_text(encoding="utf-8") == DATABASE


def test_the_examples_are_simple_already():
    result = npverify("simplify", "examples/shop", cwd=ROOT)

    assert (result.returncode, result.stdout) == (0, "")
    assert result.stderr.startswith("simple already")


def test_a_file_with_errors_is_named_with_its_place_and_changes_nothing(folder):
    (folder / "broken.yaml").write_text(DENY.replace("Ingress", "ingress"), encoding="utf-8")

    result = npverify("simplify", ".", "--write", cwd=folder)

    assert result.returncode == 2
    assert "broken.yaml:7:17: error[NPV102]" in result.stderr
    assert result.stderr.endswith("nothing was changed\n")
    assert "--keep-going" not in result.stderr
    assert (folder / "db.yaml").read_text(encoding="utf-8") == DATABASE


def test_a_policy_that_stands_twice_is_not_touched(folder):
    twin = DATABASE.replace("app: api}}  # both", "app: web}}  # both")
    (folder / "again.yaml").write_text(twin, encoding="utf-8")

    result = npverify("simplify", ".", "--write", cwd=folder)

    assert result.returncode == 2
    assert "NetworkPolicy `shop/db` replaces the one at" in result.stderr
    assert "remove one of the two" in result.stderr
    assert (folder / "again.yaml").read_text(encoding="utf-8") == twin


def test_a_policy_that_keeps_pods_open_stays(tmp_path):
    policy = DENY.replace("policyTypes: [Ingress]", "ingress: [{}]")
    (tmp_path / "open.yaml").write_text(policy, encoding="utf-8")

    result = npverify("simplify", ".", "--write", cwd=tmp_path)

    assert result.returncode == 0
    assert "simple already" in result.stderr
    assert (tmp_path / "open.yaml").read_text(encoding="utf-8") == policy


def test_the_remarks_of_the_reader_are_shown(folder):
    (folder / "typo.yaml").write_text(
        DENY.replace("name: deny", "name: typo").replace("podSelector: {}", "podSelector: {}\n  ingres: []"),
        encoding="utf-8",
    )

    result = npverify("simplify", ".", cwd=folder)

    assert "typo.yaml:7:3: warning[NPV104]" in result.stderr
    assert "did you mean `ingress`?" in result.stderr


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may write anywhere")
def test_all_files_are_written_or_none(folder):
    (folder / "more").mkdir()
    (folder / "more" / "db.yaml").write_text(DATABASE.replace("shop", "two"), encoding="utf-8")
    (folder / "more").chmod(0o500)

    result = npverify("simplify", ".", "--write", cwd=folder)

    (folder / "more").chmod(0o700)
    assert result.returncode == 2
    assert (folder / "db.yaml").read_text(encoding="utf-8") == DATABASE
