"""Which addresses ipBlocks hold where a network plugin reads them in its own way (docs/cni-sources.md)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from ipaddress import ip_network

from npverify.resources import Address, IPBlock, Network, NetworkPolicy, PolicyRule

RuleSource = tuple[NetworkPolicy, int, PolicyRule]
"""A rule with its policy and its number, counted from 1."""

EVERY_ADDRESS = (IPBlock(ip_network("0.0.0.0/0")), IPBlock(ip_network("::/0")))
"""What a rule without peers holds."""

_IPV6 = ip_network("::/0")
_SOME_IPV6 = (ip_network("2000::/3"), ip_network("fd00::/8"))
_HOST_LENGTHS = (32, 128)


def networks_of(network: Network, *, any_ipv6: bool) -> tuple[Network, ...]:
    """The networks that one stands for (K2): itself, but for `::/0` where that is not every IPv6 address."""
    return _SOME_IPV6 if network == _IPV6 and not any_ipv6 else (network,)


def cidr_holds(block: IPBlock, address: Address | None, *, any_ipv6: bool) -> bool:
    """Whether the address is in `cidr`, whatever is excepted; families never mix."""
    if address is None:
        return False
    return any(address in network for network in networks_of(block.cidr, any_ipv6=any_ipv6))


def one_set_holds(blocks: Iterable[IPBlock], address: Address | None, *, any_ipv6: bool) -> bool:
    """K1: all blocks of a rule in one set; the longest prefix decides, and the last of equals."""
    if address is None:
        return False
    length, is_held = -1, False
    for network, matches in _set_entries(blocks, any_ipv6=any_ipv6):
        if address in network and network.prefixlen >= length:
            length, is_held = network.prefixlen, matches
    return is_held


def _set_entries(blocks: Iterable[IPBlock], *, any_ipv6: bool) -> Iterator[tuple[Network, bool]]:
    for block in blocks:
        for network, matches in ((block.cidr, True), *((each, False) for each in block.excepts)):
            for part in networks_of(network, any_ipv6=any_ipv6):
                is_every_ipv4 = part.version == 4 and part.prefixlen == 0
                yield from ((entry, matches) for entry in (part.subnets() if is_every_ipv4 else (part,)))


@dataclass(frozen=True, slots=True, eq=False)
class Contribution:
    """What one peer of a rule puts into the table of a pod: a network with exceptions, and whether the ports
    of the rule admit the flow there.
    """

    rule: RuleSource
    network: Network
    excepts: tuple[Network, ...]
    admits: bool


def deciding(contributions: Sequence[Contribution], address: Address) -> tuple[Contribution, ...]:
    """A3: the contributions to the entry with the longest prefix that holds the address."""
    entries: dict[Network, tuple[Contribution, ...]] = {}
    for own in contributions:
        entries[own.network] = (*entries.get(own.network, ()), own)
    inherited = _with_inherited(entries)
    refused = {network for own in contributions for network in own.excepts}
    held = [network for network in (*inherited, *sorted(refused, key=str)) if address in network]
    return inherited.get(max(held, key=_length), ()) if held else ()


def _with_inherited(
    entries: dict[Network, tuple[Contribution, ...]],
) -> dict[Network, tuple[Contribution, ...]]:
    """What each entry has, with what wider ones pass down to it, whatever that came from."""
    found: dict[Network, tuple[Contribution, ...]] = {}
    for network in sorted(entries, key=_length):
        passed_down = (
            own for wide in found if _passes_down(wide, entries[wide], network) for own in found[wide]
        )
        found[network] = tuple(dict.fromkeys((*entries[network], *passed_down)))
    return found


def _passes_down(wide: Network, own: Sequence[Contribution], network: Network) -> bool:
    """Whether a narrower network gets what a wider one has; its first address stands for it."""
    first = network.network_address
    if wide.prefixlen in _HOST_LENGTHS or wide.prefixlen == network.prefixlen or first not in wide:
        return False
    return not any(first in excepted for each in own for excepted in each.excepts)


def _length(network: Network) -> int:
    return network.prefixlen
