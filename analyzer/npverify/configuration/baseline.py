"""Baselines, as `--write-baseline` writes them."""

from __future__ import annotations

from pathlib import Path

from npverify.configuration.fields import check_schema, has_only, items_of, raise_problems, required_text
from npverify.errors import ConfigurationError, UsageError
from npverify.lint.baseline import BASELINE_SCHEMA, NO_BASELINE, Baseline, BaselineEntry
from npverify.manifests.json_text import read_json
from npverify.manifests.problems import ProblemFound
from npverify.manifests.sources import Source, read_text
from npverify.manifests.values import Problems, Value

_FIELDS = ("fingerprint", "code", "subject", "part", "message")


def read_baseline(path: Path) -> Baseline:
    """Read a baseline; raises ConfigurationError with everything that is wrong with it, UsageError where it
    cannot be read.
    """
    if not path.is_file():
        raise UsageError(
            f"there is no baseline `{path}`", hint=f"write it first, with --write-baseline {path}"
        )
    try:
        documents = list(read_json(str(path), read_text(Source(str(path)))))
    except ProblemFound as problem:
        raise ConfigurationError((problem.finding,)) from problem
    if not documents:
        return NO_BASELINE
    problems = Problems()
    root = Value(documents[0], (), documents[0].data, problems)
    entries: list[BaselineEntry | None] = []
    if has_only(root, ("schema", "findings")):
        check_schema(root, BASELINE_SCHEMA)
        entries = [_parse_entry(item) for item in items_of(root.get("findings"))]
    raise_problems(problems)
    return Baseline(tuple(entry for entry in entries if entry))


def _parse_entry(item: Value) -> BaselineEntry | None:
    if not has_only(item, _FIELDS):
        return None
    fingerprint = required_text(item, "fingerprint")
    code = required_text(item, "code")
    subject, part, message = (_text(item, field) for field in _FIELDS[2:])
    if fingerprint is None or code is None:
        return None
    return BaselineEntry(fingerprint[1], code[1], subject, part, message, item.origin)


def _text(item: Value, field: str) -> str:
    value = item.get(field)
    return (value.text() if value else None) or ""
