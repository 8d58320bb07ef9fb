"""Two sets of pipelines over the same flow: what one allows and the other does not, as one problem."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from npverify_encodings.flows import Domain, FlowEncoder, Side
from npverify_encodings.model import EVERYTHING, DeclaredEndpoint, Expression, Pipeline, TrafficSet, World
from npverify_encodings.normal import Part
from npverify_encodings.smtlib import TRUE, negate
from npverify_encodings.verdict import PipelineEncoder, Problem, close_problem


class ComparisonGoal(StrEnum):
    """The Booleans of a comparison that can be asked about."""

    OPENED = "new allows and old does not"
    CLOSED = "old allows and new does not"
    SHARED = "old and new allow"
    DIFFERS = "old and new decide differently"


OPEN = Pipeline()
"""A pipeline that allows everything."""


@dataclass(frozen=True, slots=True)
class Version:
    """One of the two sides of a comparison: what decides at each end of a flow.

    `source`, `destination` and `traffic` are what this version demands besides its pipelines.
    """

    egress: Pipeline = OPEN
    ingress: Pipeline = OPEN
    source: Expression = EVERYTHING
    destination: Expression = EVERYTHING
    traffic: Expression = EVERYTHING


def encode_comparison(
    domain: Domain,
    world: World,
    *,
    old: Version,
    new: Version,
    declared: Mapping[Side, Sequence[DeclaredEndpoint]],
    preferred: Sequence[TrafficSet] = (),
    parts: Mapping[Side, Sequence[Part]] | None = None,
) -> Problem:
    """Encode both versions over one flow; the script has every `ComparisonGoal`.

    A version allows a flow iff both of its pipelines do and the flow is what it demands. `parts` hold every
    flow that is to be found different, by the end that is their subject (None: any flow): the pipelines need
    to be complete within them only.
    """
    encoder = PipelineEncoder(FlowEncoder(domain, world), switches=False)
    before, after = (_encode_version(encoder, version) for version in (old, new))
    script = encoder.flow.script
    encoder.flow.end_rules()
    inside = _encode_parts(encoder.flow, parts)
    opened, closed = (
        script.all_of((inside, one, negate(other))) for one, other in ((after, before), (before, after))
    )
    goals = {
        ComparisonGoal.OPENED: opened,
        ComparisonGoal.CLOSED: closed,
        ComparisonGoal.SHARED: script.all_of((before, after)),
        ComparisonGoal.DIFFERS: script.any_of((opened, closed)),
    }
    return close_problem(encoder, goals, declared, preferred)


def _encode_parts(flow: FlowEncoder, parts: Mapping[Side, Sequence[Part]] | None) -> str:
    if parts is None:
        return TRUE
    return flow.script.any_of(
        flow.script.all_of(
            flow.encode(term, at)
            for terms, at in ((part.subject, side), (part.peer, side.other), (part.traffic, Side.TRAFFIC))
            for term in sorted(terms, key=repr)
        )
        for side, own in parts.items()
        for part in own
    )


def _encode_version(encoder: PipelineEncoder, version: Version) -> str:
    flow = encoder.flow
    return flow.script.all_of(
        (
            flow.encode(version.source, Side.SOURCE),
            flow.encode(version.destination, Side.DESTINATION),
            flow.encode(version.traffic, Side.TRAFFIC),
            encoder.encode_allows(version.egress, Side.SOURCE),
            encoder.encode_allows(version.ingress, Side.DESTINATION),
        )
    )
