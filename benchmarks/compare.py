"""Time `npverify diff` and `npverify lint` as whole processes: seconds, memory, and ratios.

    python -m benchmarks.compare [--runs 3] [--large]

Every figure is the median of several cold runs; the ratio beside it is to the first line. `--large` adds
10,000 policies. `split` and `reword` are equivalent forms (see `benchmarks.refactor`): the first is seen
through by normal forms, the second needs the solver.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from benchmarks.generate import Object, generate, write_yaml
from benchmarks.refactor import edit, label_sets, split
from benchmarks.run import Figure, measure, print_figure
from benchmarks.tiers import admin_policies, reorder

NPVERIFY = [sys.executable, "-m", "npverify"]
REDUNDANCY = "redundant-policy,redundant-rule,redundant-peer,redundant-port,isolation-only,doubled-isolation"


def cases(folder: Path, *, large: bool) -> Iterator[tuple[str, list[str], int]]:
    """What is measured: its name, the command, and the exit code that it ends with."""
    small = {"policies": 1_000, "workloads": 1_000, "namespaces": 50}
    old = list(generate(**small))
    yield "1,000 policies: split", _diff(folder, old, split(old)), 0
    yield "1,000 policies: reword", _diff(folder, old, split(old, reword=True)), 0
    yield "1,000 policies: one rule edited", _diff(folder, old, edit(old)), 1
    yield "1,000 policies: one address rule edited", _diff(folder, old, edit(old, addresses=True)), 1
    yield "1,000 policies: lint, redundancy", _lint(folder, old, "--select", REDUNDANCY), 0
    yield "1,000 policies: lint, every check", _lint(folder, old, "--exit-zero"), 0
    old = list(generate(policies=1_000, workloads=1_000, namespaces=1))
    yield "1,000 policies in one namespace: split", _diff(folder, old, split(old)), 0
    yield "1,000 policies in one namespace: reword", _diff(folder, old, split(old, reword=True)), 0
    old = list(label_sets(policies=3_000, workloads=3_000, distinct=600))
    yield "3,000 policies, 600 label sets: split", _diff(folder, old, split(old)), 0
    old = [*generate(**small), *admin_policies(count=100)]
    yield "1,000 policies under 100 admin policies: reorder", _diff(folder, old, reorder(old)), 0
    yield "1,000 policies under 100 admin policies: split", _diff(folder, old, split(old)), 0
    if large:
        old = list(generate(policies=10_000, workloads=10_000, namespaces=500))
        yield "10,000 policies: split, --jobs 2", [*_diff(folder, old, split(old)), "--jobs", "2"], 0
        yield (
            "10,000 policies: reword, --jobs 2",
            [*_diff(folder, old, split(old, reword=True)), "--jobs", "2"],
            0,
        )
        yield "10,000 policies: one rule edited", _diff(folder, old, edit(old)), 1
        yield "10,000 policies: one address rule edited", _diff(folder, old, edit(old, addresses=True)), 1
        yield "10,000 policies: lint, redundancy", _lint(folder, old, "--select", REDUNDANCY), 0


def _diff(folder: Path, old: Iterable[Object], new: Iterable[Object]) -> list[str]:
    for name, objects in (("old.yaml", old), ("new.yaml", new)):
        write_yaml(iter(list(objects)), folder / name)
    return [*NPVERIFY, "diff", str(folder / "old.yaml"), str(folder / "new.yaml")]


def _lint(folder: Path, objects: Iterable[Object], *options: str) -> list[str]:
    write_yaml(iter(list(objects)), folder / "old.yaml")
    return [*NPVERIFY, "lint", str(folder / "old.yaml"), "--no-config", *options]


def main() -> None:
    """Print one line a case."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--large", action="store_true")
    arguments = parser.parse_args()
    print(f"{'what':<62} {'wall s':>7} {'cpu s':>7} {'MB':>6} {'ratio':>6}")
    base: Figure | None = None
    with tempfile.TemporaryDirectory() as folder:
        for name, command, code in cases(Path(folder), large=arguments.large):
            figure = measure(command, arguments.runs, code=code)
            base = base or figure
            print_figure(name, figure, base)


if __name__ == "__main__":
    main()
