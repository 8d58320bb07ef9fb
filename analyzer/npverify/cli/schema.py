"""`npverify schema`."""

from __future__ import annotations

import typer


def schema() -> None:
    """Print the JSON Schema of the reports that `-o json` writes."""
    from npverify.report.structured import report_schema

    typer.echo(report_schema(), nl=False)
