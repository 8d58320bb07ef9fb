"""A baseline: findings that are known, kept in a file, and not reported again."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field

from npverify.lint.findings import LintFinding
from npverify.resources import UNKNOWN_ORIGIN, Origin

BASELINE_SCHEMA = "npverify/baseline/v1"


@dataclass(frozen=True, slots=True)
class BaselineEntry:
    """A finding as a baseline remembers it: without its place, which moves."""

    fingerprint: str
    code: str
    subject: str
    part: str
    message: str
    origin: Origin = field(default=UNKNOWN_ORIGIN, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Baseline:
    """The findings that are known, in the order of the file."""

    entries: tuple[BaselineEntry, ...] = ()

    def without(self, entries: Iterable[BaselineEntry]) -> Baseline:
        """The baseline without those entries."""
        gone = frozenset(entries)
        return Baseline(tuple(entry for entry in self.entries if entry not in gone))

    def with_findings(self, findings: Iterable[LintFinding]) -> Baseline:
        """The baseline with the findings as well: sorted, each once."""
        entries = {entry.fingerprint: entry for entry in self.entries}
        for finding in findings:
            entries[finding.fingerprint] = BaselineEntry(
                finding.fingerprint, finding.code, finding.subject, finding.part, finding.message
            )
        return Baseline(tuple(sorted(entries.values(), key=_order)))


NO_BASELINE = Baseline()


def _order(entry: BaselineEntry) -> tuple[str, ...]:
    return (entry.subject, entry.code, entry.part, entry.message, entry.fingerprint)


def render_baseline(baseline: Baseline) -> str:
    """The baseline as JSON, one finding after another, so that changes of it read well."""
    data = {
        "schema": BASELINE_SCHEMA,
        "findings": [
            {
                "fingerprint": entry.fingerprint,
                "code": entry.code,
                "subject": entry.subject,
                "part": entry.part,
                "message": entry.message,
            }
            for entry in baseline.entries
        ],
    }
    return json.dumps(data, indent=2, ensure_ascii=False) + "\n"
