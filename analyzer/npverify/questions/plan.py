"""From a set of flows to a solvable problem: which policies matter, and what is known of the world."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from ipaddress import collapse_addresses, ip_network

from npverify.dialects import (
    NO_ADMIN_POLICIES,
    AdminPolicies,
    DeclaredPods,
    carried_by,
    compile_pipeline,
    pods_of,
)
from npverify.dialects.admin import owner_of
from npverify.questions.selections import (
    Declared,
    DeclaredPod,
    declared_endpoint,
    declared_ends,
    declared_pods,
)
from npverify.questions.settings import QuerySettings
from npverify.questions.staging import Scene
from npverify.questions.stopwatch import Stopwatch
from npverify.questions.unmodelled import may_decide
from npverify.reference import Evaluator
from npverify.resources import AdminPolicy, Direction, Network, NetworkPolicy
from npverify.resources.inventory import Inventory, UnmodelledPolicy
from npverify_encodings.flows import DOMAIN, Domain, Side
from npverify_encodings.model import (
    DeclaredEndpoint,
    EndpointSet,
    Kind,
    Pipeline,
    TrafficSet,
    World,
    all_of,
)
from npverify_encodings.slicing import facts_of
from npverify_encodings.smtlib import symbol
from npverify_encodings.solver import Literal, Solver
from npverify_encodings.specialise import at_itself
from npverify_encodings.verdict import EVERY_POLICY, Problem, encode_problem

FIXED = (Literal(DOMAIN), Literal(EVERY_POLICY))

DECIDING_END = {Direction.EGRESS: Side.SOURCE, Direction.INGRESS: Side.DESTINATION}
"""The end of a flow whose policies decide a direction."""


@dataclass(frozen=True, slots=True)
class Flows:
    """The flows that a question is about; `declared` are the declared endpoints at each end.

    `itself`: the flows of pods to themselves through a Service. Such a flow is told of its destination, and
    nobody looks at its source, which stands for nothing.
    """

    source: EndpointSet
    destination: EndpointSet
    traffic: TrafficSet
    declared: Mapping[Side, Mapping[str, Declared]]
    preferred: tuple[TrafficSet, ...] = ()
    itself: bool = False

    def at(self, side: Side) -> EndpointSet:
        """The endpoints at one end."""
        return self.source if side is Side.SOURCE else self.destination


@dataclass(frozen=True, slots=True)
class Plan:
    """A problem, the solver that holds it, the flows it is about, and the property that is looked for."""

    flows: Flows
    problem: Problem
    solver: Solver
    goal: Literal

    @property
    def fixed(self) -> tuple[Literal, ...]:
        """What every flow of the question satisfies, whether or not it has the property."""
        return FIXED


class Planner:
    """What the parts of one question share: declared pods by key, policies by `namespace/name`, and
    the reference evaluator over all policies.
    """

    def __init__(self, inventory: Inventory, settings: QuerySettings, stopwatch: Stopwatch) -> None:
        self.inventory = inventory
        self.settings = settings
        self.stopwatch = stopwatch
        self._dumped = 0
        with stopwatch.measure("index"):
            self.pods: Mapping[str, DeclaredPod] = {d.key: d for d in declared_pods(inventory)}
            self.policies: Mapping[str, NetworkPolicy] = {
                str(policy): policy for policy in inventory.policies
            }
            self.admin = AdminPolicies(inventory.admin_policies, inventory.nodes, settings.resolved)
            self.evaluator = Evaluator(
                inventory.policies,
                settings.profile,
                admin_policies=inventory.admin_policies,
                nodes=inventory.nodes,
                resolved=settings.resolved,
                declared=declared_ends(inventory),
            )

    @cached_property
    def declared(self) -> DeclaredPods:
        """The pods that a network plugin may look at."""
        return pods_of(self.inventory)

    @cached_property
    def carried(self) -> EndpointSet:
        """The ends that have an address of a family that the network plugin carries."""
        return carried_by(self.settings.profile)

    @cached_property
    def owners(self) -> Mapping[str, NetworkPolicy | AdminPolicy]:
        """Every policy by the name that the rule model has for it."""
        return {**self.policies, **{owner_of(policy): policy for policy in self.inventory.admin_policies}}

    @cached_property
    def scene(self) -> Scene:
        """What the flows of a witness are staged in."""
        return Scene(
            self.pods,
            self.inventory.namespaces,
            self.taken,
            self.settings.pod_cidrs,
            self.settings.open_namespaces,
        )

    def plan(
        self, flows: Flows, goal: Literal, *, directions: Iterable[Direction] = tuple(Direction)
    ) -> Plan:
        """Encode the flows under the policies that can decide them, and hand them to a solver.

        A direction that is left out allows everything.
        """
        wanted = tuple(directions)
        with self.stopwatch.measure("compile"):
            pipelines = {
                direction: self._pipeline(flows, direction, is_wanted=direction in wanted)
                for direction in Direction
            }
        with self.stopwatch.measure("encode"):
            problem = encode_problem(
                self._domain(flows),
                self._world(flows),
                egress=pipelines[Direction.EGRESS],
                ingress=pipelines[Direction.INGRESS],
                declared={side: self._declared(flows, side) for side in (Side.SOURCE, Side.DESTINATION)},
                preferred=flows.preferred,
            )
        self.stopwatch.count("problems")
        self.stopwatch.count("rules in slice", problem.rules)
        self.stopwatch.count("characters of SMT-LIB", len(problem.text))
        self._dump(problem, goal)
        with self.stopwatch.measure("solve"):
            solver = Solver(problem.text, timeout=self.settings.timeout)
        return Plan(flows, problem, solver, goal)

    def _pipeline(self, flows: Flows, direction: Direction, *, is_wanted: bool) -> Pipeline:
        compiled = compile_pipeline(
            self._policies_for(flows, direction) if is_wanted else (),
            direction,
            self.settings.profile,
            admin=self.admin if is_wanted else NO_ADMIN_POLICIES,
            pods=self.declared,
            itself=flows.itself,
        )
        is_source = direction is Direction.EGRESS
        return at_itself(compiled, subject_is_source=is_source) if flows.itself else compiled

    def _domain(self, flows: Flows) -> Domain:
        if flows.itself:
            return Domain(flows.source, all_of(flows.destination, self.carried), flows.traffic)
        return Domain(all_of(flows.source, self.carried), flows.destination, flows.traffic)

    def _policies_for(self, flows: Flows, direction: Direction) -> tuple[NetworkPolicy, ...]:
        """The policies that can select the deciding end: a policy selects in its own namespace only."""
        deciding = Side.DESTINATION if flows.itself else DECIDING_END[direction]
        namespaces = facts_of(flows.at(deciding)).namespaces
        if namespaces is None:
            return self.inventory.policies
        return tuple(policy for policy in self.inventory.policies if policy.namespace in namespaces)

    def unmodelled_for(self, flows: Flows) -> tuple[UnmodelledPolicy, ...]:
        """The policies of unmodelled kinds that could decide a flow of these under the network plugin."""
        ends = [facts_of(flows.at(side)).namespaces for side in (Side.SOURCE, Side.DESTINATION)]
        return tuple(
            policy
            for policy in self.inventory.unmodelled
            if may_decide(policy, self.settings.profile)
            if policy.namespace is None or any(names is None or policy.namespace in names for names in ends)
        )

    def _world(self, flows: Flows) -> World:
        may_be_outside = any(
            Kind.EXTERNAL in facts_of(flows.at(side)).kinds for side in (Side.SOURCE, Side.DESTINATION)
        )
        taken = self.taken if may_be_outside or self.settings.pod_cidrs else ()
        return World(
            namespaces=tuple(
                (namespace.name, tuple(sorted(namespace.labels.items())))
                for namespace in self.inventory.namespaces.values()
                if namespace.declared or not self.settings.open_namespaces
            ),
            pod_networks=self.settings.pod_cidrs,
            taken=taken,
        )

    @cached_property
    def taken(self) -> tuple[Network, ...]:
        """The known addresses of pods and nodes, as few networks as possible."""
        addresses = [a for d in self.pods.values() for a in (*d.pod.addresses, *d.pod.node_addresses)]
        addresses += [a for node in self.inventory.nodes for a in node.addresses]
        networks = [ip_network(str(address)) for address in addresses]
        ipv4 = collapse_addresses(n for n in networks if n.version == 4)
        ipv6 = collapse_addresses(n for n in networks if n.version == 6)
        return (*ipv4, *ipv6)

    def _declared(self, flows: Flows, side: Side) -> tuple[DeclaredEndpoint, ...]:
        return tuple(
            declared_endpoint(declared) if isinstance(declared, DeclaredPod) else declared
            for declared in flows.declared[side].values()
        )

    def _dump(self, problem: Problem, goal: Literal) -> None:
        if self.settings.dump_directory is not None:
            self._dumped += 1
            self.settings.dump_directory.mkdir(parents=True, exist_ok=True)
            path = self.settings.dump_directory / f"problem-{self._dumped}.smt2"
            path.write_text(standalone(problem, goal), encoding="utf-8")


def standalone(problem: Problem, goal: Literal) -> str:
    """The problem as a script for any SMT-LIB 2 solver: sat iff a flow of the question has the property."""
    assumed = " ".join(symbol(literal.label) for literal in FIXED)
    aim = symbol(goal.label) if goal.positive else f"(not {symbol(goal.label)})"
    return f"(set-logic QF_BV)\n{problem.text}(assert (and {assumed} {aim}))\n(check-sat)\n"
