"""Questions about ordered rules: which of them decide nothing, which overlap, and which have no order."""

from npverify.questions.ordered.anomalies import find_anomalies
from npverify.questions.ordered.parts import AdminPart
from npverify.questions.ordered.result import (
    Anomalies,
    Anomaly,
    AnomalyKind,
    Overlap,
    Supporter,
    TieThatMatters,
)
from npverify.questions.ordered.tie_order import find_ties_that_matter

__all__ = [
    "AdminPart",
    "Anomalies",
    "Anomaly",
    "AnomalyKind",
    "Overlap",
    "Supporter",
    "TieThatMatters",
    "find_anomalies",
    "find_ties_that_matter",
]
