"""Reports: answers and findings as text, JSON and YAML; they solve nothing.

What renders comparisons and lint findings is imported from its modules, `npverify.report.diff_text` and so
on: they load the solver, which errors can do without.
"""

from npverify.report.findings import render_finding, render_findings, render_usage_error
from npverify.report.github import render_github
from npverify.report.junit import render_junit
from npverify.report.mapping import report_mapping
from npverify.report.markdown import render_markdown
from npverify.report.plain import SCHEMA
from npverify.report.sarif import render_sarif
from npverify.report.structured import render_json, render_yaml, report_schema
from npverify.report.style import PLAIN, Style
from npverify.report.text import render_text

__all__ = [
    "PLAIN",
    "SCHEMA",
    "Style",
    "render_finding",
    "render_findings",
    "render_github",
    "render_json",
    "render_junit",
    "render_markdown",
    "render_sarif",
    "render_text",
    "render_usage_error",
    "render_yaml",
    "report_mapping",
    "report_schema",
]
