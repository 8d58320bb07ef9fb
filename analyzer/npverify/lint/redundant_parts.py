"""What the checks on redundancy share: the search, and its findings in words."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from npverify.lint.check import Found, Open
from npverify.lint.context import Context, policy_name, rule_name
from npverify.lint.findings import Related
from npverify.questions.redundancy import PolicyPart, Redundancies, Redundancy
from npverify.resources import UNKNOWN_ORIGIN
from npverify_encodings.solver import Undecided

_MOST_RELATED = 8


def find_redundant(
    context: Context,
    choose: Callable[[Redundancies], Sequence[Redundancy]],
    word: Callable[[Redundancy], Found],
) -> Iterator[Found | Open]:
    """The chosen redundancies in words, or that the solver did not come to an end."""
    try:
        found = choose(context.redundancies)
    except Undecided as reason:
        origin = context.policies[0].origin if context.policies else UNKNOWN_ORIGIN
        yield Open("NetworkPolicy *", "", str(reason), origin)
        return
    for redundancy in found:
        yield word(redundancy)


def part_found(redundancy: Redundancy, what: str) -> Found:
    """A rule, peer or port that others cover; `what` says how it is called in the message."""
    part = redundancy.part
    assert part.direction is not None
    assert part.rule is not None
    numbers = [None if n is None else n + 1 for n in (part.peer, part.port)]
    if redundancy.is_compared:
        message = f"without this {what}, nothing is decided differently"
    elif redundancy.cover:
        message = f"this {what} admits nothing that {cover_words(redundancy.cover, part)} not admit already"
    else:
        message = f"this {what} can match no flow at all"
    return Found(
        subject=policy_name(part.policy),
        part=rule_name(part.direction, part.rule + 1, *numbers),
        message=message,
        origin=part.origin,
        label="redundant",
        hint=f"remove the {what}: no flow of any pod that could exist is decided differently without it",
        related=related_to(redundancy.cover, "covered by"),
    )


def cover_words(cover: Sequence[PolicyPart], part: PolicyPart) -> str:
    """The covering set as a subject with its verb: `rule 2 of the policy does`, `2 rules of shop/a do`."""
    owners = list(dict.fromkeys(str(other.policy) for other in cover))
    if len(cover) == 1:
        return f"{_item(cover[0], part)} does"
    whose = " and ".join(owners) if len(owners) <= 2 else f"{len(owners)} policies"
    items = {"peer": "peers", "port": "ports"}
    noun = items["peer"] if part.peer is not None else items["port"] if part.port is not None else "rules"
    if any(other.rule != part.rule or other.policy is not part.policy for other in cover):
        noun = "rules"
    return f"{len(cover)} {noun} of {whose} together do"


def _item(other: PolicyPart, part: PolicyPart) -> str:
    if other.policy is part.policy:
        return str(other).removeprefix(f"{other.policy} ")
    return str(other)


def related_to(cover: Sequence[PolicyPart], message: str) -> tuple[Related, ...]:
    """The places of a covering set."""
    shown = [Related(f"{message} {part}", part.origin) for part in cover[:_MOST_RELATED]]
    if len(cover) > _MOST_RELATED:
        more = cover[_MOST_RELATED]
        shown.append(Related(f"and {len(cover) - _MOST_RELATED} more, from {more}", more.origin))
    return tuple(shown)
