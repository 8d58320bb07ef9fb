"""Results as SARIF 2.1.0, for code scanning and editors."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import PurePath
from urllib.parse import quote

from npverify.errors import Severity
from npverify.report.plain import Data
from npverify.report.results import Acceptance, Result, ResultPlace, ResultRule, Results, relative_path
from npverify.resources import Origin

SARIF_VERSION = "2.1.0"
SARIF_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
FINGERPRINT = "npverify/v1"
_ROOT = "%SRCROOT%"


def render_sarif(results: Results, *, version: str | None = None, root: PurePath | None = None) -> str:
    """One run with every result, accepted ones included; files below `root` are named from there."""
    return json.dumps(sarif_log(results, version=version, root=root), indent=2, ensure_ascii=False) + "\n"


def sarif_log(results: Results, *, version: str | None, root: PurePath | None) -> Data:
    """The log as plain data."""
    indexes = {rule.code: number for number, rule in enumerate(results.rules)}
    driver: Data = {"name": "npverify", "rules": [_rule(rule) for rule in results.rules]}
    if version is not None:
        driver["version"] = version
    run: Data = {
        "tool": {"driver": driver},
        "automationDetails": {"id": f"{results.tool.replace(' ', '-')}/"},
        "invocations": [
            {
                "executionSuccessful": True,
                "toolExecutionNotifications": [
                    *({"level": "warning", "message": _message(note)} for note in results.first),
                    *({"level": "note", "message": _message(remark)} for remark in results.remarks),
                ],
            }
        ],
        "originalUriBaseIds": {_ROOT: {"description": {"text": "the folder in which npverify was run"}}},
        "columnKind": "unicodeCodePoints",
        "results": [_result(result, indexes, root) for result in results.results],
    }
    return {"$schema": SARIF_SCHEMA, "version": SARIF_VERSION, "runs": [run]}


def _rule(rule: ResultRule) -> Data:
    data: Data = {"id": rule.code}
    if rule.name:
        data["name"] = "".join(word.capitalize() for word in rule.name.split("-"))
    return data | {
        "shortDescription": {"text": rule.title},
        "fullDescription": {"text": rule.title},
        "help": {"text": rule.help, "markdown": rule.help_markdown},
        "defaultConfiguration": {"level": _level(rule.severity)},
        "properties": {"tags": ["kubernetes", "network-policy", "security"]},
    }


def _level(severity: Severity) -> str:
    return severity.value


def _result(result: Result, indexes: dict[str, int], root: PurePath | None) -> Data:
    text = f"{result.message}\nhint: {result.hint}" if result.hint else result.message
    data: Data = {"ruleId": result.code}
    if result.code in indexes:
        data["ruleIndex"] = indexes[result.code]
    return data | {
        "kind": "fail" if result.decided else "open",
        "level": _level(result.severity) if result.decided else "none",
        "message": _message(text),
        "locations": [_location(result.origin, root, result.subject)],
        "relatedLocations": list(_related(result.related, root)),
        "partialFingerprints": {FINGERPRINT: result.fingerprint},
        "suppressions": [] if result.accepted is None else [_suppression(result.accepted, root)],
    }


def _message(text: str) -> Data:
    """A message; braces stand for placeholders there, and have to be doubled."""
    return {"text": text.replace("{", "{{").replace("}", "}}")}


def _location(origin: Origin, root: PurePath | None, subject: str = "") -> Data:
    data: Data = {"physicalLocation": _physical(origin, root)}
    if subject:
        data["logicalLocations"] = [{"fullyQualifiedName": subject, "kind": "resource"}]
    return data


def _physical(origin: Origin, root: PurePath | None) -> Data:
    data: Data = {"artifactLocation": _artifact(relative_path(origin.file, root))}
    if origin.line:
        column = max(1, origin.column)
        data["region"] = {
            "startLine": origin.line,
            "startColumn": column,
            "endColumn": column + max(1, origin.width),
        }
    return data


def _artifact(path: str) -> Data:
    if PurePath(path).is_absolute():
        return {"uri": PurePath(path).as_uri()}
    return {"uri": quote(path), "uriBaseId": _ROOT}


def _related(places: Iterable[ResultPlace], root: PurePath | None) -> Iterable[Data]:
    for number, place in enumerate(places, start=1):
        yield {"id": number, **_location(place.origin, root), "message": _message(place.message)}


def _suppression(accepted: Acceptance, root: PurePath | None) -> Data:
    data: Data = {
        "kind": "inSource" if accepted.in_source else "external",
        "status": "accepted",
        "justification": accepted.reason,
    }
    if accepted.origin.line:
        data["location"] = _location(accepted.origin, root)
    return data
