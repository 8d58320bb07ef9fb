"""`npverify schema`."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer


class Reporting(StrEnum):
    """The commands with reports of their own, and npverify.yaml."""

    QUERY = "query"
    DIFF = "diff"
    MAP = "map"
    LINT = "lint"
    CHECK = "check"
    CONFIG = "config"


def schema(
    command: Annotated[
        Reporting, typer.Argument(help="The command whose report it is; config: npverify.yaml.")
    ] = Reporting.QUERY,
) -> None:
    """Print the JSON Schema of the reports that `-o json` writes, or that of npverify.yaml for editors."""
    from npverify.cli.output import write_report
    from npverify.report import report_schema

    write_report(report_schema(command), None)
