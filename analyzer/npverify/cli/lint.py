"""`npverify lint`."""

from __future__ import annotations

import sys
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from npverify.cli.codes import ExitCode
from npverify.cli.collector import reading
from npverify.cli.options import (
    CniOption,
    FilesOption,
    HostNetwork,
    HostNetworkOption,
    IpBlockPodsOption,
    KeepFinishedOption,
    KeepGoingOption,
    OpenNamespacesOption,
    OutputFileOption,
    OwnNodeEgressOption,
    PodCidrOption,
    ResolveOption,
    StatsOption,
    StrictAddressesOption,
    TimeoutOption,
    all_paths,
    query_settings,
    read_options,
)

if TYPE_CHECKING:
    from npverify.cni import CniProfile
    from npverify.configuration import Configuration
    from npverify.lint import LintResult
    from npverify.resources.inventory import Inventory


class Format(StrEnum):
    """How the findings are written."""

    TEXT = "text"
    JSON = "json"
    SARIF = "sarif"
    JUNIT = "junit"
    GITHUB = "github"
    MARKDOWN = "markdown"


class Least(StrEnum):
    """The least severe finding that is reported."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


def lint(
    paths: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="PATH", help="Manifests: file, directory or - (default: .).", show_default=False
        ),
    ] = None,
    files: FilesOption = None,
    select: Annotated[
        list[str] | None,
        typer.Option(
            "--select", metavar="CODES", help="Only these: NPV203, NPV22 (all that begin so), dead-selector."
        ),
    ] = None,
    ignore: Annotated[
        list[str] | None, typer.Option("--ignore", metavar="CODES", help="Not these, whatever is selected.")
    ] = None,
    severity: Annotated[
        Least,
        typer.Option("--severity", help="Report this and above; notes never fail a run."),
    ] = Least.NOTE,
    exit_zero: Annotated[
        bool, typer.Option("--exit-zero", help="Exit with 0 although there are warnings or errors.")
    ] = False,
    baseline: Annotated[
        Path | None,
        typer.Option("--baseline", metavar="FILE", help="Report only what is not in this baseline."),
    ] = None,
    write_baseline: Annotated[
        Path | None,
        typer.Option(
            "--write-baseline", metavar="FILE", help="Write a baseline of everything found, and accept it."
        ),
    ] = None,
    config: Annotated[
        Path | None,
        typer.Option(
            "--config",
            metavar="FILE",
            help="Configuration (default: npverify.yaml here or above).",
        ),
    ] = None,
    no_config: Annotated[bool, typer.Option("--no-config", help="Look for no configuration.")] = False,
    today: Annotated[
        str | None,
        typer.Option(
            "--today", metavar="DATE", help="The day that expiry dates are compared with (default: today)."
        ),
    ] = None,
    timeout: TimeoutOption = 60.0,
    cni: CniOption = None,
    pod_cidr: PodCidrOption = None,
    resolve: ResolveOption = None,
    open_namespaces: OpenNamespacesOption = False,
    ipblock_pods: IpBlockPodsOption = None,
    own_node_egress: OwnNodeEgressOption = None,
    host_network: HostNetworkOption = HostNetwork.NODE,
    keep_finished: KeepFinishedOption = False,
    strict_addresses: StrictAddressesOption = False,
    keep_going: KeepGoingOption = False,
    output: Annotated[Format, typer.Option("--output", "-o", help="How to write them.")] = Format.TEXT,
    output_file: OutputFileOption = None,
    stats: StatsOption = False,
) -> int:
    """Look for policies that do not do what they seem to do: redundant, ineffective, and traps.

    Exit codes: 0 nothing worse than a note, 1 warnings or errors, 2 bad usage or input, or no policy at all,
    3 a check could not be decided (and there is no warning or error). "npverify explain" lists the codes.
    """
    from npverify.cli.long_runs import long_run
    from npverify.cli.output import write_report
    from npverify.cluster import load
    from npverify.configuration import read_baseline
    from npverify.errors import Severity
    from npverify.lint import NO_BASELINE, render_baseline

    configuration = _configuration(config, look=not no_config)
    wanted, unwanted = _words(select), (*configuration.lint.ignore, *_words(ignore))
    _check_words(wanted, unwanted)
    day = _day(today)
    is_first = baseline is not None and baseline == write_baseline and not baseline.exists()
    known = read_baseline(baseline) if baseline and not is_first else NO_BASELINE
    settings = query_settings(
        timeout=timeout,
        cni=_plugin(cni, configuration),
        pod_cidrs=pod_cidr,
        resolve=resolve,
        open_namespaces=open_namespaces,
        ipblock_pods=ipblock_pods,
        own_node_egress=own_node_egress,
    )
    sources = all_paths(paths, files)
    with long_run() as progress:
        with reading():
            cluster = load(
                *sources,
                stdin=sys.stdin.buffer,
                options=read_options(
                    keep_going=keep_going,
                    strict_addresses=strict_addresses,
                    host_network=host_network,
                    keep_finished=keep_finished,
                ),
            )
        _check_input(cluster.inventory, sources, settings.profile)
        result = cluster.lint(
            select=wanted,
            ignore=unwanted,
            severity=Severity(severity.value),
            suppressions=configuration.lint.suppressions,
            baseline=known,
            today=day,
            settings=settings,
            progress=progress,
        )
    if write_baseline is not None:
        write_report(render_baseline(result.baseline), write_baseline)
        result = result.accepted(str(write_baseline))
    write_report(render(result, output, output_file, with_stats=stats), output_file)
    return exit_code(result, exit_zero=exit_zero)


def _configuration(path: Path | None, *, look: bool) -> Configuration:
    from npverify.configuration import NO_CONFIGURATION, find_configuration, read_configuration
    from npverify.errors import UsageError

    if path is not None and not look:
        raise UsageError("a configuration was named, and none is to be looked for", hint="drop --no-config")
    found = path or (find_configuration(Path()) if look else None)
    return read_configuration(found) if found else NO_CONFIGURATION


def _plugin(given: str | None, configuration: Configuration) -> str | CniProfile | None:
    """The network plugin by the command line, else by the configuration."""
    from npverify.cni import CniProfile

    known = configuration.options.get("cni")
    return known if given is None and isinstance(known, CniProfile) else given


def _words(options: list[str] | None) -> tuple[str, ...]:
    """The words of a repeatable option, each of which may hold several, as `NPV203,NPV22`."""
    return tuple(word.strip() for option in options or () for word in option.split(",") if word.strip())


def _check_words(wanted: tuple[str, ...], unwanted: tuple[str, ...]) -> None:
    """Raise UsageError for a word that means nothing, and where nothing is left to look for."""
    from npverify.errors import UsageError
    from npverify.lint import LINT_CODES

    if not LINT_CODES.chosen(wanted, unwanted):
        raise UsageError("no check is left to run", hint="everything that is selected is ignored as well")


def _day(text: str | None) -> date | None:
    from npverify.configuration import parse_day
    from npverify.errors import UsageError

    try:
        return None if text is None else parse_day(text)
    except ValueError:
        raise UsageError(f"`{text}` is no date", hint="write it as in --today 2026-12-31") from None


def _check_input(inventory: Inventory, sources: list[str], profile: CniProfile) -> None:
    """Name what was left out on standard error; raise UsageError where there is no policy to look at."""
    from npverify.cli.failures import stderr_style
    from npverify.errors import UsageError
    from npverify.questions.unmodelled import without_effect
    from npverify.report import render_findings

    if inventory.left_out:
        print(render_findings(inventory.left_out, stderr_style()), file=sys.stderr)
    if not (inventory.policies or inventory.admin_policies or without_effect(inventory, profile)):
        names = ", ".join(f"`{source}`" for source in sources)
        others = sorted({policy.kind for policy in inventory.unmodelled})
        hint = f"{', '.join(others)} cannot be looked at yet" if others else "name manifests with policies"
        raise UsageError(f"there is no NetworkPolicy in {names}", hint=hint)


def render(result: LintResult, output: Format, path: Path | None, *, with_stats: bool) -> str:
    """The findings in a format, for a file or for standard output (None)."""
    if output is Format.TEXT:
        from npverify.cli.output import stdout_width, style_for
        from npverify.report.lint_text import render_lint_text

        width = stdout_width() if path is None else None
        return render_lint_text(result, width=width, style=style_for(path), with_stats=with_stats)
    if output is Format.JSON:
        from npverify.report.lint_mapping import render_lint_json

        return render_lint_json(result, with_stats=with_stats)
    from npverify.cli.version import installed_version
    from npverify.report import render_github, render_junit, render_markdown, render_sarif
    from npverify.report.lint_results import lint_results

    results, root = lint_results(result), Path.cwd()
    match output:
        case Format.SARIF:
            return render_sarif(results, version=installed_version(), root=root)
        case Format.JUNIT:
            return render_junit(results)
        case Format.GITHUB:
            return render_github(results, root=root)
        case Format.MARKDOWN:
            return render_markdown(results, root=root)


def exit_code(result: LintResult, *, exit_zero: bool) -> ExitCode:
    """The exit code of a result: findings are certain, and so come before what is undecided."""
    if result.fails and not exit_zero:
        return ExitCode.NOT_AS_EXPECTED
    return ExitCode.UNDECIDED if result.undecided else ExitCode.ANSWERED
