"""A smaller policy set that is proved to mean the same."""

from npverify.simplification.result import FileChange, Simplification, Step
from npverify.simplification.simplify import simplify

__all__ = ["FileChange", "Simplification", "Step", "simplify"]
