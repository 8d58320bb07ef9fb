"""What every problem about the rules of admin policies is made of."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import cached_property

from npverify.dialects import NO_ADMIN_POLICIES, AdminPolicies, adds_up
from npverify.dialects.admin import owner_of
from npverify.dialects.kubernetes import compile_policies
from npverify.dialects.platform import compile_platform, compile_protocols
from npverify.dialects.stages import Stage
from npverify.questions.flows import WELL_KNOWN
from npverify.questions.ordered.parts import AdminPart, ordered_tier, parts_of
from npverify.questions.ordered.result import Supporter
from npverify.questions.plan import DECIDING_END, Planner
from npverify.questions.redundancy import world_of
from npverify.questions.selections import PODS, declared_endpoint
from npverify.questions.settings import QuerySettings
from npverify.questions.stopwatch import Stopwatch
from npverify.resources import AdminPolicy, Direction, NetworkPolicy, Tier
from npverify.resources.inventory import Inventory
from npverify_encodings.flows import Domain, Side
from npverify_encodings.model import (
    EVERYTHING,
    DeclaredEndpoint,
    EndpointSet,
    Layer,
    NamespaceIs,
    Not,
    PortIn,
    ProtocolIs,
    Rule,
    World,
    all_of,
    any_of,
)
from npverify_encodings.ordered import OrderedPipeline
from npverify_encodings.slicing import EndpointFacts, facts_of, may_hold
from npverify_encodings.solver import Solver, Undecided
from npverify_encodings.tiers import Tier as OrderedTier
from npverify_encodings.verdict import Problem

PREFERRED = tuple(all_of(ProtocolIs(protocol), PortIn(port, port)) for protocol, port in WELL_KNOWN)
"""Traffic that a reader recognises, for witnesses that may use any."""

ELSEWHERE = None
"""Stands for all pods of namespaces without a NetworkPolicy of the direction, and for what is no pod."""

OPEN = OrderedPipeline()
"""A direction that allows everything."""


class Ground:
    """The policies of one input, cut by direction and namespace, and the world they are in.

    Raises Undecided where a network plugin enforces NetworkPolicies in a way that does not add up.
    """

    def __init__(self, inventory: Inventory, settings: QuerySettings, stopwatch: Stopwatch) -> None:
        self.planner = Planner(inventory, settings, stopwatch)
        self.settings = settings
        timeout = settings.timeout
        self._deadline = None if timeout is None else time.monotonic() + timeout
        if not adds_up(inventory.policies, settings.profile):
            raise Undecided(
                f"under the profile `{settings.profile}`, what a rule allows depends on other rules"
            )
        self._tiers: dict[tuple[Direction, Tier, tuple[str, ...]], OrderedTier] = {}
        self._policies: dict[tuple[Direction, str], list[NetworkPolicy]] = {}
        for policy in inventory.policies:
            for direction in dict.fromkeys(policy.policy_types):
                self._policies.setdefault((direction, policy.namespace), []).append(policy)

    @cached_property
    def world(self) -> World:
        """What is known of every pod and address that could exist."""
        known = world_of(self.planner.inventory, self.settings)
        return replace(known, taken=self.planner.taken)

    @cached_property
    def declared(self) -> Mapping[Side, tuple[DeclaredEndpoint, ...]]:
        """The declared pods and nodes, at either end."""
        endpoints = tuple(declared_endpoint(declared) for declared in self.planner.pods.values())
        return dict.fromkeys((Side.SOURCE, Side.DESTINATION), endpoints)

    @cached_property
    def declared_for_proofs(self) -> Mapping[Side, tuple[DeclaredEndpoint, ...]]:
        """The declared endpoints that a proof needs to know of: they may be where no other pod can be."""
        if self.settings.pod_cidrs:
            return self.declared
        return dict.fromkeys((Side.SOURCE, Side.DESTINATION), ())

    def solver(self, problem: Problem) -> Solver:
        """A solver for what time is left."""
        left = None if self._deadline is None else max(0.0, self._deadline - time.monotonic())
        return Solver(problem.text, timeout=left)

    def domain(self, direction: Direction, subject: EndpointSet, peer: EndpointSet = EVERYTHING) -> Domain:
        """The flows of a direction between subjects and peers."""
        is_source = DECIDING_END[direction] is Side.SOURCE
        source, destination = (subject, peer) if is_source else (peer, subject)
        return Domain(all_of(source, self.planner.carried), destination, EVERYTHING)

    # Rules --------------------------------------------------------------------------------------------

    @cached_property
    def admin(self) -> AdminPolicies:
        """The admin policies that the network plugin enforces."""
        profile = self.settings.profile
        return self.planner.admin.of_kinds(profile.kinds) if profile.enforces else NO_ADMIN_POLICIES

    def parts(self, direction: Direction, tier: Tier) -> tuple[AdminPart, ...]:
        """The rules of a tier, in order."""
        return tuple(parts_of(self.admin.policies, direction, tier))

    @cached_property
    def _supporters(self) -> Mapping[str, Supporter]:
        parts = {str(p): p for direction in Direction for tier in Tier for p in self.parts(direction, tier)}
        return {**self.planner.policies, **parts}

    def supporters(self, names: Iterable[str]) -> tuple[Supporter, ...]:
        """Rules and policies by their names in a problem; the platform's own rules are left out."""
        return tuple(self._supporters[name] for name in names if name in self._supporters)

    # Pipelines ----------------------------------------------------------------------------------------

    def pipeline(
        self,
        direction: Direction,
        own: Layer,
        subject: EndpointSet = PODS,
        peer: EndpointSet = EVERYTHING,
        front: tuple[AdminPolicy, ...] = (),
    ) -> OrderedPipeline:
        """A direction with a layer of NetworkPolicies, complete for flows between subjects and peers."""
        profile = self.settings.profile
        around = (*compile_protocols(profile), *compile_platform(direction, profile))
        ends = facts_of(subject), facts_of(peer)
        admin, baseline = (self._within(self._tier(direction, tier, front), *ends) for tier in Tier)
        return OrderedPipeline(
            before=tuple(staged.layer for staged in around if staged.stage < Stage.ADMIN),
            admin=admin,
            between=tuple(staged.layer for staged in around if staged.stage > Stage.ADMIN),
            own=own,
            baseline=baseline,
        )

    def _tier(self, direction: Direction, tier: Tier, front: tuple[AdminPolicy, ...]) -> OrderedTier:
        key = (direction, tier, tuple(owner_of(policy) for policy in front))
        if key not in self._tiers:
            self._tiers[key] = ordered_tier(self.admin, direction, tier, front)
        return self._tiers[key]

    def _within(self, tier: OrderedTier, subject: EndpointFacts, peer: EndpointFacts) -> OrderedTier:
        """The tier without the rules that match nothing between such ends."""

        def concerns(rule: Rule) -> bool:
            return may_hold(rule.subject, subject, self.world) and may_hold(rule.peer, peer, self.world)

        return replace(tier, rules=tuple(rule for rule in tier.rules if any(map(concerns, rule.matches))))

    def homes(self, direction: Direction) -> tuple[str | None, ...]:
        """The parts that all endpoints are cut into: everything without NetworkPolicies first."""
        return (ELSEWHERE, *(namespace for own, namespace in self._policies if own is direction))

    def pods_of(self, direction: Direction, namespace: str | None) -> EndpointSet:
        """The pods of one part."""
        if namespace is not ELSEWHERE:
            return all_of(PODS, NamespaceIs(namespace))
        named = [name for own, name in self._policies if own is direction]
        return all_of(PODS, *(Not(NamespaceIs(name)) for name in named))

    def peers_of(self, direction: Direction, namespace: str | None) -> EndpointSet:
        """The endpoints of one part, with all that is no pod in the first one."""
        pods = self.pods_of(direction, namespace)
        return pods if namespace is not ELSEWHERE else any_of(Not(PODS), pods)

    def layer(self, direction: Direction, namespace: str | None) -> Layer:
        """The NetworkPolicies of one part."""
        policies = [] if namespace is ELSEWHERE else self._policies[direction, namespace]
        return self._compiled(policies, direction)

    def isolation(self, direction: Direction) -> Layer:
        """What the NetworkPolicies of all namespaces isolate, without what they admit."""
        return Layer(isolated=self._compiled(self.planner.inventory.policies, direction).isolated)

    def _compiled(self, policies: Iterable[NetworkPolicy], direction: Direction) -> Layer:
        (staged,) = compile_policies(policies, direction, self.settings.profile, self.planner.declared)
        return staged.layer


def opposite(direction: Direction) -> Direction:
    """The other direction."""
    return Direction.EGRESS if direction is Direction.INGRESS else Direction.INGRESS
