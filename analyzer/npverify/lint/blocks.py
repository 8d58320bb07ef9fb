"""Networks and ipBlocks as sets of addresses."""

from __future__ import annotations

from collections.abc import Iterable
from ipaddress import collapse_addresses

from npverify.resources import IPBlock, Network


def common(one: Network, other: Network) -> Network | None:
    """The addresses of both, which is one of the two; None if there are none."""
    smaller, larger = (one, other) if one.prefixlen >= other.prefixlen else (other, one)
    return smaller if smaller.network_address in larger else None


def is_covered(network: Network, others: Iterable[Network]) -> bool:
    """Whether the others together hold every address of the network."""
    pieces = [piece for piece in (common(network, other) for other in others) if piece is not None]
    return network in list(collapse_addresses(pieces))  # type: ignore[type-var]  # all of one family


def left_of(block: IPBlock, network: Network) -> Network | None:
    """The part of a network that the `cidr` of a block holds; None if there is none, or the excepts remove
    all of it.
    """
    part = common(block.cidr, network)
    return None if part is None or is_covered(part, block.excepts) else part
