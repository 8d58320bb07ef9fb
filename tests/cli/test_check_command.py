"""`npverify check` as a process: the file, flags, exit codes, formats, streams."""

from __future__ import annotations

import json
import os
import signal
import stat
import subprocess
import sys
import time
from xml.etree import ElementTree as Xml

import jsonschema
import pytest
from tests.cli.running import ROOT, npverify
from tests.cli.test_query_command import on_a_terminal
from tests.unit.checking.projects import CLOSED, SHOP, commit_all, write
from tests.unit.report.junit_schema import faults
from tests.unit.report.sarif_schema import SARIF
from tests.unit.report.test_check_results import CODE_QUALITY

FORMATS = ["text", "json", "sarif", "junit", "github", "gitlab", "markdown"]
GOOD = "that: api can reach db on tcp/5432"
BAD = "that: api cannot reach db"
WARNING = "{that: api cannot reach db, severity: warning}"
VACUOUS = "unreachable: {from: app=nobody, to: db}"
OPEN = "that: nothing can reach db on udp/9"
UNMODELLED = SHOP + (
    "---\napiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata: {name: x, namespace: shop}\n"
)


@pytest.fixture
def project(tmp_path):
    def prepare(*items, **options):
        return write(tmp_path, *items, **options)

    return prepare


@pytest.mark.parametrize("output", FORMATS)
@pytest.mark.parametrize(
    ("items", "flags", "code"),
    [
        ([GOOD], [], 0),
        ([GOOD, BAD], [], 1),
        ([WARNING], [], 0),
        ([WARNING], ["--strict"], 1),
        ([VACUOUS], [], 0),
        ([VACUOUS], ["--strict"], 1),
    ],
)
def test_the_exit_code_is_the_same_in_every_format(project, output, items, flags, code):
    finished = npverify("check", str(project(*items)), "-o", output, *flags)

    assert finished.returncode == code
    assert finished.stderr == ""
    assert finished.stdout


@pytest.mark.parametrize("output", FORMATS)
def test_the_undecided_is_neither_a_pass_nor_a_fail(project, output):
    finished = npverify("check", str(project(OPEN, manifests=UNMODELLED)), "-o", output)

    assert finished.returncode == 3


def test_what_is_violated_comes_before_what_is_undecided(project):
    file = project("not: {at-most: {to: deploy, scope: sandbox/*}}", OPEN, manifests=UNMODELLED)

    assert npverify("check", str(file)).returncode == 3
    assert npverify("check", str(file), "--ignore-unmodelled").returncode == 1


def test_the_file_is_found_upward(project, tmp_path):
    project(GOOD)
    deep = tmp_path / "a" / "b"
    deep.mkdir(parents=True)

    finished = npverify("check", cwd=deep)

    assert finished.returncode == 0
    assert "read       1 file, 1 policy" in finished.stdout


def test_a_place_is_named_as_seen_from_here(project, tmp_path):
    project(BAD)
    (tmp_path / "a").mkdir()

    finished = npverify("check", cwd=tmp_path / "a")

    assert "  at         ../npverify.yaml:4:3\n" in finished.stdout
    assert "../deploy/shop.yaml:" in finished.stdout


def test_a_folder_stands_for_the_file_in_it(project, tmp_path):
    project(GOOD)

    assert npverify("check", str(tmp_path)).returncode == 0


@pytest.mark.parametrize(
    ("arguments", "message", "hint"),
    [
        (["check", "nowhere.yaml"], "there is no configuration `nowhere.yaml`", "npverify.yaml"),
        (
            ["check", "--only", "api can raech db"],
            "no assertion is called `api can raech db`",
            "did you mean",
        ),
        (["check", "--report", "sarif"], "`sarif` names no file", "--report sarif=npverify.sarif"),
        (["check", "--report", "sarfi=x"], "`sarfi` is no format of this report", "did you mean `sarif=x`?"),
        (["check", "--report", "html=x"], "`html` is no format of this report", "the formats are text, json"),
        (["check", "--report", "json=-"], "`-` is no file", "`-o json`"),
        (
            ["check", "--report", "json=x", "--report", "sarif=x"],
            "two reports would be written to `x`",
            "own file",
        ),
        (
            ["check", "--report", "json=x", "--output-file", "x"],
            "two reports would be written to `x`",
            "own file",
        ),
        (["check", "--pod-cidr", "10.0.0.0"], "`10.0.0.0` is not a valid CIDR", "10.244.0.0/16"),
        (["check", "-f", "nowhere"], "`nowhere` does not exist", None),
    ],
)
def test_bad_usage_ends_with_2(project, tmp_path, arguments, message, hint):
    project(GOOD)

    finished = npverify(*arguments, cwd=tmp_path)

    assert finished.returncode == 2
    assert finished.stdout == ""
    assert message in finished.stderr
    assert hint is None or hint in finished.stderr
    assert not (tmp_path / "x").exists()


def test_without_a_file_there_is_nothing_to_check(tmp_path):
    finished = npverify("check", cwd=tmp_path)

    assert finished.returncode == 2
    assert "there is no npverify.yaml here or above" in finished.stderr
    assert "npverify init" in finished.stderr


def test_without_assertions_there_is_nothing_to_check(project):
    finished = npverify("check", str(project()))

    assert finished.returncode == 2
    assert "has no assertions" in finished.stderr


def test_every_error_of_the_file_is_told_with_place_caret_and_hint(project, tmp_path):
    project("that: api can raech db", "{reachable: {from: api, too: db}}", options="cni: genric\n")

    finished = npverify("check", cwd=tmp_path)

    assert finished.returncode == 2
    assert finished.stdout == ""
    assert finished.stderr.splitlines() == [
        "npverify.yaml:3:6: error[NPV111]: cni: no network plugin `genric` is known",
        "    3 | cni: genric",
        "      |      ^^^^^^",
        "  hint: did you mean `generic`?",
        (
            "npverify.yaml:5:17: error[NPV111]: assertions[0].that: "
            "`raech` is no verb that is understood after `can A`"
        ),
        "    5 | - that: api can raech db",
        "      |                 ^^^^^ expected `reach`, `access`, `connect to` or `talk to`",
        "  hint: did you mean `api can reach db`?",
        "npverify.yaml:6:27: error[NPV111]: assertions[1].reachable.too: unknown field",
        "    6 | - {reachable: {from: api, too: db}}",
        "      |                           ^^^",
        "  hint: did you mean `to`?",
        "3 errors in the configuration; nothing was checked",
    ]


def test_a_name_that_the_manifests_do_not_have_is_told_with_its_place(project, tmp_path):
    project(GOOD, "that: apo can reach db")

    finished = npverify("check", cwd=tmp_path)

    assert finished.returncode == 2
    assert "npverify.yaml:5:9: error[NPV111]: assertions[1].that:" in finished.stderr
    assert "`apo`" in finished.stderr
    assert "nothing was checked" in finished.stderr


def test_only_what_is_named_is_checked(project):
    file = project("{name: good one, that: api can reach db}", "{name: bad one, that: api cannot reach db}")

    assert npverify("check", str(file)).returncode == 1
    assert npverify("check", str(file), "--only", "good one").returncode == 0
    assert npverify("check", str(file), "--only", "good*").returncode == 0
    assert npverify("check", str(file), "--only", "*one").returncode == 1


def test_a_name_that_is_not_asked_for_need_not_mean_anything(project):
    file = project("{name: a, that: api can reach db}", "{name: b, that: nobody-here can reach db}")

    assert npverify("check", str(file), "--only", "a").returncode == 0


def test_a_run_can_end_at_the_first_failure(project):
    file = project(GOOD, BAD, "{name: third, that: api can reach db}")

    finished = npverify("check", str(file), "--fail-fast")

    assert finished.returncode == 1
    assert "1 not looked at after the first failure" in finished.stdout
    assert "skipped    third" in finished.stdout


@pytest.mark.parametrize("flags", [[], ["--fail-fast"]])
def test_processes_change_nothing(project, flags):
    file = project(GOOD, "equivalent: {to: deploy}", BAD, WARNING, VACUOUS, GOOD)

    alone = npverify("check", str(file), "-o", "json", *flags)
    together = npverify("check", str(file), "-o", "json", "--jobs", "2", *flags)

    assert together.stdout == alone.stdout
    assert together.returncode == alone.returncode == 1


def test_output_is_the_same_on_any_hash_seed(project):
    file = project(BAD, "equivalent: {to: deploy}", VACUOUS)

    outputs = {
        npverify("check", str(file), "-o", "json", PYTHONHASHSEED=seed).stdout for seed in ("0", "1", "2")
    }

    assert len(outputs) == 1


def test_manifests_and_options_of_the_command_line_come_first(project):
    file = project(GOOD, options="timeout: 1\n")

    assert npverify("check", str(file), "-f", "-", stdin=SHOP).returncode == 0
    assert npverify("check", str(file), "-f", "-", stdin=CLOSED).returncode == 1


def test_the_universe_of_the_command_line_comes_before_that_of_the_file(project):
    file = project("unreachable: {from: internet, to: app=db}", options="universe: declared\n")

    assert npverify("check", str(file)).returncode == 0
    assert npverify("check", str(file), "--universe", "any").returncode == 1


def test_another_version_may_be_a_revision(project, tmp_path):
    project("equivalent: {to: 'git:main'}")
    commit_all(tmp_path)

    assert npverify("check", cwd=tmp_path).returncode == 0
    (tmp_path / "deploy" / "shop.yaml").write_text(CLOSED)
    finished = npverify("check", cwd=tmp_path)

    assert finished.returncode == 1
    assert "compared   with git:main" in finished.stdout


def test_findings_of_the_manifests_are_told_on_standard_error(project):
    file = project(
        GOOD, manifests=SHOP.replace("ports: [{port: 5432}]", "ports: [{port: 5432}]\n    prts: []")
    )

    finished = npverify("check", str(file))

    assert finished.returncode == 0
    assert "unknown field" in finished.stderr
    assert "unknown field" not in finished.stdout


@pytest.mark.parametrize(
    ("word", "title"),
    [
        ("NPV011", "NPV011: a connection that must not be possible is"),
        ("at-most", "NPV016: more is allowed than before"),
        ("vacuous", "NPV019: an assertion about nothing"),
        ("NPV001", "NPV001: a connection is opened"),
    ],
)
def test_explain_knows_the_codes_of_claims(word, title):
    assert npverify("explain", word).stdout.startswith(f"{title}\n\n")
    assert title.partition(":")[0] in npverify("explain").stdout


def test_explain_suggests_the_nearest_claim():
    assert "did you mean `unreachable`?" in npverify("explain", "unreachble").stderr


# Reports ----------------------------------------------------------------------------------------------


def test_several_reports_at_once(project, tmp_path):
    project(GOOD, BAD, VACUOUS)
    files = {
        "json": "a.json",
        "sarif": "a.sarif",
        "junit": "a.xml",
        "gitlab": "a.gitlab.json",
        "markdown": "a.md",
    }
    flags = [word for name, file in files.items() for word in ("--report", f"{name}={file}")]

    finished = npverify("check", *flags, cwd=tmp_path)

    assert finished.returncode == 1
    assert finished.stdout.startswith("holds: api can reach db")
    text = {name: (tmp_path / file).read_text() for name, file in files.items()}
    schema = json.loads(npverify("schema", "check").stdout)
    jsonschema.Draft202012Validator(schema).validate(json.loads(text["json"]))
    jsonschema.Draft202012Validator(SARIF).validate(json.loads(text["sarif"]))
    jsonschema.Draft202012Validator(CODE_QUALITY).validate(json.loads(text["gitlab"]))
    assert faults(Xml.fromstring(text["junit"])) == []
    assert text["markdown"].startswith("## npverify check: violated")


def test_reports_are_written_whole_or_not_at_all(project, tmp_path):
    project(GOOD)
    (tmp_path / "old.json").write_text("old")

    files = ("json=old.json", "sarif=nowhere/a.sarif", "markdown=a.md")
    finished = npverify("check", *(word for file in files for word in ("--report", file)), cwd=tmp_path)

    assert finished.returncode == 2
    assert finished.stdout == ""
    assert "cannot write `nowhere/a.sarif`" in finished.stderr
    assert (tmp_path / "old.json").read_text() == "old"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["deploy", "npverify.yaml", "old.json"]


def test_a_report_keeps_the_mode_of_its_file_and_links_stay_links(project, tmp_path):
    project(GOOD)
    (tmp_path / "a.json").write_text("")
    (tmp_path / "a.json").chmod(0o640)
    (tmp_path / "link.md").symlink_to("target.md")

    npverify("check", "--report", "json=a.json", "--report", "markdown=link.md", cwd=tmp_path)

    assert stat.S_IMODE((tmp_path / "a.json").stat().st_mode) == 0o640
    assert (tmp_path / "link.md").is_symlink()
    assert (tmp_path / "target.md").read_text().startswith("## npverify check")


def test_a_report_may_go_to_a_device(project, tmp_path):
    project(GOOD)

    finished = npverify("check", "--report", "json=/dev/null", cwd=tmp_path)

    assert (finished.returncode, finished.stderr) == (0, "")
    assert finished.stdout


def test_the_output_file_takes_the_place_of_standard_output(project, tmp_path):
    project(GOOD)

    finished = npverify("check", "-o", "markdown", "--output-file", "a.md", cwd=tmp_path)

    assert finished.stdout == ""
    assert (tmp_path / "a.md").read_text().startswith("## npverify check: holds")


def test_a_terminal_gets_colour_and_its_width(project, tmp_path):
    project(GOOD, BAD)

    plain = npverify("check", cwd=tmp_path).stdout
    shown = on_a_terminal("check", str(tmp_path / "npverify.yaml"))

    assert "\x1b[1;31mviolated\x1b[0m: api cannot reach db" in shown
    assert "\x1b[1;32mholds\x1b[0m: api can reach db" in shown
    assert "\x1b" not in plain


def test_an_interrupt_ends_the_run_and_its_processes(tmp_path):
    many = "".join(
        "---\napiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\n"
        f"metadata: {{name: p{n}, namespace: shop}}\n"
        f"spec:\n  podSelector: {{matchLabels: {{l{n % 40}: v{n % 7}}}}}\n  ingress:\n"
        f"  - from: [{{podSelector: {{matchLabels: {{k{n % 50}: v}}}}}}]\n    ports: [{{port: {n + 1}}}]\n"
        for n in range(1500)
    )
    items = [f"that: nothing except app=x{n} can reach shop/app=y{n}" for n in range(40)]
    write(tmp_path, *items, manifests=SHOP + many)
    path = os.pathsep.join((str(ROOT / "analyzer"), str(ROOT / "encodings")))
    process = subprocess.Popen(
        [sys.executable, "-m", "npverify", "check", "--jobs", "2"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": path},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    time.sleep(3)

    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=30)

    assert (process.returncode, out, err) == (130, "", "interrupted\n")
