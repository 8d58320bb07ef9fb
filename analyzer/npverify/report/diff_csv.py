"""The regions of a comparison as CSV, one row each."""

from __future__ import annotations

import csv
import io

from npverify.questions.comparison import Comparison, Difference
from npverify.reference import Evaluation
from npverify.report.changes import (
    culprit_of,
    deciding_directions,
    leads_there,
    listed_differences,
    report_of,
)
from npverify.report.diff_sentences import cause_words, leading_words
from npverify.report.regions import end_phrase, traffic_phrase

COLUMNS = (
    "change",
    "source",
    "destination",
    "traffic",
    "direction",
    "subject",
    "conditions",
    "flow_source",
    "flow_destination",
    "flow_protocol",
    "flow_port",
    "old",
    "new",
    "file",
    "line",
    "causes",
)
"""The columns: columns are only ever added, at the end."""


def render_diff_csv(comparison: Comparison) -> str:
    """The regions with a header; `old` and `new` say what decides, `file` and `line` where to look first."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(map(_row, listed_differences(comparison)))
    return text.getvalue()


def _row(difference: Difference) -> tuple[str, ...]:
    region, witness, culprit = difference.region, difference.witness, culprit_of(difference)
    return (
        difference.change.value,
        end_phrase(region.source),
        end_phrase(region.destination),
        traffic_phrase(region.traffic),
        "" if difference.direction is None else difference.direction.value,
        difference.subject or "",
        "; ".join(difference.conditions),
        witness.source,
        witness.destination,
        witness.flow.protocol.value,
        str(witness.flow.port),
        *_decided(difference),
        culprit.origin.file if culprit else "",
        str(culprit.origin.line) if culprit else "",
        "; ".join(map(cause_words, difference.causes)),
    )


def _decided(difference: Difference) -> tuple[str, str]:
    """What decides the flow in each version, as `ingress denied by shop/api`."""
    leads = leads_there(difference)
    if leads is not None:
        old, new = (leading_words(difference, leads=each) for each in leads)
    else:
        old, new = (_by_rules(difference, e) for e in (difference.witness.old, difference.witness.new))
    return old, new


def _by_rules(difference: Difference, evaluation: Evaluation) -> str:
    words = []
    for direction in deciding_directions(difference):
        report = report_of(evaluation, direction)
        verb = "allowed" if report.decision.allows else "denied"
        by = f" by {', '.join(map(str, report.rules))}" if report.rules else ", not isolated"
        words.append(f"{direction.value.lower()} {verb}{by}")
    return "; ".join(words)
