"""`npverify schema`."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer


class Reporting(StrEnum):
    """The commands with reports of their own."""

    QUERY = "query"
    DIFF = "diff"
    LINT = "lint"


def schema(
    command: Annotated[Reporting, typer.Argument(help="The command whose report it is.")] = Reporting.QUERY,
) -> None:
    """Print the JSON Schema of the reports that `-o json` writes."""
    from npverify.cli.output import write_report
    from npverify.report import report_schema

    write_report(report_schema(command), None)
