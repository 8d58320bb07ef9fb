"""Parts of policies, and those that could go."""

from __future__ import annotations

from dataclasses import dataclass

from npverify.resources import Direction, NetworkPolicy, Origin


@dataclass(frozen=True, slots=True)
class PolicyPart:
    """A policy (no `rule`), one of its rules, or one peer or port of a rule; all counted from 0."""

    policy: NetworkPolicy
    direction: Direction | None = None
    rule: int | None = None
    peer: int | None = None
    port: int | None = None

    @property
    def origin(self) -> Origin:
        """Where the part was written."""
        if self.rule is None or self.direction is None:
            return self.policy.origin
        rule = self.policy.rules(self.direction)[self.rule]
        if self.peer is not None:
            return rule.peers[self.peer].origin
        return rule.origin if self.port is None else rule.ports[self.port].origin

    def __hash__(self) -> int:
        return hash(
            (self.policy.namespace, self.policy.name, self.direction, self.rule, self.peer, self.port)
        )

    def __str__(self) -> str:
        if self.rule is None or self.direction is None:
            return str(self.policy)
        words = f"{self.policy} {self.direction.lower()} rule {self.rule + 1}"
        if self.peer is not None:
            words += f" peer {self.peer + 1}"
        return words if self.port is None else f"{words} port {self.port + 1}"


@dataclass(frozen=True, slots=True)
class Redundancy:
    """A part that could go, and the smallest set of rules that makes it so.

    `isolation` are the policies that isolate the same pods, where a whole policy could go, and `opens` says
    that it admits everything for those of its pods that no other policy isolates. A rule, peer or port with
    an empty `cover` matches nothing at all. `is_compared`: that it could go was found by comparing the
    policies without it, so that nothing is known of what covers it.
    """

    part: PolicyPart
    cover: tuple[PolicyPart, ...]
    isolation: tuple[PolicyPart, ...] = ()
    opens: bool = False
    is_compared: bool = False


@dataclass(frozen=True, slots=True)
class Redundancies:
    """Everything that could go, each by itself.

    A redundant policy is listed as such and not by its rules, a redundant rule not by its peers and ports.
    `isolation_only` are the policies whose rules all could go, and which are needed all the same, since they
    isolate pods that no other policy does.
    """

    policies: tuple[Redundancy, ...] = ()
    rules: tuple[Redundancy, ...] = ()
    peers: tuple[Redundancy, ...] = ()
    ports: tuple[Redundancy, ...] = ()
    isolation_only: tuple[Redundancy, ...] = ()

    def __add__(self, other: Redundancies) -> Redundancies:
        return Redundancies(
            self.policies + other.policies,
            self.rules + other.rules,
            self.peers + other.peers,
            self.ports + other.ports,
            self.isolation_only + other.isolation_only,
        )

    @property
    def is_empty(self) -> bool:
        """Whether nothing could go."""
        return not (self.policies or self.rules or self.peers or self.ports)
