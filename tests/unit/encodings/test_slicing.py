"""Slicing: what is known of an end, and which rules that leaves."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.encodings.concrete import (
    NAME,
    WORLD,
    absent,
    endpoint_sets,
    ends,
    holds,
    none_of,
    one_of,
    present,
)

from npverify_encodings.model import (
    EVERYTHING,
    NOTHING,
    AllOf,
    AnyOf,
    Isolation,
    Kind,
    KindIs,
    Layer,
    NamespaceIs,
    Not,
    Pipeline,
    Rule,
    Scope,
)
from npverify_encodings.slicing import (
    NO_FACTS,
    Box,
    EndpointFacts,
    Indexed,
    facts_of,
    may_hold,
    restrict,
)

POD = KindIs(Kind.POD)
ONE, TWO = NamespaceIs("one"), NamespaceIs("two")
APP = (Scope.POD, "app")


def team(value):
    return one_of("team", value, scope=Scope.NAMESPACE)


def named(*values):
    return one_of(NAME, *values, scope=Scope.NAMESPACE)


def facts(*, kinds=tuple(Kind), namespaces=None, **apps):
    labels = {(Scope.POD, key): frozenset(values) for key, values in apps.items()}
    return EndpointFacts(frozenset(kinds), None if namespaces is None else frozenset(namespaces), labels)


def fits(end, known):
    """Whether an endpoint is one of those that the facts are about."""
    return (
        end.kind in known.kinds
        and (known.namespaces is None or end.namespace in known.namespaces)
        and all(
            (end.labels if scope is Scope.POD else end.namespace_labels).get(key) in values
            for (scope, key), values in known.labels.items()
        )
    )


# Facts ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        (EVERYTHING, facts()),
        (POD, facts(kinds=[Kind.POD])),
        (ONE, facts(namespaces=["one"])),
        (one_of("app", "a", "b"), facts(app=["a", "b"])),
        (absent("app"), facts(app=[None])),
        (none_of("app", "a"), facts()),
        (present("app"), facts()),
        (Not(ONE), facts()),
        (AllOf((POD, ONE, one_of("app", "a"))), facts(kinds=[Kind.POD], namespaces=["one"], app=["a"])),
        (AllOf((one_of("app", "a", "b"), one_of("app", "b", "c"))), facts(app=["b"])),
        (AnyOf((one_of("app", "a"), absent("app"))), facts(app=["a", None])),
        (AnyOf((one_of("app", "a"), one_of("tier", "a"))), facts()),
        (AnyOf((AllOf((ONE, one_of("app", "a"))), TWO)), facts(namespaces=["one", "two"])),
        (AnyOf((AllOf((ONE, TWO)), AllOf((TWO, POD)))), facts(kinds=[Kind.POD], namespaces=["two"])),
    ],
)
def test_what_is_true_of_every_endpoint_of_a_set(expression, expected):
    assert facts_of(expression) == expected


@pytest.mark.parametrize(
    "expression",
    [
        NOTHING,
        AllOf((ONE, TWO)),
        AllOf((one_of("app", "a"), one_of("app", "b"))),
        AllOf((one_of("app", "a"), absent("app"))),
        AllOf((POD, KindIs(Kind.NODE))),
        AnyOf((AllOf((ONE, TWO)), NOTHING)),
    ],
)
def test_facts_that_no_endpoint_has(expression):
    assert facts_of(expression).is_empty


@settings(max_examples=300)
@given(endpoint_sets, ends)
def test_facts_forget_but_never_invent(expression, end):
    assert not holds(expression, end) or fits(end, facts_of(expression))


@given(endpoint_sets, endpoint_sets, ends)
def test_both_facts_meet_and_either_joins(one, other, end):
    first, second = facts_of(one), facts_of(other)

    assert fits(end, first.meet(second)) == (fits(end, first) and fits(end, second))
    assert fits(end, first.join(second)) or not (fits(end, first) or fits(end, second))


# What may hold -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("expression", "known", "expected"),
    [
        (POD, facts(kinds=[Kind.NODE]), False),
        (POD, facts(kinds=[Kind.NODE, Kind.POD]), True),
        (ONE, facts(namespaces=["two"]), False),
        (ONE, facts(namespaces=["two", "one"]), True),
        (ONE, facts(), True),
        (one_of("app", "a"), facts(app=["b"]), False),
        (one_of("app", "a"), facts(app=["b", "a"]), True),
        (one_of("app", "a"), facts(app=[None]), False),
        (one_of("app", "a"), facts(tier=["b"]), True),
        (none_of("app", "a"), facts(app=["a"]), False),
        (none_of("app", "a"), facts(app=[None]), True),
        (none_of("app", "a"), facts(app=["a", "b"]), True),
        (present("app"), facts(app=[None]), False),
        (present("app"), facts(app=["a"]), True),
        (absent("app"), facts(app=["a"]), False),
        (absent("app"), facts(app=["a", None]), True),
        (AllOf((ONE, one_of("app", "a"))), facts(namespaces=["one"], app=["b"]), False),
        (AnyOf((ONE, one_of("app", "a"))), facts(namespaces=["one"], app=["b"]), True),
        (AnyOf((ONE, one_of("app", "a"))), facts(namespaces=["two"], app=["b"]), False),
        (NOTHING, facts(), False),
        (Not(POD), facts(kinds=[Kind.POD]), True),
        (team("a"), facts(namespaces=["one"]), True),
        (team("b"), facts(namespaces=["one"]), False),
        (team("a"), facts(namespaces=["two"]), False),
        (team("a"), facts(namespaces=["two", "one"]), True),
        (team("b"), facts(namespaces=["three"]), True),
        (team("b"), facts(), True),
        (absent("team", Scope.NAMESPACE), facts(namespaces=["one"]), False),
        (absent("team", Scope.NAMESPACE), facts(namespaces=["two"]), True),
        (named("one"), facts(namespaces=["one"]), True),
        (named("one"), facts(namespaces=["two"]), False),
        (named("one"), facts(namespaces=["three"]), False),
        (named("three"), facts(namespaces=["three"]), True),
        (none_of(NAME, "one", scope=Scope.NAMESPACE), facts(namespaces=["one"]), False),
    ],
)
def test_a_set_may_hold_an_endpoint_with_these_facts(expression, known, expected):
    assert may_hold(expression, known, WORLD) is expected


@settings(max_examples=300)
@given(endpoint_sets, endpoint_sets, ends)
def test_what_holds_may_hold(expression, about, end):
    assert may_hold(expression, facts_of(about), WORLD) or not (holds(expression, end) and holds(about, end))


# Boxes ---------------------------------------------------------------------------------------------------


def box(source=EVERYTHING, destination=EVERYTHING):
    return Box(facts_of(source), facts_of(destination))


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (box(), box(), True),
        (box(ONE), box(ONE), True),
        (box(ONE), box(TWO), False),
        (box(ONE), box(EVERYTHING, TWO), True),
        (box(ONE, TWO), box(ONE, ONE), False),
        (box(one_of("app", "a")), box(one_of("app", "b")), False),
        (box(one_of("app", "a")), box(EVERYTHING, one_of("app", "b")), True),
        (box(team("b")), box(ONE), False),
        (box(team("a")), box(ONE), True),
        (box(team("a")), box(TWO), False),
        (box(team("b")), box(NamespaceIs("three")), True),
        (box(named("one")), box(ONE), True),
        (box(named("two")), box(ONE), False),
        (box(named("two")), box(named("one")), False),
        (box(EVERYTHING, team("b")), box(EVERYTHING, ONE), False),
        (box(absent("team", Scope.NAMESPACE)), box(ONE), False),
        (box(absent("team", Scope.NAMESPACE)), box(TWO), True),
    ],
)
def test_boxes_that_may_have_a_flow_in_common_meet(one, other, expected):
    assert one.meets(other, WORLD) is expected
    assert other.meets(one, WORLD) is expected


@given(endpoint_sets, endpoint_sets, endpoint_sets, endpoint_sets, ends, ends)
def test_boxes_with_a_common_flow_meet(a, b, c, d, source, destination):
    one, other = box(a, b), box(c, d)
    in_both = all(
        fits(end, known)
        for each in (one, other)
        for end, known in ((source, each.source), (destination, each.destination))
    )

    assert one.meets(other, WORLD) or not in_both


# Pipelines -----------------------------------------------------------------------------------------------


def rule(owner, subject, peer=EVERYTHING):
    return Rule(owner, subject, peer, EVERYTHING)


def owners(pipeline):
    return [
        ([each.owner for each in layer.rules], [each.owner for each in layer.isolated])
        for layer in pipeline.layers
    ]


PIPELINE = Pipeline(
    (
        Layer(
            (
                rule("to a", one_of("app", "a")),
                rule("to any", EVERYTHING),
                rule("to b from two", one_of("app", "b"), TWO),
                rule("to none", absent("app")),
                rule("to a or b", one_of("app", "b", "a")),
                rule("to others", none_of("app", "a")),
                rule("to a tier", one_of("tier", "x")),
            ),
            (Isolation("a", one_of("app", "a")), Isolation("all", POD), Isolation("none", absent("app"))),
        ),
        Layer((rule("second", one_of("app", "b")),)),
    )
)


@pytest.mark.parametrize(
    ("destination", "source", "rules", "isolated"),
    [
        (
            one_of("app", "a"),
            EVERYTHING,
            ["to a", "to any", "to a or b", "to a tier"],
            ["a", "all"],
        ),
        (
            one_of("app", "b"),
            EVERYTHING,
            ["to any", "to b from two", "to a or b", "to others", "to a tier"],
            ["all"],
        ),
        (one_of("app", "b"), ONE, ["to any", "to a or b", "to others", "to a tier"], ["all"]),
        (absent("app"), EVERYTHING, ["to any", "to none", "to others", "to a tier"], ["all", "none"]),
        (one_of("app", "c"), EVERYTHING, ["to any", "to others", "to a tier"], ["all"]),
        (KindIs(Kind.NODE), EVERYTHING, [each.owner for each in PIPELINE.layers[0].rules], ["a", "none"]),
    ],
    ids=["a", "b", "b from one", "no app", "another app", "a node"],
)
def test_rules_that_concern_no_flow_of_a_box_are_left_out(destination, source, rules, isolated):
    found = restrict(PIPELINE, [box(source, destination)], WORLD, subject_is_source=False)

    assert owners(found)[0] == (rules, isolated)


def test_every_layer_keeps_its_place():
    found = restrict(PIPELINE, [box(EVERYTHING, one_of("app", "a"))], WORLD, subject_is_source=False)

    assert owners(found)[1] == ([], [])


def test_the_subject_of_egress_is_the_source():
    found = restrict(PIPELINE, [box(one_of("app", "b"), ONE)], WORLD, subject_is_source=True)

    assert "to b from two" not in owners(found)[0][0]
    assert "to a or b" in owners(found)[0][0]


def test_several_boxes_keep_what_any_of_them_needs():
    boxes = [box(ONE, one_of("app", "b")), box(TWO, absent("app"))]

    found = restrict(PIPELINE, boxes, WORLD, subject_is_source=False)

    assert owners(found)[0] == (
        ["to any", "to none", "to a or b", "to others", "to a tier"],
        ["all", "none"],
    )


def test_no_box_needs_nothing():
    assert owners(restrict(PIPELINE, [], WORLD, subject_is_source=True)) == [([], []), ([], [])]


boxes = st.lists(st.builds(box, endpoint_sets, endpoint_sets), max_size=3)
layers = st.builds(
    lambda subjects, isolated: Layer(
        tuple(rule(f"r{number}", *parts) for number, parts in enumerate(subjects)),
        tuple(Isolation(f"i{number}", selected) for number, selected in enumerate(isolated)),
    ),
    st.lists(st.tuples(endpoint_sets, endpoint_sets), max_size=5),
    st.lists(endpoint_sets, max_size=3),
)


@settings(max_examples=200)
@given(layers, boxes, st.booleans(), ends, ends)
def test_what_concerns_a_flow_of_a_box_stays_and_little_else(layer, chosen, is_source, subject, peer):
    found = Indexed(Pipeline((layer,)), subject_is_source=is_source).within(chosen, WORLD).layers[0]

    sides = [each.at(is_source) for each in chosen]
    is_inside = any(fits(subject, s) and fits(peer, p) for s, p in sides)
    may_match = [
        each
        for each in layer.rules
        if any(may_hold(each.subject, s, WORLD) and may_hold(each.peer, p, WORLD) for s, p in sides)
    ]
    assert [each for each in may_match if each in found.rules] == list(found.rules)
    assert all(any(may_hold(each.endpoints, s, WORLD) for s, _ in sides) for each in found.isolated)
    for each in layer.rules if is_inside else ():
        assert each in found.rules or not (holds(each.subject, subject) and holds(each.peer, peer))
    for each in layer.isolated if is_inside else ():
        assert each in found.isolated or not holds(each.endpoints, subject)


def test_nothing_is_known_at_first():
    assert not NO_FACTS.is_empty
    assert facts() == NO_FACTS
