"""NPV207: a rule that no declared pods can use, as the other direction forbids it for all of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product

from npverify.cni import NamedPorts
from npverify.dialects.admin import tie_groups
from npverify.errors import Severity
from npverify.lint.check import Check, Found
from npverify.lint.context import Context, policy_name, rule_name
from npverify.lint.findings import Related
from npverify.questions.selections import DeclaredPod
from npverify.reference import Decision, Evaluator
from npverify.resources import (
    Direction,
    Flow,
    NetworkPolicy,
    Pod,
    PodEndpoint,
    PolicyRule,
    Protocol,
)

MOST_PAIRS = 2_000
"""Pairs of different pods that are tried for one rule; where there are more, nothing is said."""


def _find(context: Context) -> Iterator[Found]:
    trial = _Trial(context)
    for policy in context.policies:
        for direction, number, rule in context.rules_of(policy):
            blocking = trial.blocking(policy, direction, rule)
            if blocking:
                other = _other(direction)
                yield Found(
                    subject=policy_name(policy),
                    part=rule_name(direction, number),
                    message=(
                        f"no declared pods can use this rule: the {other.lower()} policies of its peers "
                        "forbid everything that it admits"
                    ),
                    origin=rule.origin,
                    label=f"closed at the other end, for {other.lower()}",
                    hint=f"admit the traffic in the {other.lower()} policies of the peers as well, or drop "
                    "the rule: both ends have to admit a connection",
                    related=tuple(Related(f"denied by {each}", each.origin) for each in blocking[:5]),
                )


def _other(direction: Direction) -> Direction:
    return Direction.EGRESS if direction is Direction.INGRESS else Direction.INGRESS


class _Trial:
    """Tries rules on declared pods in the reference evaluator."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._evaluator = Evaluator(
            context.policies,
            context.settings.profile,
            admin_policies=context.inventory.admin_policies,
            nodes=context.inventory.nodes,
            resolved=context.settings.resolved,
            declared=context.plugin.declared,
        )
        profile = context.settings.profile
        modes = {profile.named_ports_ingress, profile.named_ports_egress}
        elsewhere = modes != {NamedPorts.PER_DESTINATION}
        self._named = [end.pod for end in context.plugin.declared] if elsewhere else []

    def blocking(
        self, policy: NetworkPolicy, direction: Direction, rule: PolicyRule
    ) -> tuple[NetworkPolicy, ...]:
        """The policies that isolate the peers and forbid all that the rule admits; none where some declared
        pair connects, or where the rule is not about declared pods only.
        """
        if not rule.peers or any(peer.ip_block is not None for peer in rule.peers):
            return ()
        if any(tie_groups(self._context.inventory.admin_policies, _other(direction))):
            return ()  # whether the other end denies may depend on their order
        own = _distinct(self._context.selected_pods(policy))
        peers = _distinct(
            tuple(pod for peer in rule.peers for pod in self._context.admitted_pods(peer, policy))
        )
        if not own or not peers or len(own) * len(peers) > MOST_PAIRS:
            return ()
        blocking: dict[NetworkPolicy, None] = {}
        for subject, peer in product(own, peers):
            ends = (subject, peer) if direction is Direction.EGRESS else (peer, subject)
            isolating = self._isolating(peer, _other(direction))
            if not isolating or self._connects(ends, direction, (policy, rule), isolating):
                return ()
            blocking |= dict.fromkeys(isolating)
        return tuple(blocking)

    def _isolating(self, declared: DeclaredPod, direction: Direction) -> tuple[NetworkPolicy, ...]:
        isolating = self._context.isolating_policies(declared.pod.namespace, direction)
        return isolating.get(declared.key, ())

    def _connects(
        self,
        ends: tuple[DeclaredPod, DeclaredPod],
        direction: Direction,
        own: tuple[NetworkPolicy, PolicyRule],
        isolating: Sequence[NetworkPolicy],
    ) -> bool:
        """Whether the other direction may admit some traffic of the rule between two pods."""
        policy, rule = own
        other = _other(direction)
        if any(
            peer.ip_block is not None
            for policy in isolating
            for each in policy.rules(other)
            for peer in each.peers
        ):
            return True  # an address may be in the block, known or not
        source, destination = (self._end(declared) for declared in ends)
        peer = destination if direction is Direction.EGRESS else source
        for protocol, port in self._first_ports((rule, *_rules(isolating, other)), ends[1].pod):
            flow = Flow(source, destination, protocol, port)
            if self._context.plugin.rule_admits(policy, rule, direction, peer, flow):
                evaluation = self._evaluator.evaluate(flow)
                report = evaluation.ingress if other is Direction.INGRESS else evaluation.egress
                if report.decision is not Decision.DENIED:
                    return True  # let through, or denied by an admin policy, which is another matter
        return False

    def _first_ports(self, rules: Sequence[PolicyRule], destination: Pod) -> Iterator[tuple[Protocol, int]]:
        """Where the ranges of the rules begin: if they have a port in common, then one of these."""
        starts = {(protocol, 1) for protocol in Protocol}
        named = self._named or [destination]
        for rule in rules:
            for port in rule.ports:
                if isinstance(port.port, int):
                    starts.add((port.protocol, port.port))
                elif port.port is not None:
                    starts |= {
                        (p.protocol, p.number)
                        for pod in named
                        for p in pod.ports
                        if p.name == port.port and p.protocol is port.protocol
                    }
        yield from sorted(starts)

    def _end(self, declared: DeclaredPod) -> PodEndpoint:
        return PodEndpoint(declared.pod, self._context.inventory.namespaces[declared.pod.namespace])


def _rules(policies: Sequence[NetworkPolicy], direction: Direction) -> Iterator[PolicyRule]:
    for policy in policies:
        yield from policy.rules(direction)


def _distinct(pods: Sequence[DeclaredPod]) -> list[DeclaredPod]:
    """One pod of each kind that policies can tell apart by labels and ports."""
    seen: dict[object, DeclaredPod] = {}
    for declared in pods:
        pod = declared.pod
        seen.setdefault((pod.namespace, tuple(sorted(pod.labels.items())), pod.ports), declared)
    return list(seen.values())


CHECK = Check(
    code="NPV207",
    name="vacuous-rule",
    title="a rule that no declared pods can use, as the other direction forbids it for all of them",
    severity=Severity.WARNING,
    why="A connection needs the egress policies of its source and the ingress policies of its destination to "
    "admit it. This rule admits traffic of declared pods at one end only: at the other end, every one of its "
    "peers is isolated, and nothing that the rule admits is admitted there.",
    fix="Admit the traffic at the other end as well, or drop the rule if the path is meant to be closed.",
    bad="""\
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop, labels: {app: web}}
spec: {containers: [{name: main, image: web}]}
---
apiVersion: v1
kind: Pod
metadata: {name: db, namespace: shop, labels: {app: db}}
spec: {containers: [{name: main, image: db}]}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: db, namespace: shop}
spec:
  podSelector: {matchLabels: {app: db}}
  ingress:
  - from: [{podSelector: {matchLabels: {app: web}}}]
    ports: [{port: 5432}]
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: web, namespace: shop}
spec:
  podSelector: {matchLabels: {app: web}}
  policyTypes: [Egress]
  egress:
  - ports: [{port: 53, protocol: UDP}, {port: 53}]
""",
    good="""\
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop, labels: {app: web}}
spec: {containers: [{name: main, image: web}]}
---
apiVersion: v1
kind: Pod
metadata: {name: db, namespace: shop, labels: {app: db}}
spec: {containers: [{name: main, image: db}]}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: db, namespace: shop}
spec:
  podSelector: {matchLabels: {app: db}}
  ingress:
  - from: [{podSelector: {matchLabels: {app: web}}}]
    ports: [{port: 5432}]
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: web, namespace: shop}
spec:
  podSelector: {matchLabels: {app: web}}
  policyTypes: [Egress]
  egress:
  - to: [{podSelector: {matchLabels: {app: db}}}]
    ports: [{port: 5432}]
  - ports: [{port: 53, protocol: UDP}, {port: 53}]
""",
    find=_find,
)
