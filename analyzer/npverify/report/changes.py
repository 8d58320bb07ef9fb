"""The differences of two versions as a reader goes through them: opened ones first, each told once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from npverify.questions.comparison import Change, Comparison, Difference
from npverify.reference import DirectionReport, Evaluation
from npverify.report.regions import is_union
from npverify.resources import Direction, Origin

_DIRECTIONS = (Direction.EGRESS, Direction.INGRESS)
_ORDER = (Change.OPENED, Change.CLOSED, Change.SHARED)


def listed_differences(comparison: Comparison) -> tuple[Difference, ...]:
    """The differences in the order in which they are shown.

    Those that the same rules decide, and that differ in their traffic only, are one with all of it.
    """
    lines: dict[object, Difference] = {}
    for difference in sorted(comparison.differences, key=lambda each: _ORDER.index(each.change)):
        key = _sameness(difference) if is_union(difference.region.traffic) else len(lines)
        lines[key] = _together(lines[key], difference) if key in lines else difference
    return tuple(lines.values())


def _sameness(difference: Difference) -> object:
    """What two differences have in common that can be told as one."""
    witness = difference.witness
    return (
        difference.change,
        difference.region.source,
        difference.region.destination,
        difference.direction,
        difference.subject,
        difference.conditions,
        _deciding(witness.old),
        _deciding(witness.new),
    )


def _deciding(evaluation: Evaluation) -> object:
    return tuple(
        (report.decision, report.rules, tuple(miss.rule for miss in report.nearest[:1]))
        for report in (evaluation.egress, evaluation.ingress)
    )


def _together(one: Difference, other: Difference) -> Difference:
    traffic = tuple(dict.fromkeys((*one.region.traffic, *other.region.traffic)))
    return replace(one, region=replace(one.region, traffic=traffic))


def count(differences: Iterable[Difference], change: Change) -> int:
    """How many of the differences are of one kind."""
    return sum(difference.change is change for difference in differences)


# What decided ---------------------------------------------------------------------------------------------


def deciding_directions(difference: Difference) -> tuple[Direction, ...]:
    """The directions that tell why the versions do not agree (why they do, of a shared region)."""
    if difference.direction is not None:
        return (difference.direction,)
    old, new = difference.witness.old, difference.witness.new
    pairs = {d: (report_of(old, d), report_of(new, d)) for d in _DIRECTIONS}
    if difference.change is Change.SHARED:
        return tuple(d for d, pair in pairs.items() if any(report.rules for report in pair))
    return tuple(d for d, (one, other) in pairs.items() if one.decision.allows is not other.decision.allows)


def report_of(evaluation: Evaluation, direction: Direction) -> DirectionReport:
    """How a direction was decided."""
    return evaluation.egress if direction is Direction.EGRESS else evaluation.ingress


def is_masked(difference: Difference) -> bool:
    """Whether the other direction denies the flow in both versions."""
    return difference.direction is not None and not (
        difference.witness.old.allowed or difference.witness.new.allowed
    )


def leads_there(difference: Difference) -> tuple[bool, bool] | None:
    """Whether the Service that the region is about leads to the flow, in the old and in the new version; None
    where it is the policies that decide.
    """
    if difference.change is Change.SHARED or deciding_directions(difference):
        return None
    return difference.change is Change.CLOSED, difference.change is Change.OPENED


@dataclass(frozen=True, slots=True)
class Culprit:
    """What to look at first: a rule or policy, or the workload or Service that has changed."""

    name: str
    origin: Origin


def culprit_of(difference: Difference) -> Culprit | None:
    """What to look at first: what has changed if it is no policy, else the rule that decides.

    It is one of the new version, or of the old one where the new has none. Where the new version denies what
    a rule allowed, what is left of that rule's policy comes first.
    """
    if difference.subject is not None and difference.origin is not None:
        return Culprit(difference.subject, difference.origin)
    for direction in deciding_directions(difference):
        old, new = (report_of(e, direction) for e in (difference.witness.old, difference.witness.new))
        before = {rule.policy for rule in old.rules}
        candidates = [miss.rule for miss in new.nearest if miss.rule.policy in before]
        candidates += [rule for rule in new.rules if rule.policy in before and not new.decision.allows]
        candidates += [*new.rules, *old.rules]
        if candidates:
            return Culprit(str(candidates[0]), candidates[0].origin)
    return None
