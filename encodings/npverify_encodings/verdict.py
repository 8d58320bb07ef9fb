"""What pipelines decide about a flow, as terms; and a whole question as one solvable problem."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby
from typing import TypeVar

from npverify_encodings.endpoints import DeclaredClass
from npverify_encodings.flows import NICE, Domain, FlowEncoder, NamedAtom, Side
from npverify_encodings.model import (
    Action,
    Condition,
    DeclaredEndpoint,
    Isolation,
    Layer,
    Pipeline,
    Rule,
    TrafficSet,
    World,
)
from npverify_encodings.smtlib import FALSE, TRUE, negate, symbol


class Goal(StrEnum):
    """The Booleans of a problem that a question can ask about."""

    EGRESS = "egress allows"
    INGRESS = "ingress allows"
    CONNECTS = "connects"
    EGRESS_ISOLATED = "source is isolated for egress"
    INGRESS_ISOLATED = "destination is isolated for ingress"


EVERY_POLICY = "every policy applies"
"""The Boolean that is true iff no policy was switched off."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One question as SMT-LIB text, and what its names stand for; picklable.

    `owners` gives, for each policy that can deny something here, the label of the Boolean that switches it
    on.
    `codes` gives the names of the codes of each finite variable, by code.
    `preferred` are the labels of what makes a model easier to read: of each group, the first that can hold.
    """

    text: str
    atoms: tuple[NamedAtom, ...]
    classes: Mapping[Side, tuple[DeclaredClass, ...]]
    owners: Mapping[str, str]
    conditions: tuple[Condition, ...]
    codes: Mapping[str, tuple[str, ...]]
    port_names: tuple[str, ...]
    ports_elsewhere: tuple[tuple[str, str], ...]
    preferred: tuple[tuple[str, ...], ...]
    rules: int


def encode_problem(
    domain: Domain,
    world: World,
    *,
    egress: Pipeline,
    ingress: Pipeline,
    declared: Mapping[Side, Sequence[DeclaredEndpoint]],
    preferred: Sequence[TrafficSet] = (),
) -> Problem:
    """Encode everything that can be asked about the flows of a domain; the script has every `Goal`.

    `preferred` are small sets of traffic, best first, from which a counterexample is chosen if possible.

    A connection is allowed iff the egress pipeline allows it at its source and the ingress pipeline at its
    destination.
    """
    flow = FlowEncoder(domain, world)
    encoder = PipelineEncoder(flow)
    terms = {
        Goal.EGRESS: encoder.encode_allows(egress, Side.SOURCE),
        Goal.INGRESS: encoder.encode_allows(ingress, Side.DESTINATION),
        Goal.EGRESS_ISOLATED: encoder.encode_isolated(egress, Side.SOURCE),
        Goal.INGRESS_ISOLATED: encoder.encode_isolated(ingress, Side.DESTINATION),
    }
    terms[Goal.CONNECTS] = flow.script.all_of((terms[Goal.EGRESS], terms[Goal.INGRESS]))
    return close_problem(encoder, terms, declared, preferred)


Named = TypeVar("Named", bound=str)


def close_problem(
    encoder: PipelineEncoder,
    goals: Mapping[Named, str],
    declared: Mapping[Side, Sequence[DeclaredEndpoint]],
    preferred: Sequence[TrafficSet] = (),
) -> Problem:
    """The problem of everything that was encoded so far; `goals` are terms by the labels they shall have."""
    flow = encoder.flow
    atoms = flow.close(dict(declared))
    for goal, term in goals.items():
        flow.script.name(goal, term)
    liked = tuple(
        flow.script.name(f"{NICE}traffic {number}", flow.encode(traffic, Side.TRAFFIC))
        for number, traffic in enumerate(preferred)
    )
    flow.script.name(EVERY_POLICY, flow.script.all_of(symbol(label) for label in encoder.owners.values()))
    return Problem(
        text=flow.script.text(),
        atoms=atoms,
        classes=flow.classes,
        owners=encoder.owners,
        conditions=tuple(flow.conditions[name] for name in sorted(flow.conditions)),
        codes={
            table.variable: table.names
            for end in flow.ends.values()
            for table in (end.namespaces.table, *(end.labels.table(key) for key in end.labels.keys))
        },
        port_names=flow.traffic.port_names,
        ports_elsewhere=flow.traffic.ports_elsewhere,
        preferred=(tuple(flow.readings), liked, *((label,) for label in flow.nice)),
        rules=encoder.rules,
    )


class PipelineEncoder:
    """Encodes pipelines over one flow, and counts the rules that were left after slicing.

    `switches`: whether each policy that can deny something can be switched off.
    """

    def __init__(self, flow: FlowEncoder, *, switches: bool = True) -> None:
        self.flow = flow
        self._script = flow.script
        self._switches = switches
        self.owners: dict[str, str] = {}
        self.rules = 0

    def encode_allows(self, pipeline: Pipeline, subject: Side) -> str:
        """A term that is true iff the pipeline lets the flow through at its `subject` end."""
        verdict = TRUE
        for layer in reversed(pipeline.layers):
            verdict = self._encode_layer(layer, subject, verdict)
        return verdict

    def encode_isolated(self, pipeline: Pipeline, subject: Side) -> str:
        """A term that is true iff some policy isolates the `subject` end."""
        return self._script.any_of(
            self._encode_isolation(isolation, subject)
            for layer in pipeline.layers
            for isolation in layer.isolated
        )

    def _encode_layer(self, layer: Layer, subject: Side, following: str) -> str:
        isolated = self._script.any_of(self._encode_isolation(i, subject) for i in layer.isolated)
        verdict = self._script.all_of((negate(isolated), following))
        blocks = [
            (action, tuple(rules)) for action, rules in groupby(layer.rules, key=lambda rule: rule.action)
        ]
        for action, rules in reversed(blocks):
            matched = self._script.any_of(self._encode_rule(rule, subject) for rule in rules)
            match action:
                case Action.ALLOW:
                    verdict = self._script.any_of((matched, verdict))
                case Action.DENY:
                    verdict = self._script.all_of((negate(matched), verdict))
                case Action.PASS:
                    verdict = self._script.choose(matched, following, verdict)
        return verdict

    def _encode_isolation(self, isolation: Isolation, subject: Side) -> str:
        selected = self.flow.encode(isolation.endpoints, subject)
        return self._switch(isolation.owner, selected)

    def _encode_rule(self, rule: Rule, subject: Side) -> str:
        """A term that is true iff the rule matches the flow; most rules of a slice end at the first FALSE."""
        terms: list[str] = []
        for part, side in ((rule.subject, subject), (rule.peer, subject.other), (rule.traffic, subject)):
            term = self.flow.encode(part, side)
            if term == FALSE:
                return FALSE
            terms.append(term)
        terms.extend(self.flow.encode_condition(condition) for condition in rule.conditions)
        matched = self._script.all_of(terms)
        self.rules += 1
        return self._switch(rule.owner, matched) if rule.action is Action.DENY else matched

    def _switch(self, owner: str, term: str) -> str:
        """The term, unless the policy is switched off: what denies is what a proof can rest on."""
        if term == FALSE or not self._switches:
            return term
        label = self.owners.setdefault(owner, f"policy {owner}")
        return self._script.all_of((self._script.declare(label, "Bool"), term))
