"""What could be left out of the policies without a change: rules, their peers and ports, whole policies.

In one direction policies only add up: a rule is redundant iff the flows that it matches are all matched by
others, and so is a policy whose pods others isolate as well. Each is asked by itself: of two equal rules
both are redundant, and only one of them can go.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property

from npverify.dialects import (
    DeclaredPods,
    RuleParts,
    adds_up,
    compile_rules,
    compile_subject,
    pods_of,
    with_effect,
)
from npverify.questions.progress import Progress, say_nothing
from npverify.questions.redundancy.parts import PolicyPart, Redundancies, Redundancy
from npverify.questions.redundancy.removable import find_removable
from npverify.questions.settings import QuerySettings
from npverify.questions.stopwatch import Stopwatch
from npverify.resources import Direction, NetworkPolicy
from npverify.resources.inventory import Inventory
from npverify_encodings.coverage import FlowSet, encode_coverage, find_cover
from npverify_encodings.flows import Domain, Side
from npverify_encodings.model import (
    EVERYTHING,
    AllOf,
    EndpointSet,
    Kind,
    KindIs,
    LabelOperator,
    LabelRequirement,
    NamespaceIs,
    World,
    all_of,
)
from npverify_encodings.solver import Solver, Undecided

MOST_TOGETHER = 60
"""Rules that one solver knows, where a slice can be cut further."""
_SOLVERS = 8


def find_redundancies(
    inventory: Inventory,
    settings: QuerySettings,
    stopwatch: Stopwatch | None = None,
    progress: Progress = say_nothing,
    *,
    by_comparison: bool = False,
) -> Redundancies:
    """Everything redundant in the policies of an inventory; raises Undecided where the time does not last.

    Under some network plugins, what a rule allows depends on other rules. `by_comparison`: what could go
    there is looked for all the same, without what covers it; else Undecided is raised.
    """
    inventory = replace(inventory, policies=with_effect(inventory.policies, settings.profile))
    plain, others = _apart(inventory, settings)
    if others and not by_comparison:
        raise Undecided(f"under the profile `{settings.profile}`, what a rule allows depends on other rules")
    found = _Search(plain, settings, stopwatch or Stopwatch(), progress).run()
    for number, own in enumerate(others):
        progress("namespaces looked at", number, len(others))
        found += find_removable(own, settings)
    return found


def _apart(inventory: Inventory, settings: QuerySettings) -> tuple[Inventory, list[Inventory]]:
    """The policies of the namespaces in which they add up, and those of each other namespace."""
    by_namespace: dict[str, list[NetworkPolicy]] = {}
    for policy in inventory.policies:
        by_namespace.setdefault(policy.namespace, []).append(policy)
    add_up = {name: adds_up(own, settings.profile) for name, own in by_namespace.items()}
    plain = tuple(policy for policy in inventory.policies if add_up[policy.namespace])
    others = (own for name, own in by_namespace.items() if not add_up[name])
    return replace(inventory, policies=plain), [replace(inventory, policies=tuple(own)) for own in others]


def world_of(inventory: Inventory, settings: QuerySettings) -> World:
    """What is known of every pod and address that could exist; any address may be one outside."""
    return World(
        namespaces=tuple(
            (namespace.name, tuple(sorted(namespace.labels.items())))
            for namespace in inventory.namespaces.values()
            if namespace.declared or not settings.open_namespaces
        ),
        pod_networks=settings.pod_cidrs,
    )


class _Search:
    """All slices of one inventory, one after another."""

    def __init__(
        self, inventory: Inventory, settings: QuerySettings, stopwatch: Stopwatch, progress: Progress
    ) -> None:
        self._policies: dict[str, list[NetworkPolicy]] = {}
        for policy in inventory.policies:
            self._policies.setdefault(policy.namespace, []).append(policy)
        self._total = len(inventory.policies)
        self._settings = settings
        self._stopwatch = stopwatch
        self._progress = progress
        self._world = world_of(inventory, settings)
        self._pods = pods_of(inventory)
        timeout = settings.timeout
        self._deadline = None if timeout is None else time.monotonic() + timeout

    def run(self) -> Redundancies:
        """Everything that could go."""
        found = Redundancies()
        done = 0
        for namespace, policies in self._policies.items():
            self._progress("policies looked at", done, self._total)
            done += len(policies)
            slices = {
                direction: Slice(
                    namespace,
                    direction,
                    tuple(policy for policy in policies if direction in policy.policy_types),
                    self._settings,
                    self._pods,
                    self._world,
                    None if self._deadline is None else max(0.0, self._deadline - time.monotonic()),
                )
                for direction in Direction
            }
            found += _of_namespace(policies, slices)
            for each in slices.values():
                self._stopwatch.count("solver checks", each.checks)
        return found


def _of_namespace(policies: Sequence[NetworkPolicy], slices: Mapping[Direction, Slice]) -> Redundancies:
    whole: list[Redundancy] = []
    isolating: list[Redundancy] = []
    rules: list[Redundancy] = []
    for policy in policies:
        own = [slices[direction] for direction in Direction if direction in policy.policy_types]
        whole_policy = _whole(policy, own)
        if whole_policy is not None:
            whole.append(whole_policy)
            continue
        covers = [each.cover_of_rules(policy) for each in own]
        if any(policy.rules(each.direction) for each in own) and None not in covers:
            cover = tuple(part for found in covers if found is not None for part in found)
            isolating.append(Redundancy(PolicyPart(policy), cover))
        for each in own:
            rules += each.redundant_rules(policy)
    gone = {redundancy.part.policy for redundancy in whole}
    gone_rules = {(r.part.policy, r.part.direction, r.part.rule) for r in rules}
    peers: list[Redundancy] = []
    ports: list[Redundancy] = []
    for each in slices.values():
        for policy in each.policies:
            if policy not in gone:
                kept = [
                    number
                    for number in range(len(policy.rules(each.direction)))
                    if (policy, each.direction, number) not in gone_rules
                ]
                for number in kept:
                    peers += each.redundant_items(policy, number, "peer")
                    ports += each.redundant_items(policy, number, "port")
    return Redundancies(tuple(whole), tuple(rules), tuple(peers), tuple(ports), tuple(isolating))


def _whole(policy: NetworkPolicy, slices: Sequence[Slice]) -> Redundancy | None:
    """The policy as a redundancy, if it can go in every direction."""
    part = PolicyPart(policy)
    cover: dict[PolicyPart, None] = {}
    isolation: dict[PolicyPart, None] = {}
    opens = False
    for each in slices:
        found = each.removable(policy)
        if found is None:
            return None
        cover |= dict.fromkeys(found.cover)
        isolation |= dict.fromkeys(found.isolation)
        opens = opens or found.opens
    return Redundancy(part, tuple(cover), tuple(isolation), opens)


class Slice:
    """The policies of one namespace for one direction; `checks` counts how often a solver was asked."""

    def __init__(
        self,
        namespace: str,
        direction: Direction,
        policies: tuple[NetworkPolicy, ...],
        settings: QuerySettings,
        pods: DeclaredPods,
        world: World,
        timeout: float | None,
    ) -> None:
        self.direction = direction
        self.policies = policies
        self._namespace = namespace
        self._world = world
        self._timeout = timeout
        self._rules: dict[PolicyPart, RuleParts] = {
            PolicyPart(policy, direction, number): parts
            for policy in policies
            for number, parts in enumerate(compile_rules(policy, direction, settings.profile, pods))
        }
        self._isolations = {PolicyPart(policy): compile_subject(policy) for policy in policies}
        self._names: dict[str, PolicyPart] = {}
        self._solvers: dict[int, Solver] = {}
        self.checks = 0

    def _solver_of(self, part: PolicyPart) -> Solver:
        """A solver that knows every policy which may select a pod of the same policy; few are kept at a time,
        as the next question is about the same pods more often than not.
        """
        number = self._batches[PolicyPart(part.policy)]
        if number not in self._solvers:
            if len(self._solvers) >= _SOLVERS:
                self._solvers.pop(next(iter(self._solvers)))
            self._solvers[number] = self._new_solver(self._together[number])
        return self._solvers[number]

    @cached_property
    def _batches(self) -> Mapping[PolicyPart, int]:
        """The solver that is to be asked about each policy, by its number."""
        return {part: number for number, parts in enumerate(self._asked) for part in parts}

    @cached_property
    def _together(self) -> Sequence[tuple[PolicyPart, ...]]:
        """The policies that each solver knows, in order."""
        known = [{other for part in parts for other in self._neighbours[part]} for parts in self._asked]
        return [tuple(part for part in self._isolations if part in own) for own in known]

    @cached_property
    def _asked(self) -> Sequence[Sequence[PolicyPart]]:
        """The policies that each solver is asked about: such as select similar pods, as many as are cheap."""
        if len(self._rules) <= MOST_TOGETHER:
            return [list(self._isolations)]
        wide = [part for part in self._isolations if not self._demanded[part]]
        groups: list[list[PolicyPart]] = [wide, []]
        size = 0
        for part in sorted(
            (part for part in self._isolations if self._demanded[part]),
            key=lambda part: sorted((key, sorted(own)) for key, own in self._demanded[part].items()),
        ):
            size += len(self._neighbours[part]) - len(wide)
            if size > MOST_TOGETHER:
                groups.append([])
                size = len(self._neighbours[part]) - len(wide)
            groups[-1].append(part)
        return groups

    def _new_solver(self, together: Sequence[PolicyPart]) -> Solver:
        side = Side.SOURCE if self.direction is Direction.EGRESS else Side.DESTINATION
        home = all_of(KindIs(Kind.POD), NamespaceIs(self._namespace))
        ends = (home, EVERYTHING) if side is Side.SOURCE else (EVERYTHING, home)
        sets = {name: flows for part in together for name, flows in self._sets_of(part).items()}
        problem = encode_coverage(Domain(ends[0], ends[1], EVERYTHING), self._world, side, sets)
        return Solver(problem.text, timeout=self._timeout)

    def _sets_of(self, policy: PolicyPart) -> dict[str, FlowSet]:
        """The isolation of a policy, its rules, and their items, by name."""
        sets = {self._name(policy): FlowSet(self._isolations[policy])}
        for part in self._by_policy.get(id(policy.policy), ()):
            rule = self._rules[part]
            sets[self._name(part)] = FlowSet(rule.subject, *rule.match())
            for item in self._items(part, "peer"):
                sets[self._name(item)] = FlowSet(rule.subject, *rule.match(peer=item.peer))
            for item in self._items(part, "port"):
                sets[self._name(item)] = FlowSet(rule.subject, *rule.match(port=item.port))
        return sets

    def _items(self, part: PolicyPart, kind: str) -> tuple[PolicyPart, ...]:
        """The peers or ports of a rule, where there are several."""
        rule = self._rules[part]
        size = len(rule.peers if kind == "peer" else rule.ports)
        if size < 2:
            return ()
        policy, direction, number = part.policy, part.direction, part.rule
        if kind == "peer":
            return tuple(PolicyPart(policy, direction, number, peer=item) for item in range(size))
        return tuple(PolicyPart(policy, direction, number, port=item) for item in range(size))

    def _name(self, part: PolicyPart) -> str:
        kind = "isolation" if part.rule is None else "rule"
        name = f"{kind} {part}"
        self._names[name] = part
        return name

    # Questions ----------------------------------------------------------------------------------------

    def cover_of_rules(self, policy: NetworkPolicy) -> tuple[PolicyPart, ...] | None:
        """The rules of other policies that together match what this one's do; None where they do not."""
        cover: dict[PolicyPart, None] = {}
        for part in self._rules_of(policy):
            others = (other for other in self._overlapping(part) if other.policy is not policy)
            found = self._cover(part, others)
            if found is None:
                return None
            cover |= dict.fromkeys(found)
        return tuple(cover)

    def removable(self, policy: NetworkPolicy) -> Redundancy | None:
        """The policy as a redundancy in this direction; None where it is needed.

        Without it, the pods that it alone isolates are open, so it has to admit everything for them; and for
        the others, what it admits has to be admitted by other policies.
        """
        part = PolicyPart(policy)
        others = [other for other in self._neighbours[part] if other != part]
        own = self._rules_of(policy)
        if self._is_plainly_needed(own, others):
            return None
        isolation = self._cover(part, (*others, *own))
        if isolation is None:
            return None
        cover: dict[PolicyPart, None] = {}
        for rule in own:
            found = self._cover_where_isolated(rule, others)
            if found is None:
                return None
            cover |= dict.fromkeys(found)
        return Redundancy(
            part,
            tuple(cover),
            tuple(each for each in isolation if each.rule is None),
            opens=any(each.rule is not None for each in isolation),
        )

    def _is_plainly_needed(self, own: Sequence[PolicyPart], others: Sequence[PolicyPart]) -> bool:
        """Whether the first of the rules admits what nothing else does, to pods that a policy for the whole
        namespace isolates; one look that settles most policies.
        """
        wide = next((other for other in others if not self._demanded[other]), None)
        if wide is None or not own:
            return False
        return self._cover(own[0], self._rules_of_others(own[0]), within=wide) is None

    def _rules_of_others(self, rule: PolicyPart) -> list[PolicyPart]:
        return [other for other in self._overlapping(rule) if other.policy is not rule.policy]

    def _cover_where_isolated(
        self, rule: PolicyPart, isolating: Sequence[PolicyPart]
    ) -> tuple[PolicyPart, ...] | None:
        """The rules of other policies that match what this rule does, as far as others isolate its pods."""
        others = self._rules_of_others(rule)
        whole = self._cover(rule, others)
        if whole is not None:
            return whole
        cover: dict[PolicyPart, None] = {}
        for isolation in isolating:
            found = self._cover(rule, others, within=isolation)
            if found is None:
                return None
            cover |= dict.fromkeys(found)
        return tuple(cover)

    def redundant_rules(self, policy: NetworkPolicy) -> Iterator[Redundancy]:
        """The rules of a policy that other rules, its own included, make redundant."""
        for part in self._rules_of(policy):
            cover = self._cover(part, (other for other in self._overlapping(part) if other != part))
            if cover is not None:
                yield Redundancy(part, cover)

    def redundant_items(self, policy: NetworkPolicy, rule: int, kind: str) -> Iterator[Redundancy]:
        """The peers or ports of a rule that its other ones, or other rules, make redundant."""
        whole = PolicyPart(policy, self.direction, rule)
        items = self._items(whole, kind)
        for item in items:
            others = [other for other in self._overlapping(whole) if other != whole]
            cover = self._cover(item, (*(i for i in items if i != item), *others))
            if cover is not None:
                yield Redundancy(item, cover)

    def _rules_of(self, policy: NetworkPolicy) -> list[PolicyPart]:
        return [part for part in self._rules if part.policy is policy]

    def _cover(
        self, part: PolicyPart, others: Iterable[PolicyPart], *, within: PolicyPart | None = None
    ) -> tuple[PolicyPart, ...] | None:
        solver = self._solver_of(part)
        before = solver.checks
        wanted = [self._name(each) for each in (part, within) if each is not None]
        names = find_cover(solver, wanted, [self._name(other) for other in others])
        self.checks += solver.checks - before
        return None if names is None else tuple(self._names[name] for name in names)

    # Neighbours: what could cover anything of a part at all -------------------------------------------

    def _overlapping(self, part: PolicyPart) -> Iterator[PolicyPart]:
        """The rules that may select pods of the same policy, in order."""
        for policy in self._neighbours[PolicyPart(part.policy)]:
            yield from self._by_policy.get(id(policy.policy), ())

    @cached_property
    def _by_policy(self) -> Mapping[int, tuple[PolicyPart, ...]]:
        grouped: dict[int, list[PolicyPart]] = {}
        for part in self._rules:
            grouped.setdefault(id(part.policy), []).append(part)
        return {key: tuple(parts) for key, parts in grouped.items()}

    @cached_property
    def _neighbours(self) -> Mapping[PolicyPart, tuple[PolicyPart, ...]]:
        """The policies that may select a pod that one selects, in order, by the one."""
        return {part: tuple(self._near(part)) for part in self._isolations}

    def _near(self, part: PolicyPart) -> Iterator[PolicyPart]:
        demanded = self._demanded[part]
        for other, theirs in self._demanded.items():
            if other == part or all(theirs.get(key, values) & values for key, values in demanded.items()):
                yield other

    @cached_property
    def _demanded(self) -> Mapping[PolicyPart, Mapping[str, frozenset[str]]]:
        """The values that each policy demands of labels."""
        return {part: _values(subject) for part, subject in self._isolations.items()}


def _values(subject: EndpointSet) -> Mapping[str, frozenset[str]]:
    values: dict[str, frozenset[str]] = {}
    for term in subject.terms if isinstance(subject, AllOf) else ():
        if isinstance(term, LabelRequirement) and term.operator is LabelOperator.IN:
            values[term.key] = values.get(term.key, frozenset(term.values)) & frozenset(term.values)
    return values
