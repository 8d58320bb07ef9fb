"""Strategies for whole clusters."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from hypothesis import strategies as st

from npverify.resources import Address
from npverify.strategies.arguments import check_addresses, check_namespaces, check_size
from npverify.strategies.objects import namespaces as namespace_objects
from npverify.strategies.objects import workloads
from npverify.strategies.parts import KEYS, NETWORKS, PORT_NAMES, PORTS, VALUES, Object
from npverify.strategies.policies import NAMESPACES, policy_sets

ADDRESSES = ("10.0.0.1", "10.0.0.6", "10.0.1.1", "192.0.2.1", "2001:db8::1", "2001:db8::9")


@st.composite
def clusters(
    draw: st.DrawFn,
    *,
    min_workloads: int = 1,
    max_workloads: int = 3,
    max_policies: int = 4,
    namespaces: Sequence[str] = NAMESPACES,
    keys: Sequence[str] = KEYS,
    values: Sequence[str] = VALUES,
    networks: Sequence[str] = NETWORKS,
    addresses: Sequence[str] = ADDRESSES,
    ports: Sequence[int] = PORTS,
    names: Sequence[str] = PORT_NAMES,
) -> list[Object]:
    """Whole small clusters: namespaces (some without their object), workloads and policies that interact.

    `namespaces` are the names that may occur, `addresses` those of pods: no two pods share one.
    """
    check_size("min_workloads", min_workloads)
    size = draw(st.integers(min_workloads, check_size("max_workloads", max_workloads, least=min_workloads)))
    known_namespaces = check_namespaces("namespaces", namespaces)
    objects: list[Object] = [
        draw(namespace_objects(name=name)) for name in known_namespaces if draw(st.integers(0, 3))
    ]
    free = list(draw(st.permutations(check_addresses("addresses", addresses))))
    for number in range(size):
        wanted = _one_a_family(free[: draw(st.integers(0, 2))])
        free = [address for address in free if address not in wanted]
        objects.append(
            draw(
                workloads(
                    name=f"workload-{number}",
                    namespaces=known_namespaces,
                    keys=keys,
                    values=values,
                    ports=ports,
                    names=names,
                    addresses=[str(address) for address in wanted],
                )
            )
        )
    objects += draw(
        policy_sets(
            namespaces=known_namespaces,
            keys=keys,
            values=values,
            networks=networks,
            ports=ports,
            names=names,
            max_size=max_policies,
        )
    )
    return objects


def _one_a_family(addresses: Iterable[Address]) -> list[Address]:
    by_version: dict[int, Address] = {}
    for address in addresses:
        by_version.setdefault(address.version, address)
    return list(by_version.values())
