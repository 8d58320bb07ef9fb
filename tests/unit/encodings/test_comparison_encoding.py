"""Two versions over one flow: what one allows and the other does not."""

from __future__ import annotations

import pytest
from tests.unit.encodings.concrete import one_of

from npverify_encodings.comparison import ComparisonGoal, Version, encode_comparison
from npverify_encodings.flows import DOMAIN, Domain, Side
from npverify_encodings.model import (
    EVERYTHING,
    AllOf,
    Isolation,
    Kind,
    KindIs,
    Layer,
    NamespaceIs,
    Pipeline,
    PortIn,
    ProtocolIs,
    Rule,
    World,
    all_of,
)
from npverify_encodings.normal import Part, parts_that_differ
from npverify_encodings.solver import Literal, Solver

OPENED, CLOSED, SHARED, DIFFERS = ComparisonGoal
POD = KindIs(Kind.POD)
HOME = all_of(POD, NamespaceIs("one"))
A, B = one_of("app", "a"), one_of("app", "b")


def tcp(first, last=None):
    return AllOf((ProtocolIs("TCP"), PortIn(first, last or first)))


def isolated(*rules, subject=HOME):
    """Pods that are isolated but for some rules: (peer, traffic) each."""
    return Pipeline(
        (
            Layer(
                tuple(Rule("p", subject, peer, traffic) for peer, traffic in rules),
                (Isolation("p", subject),),
            ),
        )
    )


def goals(old, new, domain=EVERYTHING, parts=None):
    """The goals that some flow to `one` reaches."""
    problem = encode_comparison(
        Domain(domain, HOME, EVERYTHING),
        World(),
        old=old,
        new=new,
        declared={Side.SOURCE: (), Side.DESTINATION: ()},
        parts=parts,
    )
    solver = Solver(problem.text)
    return {goal for goal in ComparisonGoal if solver.decide([Literal(DOMAIN), Literal(goal)])}


NOTHING_IN = Version(ingress=isolated())
IN_80 = Version(ingress=isolated((EVERYTHING, tcp(80))))
IN_80_90 = Version(ingress=isolated((EVERYTHING, tcp(80, 90))))


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (Version(), Version(), {SHARED}),
        (IN_80, IN_80, {SHARED}),
        (NOTHING_IN, NOTHING_IN, set()),
        (NOTHING_IN, IN_80, {OPENED, DIFFERS}),
        (IN_80, NOTHING_IN, {CLOSED, DIFFERS}),
        (IN_80, IN_80_90, {OPENED, DIFFERS, SHARED}),
        (IN_80_90, IN_80, {CLOSED, DIFFERS, SHARED}),
        (Version(), IN_80, {CLOSED, DIFFERS, SHARED}),
        (IN_80, Version(ingress=isolated((EVERYTHING, tcp(81)))), {OPENED, CLOSED, DIFFERS}),
        (Version(egress=isolated(subject=POD)), Version(), {OPENED, DIFFERS, SHARED}),
        (Version(), Version(egress=isolated(subject=POD)), {CLOSED, DIFFERS, SHARED}),
        (Version(source=POD), Version(source=all_of(POD, A)), {CLOSED, DIFFERS, SHARED}),
        (Version(destination=A), Version(destination=B), {OPENED, CLOSED, DIFFERS}),
        (Version(traffic=tcp(80)), Version(traffic=tcp(80, 81)), {OPENED, DIFFERS, SHARED}),
    ],
)
def test_what_is_opened_closed_and_shared(old, new, expected):
    assert goals(old, new) == expected


def test_a_direction_that_the_other_one_masks_is_no_difference():
    egress = isolated(subject=POD)
    old, new = (Version(egress, each.ingress) for each in (IN_80, IN_80_90))

    assert goals(old, new, POD) == set()
    assert goals(old, new, KindIs(Kind.EXTERNAL)) == {OPENED, DIFFERS, SHARED}


def test_within_parts_only_their_flows_are_different():
    old, new = IN_80, Version(ingress=isolated((EVERYTHING, tcp(80, 90)), (A, tcp(443))))
    whole = parts_that_differ(old.ingress, new.ingress)
    only_a = [part for part in whole if A in part.peer]

    assert goals(old, new, parts={Side.DESTINATION: whole}) == {OPENED, DIFFERS, SHARED}
    assert goals(old, new, B, parts={Side.DESTINATION: only_a}) == {SHARED}
    assert goals(old, new, A, parts={Side.DESTINATION: only_a}) == {OPENED, DIFFERS, SHARED}
    assert goals(old, new, parts={Side.DESTINATION: []}) == {SHARED}


@pytest.mark.parametrize(
    ("part", "is_inside"),
    [
        (Part(frozenset({HOME}), frozenset({A})), True),
        (Part(frozenset({HOME}), frozenset({B})), False),
        (Part(frozenset({A}), frozenset({HOME})), False),
        (Part(frozenset({HOME}), frozenset(), frozenset(tcp(443).terms)), True),
        (Part(frozenset({HOME}), frozenset(), frozenset(tcp(444).terms)), False),
        (Part(frozenset({HOME}), frozenset({A, B})), False),
    ],
    ids=["peer", "another peer", "turned round", "traffic", "other traffic", "no peer at all"],
)
def test_a_part_is_about_its_own_subject_peer_and_traffic(part, is_inside):
    ingress = isolated((all_of(POD, A, NamespaceIs("two")), tcp(443)))

    found = goals(NOTHING_IN, Version(ingress=ingress), parts={Side.DESTINATION: [part]})

    assert found == ({OPENED, DIFFERS} if is_inside else set())
