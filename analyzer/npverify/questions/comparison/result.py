"""What a comparison is asked for, and what it comes back with: plain, frozen, picklable values."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from npverify.cni import CniProfile, Evidence
from npverify.questions.answer import InputSummary, Region, Stats
from npverify.questions.query import Selection
from npverify.questions.settings import QuerySettings
from npverify.reference import Evaluation
from npverify.resources import Direction, Flow, Origin

DEFAULT_LIMIT = 100
"""Regions that are listed before the list is cut."""


NOTHING_READ = InputSummary(0, 0, 0, 0, 0)
"""The summary of no input."""


class Relation(StrEnum):
    """What is claimed of the two versions."""

    EQUIVALENT = "equivalent"
    AT_MOST = "at-most"
    AT_LEAST = "at-least"
    DISJOINT = "disjoint"


class Change(StrEnum):
    """What a region says: allowed in the new version only, in the old one only, or in both."""

    OPENED = "opened"
    CLOSED = "closed"
    SHARED = "shared"


class ComparisonVerdict(StrEnum):
    """EQUIVALENT or DIFFERENT for the first relation, HOLDS or VIOLATED for the others."""

    EQUIVALENT = "equivalent"
    DIFFERENT = "different"
    HOLDS = "holds"
    VIOLATED = "violated"
    UNDECIDED = "undecided"


@dataclass(frozen=True, slots=True)
class ComparisonSettings:
    """How two versions are to be compared.

    `query` holds the settings that both versions are asked with; under `new_profile`, another network plugin
    enforces the new version (None: the same one). `changes` are looked for; `None`: those that
    the relation forbids. `per_direction` compares ingress and egress each by itself, where a change shows
    that the other direction masks. `scope` limits the comparison to flows of which one end at least is in it.
    `limit` is the most regions to list (None: all of them). `jobs` is the number of processes that may solve.
    """

    query: QuerySettings = field(default_factory=QuerySettings)
    relation: Relation = Relation.EQUIVALENT
    changes: tuple[Change, ...] | None = None
    per_direction: bool = False
    scope: Selection | None = None
    limit: int | None = DEFAULT_LIMIT
    jobs: int = 1
    new_profile: CniProfile | None = None

    @property
    def wanted(self) -> tuple[Change, ...]:
        """The changes that count."""
        if self.changes is not None:
            return self.changes
        return {
            Relation.EQUIVALENT: (Change.OPENED, Change.CLOSED),
            Relation.AT_MOST: (Change.OPENED,),
            Relation.AT_LEAST: (Change.CLOSED,),
            Relation.DISJOINT: (Change.SHARED,),
        }[self.relation]


@dataclass(frozen=True, slots=True)
class ComparisonWitness:
    """One flow, replayed in both versions; `declared` iff both ends exist in one of them.

    `flow` is as the new version sees it. `open_address` lists the ends whose address npverify chose.
    """

    flow: Flow
    source: str
    destination: str
    declared: bool
    old: Evaluation
    new: Evaluation
    open_address: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Cause:
    """A fact in which two network plugins differ, and which makes a flow differ: the field of the profile.

    `together`: it does so along with the other causes only.
    """

    fact: str
    old: object
    new: object
    evidence: tuple[Evidence, ...] = ()
    together: bool = False


@dataclass(frozen=True, slots=True)
class Difference:
    """A maximal region of flows that are allowed in one version only, with a flow of it.

    `direction` is given where the directions are compared each by itself. `subject` names the workload or
    Service that has changed, where the region is about it (`origin` is its place in the new version);
    elsewhere the policies or the labels of namespaces have. `causes` are facts about network plugins, where
    those of the two versions differ.
    """

    change: Change
    region: Region
    witness: ComparisonWitness
    direction: Direction | None = None
    subject: str | None = None
    origin: Origin | None = None
    conditions: tuple[str, ...] = ()
    causes: tuple[Cause, ...] = ()


@dataclass(frozen=True, slots=True)
class Comparison:
    """The outcome of a comparison.

    `differences` are all there are if `complete`. `masked` tells of changes to the policies that change no
    connection. `undecided` gives the reason where the verdict is UNDECIDED or the list is not complete;
    `without_unmodelled` the verdict that the modelled policies alone would give.
    """

    relation: Relation
    verdict: ComparisonVerdict
    universe: str
    differences: tuple[Difference, ...] = ()
    complete: bool = True
    per_direction: bool = False
    scope: str | None = None
    masked: tuple[str, ...] = ()
    undecided: str | None = None
    without_unmodelled: ComparisonVerdict | None = None
    assumptions: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    old: InputSummary = NOTHING_READ
    new: InputSummary = NOTHING_READ
    stats: Stats = field(default_factory=Stats)
