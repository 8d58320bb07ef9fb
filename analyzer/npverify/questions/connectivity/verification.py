"""Cells of a map confirmed by the solver, which knows neither the classes nor the atoms of the map.

Of each of the two endpoints one pod (or the whole range of addresses) is pinned down, and the problem is
encoded as that of a question would be. Then it has to be so that no flow connects on traffic that the cell
closes; that none fails on traffic that it allows for sure; and that at both ends of every range of ports that
it may open some flow connects and, where that hangs on open facts, some flow fails.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from hashlib import sha256

from npverify.errors import InternalError
from npverify.questions.connectivity.bits import numbers_in
from npverify.questions.connectivity.connections import Connections
from npverify.questions.connectivity.pinning import Pinned, Pins
from npverify.questions.connectivity.result import Cell, ConnectivityMap, MapEndpoint, Verification
from npverify.questions.connectivity.survey import Survey
from npverify.questions.flows import traffic_set
from npverify.questions.plan import Flows, Plan, standalone
from npverify.questions.progress import Progress
from npverify.questions.replay import replay
from npverify.questions.selections import DeclaredPod
from npverify.resources import Direction
from npverify_encodings.flows import NICE, Domain, Side
from npverify_encodings.model import (
    PortIn,
    ProtocolIs,
    Scope,
    TrafficSet,
    World,
    all_of,
    any_of,
)
from npverify_encodings.slicing import Box, Indexed, facts_of
from npverify_encodings.solver import Literal, Solver, Undecided
from npverify_encodings.verdict import Goal, encode_problem
from npverify_encodings.witness import declared_literals, find_model

_CONNECTS = Literal(Goal.CONNECTS)
_MOST_DRAWS = 20
"""Draws for each pair that is to be confirmed, before there are taken to be no others."""


class Verifier:
    """Confirms cells of one map."""

    def __init__(self, survey: Survey) -> None:
        self._survey = survey
        self._planner = survey.planner
        self._traffic = traffic_set(survey.settings.traffic)
        self._pins = Pins(survey.planner.pods, survey.mentions.keys[Scope.POD])
        self._pipelines = {
            direction: Indexed(pipeline, subject_is_source=direction is Direction.EGRESS)
            for direction, pipeline in survey.pipelines.items()
        }
        self._world = World(
            namespaces=tuple(
                (name, tuple(sorted(labels.items())))
                for name, labels in survey.around.namespaces.items()
                if labels is not None
            ),
            pod_networks=survey.around.pod_networks,
            taken=survey.planner.taken,
        )

    def verify(self, found: ConnectivityMap, wanted: int, progress: Progress) -> Verification:
        """Confirm that many cells at random, or all of them if there are no more; raises InternalError."""
        choose = random.Random(_seed(found))
        pairs = list(self._every_pair(found) if found.pairs <= wanted else self._some(found, wanted, choose))
        checked = 0
        for number, (source, destination) in enumerate(pairs):
            progress("confirming cells", number, len(pairs))
            checked += self._confirm(found.cell(source, destination), choose)
        return Verification(checked, found.pairs)

    # Which pairs --------------------------------------------------------------------------------------

    def _every_pair(self, found: ConnectivityMap) -> Iterator[tuple[MapEndpoint, MapEndpoint]]:
        for source in found.sources:
            for destination in found.destinations:
                if found.is_about(source, destination):
                    yield source, destination

    def _some(
        self, found: ConnectivityMap, wanted: int, choose: random.Random
    ) -> Iterator[tuple[MapEndpoint, MapEndpoint]]:
        """Different pairs, every other one with a connection, as most have none where policies are strict."""
        seen: set[tuple[str, str]] = set()
        for draw in range(_MOST_DRAWS * wanted):
            pair = self._connected(found, choose) if draw % 2 else self._any(found, choose)
            if pair is not None and found.is_about(*pair):
                names = pair[0].name, pair[1].name
                if names not in seen:
                    seen.add(names)
                    yield pair
                if len(seen) == wanted:
                    return

    def _any(self, found: ConnectivityMap, choose: random.Random) -> tuple[MapEndpoint, MapEndpoint]:
        return choose.choice(found.sources), choose.choice(found.destinations)

    def _connected(
        self, found: ConnectivityMap, choose: random.Random
    ) -> tuple[MapEndpoint, MapEndpoint] | None:
        source = choose.choice(found.sources)
        row = found.rows[found.group_of(source).number]
        if not row:
            return None
        groups = tuple(numbers_in(choose.choice(row).destinations))
        return source, choose.choice(found.groups[choose.choice(groups)].endpoints)

    # One cell -----------------------------------------------------------------------------------------

    def _confirm(self, cell: Cell, choose: random.Random) -> bool:
        """Whether the solver has confirmed the cell: it has not where it was given too little time, or where
        two ends share what is open about their namespace, which an encoding takes to be two facts.
        """
        ends = self._pick(cell, choose)
        if ends is None:
            return True
        if self._shares_open_labels(*ends):
            return False
        pinned = self._pins.pin(*ends), self._pins.pin(*reversed(ends))
        points = list(_points(cell))
        traffic = (_set_of(cell.connections), _set_of(cell.possible), *(where for where, _ in points))
        plan = self._plan(pinned, traffic)
        try:
            wrong = next(self._contradictions(plan, pinned, points), None)
        except Undecided:
            return False
        if wrong is not None:
            raise InternalError(
                f"the map contradicts the solver: {cell.source} to {cell.destination}: {wrong}",
                details=f"{cell}\n{pinned}\n{standalone(plan.problem, plan.goal)}",
            )
        return True

    def _pick(
        self, cell: Cell, choose: random.Random
    ) -> tuple[DeclaredPod | MapEndpoint, DeclaredPod | MapEndpoint] | None:
        """A pod of each workload, and not one single pod for both; None where that is all there is."""
        source = self._one_of(cell.source, choose)
        destination = self._one_of(cell.destination, choose)
        if source is destination and isinstance(source, DeclaredPod) and not source.pod.replicated:
            others = [each for each in self._pins.pods_of(cell.destination) if each is not source]
            if not others:
                return None
            destination = choose.choice(others)
        return source, destination

    def _one_of(self, endpoint: MapEndpoint, choose: random.Random) -> DeclaredPod | MapEndpoint:
        return endpoint if endpoint.is_external else choose.choice(self._pins.pods_of(endpoint))

    def _shares_open_labels(self, *ends: DeclaredPod | MapEndpoint) -> bool:
        if self._survey.around.ways.count == 1:
            return False
        names = {each.pod.namespace for each in ends if isinstance(each, DeclaredPod)}
        pods = [each for each in ends if isinstance(each, DeclaredPod) and not each.pod.host_network]
        return len(pods) == 2 and len(names) == 1 and self._survey.around.namespaces[names.pop()] is None

    def _plan(self, pinned: tuple[Pinned, Pinned], traffic: Sequence[TrafficSet]) -> Plan:
        source, destination = (end.endpoints for end in pinned)
        box = Box(facts_of(source), facts_of(destination))
        egress, ingress = (
            self._pipelines[direction].within([box], self._world)
            for direction in (Direction.EGRESS, Direction.INGRESS)
        )
        declared = {
            side: () if end.declared is None else (end.declared,)
            for side, end in zip((Side.SOURCE, Side.DESTINATION), pinned, strict=True)
        }
        problem = encode_problem(
            Domain(all_of(source, self._planner.carried), destination, self._traffic),
            self._world,
            egress=egress,
            ingress=ingress,
            declared=declared,
            preferred=traffic,
        )
        flows = Flows(source, destination, self._traffic, {Side.SOURCE: {}, Side.DESTINATION: {}})
        solver = Solver(problem.text, timeout=self._planner.settings.timeout)
        return Plan(flows, problem, solver, _CONNECTS)

    def _contradictions(
        self, plan: Plan, pinned: tuple[Pinned, Pinned], points: Sequence[tuple[TrafficSet, bool]]
    ) -> Iterator[str]:
        """What is not as the cell says, in words."""
        fixed = (*plan.fixed, *declared_literals())
        sure, possible, *where = (Literal(f"{NICE}traffic {number}") for number in range(2 + len(points)))
        if plan.solver.decide((*fixed, _CONNECTS, ~possible)):
            yield "a flow connects that the map does not allow"
        if not _has_a_choice(*pinned) and plan.solver.decide((*fixed, ~_CONNECTS, sure)):
            yield "a flow does not connect that the map allows whatever is open"
        for place, (point, is_open) in zip(where, points, strict=True):
            if not plan.solver.decide((*fixed, _CONNECTS, place)):
                yield f"no flow connects on {point}"
            if is_open and not plan.solver.decide((*fixed, ~_CONNECTS, place)):
                yield f"whatever is open, every flow connects on {point}"
        if points:
            model = find_model(plan.solver, plan.problem, (*fixed, _CONNECTS), only_declared=True)
            assert model is not None, "a flow connects at every point"
            replay(self._planner, plan, model)


def _has_a_choice(source: Pinned, destination: Pinned) -> bool:
    """Whether a flow between the ends that fails says little, as another one connects: between two known
    ends over other addresses of theirs.
    """
    if any(count > 1 for end in (source, destination) for count in end.families.values()):
        return True
    return source.is_known and destination.is_known and len(source.families & destination.families) > 1


def _set_of(connections: Connections) -> TrafficSet:
    return any_of(
        *(
            all_of(ProtocolIs(protocol), any_of(*(PortIn(*interval) for interval in intervals)))
            for protocol, intervals in connections.ports
        )
    )


def _points(cell: Cell) -> Iterator[tuple[TrafficSet, bool]]:
    """Single ports at both ends of every range, and whether it is open there if a flow connects."""
    for connections, is_open in ((cell.connections, False), (cell.conditional, True)):
        for protocol, intervals in connections.ports:
            for port in dict.fromkeys(port for interval in intervals for port in interval):
                yield all_of(ProtocolIs(protocol), PortIn(port, port)), is_open


def _seed(found: ConnectivityMap) -> str:
    """Drawn from the map itself, so that equal inputs have the same cells confirmed."""
    digest = sha256()
    for group, row in zip(found.groups, found.rows, strict=True):
        digest.update("\n".join(endpoint.name for endpoint in group.endpoints).encode())
        for part in row:
            digest.update(f"{part.connections}|{part.conditional}|{part.destinations:x}".encode())
    return digest.hexdigest()
