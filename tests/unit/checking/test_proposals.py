"""Assertions to start with."""

from __future__ import annotations

from pathlib import Path

from tests.unit.checking.projects import SHOP

from npverify import load
from npverify.checking import Outcome
from npverify.checking.proposals import propose
from npverify.manifests import read_texts

EXAMPLES = Path(__file__).resolve().parents[3] / "examples"


def test_what_suggests_itself_is_decided():
    found = {proposal.sentence: proposal.result.outcome for proposal in propose(read_texts({"a": SHOP}))}

    assert found == {
        "every pod in namespace shop is isolated for ingress": Outcome.VIOLATED,
        "the internet cannot reach shop/deployment/db": Outcome.HOLDS,
        "shop/deployment/api can reach shop/deployment/db on tcp/5432": Outcome.HOLDS,
    }


def test_of_much_only_some_is_proposed():
    found = propose(load(EXAMPLES / "shop").inventory)

    assert 3 <= len(found) <= 11
    assert len({proposal.sentence for proposal in found}) == len(found)


def test_nothing_suggests_itself_without_policies():
    assert propose(read_texts({"a": SHOP.rpartition("---")[0]})) == ()
