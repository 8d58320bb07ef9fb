"""An answer as JSON or YAML."""

from __future__ import annotations

import json
from importlib.resources import files

from npverify.questions.answer import Answer
from npverify.report.mapping import report_mapping

SCHEMAS = {
    "query": "report-v1.json",
    "diff": "diff-v1.json",
    "map": "map-v1.json",
    "lint": "lint-v1.json",
    "check": "check-v1.json",
    "config": "config-v1.json",
}
"""The files of the schemas: of reports by the command that writes them, and that of npverify.yaml."""


def render_json(answer: Answer, *, with_stats: bool = False) -> str:
    """The answer as JSON, indented, with a newline at its end."""
    return json.dumps(report_mapping(answer, with_stats=with_stats), indent=2, ensure_ascii=False) + "\n"


def render_yaml(answer: Answer, *, with_stats: bool = False) -> str:
    """The same structure as YAML."""
    import yaml

    return yaml.safe_dump(
        report_mapping(answer, with_stats=with_stats), sort_keys=False, allow_unicode=True, width=10_000
    )


def report_schema(command: str = "query") -> str:
    """A JSON Schema of SCHEMAS, as text."""
    return (files("npverify.report") / "schemas" / SCHEMAS[command]).read_text(encoding="utf-8")
