"""Real processes: fresh ones, or ones forked off a process that has loaded npverify."""

from __future__ import annotations

import atexit
import json
import os
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SHOP = "examples/shop"
_PATH = os.pathsep.join((str(ROOT / "analyzer"), str(ROOT / "encodings")))


def npverify(*arguments, stdin=None, cwd=ROOT, fresh=False, **environment):
    """Run `npverify` and return the finished process, output as text.

    What depends on how Python starts (`fresh`, variables of Python's own, processes that it starts itself)
    has a process of its own; all else is forked.
    """
    inherited = {k: v for k, v in os.environ.items() if k not in ("COLUMNS", "NO_COLOR")}
    environment = {**inherited, "PYTHONPATH": _PATH, **environment}
    is_special = any(
        environment.get(name) != os.environ.get(name) for name in environment if _is_python(name)
    )
    if fresh or is_special or "--jobs" in arguments or not hasattr(os, "fork"):
        return subprocess.run(
            [sys.executable, "-m", "npverify", *arguments],
            input=stdin,
            cwd=cwd,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
    return _forked(arguments, stdin, cwd, environment)


def _is_python(name):
    return name.startswith(("PYTHON", "LC_", "LANG")) and name != "PYTHONPATH"


def _forked(arguments, stdin, cwd, environment):
    with tempfile.TemporaryDirectory() as folder:
        files = {name: Path(folder, name) for name in ("stdin", "stdout", "stderr")}
        for file in files.values():
            file.touch()
        files["stdin"].write_text(stdin or "", encoding="utf-8")
        request = {
            "arguments": [str(argument) for argument in arguments],
            "cwd": str(cwd),
            "environment": environment,
            **{name: str(file) for name, file in files.items()},
        }
        server = _server()
        print(json.dumps(request), file=server.stdin, flush=True)
        code = int(server.stdout.readline())
        output, errors = (files[name].read_text(encoding="utf-8") for name in ("stdout", "stderr"))
    return subprocess.CompletedProcess(["npverify", *arguments], code, output, errors)


@cache
def _server():
    server = subprocess.Popen(
        [sys.executable, "-m", "tests.cli.fork_server"],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": os.pathsep.join((_PATH, str(ROOT)))},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    atexit.register(server.kill)
    return server
