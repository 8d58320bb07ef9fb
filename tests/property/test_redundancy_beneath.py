"""What is called redundant in NetworkPolicies can go beneath admin policies too, in every order of ties."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from tests.admin_policies import admin_policies
from tests.property.test_ordered_rules import HOMES, orders, same
from tests.property.test_redundancy import policy_lists, without

from npverify.lint import CHECKS, Context, run_checks
from npverify.manifests import inventory_from_objects
from npverify.questions.redundancy import find_redundancies
from npverify.questions.settings import QuerySettings
from npverify.questions.stopwatch import Stopwatch

WHOLE = ("NPV201", "NPV206", "NPV214", "NPV215")


def check(policies, admin):
    inventory = inventory_from_objects([*HOMES, *policies, *admin])
    settled = list(orders(inventory))
    context = Context(inventory, QuerySettings(), Stopwatch())

    def can_go(kept):
        return all(same(order, replace(order, policies=kept)) for order in settled)

    for finding in run_checks(context, [check for check in CHECKS if check.code in WHOLE]):
        kept = tuple(p for p in inventory.policies if f"{p.kind} {p}" != finding.subject)
        assert can_go(kept), finding
    found = find_redundancies(inventory, QuerySettings())
    for redundancy in (*found.rules, *found.peers, *found.ports):
        assert can_go(tuple(without(inventory, redundancy.part))), str(redundancy.part)
    for redundancy in found.isolation_only:
        bare = replace(redundancy.part.policy, ingress=(), egress=())
        assert can_go(tuple(bare if p is redundancy.part.policy else p for p in inventory.policies))


@settings(max_examples=30)
@given(policy_lists(), admin_policies(max_size=2))
def test_what_is_called_redundant_can_go(policies, admin):
    check(policies, admin)


@pytest.mark.slow
@settings(max_examples=150)
@given(policy_lists(), admin_policies(max_size=2))
def test_what_is_called_redundant_can_go_in_many_mixes(policies, admin):
    check(policies, admin)
