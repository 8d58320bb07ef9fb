"""Where the answer goes: pipes, files, devices, terminals of another time."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from tests.cli.running import ROOT, SHOP, npverify

from npverify.cli.output import write_report
from npverify.errors import UsageError

QUESTION = "can the api reach the database on tcp/5432?"
POSIX = pytest.mark.skipif(sys.platform == "win32", reason="the test needs a shell")


def in_shell(command, **environment):
    path = os.pathsep.join((str(ROOT / "analyzer"), str(ROOT / "encodings")))
    return subprocess.run(
        ["bash", "-c", f"npverify() {{ '{sys.executable}' -m npverify \"$@\"; }}; {command}"],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": path, **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


@POSIX
@pytest.mark.parametrize(("expected", "code"), [("reachable", 0), ("unreachable", 1)])
def test_a_reader_that_stops_reading_does_not_change_the_exit_code(expected, code):
    finished = in_shell(
        f"npverify query '{QUESTION}' {SHOP} --expect {expected} | true; echo ${{PIPESTATUS[0]}}"
    )

    assert (finished.stdout, finished.stderr) == (f"{code}\n", "")


@POSIX
@pytest.mark.parametrize("closed", [">&-", "2>&-"])
def test_a_stream_closed_before_the_start_is_no_error(closed):
    finished = in_shell(f"npverify query '{QUESTION}' {SHOP} --expect unreachable {closed}")

    assert finished.returncode == 1
    assert finished.stderr == ""


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="the system has no /dev/full")
@pytest.mark.parametrize("arguments", [f"query '{QUESTION}' {SHOP}", "--help"])
def test_a_full_disk_is_said_in_one_line(arguments):
    finished = in_shell(f"npverify {arguments} > /dev/full")

    assert finished.returncode == 2
    assert finished.stderr.count("\n") == 1
    assert "no space left on device" in finished.stderr


def test_an_encoding_without_arrows_still_gets_the_answer():
    finished = npverify("query", QUESTION, SHOP, PYTHONIOENCODING="ascii")

    assert finished.returncode == 0
    assert "shop/deployment/api -> shop/statefulset/database on tcp/5432" in finished.stdout


def test_output_file_replaces_the_old_one_and_keeps_its_mode_and_its_links(tmp_path):
    target, link = tmp_path / "target", tmp_path / "link"
    target.write_text("old")
    target.chmod(0o600)
    link.symlink_to("target")

    npverify("query", QUESTION, SHOP, "-o", "json", "--output-file", str(link))

    assert json.loads(target.read_text())["verdict"] == "reachable"
    assert link.is_symlink()
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    assert {path.name for path in tmp_path.iterdir()} == {"target", "link"}


@POSIX
def test_a_new_output_file_has_the_mode_that_the_user_wants(tmp_path):
    in_shell(f"umask 027; npverify query '{QUESTION}' {SHOP} --output-file {tmp_path}/new")

    assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o640


def test_an_output_file_that_cannot_be_written_leaves_nothing_behind(tmp_path):
    (tmp_path / "folder").mkdir()

    finished = npverify("query", QUESTION, SHOP, "--output-file", str(tmp_path / "folder"))

    assert finished.returncode == 2
    assert "is a directory" in finished.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["folder"]


def test_a_disk_that_fills_up_leaves_the_old_output_file_and_nothing_else(tmp_path, monkeypatch):
    path = tmp_path / "answer.txt"
    path.write_text("old")

    def no_space(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", no_space)

    with pytest.raises(UsageError, match="no space left on device"):
        write_report("new", path)

    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.skipif(not Path("/dev/stdout").exists(), reason="the system has no /dev/stdout")
def test_a_device_is_written_to_and_not_replaced():
    finished = npverify("query", QUESTION, SHOP, "--output-file", "/dev/stdout")

    assert finished.stdout.startswith("reachable: ")
    assert Path("/dev/stdout").is_symlink()


def test_nothing_is_written_where_no_answer_could_be_as_expected():
    finished = npverify("query", QUESTION, SHOP, "--expect", "holds")

    assert finished.returncode == 2
    assert finished.stdout == ""
    assert "reachable or unreachable" in finished.stderr


@pytest.mark.parametrize("timeout", ["nan", "-1", "soon"])
def test_a_timeout_that_is_no_time_is_bad_usage(timeout):
    finished = npverify("query", QUESTION, SHOP, "--timeout", timeout)

    assert finished.returncode == 2
    assert "--timeout" in finished.stderr


@pytest.mark.parametrize("timeout", ["inf", "1e12", "0", "4000000"])
def test_a_timeout_may_be_any_length(timeout):
    assert npverify("query", QUESTION, SHOP, "--timeout", timeout).returncode == 0


def test_a_folder_for_problems_that_cannot_be_made_is_no_internal_error(tmp_path):
    (tmp_path / "file").touch()

    finished = npverify("query", QUESTION, SHOP, "--dump-smt2", str(tmp_path / "file"))

    assert finished.returncode == 2
    assert finished.stderr == f"error: `{tmp_path / 'file'}`: file exists\n"


def run_python(code, **environment):
    path = os.pathsep.join((str(ROOT / "analyzer"), str(ROOT / "encodings")))
    return subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": path, **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


@pytest.mark.parametrize("module", ["typer", "npverify.cli.app", "npverify.cluster", "z3"])
def test_an_interrupt_during_an_import_is_one_line_and_130(module):
    code = (
        "import sys\n"
        "class Interrupt:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        f"        if name == {module!r}: raise KeyboardInterrupt\n"
        "sys.meta_path.insert(0, Interrupt())\n"
        "from npverify.cli import main\n"
        f"main(['query', {QUESTION!r}, {SHOP!r}])\n"
    )

    finished = run_python(code)

    assert (finished.returncode, finished.stdout, finished.stderr) == (130, "", "interrupted\n")


@pytest.mark.parametrize(("debug", "shown"), [("", False), ("1", True)])
def test_a_traceback_only_on_demand_and_the_exit_code_stays(debug, shown):
    code = (
        "import npverify.cluster\n"
        "def broken(*a, **k): raise RuntimeError('planted')\n"
        "npverify.cluster.load = broken\n"
        "from npverify.cli import main\n"
        "main(['query', 'can a reach b?', '.'])\n"
    )

    finished = run_python(code, NPVERIFY_DEBUG=debug)

    assert finished.returncode == 4
    assert ("Traceback" in finished.stderr) is shown
    assert "please report this" in finished.stderr


def test_completion_imports_no_solver_and_no_parser():
    code = (
        "import os, sys\n"
        "words = {'COMP_WORDS': 'npverify query --ex', 'COMP_CWORD': '2'}\n"
        "os.environ.update(_NPVERIFY_COMPLETE='complete_bash', **words)\n"
        "from npverify.cli import main\n"
        "try: main()\n"
        "finally: sys.stderr.write(str({'z3', 'yaml', 'hypothesis', 'rich'} & set(sys.modules)))\n"
    )

    finished = run_python(code)

    assert finished.stdout.split() == ["--expect"]
    assert finished.stderr == "set()"
