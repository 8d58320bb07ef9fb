"""Everything that is the matter with the rules of admin policies, in the order in which it counts."""

from __future__ import annotations

from npverify.questions.ordered.effects import without_effect
from npverify.questions.ordered.ground import Ground
from npverify.questions.ordered.other_end import find_overridden
from npverify.questions.ordered.result import Anomalies, Anomaly
from npverify.questions.ordered.tiers import TierSearch
from npverify.questions.settings import QuerySettings
from npverify.questions.stopwatch import Stopwatch
from npverify.resources import Direction
from npverify.resources.inventory import Inventory


def find_anomalies(
    inventory: Inventory, settings: QuerySettings, stopwatch: Stopwatch | None = None
) -> Anomalies:
    """What is the matter with the rules, for every pod that could exist; a rule is named once.

    Where policies of one tier and priority have no order, it is so in every order. A rule with a peer that
    nobody knows is not looked at. Raises Undecided where the time does not last.
    """
    ground = Ground(inventory, settings, stopwatch or Stopwatch())
    found = Anomalies()
    for direction in Direction:
        one = _of_direction(ground, direction)
        found = Anomalies(
            found.anomalies + one.anomalies,
            found.generalisations + one.generalisations,
            found.correlations + one.correlations,
        )
    return found


def _of_direction(ground: Ground, direction: Direction) -> Anomalies:
    search = TierSearch(ground, direction)
    if not search.parts:
        return Anomalies()
    found: dict[str, Anomaly] = {str(anomaly.part): anomaly for anomaly in search.anomalies()}
    for anomaly in without_effect(ground, direction, [p for p in search.parts if str(p) not in found]):
        found[str(anomaly.part)] = anomaly
    for anomaly in find_overridden(ground, direction, [p for p in search.parts if str(p) not in found]):
        found[str(anomaly.part)] = anomaly
    general, correlated = search.overlaps([p for p in search.parts if str(p) not in found])
    ordered = tuple(found[str(part)] for part in search.parts if str(part) in found)
    return Anomalies(ordered, general, correlated)
