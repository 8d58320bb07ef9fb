"""What came of simplifying."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from npverify.editing import Edit, Rewritten
from npverify.errors import Finding
from npverify.questions.comparison import Comparison, ComparisonVerdict
from npverify.resources import NetworkPolicy, Origin


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that was done, in words, with its place in the text that the step was made on, and the edits
    that do it.
    """

    words: str
    file: str
    origin: Origin
    edits: tuple[Edit, ...]


@dataclass(frozen=True, slots=True)
class FileChange:
    """One file that became another; `after` is empty where no object is left in it."""

    name: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Size:
    """How much there is: policies, their rules, and the peers and ports of those."""

    policies: int = 0
    rules: int = 0
    peers: int = 0
    ports: int = 0

    @classmethod
    def of(cls, policies: tuple[NetworkPolicy, ...]) -> Size:
        """The size of a policy set."""
        rules = [rule for policy in policies for rule in (*policy.ingress, *policy.egress)]
        return cls(
            len(policies),
            len(rules),
            sum(len(rule.peers) for rule in rules),
            sum(len(rule.ports) for rule in rules),
        )


@dataclass(frozen=True, slots=True)
class Simplification:
    """What could be made simpler, and the proof that it means the same.

    `texts` are the new texts of all files, `changes` the files that become others, by name. `proof` compares
    input and output, each direction by itself; where its verdict is not EQUIVALENT, nothing is changed.
    `rewritten` are parts of files that could not be edited in place, `findings` the remarks of the reader,
    and `notes` are about the input as a whole.
    """

    texts: Mapping[str, str]
    changes: tuple[FileChange, ...]
    steps: tuple[Step, ...]
    before: Size
    after: Size
    proof: Comparison
    rewritten: tuple[Rewritten, ...] = ()
    findings: tuple[Finding, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def is_proved(self) -> bool:
        """Whether the proof came to an end."""
        return self.proof.verdict is ComparisonVerdict.EQUIVALENT
