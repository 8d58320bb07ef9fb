"""Parts of policies in other words: each function gives every way that it knows to say the same thing."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from ipaddress import ip_network

from npverify.resources import (
    METADATA_NAME,
    IPBlock,
    LabelSelector,
    Network,
    Operator,
    Peer,
    PolicyPort,
    PolicyRule,
    Protocol,
    Requirement,
)

FIRST_PORT, LAST_PORT = 1, 65_535
EVERY_SELECTOR = LabelSelector()
EVERY_PEER = (
    Peer(namespace_selector=EVERY_SELECTOR),
    Peer(ip_block=IPBlock(ip_network("0.0.0.0/0"))),
    Peer(ip_block=IPBlock(ip_network("::/0"))),
)
"""Every pod, and every address: what a rule without peers admits."""

EXTRA = ("extra", "yes")
"""A label that nothing mentions."""
_MOST_PIECES = 16
"""Networks into which one block is cut."""


# Selectors --------------------------------------------------------------------------------------------


def equal_selectors(selector: LabelSelector) -> Iterator[LabelSelector]:
    """Selectors that select what this one does."""
    requirements = selector.requirements
    for number, requirement in enumerate(requirements):
        before, after = requirements[:number], requirements[number + 1 :]
        yield LabelSelector((*requirements, requirement))
        if requirement.operator is Operator.IN:
            yield LabelSelector((*requirements, Requirement(requirement.key, Operator.EXISTS)))
        if requirement.operator is Operator.NOT_IN and len(requirement.values) > 1:
            pieces = (Requirement(requirement.key, Operator.NOT_IN, (v,)) for v in requirement.values)
            yield LabelSelector((*before, *pieces, *after))
        if len(requirement.values) > 1:
            backwards = replace(requirement, values=requirement.values[::-1])
            yield LabelSelector((*before, backwards, *after))


def selector_cases(selector: LabelSelector) -> Iterator[tuple[LabelSelector, ...]]:
    """Selectors that together select what this one does, though each selects less."""
    requirements = selector.requirements
    for number, requirement in enumerate(requirements):
        if requirement.operator is Operator.IN and len(requirement.values) > 1:
            before, after = requirements[:number], requirements[number + 1 :]
            yield tuple(
                LabelSelector((*before, Requirement(requirement.key, Operator.IN, (value,)), *after))
                for value in requirement.values
            )
    for key, value in _labels(selector):
        yield (
            _narrowed(selector, Requirement(key, Operator.IN, (value,))),
            _narrowed(selector, Requirement(key, Operator.NOT_IN, (value,))),
        )
        yield (
            _narrowed(selector, Requirement(key, Operator.EXISTS)),
            _narrowed(selector, Requirement(key, Operator.DOES_NOT_EXIST)),
        )


def narrower_selectors(selector: LabelSelector) -> Iterator[LabelSelector]:
    """Selectors that select no more than this one."""
    for key, value in _labels(selector):
        yield _narrowed(selector, Requirement(key, Operator.IN, (value,)))
        yield _narrowed(selector, Requirement(key, Operator.NOT_IN, (value,)))


def _labels(selector: LabelSelector) -> tuple[tuple[str, str], ...]:
    own = ((r.key, value) for r in selector.requirements for value in r.values or ("a",))
    return tuple(dict.fromkeys((*own, EXTRA)))


def _narrowed(selector: LabelSelector, requirement: Requirement) -> LabelSelector:
    return LabelSelector((*selector.requirements, requirement))


# Peers ------------------------------------------------------------------------------------------------

PeerRewording = Callable[[Peer, str], Iterator[tuple[Peer, ...]]]
"""Takes a peer and the namespace of its policy; gives sets of peers that together admit what it admits (no
peer at all: it admits nothing).
"""


def with_equal_selectors(peer: Peer, namespace: str) -> Iterator[tuple[Peer, ...]]:
    """One peer with other words in its selectors."""
    if peer.ip_block is not None:
        return
    if peer.pod_selector is None:
        yield (replace(peer, pod_selector=EVERY_SELECTOR),)
    elif peer.namespace_selector is not None and not peer.pod_selector.requirements:
        yield (replace(peer, pod_selector=None),)
    if peer.namespace_selector is None:
        home = LabelSelector((Requirement(METADATA_NAME, Operator.IN, (namespace,)),))
        yield (replace(peer, namespace_selector=home),)
    if peer.pod_selector is not None:
        for selector in equal_selectors(peer.pod_selector):
            yield (replace(peer, pod_selector=selector),)
    if peer.namespace_selector is not None:
        for selector in equal_selectors(peer.namespace_selector):
            yield (replace(peer, namespace_selector=selector),)


def by_cases(peer: Peer, _namespace: str) -> Iterator[tuple[Peer, ...]]:
    """One peer for each case of a selector."""
    if peer.ip_block is not None:
        return
    for pods in selector_cases(peer.pod_selector or EVERY_SELECTOR):
        yield tuple(replace(peer, pod_selector=selector) for selector in pods)
    if peer.namespace_selector is not None:
        for namespaces in selector_cases(peer.namespace_selector):
            yield tuple(replace(peer, namespace_selector=selector) for selector in namespaces)


def with_narrower_peer(peer: Peer, _namespace: str) -> Iterator[tuple[Peer, ...]]:
    """The peer, and another one that it covers."""
    yield (peer, peer)
    if peer.ip_block is not None:
        yield from ((peer, Peer(ip_block=half)) for half in _halves(peer.ip_block))
        return
    for selector in narrower_selectors(peer.pod_selector or EVERY_SELECTOR):
        yield (peer, replace(peer, pod_selector=selector))
    if peer.namespace_selector is not None:
        for selector in narrower_selectors(peer.namespace_selector):
            yield (peer, replace(peer, namespace_selector=selector))


def in_other_blocks(peer: Peer, _namespace: str) -> Iterator[tuple[Peer, ...]]:
    """Blocks that together hold the addresses of one."""
    block = peer.ip_block
    if block is None:
        return
    if block.cidr.prefixlen < block.cidr.max_prefixlen:
        yield tuple(Peer(ip_block=half) for half in _halves(block))
    pieces = _without_excepts(block)
    if block.excepts and pieces is not None:
        yield tuple(Peer(ip_block=IPBlock(piece)) for piece in pieces)
    for number, network in enumerate(block.excepts):
        rest = (*block.excepts[:number], *block.excepts[number + 1 :])
        yield (Peer(ip_block=IPBlock(block.cidr, (*block.excepts, network))),)
        if network.prefixlen < network.max_prefixlen:
            yield (Peer(ip_block=IPBlock(block.cidr, (*rest, *network.subnets()))),)


def _halves(block: IPBlock) -> Iterator[IPBlock]:
    """Both halves of a block, each with the exceptions that lie in it."""
    if block.cidr.prefixlen == block.cidr.max_prefixlen:
        return
    for half in block.cidr.subnets():
        if half not in block.excepts:
            yield IPBlock(half, tuple(network for network in block.excepts if _is_within(network, half)))


def _without_excepts(block: IPBlock) -> tuple[Network, ...] | None:
    """Networks that hold just the addresses of a block; None where these are too many."""
    pieces: list[Network] = [block.cidr]
    for network in block.excepts:
        cut: list[Network] = []
        for piece in pieces:
            if not piece.overlaps(network):
                cut.append(piece)
            elif not _is_within(piece, network):
                cut.extend(_around(piece, network))
        pieces = cut
        if len(pieces) > _MOST_PIECES:
            return None
    return tuple(pieces)


def _around(outer: Network, inner: Network) -> Iterator[Network]:
    """The networks that make up `outer` without `inner`, which lies in it."""
    while outer != inner:
        first, last = outer.subnets()
        outer, rest = (first, last) if _is_within(inner, first) else (last, first)
        yield rest


def _is_within(inner: Network, outer: Network) -> bool:
    return inner.version == outer.version and (
        inner.network_address in outer and inner.prefixlen >= outer.prefixlen
    )


# Ports ------------------------------------------------------------------------------------------------


def equal_ports(port: PolicyPort) -> Iterator[tuple[PolicyPort, ...]]:
    """Ports that together admit what this one admits."""
    yield (port, port)
    if isinstance(port.port, str):
        return
    first, last = limits(port)
    if port.port is not None:
        yield (PolicyPort(port.protocol, first, last),)
    if first == last:
        yield (PolicyPort(port.protocol, first),)
        return
    yield (port, PolicyPort(port.protocol, last))
    for cut in dict.fromkeys((first, (first + last) // 2, last - 1)):
        yield PolicyPort(port.protocol, first, cut), PolicyPort(port.protocol, cut + 1, last)


def limits(port: PolicyPort) -> tuple[int, int]:
    """The first and the last port number; not for named ports."""
    assert not isinstance(port.port, str)
    if port.port is None:
        return FIRST_PORT, LAST_PORT
    return port.port, port.end_port or port.port


# Rules ------------------------------------------------------------------------------------------------

RuleRewording = Callable[[PolicyRule, str], Iterator[tuple[PolicyRule, ...]]]
"""Takes a rule and the namespace of its policy; gives rules that together admit what it admits."""


def cut_up(rule: PolicyRule, _namespace: str) -> Iterator[tuple[PolicyRule, ...]]:
    """One rule for each peer, or for each port."""
    if len(rule.peers) > 1:
        yield tuple(PolicyRule((peer,), rule.ports) for peer in rule.peers)
    if len(rule.ports) > 1:
        yield tuple(PolicyRule(rule.peers, (port,)) for port in rule.ports)


def spelled_out(rule: PolicyRule, _namespace: str) -> Iterator[tuple[PolicyRule, ...]]:
    """What an empty list means, said in so many words."""
    if not rule.peers:
        yield (PolicyRule(EVERY_PEER, rule.ports),)
    if not rule.ports:
        yield (PolicyRule(rule.peers, tuple(PolicyPort(protocol) for protocol in Protocol)),)


def with_narrower_rule(rule: PolicyRule, _namespace: str) -> Iterator[tuple[PolicyRule, ...]]:
    """The rule, and another one that it covers."""
    yield (rule, rule)
    yield (rule, PolicyRule(rule.peers[:1] or EVERY_PEER[:2], rule.ports))
    yield (rule, PolicyRule(rule.peers, rule.ports[:1] or (PolicyPort(port=80),)))


def of_peers(reword: PeerRewording) -> RuleRewording:
    """Rules in which one peer is reworded."""

    def of_rule(rule: PolicyRule, namespace: str) -> Iterator[tuple[PolicyRule, ...]]:
        for number, peer in enumerate(rule.peers):
            for peers in reword(peer, namespace):
                listed = (*rule.peers[:number], *peers, *rule.peers[number + 1 :])
                # A rule whose last peer admits nothing goes: one without peers would admit everything.
                yield (PolicyRule(listed, rule.ports),) if listed else ()

    return of_rule


def in_other_ports(rule: PolicyRule, _namespace: str) -> Iterator[tuple[PolicyRule, ...]]:
    """Rules in which one port is reworded."""
    for number, port in enumerate(rule.ports):
        for ports in equal_ports(port):
            yield (PolicyRule(rule.peers, (*rule.ports[:number], *ports, *rule.ports[number + 1 :])),)


RULE_REWORDINGS: Sequence[RuleRewording] = (
    cut_up,
    spelled_out,
    with_narrower_rule,
    of_peers(with_equal_selectors),
    of_peers(by_cases),
    of_peers(with_narrower_peer),
    of_peers(in_other_blocks),
    in_other_ports,
)
