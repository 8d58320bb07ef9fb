"""The outcome of a comparison in sentences."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from npverify.cni.facts import FACTS, value_words
from npverify.questions.comparison import (
    Cause,
    Change,
    Comparison,
    ComparisonVerdict,
    Difference,
    Relation,
)
from npverify.report.changes import count
from npverify.report.page import counted

TONES = {
    ComparisonVerdict.EQUIVALENT: "good",
    ComparisonVerdict.DIFFERENT: "strong",
    ComparisonVerdict.HOLDS: "good",
    ComparisonVerdict.VIOLATED: "bad",
    ComparisonVerdict.UNDECIDED: "doubt",
}
SIGNS = {Change.OPENED: "+", Change.CLOSED: "-", Change.SHARED: "="}
MEANINGS = {
    Change.OPENED: "allowed in new only",
    Change.CLOSED: "allowed in old only",
    Change.SHARED: "allowed in both",
}
_CLAIMS = {
    Relation.EQUIVALENT: "old and new allow the same connections",
    Relation.AT_MOST: "nothing was opened: new allows only what old allows",
    Relation.AT_LEAST: "nothing was closed: new allows all that old allows",
    Relation.DISJOINT: "old and new have no connection in common",
}
_CLAIMS_BY_DIRECTION = {
    Relation.EQUIVALENT: "each direction by itself is as it was",
    Relation.AT_MOST: "no direction by itself was opened",
    Relation.AT_LEAST: "no direction by itself was closed",
}

_NO_OTHERS = {
    Relation.EQUIVALENT: "no other connection differs",
    Relation.AT_MOST: "no other connection was opened",
    Relation.AT_LEAST: "no other connection was closed",
    Relation.DISJOINT: "no other connection is allowed in both",
}
_NO_OTHERS_BY_DIRECTION = {
    Relation.EQUIVALENT: "for no other flow does a direction differ",
    Relation.AT_MOST: "for no other flow was a direction opened",
    Relation.AT_LEAST: "for no other flow was a direction closed",
}


@dataclass(frozen=True, slots=True)
class Sides:
    """What the two versions are called."""

    old: str = "old"
    new: str = "new"


def cause_words(cause: Cause) -> str:
    """A fact about the network plugins: what it is under either, and where that is from."""
    sources = "; ".join(
        each.source if each.verified else f"{each.source}, an inference that nobody has checked"
        for each in cause.evidence
    )
    together = " (together with the other facts)" if cause.together else ""
    return (
        f"{FACTS.get(cause.fact, cause.fact)}: {value_words(cause.old)} for old, {value_words(cause.new)} "
        f"for new{together}{f' [{sources}]' if sources else ''}"
    )


def diff_headline(comparison: Comparison, listed: Sequence[Difference]) -> str:
    """The verdict in a sentence, without the verdict itself."""
    if comparison.verdict is ComparisonVerdict.UNDECIDED:
        return comparison.undecided or "no verdict"
    if not listed:
        claims = _CLAIMS_BY_DIRECTION if comparison.per_direction else _CLAIMS
        scope = " in the scope" if comparison.scope else ""
        return f"{claims[comparison.relation]}{scope} (proved for {universe_words(comparison)})"
    return count_words(comparison, listed)


def count_words(comparison: Comparison, listed: Sequence[Difference]) -> str:
    """How many regions there are: `2 regions opened, 1 closed`."""
    least = "" if comparison.complete else "at least "
    if comparison.relation is Relation.DISJOINT:
        number = len(listed)
        return f"{least}{counted(number, 'region')} {'is' if number == 1 else 'are'} allowed in both"
    counts = [(count(listed, change), change.value) for change in (Change.OPENED, Change.CLOSED)]
    given = [(number, word) for number, word in counts if number]
    words = ", ".join(
        f"{counted(number, 'region') if not position else number} {word}"
        for position, (number, word) in enumerate(given)
    )
    alone = ", each direction by itself" if comparison.per_direction else ""
    return f"{least}{words}{alone}"


def universe_words(comparison: Comparison) -> str:
    """The pods that the verdict speaks of."""
    return "every pod that could exist" if comparison.universe == "any" else "the declared pods"


def completeness_words(comparison: Comparison) -> str:
    """What is known of differences that are not listed."""
    if comparison.complete:
        scope = " in the scope" if comparison.scope else ""
        others = _NO_OTHERS_BY_DIRECTION if comparison.per_direction else _NO_OTHERS
        proof = f"proved for {universe_words(comparison)}"
        if comparison.without_unmodelled is not None:
            proof += ", as far as the modelled policies decide"
        return f"{others[comparison.relation]}{scope} ({proof})"
    reason = comparison.undecided or "the list was cut (`--limit 0` lists all)"
    return f"{reason}, so there may be more"


def leading_words(difference: Difference, *, leads: bool) -> str:
    """Whether the Service that has changed leads to the flow in one version."""
    if leads:
        return f"{difference.subject} leads there, and no policy is in the way"
    return f"{difference.subject} does not lead there"


def change_words(difference: Difference) -> str:
    """What happened to the region: `opened`, or `opened for ingress` where the directions stand apart."""
    if difference.direction is None:
        return difference.change.value
    return f"{difference.change} for {difference.direction.value.lower()}"
