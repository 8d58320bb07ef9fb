"""`npverify map`: filters, exit codes, formats, streams, interrupts."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import signal
import subprocess
import sys

import jsonschema
import pytest
from tests.cli.running import ROOT, SHOP, npverify
from tests.cli.test_long_runs import POSIX, on_terminal
from tests.unit.report.graph_texts import parse_dot, parse_mermaid

from npverify.cli import main

OLD, NEW = "examples/pull-request/old", "examples/pull-request/new"
FORMATS = ("text", "json", "csv", "markdown", "dot", "mermaid")


def connectivity(*arguments, stdin=""):
    """Run `npverify map` in this process, without the solver where nothing is said of it."""
    is_said = "--verify" in arguments
    streams = {
        name: io.TextIOWrapper(io.BytesIO(given.encode()), encoding="utf-8")
        for name, given in (("stdin", stdin), ("stdout", ""), ("stderr", ""))
    }
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(ROOT)
        for name, stream in streams.items():
            patch.setattr(sys, name, stream)
        with pytest.raises(SystemExit) as end:
            main(["map", *arguments, *(() if is_said else ("--verify", "0"))])
        output, errors = (_written_to(streams[name]) for name in ("stdout", "stderr"))
    return subprocess.CompletedProcess(["npverify", "map", *arguments], end.value.code, output, errors)


def _written_to(stream):
    stream.flush()
    return stream.buffer.getvalue().decode()


def cells(*arguments, **options):
    """The cells of a map as {(source, destination): connections}."""
    finished = connectivity(*arguments, "-o", "json", **options)
    assert finished.stderr == ""
    return {
        (cell["source"], cell["destination"]): cell["connections"]
        for cell in json.loads(finished.stdout)["connections"]
    }


def python(code, **environment):
    """Run a program that has npverify."""
    path = os.pathsep.join((str(ROOT / "analyzer"), str(ROOT / "encodings")))
    return subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": path, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


FRONTEND, API, DATABASE, COREDNS = (
    "shop/frontend[Deployment]",
    "shop/api[Deployment]",
    "shop/database[StatefulSet]",
    "kube-system/coredns[Deployment]",
)
DNS = "TCP 53; UDP 53"


# What is asked for ---------------------------------------------------------------------------------------


def test_a_map_is_about_every_workload_and_the_outside():
    found = cells(SHOP)

    assert found[FRONTEND, API] == "TCP 3000"
    assert found[API, DATABASE] == "TCP 5432"
    assert (FRONTEND, DATABASE) not in found
    assert found["::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", FRONTEND] == "TCP 8080"
    assert len(found) == 34


def test_filters_are_those_of_questions():
    assert cells(SHOP, "--from", "frontend") == {(FRONTEND, COREDNS): DNS, (FRONTEND, API): "TCP 3000"}
    assert set(cells(SHOP, "--to", "the database")) == {
        (API, DATABASE),
        ("shop/backup[CronJob]", DATABASE),
    }
    assert cells(SHOP, "--from", "ns:team=shop", "--to", "coredns", "--port", "udp/53") == {
        (f"shop/{name}", COREDNS): "UDP 53"
        for name in ("api[Deployment]", "backup[CronJob]", "database[StatefulSet]", "frontend[Deployment]")
    }
    assert cells(SHOP, "--port", "http") == {
        (COREDNS, FRONTEND): "TCP 8080",
        ("monitoring/prometheus[Deployment]", FRONTEND): "TCP 8080",
        ("0.0.0.0-255.255.255.255", FRONTEND): "TCP 8080",
        ("::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", FRONTEND): "TCP 8080",
        (FRONTEND, API): "TCP 3000",
    }


def test_a_service_is_asked_for_on_its_own_ports():
    finished = connectivity(SHOP, "--to", "svc/shop/api", "--port", "80")

    assert "\n  TCP 3000 → shop/api[Deployment]\n" in finished.stdout
    assert "svc/shop/api: port 80 is pod port" in finished.stdout


def test_outside_addresses_are_cut_where_a_filter_needs_it():
    finished = connectivity(SHOP, "--from", "backup", "--to", "198.51.100.0/25", "--cidr")

    assert "\n  TCP 443 → 198.51.100.0/25\n" in finished.stdout


def test_namespaces_in_the_place_of_workloads():
    found = cells(SHOP, "--group", "namespace")

    assert found["shop", "kube-system"] == DNS
    assert found["shop", "shop"] == "TCP 3000,5432"


def test_workloads_with_themselves_only_on_demand():
    assert (COREDNS, COREDNS) not in cells(SHOP)
    assert cells(SHOP, "--include-self")[COREDNS, COREDNS] == "All Connections"


def test_addresses_as_networks_on_demand():
    assert "198.51.100.0-198.51.100.255" in connectivity(SHOP).stdout
    stdout = connectivity(SHOP, "--cidr").stdout
    assert "→ 198.51.100.0/24\n" in stdout
    assert "198.51.100.0-" not in stdout


def test_conditional_connections_are_marked_in_every_format():
    for output in FORMATS:
        stdout = connectivity(SHOP, "--from", "backup", "-o", output).stdout.replace("\\", "")
        assert "pod addresses" in stdout or "the addresses of all pods" in stdout, output
        assert "onditional" in stdout, output
    narrowed = connectivity(SHOP, "--pod-cidr", "10.0.0.0/8").stdout
    assert "conditional" not in narrowed


# Exposure ------------------------------------------------------------------------------------------------


OPEN = """\
apiVersion: v1
kind: Pod
metadata: {name: open, namespace: shop, labels: {app: open}}
spec: {containers: [{name: main, image: i}]}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: open, namespace: shop}
spec:
  podSelector: {}
  ingress: [{from: [{namespaceSelector: {}}], ports: [{port: 80}]}]
"""


def test_entire_cluster_exposure_is_said_in_those_words_in_every_format():
    for output in FORMATS:
        assert "entire cluster" in connectivity("-", "--exposure", "-o", output, stdin=OPEN).stdout, output


def test_exposure_says_what_is_isolated():
    stdout = connectivity("-", "--exposure", stdin=OPEN).stdout

    assert "exposure of shop/open[Pod] for ingress (isolated)\n  TCP 80 from entire cluster\n" in stdout
    assert "exposure of shop/open[Pod] for egress (not isolated by any policy" in stdout
    assert "\n  TCP 80 to every pod in namespace shop\n  All Connections to every pod outside" in stdout


# Differences ---------------------------------------------------------------------------------------------


def test_the_changes_of_a_map():
    finished = connectivity(OLD, "--diff", NEW)

    assert finished.returncode == 1
    assert finished.stdout.startswith("different: 2 pairs changed\n")
    opened, closed = finished.stdout.splitlines()[2:4]
    assert opened.startswith("+ opened: monitoring/grafana[Deployment] → shop/api[Deployment]: No Conn")
    assert opened.endswith(" before, TCP 9090 now")
    assert closed.startswith("- closed: shop/backup[CronJob] → shop/database[StatefulSet]: TCP 5432 before")
    assert closed.endswith(" before, No Connections now")


def test_no_changes_of_a_map():
    finished = connectivity(OLD, "--diff", OLD)

    assert finished.returncode == 0
    assert finished.stdout.startswith("the same: no pair has changed\n")


def test_the_new_side_may_have_several_paths():
    finished = connectivity(OLD, "--diff", f"{NEW}/workloads.yaml", "--diff", f"{NEW}/policies.yaml")

    assert finished.stdout == connectivity(OLD, "--diff", NEW).stdout


@pytest.mark.parametrize(("sides", "word"), [(("-", OLD), "- gone"), ((OLD, "-"), "+ new")])
def test_a_filter_may_name_what_one_version_alone_has(sides, word):
    both = "---\n".join((ROOT / OLD / name).read_text() for name in ("workloads.yaml", "policies.yaml"))
    extra = OPEN[: OPEN.index("---")].replace("open", "guest").replace("shop", "monitoring")

    finished = connectivity(
        sides[0], "--diff", sides[1], "--from", "guest", "--verify", "0", stdin=f"{both}\n---\n{extra}"
    )

    assert finished.returncode == 1
    assert f"{word}: monitoring/guest[Pod] → " in finished.stdout


# Exit codes ----------------------------------------------------------------------------------------------


CILIUM = """\
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: extra, namespace: shop}
spec: {}
"""


@pytest.mark.parametrize("output", FORMATS)
@pytest.mark.parametrize(
    ("arguments", "stdin", "code"),
    [
        ((SHOP,), "", 0),
        ((SHOP, "-"), CILIUM, 3),
        ((SHOP, "-", "--ignore-unmodelled"), CILIUM, 0),
        ((OLD, "--diff", OLD), "", 0),
        ((OLD, "--diff", NEW), "", 1),
        ((OLD, "--diff", OLD, "--diff", "-"), CILIUM, 3),
        ((OLD, "-", "--diff", NEW), CILIUM, 3),
    ],
    ids=["answered", "undecided", "ignored", "same", "different", "undecided new", "undecided old"],
)
def test_the_exit_code_is_the_same_in_every_format(arguments, stdin, code, output):
    finished = connectivity(*arguments, "-o", output, stdin=stdin)

    assert finished.returncode == code
    assert finished.stdout


def test_an_undecided_map_names_the_kind_first():
    first, second, *_ = connectivity(SHOP, "-", stdin=CILIUM).stdout.splitlines()

    assert first.startswith("undecided: ")
    assert "CiliumNetworkPolicy" in first
    assert second.startswith("  without    34 of 78 pairs connect")


def test_a_pair_that_the_solver_contradicts_is_an_internal_error_with_a_dump():
    code = (
        "import npverify.questions.connectivity.building as building\n"
        "from npverify.questions.connectivity.connections import ALL_CONNECTIONS\n"
        "from dataclasses import replace\n"
        "parts = building.RowPart\n"
        "building.RowPart = lambda **fields: parts(**{**fields, 'connections': ALL_CONNECTIONS})\n"
        "from npverify.cli import main\n"
        f"main(['map', '{SHOP}'])\n"
    )

    finished = python(code)

    assert finished.returncode == 4
    assert finished.stdout == ""
    assert "internal error: the map contradicts the solver: " in finished.stderr
    assert "(set-logic " in finished.stderr


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("examples/shpo",), ["does not exist", "did you mean `examples/shop`?"]),
        ((SHOP, "--diff", "examples/shpo"), ["does not exist", "did you mean `examples/shop`?"]),
        (("docs",), ["no manifests below `docs`"]),
        (
            (f"{SHOP}/policies.yaml",),
            [f"there is no workload in `{SHOP}/policies.yaml`", "add their manifests"],
        ),
        ((SHOP, "--diff", f"{SHOP}/policies.yaml"), [f"there is no workload in `{SHOP}/policies.yaml`"]),
        ((SHOP, "--from", "fronted"), ["fronted", "^^^^^^^", "did you mean `frontend`?"]),
        ((SHOP, "--to", "svc/shop/apo"), ["svc/shop/apo", "svc/shop/api"]),
        ((SHOP, "--from", ""), ["error: "]),
        ((SHOP, "--port", "tpc/80"), ["`tpc` is no protocol", "did you mean `tcp/80`?"]),
        ((SHOP, "--port", "99999"), ["99999", "65535"]),
        ((SHOP, "--port", ""), ["error: "]),
        ((SHOP, "--from", "frontend", "--port", ""), ["error: "]),
        ((SHOP, "--group", "namspace"), ["--group", "namspace", "namespace"]),
        ((SHOP, "--verify", "-1"), ["--verify", "greater than or equal to 0"]),
        ((SHOP, "--verify", "many"), ["--verify", "valid integer"]),
        ((SHOP, "--pod-cidr", "10.0"), ["`10.0` is not a valid CIDR"]),
        ((SHOP, "--exposure", "--diff", SHOP), ["`--exposure` and `--diff` cannot both be given"]),
        ((SHOP, "-", "--diff", "-"), ["`-` is standard input, which can be one of the versions only"]),
        ((SHOP, "-o", "svg"), ["svg", "dot"]),
        ((SHOP, "--form", "frontend"), ["--form", "--from"]),
        ((SHOP, "--output-file", "no/such/folder/map.txt"), ["cannot write `no/such/folder/map.txt`"]),
    ],
    ids=lambda value: " ".join(value)[:60] if isinstance(value, tuple) else None,
)
def test_bad_usage_is_explained(arguments, words):
    finished = connectivity(*arguments, stdin="")

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
  ingress: [{ports: [{port: 80, endPort: 79}]}]
"""


def test_errors_of_the_input_have_a_place_and_end_the_run():
    finished = connectivity(SHOP, "-", stdin=BROKEN)

    assert (finished.returncode, finished.stdout) == (2, "")
    assert "<stdin>:6:42: error[NPV102]" in finished.stderr


def test_keep_going_says_what_it_left_out():
    finished = connectivity(SHOP, "-", "--keep-going", stdin=BROKEN)

    assert finished.returncode == 0
    assert re.search(r"^  left out +<stdin>:6:42", finished.stdout, re.MULTILINE)
    assert "<stdin>:6:42" in finished.stderr


# Verification --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((), "confirmed  50 of 78 pairs, by the solver"),
        (("--verify", "7"), "confirmed  7 of 78 pairs, by the solver"),
        (("--verify", "13", "--from", "backup"), "confirmed  every pair, by the solver"),
        (("--from", "backup"), "confirmed  every pair, by the solver"),
    ],
)
def test_so_many_pairs_are_confirmed(arguments, words):
    assert f"  {words}\n" in npverify("map", SHOP, *arguments).stdout


def test_no_pair_is_confirmed_if_none_is_wanted():
    assert "solver" not in npverify("map", SHOP, "--verify", "0").stdout


# Formats -------------------------------------------------------------------------------------------------


def test_same_output_for_every_hash_seed():
    kinds = (SHOP, "--exposure", "--verify", "5"), (OLD, "--diff", NEW, "--verify", "0")
    runs = [["map", *arguments, "-o", output] for arguments in kinds for output in FORMATS]
    code = (
        "from npverify.cli import main\n"
        f"for arguments in {runs}:\n"
        "    try: main(arguments)\n"
        "    except SystemExit as end: print(end.code)\n"
    )

    outputs = {python(code, PYTHONHASHSEED=seed).stdout for seed in ("0", "4711")}

    assert len(outputs) == 1
    assert outputs.pop().count("\n") > 200


@pytest.mark.parametrize("arguments", [(SHOP, "--exposure"), (OLD, "--diff", NEW)], ids=["map", "difference"])
def test_json_fits_the_schema_that_is_printed(arguments):
    data = json.loads(connectivity(*arguments, "-o", "json", "--stats").stdout)

    jsonschema.Draft202012Validator(json.loads(npverify("schema", "map").stdout)).validate(data)


def test_all_formats_have_the_same_cells():
    found = cells(SHOP)

    rows = csv.DictReader(io.StringIO(connectivity(SHOP, "-o", "csv").stdout))
    assert {
        (row["source"], row["destination"]): row["connections"] or "No Connections" for row in rows
    } == found
    for output, parse in (("dot", parse_dot), ("mermaid", parse_mermaid)):
        edges = parse(connectivity(SHOP, "-o", output).stdout).edges
        assert {
            words.split(", and ")[0].replace(" (conditional: pod addresses)", "") for _, _, words, _ in edges
        } == {
            *(words for words in found.values() if words != "No Connections"),
            "TCP 443",
        }


def test_stats_say_where_the_time_went():
    stdout = connectivity(SHOP, "--stats").stdout

    assert re.search(r"^  seconds +read \d", stdout, re.MULTILINE)
    assert "classes of endpoints" in stdout


def test_output_file_gets_all_and_standard_output_nothing(tmp_path):
    path = tmp_path / "map.dot"

    finished = connectivity(SHOP, "-o", "dot", "--output-file", str(path))

    assert (finished.returncode, finished.stdout) == (0, "")
    parse_dot(path.read_text())


def test_standard_input_is_read():
    text = "---\n".join((ROOT / SHOP / name).read_text() for name in ("workloads.yaml", "policies.yaml"))

    assert cells("-", stdin=text)[FRONTEND, API] == "TCP 3000"


# Terminals and interrupts --------------------------------------------------------------------------------


@POSIX
@pytest.mark.parametrize(("environment", "colour"), [({}, True), ({"NO_COLOR": "1"}, False)])
def test_colour_and_width_on_a_terminal(environment, colour):
    import pty

    leader, follower = pty.openpty()
    path = os.pathsep.join((str(ROOT / "analyzer"), str(ROOT / "encodings")))
    inherited = {k: v for k, v in os.environ.items() if k != "NO_COLOR"}
    running = subprocess.Popen(
        [sys.executable, "-m", "npverify", "map", SHOP, "--verify", "0"],
        cwd=ROOT,
        env={**inherited, "PYTHONPATH": path, "TERM": "xterm", "COLUMNS": "60", **environment},
        stdout=follower,
        stderr=subprocess.DEVNULL,
    )
    os.close(follower)
    text = _read_all(leader)
    running.wait(timeout=60)

    assert ("\x1b[" in text) is colour
    plain = re.sub(r"\x1b\[[0-9;]*m", "", text)
    assert all(len(line) <= 60 or " " not in line.strip() for line in plain.splitlines())


def _read_all(leader):
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
    return b"".join(chunks).decode()


def test_no_colour_no_bar_and_no_wrapping_off_a_terminal():
    finished = npverify("map", SHOP, COLUMNS="40")

    assert "\x1b" not in finished.stdout
    assert max(map(len, finished.stdout.splitlines())) > 100
    assert finished.stderr == ""


@POSIX
def test_an_interrupt_ends_it_at_once():
    """Standard input never ends, so neither would the command."""
    running, leader = on_terminal("map", "-", stdin=subprocess.PIPE)
    shown = b""
    while b"reading" not in shown:
        shown += os.read(leader, 65_536)
    os.killpg(running.pid, signal.SIGINT)

    output, _ = running.communicate(timeout=30)

    assert (running.returncode, output) == (130, b"")
    shown += _read_all(leader).encode()
    assert shown.endswith(b"interrupted\r\n")
    assert b"Traceback" not in shown


@POSIX
def test_a_reader_that_stops_reading_is_no_error():
    path = os.pathsep.join((str(ROOT / "analyzer"), str(ROOT / "encodings")))

    finished = subprocess.run(
        ["bash", "-o", "pipefail", "-c", f"{sys.executable} -m npverify map {SHOP} -o csv | head -1"],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": path},
        capture_output=True,
        text=True,
        check=False,
    )

    assert (finished.returncode, finished.stderr) == (0, "")
