"""Resources as plain objects, in the order in which people write their fields."""

from __future__ import annotations

from npverify.editing.plain import Plain
from npverify.resources import Direction, LabelSelector, Operator, Peer, PolicyPort, PolicyRule, Requirement

RULES_FIELD = {Direction.INGRESS: "ingress", Direction.EGRESS: "egress"}
PEERS_FIELD = {Direction.INGRESS: "from", Direction.EGRESS: "to"}


def rule_object(rule: PolicyRule, direction: Direction) -> Plain:
    """An item of `ingress` or `egress`."""
    found: dict[str, Plain] = {}
    if rule.peers:
        found[PEERS_FIELD[direction]] = [peer_object(peer) for peer in rule.peers]
    if rule.ports:
        found["ports"] = [port_object(port) for port in rule.ports]
    return found


def peer_object(peer: Peer) -> Plain:
    """An item of `from` or `to`."""
    found: dict[str, Plain] = {}
    if peer.pod_selector is not None:
        found["podSelector"] = selector_object(peer.pod_selector)
    if peer.namespace_selector is not None:
        found["namespaceSelector"] = selector_object(peer.namespace_selector)
    if peer.ip_block is not None:
        block: dict[str, Plain] = {"cidr": str(peer.ip_block.cidr)}
        if peer.ip_block.excepts:
            block["except"] = [str(network) for network in peer.ip_block.excepts]
        found["ipBlock"] = block
    return found


def port_object(port: PolicyPort) -> Plain:
    """An item of `ports`."""
    found: dict[str, Plain] = {"protocol": str(port.protocol)}
    if port.port is not None:
        found["port"] = port.port
    if port.end_port is not None:
        found["endPort"] = port.end_port
    return found


def selector_object(selector: LabelSelector) -> Plain:
    """A selector that reads back with its requirements in the same order.

    The first requirements that matchLabels can say are written there, all others as expressions.
    """
    labels: dict[str, Plain] = {}
    rest = list(selector.requirements)
    while rest and _is_label(rest[0]) and rest[0].key not in labels:
        requirement = rest.pop(0)
        labels[requirement.key] = requirement.values[0]
    found: dict[str, Plain] = {}
    if labels:
        found["matchLabels"] = labels
    if rest:
        found["matchExpressions"] = [_expression(requirement) for requirement in rest]
    return found


def _is_label(requirement: Requirement) -> bool:
    return requirement.operator is Operator.IN and len(requirement.values) == 1


def _expression(requirement: Requirement) -> Plain:
    found: dict[str, Plain] = {"key": requirement.key, "operator": str(requirement.operator)}
    if requirement.values:
        found["values"] = list(requirement.values)
    return found
