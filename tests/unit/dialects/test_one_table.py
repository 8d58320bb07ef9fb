"""ipBlocks in one table a pod (docs/cni-sources.md, A1 and A3), as the solver has it."""

from __future__ import annotations

import pytest
from tests.unit.dialects.plugin_rows import (
    BOTH,
    HTTP,
    MORE,
    NOSUCH,
    UNLIKE,
    Row,
    http,
    into_b,
    plain,
)
from tests.unit.questions.manifests import block, peers, pod, pods, policy, port

from npverify.cni import ExceptMode, NamedPorts

TABLE = {"except_mode": ExceptMode.ONE_TABLE, "named_ports_ingress": NamedPorts.SELECTED_PODS}
B = plain("b", 2)
S = pod("s", ips=["10.1.2.3"], app="s")
BUT_16 = ("10.0.0.0/8", "10.1.0.0/16")


def row(expected, source, number, *contributions, pods=(B,)):
    """Of policies, one for each network (or peer) with its ports."""
    policies = [
        into_b(peers(*own, ports=ports), name=f"p{n}") for n, (own, ports) in enumerate(contributions)
    ]
    return Row(TABLE, policies, source, "b", number, expected, pods)


def given(cidr, *excepts, ports=()):
    return [block(cidr, *excepts)], [port(each) if isinstance(each, int) else each for each in ports]


def selected(*ports):
    return [pods(app="s")], [port(each) if isinstance(each, int) else each for each in ports]


TWO_PORTS = (given(*BUT_16, ports=[80]), given("10.0.0.0/8", ports=[443]))
THREE = (*TWO_PORTS, given("10.1.2.0/24", ports=[22]))
CHAIN = (
    given("10.0.0.0/8", "10.1.2.0/24", ports=[80]),
    given("10.1.0.0/16", ports=[443]),
    given("10.1.2.128/25", ports=[22]),
)
AROUND = (given(*BUT_16), given("0.0.0.0/0", ports=[80]))
ROWS = {
    "an exception refuses what another block allows": row(
        UNLIKE, "10.1.2.3", 80, given(*BUT_16), given("0.0.0.0/0")
    ),
    "an exception refuses every port": row(UNLIKE, "10.1.2.3", 443, *TWO_PORTS),
    "a narrower block admits its own": row(BOTH, "10.1.2.3", 22, *THREE),
    "an entry has all exceptions of its network": row(UNLIKE, "10.1.2.3", 443, *THREE),
    "what is inherited passes on": row(MORE, "10.1.2.130", 80, *CHAIN),
    "what an entry between has passes on": row(BOTH, "10.1.2.130", 443, *CHAIN),
    "an exception in an entry refuses": row(UNLIKE, "10.1.2.3", 443, *CHAIN),
    "the first address decides what is inherited": row(
        UNLIKE,
        "10.1.5.5",
        80,
        given("10.0.0.0/8", "10.1.0.0/24", ports=[80]),
        given("10.1.0.0/16", ports=[22]),
    ),
    "another address does not": row(
        BOTH, "10.1.5.5", 80, given("10.0.0.0/8", "10.1.2.0/24", ports=[80]), given("10.1.0.0/16", ports=[22])
    ),
    "an exception that is a block": row(
        BOTH, "10.1.2.3", 22, given(*BUT_16, ports=[80]), given("10.1.0.0/16", ports=[22])
    ),
    "a selected pod is an entry": row(BOTH, "s", 80, *AROUND, selected(22), pods=(B, S)),
    "a selected pod is none without ports": row(UNLIKE, "s", 80, *AROUND, selected(NOSUCH), pods=(B, S)),
    "an exception without ports is none": row(
        BOTH, "10.1.2.3", 80, given(*BUT_16, ports=[NOSUCH]), given("0.0.0.0/0")
    ),
    "a prefix of 32 passes nothing down": row(
        UNLIKE,
        "2001:db8:1::1",
        80,
        given("2001:db8::/32", ports=[80]),
        given("2001:db8:1::/48", ports=[22]),
        pods=(pod("b", ips=["fd00::2"], app="b"),),
    ),
    "nor to a selected pod": row(
        UNLIKE,
        "s",
        80,
        given("2001:db8::/32", ports=[80]),
        selected(22),
        pods=(pod("b", ips=["fd00::2"], app="b"), pod("s", ips=["2001:db8:1::1"], app="s")),
    ),
    "policies of other pods have no part in it": Row(
        TABLE,
        [
            into_b(peers(block("0.0.0.0/0")), name="q"),
            policy("p", {"app": "s"}, ingress=[peers(block(*BUT_16))]),
        ],
        "10.1.2.3",
        "b",
        80,
        BOTH,
        (B,),
    ),
    "a name is every number of the pods selected": Row(
        TABLE,
        [policy("p", ingress=[peers(block("10.0.0.0/8"), ports=[HTTP])])],
        "10.1.2.3",
        "b",
        9000,
        MORE,
        (B, pod("h", ips=["10.9.0.1"], host_network=True, ports=[http(9000)])),
    ),
}


@pytest.mark.parametrize("row", ROWS.values(), ids=ROWS)
def test_one_table_decides_as_in_the_sources(row):
    assert row.expected == row.found
