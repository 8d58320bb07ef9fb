"""What is said of ordered rules, against every order of their policies, flow by flow."""

from __future__ import annotations

from itertools import groupby, permutations, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from npverify_encodings.flows import DOMAIN, Domain, Side
from npverify_encodings.model import (
    EVERYTHING,
    Action,
    Condition,
    Isolation,
    Kind,
    KindIs,
    Layer,
    PortIn,
    ProtocolIs,
    Rule,
    World,
    all_of,
    any_of,
)
from npverify_encodings.ordered import Fact, OrderedPipeline, encode_effects, fact_label
from npverify_encodings.solver import Literal, Solver
from npverify_encodings.tiers import OrderedRule, Tier
from npverify_encodings.verdict import EVERY_POLICY
from npverify_encodings.witness import find_core

PORTS = (1, 2, 3)
PODS = KindIs(Kind.POD)
NOWHERE = {Side.SOURCE: (), Side.DESTINATION: ()}


def ports(chosen):
    return any_of(*(PortIn(port, port) for port in sorted(chosen)))


@st.composite
def tiers(draw, prefix):
    """At most four policies of two ranks, with rules for some ports each."""
    rules = []
    for number in range(draw(st.integers(0, 4))):
        owner, rank = f"{prefix}{number}", draw(st.integers(1, 2))
        for place in range(draw(st.integers(1, 2))):
            chosen = frozenset(draw(st.sets(st.sampled_from(PORTS), min_size=1)))
            action = draw(st.sampled_from(Action))
            if prefix == "base" and action is Action.PASS:
                action = Action.ALLOW
            rules.append((f"{owner} {place}", owner, rank, action, chosen))
    return sorted(rules, key=lambda rule: (rule[2], rule[1]))


def encoded(rules):
    owners = {rule[1] for rule in rules}
    return Tier(
        tuple(
            OrderedRule(name, owner, rank, action, (Rule(owner, PODS, EVERYTHING, ports(chosen)),))
            for name, owner, rank, action, chosen in rules
        ),
        first={owner: Condition(f"first {owner}", owner) for owner in owners},
    )


def orders(rules):
    """The rules in every order that their ranks leave open."""
    ranks = []
    for _, members in groupby(rules, key=lambda rule: rule[2]):
        policies = [list(own) for _, own in groupby(members, key=lambda rule: rule[1])]
        ranks.append(list(permutations(policies)))
    for arranged in product(*ranks):
        yield [rule for policies in arranged for policy in policies for rule in policy]


def first_match(rules, port):
    return next((rule for rule in rules if port in rule[4]), None)


def decide(admin, baseline, port, own_allows, own_isolates):
    """Whether the port is let through: the tiers in order, with NetworkPolicies between them."""
    match = first_match(admin, port)
    if match is not None and match[3] is not Action.PASS:
        return match[3] is Action.ALLOW
    if port in own_isolates:
        return port in own_allows
    match = first_match(baseline, port)
    return match is None or match[3] is not Action.DENY


def expected(admin, baseline, own_allows, own_isolates):
    """The facts that are so for some port in some order, by rule."""
    found = set()
    for one, other in product(orders(admin), orders(baseline)):
        for port in PORTS:
            for rules, is_admin in ((one, True), (other, False)):
                top = first_match(one, port)
                arrives = is_admin or (port not in own_isolates and (top is None or top[3] is Action.PASS))
                for rule in rules:
                    if port not in rule[4]:
                        continue
                    found.add((Fact.MATCHES, rule[0]))
                    if first_match(rules, port) is not rule:
                        continue
                    found.add((Fact.FIRST, rule[0]))
                    if arrives:
                        found.add((Fact.REACHED, rule[0]))
                    rest = [each for each in rules if each is not rule]
                    without = (rest, other) if is_admin else (one, rest)
                    own = own_allows, own_isolates
                    if decide(one, other, port, *own) is not decide(*without, port, *own):
                        found.add((Fact.NEEDED, rule[0]))
                    alone = ({port}, {port}), (set(), {port})
                    if is_admin and any(
                        decide(one, [], port, *free) is not decide(rest, [], port, *free) for free in alone
                    ):
                        found.add((Fact.NEEDED_ALONE, rule[0]))
    return found


def solver_of(admin, baseline, own_allows=frozenset(), own_isolates=frozenset()):
    allow = Rule("np", PODS, EVERYTHING, ports(own_allows))
    own = Layer((allow,), (Isolation("np", PODS),)) if own_isolates else Layer()
    pipeline = OrderedPipeline(admin=encoded(admin), own=own, baseline=encoded(baseline))
    domain = Domain(EVERYTHING, PODS, all_of(ProtocolIs("TCP"), ports(PORTS)))
    problem = encode_effects(domain, World(), Side.DESTINATION, pipeline, NOWHERE)
    return problem, Solver(problem.text)


@settings(max_examples=120)
@given(tiers("admin"), tiers("base"), st.booleans(), st.sets(st.sampled_from(PORTS)))
def test_facts_about_rules_are_so_iff_they_are_in_some_order(admin, baseline, is_isolated, allowed):
    isolated = frozenset(PORTS if is_isolated else ())
    _, solver = solver_of(admin, baseline, frozenset(allowed) & isolated, isolated)

    wanted = expected(admin, baseline, set(allowed) & isolated, isolated)

    for rules, facts in (
        (admin, (Fact.MATCHES, Fact.FIRST, Fact.REACHED, Fact.NEEDED, Fact.NEEDED_ALONE)),
        (baseline, (Fact.MATCHES, Fact.FIRST, Fact.REACHED, Fact.NEEDED)),
    ):
        for rule, fact in product(rules, facts):
            literals = [Literal(DOMAIN), Literal(EVERY_POLICY), Literal(fact_label(fact, rule[0]))]
            assert solver.decide(literals) == ((fact, rule[0]) in wanted), (fact, rule[0])


@pytest.mark.parametrize(
    ("rules", "cover"),
    [
        ([("a", {1, 2}), ("b", {3}), ("c", {1, 2, 3})], ("a", "b")),
        ([("a", {1}), ("b", {1, 2, 3}), ("c", {1, 2, 3})], ("b",)),
        ([("a", {1, 2, 3}), ("b", {1}), ("c", {2})], ("a",)),
    ],
)
def test_a_proof_needs_each_rule_that_it_names(rules, cover):
    admin = [(name, name, rank, Action.DENY, frozenset(own)) for rank, (name, own) in enumerate(rules)]
    problem, solver = solver_of(admin, [])

    names = find_core(
        solver, problem, [Literal(DOMAIN), Literal(EVERY_POLICY), Literal(fact_label(Fact.FIRST, "c"))]
    )

    assert names == cover
