"""What the checks on admin policies share: the search, and its findings in words."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TypeVar

from npverify.lint.check import Found, Open
from npverify.lint.context import Context, policy_name, rule_name
from npverify.lint.findings import Related
from npverify.questions.answer import Witness
from npverify.questions.ordered import AdminPart, Anomalies, Anomaly, AnomalyKind, Supporter
from npverify.resources import NetworkPolicy
from npverify_encodings.solver import Undecided

_MOST_RELATED = 8
_MOST_NAMED = 2
_Item = TypeVar("_Item")


def find_ordered(
    context: Context,
    choose: Callable[[Anomalies], Sequence[_Item]],
    word: Callable[[_Item], Found],
) -> Iterator[Found | Open]:
    """The chosen anomalies in words, or that the solver did not come to an end."""
    policies = context.inventory.admin_policies
    if not policies:
        return
    found = context.anomalies
    if isinstance(found, Undecided):
        yield Open(f"{policies[0].kind} *", "", str(found), policies[0].origin)
        return
    for item in choose(found):
        yield word(item)


def of_kind(*kinds: AnomalyKind) -> Callable[[Anomalies], Sequence[Anomaly]]:
    """A choice of the anomalies of some kinds."""
    return lambda found: found.of(*kinds)


def rule_found(
    part: AdminPart, message: str, label: str, hint: str, related: Iterable[Related] = ()
) -> Found:
    """A finding about one rule of an admin policy."""
    return Found(
        subject=policy_name(part.policy),
        part=rule_name(part.direction, part.number + 1),
        message=message,
        origin=part.origin,
        label=label,
        hint=hint,
        related=tuple(related),
    )


def names_of(supporters: Sequence[Supporter], part: AdminPart) -> str:
    """A covering set as an object without its verb: `ingress rule 1 of the policy`, `X and 2 more`."""
    names = [f"`{_name(supporter, part)}`" for supporter in supporters]
    if len(names) > _MOST_NAMED + 1:
        names = [*names[:_MOST_NAMED], f"{len(names) - _MOST_NAMED} more"]
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _name(supporter: Supporter, part: AdminPart) -> str:
    if isinstance(supporter, NetworkPolicy):
        return policy_name(supporter)
    if supporter.policy is part.policy:
        return rule_name(supporter.direction, supporter.number + 1)
    return str(supporter)


def related_to(supporters: Sequence[Supporter], message: str, part: AdminPart) -> tuple[Related, ...]:
    """The places of a covering set."""
    shown = [Related(f"{message} {_name(each, part)}", each.origin) for each in supporters[:_MOST_RELATED]]
    if len(supporters) > _MOST_RELATED:
        more = supporters[_MOST_RELATED]
        rest = len(supporters) - _MOST_RELATED
        shown.append(Related(f"and {rest} more, from {_name(more, part)}", more.origin))
    return tuple(shown)


def flow_words(witness: Witness, conditions: Sequence[str]) -> str:
    """A flow in a sentence, with what it takes for granted."""
    flow = witness.flow
    words = f"{flow.protocol.value.lower()}/{flow.port} from {witness.source} to {witness.destination}"
    return f"{words} (where {' and '.join(conditions)})" if conditions else words
