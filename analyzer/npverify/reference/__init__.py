"""The reference evaluator: one concrete flow at a time, over resources, never over an encoding."""

from npverify.reference.evaluation import Decision, DirectionReport, Evaluation, NearMiss, RuleReference, Step
from npverify.reference.evaluator import Evaluator
from npverify.reference.selectors import selects

__all__ = [
    "Decision",
    "DirectionReport",
    "Evaluation",
    "Evaluator",
    "NearMiss",
    "RuleReference",
    "Step",
    "selects",
]
