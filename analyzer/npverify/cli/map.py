"""`npverify map`."""

from __future__ import annotations

import sys
from dataclasses import replace
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
    IgnoreUnmodelledOption,
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
    from npverify.cluster import Cluster
    from npverify.questions.connectivity import ConnectivityMap, MapDifference


class Group(StrEnum):
    """What stands for the declared pods."""

    WORKLOAD = "workload"
    NAMESPACE = "namespace"


class Format(StrEnum):
    """How a map can be written."""

    TEXT = "text"
    JSON = "json"
    CSV = "csv"
    MARKDOWN = "markdown"
    DOT = "dot"
    MERMAID = "mermaid"


def connectivity(
    paths: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="PATH", help="Manifests: file, directory or - (default: .).", show_default=False
        ),
    ] = None,
    files: FilesOption = None,
    source: Annotated[
        str | None, typer.Option("--from", metavar="A", help="Sources in A only, as in a question.")
    ] = None,
    destination: Annotated[
        str | None, typer.Option("--to", metavar="B", help="Destinations in B only, as in a question.")
    ] = None,
    port: Annotated[
        str | None, typer.Option("--port", metavar="PORTS", help="These ports only, as in tcp/80,udp/53.")
    ] = None,
    group: Annotated[Group, typer.Option("--group", help="What stands for the pods.")] = Group.WORKLOAD,
    include_self: Annotated[
        bool, typer.Option("--include-self", help="The connections within a workload as well.")
    ] = False,
    cidr: Annotated[bool, typer.Option("--cidr", help="Write outside addresses as networks.")] = False,
    exposure: Annotated[
        bool,
        typer.Option("--exposure", help="What pods that are not declared, and the outside, could do."),
    ] = False,
    new: Annotated[
        list[str] | None,
        typer.Option(
            "--diff", metavar="NEW", help="Show what changes if these manifests take their place; repeatable."
        ),
    ] = None,
    verify: Annotated[
        int,
        typer.Option("--verify", metavar="N", min=0, help="Pairs that the solver confirms; 0: none."),
    ] = 50,
    timeout: TimeoutOption = 60.0,
    cni: CniOption = None,
    pod_cidr: PodCidrOption = None,
    resolve: ResolveOption = None,
    open_namespaces: OpenNamespacesOption = False,
    ipblock_pods: IpBlockPodsOption = None,
    own_node_egress: OwnNodeEgressOption = None,
    host_network: HostNetworkOption = HostNetwork.NODE,
    keep_finished: KeepFinishedOption = False,
    ignore_unmodelled: IgnoreUnmodelledOption = False,
    strict_addresses: StrictAddressesOption = False,
    keep_going: KeepGoingOption = False,
    output: Annotated[Format, typer.Option("--output", "-o", help="How to write it.")] = Format.TEXT,
    output_file: OutputFileOption = None,
    stats: StatsOption = False,
) -> int:
    """Show who can reach whom, on what: every declared workload and the outside.

    Exit codes: 0 answered, 1 --diff has found a change, 2 bad usage or input, 3 policies that are not
    modelled could change the map, 4 internal error, a pair that the solver does not confirm included,
    130 interrupted.
    """
    from npverify.cli.long_runs import long_run
    from npverify.cli.map_filters import map_filters
    from npverify.cli.output import warn_first, write_report
    from npverify.cluster import load
    from npverify.errors import UsageError
    from npverify.manifests import DocumentMemory
    from npverify.questions.connectivity import Grouping, MapSettings, connectivity_map, map_difference
    from npverify.questions.stopwatch import Stopwatch

    if exposure and new:
        raise UsageError("`--exposure` and `--diff` cannot both be given", hint="run npverify once for each")
    settings = MapSettings(
        query=query_settings(
            timeout=timeout,
            cni=cni,
            pod_cidrs=pod_cidr,
            resolve=resolve,
            open_namespaces=open_namespaces,
            ipblock_pods=ipblock_pods,
            own_node_egress=own_node_egress,
            ignore_unmodelled=ignore_unmodelled,
        ),
        group=Grouping(group.value),
        include_self=include_self,
        exposure=exposure,
        verify=verify,
    )
    options = read_options(
        keep_going=keep_going,
        strict_addresses=strict_addresses,
        host_network=host_network,
        keep_finished=keep_finished,
    )
    sides = [all_paths(paths, files), *([new] if new else [])]
    if all("-" in side for side in sides) and len(sides) > 1:
        raise UsageError("`-` is standard input, which can be one of the versions only")
    with long_run() as progress:
        with reading():
            memory = DocumentMemory()
            clusters = [load(*side, stdin=sys.stdin.buffer, options=options, memory=memory) for side in sides]
            del memory
        for cluster, side in zip(clusters, sides, strict=True):
            _check_input(cluster, side)
        maps: list[ConnectivityMap] = []
        for cluster, filters in zip(clusters, map_filters(clusters, source, destination, port), strict=True):
            stopwatch = Stopwatch()
            stopwatch.add("read", cluster.read_seconds)
            own = replace(settings, **filters)
            maps.append(connectivity_map(cluster.inventory, own, stopwatch=stopwatch, progress=progress))
        found = map_difference(*maps) if new else maps[0]
    if output is Format.CSV:
        warn_first(found.notes)
    write_report(_render(found, output, output_file, cidr=cidr, with_stats=stats), output_file)
    return exit_code(found)


def _check_input(cluster: Cluster, paths: list[str]) -> None:
    """Name what was left out on standard error; raise UsageError where there is nothing to map."""
    from npverify.cli.failures import stderr_style
    from npverify.errors import UsageError
    from npverify.report import render_findings

    inventory = cluster.inventory
    findings = (*inventory.left_out, *inventory.findings)
    if findings:
        print(render_findings(findings, stderr_style()), file=sys.stderr)
    if not inventory.workloads:
        names = ", ".join(f"`{path}`" for path in paths)
        raise UsageError(
            f"there is no workload in {names}",
            hint="a map is about declared workloads: add their manifests, or ask `npverify query`",
        )


def _render(
    found: ConnectivityMap | MapDifference, output: Format, path: Path | None, *, cidr: bool, with_stats: bool
) -> str:
    match output:
        case Format.TEXT:
            return _render_text(found, path, cidr=cidr, with_stats=with_stats)
        case Format.JSON:
            from npverify.report.map_mapping import render_map_json

            return render_map_json(found, cidr=cidr, with_stats=with_stats)
        case Format.CSV:
            from npverify.report.map_csv import render_map_csv

            return render_map_csv(found, cidr=cidr)
        case Format.MARKDOWN:
            from npverify.report.map_markdown import render_map_markdown

            return render_map_markdown(found, cidr=cidr)
        case Format.DOT:
            from npverify.report.map_drawing import render_map_dot

            return render_map_dot(found, cidr=cidr)
        case Format.MERMAID:
            from npverify.report.map_drawing import render_map_mermaid

            return render_map_mermaid(found, cidr=cidr)


def _render_text(
    found: ConnectivityMap | MapDifference, path: Path | None, *, cidr: bool, with_stats: bool
) -> str:
    from npverify.cli.output import stdout_width, style_for
    from npverify.questions.connectivity import MapDifference
    from npverify.report.map_diff_text import render_map_difference_text
    from npverify.report.map_text import render_map_text

    width, style = stdout_width() if path is None else None, style_for(path)
    if isinstance(found, MapDifference):
        return render_map_difference_text(found, cidr=cidr, width=width, style=style, with_stats=with_stats)
    return render_map_text(found, cidr=cidr, width=width, style=style, with_stats=with_stats)


def exit_code(found: ConnectivityMap | MapDifference) -> ExitCode:
    """The exit code of a map, or of what has changed between two."""
    from npverify.questions.connectivity import MapDifference

    if found.undecided is not None:
        return ExitCode.UNDECIDED
    if isinstance(found, MapDifference) and not found.is_empty:
        return ExitCode.NOT_AS_EXPECTED
    return ExitCode.ANSWERED
