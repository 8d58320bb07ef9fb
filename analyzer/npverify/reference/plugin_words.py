"""Why a rule admits less than it says where a network plugin reads it in its own way."""

from __future__ import annotations

from collections.abc import Sequence

from npverify.cni import CniProfile, ExceptMode, NamedPorts
from npverify.reference.network_policy import block_holds, port_admits
from npverify.reference.wording import named_port_words
from npverify.resources import (
    Direction,
    Endpoint,
    Flow,
    NetworkPolicy,
    NodeEndpoint,
    PodEndpoint,
    PolicyPort,
    PolicyRule,
)


def peer_note(rule: PolicyRule, peer: Endpoint, profile: CniProfile) -> tuple[str, ...]:
    """Why the plugin does not see the endpoint in an ipBlock of the rule that holds its address."""
    blocks = [item.ip_block for item in rule.peers if item.ip_block is not None]
    if not any(block_holds(block, peer.address) for block in blocks):
        return ()
    if isinstance(peer, PodEndpoint) and not profile.ip_block_matches_pods:
        return ("the network plugin matches no pod with an ipBlock",)
    if isinstance(peer, NodeEndpoint) and not profile.ip_block_matches_nodes:
        return ("the network plugin matches no node with an ipBlock",)
    if profile.except_mode is ExceptMode.ONE_SET:
        return ("the network plugin lets the most specific network of the rule decide",)
    return ()


def port_notes(
    policy: NetworkPolicy, rule: PolicyRule, direction: Direction, flow: Flow, profile: CniProfile
) -> tuple[str, ...]:
    """What the ports of the flow's protocol come to, where they do not say so themselves; each once."""
    ports = (port for port in rule.ports if port.protocol is flow.protocol)
    notes = (_port_note(port, policy, rule, direction, flow, profile) for port in ports)
    return tuple(dict.fromkeys(note for note in notes if note is not None))


def _port_note(
    port: PolicyPort,
    policy: NetworkPolicy,
    rule: PolicyRule,
    direction: Direction,
    flow: Flow,
    profile: CniProfile,
) -> str | None:
    is_as_specified = port_admits(port, flow)
    if not isinstance(port.port, str):
        return "the network plugin ignores endPort" if is_as_specified else None
    if not is_as_specified:
        return named_port_words(port.port, flow)
    ingress = direction is Direction.INGRESS
    mode = profile.named_ports_ingress if ingress else profile.named_ports_egress
    if mode is NamedPorts.AGREED:
        return f"the network plugin has no number for {port.port}, as pods of the cluster disagree on it"
    if mode is NamedPorts.NAMESPACE_NUMBERS and not rule.peers:
        return f"the network plugin looks {port.port} up at pods of namespace {policy.namespace} only"
    where = "in a rule without peers" if not rule.peers else "for an ipBlock"
    return f"the network plugin does not look {port.port} up {where}"


def overruled_words(
    policies: Sequence[NetworkPolicy], direction: Direction, peer: Endpoint
) -> tuple[str, ...]:
    """Which `except` keeps a rule from admitting what it says, where the most specific network decides."""
    refused = [
        (network.prefixlen, network, f"{policy} rule {number}")
        for policy in policies
        for number, rule in enumerate(policy.rules(direction), start=1)
        for item in rule.peers
        if item.ip_block is not None
        for network in item.ip_block.excepts
        if peer.address is not None and peer.address in network
    ]
    if not refused:
        return ("the network plugin lets the most specific network decide, and it is of another rule",)
    _, network, owner = max(refused, key=lambda found: found[0])
    held = f"{network} is an `except` of {owner}, and holds {peer.address}"
    return (f"the network plugin lets the most specific network decide: {held}",)
