"""`npverify schema`."""

from __future__ import annotations


def schema() -> None:
    """Print the JSON Schema of the reports that `-o json` writes."""
    from npverify.cli.output import write_report
    from npverify.report import report_schema

    write_report(report_schema(), None)
