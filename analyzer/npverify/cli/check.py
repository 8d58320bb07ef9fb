"""`npverify check`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from npverify.cli.codes import ExitCode
from npverify.cli.collector import reading
from npverify.cli.options import (
    BlockPods,
    CniOption,
    FilesOption,
    HostNetwork,
    NodeEgress,
    OutputFileOption,
    Pods,
    from_table,
    networks,
    plugin_profile,
    resolutions,
)
from npverify.cli.reports import Format, ReportsOption

if TYPE_CHECKING:
    from npverify.checking import Checker, CheckResult
    from npverify.configuration import Configuration
    from npverify.configuration.options import OptionValues


def check(
    config: Annotated[
        Path | None,
        typer.Argument(
            metavar="[CONFIG]",
            help="The file with the assertions (default: npverify.yaml here or above).",
            show_default=False,
        ),
    ] = None,
    files: FilesOption = None,
    only: Annotated[
        list[str] | None,
        typer.Option(
            "--only",
            metavar="NAME",
            help="Only the assertion of that name, or that pattern with *; repeatable.",
        ),
    ] = None,
    strict: Annotated[
        bool,
        typer.Option(
            "--strict", help="Fail on warnings: what is vacuous, or violated with severity warning."
        ),
    ] = False,
    fail_fast: Annotated[
        bool, typer.Option("--fail-fast", help="Stop at the first assertion that fails.")
    ] = False,
    jobs: Annotated[
        int, typer.Option("--jobs", metavar="N", min=0, help="Processes that solve; 0: one a processor.")
    ] = 1,
    universe: Annotated[Pods | None, from_table("universe")] = None,
    timeout: Annotated[float | None, from_table("timeout", metavar="SECONDS", min=0.0)] = None,
    cni: CniOption = None,
    pod_cidr: Annotated[list[str] | None, from_table("pod-cidr", metavar="CIDR")] = None,
    resolve: Annotated[list[str] | None, from_table("resolve", metavar="NAME=IP,…")] = None,
    open_namespaces: Annotated[bool | None, from_table("open-namespaces")] = None,
    ipblock_pods: Annotated[BlockPods | None, from_table("ipblock-pods")] = None,
    own_node_egress: Annotated[NodeEgress | None, from_table("own-node-egress")] = None,
    host_network: Annotated[HostNetwork | None, from_table("host-network")] = None,
    keep_finished: Annotated[bool | None, from_table("keep-finished")] = None,
    ignore_unmodelled: Annotated[bool | None, from_table("ignore-unmodelled")] = None,
    strict_addresses: Annotated[bool | None, from_table("strict-addresses")] = None,
    keep_going: Annotated[bool | None, from_table("keep-going")] = None,
    report: ReportsOption = None,
    output: Annotated[Format, typer.Option("--output", "-o", help="How to write the outcome.")] = Format.TEXT,
    output_file: OutputFileOption = None,
) -> int:
    """Check the assertions of npverify.yaml: each holds, is violated, is vacuous, or is undecided.

    Options come before what the file says; -f stands in for its manifests.

    Exit codes: 0 nothing is violated, 1 an assertion is violated, 2 bad usage or input, or no assertion at
    all, 3 an assertion is undecided (and none is violated). Violated assertions of severity warning, and
    vacuous ones, do not fail a run without --strict.
    """
    from npverify.checking import RunSettings
    from npverify.checking import check as check_all
    from npverify.cli.interrupts import ending_on_interrupt
    from npverify.cli.output import warn_first
    from npverify.cli.progress import ProgressBar, showing
    from npverify.cli.reports import parse_reports, render_check, write_all
    from npverify.cli.workers import end_processes, solving_processes

    reports = parse_reports(report, Format)
    given = {
        "universe": universe,
        "timeout": timeout,
        "cni": plugin_profile(cni),
        "pod-cidr": networks(pod_cidr) or None,
        "resolve": resolutions(resolve) or None,
        "open-namespaces": open_namespaces,
        "ipblock-pods": ipblock_pods,
        "own-node-egress": own_node_egress,
        "host-network": host_network,
        "keep-finished": keep_finished,
        "ignore-unmodelled": ignore_unmodelled,
        "strict-addresses": strict_addresses,
        "keep-going": keep_going,
    }
    options = {name: value for name, value in given.items() if value is not None}
    progress = ProgressBar()

    def clean_up() -> None:
        end_processes()
        progress.hide()

    with ending_on_interrupt(clean_up), showing(progress):
        with reading():
            checker = _load(config, only or [], files, options)
        settings = RunSettings(is_strict=strict, fail_fast=fail_fast, jobs=jobs or 1)
        with solving_processes(jobs) as executor:
            result = check_all(checker, settings, executor=executor, progress=progress)
    _print_findings(result)
    if Format.GITLAB in (output, *reports.values()):
        warn_first(result.notes)
    write_all(lambda name, path: render_check(result, name, path), output, output_file, reports)
    return exit_code(result)


def _load(config: Path | None, only: list[str], files: list[Path] | None, options: OptionValues) -> Checker:
    """What is to be checked, ready; raises UsageError where there is nothing."""
    from npverify.checking import load_checker, pick_assertions
    from npverify.errors import UsageError

    configuration = _configuration(config)
    if not configuration.assertions:
        raise UsageError(
            f"`{configuration.file}` has no assertions",
            hint="add one, as in `- that: the internet cannot reach shop/deployment/database`",
        )
    return load_checker(
        configuration,
        pick_assertions(configuration.assertions, only),
        manifests=[str(path) for path in files or ()],
        options=options,
        stdin=sys.stdin.buffer,
    )


def _configuration(path: Path | None) -> Configuration:
    from npverify.configuration import FILE_NAME, find_configuration, read_configuration
    from npverify.errors import UsageError

    if path is not None and path.is_dir():
        path = path / FILE_NAME
    found = path or find_configuration(Path())
    if found is None:
        raise UsageError(
            f"there is no {FILE_NAME} here or above", hint="write one with `npverify init`, or name a file"
        )
    return read_configuration(found)


def _print_findings(result: CheckResult) -> None:
    """Tell on standard error of what was wrong with the manifests."""
    from npverify.cli.failures import stderr_style
    from npverify.report import render_findings

    findings = (*result.input.left_out, *result.input.findings)
    if findings:
        print(render_findings(findings, stderr_style()), file=sys.stderr)


def exit_code(result: CheckResult) -> ExitCode:
    """The exit code of a run: what is violated is certain, and so comes before what is undecided."""
    from npverify.checking import Outcome

    match result.verdict:
        case Outcome.VIOLATED:
            return ExitCode.NOT_AS_EXPECTED
        case Outcome.UNDECIDED:
            return ExitCode.UNDECIDED
        case _:
            return ExitCode.ANSWERED
