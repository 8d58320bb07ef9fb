"""Whether items and rules can be taken away one by one as a network plugin reads them."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.unit.questions.manifests import block, inventory, peers, pods, policy, port

from npverify.cni import GENERIC, ExceptMode, NamedPorts
from npverify.dialects import adds_up
from npverify.questions.redundancy import find_redundancies
from npverify.questions.settings import QuerySettings
from npverify_encodings.solver import Undecided

WITH_EXCEPT = policy("p", ingress=[peers(block("10.0.0.0/24", "10.0.0.0/31"), block("10.0.0.0/8"))])
WITHOUT = policy("p", ingress=[peers(block("10.0.0.0/24"), block("10.0.0.0/8"))])
APART = [mode for mode in ExceptMode if mode is not ExceptMode.PER_BLOCK]


def reading(mode):
    return replace(GENERIC, name="x", except_mode=mode)


@pytest.mark.parametrize("mode", APART)
def test_an_exception_counts_for_other_blocks_as_well(mode):
    assert not adds_up(inventory(WITH_EXCEPT).policies, reading(mode))
    assert adds_up(inventory(WITHOUT).policies, reading(mode))


def test_an_exception_counts_for_its_own_block_by_the_specification():
    assert adds_up(inventory(WITH_EXCEPT).policies, GENERIC)


@pytest.mark.parametrize("mode", APART)
def test_a_block_with_an_exception_is_not_called_redundant(mode):
    """Without the block, its exception would not keep the addresses from the wider one any more."""
    with pytest.raises(Undecided, match="depends on other rules"):
        find_redundancies(inventory(WITH_EXCEPT), QuerySettings(profile=reading(mode)))

    assert find_redundancies(inventory(WITH_EXCEPT), QuerySettings()).peers


BOTH_WAYS = policy("p", types=["Ingress", "Egress"], ingress=[peers(pods(app="a"))])
BY_NAME = policy("p", ingress=[peers(pods(app="a"), ports=[port("http"), port(80)])])


@pytest.mark.parametrize(
    ("fact", "apart"),
    [
        ({"except_mode": ExceptMode.ONE_TABLE}, policy("p", ingress=[peers(block("2001:db8::/32"))])),
        ({"directions_apart": False}, BOTH_WAYS),
        ({"unresolved_names_open": True}, BY_NAME),
        ({"named_ports_egress": NamedPorts.NAMESPACE_NUMBERS}, BY_NAME),
    ],
)
def test_what_a_rule_admits_depends_on_others_to_some_plugins(fact, apart):
    profile = replace(GENERIC, name="x", **fact)

    assert not adds_up(inventory(apart).policies, profile)
    assert adds_up(inventory(apart).policies, GENERIC)
    assert adds_up(inventory(policy("p", ingress=[peers(pods(app="a"), ports=[port(80)])])).policies, profile)


@pytest.mark.parametrize("mode", [NamedPorts.SELECTED_PODS, NamedPorts.AGREED])
def test_what_a_name_comes_to_does_not_depend_on_other_rules(mode):
    profile = replace(GENERIC, name="x", named_ports_ingress=mode, named_ports_egress=mode)

    assert adds_up(inventory(BY_NAME).policies, profile)
