"""The rules that come closest to admitting a denied flow, and what they lack."""

from __future__ import annotations

from collections.abc import Sequence

from npverify.cni import CniProfile
from npverify.reference.evaluation import NearMiss, RuleReference
from npverify.reference.network_policy import peers_admit, ports_admit
from npverify.reference.wording import (
    endpoint_words,
    flow_port_words,
    listed,
    named_port_words,
    peer_words,
    port_words,
)
from npverify.resources import METADATA_NAME, Direction, Endpoint, Flow, NetworkPolicy, PolicyRule

_MOST = 3
_MOST_WORDS = 4
_PEER = {Direction.INGRESS: "source", Direction.EGRESS: "destination"}


def nearest_rules(
    policies: Sequence[NetworkPolicy], direction: Direction, peer: Endpoint, flow: Flow, profile: CniProfile
) -> tuple[NearMiss, ...]:
    """At most three rules that deny the flow in the fewest respects, nearest first.

    A rule that fails in one respect only comes before one that fails in two; among those, a rule that admits
    the peer before one that does not, and one that has the right protocol before one that has not; then the
    order of the policies.
    """
    misses = []
    for position, policy in enumerate(policies):
        for number, rule in enumerate(policy.rules(direction), start=1):
            lacks = _lacks(policy, rule, direction, peer, flow, profile)
            reference = RuleReference(str(policy), policy.kind, number, rule.origin)
            wrong_protocol = bool(rule.ports) and all(p.protocol is not flow.protocol for p in rule.ports)
            rank = (
                len(lacks),
                not peers_admit(policy, rule, peer, profile),
                wrong_protocol,
                position,
                number,
            )
            misses.append((rank, NearMiss(reference, lacks)))
    misses.sort(key=lambda item: item[0])
    return tuple(miss for _, miss in misses[:_MOST])


def _lacks(
    policy: NetworkPolicy,
    rule: PolicyRule,
    direction: Direction,
    peer: Endpoint,
    flow: Flow,
    profile: CniProfile,
) -> tuple[str, ...]:
    lacks = []
    if not peers_admit(policy, rule, peer, profile):
        admitted = [peer_words(item, policy.namespace) for item in rule.peers]
        has_block = profile.ip_block_matches_pods and any(item.ip_block is not None for item in rule.peers)
        selectors = [item.namespace_selector for item in rule.peers if item.namespace_selector is not None]
        has_namespaces = any(r.key != METADATA_NAME for selector in selectors for r in selector.requirements)
        found = endpoint_words(peer, with_address=has_block, with_namespace_labels=has_namespaces)
        lacks.append(f"the {_PEER[direction]}: it admits {_shortened(admitted)}, not {found}")
    if not ports_admit(rule, flow):
        admitted = [port_words(port) for port in rule.ports]
        notes = [
            named_port_words(port.port, flow)
            for port in rule.ports
            if isinstance(port.port, str) and port.protocol is flow.protocol
        ]
        note = f" ({'; '.join(notes)})" if notes else ""
        lacks.append(f"the port: it allows {_shortened(admitted)}, not {flow_port_words(flow)}{note}")
    return tuple(lacks) or ("the way in which the network plugin reads it",)


def _shortened(words: Sequence[str]) -> str:
    if len(words) <= _MOST_WORDS:
        return listed(words)
    return f"{', '.join(words[:_MOST_WORDS])} and {len(words) - _MOST_WORDS} more"
