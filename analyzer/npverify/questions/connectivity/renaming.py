"""Problems that differ in the values of pod labels only, made the same.

Which value a label has matters to no rule but those that mention it, so values can be called after the order
in which they occur. Thousands of workloads that are each admitted by their own label are then one problem.
"""

from __future__ import annotations

from dataclasses import replace

from npverify.questions.connectivity.regions import Condition, Question, Region
from npverify_encodings.model import Expression, LabelRequirement, Pipeline, Scope
from npverify_encodings.specialise import as_it_is, map_pipeline


class Renaming:
    """Other values for the pod labels of one problem, and the way back."""

    def __init__(self, question: Question) -> None:
        self._values: dict[tuple[str, str], str] = {}
        self._back: dict[LabelRequirement, LabelRequirement] = {}
        self.question = replace(
            question, egress=self._rename(question.egress), ingress=self._rename(question.ingress)
        )

    def _rename(self, pipeline: Pipeline) -> Pipeline:
        return map_pipeline(pipeline, subject=self._atom, peer=self._atom, traffic=as_it_is)

    def _atom(self, atom: Expression) -> Expression:
        if not isinstance(atom, LabelRequirement) or atom.scope is not Scope.POD:
            return atom
        values = (self._value(atom.key, value) for value in atom.values)
        renamed = LabelRequirement(atom.scope, atom.key, atom.operator, tuple(values))
        self._back[renamed] = atom
        return renamed

    def _value(self, key: str, value: str) -> str:
        return self._values.setdefault((key, value), f"value-{len(self._values)}")

    def restore(self, region: Region) -> Region:
        """A region of the renamed problem in terms of the given one."""
        return replace(
            region,
            peer=tuple(map(self._restore, region.peer)),
            own=tuple(map(self._restore, region.own)),
        )

    def _restore(self, condition: Condition) -> Condition:
        atom, holds = condition
        return (
            self._back[atom] if isinstance(atom, LabelRequirement) and atom in self._back else atom
        ), holds
