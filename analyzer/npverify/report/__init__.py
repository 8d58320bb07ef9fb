"""Reports: answers and findings as text, JSON and YAML; they solve nothing."""

from npverify.report.findings import render_finding, render_findings, render_usage_error
from npverify.report.mapping import SCHEMA, report_mapping
from npverify.report.structured import render_json, render_yaml, report_schema
from npverify.report.style import PLAIN, Style
from npverify.report.text import render_text

__all__ = [
    "PLAIN",
    "SCHEMA",
    "Style",
    "render_finding",
    "render_findings",
    "render_json",
    "render_text",
    "render_usage_error",
    "render_yaml",
    "report_mapping",
    "report_schema",
]
