"""Every command that may take long shows a bar on a terminal, and an interrupt ends it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import pytest
from tests.cli.running import ROOT

POSIX = pytest.mark.skipif(not hasattr(os, "openpty"), reason="there are no pseudo-terminals here")


def on_terminal(*arguments, stdin=None):
    """A process whose standard error is a terminal, and the other end of that terminal."""
    leader, follower = os.openpty()
    path = os.pathsep.join((str(ROOT / "analyzer"), str(ROOT / "encodings")))
    running = subprocess.Popen(
        [sys.executable, "-m", "npverify", *arguments],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": path, "TERM": "xterm"},
        stdin=stdin,
        stdout=subprocess.PIPE,
        stderr=follower,
        start_new_session=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # background jobs ignore it
    )
    os.close(follower)
    return running, leader


@POSIX
@pytest.mark.parametrize("command", ["lint", "simplify"])
def test_an_interrupt_ends_a_command_that_waits(command):
    """Standard input never ends, so neither would the command."""
    running, leader = on_terminal(command, "-", stdin=subprocess.PIPE)
    shown = b""
    while command == "lint" and b"reading" not in shown:
        shown += os.read(leader, 65_536)
    if command == "simplify":
        with pytest.raises(subprocess.TimeoutExpired):
            running.wait(timeout=3)
    os.killpg(running.pid, signal.SIGINT)

    output, _ = running.communicate(timeout=30)

    assert running.returncode == 130
    assert output == b""
    shown += os.read(leader, 65_536)
    os.close(leader)
    assert shown.endswith(b"interrupted\r\n")
    assert b"Traceback" not in shown


@POSIX
def test_an_interrupt_ends_the_search_for_redundancies(tmp_path):
    """Policies that all overlap: the search would take minutes."""
    rules = "".join(
        f"  - from: [{{podSelector: {{matchLabels: {{app: b{n}}}}}}}]\n    ports: [{{port: {1000 + n}}}]\n"
        for n in range(60)
    )
    policies = [
        "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\n"
        f"metadata: {{name: p{n}, namespace: one}}\nspec:\n  podSelector: {{matchLabels: {{l{n}: x}}}}\n"
        f"  ingress:\n{rules}"
        for n in range(40)
    ]
    (tmp_path / "policies.yaml").write_text("---\n".join(policies))
    running, leader = on_terminal("lint", str(tmp_path))
    shown = b""
    while b"policies looked at" not in shown:
        shown += os.read(leader, 65_536)
    os.killpg(running.pid, signal.SIGINT)

    running.communicate(timeout=30)

    os.close(leader)
    assert running.returncode == 130
