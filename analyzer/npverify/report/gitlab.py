"""Results as a GitLab code quality report."""

from __future__ import annotations

import json
from pathlib import PurePath

from npverify.errors import Severity
from npverify.report.plain import Data
from npverify.report.results import Result, Results, relative_path

_SEVERITIES = {Severity.ERROR: "major", Severity.WARNING: "minor", Severity.NOTE: "info"}
_UNDECIDED = "minor"


def render_gitlab(results: Results, *, root: PurePath | None = None) -> str:
    """A list of the results that count and of those that are undecided; files below `root` are named from
    there.
    """
    listed = [_issue(result, root) for result in (*results.reported, *results.undecided)]
    return json.dumps(listed, indent=2, ensure_ascii=False) + "\n"


def _issue(result: Result, root: PurePath | None) -> Data:
    return {
        "description": result.sentence,
        "check_name": result.code,
        "fingerprint": result.fingerprint,
        "severity": _SEVERITIES[result.severity] if result.decided else _UNDECIDED,
        "location": {
            "path": relative_path(result.origin.file, root),
            "lines": {"begin": max(1, result.origin.line)},
        },
    }
