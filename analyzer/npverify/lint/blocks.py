"""Networks and ipBlocks as sets of addresses."""

from __future__ import annotations

from collections.abc import Iterable
from ipaddress import collapse_addresses, ip_network

from npverify.resources import IPBlock, Network

PRIVATE: tuple[Network, ...] = tuple(
    map(ip_network, ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "fc00::/7"))
)
"""Where the pods and nodes of a cluster have their addresses, if nothing is known of them."""


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
