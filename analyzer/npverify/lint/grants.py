"""What rules say of addresses: each ipBlock by itself, and who admits an address in the end."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from ipaddress import ip_address

from npverify.cni import ExceptMode
from npverify.lint.context import Context, policy_name, rule_name
from npverify.lint.pod_classes import PodClass
from npverify.reference.blocks import EVERY_ADDRESS, networks_of
from npverify.reference.network_policy import block_holds
from npverify.reference.plugin import Plugin
from npverify.reference.port_names import PortNames
from npverify.resources import (
    Address,
    Direction,
    ExternalEndpoint,
    Flow,
    IPBlock,
    LabelSelector,
    Network,
    NetworkPolicy,
    Origin,
    Peer,
    PolicyRule,
    Protocol,
)


@dataclass(frozen=True, slots=True)
class Grant:
    """A rule, or a block of one, that admits addresses; `block` None: every address."""

    policy: NetworkPolicy
    direction: Direction
    number: int
    place: int | None
    rule: PolicyRule
    block: IPBlock | None
    origin: Origin

    @property
    def part(self) -> str:
        """The part of its policy: `egress rule 1 peer 2`."""
        return rule_name(self.direction, self.number, self.place)

    def seen_from(self, other: Grant) -> str:
        """How a finding about another grant names this one."""
        return self.part if self.policy is other.policy else f"`{policy_name(self.policy)}`"

    def holds(self, address: Address) -> bool:
        """Whether the address is among its own, by the specification."""
        return self.block is None or block_holds(self.block, address)

    def origin_of_except(self, number: int) -> Origin:
        """Where an except of its block stands, counted from 0."""
        assert self.block is not None
        origins = self.block.except_origins
        return origins[number] if number < len(origins) else self.origin


def grants_of(context: Context, policy: NetworkPolicy, direction: Direction) -> Iterator[Grant]:
    """The blocks of a policy, and its rules for every address, in one direction."""
    for own, number, rule in context.rules_of(policy):
        if own is not direction:
            continue
        if not rule.peers:
            yield Grant(policy, direction, number, None, rule, None, rule.origin)
        for place, peer in enumerate(rule.peers, start=1):
            block = peer.ip_block
            if block is not None:
                yield Grant(policy, direction, number, place, rule, block, block.cidr_origin)


def addresses_told_apart(blocks: Iterable[IPBlock], *, any_ipv6: bool = True) -> tuple[Address, ...]:
    """Where the networks of blocks begin, and what comes after each: every part that they make of all
    addresses has one, but for what is in none of them.
    """
    networks = {
        part
        for block in blocks
        for network in (block.cidr, *block.excepts)
        for part in (network, *networks_of(network, any_ipv6=any_ipv6))
    }
    found = {network.network_address for network in networks} | {
        network.broadcast_address + 1
        for network in networks
        if int(network.broadcast_address) + 1 < 1 << network.max_prefixlen
    }
    return tuple(sorted(found, key=lambda address: (address.version, int(address))))


@dataclass(frozen=True, slots=True)
class Lost:
    """An address that a grant holds, and that its rule does not admit because of an except."""

    address: Address
    grant: Grant
    network: Network


class AddressTable:
    """Which rules admit an address to pods of one class, whatever the port, under the network plugin.

    `addresses` has one of each kind that the blocks of the class tell apart.
    """

    def __init__(self, context: Context, own: PodClass) -> None:
        self._plugin = Plugin(context.settings.profile)
        self._direction = own.direction
        self.grants = tuple(
            grant for policy in own.policies for grant in grants_of(context, policy, own.direction)
        )
        names = PortNames(context.settings.profile, context.plugin.declared)
        self._in_force = tuple(grant for grant in self.grants if _is_in_force(grant, names))

    @cached_property
    def addresses(self) -> tuple[Address, ...]:
        """Some of it is in every part that the networks of the blocks make."""
        any_ipv6 = self._plugin.profile.any_ipv6_block
        blocks = [grant.block for grant in self.grants if grant.block is not None]
        everywhere = EVERY_ADDRESS if len(blocks) < len(self.grants) else ()
        return addresses_told_apart((*blocks, *everywhere), any_ipv6=any_ipv6)

    @cached_property
    def excepts(self) -> frozenset[Network]:
        """Every network in an except."""
        return frozenset(n for grant in self.grants if grant.block is not None for n in grant.block.excepts)

    def inside(self, network: Network) -> tuple[Address, ...]:
        """The addresses that lie in a network."""
        return tuple(address for address in self.addresses if address in network)

    def holds(self, rule: PolicyRule, address: Address) -> bool:
        """Whether a block of the rule holds an address, by the specification."""
        return any(grant.rule is rule and grant.holds(address) for grant in self.grants)

    def admits(self, grant: Grant, address: Address) -> bool:
        """Whether the rule of a grant admits an address."""
        return _key(grant) in self._admitting[address]

    def lost(self) -> Iterator[Lost]:
        """What grants lose to excepts that are not theirs, or that take more than their own addresses."""
        for address in self.addresses:
            for grant in self.grants:
                if grant.holds(address) and not self.admits(grant, address):
                    network = self._to_blame(grant, address)
                    if network is not None:
                        yield Lost(address, grant, network)

    def _to_blame(self, grant: Grant, address: Address) -> Network | None:
        """The except that has to go, after all narrower ones, for the grant to admit the address."""
        gone: list[Network] = []
        for network in self._suspects(address):
            gone.append(network)
            if _key(grant) in self._of(address, gone):
                return network
        return None

    def _suspects(self, address: Address) -> Sequence[Network]:
        """The excepts that may decide over an address: they hold it, or where a network around it begins."""
        found = self._suspected.get(address)
        if found is None:
            blocks = [grant.block for grant in self._around(address) if grant.block is not None]
            around = (address, *(block.cidr.network_address for block in blocks))
            networks = {n for block in blocks for n in block.excepts if any(each in n for each in around)}
            found = sorted(networks, key=lambda network: (-network.prefixlen, str(network)))
            self._suspected[address] = found
        return found

    @cached_property
    def _suspected(self) -> dict[Address, Sequence[Network]]:
        return {}

    @cached_property
    def _admitting(self) -> Mapping[Address, frozenset[_Key]]:
        return {address: self._of(address) for address in self.addresses}

    def _around(self, address: Address) -> Sequence[Grant]:
        """The grants with a say in an address: its own, and those that would hold it but for an except."""
        return [g for g in self._in_force if g.block is None or address in g.block.cidr]

    def _of(self, address: Address, without: Collection[Network] = ()) -> frozenset[_Key]:
        """The rules that admit an address, where these excepts were not there."""
        peer = ExternalEndpoint(address)
        flow = Flow(peer, peer, Protocol.TCP, 1)
        policies = tuple(_reduced(self._around(address), self._direction, without))
        admitting = self._plugin.admitting(policies, self._direction, peer, flow)
        return frozenset((str(policy), number) for policy, number, _ in admitting)


_Key = tuple[str, int]
"""A rule: its policy, and its number."""

_SOMEWHERE = ip_address("192.0.2.1")
_NEVER = PolicyRule(peers=(Peer(pod_selector=LabelSelector()),))
"""A rule for pods, which are no addresses outside."""


def _key(grant: Grant) -> _Key:
    return str(grant.policy), grant.number


def _is_in_force(grant: Grant, names: PortNames) -> bool:
    """Whether the ports of a rule come to something; to a plugin with one table it else says nothing."""
    if names.profile.except_mode is not ExceptMode.ONE_TABLE:
        return True
    end = ExternalEndpoint(_SOMEWHERE)
    flow = Flow(end, end, Protocol.TCP, 1)
    peer = None if grant.block is None else Peer(ip_block=grant.block)
    return names.is_listed(grant.policy, grant.rule, peer, grant.direction, flow)


def _reduced(
    grants: Iterable[Grant], direction: Direction, without: Collection[Network]
) -> Iterator[NetworkPolicy]:
    """The policies of some grants with nothing but these, for every port, and without some excepts."""
    by_policy: dict[str, dict[int, list[Grant]]] = {}
    policies: dict[str, NetworkPolicy] = {}
    for grant in grants:
        policies[str(grant.policy)] = grant.policy
        by_policy.setdefault(str(grant.policy), {}).setdefault(grant.number, []).append(grant)
    for name, by_number in by_policy.items():
        rules = tuple(
            _rule(by_number[number], without) if number in by_number else _NEVER
            for number in range(1, max(by_number) + 1)
        )
        if direction is Direction.INGRESS:
            yield replace(policies[name], ingress=rules)
        else:
            yield replace(policies[name], egress=rules)


def _rule(grants: Iterable[Grant], without: Collection[Network]) -> PolicyRule:
    blocks = (grant.block for grant in grants if grant.block is not None)
    return PolicyRule(tuple(Peer(ip_block=_lacking(block, without)) for block in blocks))


def _lacking(block: IPBlock, networks: Collection[Network]) -> IPBlock:
    return IPBlock(block.cidr, tuple(each for each in block.excepts if each not in networks))
