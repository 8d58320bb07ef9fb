"""What the rules of policies give to the table of a pod (docs/cni-sources.md, A3, the first step)."""

from __future__ import annotations

from collections.abc import Iterator

from npverify.cni import NamedPorts
from npverify.dialects.one_table import EVERY_NETWORK, Contribution, SelectedPods
from npverify.dialects.peers import compile_selected, compile_subject, kinds_of_blocks, parts_of
from npverify.dialects.port_names import PortReading, compile_port, given_by_destination
from npverify_encodings.model import EVERYTHING, NOTHING, TrafficSet, any_of


def contributions(reading: PortReading) -> Iterator[Contribution]:
    """What the ipBlocks of a rule give, or that it has no peers."""
    policy, rule = reading.policy, reading.rule
    if reading.mode is NamedPorts.SELECTED_PEERS and reading.all_names:
        return
    subject, traffic = compile_subject(policy), _traffic(reading)
    given = _given(reading)
    if not rule.peers:
        for network in EVERY_NETWORK:
            yield Contribution(str(policy), subject, network, traffic, given=given)
            where = reading.where()
            if where is not None:
                names = any_of(*map(compile_port, reading.names))
                yield Contribution(str(policy), subject, network, names, kinds=where)
    kinds = kinds_of_blocks(reading.profile)
    for block in (peer.ip_block for peer in rule.peers if peer.ip_block is not None):
        for network in parts_of(block.cidr, reading.profile):
            yield Contribution(str(policy), subject, network, traffic, block.excepts, kinds, given)


def selected_pods(reading: PortReading) -> Iterator[SelectedPods]:
    """What the selectors of a rule give."""
    policy = reading.policy
    peers = compile_selected(reading.rule, policy.namespace, reading.profile, reading.pods)
    if peers == NOTHING:
        return
    given = _given(reading)
    if reading.mode is NamedPorts.SELECTED_PEERS and reading.all_names:
        given = any_of(*(given_by_destination(port) for port in reading.names))
    traffic = _traffic(reading)
    if reading.where() is not None:
        traffic = any_of(traffic, *map(compile_port, reading.names))
    yield SelectedPods(str(policy), compile_subject(policy), peers, traffic, given)


def _traffic(reading: PortReading) -> TrafficSet:
    ports = reading.compile()
    return any_of(*ports) if ports else EVERYTHING


def _given(reading: PortReading) -> TrafficSet:
    given = reading.given()
    return EVERYTHING if given is None else given
