"""Time `npverify query` as a whole process on generated clusters: seconds, memory, and ratios.

    python -m benchmarks.run [--runs 5] [--large]

Every figure is the median of several cold runs, each in a process of its own; the ratio beside it is to the
smallest cluster in YAML of the same call. `--large` adds clusters of 10,000 policies.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from benchmarks.generate import generate, write_json, write_yaml

ROOT = Path(__file__).resolve().parents[1]
POINT = "can ns-003/app=app-0003 reach ns-007/app=app-0007?"
NEAR = "can ns-000/app=app-0000 reach ns-000/app=app-{namespaces:04d} on tcp/8080?"
OPEN = "can app=app-0003 reach app=app-0007?"
LIST = "what can reach ns-003/app=app-0003?"
BARE = """
import typer
app = typer.Typer()
@app.command()
def one(number: int = 1) -> None: ...
@app.command()
def two(number: int = 1) -> None: ...
app()
"""


@dataclass(frozen=True)
class Figure:
    """Medians of one command: seconds of wall clock, seconds of processor time, peak memory in megabytes."""

    wall: float
    cpu: float
    memory: float


def measure(command: list[str], runs: int, *, code: int = 0) -> Figure:
    """Run the command once to warm the file cache, then `runs` times; it has to end with the exit code."""
    measured = [_once(command, code) for _ in range(runs + 1)][1:]
    return Figure(*(statistics.median(values) for values in zip(*measured, strict=True)))


def _once(command: list[str], code: int) -> tuple[float, float, float]:
    path = os.pathsep.join((str(ROOT / "analyzer"), str(ROOT / "encodings")))
    started = time.perf_counter()
    process = subprocess.Popen(command, env={**os.environ, "PYTHONPATH": path}, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - started
    if os.waitstatus_to_exitcode(status) != code:
        raise SystemExit(f"failed: {' '.join(command)}")
    return wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def main() -> None:
    """Print one line a command."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--large", action="store_true")
    arguments = parser.parse_args()
    npverify = [sys.executable, "-m", "npverify"]
    print(f"{'what':<62} {'wall s':>7} {'cpu s':>7} {'MB':>6} {'ratio':>6}")
    bare = measure([sys.executable, "-c", BARE, "--help"], arguments.runs)
    print_figure("a bare Typer program, --help", bare, bare)
    print_figure("npverify --help", measure([*npverify, "--help"], arguments.runs), bare)
    with tempfile.TemporaryDirectory() as folder:
        base: Figure | None = None
        for policies, namespaces in ((1_000, 50), (10_000, 500))[: 2 if arguments.large else 1]:
            yaml_file, json_file = (Path(folder) / f"{policies}.{suffix}" for suffix in ("yaml", "json"))
            size = {"policies": policies, "workloads": policies, "namespaces": namespaces}
            write_yaml(generate(**size), yaml_file)
            write_json(generate(**size), json_file)
            near = NEAR.format(namespaces=namespaces)
            cases = [
                (POINT, yaml_file),
                (POINT, json_file),
                (near, yaml_file),
                (OPEN, yaml_file),
                (LIST, yaml_file),
            ]
            for question, file in cases:
                figure = measure([*npverify, "query", question, str(file)], arguments.runs)
                base = base or figure
                print_figure(f"{policies:>6,} {file.suffix[1:]}  {question}", figure, base)


def print_figure(what: str, figure: Figure, base: Figure) -> None:
    ratio = figure.wall / base.wall
    print(f"{what:<62} {figure.wall:7.2f} {figure.cpu:7.2f} {figure.memory:6.0f} {ratio:6.2f}", flush=True)


if __name__ == "__main__":
    main()
