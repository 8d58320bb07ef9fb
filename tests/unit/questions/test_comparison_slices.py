"""Where two versions may differ: slices, their parts, and what a flow connects."""

from __future__ import annotations

import pytest
from tests.unit.questions.manifests import (
    block,
    expression,
    inventory,
    namespace,
    peers,
    pods,
    policy,
    port,
    to,
)

from npverify.questions.comparison import ComparisonSettings, ComparisonVerdict, compare
from npverify.questions.comparison.problems import Workshop
from npverify.questions.comparison.slices import boxes_of, problems_of, slices_that_differ
from npverify.questions.comparison.versions import Versions
from npverify.questions.settings import QuerySettings
from npverify_encodings.flows import Side
from npverify_encodings.model import LabelOperator, LabelRequirement, Scope

A, B = {"app": "a"}, {"app": "b"}
NAME = "kubernetes.io/metadata.name"


def home(name):
    return {"namespaceSelector": {"matchLabels": {NAME: name}}}


def versions(old, new, **settings):
    return Versions(inventory(*old), inventory(*new), QuerySettings(**settings))


def slices(old, new, **settings):
    return [*slices_that_differ(versions(old, new, **settings))]


def names(old, new):
    return [str(each) for each in slices(old, new)]


# Slices --------------------------------------------------------------------------------------------------

BOTH = policy("p", A, types=["Ingress", "Egress"], ingress=[peers(pods(**B))], egress=[to(pods(**B))])
SAME = {
    "the same": ([BOTH], [BOTH]),
    "split": (
        [policy("p", A, ingress=[peers(pods(**A), pods(**B), ports=[port(80), port(81)])])],
        [
            policy("q", A, ingress=[peers(pods(**B), ports=[port(81), port(80)])]),
            policy("r", A, ingress=[peers(pods(**A), ports=[port(80)]), peers(pods(**A), ports=[port(81)])]),
        ],
    ),
    "values of a selector apart": (
        [policy("p", expression("app", "In", "a", "b"), ingress=[{}])],
        [policy("a", A, ingress=[{}]), policy("b", B, ingress=[{}])],
    ),
    "excepts in another order": (
        [policy("p", ingress=[peers(block("10.0.0.0/8", "10.1.0.0/16", "10.2.0.0/16"))])],
        [policy("p", ingress=[peers(block("10.0.0.0/8", "10.2.0.0/16", "10.1.0.0/16"))])],
    ),
    "rules of a direction that is not listed": (
        [policy("p", types=["Egress"], egress=[], ingress=[{}])],
        [policy("p", types=["Egress"], egress=[])],
    ),
}


@pytest.mark.parametrize(("old", "new"), SAME.values(), ids=SAME)
def test_what_is_said_in_other_words_needs_no_solver(old, new):
    assert slices(old, new) == []


def test_a_slice_is_a_direction_of_a_namespace():
    other = policy("q", B, types=["Ingress", "Egress"], ingress=[{}], egress=[{}], home="two")

    assert names([BOTH], [BOTH, other]) == ["egress of namespace two", "ingress of namespace two"]
    assert names([BOTH, other], [other]) == ["egress of namespace one", "ingress of namespace one"]
    assert names([BOTH], [policy("p", A, types=["Ingress", "Egress"], ingress=[peers(pods(**B))])]) == [
        "egress of namespace one"
    ]


def test_a_policy_without_rules_is_a_part_for_isolation():
    (piece,) = slices([], [policy("deny", A)])

    (part,) = piece.parts
    assert LabelRequirement(Scope.POD, "app", LabelOperator.IN, ("a",)) in part.subject
    assert part.peer == part.traffic == frozenset()
    assert piece.deciding is Side.DESTINATION


def test_only_what_differs_is_a_part():
    rules = [peers(pods(app=f"peer-{number}")) for number in range(5)]
    old = [policy("p", ingress=rules)]
    new = [policy("p", ingress=[*rules[:2], peers(pods(app="peer-2"), ports=[port(80)]), *rules[3:]])]

    (piece,) = slices(old, new)

    assert len(piece.parts) == 2
    assert {len(part.traffic) for part in piece.parts} == {0, 2}


def test_labels_of_namespaces_that_no_selector_asks_for_are_no_matter():
    by_team = policy("q", ingress=[peers({"namespaceSelector": {"matchLabels": {"team": "a"}}})])
    relabelled = [
        [by_team, BOTH, namespace("two", **{key: value})] for key, value in (("env", "x"), ("env", "y"))
    ]
    moved = [[by_team, BOTH, namespace("two", team=value)] for value in "ab"]

    assert names(*relabelled) == []
    assert names(*moved) == ["ingress of namespace one"]


def test_a_box_is_there_once():
    (piece,) = slices([], [policy("p", A, ingress=[peers(ports=[port(80)]), peers(ports=[port(81)])])])

    assert len(piece.parts) == 3
    assert len(piece.boxes) == 1
    assert boxes_of((), Side.SOURCE) == ()


def test_the_box_of_a_part_has_its_subject_at_the_deciding_end():
    both = policy("p", A, types=["Ingress", "Egress"], ingress=[peers(home("two"))], egress=[to(home("two"))])

    (out, into) = slices([policy("p", A, types=["Ingress", "Egress"])], [both])

    assert {box.source.namespaces for box in out.boxes} == {frozenset({"one"})}
    assert {box.destination.namespaces for box in into.boxes} == {frozenset({"one"})}
    assert [box.destination.labels for box in out.boxes] == [box.source.labels for box in into.boxes]


# Problems ------------------------------------------------------------------------------------------------


def many(count, ports):
    return [
        policy(
            f"p{number}",
            {"app": f"a{number % 5}", "tier": f"t{number % 3}"},
            ingress=[peers(ports=[port(p)])],
        )
        for number in range(count)
        for p in [ports + number]
    ]


def test_a_large_slice_is_cut_by_a_label_that_its_parts_demand(monkeypatch):
    old, new = many(12, 80), many(12, 81)
    (piece,) = slices(old, new)
    compared = versions(old, new)

    assert len([*problems_of(compared, piece)]) == 1
    monkeypatch.setattr("npverify.questions.comparison.slices.MOST_TOGETHER", 3)
    assert len([*problems_of(compared, piece)]) == 5


MIXED = [
    policy("open", {"app": "a0"}, ingress=[{}]),
    policy("deny"),
    policy("some", expression("app", "NotIn", "a1"), ingress=[peers(ports=[port(1)])]),
]
CUT = {
    "another port": (many(9, 80), many(9, 81), ComparisonVerdict.DIFFERENT),
    "one more, which others cover": (
        [*many(9, 80), MIXED[0]],
        [
            *many(9, 80),
            MIXED[0],
            policy("more", {"app": "a0", "tier": "t9"}, ingress=[peers(ports=[port(9)])]),
        ],
        ComparisonVerdict.EQUIVALENT,
    ),
    "every port apart": (
        [policy(f"p{n}", {"app": f"a{n}"}, ingress=[peers(ports=[port(1, 65535)])]) for n in range(5)],
        [
            policy(
                f"p{n}",
                {"app": f"a{n}"},
                ingress=[peers(ports=[port(1, 100)]), peers(ports=[port(101, 65535)])],
            )
            for n in range(5)
        ],
        ComparisonVerdict.EQUIVALENT,
    ),
    "isolation that others double": (
        [*many(9, 80), MIXED[1]],
        [*many(9, 80), MIXED[1], *[policy(f"deny{n}", {"app": f"a{n}"}) for n in range(6)]],
        ComparisonVerdict.EQUIVALENT,
    ),
    "one in many": (many(9, 80), [*many(9, 80)[:8], many(10, 80)[9]], ComparisonVerdict.DIFFERENT),
    "without a label": ([*many(9, 80), *MIXED], [*many(9, 80), *MIXED[:2]], ComparisonVerdict.DIFFERENT),
}


@pytest.mark.parametrize("together", [1, 3, 1_000])
@pytest.mark.parametrize(("old", "new", "expected"), CUT.values(), ids=CUT)
def test_where_a_slice_is_cut_makes_no_difference(monkeypatch, old, new, expected, together):
    monkeypatch.setattr("npverify.questions.comparison.slices.MOST_TOGETHER", together)

    for one, other in ((old, new), (new, old)):
        assert compare(inventory(*one), inventory(*other)).verdict is expected


# What a flow connects ------------------------------------------------------------------------------------


def components(old, new):
    compared = versions(old, new)
    workshop = Workshop(compared, slices(old, new), None)
    return [[str(piece) for piece in job.slices] for job in workshop.of_policies()]


def egress(name, home, *peers_, ports=(80,)):
    return policy(name, types=["Egress"], home=home, egress=[to(*peers_, ports=[port(p) for p in ports])])


def ingress(name, home, *peers_, ports=(80,)):
    return policy(name, home=home, ingress=[peers(*peers_, ports=[port(p) for p in ports])])


def test_slices_of_two_directions_are_together_where_a_flow_is_in_both():
    old = [egress("out", "one", home("two")), ingress("in", "two", home("one"))]
    new = [
        egress("out", "one", home("two"), ports=(80, 81)),
        ingress("in", "two", home("one"), ports=(80, 81)),
    ]

    assert components(old, new) == [["egress of namespace one", "ingress of namespace two"]]
    (difference,) = compare(inventory(*old), inventory(*new)).differences
    assert difference.region.traffic == ("tcp/81",)


def test_slices_that_no_flow_connects_are_apart():
    old = [egress("out", "one", home("two")), ingress("in", "three", home("four"))]
    new = [egress("out", "one", home("two"), ports=(81,)), ingress("in", "three", home("four"), ports=(81,))]

    assert components(old, new) == [["egress of namespace one"], ["ingress of namespace three"]]


def test_slices_of_one_direction_are_never_together():
    old = [ingress("in", name, home("one")) for name in ("one", "two")]
    new = [ingress("in", name, home("one"), ports=(81,)) for name in ("one", "two")]

    assert components(old, new) == [["ingress of namespace one"], ["ingress of namespace two"]]


def test_one_slice_may_bring_two_others_together():
    old = [egress("out", name, home("three")) for name in ("one", "two")] + [ingress("in", "three", pods())]
    new = [egress("out", name, home("three"), ports=(81,)) for name in ("one", "two")]
    new += [ingress("in", "three", home("one"), home("two"), ports=(81,))]

    assert components(old, new) == [
        ["egress of namespace one", "ingress of namespace three", "egress of namespace two"]
    ]


def test_labels_keep_slices_apart_as_namespaces_do():
    def version(number):
        return [
            policy("out", A, types=["Egress"], egress=[to(pods(**A), ports=[port(number)])]),
            policy("in", B, ingress=[peers(pods(**B), ports=[port(number)])]),
        ]

    assert len(components(version(80), version(81))) == 2


def test_what_only_one_end_opens_is_no_difference_and_is_told():
    old = [egress("out", "one", home("two")), ingress("in", "two", home("one"))]
    new = [old[0], ingress("in", "two", home("one"), ports=(80, 81))]
    only_one = [old[0], policy("rest", home="two", types=["Ingress"])]

    wide = compare(inventory(*old), inventory(*new))

    assert wide.verdict is ComparisonVerdict.EQUIVALENT
    assert wide.masked == ("the ingress of namespace two is decided differently, but no connection is",)
    apart = compare(inventory(*old), inventory(*new), ComparisonSettings(per_direction=True))
    assert [each.direction.value for each in apart.differences] == ["Ingress"]
    assert apart.masked == ()
    assert compare(inventory(*only_one), inventory(*only_one)).masked == ()
