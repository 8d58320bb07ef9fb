"""What the evaluator of one concrete flow comes back with."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from npverify.resources import Origin

ADMIN_KINDS = ("ClusterNetworkPolicy", "AdminNetworkPolicy", "BaselineAdminNetworkPolicy")
"""The kinds that are named with an admin policy, which has no namespace to be known by."""


@dataclass(frozen=True, slots=True)
class RuleReference:
    """A policy (`rule` None) or one of its rules (`rule` counted from 1), with its place."""

    policy: str
    kind: str
    rule: int | None
    origin: Origin

    def __str__(self) -> str:
        name = f"{self.kind} {self.policy}" if self.kind in ADMIN_KINDS else self.policy
        return name if self.rule is None else f"{name} rule {self.rule}"


class Decision(StrEnum):
    """Why one direction of a flow is allowed or denied."""

    ALLOWED_BY_RULE = "allowed by rule"
    NOT_ISOLATED = "allowed: no policy isolates the pod"
    DENIED = "denied"
    ACCEPTED = "allowed by an admin policy"
    REJECTED = "denied by an admin policy"
    NO_POLICY_APPLIES = "allowed: the endpoint is no pod"
    SAME_POD = "allowed: a pod reaches itself"
    ITSELF = "allowed: the network plugin lets a pod reach itself through a Service"
    OWN_NODE = "allowed: the pod's own node"
    NOT_ENFORCED = "allowed: the network plugin enforces no policy"
    SCTP_IGNORED = "allowed: the network plugin applies no policy to SCTP"
    SCTP_DROPPED = "denied: the network plugin drops SCTP"
    HOST_DROPPED = "denied: the network plugin drops what a pod sends to its own node"
    NOT_CARRIED = "denied: the network plugin does not carry this IP version"
    UNSELECTED = "denied: no policy selects the pod, and the network plugin isolates such pods"

    @property
    def allows(self) -> bool:
        """Whether the direction lets the flow through."""
        return self not in _DENIALS

    @property
    def isolates(self) -> bool:
        """Whether NetworkPolicies isolate the pod in this direction, and have decided."""
        return self in (Decision.DENIED, Decision.ALLOWED_BY_RULE, Decision.UNSELECTED)


_DENIALS = (
    Decision.DENIED,
    Decision.REJECTED,
    Decision.SCTP_DROPPED,
    Decision.HOST_DROPPED,
    Decision.NOT_CARRIED,
    Decision.UNSELECTED,
)


@dataclass(frozen=True, slots=True)
class NearMiss:
    """A rule that would have allowed a denied flow, but for what it `lacks` (one short phrase each)."""

    rule: RuleReference
    lacks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """A rule of an admin policy that matched, in its tier, and what it did."""

    tier: str
    priority: int
    rule: RuleReference
    action: str

    def __str__(self) -> str:
        return f"{self.tier} p{self.priority} {self.rule} {self.action}"


@dataclass(frozen=True, slots=True)
class DirectionReport:
    """How one direction was decided.

    `rules` are the rules that allow the flow, or, when it is denied, one entry (with `rule` None) for each
    policy that isolates the pod; `nearest` are then the rules that came closest. `path` are the rules of
    admin policies that matched, one a tier at most: the last one has decided where the decision is ACCEPTED
    or REJECTED, and stands in `rules` too. `isolated`: whether NetworkPolicies isolate the pod, though an
    admin policy may have decided before them.
    """

    decision: Decision
    rules: tuple[RuleReference, ...] = ()
    nearest: tuple[NearMiss, ...] = ()
    path: tuple[Step, ...] = ()
    isolated: bool = False

    @property
    def isolates(self) -> bool:
        """Whether NetworkPolicies isolate the pod in this direction."""
        return self.isolated or self.decision.isolates


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The verdict on one flow: it connects iff both directions allow it."""

    egress: DirectionReport
    ingress: DirectionReport

    @property
    def allowed(self) -> bool:
        """Whether the connection is allowed."""
        return self.egress.decision.allows and self.ingress.decision.allows
