"""`npverify cni`."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from npverify.cli.options import OutputFileOption, complete_plugin


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
            help="Network plugins such as calico or cilium@1.19,sctp=true (default: all of them).",
            autocompletion=complete_plugin,
            show_default=False,
        ),
    ] = None,
    output: Annotated[Format, typer.Option("--output", "-o", help="How to write it.")] = Format.TEXT,
    output_file: OutputFileOption = None,
) -> None:
    """Say what network plugins really enforce: all of them fact by fact, one with its sources, or what two
    differ in.
    """
    from npverify.cli.output import write_report
    from npverify.cni import TELLING, profile_of

    profiles = [profile_of(name) for name in names or TELLING]
    match output:
        case Format.TEXT:
            from npverify.cli.output import stdout_width, style_for
            from npverify.report.cni_text import render_cni_text

            width = stdout_width() if output_file is None else None
            text = render_cni_text(profiles, width=width, style=style_for(output_file))
        case Format.JSON:
            from npverify.report.cni_data import render_cni_json

            text = render_cni_json(profiles)
        case Format.MARKDOWN:
            from npverify.report.cni_data import render_cni_markdown

            text = render_cni_markdown(profiles)
    write_report(text, output_file)
