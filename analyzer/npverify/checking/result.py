"""What assertions come back with: plain, frozen, picklable values."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256

from npverify.errors import Severity
from npverify.questions.answer import Answer, InputSummary
from npverify.questions.comparison import Comparison
from npverify.resources import Origin


class Outcome(StrEnum):
    """What was found of one assertion; UNDECIDED is never a pass and never a fail.

    VACUOUS is an assertion that holds, but of nothing that the manifests declare.
    """

    HOLDS = "holds"
    VIOLATED = "violated"
    VACUOUS = "vacuous"
    UNDECIDED = "undecided"


@dataclass(frozen=True, slots=True)
class AssertionResult:
    """The outcome of one assertion.

    `form` is the kind of claim, as `unreachable`, and `claim` the claim as a sentence that `that:` reads.
    `name` is the one given, else the claim. `answer` is what a question came back with, and `comparison` what
    a comparison with the version `other` did: one of them is there. `vacuous` says why the assertion is about
    nothing; where `allow_vacuous` is set, the outcome is HOLDS all the same.
    """

    name: str
    claim: str
    form: str
    severity: Severity
    outcome: Outcome
    origin: Origin
    answer: Answer | None = None
    comparison: Comparison | None = None
    other: str | None = None
    vacuous: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    allow_vacuous: bool = False

    @property
    def fingerprint(self) -> str:
        """The same for the same assertion after lines have moved: 16 hexadecimal digits."""
        parts = (self.form, self.name, self.claim)
        return sha256("\0".join(parts).encode("utf-8", "backslashreplace")).hexdigest()[:16]

    @property
    def reason(self) -> str | None:
        """Why it is undecided, if it is."""
        if self.outcome is not Outcome.UNDECIDED:
            return None
        found = self.answer or self.comparison
        return (found.undecided if found else None) or "no verdict"


@dataclass(frozen=True, slots=True)
class CheckResult:
    """The outcomes of a run in the order of the file.

    `file` is the configuration. `skipped` are the names of the assertions that were not looked at any more
    once one had failed. `is_strict`: warnings count as errors. `notes` are about the manifests as a whole.
    """

    file: str
    results: tuple[AssertionResult, ...]
    input: InputSummary
    skipped: tuple[str, ...] = ()
    is_strict: bool = False
    notes: tuple[str, ...] = ()

    def with_outcome(self, outcome: Outcome) -> tuple[AssertionResult, ...]:
        """The results of one outcome."""
        return tuple(result for result in self.results if result.outcome is outcome)

    def counts(self, result: AssertionResult) -> bool:
        """Whether a result matters to the verdict, unless it holds: errors do, warnings where `is_strict`."""
        if result.outcome is Outcome.VACUOUS:
            return self.is_strict
        return self.is_strict or result.severity is Severity.ERROR

    @property
    def verdict(self) -> Outcome:
        """VIOLATED where something that counts is violated (or vacuous), else UNDECIDED where something that
        counts is undecided, else HOLDS.
        """
        counted = {result.outcome for result in self.results if self.counts(result)}
        if counted & {Outcome.VIOLATED, Outcome.VACUOUS}:
            return Outcome.VIOLATED
        return Outcome.UNDECIDED if Outcome.UNDECIDED in counted else Outcome.HOLDS
