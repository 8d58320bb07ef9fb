"""`npverify lint` as a process: flags, exit codes, formats, streams."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from xml.etree import ElementTree as Xml

import jsonschema
import pytest
from tests.cli.running import ROOT, SHOP, npverify
from tests.cli.test_query_command import on_a_terminal
from tests.unit.report.sarif_schema import SARIF

FORMATS = ["text", "json", "sarif", "junit", "github", "markdown"]
ONLY = ("--select", "NPV104,NPV208,NPV211,NPV29")


def policy(*annotations, name="db", faulty=True):
    lines = "".join(f"    {annotation}\n" for annotation in annotations)
    return (
        f"apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata:\n  name: {name}\n"
        f"  namespace: shop\n  annotations:\n    a: b\n{lines}"
        f"spec:\n  podSelector: {{}}\n  policyTypes: [{'Egress' if faulty else 'Ingress'}]\n"
        "  ingress:\n  - from: [{podSelector: {}}]\n"
    )


FAULTY, SOUND = policy(), policy(faulty=False)


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "db.yaml").write_text(FAULTY)
    return tmp_path


def lint(*arguments, **options):
    return npverify("lint", *ONLY, *arguments, **options)


@pytest.mark.parametrize("output", FORMATS)
@pytest.mark.parametrize(("document", "code"), [(FAULTY, 1), (SOUND, 0)])
def test_findings_decide_the_exit_code_in_every_format(document, code, output):
    finished = lint("-", "-o", output, stdin=document)

    assert finished.returncode == code
    assert finished.stderr == ""
    assert finished.stdout


def test_a_finding_has_place_caret_hint_and_summary():
    finished = lint("-", stdin=FAULTY)

    assert finished.stdout.splitlines()[:4] == [
        (
            "<stdin>:12:5: warning[NPV211]: NetworkPolicy shop/db: "
            "the `ingress` rules have no effect: `policyTypes` does not list Ingress"
        ),
        "   12 |   - from: [{podSelector: {}}]",
        "      |     ^ never looked at",
        "  hint: add Ingress to `policyTypes` (it isolates the pods), or remove the rules",
    ]
    assert "\n1 finding: 1 warning\n" in finished.stdout


def test_a_note_alone_fails_nothing(folder):
    lint("--write-baseline", "b.json", "--no-config", cwd=folder)
    (folder / "db.yaml").write_text(SOUND)

    finished = lint("--baseline", "b.json", cwd=folder)

    assert finished.returncode == 0
    assert "note[NPV294]" in finished.stdout


def test_exit_zero_reports_and_does_not_fail():
    finished = lint("-", "--exit-zero", stdin=FAULTY)

    assert finished.returncode == 0
    assert "NPV211" in finished.stdout


@pytest.mark.parametrize(
    ("arguments", "found"),
    [
        (["--select", "NPV211"], True),
        (["--select", "npv21"], True),
        (["--select", "unused-direction"], True),
        (["--select", "NPV208"], False),
        (["--select", "NPV208", "--select", "NPV211"], True),
        (["--select", "NPV208,NPV211"], True),
        (["--select", "NPV2", "--ignore", "unused-direction,NPV22,NPV20"], False),
        (["--select", "NPV211", "--severity", "error"], False),
        (["--select", "NPV211", "--severity", "warning"], True),
    ],
)
def test_codes_are_selected_and_ignored(arguments, found):
    finished = npverify("lint", *arguments, "-", stdin=FAULTY)

    assert ("NPV211]" in finished.stdout) is found
    assert finished.returncode == int("warning[" in finished.stdout or "error[" in finished.stdout)


def test_without_paths_the_working_directory_is_read(folder):
    assert "db.yaml:12:5" in lint(cwd=folder).stdout


def test_paths_in_every_way(folder):
    (folder / "b").mkdir()
    (folder / "b" / "c.yaml").write_text(policy(name="c"))
    (folder / "d.yaml").write_text(policy(name="d"))

    finished = lint("b", "-f", "d.yaml", "-", cwd=folder, stdin=policy(name="e"))

    assert "3 findings: 3 warnings" in finished.stdout
    assert "read       3 files, 3 policies" in finished.stdout


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["examples/shpo"], ["`examples/shpo` does not exist", "did you mean `examples/shop`?"]),
        ([SHOP, "--select", "NPV2l1"], ["`NPV2l1` is no code", "did you mean `NPV211`?"]),
        ([SHOP, "--ignore", "dead-selectr"], ["`dead-selectr` is no code", "did you mean `dead-selector`?"]),
        ([SHOP, "--ignore", "NPV102"], ["`NPV102` is no code", "ends the run"]),
        ([SHOP, "--select", "NPV211", "--ignore", "NPV"], ["no check is left to run", "hint:"]),
        ([SHOP, "--severity", "fatal"], ["fatal", "warning"]),
        ([SHOP, "-o", "xml"], ["xml", "junit"]),
        ([SHOP, "--today", "tomorrow"], ["`tomorrow` is no date", "2026-12-31"]),
        ([SHOP, "--baseline", "no.json"], ["there is no baseline `no.json`", "--write-baseline no.json"]),
        ([SHOP, "--config", "no.yaml"], ["there is no configuration `no.yaml`"]),
        ([SHOP, "--config", "a", "--no-config"], ["none is to be looked for"]),
        ([SHOP, "--pod-cidr", "10.0.0"], ["`10.0.0` is not a valid CIDR"]),
        ([f"{SHOP}/services.yaml"], ["there is no NetworkPolicy in `examples/shop/services.yaml`", "hint:"]),
        ([SHOP, "--write-baseline", "no/such/folder.json"], ["cannot write `no/such/folder.json`"]),
    ],
    ids=lambda value: " ".join(value)[:50] if isinstance(value, list) else None,
)
def test_bad_usage_is_explained(arguments, words):
    finished = npverify("lint", *arguments)

    assert finished.returncode == 2
    assert finished.stdout == ""
    assert "Traceback" not in finished.stderr
    for word in words:
        assert word in finished.stderr


def test_broken_manifests_are_errors_of_the_input():
    finished = npverify("lint", "-", stdin=FAULTY + "---\nkind: [unclosed\n")

    assert finished.returncode == 2
    assert "NPV101" in finished.stderr
    assert "1 error in the input; nothing was checked" in finished.stderr


def test_keep_going_lints_the_rest_and_names_what_it_left_out():
    finished = lint("-", "--keep-going", stdin=FAULTY + "---\nkind: [unclosed\n")

    assert finished.returncode == 1
    assert "NPV211" in finished.stdout
    assert "left out   <stdin>:15:1" in finished.stdout
    assert "error[NPV101]" in finished.stderr


def test_nothing_that_is_left_is_nothing_to_check():
    finished = lint("-", "--keep-going", stdin="kind: [unclosed\n")

    assert finished.returncode == 2
    assert "there is no NetworkPolicy in `-`" in finished.stderr


def test_policies_of_other_kinds_are_named():
    other = "apiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata: {name: x, namespace: other}\n"

    assert "unmodelled CiliumNetworkPolicy other/x" in lint("-", stdin=f"{SOUND}---\n{other}").stdout
    assert "CiliumNetworkPolicy cannot be looked at yet" in lint("-", stdin=other).stderr


def test_a_remark_of_the_reader_is_a_finding():
    finished = lint("-", stdin=SOUND.replace("spec:", "spec:\n  egres: []"))

    assert finished.returncode == 1
    assert "<stdin>:9:3: warning[NPV104]: spec.egres: unknown field" in finished.stdout
    assert finished.stderr == ""


CONFIGURATION = """\
schema: npverify/v1
lint:
  suppress:
  - {code: NPV211, subject: "NetworkPolicy shop/*", reason: agreed, expires: 2026-06-30}
"""


@pytest.mark.parametrize(("today", "found"), [("2026-06-30", False), ("2026-07-01", True)])
def test_the_configuration_suppresses_until_it_expires(folder, today, found):
    (folder / "npverify.yaml").write_text(CONFIGURATION)

    finished = lint("--today", today, cwd=folder)

    assert ("NPV211]" in finished.stdout) is found
    assert ("npverify.yaml:4:5: warning[NPV292]" in finished.stdout) is found
    assert finished.returncode == found
    assert ("(1 suppressed)" in finished.stdout) is not found


def test_the_configuration_is_found_from_a_folder_below_and_not_taken_for_a_manifest(folder):
    (folder / "npverify.yaml").write_text("schema: npverify/v1\nlint: {ignore: [unused-direction]}\n")
    (folder / "below").mkdir()
    (folder / "below" / "db.yaml").write_text(FAULTY)

    assert lint(cwd=folder / "below").returncode == 0
    finished = npverify("lint", "--select", "NPV109,NPV211", cwd=folder)
    assert (finished.returncode, finished.stderr) == (0, "")
    assert finished.stdout.startswith("no findings\n  read       3 files")


def test_another_configuration_or_none(folder):
    (folder / "npverify.yaml").write_text("schema: npverify/v1\nlint: {ignore: [unused-direction]}\n")
    (folder / "other.yaml").write_text("schema: npverify/v1\n")

    assert lint(cwd=folder).returncode == 0
    assert lint("--no-config", cwd=folder).returncode == 1
    assert lint("--config", "other.yaml", cwd=folder).returncode == 1


def test_errors_of_the_configuration_are_shown_with_caret_and_remedy(folder):
    (folder / "npverify.yaml").write_text(CONFIGURATION.replace("expires", "expire"))

    finished = lint(cwd=folder)

    assert finished.returncode == 2
    assert finished.stdout == ""
    assert "npverify.yaml:4:69: error[NPV111]: lint.suppress[0].expire: unknown field" in finished.stderr
    assert "^^^^^^" in finished.stderr
    assert "did you mean `expires`?" in finished.stderr
    assert "1 error in the configuration; nothing was checked" in finished.stderr
    assert "--keep-going" not in finished.stderr


def test_an_annotation_suppresses_and_a_wrong_one_is_reported():
    good = policy('npverify.dev/ignore.NPV211: "until we migrate"')
    wrong = policy('npverify.dev/ignore.NPV2l1: "until we migrate"')

    assert "no findings (1 suppressed)" in lint("-", stdin=good).stdout
    assert "<stdin>:8:5: warning[NPV293]" in lint("-", stdin=wrong).stdout


def test_a_baseline_from_its_writing_to_its_end(folder):
    written = lint("--write-baseline", "b.json", cwd=folder)
    assert written.returncode == 0
    assert "no findings (1 suppressed)" in written.stdout

    assert lint("--baseline", "b.json", cwd=folder).returncode == 0

    (folder / "api.yaml").write_text(policy(name="api"))
    more = lint("--baseline", "b.json", cwd=folder)
    assert more.returncode == 1
    assert "1 finding: 1 warning (1 suppressed)" in more.stdout
    assert "shop/api" in more.stdout

    before = (folder / "b.json").read_text()
    assert lint("--baseline", "b.json", "--write-baseline", "b.json", cwd=folder).returncode == 0
    after = json.loads((folder / "b.json").read_text())
    assert [f["subject"] for f in after["findings"]] == ["NetworkPolicy shop/api", "NetworkPolicy shop/db"]
    assert json.loads(before)["findings"] == after["findings"][1:]
    assert sorted(p.name for p in folder.iterdir()) == ["api.yaml", "b.json", "db.yaml"]


def test_a_baseline_that_is_kept_up_to_date_need_not_be_there_the_first_time(folder):
    both = ("--baseline", "b.json", "--write-baseline", "b.json")

    assert lint(*both, cwd=folder).returncode == 0
    assert len(json.loads((folder / "b.json").read_text())["findings"]) == 1
    (folder / "db.yaml").write_text(SOUND)
    assert lint(*both, cwd=folder).returncode == 0
    assert json.loads((folder / "b.json").read_text())["findings"] == []


def test_every_hash_seed_and_order_of_paths_gives_the_same_findings(folder):
    (folder / "api.yaml").write_text(policy("npverify.dev/ignore.NPV9: x", name="api"))
    runs = {
        lint(*paths, "-o", output, cwd=folder, PYTHONHASHSEED=seed).stdout
        for seed, paths in (("0", ["api.yaml", "db.yaml"]), ("1", ["db.yaml", "api.yaml"]), ("2", ["."]))
        for output in ["sarif"]
    }

    assert len(runs) == 1


def test_json_fits_the_schema_that_the_program_prints():
    report = json.loads(lint("-", "-o", "json", "--stats", stdin=FAULTY).stdout)
    schema = json.loads(npverify("schema", "lint").stdout)

    jsonschema.Draft202012Validator(schema).validate(report)
    assert (report["kind"], report["fails"]) == ("lint", True)


@pytest.mark.parametrize("document", [FAULTY, SOUND])
def test_sarif_fits_its_schema_and_names_files_from_the_working_directory(folder, document):
    (folder / "my db.yaml").write_text(document)

    log = json.loads(lint(str(folder / "my db.yaml"), "-o", "sarif", cwd=folder).stdout)

    jsonschema.Draft202012Validator(SARIF).validate(log)
    for result in log["runs"][0]["results"]:
        (location,) = result["locations"]
        assert location["physicalLocation"]["artifactLocation"]["uri"] == "my%20db.yaml"


def test_every_check_is_a_case_of_junit():
    suites = Xml.fromstring(npverify("lint", "-", "-o", "junit", stdin=FAULTY).stdout)

    cases = {case.get("name").split()[0] for case in suites.iter("testcase")}
    listed = npverify("explain").stdout.split()
    assert cases >= {word for word in listed if word.startswith("NPV2")}


def test_github_commands_carry_the_place():
    stdout = lint("-", "-o", "github", stdin=FAULTY).stdout

    assert stdout.startswith(
        "::warning file=<stdin>,line=12,col=5,endColumn=5,title=NPV211 unused-direction::"
    )


def test_output_file_is_complete_and_nothing_goes_to_standard_output(folder):
    finished = lint("-o", "sarif", "--output-file", "out.sarif", cwd=folder)

    assert (finished.returncode, finished.stdout) == (1, "")
    assert json.loads((folder / "out.sarif").read_text())["version"] == "2.1.0"


def test_the_time_is_told_on_demand_only():
    assert "unused-direction 0." in lint("-", "--stats", stdin=FAULTY).stdout
    assert "seconds" not in lint("-", stdin=FAULTY).stdout


@pytest.mark.skipif(sys.platform == "win32", reason="pseudo-terminals are a thing of POSIX")
@pytest.mark.parametrize(("environment", "colour"), [({}, True), ({"NO_COLOR": "1"}, False)])
def test_colour_and_width_on_a_terminal(environment, colour):
    text = on_a_terminal("lint", *ONLY, "tests/snapshots/lint/policies.yaml", COLUMNS="60", **environment)

    assert ("\x1b[" in text) is colour
    assert max(len(line) for line in text.replace("\r", "").splitlines() if "\x1b" not in line) <= 60


@pytest.mark.skipif(sys.platform == "win32", reason="the test needs a shell")
def test_a_reader_that_stops_reading_does_not_change_the_exit_code():
    path = os.pathsep.join((str(ROOT / "analyzer"), str(ROOT / "encodings")))
    command = f"{sys.executable} -m npverify lint tests/snapshots/lint/policies.yaml --no-config | head -1"

    finished = subprocess.run(
        ["bash", "-c", f"{command} > /dev/null; echo ${{PIPESTATUS[0]}}"],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": path},
        capture_output=True,
        text=True,
        check=False,
    )

    assert (finished.stdout, finished.stderr) == ("1\n", "")


def test_what_a_check_leaves_open_is_neither_a_pass_nor_a_failure():
    code = (
        "import sys\n"
        "import npverify.lint.linting as linting\n"
        "from npverify.lint.findings import Undecided\n"
        "from npverify.resources import Origin\n"
        "kept = linting.find_all\n"
        "def undecided(context, checks):\n"
        "    found, _ = kept(context, checks)\n"
        "    return found, (Undecided('NPV208', 'shop/db', '', 'no time', Origin('a', 1, 1)),)\n"
        "linting.find_all = undecided\n"
        "from npverify.cli import main\n"
        "main(['lint', '--select', 'NPV208,NPV211', '-', *sys.argv[1:]])\n"
    )
    path = os.pathsep.join((str(ROOT / "analyzer"), str(ROOT / "encodings")))

    def code_of(document, *arguments):
        finished = subprocess.run(
            [sys.executable, "-c", code, *arguments],
            input=document,
            env={**os.environ, "PYTHONPATH": path},
            capture_output=True,
            text=True,
            check=False,
        )
        assert "not decided" in finished.stdout
        return finished.returncode

    assert code_of(SOUND) == 3
    assert code_of(SOUND, "--exit-zero") == 3
    assert code_of(FAULTY) == 1
    assert code_of(FAULTY, "--exit-zero") == 3


@pytest.mark.parametrize("word", ["NPV211", "npv211", "unused-direction"])
def test_explain_shows_a_check_with_its_examples(word):
    stdout = npverify("explain", word).stdout

    assert stdout.startswith("NPV211 unused-direction: rules for a direction")
    for part in ("How to mend it: ", "\nReported:\n\n    apiVersion", "\nNot reported:\n\n    apiVersion"):
        assert part in stdout


@pytest.mark.parametrize("code", ["NPV291", "NPV292", "NPV293", "NPV294", "NPV101", "NPV111"])
def test_explain_knows_every_code(code):
    assert npverify("explain", code).stdout.startswith(code)


def test_explain_without_a_code_lists_them_all():
    lines = npverify("explain").stdout.splitlines()

    codes = [line.split()[0] for line in lines if line.startswith("  NPV")]
    assert codes == sorted(codes)
    assert {"NPV101", "NPV111", "NPV208", "NPV211", "NPV291", "NPV294"} <= set(codes)


def test_explain_suggests_the_nearest():
    finished = npverify("explain", "dead-selectr")

    assert finished.returncode == 2
    assert "did you mean `dead-selector`?" in finished.stderr


def test_policies_of_another_plugin_alone_are_something_to_look_at():
    own = "apiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata: {name: own}\nspec: {}\n"

    finished = lint("-", "--cni", "calico", "--select", "NPV251", stdin=own)

    assert finished.returncode == 1
    assert (
        "error[NPV251]: CiliumNetworkPolicy default/own: this policy of cilium.io has no" in finished.stdout
    )
    assert lint("-", "--cni", "cilium", "--select", "NPV251", stdin=own).returncode == 2
