"""What a question comes back with: plain, frozen, picklable values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from npverify.errors import Finding
from npverify.questions.query import Query
from npverify.reference.evaluation import DirectionReport, RuleReference
from npverify.resources import Flow, Origin


class Verdict(StrEnum):
    """What was found; UNDECIDED is never a pass and never a fail.

    `can` and `what` questions are answered with REACHABLE or UNREACHABLE, claims (`can only`, `does every`,
    `is … isolated`) with HOLDS or VIOLATED.
    """

    REACHABLE = "reachable"
    UNREACHABLE = "unreachable"
    HOLDS = "holds"
    VIOLATED = "violated"
    UNDECIDED = "undecided"


@dataclass(frozen=True, slots=True)
class Region:
    """The flows around the witness that share its fate, each part in the policies' own terms.

    An empty tuple means that nothing about that part matters. `ignored` names what was tried and does not
    matter, as `source label app`, `destination address`, `protocol`.
    """

    source: tuple[str, ...] = ()
    destination: tuple[str, ...] = ()
    traffic: tuple[str, ...] = ()
    ignored: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Witness:
    """One replayed flow; `declared` iff both ends exist in the input (addresses outside always do).

    `open_address` lists the ends (`source`, `destination`) whose address npverify chose.
    """

    flow: Flow
    source: str
    destination: str
    declared: bool
    egress: DirectionReport
    ingress: DirectionReport
    reachable: bool
    open_address: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ListEntry:
    """One line of the answer to a `what` question.

    `endpoint` is a declared workload (`declared` True) or a set of possible pods or addresses in words;
    `traffic` like `tcp/5432`, or empty for everything. `other_end` is what has to be true of the other end,
    beyond what the question demands.
    """

    endpoint: str
    declared: bool
    traffic: tuple[str, ...]
    origin: Origin | None = None
    rules: tuple[RuleReference, ...] = ()
    conditions: tuple[str, ...] = ()
    other_end: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class InputSummary:
    """What was read.

    `ignored` counts objects of kinds that say nothing about policies; `unmodelled` names the policies of APIs
    that npverify knows but does not model; `left_out` is what `--keep-going` passed over.
    """

    files: int
    policies: int
    workloads: int
    namespaces: int
    services: int
    ignored: Mapping[str, int] = field(default_factory=dict)
    unmodelled: tuple[RuleReference, ...] = ()
    left_out: tuple[Finding, ...] = ()
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class Stats:
    """Where the time went: seconds by stage, and counts (queries, policies and rules encoded, text size)."""

    seconds: Mapping[str, float] = field(default_factory=dict)
    counts: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to one question.

    `verdict` is the one for the universe that was asked for; `any` is the verdict for every pod that could
    exist, `declared` the one for the declared pods only (None where the question has no such reading or it
    was not asked).
    `witness` is the flow that shows the verdict: one that connects for REACHABLE, one that contradicts for
    VIOLATED. `blocked` is an example of a flow that does not connect, for UNREACHABLE.
    `core` are the policies whose isolation a proof rests on, minimised: it needs each of them.
    `entries` are the lines of a `what` question; `complete` says that no others exist.
    `undecided` gives the reason where the verdict is UNDECIDED, and `without_unmodelled` the verdict that the
    modelled policies alone would give.
    `vacuous` says why the question asks about nothing.
    """

    query: Query
    verdict: Verdict
    any: Verdict | None
    declared: Verdict | None
    universe: str
    witness: Witness | None = None
    blocked: Witness | None = None
    region: Region | None = None
    core: tuple[RuleReference, ...] = ()
    entries: tuple[ListEntry, ...] = ()
    complete: bool = True
    conditions: tuple[str, ...] = ()
    assumptions: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    vacuous: tuple[str, ...] = ()
    undecided: str | None = None
    without_unmodelled: Verdict | None = None
    input: InputSummary = InputSummary(0, 0, 0, 0, 0)
    stats: Stats = Stats()
