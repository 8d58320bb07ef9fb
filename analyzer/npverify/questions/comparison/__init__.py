"""Two versions of a cluster compared: equal for every flow, or every region in which they are not."""

from npverify.questions.comparison.compare import compare
from npverify.questions.comparison.result import (
    Cause,
    Change,
    Comparison,
    ComparisonSettings,
    ComparisonVerdict,
    ComparisonWitness,
    Difference,
    Relation,
)

__all__ = [
    "Cause",
    "Change",
    "Comparison",
    "ComparisonSettings",
    "ComparisonVerdict",
    "ComparisonWitness",
    "Difference",
    "Relation",
    "compare",
]
