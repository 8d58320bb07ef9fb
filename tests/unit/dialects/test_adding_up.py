"""Whether items and rules can be taken away one by one as a network plugin reads them."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.unit.questions.manifests import block, inventory, peers, policy

from npverify.cni import GENERIC, ExceptMode
from npverify.dialects import adds_up
from npverify.questions.redundancy import find_redundancies
from npverify.questions.settings import QuerySettings
from npverify_encodings.solver import Undecided

WITH_EXCEPT = policy("p", ingress=[peers(block("10.0.0.0/24", "10.0.0.0/31"), block("10.0.0.0/8"))])
WITHOUT = policy("p", ingress=[peers(block("10.0.0.0/24"), block("10.0.0.0/8"))])
APART = [ExceptMode.PER_RULE, ExceptMode.MOST_SPECIFIC]


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
