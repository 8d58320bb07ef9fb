"""From the edits of one policy to the changes of its lists, and those carried out on plain data."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from npverify.editing.edits import (
    AppendPeers,
    AppendPorts,
    AppendRules,
    DeletePeer,
    DeletePolicy,
    DeletePort,
    DeleteRule,
    Edit,
    RuleEdit,
)
from npverify.editing.objects import PEERS_FIELD, RULES_FIELD, peer_object, port_object, rule_object
from npverify.editing.plain import Plain, list_at, plain, value_at
from npverify.manifests.documents import Path
from npverify.resources import Direction

_RuleEdit = TypeVar("_RuleEdit", DeletePeer, DeletePort, AppendPeers, AppendPorts)


@dataclass(frozen=True, slots=True)
class ListChange:
    """What leaves the list at `path`, by its indexes before any change, and what comes behind its end."""

    path: Path
    deleted: frozenset[int] = frozenset()
    added: tuple[Plain, ...] = ()

    def below(self, path: Path) -> ListChange:
        """The same change of a larger document, which has the changed part at `path`."""
        return ListChange((*path, *self.path), self.deleted, self.added)


def changes_of(policy: Plain, edits: Sequence[Edit]) -> tuple[ListChange, ...]:
    """The changes that all edits of one policy make together.

    `policyTypes` is made explicit where the rules that it is defaulted from come or go. Raises ValueError
    for an index beyond a list's end, and where a rule's last peer or port would go.
    """
    found: list[ListChange] = []
    for direction in Direction:
        found += _changes_in(policy, direction, [e for e in edits if _concerns(e, direction)])
    found += _kept_policy_types(policy, found)
    return tuple(change for change in found if change.deleted or change.added)


def _concerns(edit: Edit, direction: Direction) -> bool:
    return not isinstance(edit, DeletePolicy) and edit.direction is direction


def _changes_in(policy: Plain, direction: Direction, edits: Sequence[Edit]) -> Iterable[ListChange]:
    path: Path = ("spec", RULES_FIELD[direction])
    deleted = frozenset(edit.rule for edit in edits if isinstance(edit, DeleteRule))
    added = [rule for edit in edits if isinstance(edit, AppendRules) for rule in edit.rules]
    size = _size(policy, path)
    _check(path, deleted, size)
    yield ListChange(path, deleted, tuple(rule_object(rule, direction) for rule in added))
    inside = [edit for edit in edits if isinstance(edit, RuleEdit)]
    _check(path, (edit.rule for edit in inside), size)
    for rule in sorted({edit.rule for edit in inside} - deleted):
        here = [edit for edit in inside if edit.rule == rule]
        peers = [peer for edit in _only(AppendPeers, here) for peer in edit.peers]
        ports = [port for edit in _only(AppendPorts, here) for port in edit.ports]
        yield _inner(
            policy,
            (*path, rule, PEERS_FIELD[direction]),
            frozenset(edit.peer for edit in _only(DeletePeer, here)),
            tuple(map(peer_object, peers)),
        )
        yield _inner(
            policy,
            (*path, rule, "ports"),
            frozenset(edit.port for edit in _only(DeletePort, here)),
            tuple(map(port_object, ports)),
        )


def _only(kind: type[_RuleEdit], edits: Iterable[RuleEdit]) -> list[_RuleEdit]:
    return [edit for edit in edits if isinstance(edit, kind)]


def _inner(policy: Plain, path: Path, deleted: frozenset[int], added: tuple[Plain, ...]) -> ListChange:
    """A change of a list that means everything when it is empty."""
    size = _size(policy, path)
    _check(path, deleted, size)
    if deleted and len(deleted) == size and not added:
        raise ValueError(f"{_field(path)} would be empty, which means everything")
    return ListChange(path, deleted, added)


def _kept_policy_types(policy: Plain, changes: Iterable[ListChange]) -> Iterable[ListChange]:
    """Without policyTypes, Egress is meant iff there are egress rules (semantics section 1.2)."""
    if value_at(policy, ("spec", "policyTypes")):
        return
    path = ("spec", RULES_FIELD[Direction.EGRESS])
    before = after = _size(policy, path)
    for change in changes:
        if change.path == path:
            after += len(change.added) - len(change.deleted)
    if bool(before) != bool(after):
        types = tuple(Direction) if before else (Direction.INGRESS,)
        yield ListChange(("spec", "policyTypes"), added=tuple(map(str, types)))


def _size(policy: Plain, path: Path) -> int:
    found = value_at(policy, path)
    return len(found) if isinstance(found, list) else 0


def _check(path: Path, indexes: Iterable[int], size: int) -> None:
    for index in indexes:
        if not 0 <= index < size:
            raise ValueError(f"{_field(path)} has no item {index}, only {size} of them")


def _field(path: Path) -> str:
    """The path as the API server writes it: `spec.ingress[0].from`."""
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path).lstrip(".")


def grown(data: Plain, changes: Iterable[ListChange]) -> Plain:
    """A copy with everything added and nothing deleted, so that old indexes still count."""
    copy = plain(data)
    for change in changes:
        if change.added:
            list_at(copy, change.path).extend(plain(list(change.added)))  # type: ignore[arg-type]
    return copy


def changed(data: Plain, changes: Sequence[ListChange]) -> Plain:
    """A copy with all changes."""
    copy = grown(data, changes)
    for change in sorted(changes, key=lambda change: len(change.path), reverse=True):
        items = list_at(copy, change.path)
        for index in sorted(change.deleted, reverse=True):
            del items[index]
    return copy
