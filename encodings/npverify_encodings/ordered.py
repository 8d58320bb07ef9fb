"""Ordered rules between layers: which of them has an effect, as problems that a solver can be asked about."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from npverify_encodings.flows import Domain, FlowEncoder, Side
from npverify_encodings.model import Action, DeclaredEndpoint, Layer, TrafficSet, World
from npverify_encodings.smtlib import TRUE, negate
from npverify_encodings.tiers import RuleTerms, Tier, TierEncoder, TierTerms
from npverify_encodings.verdict import Problem, close_problem


class Fact(StrEnum):
    """What can be asked about a rule; the Boolean is called `fact_label(fact, rule)`.

    MATCHES: it matches. FIRST: in some order, it is the first of its tier that does. OVERRULED: see
    `RuleTerms`. REACHED, DECIDES, OVERLAPS: the flow arrives at the tier as well, where it is FIRST, and
    `RuleTerms` says the same. NEEDED: without the rule, the direction would be decided differently in some
    order; NEEDED_ALONE: the same where nobody knows what follows its tier.
    """

    MATCHES = "matches"
    FIRST = "is the first"
    OVERRULED = "overruled"
    OVERLAPS = "overlaps"
    DECIDES = "decides"
    REACHED = "reached"
    NEEDED = "needed"
    NEEDED_ALONE = "needed alone"


FOLLOWING = "what follows allows"


@dataclass(frozen=True, slots=True)
class OrderedPipeline:
    """One direction with two tiers of ordered rules.

    A flow meets the layers `before` (without isolation), the rules of `admin`, the layers `between` (like
    those before), `own` (allow rules and isolation), and the rules of `baseline`; what is left is allowed.
    """

    before: tuple[Layer, ...] = ()
    admin: Tier = field(default_factory=Tier)
    between: tuple[Layer, ...] = ()
    own: Layer = field(default_factory=Layer)
    baseline: Tier = field(default_factory=Tier)


@dataclass(frozen=True, slots=True)
class TierPlace:
    """The terms of a tier and of where it stands: whether a flow arrives at it, and what follows."""

    terms: TierTerms
    arrives: str
    following: str


@dataclass(frozen=True, slots=True)
class DirectionTerms:
    """The terms of one direction: whether it allows a flow, and its two tiers."""

    allows: str
    admin: TierPlace
    baseline: TierPlace


def fact_label(fact: Fact, rule: str) -> str:
    """The label of the Boolean of a fact about the rule of that name."""
    return f"{fact} {rule}"


def encode_direction(
    encoder: TierEncoder, pipeline: OrderedPipeline, subject: Side, *, whole: bool = False
) -> DirectionTerms:
    """The terms of a direction whose subjects are at that end; `whole`: without those of single rules."""
    script, own = encoder.flow.script, pipeline.own
    admitted, isolated = encoder.encode_matched(own, subject), encoder.encode_isolation(own, subject)
    admin, baseline = (
        encoder.encode_tier(tier, subject, whole=whole) for tier in (pipeline.admin, pipeline.baseline)
    )
    at_last = encoder.verdict(baseline.outcome, TRUE)
    after_own = script.any_of((admitted, script.all_of((negate(isolated), at_last))))
    after_admin = encoder.encode_layers(pipeline.between, subject, after_own)
    after_all = encoder.verdict(admin.outcome, after_admin)
    first, between = (
        script.any_of(encoder.encode_matched(layer, subject) for layer in layers)
        for layers in (pipeline.before, pipeline.between)
    )
    settled = script.any_of((first, admin.outcome.allows, admin.outcome.denies, between, admitted, isolated))
    return DirectionTerms(
        allows=encoder.encode_layers(pipeline.before, subject, after_all),
        admin=TierPlace(admin, negate(first), after_admin),
        baseline=TierPlace(baseline, negate(settled), TRUE),
    )


def encode_effects(
    domain: Domain,
    world: World,
    subject: Side,
    pipeline: OrderedPipeline,
    declared: Mapping[Side, Sequence[DeclaredEndpoint]],
    preferred: Sequence[TrafficSet] = (),
    facts: Collection[Fact] = tuple(Fact),
) -> Problem:
    """The script has a Boolean for each of the `facts` about each rule of both tiers."""
    encoder = TierEncoder(FlowEncoder(domain, world))
    direction = encode_direction(encoder, pipeline, subject)
    goals: dict[str, str] = {}
    unknown = encoder.flow.script.declare(FOLLOWING, "Bool")
    tiers = (
        (pipeline.admin, direction.admin, unknown),
        (pipeline.baseline, direction.baseline, direction.baseline.following),
    )
    for tier, place, following in tiers:
        for rule in tier.rules:
            terms = place.terms.rules[rule.name]
            found = _facts(encoder, rule.action, terms, place, following)
            goals |= {fact_label(fact, rule.name): found[fact] for fact in facts}
    return close_problem(encoder, goals, declared, preferred)


def _facts(
    encoder: TierEncoder, action: Action, terms: RuleTerms, place: TierPlace, unknown: str
) -> dict[Fact, str]:
    script = encoder.flow.script
    reached = script.all_of((place.arrives, terms.reached))
    return {
        Fact.MATCHES: terms.matches,
        Fact.FIRST: terms.reached,
        Fact.OVERRULED: terms.overruled,
        Fact.OVERLAPS: script.all_of((place.arrives, terms.overlaps)),
        Fact.DECIDES: script.all_of((place.arrives, terms.decides)),
        Fact.REACHED: reached,
        Fact.NEEDED: script.all_of((reached, _changes(encoder, action, terms, place.following))),
        Fact.NEEDED_ALONE: script.all_of((reached, _changes(encoder, action, terms, unknown))),
    }


def _changes(encoder: TierEncoder, action: Action, terms: RuleTerms, following: str) -> str:
    """A term that is true iff the rule decides otherwise than what comes after it."""
    without = encoder.verdict(terms.after, following)
    match action:
        case Action.ALLOW:
            return negate(without)
        case Action.DENY:
            return without
        case Action.PASS:
            return encoder.flow.script.choose(following, negate(without), without)


# Both directions --------------------------------------------------------------------------------------

ADMITTED = "admitted at the other end"


def encode_other_end(
    domain: Domain,
    world: World,
    subject: Side,
    pipeline: OrderedPipeline,
    other: OrderedPipeline,
    declared: Mapping[Side, Sequence[DeclaredEndpoint]],
) -> Problem:
    """The script has `Fact.REACHED` of each rule of the `pipeline`, and the Boolean ADMITTED: true iff the
    other direction allows the flow.
    """
    encoder = TierEncoder(FlowEncoder(domain, world))
    one = encode_direction(encoder, pipeline, subject)
    goals = {ADMITTED: encode_direction(encoder, other, subject.other, whole=True).allows}
    for place in (one.admin, one.baseline):
        for name, terms in place.terms.rules.items():
            goals[fact_label(Fact.REACHED, name)] = encoder.flow.script.all_of((place.arrives, terms.reached))
    return close_problem(encoder, goals, declared)


class TieGoal(StrEnum):
    """The Booleans of a problem about two orders."""

    ONE_FIRST = "allowed in one order"
    OTHER_FIRST = "allowed in the other order"
    DEPENDS = "allowed in one of the orders only"


def encode_orders(
    domain: Domain,
    world: World,
    orders: Sequence[Mapping[Side, OrderedPipeline]],
    declared: Mapping[Side, Sequence[DeclaredEndpoint]],
    preferred: Sequence[TrafficSet] = (),
) -> Problem:
    """Whether a connection is allowed in each of two orders, by the end that is the subject of a pipeline."""
    encoder = TierEncoder(FlowEncoder(domain, world), switches=False)
    script = encoder.flow.script
    one, other = (
        script.all_of(
            encode_direction(encoder, pipelines[side], side, whole=True).allows
            for side in (Side.SOURCE, Side.DESTINATION)
        )
        for pipelines in orders
    )
    goals = {
        TieGoal.ONE_FIRST: one,
        TieGoal.OTHER_FIRST: other,
        TieGoal.DEPENDS: script.choose(one, negate(other), other),
    }
    return close_problem(encoder, goals, declared, preferred)
