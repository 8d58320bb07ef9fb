"""`npverify query` as a process: verdicts, exit codes, formats, streams."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time

import jsonschema
import pytest
import yaml
from tests.cli.running import ROOT, SHOP, npverify

UNREACHABLE = "can any frontend pod reach the database?"
REACHABLE = "can the api reach the database on tcp/5432?"
HOLDS = "is the database isolated?"


@pytest.mark.parametrize(
    ("question", "verdict"),
    [
        (UNREACHABLE, "unreachable"),
        (REACHABLE, "reachable"),
        (HOLDS, "holds"),
        ("does every frontend reach the database?", "violated"),
    ],
)
def test_first_line_is_the_verdict(question, verdict):
    finished = npverify("query", question, SHOP)

    assert finished.returncode == 0
    assert finished.stderr == ""
    assert finished.stdout.startswith(f"{verdict}: ")


@pytest.mark.parametrize(
    ("question", "expected", "code"),
    [
        (UNREACHABLE, "unreachable", 0),
        (UNREACHABLE, "reachable", 1),
        (REACHABLE, "reachable", 0),
        (REACHABLE, "unreachable", 1),
        (HOLDS, "holds", 0),
        (HOLDS, "violated", 1),
        (HOLDS, "reachable", 2),
        (REACHABLE, "holds", 2),
    ],
)
@pytest.mark.parametrize("output", ["text", "json"])
def test_expect_decides_the_exit_code_in_every_format(question, expected, code, output):
    finished = npverify("query", question, SHOP, "--expect", expected, "-o", output)

    assert finished.returncode == code


def test_flags_mean_the_same_as_the_sentence():
    sentence = npverify("query", REACHABLE, SHOP, "-o", "json")
    flags = npverify(
        "query", "--from", "the api", "--to", "the database", "--port", "tcp/5432", SHOP, "-o", "json"
    )

    assert json.loads(sentence.stdout) == json.loads(flags.stdout)


def test_a_blocked_flow_names_the_nearest_rule_with_its_place():
    stdout = npverify("query", "can prometheus reach the api on tcp/3000?", SHOP).stdout

    assert re.search(r"nearest: shop/api rule 2 would allow it but for the port", stdout)
    assert re.search(r"examples/shop/policies\.yaml:\d+:\d+", stdout)


def test_json_and_yaml_are_the_same_and_fit_the_schema():
    as_json = json.loads(npverify("query", REACHABLE, SHOP, "-o", "json", "--stats").stdout)
    as_yaml = yaml.safe_load(npverify("query", REACHABLE, SHOP, "-o", "yaml").stdout)
    schema = json.loads(npverify("schema").stdout)

    jsonschema.Draft202012Validator(schema).validate(as_json)
    del as_json["stats"]
    assert as_json == as_yaml


def test_same_answer_for_every_hash_seed():
    answers = {
        npverify("query", "what can reach the database?", SHOP, "-o", "json", PYTHONHASHSEED=seed).stdout
        for seed in ("0", "1", "4711")
    }

    assert len(answers) == 1


def test_manifests_from_standard_input_and_several_paths():
    policies = (ROOT / SHOP / "policies.yaml").read_text()
    parts = [f"{SHOP}/namespaces.yaml", f"{SHOP}/workloads.yaml", f"{SHOP}/services.yaml"]

    finished = npverify("query", UNREACHABLE, *parts, "-", stdin=policies)

    assert finished.stdout.startswith("unreachable")
    assert "4 files" in finished.stdout


def test_output_file_is_complete_and_nothing_goes_to_standard_output(tmp_path):
    path = tmp_path / "answer.json"

    finished = npverify("query", REACHABLE, SHOP, "-o", "json", "--output-file", str(path))

    assert finished.stdout == ""
    assert json.loads(path.read_text())["verdict"] == "reachable"
    assert [p.name for p in tmp_path.iterdir()] == ["answer.json"]


def test_output_file_in_a_folder_that_is_not_there(tmp_path):
    finished = npverify("query", REACHABLE, SHOP, "--output-file", str(tmp_path / "no" / "x.txt"))

    assert finished.returncode == 2
    assert "cannot write" in finished.stderr


def test_dumped_problems_are_scripts_that_a_solver_decides_alike(tmp_path):
    npverify("query", UNREACHABLE, SHOP, "--dump-smt2", str(tmp_path))
    text = (tmp_path / "problem-1.smt2").read_text()

    code = f"import z3; s = z3.Solver(); s.from_string({text!r}); print(s.check())"
    finished = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert finished.stdout.strip() == "unsat"


def test_timeout_is_undecided_and_never_a_verdict():
    finished = npverify("query", UNREACHABLE, SHOP, "--timeout", "0.000001")

    assert finished.returncode == 3
    assert finished.stdout.startswith("undecided: the time limit was reached")


CILIUM = """\
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: extra, namespace: shop}
spec: {}
"""


def test_a_policy_of_an_unmodelled_kind_is_named_and_leaves_the_verdict_open():
    finished = npverify("query", UNREACHABLE, SHOP, "-", stdin=CILIUM)

    assert finished.returncode == 3
    assert "CiliumNetworkPolicy" in finished.stdout
    assert "unreachable, if the policies that are not modelled did nothing" in finished.stdout


def test_unmodelled_kinds_can_be_ignored_on_demand():
    finished = npverify("query", UNREACHABLE, SHOP, "-", "--ignore-unmodelled", stdin=CILIUM)

    assert finished.returncode == 0
    assert "CiliumNetworkPolicy shop/extra has no effect" in finished.stdout


def test_no_colour_and_no_wrapping_off_a_terminal():
    finished = npverify("query", "can prometheus reach the api on tcp/3000?", SHOP, COLUMNS="40")

    assert "\x1b" not in finished.stdout
    assert max(map(len, finished.stdout.splitlines())) > 100


@pytest.mark.skipif(sys.platform == "win32", reason="pseudo-terminals are a thing of POSIX")
@pytest.mark.parametrize(("environment", "colour"), [({}, True), ({"NO_COLOR": "1"}, False)])
def test_colour_and_width_on_a_terminal(environment, colour):
    text = on_a_terminal(
        "query", "can prometheus reach the api on tcp/3000?", SHOP, COLUMNS="60", **environment
    )

    assert ("\x1b[" in text) is colour
    plain = re.sub(r"\x1b\[[0-9;]*m", "", text)
    assert all(len(line) <= 60 or " " not in line.strip() for line in plain.splitlines())


def on_a_terminal(*arguments, **environment):
    import pty

    path = os.pathsep.join((str(ROOT / "analyzer"), str(ROOT / "encodings")))
    inherited = {k: v for k, v in os.environ.items() if k != "NO_COLOR"}
    leader, follower = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "npverify", *arguments],
        stdout=follower,
        stderr=subprocess.DEVNULL,
        cwd=ROOT,
        env={**inherited, "PYTHONPATH": path, "TERM": "xterm", **environment},
    )
    os.close(follower)
    chunks = []
    while True:
        try:
            chunk = os.read(leader, 65_536)
        except OSError:
            break
        if not chunk:
            break
        chunks.append(chunk)
    os.close(leader)
    process.wait(timeout=60)
    return b"".join(chunks).decode()


@pytest.mark.skipif(sys.platform == "win32", reason="signals are a thing of POSIX")
def test_interrupt_ends_with_130_and_one_line(tmp_path):
    path = os.pathsep.join((str(ROOT / "analyzer"), str(ROOT / "encodings")))
    process = subprocess.Popen(
        [sys.executable, "-m", "npverify", "query", UNREACHABLE, "-"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": path},
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # background jobs ignore it
    )
    time.sleep(1.5)

    process.send_signal(signal.SIGINT)

    stdout, stderr = process.communicate(timeout=30)
    assert process.returncode == 130
    assert (stdout, stderr.strip()) == ("", "interrupted")


@pytest.mark.skipif(sys.platform == "win32", reason="the test needs a shell")
def test_a_reader_that_stops_reading_is_no_error():
    path = os.pathsep.join((str(ROOT / "analyzer"), str(ROOT / "encodings")))
    command = f"{sys.executable} -m npverify schema | head -1"

    finished = subprocess.run(
        ["bash", "-o", "pipefail", "-c", command],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": path},
        capture_output=True,
        text=True,
        check=False,
    )

    assert (finished.stdout, finished.stderr) == ("{\n", "")
