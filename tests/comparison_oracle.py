"""Comparisons checked against the reference evaluator, flow by flow: verdict, regions and witnesses."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product
from unittest.mock import patch

from tests.comparison_atoms import Test, flow_passes
from tests.comparison_space import (
    NEW,
    OLD,
    DeclaredPod,
    Space,
    TooLarge,
    declared_pods,
)

from npverify.questions.comparison import (
    Change,
    Comparison,
    ComparisonSettings,
    ComparisonVerdict,
    Difference,
    Relation,
    compare,
)
from npverify.questions.comparison.problems import Job
from npverify.questions.settings import Universe
from npverify.reference import Evaluation
from npverify.resources import Direction, Endpoint, Flow, PodEndpoint, Service
from npverify.resources.inventory import Inventory
from npverify_encodings.flows import Side
from npverify_encodings.model import NamespaceIsNone
from npverify_encodings.witness import GrownRegion, RegionLiteral

__all__ = ["TooLarge", "check_comparison", "compare_and_record"]

SIDES = (Side.SOURCE, Side.DESTINATION)
Literals = tuple[tuple[Test, bool], ...]


@dataclass(frozen=True, slots=True)
class Found:
    """One region with all that was known when it was found: it holds what satisfies every literal."""

    difference: Difference
    job: Job
    literals: Literals

    @property
    def change(self) -> Change:
        """The sort of region."""
        return self.difference.change

    @property
    def has_summary(self) -> bool:
        """Whether it is confined to namespaces that nobody mentions: it may then be larger than it is."""
        return any(isinstance(test.atom, NamespaceIsNone) for test, _ in self.literals)

    def __str__(self) -> str:
        literals = (f"{'' if holds else 'not '}{test.side} {test.atom}" for test, holds in self.literals)
        return f"{self.change}: {', '.join(literals)}; witness {self.difference.witness.flow}"


def compare_and_record(
    old: Inventory, new: Inventory, settings: ComparisonSettings
) -> tuple[Comparison, tuple[Found, ...]]:
    """The comparison, and its regions as literals."""
    module = sys.modules["npverify.questions.comparison.compare"]
    find_regions, replay = module.find_regions, module.replay
    regions: list[Literals] = []
    jobs: list[Job] = []

    def find_and_record(solver, problem, *arguments, **options):
        for model, region in find_regions(solver, problem, *arguments, **options):
            regions.append(literals_of(region, problem.codes))
            yield model, region

    def replay_and_record(versions, job, *arguments):
        jobs.append(job)
        return replay(versions, job, *arguments)

    with (
        patch.object(module, "find_regions", find_and_record),
        patch.object(module, "replay", replay_and_record),
    ):
        comparison = compare(old, new, settings)
    found = zip(comparison.differences, jobs, regions, strict=comparison.complete)
    return comparison, tuple(Found(*each) for each in found)


def literals_of(region: GrownRegion, codes: Mapping[str, Sequence[str]]) -> Literals:
    """What a region demands."""
    return tuple((_test(literal, codes), literal.holds) for literal in region.literals)


def _test(literal: RegionLiteral, codes: Mapping[str, Sequence[str]]) -> Test:
    side, atom = literal.atom.side, literal.atom.atom
    if not isinstance(atom, NamespaceIsNone):
        return Test(side, atom)
    names = codes.get(f"{side} namespace", ())
    return Test(side, atom, frozenset(name.strip("`") for name in names if name.startswith("`")))


# The whole comparison ---------------------------------------------------------------------------------


def check_comparison(
    old: Inventory, new: Inventory, settings: ComparisonSettings | None = None
) -> Comparison:
    """Compare, and see that verdict, regions and witnesses are those of the reference evaluator.

    Raises TooLarge where there are more flows than a test can look at.
    """
    settings = settings or ComparisonSettings(limit=None)
    comparison, found = compare_and_record(old, new, settings)
    checker = _Checker(old, new, settings, found)
    is_violated = checker.check_policies()
    if settings.relation is not Relation.DISJOINT:
        is_violated |= any([checker.check_pods(), checker.check_services()])
    assert comparison.verdict is expected_verdict(settings, is_violated), comparison.differences
    assert comparison.complete
    assert {each.change for each in found} <= set(wanted_changes(settings))
    return comparison


def wanted_changes(settings: ComparisonSettings) -> tuple[Change, ...]:
    """The sorts of regions that are asked for, by the issue's words."""
    return (
        settings.changes
        or {
            Relation.EQUIVALENT: (Change.OPENED, Change.CLOSED),
            Relation.AT_MOST: (Change.OPENED,),
            Relation.AT_LEAST: (Change.CLOSED,),
            Relation.DISJOINT: (Change.SHARED,),
        }[settings.relation]
    )


def expected_verdict(settings: ComparisonSettings, is_violated: bool) -> ComparisonVerdict:
    """What the verdict has to be."""
    if settings.relation is Relation.EQUIVALENT:
        return ComparisonVerdict.DIFFERENT if is_violated else ComparisonVerdict.EQUIVALENT
    return ComparisonVerdict.VIOLATED if is_violated else ComparisonVerdict.HOLDS


class _Checker:
    """One comparison, looked at part by part."""

    def __init__(
        self, old: Inventory, new: Inventory, settings: ComparisonSettings, found: Sequence[Found]
    ) -> None:
        self.versions = (old, new)
        self.settings = settings
        self.found = found

    @property
    def only_declared(self) -> bool:
        return self.settings.query.universe is Universe.DECLARED

    def check_policies(self) -> bool:
        """The flows of what is the same in both versions; whether any of them counts."""
        own = [each for each in self.found if each.job.cast is None and each.job.service is None]
        return self._check(own)

    def check_pods(self) -> bool:
        """The flows of the declared pods that look different, one after another and with each other."""
        changed = [pod for pod in declared_pods(*self.versions) if not pod.looks_alike]
        casts = [{side: pod} for pod, side in product(changed, SIDES)]
        casts += [
            dict(zip(SIDES, pair, strict=True))
            for pair in product(changed, changed)
            if pair[0] is not pair[1] or pair[0].new.replicated
        ]
        results = [self._check_cast(cast) for cast in casts]
        return any(results)

    def _check_cast(self, cast: Mapping[Side, DeclaredPod]) -> bool:
        wanted = {side: pod.name for side, pod in cast.items()}
        own = [each for each in self.found if _cast_of(each.job) == wanted]
        return self._check(own, cast=cast, otherwise=[e for e in self.found if e.job.cast is None])

    def check_services(self) -> bool:
        """The flows through the Services that lead elsewhere."""
        before, after = ({(s.namespace, s.name): s for s in each.services} for each in self.versions)
        both = [(before[key], after[key]) for key in sorted(before.keys() & after.keys())]
        results = [self._check_service(*pair) for pair in both if _lead_elsewhere(*pair)]
        return any(results)

    def _check_service(self, old: Service, new: Service) -> bool:
        results = []
        ports = {(port.protocol, port.port) for service in (old, new) for port in service.ports}
        for protocol, number in sorted(ports):
            own = [
                each
                for each in self.found
                if (of := each.job.service) is not None
                and (of.service.new, of.protocol, of.port) == (new, protocol, number)
            ]
            numbers = [p.target for s in (old, new) for p in s.ports if isinstance(p.target, int)]
            results.append(
                self._check(
                    own,
                    demand=lambda age, flow, key=(protocol, number): leads_to((old, new)[age], flow, *key),
                    selectors=[s.selector for s in (old, new)],
                    ports=numbers,
                )
            )
        return any(results)

    # Regions of one sort of flows ---------------------------------------------------------------------

    def _check(self, own: Sequence[Found], *, otherwise: Sequence[Found] = (), **options) -> bool:
        """See that each region is sound and maximal, and that no flow is missed; whether a flow counts.

        `otherwise` are regions in which a flow may be found instead.
        """
        tests = [test for each in (*own, *otherwise) for test, _ in each.literals]
        possible = counted = Space(
            *self.versions, self.settings.query, tests=tests, scope=self.settings.scope, **options
        )
        if self.only_declared:
            counted = Space(
                *self.versions,
                self.settings.query,
                tests=tests,
                scope=self.settings.scope,
                only_declared=True,
                **options,
            )
        for each in own:
            check_region(possible, each)
            check_witness(possible, each)
        results = [
            self._check_complete(counted, (*own, *otherwise), direction, change)
            for direction, change in product(self._directions(), wanted_changes(self.settings))
        ]
        return any(results)

    def _directions(self) -> tuple[Direction | None, ...]:
        return tuple(Direction) if self.settings.per_direction else (None,)

    def _check_complete(
        self, space: Space, found: Iterable[Found], direction: Direction | None, change: Change
    ) -> bool:
        """Whether there are flows of a sort, after seeing that all of them are in some region."""
        own = [each for each in found if (each.difference.direction, each.change) == (direction, change)]
        changed = [flow for flow in space.flows if flow.change(direction) is change]
        for age in (OLD, NEW):
            covered = {id(flow) for each in own for flow in space.inside(each.literals, age, changed)}
            missed = next((flow for flow in changed if id(flow) not in covered), None)
            assert missed is None, f"in no region though {change}: {missed}\n{_show(self.found)}"
        return bool(changed)


def _cast_of(job: Job) -> dict[Side, str] | None:
    if job.cast is None:
        return None
    played = next(iter(job.cast.values()))
    return {
        side: f"{each.workload}#{'' if each.pod.replicated else each.pod.name}"
        for side, each in played.items()
    }


def check_region(space: Space, found: Found) -> None:
    """See that every flow in a region is one of its sort, and that the region cannot be larger."""
    direction = found.difference.direction
    for age in (OLD, NEW):
        inside = list(space.inside(found.literals, age))
        wrong = next((flow for flow in inside if flow.change(direction) is not found.change), None)
        assert inside, f"nothing is in the region {found}"
        assert wrong is None, f"in a region though not {found.change}: {wrong}\n{found}"
    for number, (test, _) in enumerate(found.literals):
        rest = (*found.literals[:number], *found.literals[number + 1 :])
        is_too_large = any(
            flow.change(direction) is not found.change
            for age in (OLD, NEW)
            for flow in space.inside(rest, age, loosely=True)
        )
        assert is_too_large or found.has_summary, f"could do without {test}: {found}"


def check_witness(space: Space, found: Found) -> None:
    """See that both versions decide the witness as the region says, and that it lies in the region.

    The answer shows the flow as the new version sees it; what the old one saw has to be among what it can be.
    """
    witness = found.difference.witness
    flows = []
    for age, shown in ((OLD, witness.old), (NEW, witness.new)):
        flow = _shown_flow(age, space, witness.flow, shown)
        allows = {
            Direction.EGRESS: shown.egress.decision.allows,
            Direction.INGRESS: shown.ingress.decision.allows,
            None: shown.allowed,
        }[found.difference.direction]
        if space.demand is not None:
            allows = allows and space.demand(age, flow)
        assert allows is (found.change in ((Change.CLOSED, Change.OPENED)[age], Change.SHARED))
        flows.append(flow)
    wrong = [
        [test for test, holds in found.literals if flow_passes(test, flow) is not holds] for flow in flows
    ]
    assert not all(wrong), f"{wrong} are not true of {flows}"


def _shown_flow(age: int, space: Space, flow: Flow, shown: Evaluation) -> Flow:
    """A flow that is evaluated as the answer shows it, of those that the witness can be in one version.

    Any of them where an address that the answer does not show makes the difference.
    """
    flows = [flow] if age == NEW else _as_old_sees(space, flow)
    return next((each for each in flows if space.evaluators[age].evaluate(each) == shown), flows[0])


def _as_old_sees(space: Space, flow: Flow) -> list[Flow]:
    choices = [
        _old_ends(space, side, end)
        for side, end in ((Side.SOURCE, flow.source), (Side.DESTINATION, flow.destination))
    ]
    return [replace(flow, source=one, destination=other) for one, other in product(*choices)]


def _old_ends(space: Space, side: Side, end: Endpoint) -> list[Endpoint]:
    if side not in space.cast:
        return [space.seen_by_old(end)]
    return [own.old for own in space.ends(side) if end.address in (None, own.new.address)]


def _lead_elsewhere(old: Service, new: Service) -> bool:
    if old.selector is None or new.selector is None:
        return False
    old_ports, new_ports = ({(p.protocol, p.port, p.target) for p in s.ports} for s in (old, new))
    return (old.selector, old_ports) != (new.selector, new_ports)


def leads_to(service: Service, flow: Flow, protocol: str, number: int) -> bool:
    """Whether a port of a Service leads to the destination and port of a flow."""
    end = flow.destination
    if not isinstance(end, PodEndpoint) or end.pod.namespace != service.namespace:
        return False
    required = {r.key: r.values[0] for r in service.selector.requirements}
    if not required.items() <= end.pod.labels.items():
        return False
    targets = [port.target for port in service.ports if (port.protocol, port.port) == (protocol, number)]
    named = {p.name for p in end.pod.ports if (p.number, p.protocol) == (flow.port, flow.protocol)}
    return flow.protocol == protocol and any(t == flow.port or t in named for t in targets)


def _show(found: Sequence[Found]) -> str:
    return "\n".join(map(str, found))
