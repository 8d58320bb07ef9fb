"""What could be left out of the policies without a change."""

from npverify.questions.redundancy.parts import PolicyPart, Redundancies, Redundancy
from npverify.questions.redundancy.search import find_redundancies, world_of

__all__ = ["PolicyPart", "Redundancies", "Redundancy", "find_redundancies", "world_of"]
