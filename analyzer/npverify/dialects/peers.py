"""The peers of a rule as one network plugin has them: pods by labels, and ipBlocks with their exceptions."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import ip_network

from npverify.cni import CniProfile, ExceptMode
from npverify.dialects.surroundings import DeclaredPods, compile_selector
from npverify.resources import IPBlock, Network, NetworkPolicy, Peer, PolicyRule
from npverify_encodings.model import (
    AddressIn,
    EndpointSet,
    Kind,
    KindIs,
    NamespaceIs,
    Not,
    Scope,
    all_of,
    any_of,
)

_POD = KindIs(Kind.POD)
_EVERY_IPV6 = ip_network("::/0")
_IPV6_IN_USE = (ip_network("2000::/3"), ip_network("fd00::/8"))
_HALVES_OF_IPV4 = {ip_network("0.0.0.0/0"): (ip_network("0.0.0.0/1"), ip_network("128.0.0.0/1"))}


def compile_subject(policy: NetworkPolicy) -> EndpointSet:
    """The pods that the policy selects."""
    return all_of(_POD, NamespaceIs(policy.namespace), *compile_selector(policy.pod_selector, Scope.POD))


def compile_peer_of(
    rule: PolicyRule, peer: Peer, namespace: str, profile: CniProfile, pods: DeclaredPods
) -> EndpointSet:
    """The endpoints that one item selects among the others of its rule; together they are what the rule
    matches.
    """
    if peer.ip_block is not None:
        return all_of(kinds_of_blocks(profile), _compile_block_of(rule, peer.ip_block, profile))
    terms: list[EndpointSet] = [_POD]
    if peer.namespace_selector is None:
        terms.append(NamespaceIs(namespace))
    else:
        terms.extend(compile_selector(peer.namespace_selector, Scope.NAMESPACE))
    if peer.pod_selector is not None:
        terms.extend(compile_selector(peer.pod_selector, Scope.POD))
    if not profile.host_network_peers:
        return all_of(*terms)
    return any_of(all_of(*terms), pods.hosts(peer, namespace))


def compile_selected(
    rule: PolicyRule, namespace: str, profile: CniProfile, pods: DeclaredPods
) -> EndpointSet:
    """What the selectors of a rule select."""
    selectors = (peer for peer in rule.peers if peer.ip_block is None)
    return any_of(*(compile_peer_of(rule, peer, namespace, profile, pods) for peer in selectors))


def kinds_of_blocks(profile: CniProfile) -> EndpointSet:
    """The endpoints that an ipBlock can match."""
    kinds = [Not(_POD)] if not profile.ip_block_matches_pods else []
    kinds += [Not(KindIs(Kind.NODE))] if not profile.ip_block_matches_nodes else []
    return all_of(*kinds)


def _compile_block_of(rule: PolicyRule, block: IPBlock, profile: CniProfile) -> EndpointSet:
    """The addresses that a block of a rule matches."""
    if profile.except_mode is ExceptMode.ONE_SET:
        return _compile_share(rule, block, profile)
    without = (Not(AddressIn(network)) for network in block.excepts)
    return all_of(any_of(*map(AddressIn, parts_of(block.cidr, profile))), *without)


def _blocks(rule: PolicyRule) -> Iterator[IPBlock]:
    return (peer.ip_block for peer in rule.peers if peer.ip_block is not None)


def parts_of(network: Network, profile: CniProfile) -> tuple[Network, ...]:
    """The networks that a network of an ipBlock becomes."""
    if network == _EVERY_IPV6 and not profile.any_ipv6_block:
        return _IPV6_IN_USE
    return (network,)


# One set of networks a rule ---------------------------------------------------------------------------


def _compile_share(rule: PolicyRule, block: IPBlock, profile: CniProfile) -> EndpointSet:
    """What a block adds where all blocks of its rule are one set, in which the longest prefix decides.

    Those of its addresses that no narrower exception holds: where a narrower block stands against such an
    exception, that block adds them.
    """
    admits = _one_set(rule, profile)
    return any_of(
        *(
            all_of(AddressIn(part), *(Not(AddressIn(n)) for n in _widest(_refused_in(part, admits))))
            for part in _parts_in_set(block.cidr, profile)
            if admits[part]
        )
    )


def _one_set(rule: PolicyRule, profile: CniProfile) -> dict[Network, bool]:
    """The networks of a rule, and whether each admits: the last of equals decides."""
    admits: dict[Network, bool] = {}
    for block in _blocks(rule):
        for part in _parts_in_set(block.cidr, profile):
            admits[part] = True
        for network in block.excepts:
            for part in _parts_in_set(network, profile):
                admits[part] = False
    return admits


def _parts_in_set(network: Network, profile: CniProfile) -> tuple[Network, ...]:
    """A set holds no network of all addresses."""
    return _HALVES_OF_IPV4.get(network) or parts_of(network, profile)


def _refused_in(network: Network, admits: dict[Network, bool]) -> list[Network]:
    return [own for own, is_admitted in admits.items() if not is_admitted and _is_inside(own, network)]


def _widest(networks: list[Network]) -> list[Network]:
    """Those that are in no other one."""
    return [own for own in networks if not any(_is_inside(own, other) for other in networks)]


def _is_inside(network: Network, other: Network) -> bool:
    """Whether a network is a part of another one, and not all of it."""
    if network.version != other.version or network.prefixlen <= other.prefixlen:
        return False
    return network.network_address in other
