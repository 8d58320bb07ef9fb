"""ipBlocks of one rule in one set (docs/cni-sources.md, K1 and K2), as the solver has it."""

from __future__ import annotations

import pytest
from tests.unit.dialects.plugin_rows import BOTH, NEITHER, UNLIKE, Row, into_b, plain
from tests.unit.questions.manifests import block, peers, pod, pods

from npverify.cni import ExceptMode

B = plain("b", 2)
B6 = pod("b", ips=["fd00::2"], app="b")
BUT_ONE = block("10.0.0.0/8", "10.1.0.0/16")
HALF = block("0.0.0.0/0", "128.0.0.0/1")


def one_set(expected, source, *rules, pods=()):
    policies = [into_b(*rules)]
    return Row({"except_mode": ExceptMode.ONE_SET}, policies, source, "b", 80, expected, (B, *pods))


def ipv6(expected, source, *rules):
    return Row({"any_ipv6_block": False}, [into_b(*rules)], source, "b", 80, expected, (B6,))


NARROW = peers(BUT_ONE, block("10.1.2.0/24"))
ANY_IPV6 = peers(block("::/0"))
ROWS = {
    "a narrower block stands": one_set(BOTH, "10.1.2.3", NARROW),
    "beside it the exception holds": one_set(NEITHER, "10.1.3.3", NARROW),
    "a wider block does not stand": one_set(UNLIKE, "10.1.2.3", peers(BUT_ONE, block("10.0.0.0/12"))),
    "a block after its exception": one_set(BOTH, "10.1.2.3", peers(BUT_ONE, block("10.1.0.0/16"))),
    "a block before its exception": one_set(UNLIKE, "10.1.2.3", peers(block("10.1.0.0/16"), BUT_ONE)),
    "an exception that is a block with one": one_set(
        UNLIKE, "10.1.3.3", peers(block("10.1.0.0/16", "10.1.2.0/24"), BUT_ONE)
    ),
    "halves of everything, the block last": one_set(BOTH, "200.0.0.1", peers(HALF, block("0.0.0.0/0"))),
    "halves of everything, the exception last": one_set(UNLIKE, "200.0.0.1", peers(block("0.0.0.0/0"), HALF)),
    "another rule": one_set(BOTH, "10.1.2.3", peers(BUT_ONE), peers(block("10.0.0.0/8"))),
    "a selector": one_set(
        BOTH, "s", peers(BUT_ONE, pods(app="s")), pods=(pod("s", ips=["10.1.2.3"], app="s"),)
    ),
    **{f"no {address} in ::/0": ipv6(UNLIKE, address, ANY_IPV6) for address in ("fe80::1", "64:ff9b::1")},
    "no fc00::1 in ::/0": ipv6(UNLIKE, "fc00::1", ANY_IPV6),
    **{f"{address} in ::/0": ipv6(BOTH, address, ANY_IPV6) for address in ("2001:db8::1", "fd00::1")},
    "every address without peers": ipv6(BOTH, "fe80::1", {}),
    "an exception in ::/0": ipv6(NEITHER, "2001:db8::1", peers(block("::/0", "2001:db8::/32"))),
}


@pytest.mark.parametrize("row", ROWS.values(), ids=ROWS)
def test_one_set_decides_as_in_the_sources(row):
    assert row.expected == row.found
