"""`npverify cni`."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from npverify.cli.codes import ExitCode
from npverify.cli.collector import reading
from npverify.cli.options import (
    KeepGoingOption,
    OutputFileOption,
    all_paths,
    complete_plugin,
    read_options,
)

if TYPE_CHECKING:
    from npverify.cni.detection import Detection
    from npverify.resources.inventory import Inventory


class Format(StrEnum):
    """How the facts can be written."""

    TEXT = "text"
    JSON = "json"
    MARKDOWN = "markdown"


def cni(
    names: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[NAME]...",
            help="Network plugins such as calico or cilium@1.19,sctp=true (default: all of them). With "
            "--detect: manifests, as file, directory or - (default: .).",
            autocompletion=complete_plugin,
            show_default=False,
        ),
    ] = None,
    detect: Annotated[
        bool,
        typer.Option("--detect", help="Say which network plugin manifests tell of, and what says so."),
    ] = False,
    files: Annotated[
        list[Path] | None,
        typer.Option("--file", "-f", metavar="PATH", help="Manifests for --detect: file, directory or -."),
    ] = None,
    keep_going: KeepGoingOption = False,
    output: Annotated[Format, typer.Option("--output", "-o", help="How to write it.")] = Format.TEXT,
    output_file: OutputFileOption = None,
) -> int:
    """Say what network plugins really enforce: all of them fact by fact, one with its sources, or what two
    differ in. With --detect, say which of them a cluster runs, by its manifests.

    Exit codes: 0 answered (with --detect: exactly one profile fits), 2 bad usage or input, or no sign of a
    network plugin, 3 the signs leave it open.
    """
    from npverify.cli.output import write_report
    from npverify.errors import UsageError

    if detect:
        return _detect(all_paths(names, files), output, output_file, keep_going=keep_going)
    if files or keep_going:
        raise UsageError(
            "`-f` and `--keep-going` are about manifests, which only `--detect` reads",
            hint="npverify cni --detect PATH",
        )
    write_report(_facts(names or [], output, output_file), output_file)
    return ExitCode.ANSWERED


def _facts(names: list[str], output: Format, output_file: Path | None) -> str:
    from npverify.cni import TELLING, profile_of

    profiles = [profile_of(name) for name in names or TELLING]
    match output:
        case Format.TEXT:
            from npverify.cli.output import stdout_width, style_for
            from npverify.report.cni_text import render_cni_text

            width = stdout_width() if output_file is None else None
            return render_cni_text(profiles, width=width, style=style_for(output_file))
        case Format.JSON:
            from npverify.report.cni_data import render_cni_json

            return render_cni_json(profiles)
        case Format.MARKDOWN:
            from npverify.report.cni_data import render_cni_markdown

            return render_cni_markdown(profiles)


def _detect(paths: list[str], output: Format, output_file: Path | None, *, keep_going: bool) -> int:
    from npverify.cli.output import write_report
    from npverify.cluster import load
    from npverify.errors import UsageError
    from npverify.questions.detected_plugin import detected

    if output is Format.MARKDOWN:
        raise UsageError("what is detected is written as text or json, not as markdown")
    with reading():
        cluster = load(*paths, stdin=sys.stdin.buffer, options=read_options(keep_going=keep_going))
    found = detected(cluster.inventory)
    _print_findings(cluster.inventory)
    if found.is_empty:
        raise UsageError(
            f"there is no sign of a network plugin in {', '.join(f'`{path}`' for path in paths)}",
            hint="add what it runs by: kubectl get daemonsets,deployments,configmaps,nodes,crds -A -o yaml",
        )
    write_report(_render(found, cluster.inventory, output, output_file), output_file)
    return ExitCode.UNDECIDED if found.suggestion is None else ExitCode.ANSWERED


def _print_findings(inventory: Inventory) -> None:
    """Tell on standard error of what was left out."""
    from npverify.cli.failures import stderr_style
    from npverify.report import render_findings

    if inventory.left_out:
        print(render_findings(inventory.left_out, stderr_style()), file=sys.stderr)


def _render(found: Detection, inventory: Inventory, output: Format, output_file: Path | None) -> str:
    from npverify.questions.ask import summarize
    from npverify.report.cni_detection import render_detection_json, render_detection_text

    if output is Format.JSON:
        return render_detection_json(found, summarize(inventory))
    from npverify.cli.output import stdout_width, style_for

    width = stdout_width() if output_file is None else None
    return render_detection_text(found, summarize(inventory), width=width, style=style_for(output_file))
