"""The real process."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SHOP = "examples/shop"


def npverify(*arguments, stdin=None, cwd=ROOT, **environment):
    """Run `npverify` and return the finished process, output as text."""
    path = os.pathsep.join((str(ROOT / "analyzer"), str(ROOT / "encodings")))
    inherited = {k: v for k, v in os.environ.items() if k not in ("COLUMNS", "NO_COLOR")}
    return subprocess.run(
        [sys.executable, "-m", "npverify", *arguments],
        input=stdin,
        cwd=cwd,
        env={**inherited, "PYTHONPATH": path, **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
