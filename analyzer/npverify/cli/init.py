"""`npverify init`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from npverify.resources.inventory import Inventory


def init(
    paths: Annotated[
        list[Path] | None,
        typer.Argument(metavar="PATH", help="Manifests: files and folders (default: .).", show_default=False),
    ] = None,
    file: Annotated[
        Path | None,
        typer.Option(
            "--output-file",
            metavar="FILE",
            help="Where to write it (default: npverify.yaml).",
            show_default=False,
        ),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace a file that is there.")] = False,
) -> None:
    """Write a commented npverify.yaml, with assertions that hold of the manifests as they are."""
    from npverify.checking.proposals import propose
    from npverify.cli.output import write_report
    from npverify.configuration import FILE_NAME
    from npverify.errors import UsageError
    from npverify.manifests import ReadOptions, read_paths
    from npverify.report.check_starter import render_starter

    target = file or Path(FILE_NAME)
    if target.exists() and not force:
        raise UsageError(f"`{target}` is there already", hint="--force replaces it")
    given = [str(path) for path in paths or ()]
    inventory = read_paths(given or ["."], options=ReadOptions(keep_going=True))
    policies = (*inventory.policies, *inventory.left_open)
    if not policies and not inventory.workloads:
        names = ", ".join(f"`{name}`" for name in given or ["."])
        raise UsageError(f"there is no policy and no workload in {names}", hint="name your manifests")
    manifests = [_seen_from(target.parent, Path(path)) for path in given or _places(inventory)]
    proposals = propose(inventory)
    write_report(render_starter(inventory, manifests, proposals), target)
    print(_summary(target, inventory, sum(p.result.outcome == "holds" for p in proposals)), file=sys.stderr)


def _places(inventory: Inventory) -> list[str]:
    """The folders and files that hold objects, the largest ones in which nothing is wrong."""
    from npverify.configuration import FILE_NAME

    origins = [
        *(policy.origin for policy in inventory.policies),
        *(policy.origin for policy in inventory.admin_policies),
        *(policy.origin for policy in inventory.left_open),
        *(workload.origin for workload in inventory.workloads),
        *(service.origin for service in inventory.services),
        *(namespace.origin for namespace in inventory.namespaces.values()),
    ]
    good = {Path(origin.file) for origin in origins if Path(origin.file).is_file()}
    bad = {Path(finding.origin.file) for finding in inventory.left_out}
    read = {Path(name) for name in inventory.files if Path(name).name != FILE_NAME}
    if good == read and any(len(path.parts) == 1 for path in good - bad):
        return ["."]
    return _largest(Path(), good, bad)


def _largest(folder: Path, good: set[Path], bad: set[Path]) -> list[str]:
    """The children of a folder that hold objects; of a child with errors, its own children."""
    found: list[str] = []
    for child in sorted({Path(*path.parts[: len(folder.parts) + 1]) for path in good}):
        inside = {path for path in good if path.is_relative_to(child)}
        if child in good:
            found += [str(child)] if child not in bad else []
        elif any(path.is_relative_to(child) for path in bad):
            found += _largest(child, inside, bad)
        else:
            found.append(f"{child}/")
    return found


def _seen_from(folder: Path, path: Path) -> str:
    """A path as it is written in a file of that folder."""
    import os

    name = os.path.relpath(path, folder)
    return f"{name}/" if path.is_dir() and name != "." else name


def _summary(target: Path, inventory: Inventory, number: int) -> str:
    what = f"{number} assertion{'s' if number != 1 else ''} that hold{'s' if number == 1 else ''} now"
    left_out = len({finding.origin.file for finding in inventory.left_out})
    without = f"; {left_out} file{'s' if left_out != 1 else ''} with errors left out" if left_out else ""
    return f"wrote {target}: {what}{without}"
