"""`npverify diff` as a process: sides, relations, exit codes, formats, streams, interrupts."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import shutil
import signal
import subprocess
import sys

import jsonschema
import pytest
from tests.cli.running import ROOT, SHOP, npverify

EXAMPLE = "examples/pull-request"
OLD, NEW = f"{EXAMPLE}/old", f"{EXAMPLE}/new"
POSIX = pytest.mark.skipif(sys.platform == "win32", reason="signals and terminals are those of POSIX")
GIT = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")
FORMATS = ("text", "json", "markdown", "github", "sarif", "csv")


def diff(*arguments, **options):
    return npverify("diff", *arguments, **options)


# Verdicts and exit codes ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "code", "headline"),
    [
        ((OLD, NEW), 1, "different: 2 regions opened, 1 closed"),
        ((NEW, OLD), 1, "different: 1 region opened, 2 closed"),
        (
            (OLD, OLD),
            0,
            "equivalent: old and new allow the same connections (proved for every pod that could exist)",
        ),
        ((OLD, NEW, "--universe", "declared"), 1, "different: 1 region opened, 1 closed"),
        ((OLD, NEW, "--at-most"), 1, "violated: 2 regions opened"),
        ((OLD, NEW, "--only-opened"), 1, "violated: 2 regions opened"),
        ((OLD, NEW, "--at-least"), 1, "violated: 1 region closed"),
        ((OLD, NEW, "--only-closed"), 1, "violated: 1 region closed"),
        ((OLD, NEW, "--at-least", "--scope", "database"), 1, "violated: 1 region closed"),
        ((OLD, NEW, "--at-least", "--scope", "prometheus"), 0, "holds: nothing was closed: "),
        ((OLD, NEW, "--at-most", "--scope", "backup"), 0, "holds: nothing was opened: "),
        ((OLD, NEW, "--per-direction"), 1, "different: 2 regions opened, 1 closed, each direction by itself"),
        ((OLD, OLD, "--disjoint"), 1, "violated: "),
        ((OLD, NEW, "--limit", "1"), 1, "different: at least 1 region opened"),
        ((OLD, NEW, "--limit", "0"), 1, "different: 2 regions opened, 1 closed"),
        ((OLD, NEW, "--timeout", "0.000001"), 3, "undecided: the time limit was reached"),
        ((OLD, NEW, "--jobs", "2"), 1, "different: 2 regions opened, 1 closed"),
    ],
    ids=lambda value: " ".join(value[2:]) or " ".join(value) if isinstance(value, tuple) else None,
)
def test_the_first_line_is_the_verdict_and_the_exit_code_goes_with_it(arguments, code, headline):
    finished = diff(*arguments)

    assert finished.stderr == ""
    assert finished.stdout.startswith(headline)
    assert finished.returncode == code


@pytest.mark.parametrize("output", FORMATS)
@pytest.mark.parametrize(
    ("arguments", "code"),
    [((OLD, OLD), 0), ((OLD, NEW), 1), ((OLD, NEW, "--timeout", "0.000001"), 3)],
    ids=["equivalent", "different", "undecided"],
)
def test_the_exit_code_is_the_same_in_every_format(arguments, code, output):
    finished = diff(*arguments, "-o", output)

    assert finished.returncode == code
    assert finished.stdout


@pytest.mark.parametrize("output", FORMATS)
def test_same_output_for_every_hash_seed_and_number_of_processes(output):
    outputs = {
        diff(OLD, NEW, "-o", output, "--jobs", jobs, PYTHONHASHSEED=seed).stdout
        for seed, jobs in (("0", "1"), ("1", "2"), ("4711", "1"))
    }

    assert len(outputs) == 1


def test_two_policy_sets_that_have_nothing_in_common_are_disjoint():
    finished = diff(
        "-", f"{SHOP}/policies.yaml", "--disjoint", "--scope", "shop/app=database", stdin=DENY_ALL
    )

    assert finished.returncode == 0
    assert finished.stdout.startswith("holds: old and new have no connection in common in the scope")


DENY_ALL = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: nothing, namespace: shop}
spec: {podSelector: {}, policyTypes: [Ingress, Egress]}
"""


# Sides ---------------------------------------------------------------------------------------------------


def counts(finished):
    data = json.loads(finished.stdout)
    return data["old"]["input"]["files"], data["new"]["input"]["files"], data["counts"]


@pytest.mark.parametrize(
    "arguments",
    [
        (OLD, NEW),
        ("--old", OLD, "--new", NEW),
        ("--old", f"{OLD}/policies.yaml", "--old", f"{OLD}/workloads.yaml", "--new", NEW),
    ],
)
def test_sides_as_words_and_as_flags(arguments):
    assert counts(diff(*arguments, "-o", "json")) == (2, 2, {"opened": 2, "closed": 1, "shared": 0})


def test_standard_input_is_one_side():
    policies = (ROOT / NEW / "policies.yaml").read_text()

    finished = diff(f"{OLD}/policies.yaml", "-", stdin=policies)

    assert finished.stdout.startswith("different: 2 regions opened, 1 closed")
    assert "<stdin>:27:7" in finished.stdout
    assert "new        standard input: 1 file" in finished.stdout


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((), ["there is nothing to compare", "npverify diff OLD NEW"]),
        ((OLD,), [f"`{OLD}` is compared with nothing", "--base REV"]),
        ((OLD, NEW, OLD), ["3 paths", "--old A --old B --new C"]),
        (("--old", OLD), ["the new version is missing"]),
        (("--new", OLD), ["the old version is missing"]),
        (("--old", OLD, "--new", NEW, OLD), [f"`{OLD}` is neither old nor new"]),
        (("-", "-"), ["`-` is standard input, which can be one of the sides only"]),
        (("--old", "-", "--new", OLD, "--new", "-"), ["one of the sides only"]),
        (("--base", "main", "--old", OLD), ["`--base` says what the old version is"]),
        (("--base", "main", "-"), ["`-` is standard input, which is in no git revision"]),
        ((OLD, "examples/pull-request/nwe"), ["does not exist", "did you mean `examples/pull-request/new`?"]),
        ((OLD, "docs"), ["no manifests below `docs`"]),
        ((OLD, NEW, "--at-most", "--at-least"), ["`--at-most` and `--at-least` cannot both be given"]),
        ((OLD, NEW, "--only-opened", "--disjoint"), ["`--disjoint` and `--only-opened` cannot both"]),
        ((OLD, NEW, "--disjoint", "--per-direction"), ["`--disjoint` is about connections"]),
        ((OLD, NEW, "--scope", "databsae"), ["databsae", "^^^^^^^^", "database"]),
        ((OLD, NEW, "--scope", ""), ["error: "]),
        ((OLD, NEW, "--limit", "-1"), ["--limit", "greater than or equal to 0"]),
        ((OLD, NEW, "--jobs", "many"), ["--jobs", "valid integer"]),
        ((OLD, NEW, "--pod-cidr", "10.0"), ["`10.0` is not a valid CIDR"]),
        ((OLD, NEW, "-o", "xml"), ["xml", "markdown"]),
        ((OLD, NEW, "--only-open"), ["--only-open", "--only-opened"]),
        (
            (f"{OLD}/workloads.yaml", f"{NEW}/workloads.yaml"),
            ["nothing to compare: no policy in", "are all paths given?"],
        ),
    ],
    ids=lambda value: " ".join(value)[:60] if isinstance(value, tuple) else None,
)
def test_bad_usage_is_explained(arguments, words):
    finished = diff(*arguments, stdin="")

    assert finished.returncode == 2
    assert finished.stdout == ""
    assert "Traceback" not in finished.stderr
    for word in words:
        assert word in finished.stderr


def test_a_side_without_policies_is_compared_and_remarked_on():
    finished = diff(f"{OLD}/workloads.yaml", NEW)

    assert finished.returncode == 1
    assert "no policy was read in the old version" in finished.stdout


def test_a_scope_may_be_there_in_the_old_version_only():
    workloads = (ROOT / NEW / "workloads.yaml").read_text()
    without = workloads[: workloads.rindex("---")]

    finished = diff(
        "--old",
        OLD,
        "--new",
        f"{NEW}/policies.yaml",
        "--new",
        "-",
        "--scope",
        "shop/cronjob/backup",
        stdin=without,
    )

    assert finished.stdout.startswith("different: 1 region closed")
    assert (
        "scope      flows of which one end at least is in: the pods of shop/cronjob/backup" in finished.stdout
    )


# Input ---------------------------------------------------------------------------------------------------


BROKEN = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: db, namespace: shop}
spec:
  podSelector: {}
  ingress: [{ports: [{port: 80, endPort: 79}]}]
"""


def test_errors_of_either_side_have_a_place_and_end_the_run():
    finished = diff(OLD, "-", stdin=BROKEN)

    assert finished.returncode == 2
    assert finished.stdout == ""
    assert "<stdin>:6:42: error[NPV102]" in finished.stderr


def test_keep_going_says_what_it_left_out_and_of_which_side():
    finished = diff("--old", OLD, "--new", NEW, "--new", "-", "--keep-going", stdin=BROKEN)

    assert finished.returncode == 1
    assert re.search(r"new +examples.*\n +left out +<stdin>:6:42", finished.stdout)


CILIUM = """\
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: extra, namespace: shop}
spec: {}
"""


def test_a_policy_of_an_unmodelled_kind_leaves_the_verdict_open():
    finished = diff("--old", OLD, "--new", OLD, "--new", "-", stdin=CILIUM)

    assert finished.returncode == 3
    assert "CiliumNetworkPolicy" in finished.stdout.splitlines()[0]
    assert "equivalent, if the policies that are not modelled did nothing" in finished.stdout


def test_unmodelled_kinds_can_be_ignored_on_demand():
    finished = diff("--old", OLD, "--new", OLD, "--new", "-", "--ignore-unmodelled", stdin=CILIUM)

    assert finished.returncode == 0
    assert finished.stdout.startswith("equivalent: ")


SERVICE = """\
apiVersion: v1
kind: Service
metadata: {name: database, namespace: shop}
spec:
  clusterIP: %s
  selector: {app: database}
  ports: [{port: 5432, targetPort: %s}]
"""


@pytest.mark.parametrize(("address", "code"), [("None", 0), ("10.96.0.1", 1)], ids=["headless", "translated"])
def test_target_ports_of_a_headless_service_are_nobodys_business(tmp_path, address, code):
    for name, port in (("old", 5432), ("new", 9999)):
        (tmp_path / f"{name}.yaml").write_text(SERVICE % (address, port))
    sides = (
        "--old",
        OLD,
        "--old",
        str(tmp_path / "old.yaml"),
        "--new",
        OLD,
        "--new",
        str(tmp_path / "new.yaml"),
    )

    assert diff(*sides).returncode == code


def test_a_scope_without_declared_pods_is_remarked_on():
    finished = diff(OLD, NEW, "--scope", "ns:team=platfrom")

    assert (
        "no declared pod of either version is in the scope `ns:team=platfrom`: is it misspelt?"
        in finished.stdout
    )
    assert "is it misspelt" not in diff(OLD, NEW, "--scope", "ns:team=platform").stdout


def test_an_open_verdict_claims_no_more_than_it_can():
    finished = diff("--old", OLD, "--new", NEW, "--new", "-", stdin=CILIUM)

    assert finished.returncode == 3
    assert "as far as the modelled policies decide" in finished.stdout


# Formats -------------------------------------------------------------------------------------------------


def test_json_fits_the_schema_that_is_printed():
    data = json.loads(diff(OLD, NEW, "-o", "json", "--stats").stdout)
    schema = json.loads(npverify("schema", "diff").stdout)

    jsonschema.Draft202012Validator(schema).validate(data)
    assert data["stats"]["counts"]


def test_csv_has_a_row_a_region_and_remarks_on_standard_error():
    finished = diff(OLD, NEW, "-o", "csv", "--limit", "1")

    (row,) = csv.DictReader(io.StringIO(finished.stdout))
    assert row["change"] == "opened"
    assert "not all: the list was cut" in finished.stderr


def test_workflow_commands_name_the_line_in_the_new_version():
    first, *_ = diff(OLD, NEW, "-o", "github").stdout.splitlines()

    assert first.startswith("::warning file=examples/pull-request/new/policies.yaml,line=27,")


def test_sarif_places_are_relative():
    (run,) = json.loads(diff(OLD, NEW, "-o", "sarif").stdout)["runs"]

    places = [result["locations"][0]["physicalLocation"] for result in run["results"]]
    assert {place["artifactLocation"]["uri"] for place in places} == {f"{NEW}/policies.yaml"}
    assert [result["ruleId"] for result in run["results"]] == ["NPV001", "NPV001", "NPV002"]


def test_output_file_gets_all_and_standard_output_nothing(tmp_path):
    path = tmp_path / "report.md"

    finished = diff(OLD, NEW, "-o", "markdown", "--output-file", str(path))

    assert (finished.returncode, finished.stdout) == (1, "")
    assert path.read_text().startswith("## npverify diff: different: 2 regions opened, 1 closed\n")


# Git -----------------------------------------------------------------------------------------------------


def git(folder, *arguments):
    identity = ("-c", "user.name=test", "-c", "user.email=test@example.com", "-c", "commit.gpgsign=false")
    environment = {**os.environ, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
    subprocess.run(
        ["git", *identity, *arguments], cwd=folder, env=environment, check=True, capture_output=True
    )


@pytest.fixture
def repository(tmp_path):
    """A repository with the old version committed and the new one in the work tree."""
    shutil.copytree(ROOT / OLD, tmp_path / "k8s")
    git(tmp_path, "init", "--initial-branch", "main")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "--message", "old")
    shutil.copytree(ROOT / NEW, tmp_path / "k8s", dirs_exist_ok=True)
    return tmp_path


@GIT
@pytest.mark.parametrize("paths", [(), (".",), ("k8s",), ("k8s/policies.yaml", "k8s/workloads.yaml")])
def test_a_revision_is_compared_with_the_work_tree(repository, paths):
    finished = diff("--base", "main", *paths, cwd=repository)

    assert finished.stderr == ""
    assert finished.returncode == 1
    assert finished.stdout.startswith("different: 2 regions opened, 1 closed")
    assert "k8s/policies.yaml:27:7" in finished.stdout
    assert re.search(r"^  old +.* at main: 2 files", finished.stdout, re.MULTILINE)
    assert re.search(r"^  new +.* in the work tree: 2 files", finished.stdout, re.MULTILINE)


@GIT
def test_paths_that_were_deleted_since_are_compared_with_nothing(repository):
    shutil.rmtree(repository / "k8s")

    finished = diff("--base", "main", "k8s", cwd=repository)

    assert finished.returncode == 1
    assert finished.stdout.startswith("different: ")
    assert "no policy was read in the new version" in finished.stdout


@GIT
def test_the_work_tree_is_as_it_was_after_a_comparison(repository):
    def state():
        files = {p: (p.read_bytes(), p.stat().st_mtime_ns) for p in repository.rglob("*.yaml")}
        return files, (repository / ".git" / "index").read_bytes()

    before = state()
    diff("--base", "main", cwd=repository)

    assert state() == before


@GIT
@pytest.mark.parametrize(
    ("arguments", "word"),
    [(("--base", "mian"), "mian"), (("--base", "main", "k9s"), "k9s")],
    ids=["no such revision", "no such path"],
)
def test_what_git_does_not_know_is_bad_usage(repository, arguments, word):
    finished = diff(*arguments, cwd=repository)

    assert finished.returncode == 2
    assert f"`{word}`" in finished.stderr
    assert "Traceback" not in finished.stderr


@GIT
def test_outside_of_a_repository_there_is_no_revision(tmp_path):
    shutil.copytree(ROOT / OLD, tmp_path / "k8s")

    finished = diff("--base", "main", cwd=tmp_path, GIT_CEILING_DIRECTORIES=str(tmp_path.parent))

    assert finished.returncode == 2
    assert "git" in finished.stderr


# Terminals and interrupts --------------------------------------------------------------------------------


def process(*arguments, **options):
    path = os.pathsep.join((str(ROOT / "analyzer"), str(ROOT / "encodings")))
    inherited = {k: v for k, v in os.environ.items() if k not in ("NO_COLOR", "COLUMNS")}
    environment = {**inherited, "PYTHONPATH": path, "TERM": "xterm", **options.pop("environment", {})}
    return subprocess.Popen(
        [sys.executable, "-m", "npverify", "diff", *arguments], cwd=ROOT, env=environment, **options
    )


def read_all(leader):
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


@POSIX
@pytest.mark.parametrize(("environment", "colour"), [({}, True), ({"NO_COLOR": "1"}, False)])
def test_colour_and_width_on_a_terminal(environment, colour):
    import pty

    leader, follower = pty.openpty()
    running = process(
        OLD, NEW, stdout=follower, stderr=subprocess.DEVNULL, environment={"COLUMNS": "60", **environment}
    )
    os.close(follower)
    text = read_all(leader)
    running.wait(timeout=60)

    assert ("\x1b[" in text) is colour
    plain = re.sub(r"\x1b\[[0-9;]*m", "", text)
    assert all(len(line) <= 60 or " " not in line.strip() for line in plain.splitlines())


def test_no_colour_and_no_wrapping_off_a_terminal():
    finished = diff(OLD, NEW, COLUMNS="40")

    assert "\x1b" not in finished.stdout
    assert max(map(len, finished.stdout.splitlines())) > 100


@POSIX
def test_a_reader_that_stops_reading_is_no_error():
    path = os.pathsep.join((str(ROOT / "analyzer"), str(ROOT / "encodings")))
    command = f"{sys.executable} -m npverify diff {OLD} {OLD} | head -1"

    finished = subprocess.run(
        ["bash", "-o", "pipefail", "-c", command],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": path},
        capture_output=True,
        text=True,
        check=False,
    )

    assert finished.returncode == 0
    assert finished.stdout.startswith("equivalent: ")
    assert finished.stderr == ""


def policy(namespace, number, port):
    return (
        "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\n"
        f"metadata: {{name: p{number}, namespace: n{namespace}}}\n"
        f"spec:\n  podSelector: {{matchLabels: {{app: a{number}}}}}\n"
        f"  ingress:\n  - from: [{{podSelector: {{matchLabels: {{app: b{number}}}}}}}]\n"
        f"    ports: [{{port: {port}}}]\n"
    )


@pytest.fixture(scope="module")
def many(tmp_path_factory):
    """Two versions that take some seconds to compare."""
    folder = tmp_path_factory.mktemp("many")
    for side, ports in (("old", 1000), ("new", 2000)):
        policies = [policy(namespace, n, ports + n) for namespace in range(60) for n in range(20)]
        (folder / f"{side}.yaml").write_text("---\n".join(policies))
    return str(folder / "old.yaml"), str(folder / "new.yaml")


@POSIX
@pytest.mark.parametrize("jobs", ["1", "2"])
@pytest.mark.parametrize(("stage", "sides"), [(b"reading", "unfinished"), (b"comparing|regions", "many")])
def test_an_interrupt_ends_everything_at_once(many, jobs, stage, sides):
    """The first comparison never ends, the second would take minutes."""
    import pty

    leader, follower = pty.openpty()
    running = process(
        *(many if sides == "many" else ("-", NEW)),
        "--jobs",
        jobs,
        "--limit",
        "0",
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=follower,
        start_new_session=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # background jobs ignore it
    )
    os.close(follower)
    seen = b""
    while not re.search(stage, seen):
        seen += os.read(leader, 65_536)
    os.killpg(running.pid, signal.SIGINT)  # as a terminal does: to the whole group

    output, _ = running.communicate(timeout=30)
    assert running.returncode == 130
    shown = seen.decode() + read_all(leader)
    assert output == b""
    assert "Traceback" not in shown
    assert shown.endswith("\x1b[2Kinterrupted\r\n")
    assert "\x1b[?25h" in shown  # the cursor is back


@POSIX
def test_the_bar_is_on_standard_error_and_gone_at_the_end(many):
    import pty

    leader, follower = pty.openpty()
    running = process(*many, "--limit", "1", stdout=subprocess.PIPE, stderr=follower)
    os.close(follower)

    output, _ = running.communicate(timeout=60)

    shown = read_all(leader)
    stages = ("reading", "comparing", "regions found")  # which of them takes long is up to the machine
    assert any(f"{stage} \x1b" in shown for stage in stages), shown
    assert shown.endswith("\x1b[1A\x1b[2K")
    assert output.startswith(b"different: at least 1 region opened")


def test_no_bar_off_a_terminal(many):
    assert diff(*many, "--limit", "1").stderr == ""
