"""The endpoints of two maps side by side: addresses are cut where either map cuts them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from npverify.questions.connectivity.classes import FAMILIES
from npverify.questions.connectivity.naming import address_range
from npverify.questions.connectivity.result import ConnectivityMap, MapEndpoint


@dataclass(frozen=True, slots=True)
class Aligned:
    """One endpoint, and what it is a part of in two maps; None: a map does not have it."""

    endpoint: MapEndpoint
    old: MapEndpoint | None
    new: MapEndpoint | None


def align(old: ConnectivityMap, new: ConnectivityMap) -> tuple[Aligned, ...]:
    """Every endpoint of either map, as far as it is one endpoint in both.

    Addresses that are outside in one map only are left out: there they are a pod's or a node's.
    """
    return (*_declared(old.endpoints, new.endpoints), *_outside(old.endpoints, new.endpoints))


def _declared(old: Iterable[MapEndpoint], new: Iterable[MapEndpoint]) -> Iterator[Aligned]:
    sides: list[dict[tuple[str, ...], list[MapEndpoint]]] = [{}, {}]
    for found, endpoints in zip(sides, (old, new), strict=True):
        for endpoint in endpoints:
            if not endpoint.is_external:
                found.setdefault(endpoint.identity, []).append(endpoint)
    for identity in sorted(sides[0].keys() | sides[1].keys()):
        yield from _parts(sides[0].get(identity, []), sides[1].get(identity, []))


def _parts(old: Sequence[MapEndpoint], new: Sequence[MapEndpoint]) -> Iterator[Aligned]:
    """One workload, in as many parts as it takes to stand in one part of either map."""
    for one in old:
        for other in new:
            pods = tuple(pod for pod in one.pods if pod in other.pods) if one.pods and other.pods else ()
            if not one.pods or not other.pods:
                yield Aligned(other if other.pods else one, one, other)
            elif pods:
                yield Aligned(part_of(other, pods), one, other)
    for endpoints, others, is_old in ((old, new, True), (new, old, False)):
        for endpoint in endpoints:
            left = _left_over(endpoint, others)
            if left is not None:
                yield Aligned(left, endpoint if is_old else None, None if is_old else endpoint)


def _left_over(endpoint: MapEndpoint, others: Sequence[MapEndpoint]) -> MapEndpoint | None:
    """The pods of an endpoint that the other map does not have."""
    if not others:
        return endpoint
    if not endpoint.pods or not all(other.pods for other in others):
        return None
    known = {pod for other in others for pod in other.pods}
    left = tuple(pod for pod in endpoint.pods if pod not in known)
    return part_of(endpoint, left) if left else None


def part_of(endpoint: MapEndpoint, pods: tuple[str, ...]) -> MapEndpoint:
    """The part of a workload that is some of its pods."""
    if pods == endpoint.pods:
        return endpoint
    stem = endpoint.name.partition("(")[0]
    return replace(
        endpoint, name=f"{stem}({', '.join(pods)})", pods=pods, several=endpoint.several and len(pods) > 1
    )


def _outside(old: Iterable[MapEndpoint], new: Iterable[MapEndpoint]) -> Iterator[Aligned]:
    before, after = list(old), list(new)
    for version in FAMILIES:
        left = [e for e in before if e.range is not None and e.range.version == version]
        right = [e for e in after if e.range is not None and e.range.version == version]
        while left and right:
            one, other = left[0], right[0]
            assert one.range is not None
            assert other.range is not None
            first = max(int(one.range.first), int(other.range.first))
            last = min(int(one.range.last), int(other.range.last))
            if first <= last:
                both = address_range(version, first, last)
                yield Aligned(replace(one, name=str(both), range=both), one, other)
            if int(one.range.last) == last:
                left.pop(0)
            else:
                right.pop(0)
