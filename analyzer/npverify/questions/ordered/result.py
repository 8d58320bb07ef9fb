"""What is found about the rules of admin policies."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from npverify.questions.answer import Witness
from npverify.questions.ordered.parts import AdminPart
from npverify.resources import AdminPolicy, NetworkPolicy

Supporter = AdminPart | NetworkPolicy
"""What a proof rests on."""


class AnomalyKind(StrEnum):
    """What is the matter with a rule; of several, the first counts.

    SHADOWED: rules before it decide all that it matches, some of it otherwise. UNREACHABLE: no flow that it
    matches arrives at the Baseline tier. REDUNDANT: the rules of its own tier decide the same without it,
    whatever comes after the tier. WITHOUT_EFFECT: what comes after decides the same, as things are.
    IDLE_PASS: a Pass that changes nothing, for either reason. OVERRIDDEN: an Accept all of whose flows are
    denied in the other direction.
    """

    SHADOWED = "shadowed"
    UNREACHABLE = "unreachable"
    REDUNDANT = "redundant"
    WITHOUT_EFFECT = "without effect"
    IDLE_PASS = "idle pass"
    OVERRIDDEN = "overridden"


@dataclass(frozen=True, slots=True)
class Anomaly:
    """A rule that something is the matter with; `cover` is what makes it so: the proof needs each part of it,
    for the pods of one namespace at least. `matches_nothing`: no flow could ever be one that it matches.
    """

    kind: AnomalyKind
    part: AdminPart
    cover: tuple[Supporter, ...] = ()
    matches_nothing: bool = False


@dataclass(frozen=True, slots=True)
class Overlap:
    """A rule of whose flows earlier ones decide some, with another action; `witness` is one that the first of
    the `earlier` decides, given the `conditions`.
    """

    part: AdminPart
    earlier: tuple[AdminPart, ...]
    witness: Witness
    conditions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Anomalies:
    """Everything that is the matter with the rules of the admin policies, in the order of the tiers.

    `generalisations`: the rule matches everything that each of the earlier ones matches, and more.
    `correlations`: each matches something that the other does not.
    """

    anomalies: tuple[Anomaly, ...] = ()
    generalisations: tuple[Overlap, ...] = ()
    correlations: tuple[Overlap, ...] = ()

    def of(self, *kinds: AnomalyKind) -> tuple[Anomaly, ...]:
        """The anomalies of these kinds."""
        return tuple(anomaly for anomaly in self.anomalies if anomaly.kind in kinds)


@dataclass(frozen=True, slots=True)
class TieThatMatters:
    """Two policies of one tier and priority, and a flow that their order decides.

    `witness` is the flow as it is decided where `one` comes before the `other`, and `reverse` where it is the
    other way round, both given the `conditions`.
    """

    one: AdminPolicy
    other: AdminPolicy
    witness: Witness
    reverse: Witness
    conditions: tuple[str, ...] = ()
