"""The endpoints of a map, as a reader knows them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from ipaddress import IPv4Address, IPv6Address

from npverify.questions.connectivity.classes import FAMILIES, EndpointClass, Outside
from npverify.questions.connectivity.connections import Interval, without
from npverify.questions.connectivity.folding import Unit
from npverify.questions.connectivity.result import AddressRange, EndpointKind, MapEndpoint
from npverify.questions.selections import DeclaredPod


def name_endpoints(
    groups: Sequence[Sequence[Unit]],
    classes: Sequence[EndpointClass],
    taken: Mapping[int, Sequence[Interval]],
) -> list[tuple[MapEndpoint, ...]]:
    """The endpoints of each group of units; `taken` are the addresses of pods and nodes by family, which no
    range needs to leave out.
    """
    ranges = _ranges(groups, classes, taken)
    found: list[tuple[MapEndpoint, ...]] = []
    for number, units in enumerate(groups):
        numbers = [each for unit in units if unit.namespace is None for each in unit.classes]
        members = [declared for each in numbers for declared in classes[each].members]
        found.append(
            (
                *(_namespace(unit.namespace) for unit in units if unit.namespace is not None),
                *_workloads(members),
                *(_outside(each) for each in ranges.get(number, ())),
            )
        )
    return found


def _namespace(name: str) -> MapEndpoint:
    return MapEndpoint(name, EndpointKind.NAMESPACE, namespace=name, several=True)


def _workloads(members: Iterable[DeclaredPod]) -> Iterator[MapEndpoint]:
    """One endpoint a workload, for those of its pods that are here."""
    by_workload: dict[tuple[str, str, str, bool], list[DeclaredPod]] = {}
    for each in members:
        own = each.workload
        key = own.namespace, own.name, own.kind, each.pod.host_network
        by_workload.setdefault(key, []).append(each)
    for (namespace, name, kind, is_node), pods in sorted(by_workload.items()):
        workload = pods[0].workload
        is_whole = len(pods) == len(workload.pods)
        listed = () if is_whole else tuple(sorted(each.pod.name for each in pods))
        suffix = f"({', '.join(listed)})" if listed else ""
        yield MapEndpoint(
            name=f"{namespace}/{name}[{kind}]{suffix}",
            kind=EndpointKind.HOST_NETWORK if is_node else EndpointKind.WORKLOAD,
            namespace=namespace,
            workload_kind=kind,
            workload_name=name,
            pods=listed,
            several=len(pods) > 1 or pods[0].pod.replicated,
            origin=workload.origin,
        )


# Outside addresses ------------------------------------------------------------------------------------


def _outside(interval: AddressRange) -> MapEndpoint:
    return MapEndpoint(str(interval), EndpointKind.EXTERNAL, range=interval)


def outside_ranges(
    parts: Iterable[Outside], taken: Mapping[int, Sequence[Interval]]
) -> tuple[AddressRange, ...]:
    """Outside addresses as few ranges: what lies between two of them may be taken."""
    pieces: dict[int, list[tuple[Interval, int]]] = {version: [] for version in FAMILIES}
    for part in parts:
        pieces[part.version] += [(interval, 0) for interval in part.intervals]
    return tuple(
        address_range(version, first, last)
        for version in FAMILIES
        for (first, last), _ in _joined(sorted(pieces[version]), taken[version])
    )


def _ranges(
    groups: Sequence[Sequence[Unit]],
    classes: Sequence[EndpointClass],
    taken: Mapping[int, Sequence[Interval]],
) -> Mapping[int, Sequence[AddressRange]]:
    """The outside addresses of each group as few ranges: what lies between two of them may be taken."""
    pieces: dict[int, list[tuple[Interval, int]]] = {version: [] for version in FAMILIES}
    for group, units in enumerate(groups):
        for number in (each for unit in units for each in unit.classes):
            part = classes[number].outside
            if part is not None:
                pieces[part.version] += [(interval, group) for interval in part.intervals]
    found: dict[int, list[AddressRange]] = {}
    for version in FAMILIES:
        for (first, last), group in _joined(sorted(pieces[version]), taken[version]):
            found.setdefault(group, []).append(address_range(version, first, last))
    return found


def _joined(
    pieces: Iterable[tuple[Interval, int]], taken: Sequence[Interval]
) -> Iterator[tuple[Interval, int]]:
    """Neighbours of one group as one, where all that lies between them is taken."""
    current: tuple[Interval, int] | None = None
    for (first, last), group in pieces:
        if current is not None:
            (start, end), own = current
            if own == group and not without([(end + 1, first - 1)] if end + 1 < first else (), taken):
                current = (start, last), group
                continue
            yield current
        current = (first, last), group
    if current is not None:
        yield current


def address_range(version: int, first: int, last: int) -> AddressRange:
    """The addresses from `first` to `last`, of one family."""
    make = IPv4Address if version == 4 else IPv6Address
    return AddressRange(make(first), make(last))
