"""ipBlocks where the most specific entry that holds an address decides (semantics/cni.md section 1.4).

For one pod and direction the plugin has one table: an entry for each ipBlock, one for each `except`, which
allows nothing by itself, and one for each pod that a selector selects, narrower than any other. The ports of
a block go to every narrower entry inside of it that lies in none of its exceptions; then the narrowest entry
that holds an address decides alone. An `except` that is also a block of another rule is an entry that allows.

So a block allows less than it says just where an `except` of another block is narrower than it and holds the
address, and no entry that is narrower still (or equal) has inherited its ports. As ordered rules: narrow
entries first, an `except` as a denial after the entries of its own length.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from ipaddress import ip_network

from npverify.resources import IPBlock, Network
from npverify_encodings.model import (
    EVERYTHING,
    Action,
    AddressIn,
    EndpointSet,
    Not,
    Rule,
    TrafficSet,
    all_of,
)

EVERY_ADDRESS = tuple(IPBlock(ip_network(cidr)) for cidr in ("0.0.0.0/0", "::/0"))
"""The blocks of a rule without peers."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One ipBlock of one rule."""

    owner: str
    subject: EndpointSet
    block: IPBlock
    traffic: TrafficSet
    kinds: EndpointSet = EVERYTHING

    @property
    def addresses(self) -> EndpointSet:
        """What the block says: its addresses but for its exceptions, of the kinds that it can match."""
        excepts = (Not(AddressIn(each)) for each in self.block.excepts)
        return all_of(self.kinds, AddressIn(self.block.cidr), *excepts)


@dataclass(frozen=True, slots=True)
class Selected:
    """The pods that one rule selects by labels."""

    owner: str
    subject: EndpointSet
    peers: EndpointSet
    traffic: TrafficSet


def ordered_rules(selected: Iterable[Selected], entries: Sequence[Entry]) -> Iterator[Rule]:
    """The rules of one namespace and direction, of which the first that matches decides."""
    refused = [(entry, network) for entry in entries for network in entry.block.excepts]
    hurt = {
        number: [network for _, network in refused if _hurts(network, entry)]
        for number, entry in enumerate(entries)
    }
    for pods in selected:
        yield Rule(pods.owner, pods.subject, pods.peers, pods.traffic)
        for number, wide in enumerate(entries):
            if hurt[number]:
                yield _inherited(pods.owner, pods.subject, pods.peers, wide)
    for length in sorted({n.prefixlen for n in _networks(entries)}, reverse=True):
        for entry in entries:
            if entry.block.cidr.prefixlen == length:
                yield Rule(entry.owner, entry.subject, entry.addresses, entry.traffic)
                yield from _passed_down(entry, entries, hurt)
        for owner, network in refused:
            if network.prefixlen == length and any(network in own for own in hurt.values()):
                refusal = all_of(owner.kinds, AddressIn(network))
                yield Rule(owner.owner, owner.subject, refusal, EVERYTHING, Action.DENY)


def _passed_down(entry: Entry, entries: Sequence[Entry], hurt: dict[int, list[Network]]) -> Iterator[Rule]:
    """What a narrow entry inherits of wider blocks, where an exception stands between them."""
    for number, wide in enumerate(entries):
        if any(_is_within(entry.block.cidr, network) for network in hurt[number]):
            own = all_of(entry.kinds, AddressIn(entry.block.cidr))
            yield _inherited(entry.owner, entry.subject, own, wide)


def _inherited(owner: str, subject: EndpointSet, peers: EndpointSet, wide: Entry) -> Rule:
    return Rule(owner, all_of(subject, wide.subject), all_of(peers, wide.addresses), wide.traffic)


def _hurts(network: Network, entry: Entry) -> bool:
    """Whether an exception is narrower than a block and lies in it, but in none of its own exceptions."""
    own = entry.block.cidr
    return (
        network != own
        and _is_within(network, own)
        and not any(_is_within(network, each) for each in entry.block.excepts)
    )


def _is_within(network: Network, other: Network) -> bool:
    if network.version != other.version or network.prefixlen < other.prefixlen:
        return False
    return network.network_address in other


def _networks(entries: Iterable[Entry]) -> Iterator[Network]:
    for entry in entries:
        yield entry.block.cidr
        yield from entry.block.excepts
