"""The verdict on one concrete flow, written straight from the semantics page (sections 1.1, 1.5 and 3.2)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

from npverify.cni import GENERIC, CniProfile, OwnNodeEgress, OwnNodeIngress, Sctp, SelfService
from npverify.reference.admin_policy import Match, Surroundings, first_match
from npverify.reference.evaluation import Decision, DirectionReport, Evaluation, RuleReference, Step
from npverify.reference.nearest import nearest_rules
from npverify.reference.plugin import ADMIN_KINDS, Plugin
from npverify.resources import (
    AdminAction,
    AdminPolicy,
    Direction,
    Endpoint,
    Flow,
    Network,
    NetworkPolicy,
    Node,
    NodeEndpoint,
    PodEndpoint,
    Protocol,
    Tier,
)


class Evaluator:
    """Evaluates flows under a fixed set of policies and one profile."""

    def __init__(
        self,
        policies: Sequence[NetworkPolicy],
        profile: CniProfile = GENERIC,
        *,
        admin_policies: Sequence[AdminPolicy] = (),
        nodes: Sequence[Node] = (),
        resolved: Mapping[str, tuple[Network, ...]] = MappingProxyType({}),
        declared: Sequence[PodEndpoint] = (),
    ) -> None:
        self._profile = profile
        self._plugin = Plugin(profile, declared)
        self._admin_policies = [
            p for p in admin_policies if profile.kinds is None or ADMIN_KINDS[p.kind] in profile.kinds
        ]
        self._around = Surroundings(nodes, resolved)
        self._by_namespace: dict[str, list[NetworkPolicy]] = {}
        for policy in policies:
            self._by_namespace.setdefault(policy.namespace, []).append(policy)

    def evaluate(
        self, flow: Flow, *, own_node_egress: bool = False, facts: frozenset[str] = frozenset()
    ) -> Evaluation:
        """The decision of both directions; the connection is allowed iff both allow it.

        `own_node_egress` decides, for a profile that leaves it open, whether a pod reaches its own node in
        spite of its NetworkPolicies. `facts` are the names of all other open facts that are so.
        """
        if not self._is_carried(flow):
            lost = DirectionReport(Decision.NOT_CARRIED)
            return Evaluation(egress=lost, ingress=lost)
        if not self._profile.enforces:
            free = DirectionReport(Decision.NOT_ENFORCED)
            return Evaluation(egress=free, ingress=free)
        if _is_one_pod(flow) and not flow.through_service:
            same = DirectionReport(Decision.SAME_POD)
            return Evaluation(egress=same, ingress=same)
        if _is_one_pod(flow):
            return self._through_service(flow, facts)
        return Evaluation(
            egress=self._egress(flow, own_node_egress, facts), ingress=self._ingress(flow, facts)
        )

    def _is_carried(self, flow: Flow) -> bool:
        """Whether the plugin carries the IP version of the flow, as far as that is known."""
        addresses = (flow.source.address, flow.destination.address)
        return all(address is None or address.version in self._profile.families for address in addresses)

    def _through_service(self, flow: Flow, facts: frozenset[str]) -> Evaluation:
        """A pod that connects to itself through a Service: what the plugin makes of either direction."""
        profile = self._profile
        sctp = self._sctp(flow, facts)
        if sctp is not None:
            return Evaluation(egress=sctp, ingress=sctp)
        reports = []
        for direction, fact in (
            (Direction.EGRESS, profile.self_service_egress),
            (Direction.INGRESS, profile.self_service_ingress),
        ):
            pod = flow.source
            assert isinstance(pod, PodEndpoint)
            if fact is SelfService.ALWAYS:
                reports.append(DirectionReport(Decision.ITSELF))
                continue
            # Admin policies are defined to apply (semantics/kubernetes.md section 3.5), others may not.
            is_free = fact is SelfService.OPEN and f"self-through-service-{direction.lower()}" in facts
            reports.append(self._decide(flow, direction, pod, pod, facts, is_free=is_free))
        return Evaluation(egress=reports[0], ingress=reports[1])

    def _sctp(self, flow: Flow, facts: frozenset[str]) -> DirectionReport | None:
        """What the plugin makes of SCTP, where that is open; None: as of any protocol."""
        if flow.protocol is not Protocol.SCTP or self._profile.sctp is Sctp.ENFORCED:
            return None
        if self._profile.sctp is Sctp.DROPPED or "sctp-dropped" in facts:
            return DirectionReport(Decision.SCTP_DROPPED)
        return DirectionReport(Decision.SCTP_IGNORED) if "sctp-ignored" in facts else None

    def _egress(self, flow: Flow, own_node_egress: bool, facts: frozenset[str]) -> DirectionReport:
        if not isinstance(flow.source, PodEndpoint):
            return DirectionReport(Decision.NO_POLICY_APPLIES)
        sctp = self._sctp(flow, facts)
        if sctp is not None:
            return sctp
        is_own_node = isinstance(flow.destination, NodeEndpoint) and flow.destination.is_own_node
        if is_own_node and self._profile.own_node_egress is OwnNodeEgress.NEVER:
            return DirectionReport(Decision.HOST_DROPPED)
        report = self._decide(flow, Direction.EGRESS, flow.source, flow.destination, facts)
        is_settled = any(step.tier == Tier.ADMIN and step.action != AdminAction.PASS for step in report.path)
        if report.decision.allows or is_settled:
            return report
        if self._reaches_own_node(flow.destination, own_node_egress):
            return DirectionReport(Decision.OWN_NODE, isolated=report.isolates)
        return report

    def _reaches_own_node(self, destination: Endpoint, own_node_egress: bool) -> bool:
        """Section 1.5, node to pod, the egress paragraph: left open by the text, so the profile says."""
        if not isinstance(destination, NodeEndpoint) or not destination.is_own_node:
            return False
        match self._profile.own_node_egress:
            case OwnNodeEgress.ALWAYS:
                return True
            case OwnNodeEgress.POLICY | OwnNodeEgress.NEVER:
                return False
            case OwnNodeEgress.OPEN:
                return own_node_egress

    def _ingress(self, flow: Flow, facts: frozenset[str]) -> DirectionReport:
        if not isinstance(flow.destination, PodEndpoint):
            return DirectionReport(Decision.NO_POLICY_APPLIES)
        sctp = self._sctp(flow, facts)
        if sctp is not None:
            return sctp
        if isinstance(flow.source, NodeEndpoint) and flow.source.is_own_node:
            always = self._profile.own_node_ingress is OwnNodeIngress.ALWAYS
            if always or "own-node-ingress" in facts:
                return DirectionReport(Decision.OWN_NODE)
        return self._decide(flow, Direction.INGRESS, flow.destination, flow.source, facts)

    def _decide(
        self,
        flow: Flow,
        direction: Direction,
        pod: PodEndpoint,
        peer: Endpoint,
        facts: frozenset[str],
        *,
        is_free: bool = False,
    ) -> DirectionReport:
        """verdict(dir, pod, flow) of section 3.2: the Admin tier, NetworkPolicies, the Baseline tier;
        `is_free`: NetworkPolicies do not apply.
        """
        own = (
            DirectionReport(Decision.ITSELF)
            if is_free
            else self._decide_by_policies(flow, direction, pod, peer)
        )
        if not self._admin_policies:
            return own
        around = replace(self._around, facts=facts)
        path: list[Step] = []
        for tier in Tier:
            match = first_match(self._admin_policies, tier, direction, pod, peer, flow, around)
            if match is not None:
                path.append(_step(match))
                if match.action is not AdminAction.PASS:
                    decision = Decision.ACCEPTED if match.action is AdminAction.ACCEPT else Decision.REJECTED
                    return DirectionReport(
                        decision, (path[-1].rule,), path=tuple(path), isolated=own.decision.isolates
                    )
            if own.decision.isolates:
                break
        return replace(own, path=tuple(path))

    def _decide_by_policies(
        self, flow: Flow, direction: Direction, pod: PodEndpoint, peer: Endpoint
    ) -> DirectionReport:
        """allowed_dir(pod, dir, peer, ...) of section 1.1."""
        candidates = self._by_namespace.get(pod.pod.namespace, [])
        selecting = [policy for policy in candidates if self._plugin.selects(policy, pod.pod)]
        isolating = [policy for policy in selecting if self._plugin.enforces(policy, direction)]
        if not isolating:
            if self._profile.unselected_isolated and not any(
                self._plugin.enforces(policy, either) for policy in selecting for either in Direction
            ):
                return DirectionReport(Decision.UNSELECTED)
            return DirectionReport(Decision.NOT_ISOLATED)
        admitting = [
            RuleReference(str(policy), policy.kind, number, rule.origin)
            for policy, number, rule in self._plugin.admitting(isolating, direction, peer, flow)
        ]
        if admitting:
            return DirectionReport(Decision.ALLOWED_BY_RULE, tuple(admitting))
        return DirectionReport(
            Decision.DENIED,
            tuple(RuleReference(str(p), p.kind, None, p.origin) for p in isolating),
            nearest_rules(isolating, direction, peer, flow, self._plugin),
        )


def _step(match: Match) -> Step:
    policy = match.policy
    rule = RuleReference(policy.name, policy.kind, match.number, match.rule.origin)
    return Step(policy.tier, policy.priority, rule, match.action)


def _is_one_pod(flow: Flow) -> bool:
    """Whether both ends are one pod: said so, or known by its address."""
    if flow.same_pod:
        return True
    source, destination = flow.source, flow.destination
    if not isinstance(source, PodEndpoint) or not isinstance(destination, PodEndpoint):
        return False
    return source.address is not None and source.address == destination.address
