"""A process that has loaded npverify and forks for every run: real processes, without the wait for imports.

Each line on standard input is a run as JSON: `arguments`, `cwd`, `environment` and the paths of the files
that are its streams. Its exit code is the answer, on a line of standard output.
"""

from __future__ import annotations

import importlib
import json
import os
import pkgutil
import sys

import npverify
import npverify_encodings


def serve() -> None:
    """Answer until standard input ends."""
    _load()
    answers = os.fdopen(os.dup(1), "w")
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            _run(json.loads(line))
        _, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), file=answers, flush=True)


def _load() -> None:
    for package in (npverify, npverify_encodings):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if not module.name.startswith(("npverify.testing", "npverify.__main__")):
                importlib.import_module(module.name)


def _run(request: dict) -> None:
    """Become the run; never comes back."""
    try:
        os.chdir(request["cwd"])
        os.environ.clear()
        os.environ.update(request["environment"])
        for number, (path, flags) in enumerate(
            (
                (request["stdin"], os.O_RDONLY),
                (request["stdout"], os.O_WRONLY),
                (request["stderr"], os.O_WRONLY),
            )
        ):
            opened = os.open(path, flags)
            os.dup2(opened, number)
            os.close(opened)
        sys.stdin = os.fdopen(0, "r", encoding="utf-8", closefd=False)
        sys.stdout = os.fdopen(1, "w", encoding="utf-8", closefd=False)
        sys.stderr = os.fdopen(2, "w", encoding="utf-8", errors="backslashreplace", closefd=False)
        sys.argv = ["npverify", *request["arguments"]]
        from npverify.cli import program

        program()
    except SystemExit as stop:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(stop.code if isinstance(stop.code, int) else 1)
    finally:
        os._exit(70)


if __name__ == "__main__":
    serve()
