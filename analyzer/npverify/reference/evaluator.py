"""The verdict on one concrete flow, written straight from the semantics page (sections 1.1 and 1.5)."""

from __future__ import annotations

from collections.abc import Sequence

from npverify.cni import GENERIC, CniProfile, OwnNodeEgress
from npverify.reference.evaluation import Decision, DirectionReport, Evaluation, RuleReference
from npverify.reference.nearest import nearest_rules
from npverify.reference.network_policy import applies, rule_admits
from npverify.resources import Direction, Endpoint, Flow, NetworkPolicy, NodeEndpoint, PodEndpoint


class Evaluator:
    """Evaluates flows under a fixed set of policies and one profile."""

    def __init__(self, policies: Sequence[NetworkPolicy], profile: CniProfile = GENERIC) -> None:
        self._profile = profile
        self._by_namespace: dict[str, list[NetworkPolicy]] = {}
        for policy in policies:
            self._by_namespace.setdefault(policy.namespace, []).append(policy)

    def evaluate(self, flow: Flow, *, own_node_egress: bool = False) -> Evaluation:
        """The decision of both directions; the connection is allowed iff both allow it.

        `own_node_egress` decides, for a profile that leaves it open, whether a pod reaches its own node in
        spite of its egress policies.
        """
        if _is_one_pod(flow):
            same = DirectionReport(Decision.SAME_POD)
            return Evaluation(egress=same, ingress=same)
        return Evaluation(egress=self._egress(flow, own_node_egress), ingress=self._ingress(flow))

    def _egress(self, flow: Flow, own_node_egress: bool) -> DirectionReport:
        if not isinstance(flow.source, PodEndpoint):
            return DirectionReport(Decision.NO_POLICY_APPLIES)
        report = self._decide(flow, Direction.EGRESS, flow.source, flow.destination)
        if report.decision is Decision.DENIED and self._reaches_own_node(flow.destination, own_node_egress):
            return DirectionReport(Decision.OWN_NODE)
        return report

    def _reaches_own_node(self, destination: Endpoint, own_node_egress: bool) -> bool:
        """Section 1.5, node to pod, the egress paragraph: left open by the text, so the profile says."""
        if not isinstance(destination, NodeEndpoint) or not destination.is_own_node:
            return False
        match self._profile.own_node_egress:
            case OwnNodeEgress.ALWAYS:
                return True
            case OwnNodeEgress.POLICY:
                return False
            case OwnNodeEgress.OPEN:
                return own_node_egress

    def _ingress(self, flow: Flow) -> DirectionReport:
        if not isinstance(flow.destination, PodEndpoint):
            return DirectionReport(Decision.NO_POLICY_APPLIES)
        if isinstance(flow.source, NodeEndpoint) and flow.source.is_own_node:
            return DirectionReport(Decision.OWN_NODE)
        return self._decide(flow, Direction.INGRESS, flow.destination, flow.source)

    def _decide(self, flow: Flow, direction: Direction, pod: PodEndpoint, peer: Endpoint) -> DirectionReport:
        """allowed_dir(pod, dir, peer, ...) of section 1.1."""
        candidates = self._by_namespace.get(pod.pod.namespace, [])
        isolating = [policy for policy in candidates if applies(policy, pod, direction)]
        if not isolating:
            return DirectionReport(Decision.NOT_ISOLATED)
        admitting = [
            RuleReference(str(policy), policy.kind, number, rule.origin)
            for policy in isolating
            for number, rule in enumerate(policy.rules(direction), start=1)
            if rule_admits(policy, rule, peer, flow, self._profile)
        ]
        if admitting:
            return DirectionReport(Decision.ALLOWED_BY_RULE, tuple(admitting))
        return DirectionReport(
            Decision.DENIED,
            tuple(RuleReference(str(p), p.kind, None, p.origin) for p in isolating),
            nearest_rules(isolating, direction, peer, flow, self._profile),
        )


def _is_one_pod(flow: Flow) -> bool:
    """Whether both ends are one pod: said so, or known by its address."""
    if flow.same_pod:
        return True
    source, destination = flow.source, flow.destination
    if not isinstance(source, PodEndpoint) or not isinstance(destination, PodEndpoint):
        return False
    return source.address is not None and source.address == destination.address
