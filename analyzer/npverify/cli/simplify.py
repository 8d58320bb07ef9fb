"""`npverify simplify`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from npverify.cli.codes import ExitCode
from npverify.cli.options import (
    CniOption,
    FilesOption,
    IgnoreUnmodelledOption,
    IpBlockPodsOption,
    OpenNamespacesOption,
    PodCidrOption,
    ResolveOption,
    StrictAddressesOption,
    TimeoutOption,
    all_paths,
    query_settings,
    read_options,
)

if TYPE_CHECKING:
    from npverify.report import Style
    from npverify.simplification import Simplification


def simplify(
    paths: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="PATH", help="Manifests: file, directory or - (default: .).", show_default=False
        ),
    ] = None,
    files: FilesOption = None,
    diff: Annotated[bool, typer.Option("--diff", help="Print a patch instead of the new files.")] = False,
    write: Annotated[bool, typer.Option("--write", help="Change the files in place.")] = False,
    check: Annotated[
        bool, typer.Option("--check", help="Print no files; exit with 1 if something can be simplified.")
    ] = False,
    timeout: TimeoutOption = 60.0,
    cni: CniOption = None,
    pod_cidr: PodCidrOption = None,
    resolve: ResolveOption = None,
    open_namespaces: OpenNamespacesOption = False,
    ipblock_pods: IpBlockPodsOption = None,
    ignore_unmodelled: IgnoreUnmodelledOption = False,
    strict_addresses: StrictAddressesOption = False,
) -> int:
    """Remove what is redundant, merge what can be merged, and prove that nothing has changed.

    The new text of every file that changes goes to standard output, the steps and the proof to standard
    error. No file is touched without --write. Policies that stand for isolation stay.
    """
    from npverify.cli.long_runs import long_run
    from npverify.errors import InputError, UsageError
    from npverify.manifests import find_texts
    from npverify.report import render_findings
    from npverify.report.simplification import render_simplification, render_undecided
    from npverify.simplification import simplify as run
    from npverify_encodings.solver import Undecided

    sources = all_paths(paths, files)
    if write and "-" in sources:
        raise UsageError(
            "standard input cannot be changed in place", hint="drop --write: the result is printed"
        )
    if [write, diff, check].count(True) > 1:
        raise UsageError("--diff, --write and --check exclude each other")
    texts = find_texts(sources, stdin=sys.stdin.buffer)
    settings = query_settings(
        timeout=timeout,
        cni=cni,
        pod_cidrs=pod_cidr,
        resolve=resolve,
        open_namespaces=open_namespaces,
        ipblock_pods=ipblock_pods,
        ignore_unmodelled=ignore_unmodelled,
    )
    reading_options = read_options(strict_addresses=strict_addresses)
    try:
        with long_run() as progress:
            result = run(texts, settings, options=reading_options, progress=progress)
    except InputError as error:
        # No --keep-going here: without the documents that cannot be read nothing would be sure.
        print(f"{render_findings(error.problems, _stderr_style())}\nnothing was changed", file=sys.stderr)
        return ExitCode.USAGE
    except Undecided as reason:
        print(render_undecided(str(reason), _stderr_style()), end="", file=sys.stderr)
        return ExitCode.UNDECIDED
    if not result.before.policies:
        raise UsageError("there is no NetworkPolicy to simplify", hint="are all paths given?")
    if result.findings:
        print(render_findings(result.findings, _stderr_style()), file=sys.stderr)
    print(render_simplification(result, _stderr_style()), end="", file=sys.stderr)
    if not result.is_proved:
        return ExitCode.UNDECIDED
    if write:
        _write(result)
    elif not check:
        _print(result, is_patch=diff, with_unchanged="-" in sources)
    return ExitCode.NOT_AS_EXPECTED if check and result.changes else ExitCode.ANSWERED


def _stderr_style() -> Style:
    from npverify.cli.failures import stderr_style

    return stderr_style()


def _print(result: Simplification, *, is_patch: bool, with_unchanged: bool) -> None:
    from npverify.cli.output import write_report
    from npverify.report.simplification import render_changed_files, render_patch

    if is_patch:
        write_report(render_patch(result), None)
    else:
        write_report(render_changed_files(result, with_unchanged=with_unchanged), None)


def _write(result: Simplification) -> None:
    """Write every file that changes, or none, and remove those in which nothing is left."""
    from npverify.cli.output import write_files

    write_files({Path(change.name): change.after for change in result.changes if change.after})
    for change in result.changes:
        if not change.after:
            Path(change.name).unlink()
