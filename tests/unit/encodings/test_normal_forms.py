"""Normal forms: the parts of a rule are the rule, and only what one version has alone is left over."""

from __future__ import annotations

from ipaddress import ip_network

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.encodings.concrete import absent, endpoint_sets, ends, holds, none_of, one_of, present

from npverify_encodings import normal
from npverify_encodings.model import (
    EVERYTHING,
    NOTHING,
    Action,
    AddressIn,
    AllOf,
    AnyOf,
    Condition,
    Isolation,
    Kind,
    KindIs,
    Layer,
    NamespaceIs,
    Not,
    Pipeline,
    PortIn,
    PortNamed,
    ProtocolIs,
    Rule,
    all_of,
)
from npverify_encodings.normal import Part, alternatives, parts_of, parts_that_differ

POD = KindIs(Kind.POD)
HOME = NamespaceIs("one")
TCP_80 = AllOf((ProtocolIs("TCP"), PortIn(80, 80)))
TCP_81 = AllOf((ProtocolIs("TCP"), PortIn(81, 81)))


def rule(subject=HOME, peer=EVERYTHING, traffic=EVERYTHING, action=Action.ALLOW, owner="p", conditions=()):
    return Rule(owner, subject, peer, traffic, action, conditions)


def pipeline(*rules, isolated=()):
    return Pipeline((Layer(rules, tuple(Isolation("p", ends) for ends in isolated)),))


def sets(*conjunctions):
    return tuple(frozenset(conjunction) for conjunction in conjunctions)


# One expression ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        (EVERYTHING, sets(())),
        (NOTHING, ()),
        (POD, sets([POD])),
        (present("app"), sets([present("app")])),
        (absent("app"), sets([absent("app")])),
        (one_of("app", "a", "b"), sets([one_of("app", "a")], [one_of("app", "b")])),
        (one_of("app", "b", "a", "b"), sets([one_of("app", "b")], [one_of("app", "a")])),
        (none_of("app", "a", "b"), sets([none_of("app", "a"), none_of("app", "b")])),
        (
            AllOf((POD, one_of("app", "a", "b"))),
            sets([POD, one_of("app", "a")], [POD, one_of("app", "b")]),
        ),
        (
            AllOf((AnyOf((POD, HOME)), AnyOf((HOME, POD)))),
            sets([POD, HOME], [POD], [HOME]),
        ),
        (AnyOf((POD, HOME, POD)), sets([POD], [HOME])),
        (AllOf((POD, NOTHING)), ()),
        (AnyOf((NOTHING, POD)), sets([POD])),
        (Not(one_of("app", "a", "b")), sets([Not(one_of("app", "a", "b"))])),
    ],
)
def test_alternatives_of_an_expression(expression, expected):
    assert set(alternatives(expression)) == set(expected)
    assert len(alternatives(expression)) == len(expected)


@settings(max_examples=300)
@given(endpoint_sets, ends)
def test_one_of_the_alternatives_holds_iff_the_expression_does(expression, end):
    assert any(holds(AllOf(tuple(one)), end) for one in alternatives(expression)) == holds(expression, end)


def test_an_expression_with_too_many_alternatives_is_taken_as_a_whole(monkeypatch):
    both = AllOf((one_of("app", "a", "b"), one_of("tier", "a", "b")))
    monkeypatch.setattr(normal, "MOST_PARTS", 4)
    assert len(alternatives(both)) == 4

    monkeypatch.setattr(normal, "MOST_PARTS", 3)
    assert alternatives(both) == sets([both])


# One rule ------------------------------------------------------------------------------------------------


def test_the_parts_of_a_rule_are_every_combination():
    fact = Condition("fact", "something that is open")
    found = parts_of(
        rule(one_of("app", "a", "b"), AnyOf((POD, HOME)), AnyOf((TCP_80, TCP_81)), conditions=(fact,))
    )

    assert len(set(found)) == len(found) == 8
    assert Part(*sets([one_of("app", "b")], [HOME], TCP_80.terms), (fact,)) in found
    assert {part.conditions for part in found} == {(fact,)}


def test_a_rule_with_too_many_parts_is_taken_as_a_whole(monkeypatch):
    wide = rule(one_of("app", "a", "b"), AnyOf((POD, HOME)), TCP_80)
    monkeypatch.setattr(normal, "MOST_PARTS", 4)
    assert len(parts_of(wide)) == 4

    monkeypatch.setattr(normal, "MOST_PARTS", 3)
    assert parts_of(wide) == (Part(*sets([wide.subject], [wide.peer], [wide.traffic])),)


def test_a_rule_that_matches_nothing_has_no_parts():
    assert parts_of(rule(peer=NOTHING)) == ()
    assert parts_of(rule(traffic=NOTHING)) == ()


# Two pipelines -------------------------------------------------------------------------------------------

FIRST, SECOND = rule(peer=one_of("app", "a"), traffic=TCP_80), rule(peer=one_of("app", "b"), traffic=TCP_81)
FACT = Condition("fact", "something that is open")
EQUAL = {
    "the same": (pipeline(FIRST, SECOND), pipeline(FIRST, SECOND)),
    "in another order": (pipeline(FIRST, SECOND), pipeline(SECOND, FIRST)),
    "one rule twice": (pipeline(FIRST), pipeline(FIRST, FIRST)),
    "of another policy": (pipeline(FIRST), pipeline(rule(peer=FIRST.peer, traffic=TCP_80, owner="q"))),
    "split by a value": (
        pipeline(rule(peer=one_of("app", "a", "b"))),
        pipeline(rule(peer=one_of("app", "b")), rule(peer=one_of("app", "a"))),
    ),
    "split by port": (
        pipeline(rule(traffic=AnyOf((TCP_80, TCP_81)))),
        pipeline(rule(traffic=TCP_81), rule(traffic=TCP_80)),
    ),
    "requirements in another order": (
        pipeline(rule(all_of(HOME, one_of("app", "a")))),
        pipeline(rule(all_of(one_of("app", "a"), HOME))),
    ),
    "excluded values in two requirements": (
        pipeline(rule(peer=none_of("app", "a", "b"))),
        pipeline(rule(peer=all_of(none_of("app", "b"), none_of("app", "a")))),
    ),
    "isolated pods in two policies": (
        pipeline(isolated=[one_of("app", "a", "b")]),
        pipeline(isolated=[one_of("app", "b"), one_of("app", "a")]),
    ),
    "a layer without anything": (pipeline(FIRST), Pipeline((*pipeline(FIRST).layers, Layer()))),
}


@pytest.mark.parametrize(("old", "new"), EQUAL.values(), ids=EQUAL)
def test_what_says_the_same_has_no_parts_that_differ(old, new):
    assert parts_that_differ(old, new) == ()
    assert parts_that_differ(new, old) == ()


NETWORK = ip_network("10.0.0.0/8")
DIFFERENT = {
    "another rule": (pipeline(FIRST), pipeline(FIRST, SECOND), [SECOND]),
    "one for another": (pipeline(FIRST), pipeline(SECOND), [FIRST, SECOND]),
    "another action": (
        pipeline(FIRST),
        pipeline(rule(peer=FIRST.peer, traffic=TCP_80, action=Action.DENY)),
        [FIRST],
    ),
    "another condition": (
        pipeline(FIRST),
        pipeline(rule(peer=FIRST.peer, traffic=TCP_80, conditions=(FACT,))),
        [FIRST, rule(peer=FIRST.peer, traffic=TCP_80, conditions=(FACT,))],
    ),
    "peer and subject change places": (
        pipeline(rule(HOME, POD)),
        pipeline(rule(POD, HOME)),
        [rule(HOME, POD), rule(POD, HOME)],
    ),
    "a name for a number": (
        pipeline(rule(traffic=PortNamed("http"))),
        pipeline(rule(traffic=PortIn(80, 80))),
        [rule(traffic=PortNamed("http")), rule(traffic=PortIn(80, 80))],
    ),
    "the last port": (
        pipeline(rule(traffic=PortIn(80, 90))),
        pipeline(rule(traffic=PortIn(80, 91))),
        [rule(traffic=PortIn(80, 90)), rule(traffic=PortIn(80, 91))],
    ),
    "an exception": (
        pipeline(rule(peer=POD)),
        pipeline(rule(peer=all_of(POD, Not(AddressIn(NETWORK))))),
        [rule(peer=POD), rule(peer=all_of(POD, Not(AddressIn(NETWORK))))],
    ),
}


@pytest.mark.parametrize(("old", "new", "rules"), DIFFERENT.values(), ids=DIFFERENT)
def test_what_only_one_has_is_left_over(old, new, rules):
    expected = {part for each in rules for part in parts_of(each)}

    assert set(parts_that_differ(old, new)) == expected
    assert set(parts_that_differ(new, old)) == expected


def test_isolation_that_only_one_has_is_left_over_for_any_traffic():
    bare, isolating = pipeline(FIRST), pipeline(FIRST, isolated=[one_of("app", "a", "b")])

    expected = [Part(frozenset({one_of("app", value)})) for value in ("a", "b")]
    assert list(parts_that_differ(bare, isolating)) == expected
    assert list(parts_that_differ(isolating, bare)) == expected


def test_a_layer_that_only_one_has_is_left_over():
    longer = Pipeline((*pipeline(FIRST).layers, Layer((SECOND,))))

    assert parts_that_differ(pipeline(FIRST), longer) == parts_of(SECOND)
    assert parts_that_differ(longer, pipeline(FIRST)) == parts_of(SECOND)


def test_rules_of_two_actions_are_not_moved_past_each_other():
    deny = rule(peer=one_of("app", "b"), action=Action.DENY)

    found = parts_that_differ(pipeline(FIRST, deny), pipeline(deny, FIRST))

    assert set(found) == {*parts_of(FIRST), *parts_of(deny)}


def test_equal_layers_in_another_order_are_not_equal():
    deny = Layer((rule(action=Action.DENY),))
    allow = Layer((FIRST,))

    assert parts_that_differ(Pipeline((deny, allow)), Pipeline((allow, deny)))


rules = st.builds(rule, endpoint_sets, endpoint_sets)


@settings(max_examples=100)
@given(st.lists(rules, max_size=3), st.lists(rules, max_size=3), ends, ends)
def test_every_flow_that_is_decided_differently_is_in_a_part(old, new, subject, peer):
    def matches(listed):
        return any(holds(each.subject, subject) and holds(each.peer, peer) for each in listed)

    parts = parts_that_differ(pipeline(*old), pipeline(*new))

    if matches(old) != matches(new):
        assert any(
            holds(AllOf(tuple(part.subject)), subject) and holds(AllOf(tuple(part.peer)), peer)
            for part in parts
        )
