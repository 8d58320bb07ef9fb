"""What can be removed at once: redundant parts whose covering sets stay."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from npverify.editing import DeletePeer, DeletePolicy, DeletePort, DeleteRule, Edit, PolicyId
from npverify.questions.redundancy import PolicyPart, Redundancies, Redundancy
from npverify.resources import NetworkPolicy
from npverify.simplification.result import Step


def removals(found: Redundancies) -> Iterator[Step]:
    """Steps that can be taken together: nothing goes that makes something else redundant.

    Policies without rules stay: they stand for isolation. So do policies that admit everything to pods that
    no other one isolates: they keep these open in a cluster where somebody adds a default deny.
    """
    selection = _Selection()
    for redundancy in _in_order(found):
        if selection.take(redundancy):
            part = redundancy.part
            yield Step(_words(redundancy), part.policy.origin.file, part.origin, (_edit(part),))


def _in_order(found: Redundancies) -> Iterator[Redundancy]:
    """Whole policies first; of several that cover each other the last one goes."""
    yield from (r for r in reversed(found.policies) if _has_rules(r.part.policy) and not r.opens)
    yield from reversed(found.rules)
    yield from reversed(found.peers)
    yield from reversed(found.ports)


def _has_rules(policy: NetworkPolicy) -> bool:
    return any(policy.rules(direction) for direction in policy.policy_types)


class _Selection:
    """The parts that go, and those that have to stay for it."""

    def __init__(self) -> None:
        self._gone: set[PolicyPart] = set()
        self._shrunk: set[PolicyPart] = set()
        self._needed: set[PolicyPart] = set()
        self._homes_of_needed: set[PolicyPart] = set()

    def take(self, redundancy: Redundancy) -> bool:
        """Let the part go, if nothing that went needs it, and nothing that it needs went."""
        part = redundancy.part
        cover = (*redundancy.cover, *redundancy.isolation)
        if not self._may_go(part) or not all(map(self._stays, cover)):
            return False
        self._gone.add(part)
        self._shrunk.update(home for home in _around(part) if home != part)
        self._needed.update(cover)
        self._homes_of_needed.update(home for each in cover for home in _around(each))
        return True

    def _may_go(self, part: PolicyPart) -> bool:
        if part in self._shrunk or part in self._homes_of_needed:
            return False
        around = list(_around(part))
        return not any(home in self._gone for home in around) and not any(
            home in self._needed for home in around if home.rule is not None
        )

    def _stays(self, part: PolicyPart) -> bool:
        """Whether the part is as it was, where another one rests on it."""
        is_whole = part.rule is None or part not in self._shrunk
        return is_whole and not any(home in self._gone for home in _around(part))


def _around(part: PolicyPart) -> Iterator[PolicyPart]:
    """The part, the rule that it is in, and the policy."""
    yield part
    if part.peer is not None or part.port is not None:
        yield PolicyPart(part.policy, part.direction, part.rule)
    if part.rule is not None:
        yield PolicyPart(part.policy)


def _edit(part: PolicyPart) -> Edit:
    policy = PolicyId(part.policy.namespace, part.policy.name)
    if part.rule is None or part.direction is None:
        return DeletePolicy(policy)
    if part.peer is not None:
        return DeletePeer(policy, part.direction, part.rule, part.peer)
    if part.port is not None:
        return DeletePort(policy, part.direction, part.rule, part.port)
    return DeleteRule(policy, part.direction, part.rule)


def _words(redundancy: Redundancy) -> str:
    cover = _listed(map(str, redundancy.cover))
    return f"removed {redundancy.part}: {f'covered by {cover}' if cover else 'it matches nothing'}"


def _listed(names: Iterable[str]) -> str:
    listed = list(names)
    return ", ".join(listed[:3]) + (f" and {len(listed) - 3} more" if len(listed) > 3 else "")
