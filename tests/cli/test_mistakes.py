"""What a user does wrong: exit code 2, a message that says what and where, and a remedy."""

from __future__ import annotations

import subprocess
import sys

import pytest
from tests.cli.running import ROOT, SHOP, npverify

QUESTION = "can any frontend pod reach the database?"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["query"], ["there is no question", "hint: try: npverify query"]),
        (
            ["query", QUESTION, "examples/shpo"],
            ["`examples/shpo` does not exist", "did you mean `examples/shop`?"],
        ),
        (["query", QUESTION, "docs"], ["no manifests below `docs`", ".yaml"]),
        (["query", "can fronted reach the database?", SHOP], ["fronted", "^^^^^^^", "frontend"]),
        (["query", "can frontend raech the database?", SHOP], ["^^^^^", "can frontend reach the database?"]),
        (["query", "frontend database", SHOP], ["^", "hint:"]),
        (["query", "can frontend reach the database on icmp?", SHOP], ["icmp", "^^^^"]),
        (["query", "can frontend reach the database on 99999?", SHOP], ["99999", "65535"]),
        (["query", QUESTION, SHOP, "--pod-cidr", "10.0.0"], ["`10.0.0` is not a valid CIDR"]),
        (["query", QUESTION, SHOP, "--expct", "reachable"], ["--expct", "--expect"]),
        (["query", QUESTION, SHOP, "-o", "xml"], ["xml", "text"]),
        (["query", QUESTION, SHOP, "--from", "frontend"], ["both as a sentence and by --from", "hint:"]),
        (["qurey"], ["qurey", "query"]),
        (["explain", "NPV1O2"], ["`NPV1O2` is no code", "NPV102"]),
    ],
    ids=lambda value: " ".join(value)[:60] if isinstance(value, list) else None,
)
def test_bad_usage_is_explained(arguments, words):
    finished = npverify(*arguments)

    assert finished.returncode == 2
    assert finished.stdout == ""
    assert "Traceback" not in finished.stderr
    for word in words:
        assert word in finished.stderr


BROKEN = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: db, namespace: shop}
spec:
  podSelector: {}
  ingress:
    - ports:
        - port: 80
          endPort: 79
        - port: "80"
"""


def test_all_errors_of_the_input_are_shown_with_line_and_caret():
    finished = npverify("query", QUESTION, SHOP, "-", stdin=BROKEN)

    assert finished.returncode == 2
    assert "<stdin>:9:20: error[NPV102]" in finished.stderr
    assert "<stdin>:10:17: error[NPV102]" in finished.stderr
    assert "    9 |           endPort: 79" in finished.stderr
    assert "      |                    ^^ must be 80 or more" in finished.stderr
    assert "2 errors in the input; nothing was checked" in finished.stderr


def test_keep_going_names_what_it_left_out_in_the_answer():
    finished = npverify("query", QUESTION, SHOP, "-", "--keep-going", stdin=BROKEN)

    assert finished.returncode == 0
    assert "left out" in finished.stdout
    assert "<stdin>:9:20" in finished.stdout


def test_broken_yaml_has_a_place():
    finished = npverify("query", QUESTION, "-", stdin="kind: [unclosed\n")

    assert finished.returncode == 2
    assert "<stdin>:" in finished.stderr
    assert "NPV101" in finished.stderr


def test_empty_input_is_nothing_to_check():
    assert npverify("query", QUESTION, "-", stdin="").returncode == 2


def test_help_is_quick_and_imports_no_solver_and_no_parser():
    code = (
        "import sys; sys.argv = ['npverify', '--help']\n"
        "from npverify.cli import main\n"
        "try: main()\n"
        "except SystemExit as stop: assert stop.code == 0\n"
        "heavy = {'z3', 'yaml', 'hypothesis', 'rich'} & set(sys.modules)\n"
        "assert not heavy, heavy\n"
    )
    path = f"{ROOT / 'analyzer'}:{ROOT / 'encodings'}"

    subprocess.run(
        [sys.executable, "-c", code], env={"PYTHONPATH": path}, check=True, capture_output=True, timeout=60
    )


@pytest.mark.parametrize("columns", ["40", "200"])
def test_help_names_forms_and_options_at_any_width(columns):
    stdout = " ".join(npverify("query", "--help", COLUMNS=columns).stdout.split())

    assert "does every A reach B" in stdout
    assert "--expect" in stdout


def test_explain_says_what_a_code_means():
    assert "API server" in npverify("explain", "npv102").stdout


def test_version():
    assert npverify("--version").stdout.startswith("npverify ")


def test_a_crash_is_an_internal_error_with_code_4(tmp_path):
    code = (
        "import npverify.cluster as c, sys\n"
        "def broken(*a, **k): raise RuntimeError('planted')\n"
        "c.load = broken\n"
        "from npverify.cli import main\n"
        "main(['query', 'can a reach b?', '.'])\n"
    )
    path = f"{ROOT / 'analyzer'}:{ROOT / 'encodings'}"

    finished = subprocess.run(
        [sys.executable, "-c", code], env={"PYTHONPATH": path}, capture_output=True, text=True, check=False
    )

    assert finished.returncode == 4
    assert "internal error: RuntimeError: planted" in finished.stderr
    assert "Traceback" not in finished.stderr
