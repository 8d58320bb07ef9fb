"""What may be changed in a policy's text; every index counts from 0 and means the text before all edits."""

from __future__ import annotations

from dataclasses import dataclass

from npverify.resources import Direction, Peer, PolicyPort, PolicyRule


@dataclass(frozen=True, slots=True, order=True)
class PolicyId:
    """Namespace (`default` where the text gives none) and name of a NetworkPolicy, as it was read."""

    namespace: str
    name: str

    def __str__(self) -> str:
        return f"{self.namespace}/{self.name}"


@dataclass(frozen=True, slots=True)
class DeletePolicy:
    """Remove the policy, and every earlier object of the text that it replaces."""

    policy: PolicyId


@dataclass(frozen=True, slots=True)
class DeleteRule:
    """Remove one rule of a direction."""

    policy: PolicyId
    direction: Direction
    rule: int


@dataclass(frozen=True, slots=True)
class DeletePeer:
    """Remove one item of a rule's `from` or `to`."""

    policy: PolicyId
    direction: Direction
    rule: int
    peer: int


@dataclass(frozen=True, slots=True)
class DeletePort:
    """Remove one item of a rule's `ports`."""

    policy: PolicyId
    direction: Direction
    rule: int
    port: int


@dataclass(frozen=True, slots=True)
class AppendRules:
    """Write rules behind the last one of a direction."""

    policy: PolicyId
    direction: Direction
    rules: tuple[PolicyRule, ...]


@dataclass(frozen=True, slots=True)
class AppendPeers:
    """Write peers behind the last one of a rule; one without peers is restricted by that."""

    policy: PolicyId
    direction: Direction
    rule: int
    peers: tuple[Peer, ...]


@dataclass(frozen=True, slots=True)
class AppendPorts:
    """Write ports behind the last one of a rule; one without ports is restricted by that."""

    policy: PolicyId
    direction: Direction
    rule: int
    ports: tuple[PolicyPort, ...]


RuleEdit = DeletePeer | DeletePort | AppendPeers | AppendPorts
"""An edit inside of one rule."""

Edit = DeletePolicy | DeleteRule | AppendRules | RuleEdit
"""One change to one policy."""
