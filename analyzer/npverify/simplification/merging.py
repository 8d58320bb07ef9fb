"""What can be written as one: rules and policies that differ in one respect only."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from ipaddress import IPV4LENGTH, collapse_addresses

from npverify.cni import GENERIC, CniProfile, ExceptMode
from npverify.editing import (
    AppendPeers,
    AppendPorts,
    AppendRules,
    DeletePeer,
    DeletePolicy,
    DeletePort,
    DeleteRule,
    Edit,
    PolicyId,
)
from npverify.resources import (
    Direction,
    IPBlock,
    Network,
    NetworkPolicy,
    Peer,
    PolicyPort,
    PolicyRule,
)
from npverify.simplification.result import Step


def merges(policies: Sequence[NetworkPolicy], profile: CniProfile = GENERIC) -> Iterator[Step]:
    """Steps that can be taken together: at most one a policy. The network plugin reads what they write as it
    reads what was there.
    """
    touched: set[str] = set()
    for steps in (_policy_merges(policies), _rule_merges(policies, profile)):
        for step in steps:
            owners = {str(edit.policy) for edit in step.edits}
            if not owners & touched:
                touched |= owners
                yield step


# Policies ---------------------------------------------------------------------------------------------


def _policy_merges(policies: Sequence[NetworkPolicy]) -> Iterator[Step]:
    """Policies of one file that select the same pods for the same directions: the rules move to the first."""
    first: dict[object, NetworkPolicy] = {}
    for policy in sorted(policies, key=lambda policy: policy.origin):
        if not any(policy.rules(direction) for direction in policy.policy_types):
            continue  # it stands for isolation
        kept = first.setdefault(_subject(policy), policy)
        if kept is not policy:
            edits: list[Edit] = [
                AppendRules(_id(kept), direction, policy.rules(direction))
                for direction in policy.policy_types
                if policy.rules(direction)
            ]
            yield Step(
                f"merged {policy} into {kept}: they select the same pods",
                policy.origin.file,
                policy.origin,
                (*edits, DeletePolicy(_id(policy))),
            )


def _subject(policy: NetworkPolicy) -> object:
    requirements = frozenset(policy.pod_selector.requirements)
    return policy.origin.file, policy.namespace, requirements, frozenset(policy.policy_types)


def _id(policy: NetworkPolicy) -> PolicyId:
    return PolicyId(policy.namespace, policy.name)


# Rules ------------------------------------------------------------------------------------------------


def _rule_merges(policies: Sequence[NetworkPolicy], profile: CniProfile) -> Iterator[Step]:
    for policy in policies:
        for direction in policy.policy_types:
            yield from _merges_in(policy, direction, profile)


def _merges_in(policy: NetworkPolicy, direction: Direction, profile: CniProfile) -> Iterator[Step]:
    rules = policy.rules(direction)
    for later in range(1, len(rules)):
        for earlier in range(later):
            edit = _joining(policy, direction, earlier, rules[earlier], rules[later])
            if edit is not None:
                yield Step(
                    f"merged {policy} {direction.lower()} rule {later + 1} into rule {earlier + 1}",
                    policy.origin.file,
                    rules[later].origin,
                    (edit, DeleteRule(_id(policy), direction, later)),
                )
    for number, rule in enumerate(rules):
        if profile.end_port:
            yield from _joined_ports(policy, direction, number, rule)
        yield from _joined_blocks(policy, direction, number, rule, profile)


def _joining(
    policy: NetworkPolicy, direction: Direction, number: int, kept: PolicyRule, other: PolicyRule
) -> AppendPeers | AppendPorts | None:
    """The edit that makes the first rule admit what the second one does; None where none is that simple."""
    same_peers = set(kept.peers) == set(other.peers)
    same_ports = set(kept.ports) == set(other.ports)
    if same_peers and kept.ports and other.ports:
        ports = tuple(port for port in other.ports if port not in kept.ports)
        return AppendPorts(_id(policy), direction, number, ports) if ports else None
    if same_ports and kept.peers and other.peers:
        peers = tuple(peer for peer in other.peers if peer not in kept.peers)
        return AppendPeers(_id(policy), direction, number, peers) if peers else None
    return None


def _joined_ports(
    policy: NetworkPolicy, direction: Direction, number: int, rule: PolicyRule
) -> Iterator[Step]:
    """A range and another range or port that touches it: one range."""
    ranges = [
        (port.protocol, port.port, port.end_port or port.port, item, port.end_port is not None)
        for item, port in enumerate(rule.ports)
        if isinstance(port.port, int)
    ]
    for protocol, first, last, item, is_range in ranges:
        for other_protocol, start, end, other, _ in ranges:
            touches = protocol is other_protocol and other != item and start <= last + 1 and first <= end + 1
            if is_range and touches:
                joined = PolicyPort(protocol, min(first, start), max(last, end))
                yield Step(
                    f"joined ports {item + 1} and {other + 1} of "
                    f"{policy} {direction.lower()} rule {number + 1}",
                    policy.origin.file,
                    rule.ports[item].origin,
                    (
                        DeletePort(_id(policy), direction, number, item),
                        DeletePort(_id(policy), direction, number, other),
                        AppendPorts(_id(policy), direction, number, (joined,)),
                    ),
                )
                return


def _joined_blocks(
    policy: NetworkPolicy, direction: Direction, number: int, rule: PolicyRule, profile: CniProfile
) -> Iterator[Step]:
    """Networks without exceptions that together are one network."""
    blocks = {
        peer.ip_block.cidr: item
        for item, peer in enumerate(rule.peers)
        if peer.ip_block is not None and not peer.ip_block.excepts
    }
    for network in sorted(blocks, key=lambda n: (n.version, int(n.network_address), n.prefixlen)):
        if network.prefixlen == 0:
            continue
        halves = [half for half in network.supernet().subnets() if half in blocks]
        if len(halves) == 2 and _stands_for_its_halves(network.supernet(), profile):
            whole = _network(halves)
            yield Step(
                f"joined {halves[0]} and {halves[1]} of {policy} {direction.lower()} rule {number + 1}",
                policy.origin.file,
                rule.peers[blocks[halves[0]]].origin,
                (
                    *(DeletePeer(_id(policy), direction, number, blocks[half]) for half in halves),
                    AppendPeers(_id(policy), direction, number, (Peer(ip_block=IPBlock(whole)),)),
                ),
            )
            return


def _stands_for_its_halves(network: Network, profile: CniProfile) -> bool:
    """Whether the network plugin takes a network for all that its halves are."""
    if network.version == 4:
        return True
    if network.prefixlen == 0:
        return profile.any_ipv6_block
    return network.prefixlen != IPV4LENGTH or profile.except_mode is not ExceptMode.ONE_TABLE


def _network(halves: Iterable[Network]) -> Network:
    (whole,) = collapse_addresses(halves)  # type: ignore[type-var]  # both are of one family
    return whole
