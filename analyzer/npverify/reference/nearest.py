"""The rules that come closest to admitting a denied flow, and what they lack."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from npverify.reference.evaluation import NearMiss, RuleReference
from npverify.reference.plugin import Plugin
from npverify.reference.plugin_words import overruled_words, peer_note, port_notes
from npverify.reference.wording import (
    endpoint_words,
    flow_port_words,
    listed,
    peer_words,
    port_words,
)
from npverify.resources import METADATA_NAME, Direction, Endpoint, Flow, NetworkPolicy, Peer, PolicyRule

_MOST = 3
_MOST_WORDS = 4
_PEER = {Direction.INGRESS: "source", Direction.EGRESS: "destination"}


def nearest_rules(
    policies: Sequence[NetworkPolicy], direction: Direction, peer: Endpoint, flow: Flow, plugin: Plugin
) -> tuple[NearMiss, ...]:
    """At most three rules that deny the flow in the fewest respects, nearest first.

    A rule that fails in one respect only comes before one that fails in two; among those, a rule that admits
    the peer before one that does not, and one that has the right protocol before one that has not; then the
    order of the policies.
    """
    misses = []
    for position, policy in enumerate(policies):
        for number, rule in enumerate(policy.rules(direction), start=1):
            matched = tuple(item for item in rule.peers if plugin.peer_admits(item, policy, rule, peer))
            is_elsewhere = bool(rule.peers) and not matched
            lacks = (
                *([_peer_lack(policy, rule, direction, peer, plugin)] if is_elsewhere else ()),
                *_port_lack(policy, rule, matched or rule.peers, direction, flow, plugin),
            )
            reference = RuleReference(str(policy), policy.kind, number, rule.origin)
            wrong_protocol = bool(rule.ports) and all(p.protocol is not flow.protocol for p in rule.ports)
            rank = (
                len(lacks),
                is_elsewhere,
                wrong_protocol,
                position,
                number,
            )
            misses.append((rank, NearMiss(reference, lacks or overruled_words(policies, direction, peer))))
    misses.sort(key=lambda item: item[0])
    return tuple(miss for _, miss in misses[:_MOST])


def _peer_lack(
    policy: NetworkPolicy, rule: PolicyRule, direction: Direction, peer: Endpoint, plugin: Plugin
) -> str:
    admitted = [peer_words(item, policy.namespace) for item in rule.peers]
    has_block = plugin.profile.ip_block_matches_pods and any(item.ip_block is not None for item in rule.peers)
    selectors = [item.namespace_selector for item in rule.peers if item.namespace_selector is not None]
    has_namespaces = any(r.key != METADATA_NAME for selector in selectors for r in selector.requirements)
    found = endpoint_words(peer, with_address=has_block, with_namespace_labels=has_namespaces)
    note = _noted(peer_note(rule, peer, plugin.profile))
    return f"the {_PEER[direction]}: it admits {_shortened(admitted)}, not {found}{note}"


def _port_lack(
    policy: NetworkPolicy,
    rule: PolicyRule,
    items: Sequence[Peer],
    direction: Direction,
    flow: Flow,
    plugin: Plugin,
) -> Iterator[str]:
    if any(plugin.ports_admit(policy, rule, item, direction, flow) for item in items or (None,)):
        return
    admitted = [port_words(port) for port in rule.ports]
    note = _noted(port_notes(policy, rule, direction, flow, plugin.profile))
    yield f"the port: it allows {_shortened(admitted)}, not {flow_port_words(flow)}{note}"


def _noted(notes: Sequence[str]) -> str:
    return f" ({'; '.join(notes)})" if notes else ""


def _shortened(words: Sequence[str]) -> str:
    if len(words) <= _MOST_WORDS:
        return listed(words)
    return f"{', '.join(words[:_MOST_WORDS])} and {len(words) - _MOST_WORDS} more"
