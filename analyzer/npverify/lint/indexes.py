"""Objects indexed by their labels and addresses, for inputs with thousands of both."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping
from typing import Generic, TypeVar

from npverify.reference.selectors import selects
from npverify.resources import Address, LabelSelector, Network, Operator, Requirement

T = TypeVar("T")


class LabelIndex(Generic[T]):
    """Finds the objects that a selector matches, in the order in which they were given."""

    def __init__(self, labelled: Iterable[tuple[T, Mapping[str, str]]]) -> None:
        self._labelled = tuple(labelled)
        self._found: dict[tuple[Requirement, ...], tuple[T, ...]] = {}
        self._with_value: dict[tuple[str, str], list[int]] = {}
        self._with_key: dict[str, list[int]] = {}
        for number, (_, labels) in enumerate(self._labelled):
            for key, value in labels.items():
                self._with_value.setdefault((key, value), []).append(number)
                self._with_key.setdefault(key, []).append(number)

    def matching(self, selector: LabelSelector) -> tuple[T, ...]:
        """Every object whose labels the selector matches."""
        found = self._found.get(selector.requirements)
        if found is None:
            numbered = (self._labelled[number] for number in self._candidates(selector))
            found = tuple(item for item, labels in numbered if selects(selector, labels))
            self._found[selector.requirements] = found
        return found

    def _candidates(self, selector: LabelSelector) -> Iterable[int]:
        """The numbers of the objects that meet the requirement which fewest can meet, in order."""
        fewest: Iterable[int] = range(len(self._labelled))
        number = len(self._labelled)
        for requirement in selector.requirements:
            meeting = self._meeting(requirement)
            if meeting is not None and len(meeting) < number:
                fewest, number = meeting, len(meeting)
        return fewest

    def _meeting(self, requirement: Requirement) -> list[int] | None:
        """The numbers of the objects that meet a requirement; None for one that absent keys meet too."""
        match requirement.operator:
            case Operator.IN:
                values = dict.fromkeys(requirement.values)
                lists = [self._with_value.get((requirement.key, value), []) for value in values]
                return lists[0] if len(lists) == 1 else sorted(n for numbers in lists for n in numbers)
            case Operator.EXISTS:
                return self._with_key.get(requirement.key, [])
            case _:
                return None


class AddressIndex(Generic[T]):
    """Finds the objects that have an address within a network, in the order in which they were given."""

    def __init__(self, addressed: Iterable[tuple[T, Iterable[Address]]]) -> None:
        self._items: list[T] = []
        self._addresses: dict[int, list[tuple[int, int]]] = {4: [], 6: []}
        for number, (item, addresses) in enumerate(addressed):
            self._items.append(item)
            for address in addresses:
                self._addresses[address.version].append((int(address), number))
        for pairs in self._addresses.values():
            pairs.sort()

    def inside(self, network: Network) -> tuple[T, ...]:
        """Every object with an address in the network."""
        pairs = self._addresses[network.version]
        first = bisect_left(pairs, (int(network.network_address), 0))
        past = bisect_left(pairs, (int(network.broadcast_address) + 1, 0))
        return tuple(self._items[number] for number in sorted({n for _, n in pairs[first:past]}))
