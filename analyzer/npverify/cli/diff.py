"""`npverify diff`."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from npverify.cli.codes import ExitCode
from npverify.cli.collector import reading
from npverify.cli.options import (
    CniOption,
    HostNetwork,
    HostNetworkOption,
    IgnoreUnmodelledOption,
    IpBlockPodsOption,
    KeepFinishedOption,
    KeepGoingOption,
    OpenNamespacesOption,
    OutputFileOption,
    PodCidrOption,
    Pods,
    ResolveOption,
    StatsOption,
    StrictAddressesOption,
    TimeoutOption,
    UniverseOption,
    complete_plugin,
    plugin_profile,
    query_settings,
    read_options,
)

if TYPE_CHECKING:
    from npverify.cluster import Cluster
    from npverify.questions.comparison import Comparison, Relation
    from npverify.report.diff_sentences import Sides


class Format(StrEnum):
    """How the comparison is written."""

    TEXT = "text"
    JSON = "json"
    MARKDOWN = "markdown"
    GITHUB = "github"
    SARIF = "sarif"
    CSV = "csv"


def diff(
    paths: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="OLD NEW",
            help="Manifests: a file, a directory or - on each side. With --base: the paths on both sides.",
            show_default=False,
        ),
    ] = None,
    old: Annotated[
        list[str] | None, typer.Option("--old", metavar="PATH", help="A path of the old version; repeatable.")
    ] = None,
    new: Annotated[
        list[str] | None, typer.Option("--new", metavar="PATH", help="A path of the new version; repeatable.")
    ] = None,
    base: Annotated[
        str | None,
        typer.Option("--base", metavar="REV", help="Compare the paths (default: .) with this git revision."),
    ] = None,
    at_most: Annotated[
        bool, typer.Option("--at-most", help="Claim that NEW allows nothing that OLD denies.")
    ] = False,
    at_least: Annotated[
        bool, typer.Option("--at-least", help="Claim that NEW allows everything that OLD allows.")
    ] = False,
    disjoint: Annotated[
        bool, typer.Option("--disjoint", help="Claim that no connection is allowed in both.")
    ] = False,
    only_opened: Annotated[
        bool, typer.Option("--only-opened", help="Look for what was opened only, as --at-most does.")
    ] = False,
    only_closed: Annotated[
        bool, typer.Option("--only-closed", help="Look for what was closed only, as --at-least does.")
    ] = False,
    per_direction: Annotated[
        bool,
        typer.Option(
            "--per-direction", help="Compare ingress and egress each by itself: shows masked changes."
        ),
    ] = False,
    scope: Annotated[
        str | None,
        typer.Option("--scope", metavar="A", help="Only flows of which an end is in A, as in a question."),
    ] = None,
    universe: UniverseOption = Pods.ANY,
    limit: Annotated[
        int, typer.Option("--limit", metavar="N", min=0, help="Most regions to list; 0: all of them.")
    ] = 100,
    jobs: Annotated[
        int, typer.Option("--jobs", metavar="N", min=0, help="Processes that solve; 0: one a processor.")
    ] = 1,
    timeout: TimeoutOption = 60.0,
    cni: CniOption = None,
    new_cni: Annotated[
        str | None,
        typer.Option(
            "--new-cni",
            metavar="NAME",
            autocompletion=complete_plugin,
            help="The network plugin that enforces the new version, where it is another one.",
        ),
    ] = None,
    pod_cidr: PodCidrOption = None,
    resolve: ResolveOption = None,
    open_namespaces: OpenNamespacesOption = False,
    ipblock_pods: IpBlockPodsOption = None,
    host_network: HostNetworkOption = HostNetwork.NODE,
    keep_finished: KeepFinishedOption = False,
    ignore_unmodelled: IgnoreUnmodelledOption = False,
    strict_addresses: StrictAddressesOption = False,
    keep_going: KeepGoingOption = False,
    output: Annotated[Format, typer.Option("--output", "-o", help="How to write it.")] = Format.TEXT,
    output_file: OutputFileOption = None,
    stats: StatsOption = False,
) -> int:
    """Prove that two versions of the manifests allow the same connections, or list every region of flows that
    was opened or closed.
    """
    from npverify.cli.long_runs import long_run
    from npverify.cli.output import warn_first, write_report
    from npverify.cli.sides import pick_sides
    from npverify.cli.workers import solving_processes
    from npverify.cluster import compare
    from npverify.manifests import DocumentMemory
    from npverify.questions.comparison import ComparisonSettings
    from npverify.report.diff_sentences import Sides, completeness_words

    given = list(paths or [])
    if new_cni is not None and len(given) == 1 and base is None and not (old or new):
        given *= 2  # the same manifests on two network plugins
    sides = pick_sides(given, old or [], new or [], base)
    relation = _relation(
        {
            "--at-most": at_most,
            "--at-least": at_least,
            "--disjoint": disjoint,
            "--only-opened": only_opened,
            "--only-closed": only_closed,
        },
        per_direction=per_direction,
    )
    settings = ComparisonSettings(
        query=query_settings(
            universe=universe,
            timeout=timeout,
            cni=cni,
            pod_cidrs=pod_cidr,
            resolve=resolve,
            open_namespaces=open_namespaces,
            ipblock_pods=ipblock_pods,
            ignore_unmodelled=ignore_unmodelled,
        ),
        relation=relation,
        per_direction=per_direction,
        limit=limit or None,
        jobs=jobs,
        new_profile=plugin_profile(new_cni),
    )
    options = read_options(
        keep_going=keep_going,
        strict_addresses=strict_addresses,
        host_network=host_network,
        keep_finished=keep_finished,
    )
    with long_run() as progress:
        with reading():
            memory = DocumentMemory()
            versions = [side.load(options, memory) for side in sides]
            del memory
        names = Sides(*map(str, sides))
        _check_there_is_something(versions, names)
        with solving_processes(jobs) as executor:
            comparison = compare(
                versions[0], versions[1], settings, scope=scope, executor=executor, progress=progress
            )
    _print_findings(comparison)
    if output is Format.CSV:
        warn_first(comparison.notes)
    if output is Format.CSV and not comparison.complete:
        print(f"not all: {completeness_words(comparison)}", file=sys.stderr)
    write_report(render(comparison, names, output, output_file, with_stats=stats), output_file)
    return exit_code(comparison)


def _relation(flags: dict[str, bool], *, per_direction: bool) -> Relation:
    """What is claimed; raises UsageError for claims that do not go together."""
    from npverify.errors import UsageError
    from npverify.questions.comparison import Relation

    given = [flag for flag, is_given in flags.items() if is_given]
    if len(given) > 1:
        raise UsageError(
            f"`{given[0]}` and `{given[1]}` cannot both be given", hint="run npverify once for each"
        )
    if per_direction and given == ["--disjoint"]:
        raise UsageError(
            "`--disjoint` is about connections, which take both directions",
            hint="drop --per-direction",
        )
    relations = {
        "--at-most": Relation.AT_MOST,
        "--only-opened": Relation.AT_MOST,
        "--at-least": Relation.AT_LEAST,
        "--only-closed": Relation.AT_LEAST,
        "--disjoint": Relation.DISJOINT,
    }
    return relations[given[0]] if given else Relation.EQUIVALENT


def _check_there_is_something(versions: list[Cluster], names: Sides) -> None:
    """Raise UsageError where neither side has a policy."""
    from npverify.errors import UsageError

    if not any(version.inventory.policies or version.inventory.left_open for version in versions):
        raise UsageError(
            f"nothing to compare: no policy in {names.old}, and none in {names.new}",
            hint="are all paths given?",
        )


def _print_findings(comparison: Comparison) -> None:
    from npverify.cli.failures import stderr_style
    from npverify.report import render_findings

    findings = [
        finding for read in (comparison.old, comparison.new) for finding in (*read.left_out, *read.findings)
    ]
    if findings:
        print(render_findings(dict.fromkeys(findings), stderr_style()), file=sys.stderr)


def render(
    comparison: Comparison, sides: Sides, output: Format, path: Path | None, *, with_stats: bool
) -> str:
    """The comparison in a format, for a file or for standard output (None)."""
    match output:
        case Format.TEXT:
            from npverify.cli.output import stdout_width, style_for
            from npverify.report.diff_text import render_diff_text

            width = stdout_width() if path is None else None
            return render_diff_text(
                comparison, sides, width=width, style=style_for(path), with_stats=with_stats
            )
        case Format.JSON:
            from npverify.report.diff_mapping import render_diff_json

            return render_diff_json(comparison, sides, with_stats=with_stats)
        case Format.MARKDOWN:
            from npverify.report.diff_markdown import render_diff_markdown

            return render_diff_markdown(comparison, sides, root=Path.cwd())
        case Format.CSV:
            from npverify.report.diff_csv import render_diff_csv

            return render_diff_csv(comparison)
        case Format.GITHUB | Format.SARIF:
            return _render_results(comparison, sides, output)


def _render_results(comparison: Comparison, sides: Sides, output: Format) -> str:
    from importlib.metadata import version

    from npverify.report.diff_results import diff_results
    from npverify.report.github import render_github
    from npverify.report.sarif import render_sarif

    results = diff_results(comparison, sides)
    if output is Format.GITHUB:
        return render_github(results, root=Path.cwd())
    return render_sarif(results, version=version("npverify"), root=Path.cwd())


def exit_code(comparison: Comparison) -> ExitCode:
    """The exit code of a comparison."""
    from npverify.questions.comparison import ComparisonVerdict

    match comparison.verdict:
        case ComparisonVerdict.EQUIVALENT | ComparisonVerdict.HOLDS:
            return ExitCode.ANSWERED
        case ComparisonVerdict.DIFFERENT | ComparisonVerdict.VIOLATED:
            return ExitCode.NOT_AS_EXPECTED
        case ComparisonVerdict.UNDECIDED:
            return ExitCode.UNDECIDED
