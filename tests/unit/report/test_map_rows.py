"""Folded rows say neither more nor less than the cells of the map."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.report import map_sample as sample
from tests.unit.report.map_sample import LIVE, OBJECTS, TWINS, WEB, deployment, map_of, policy

from npverify import strategies
from npverify.language import parse_endpoint
from npverify.manifests import inventory_from_objects
from npverify.questions.connectivity import Grouping, MapSettings, connectivity_map
from npverify.questions.settings import QuerySettings
from npverify.report.map_names import Namer
from npverify.report.map_rows import folded_rows
from npverify.report.map_words import connected_pairs, reasons_of


def spelled_out(found):
    """What the folded rows say of each pair, as {(source, destination): {(connections, is conditional)}}."""
    spelled = {}
    for row in folded_rows(found):
        for source in row.sources:
            for line in row.lines:
                others = [s for s in row.sources if s != source] if line.each_other else []
                itself = [source] if line.itself else []
                for destination in (*line.destinations, *others, *itself):
                    if line.reasons:
                        assert line.reasons == reasons_of(source, destination, found)
                    said = spelled.setdefault((source.name, destination.name), [])
                    said.append((str(line.connections), bool(line.reasons), line.uniform))
    return {pair: sorted(said) for pair, said in spelled.items()}


def listed(found):
    return {
        (cell.source.name, cell.destination.name): sorted(
            (str(connections), is_conditional, cell.uniform)
            for connections, is_conditional in ((cell.connections, False), (cell.conditional, True))
            if connections
        )
        for cell in found.cells()
    }


def check(found):
    rows = folded_rows(found)
    assert spelled_out(found) == listed(found)
    assert all(len(row.sources) > 1 for row in rows for line in row.lines if line.each_other)
    places = [[found.endpoints.index(source) for source in row.sources] for row in rows]
    assert places == sorted(sorted(row) for row in places)
    assert sorted(place for row in places for place in row) == [
        found.endpoints.index(source) for source in found.sources
    ]
    cells = list(found.cells())
    assert connected_pairs(found) == (len(cells), sum(not cell.connections for cell in cells))
    assert len(cells) <= found.pairs


@pytest.mark.parametrize("group", list(Grouping))
@pytest.mark.parametrize("include_self", [False, True])
@pytest.mark.parametrize("open_namespaces", [False, True])
def test_rows_spell_out_to_the_cells(group, include_self, open_namespaces):
    query = QuerySettings(open_namespaces=open_namespaces)
    check(map_of(LIVE, group=group, include_self=include_self, query=query))


@settings(max_examples=40, deadline=None)
@given(
    objects=strategies.clusters(max_workloads=6, max_policies=4),
    group=st.sampled_from(Grouping),
    include_self=st.booleans(),
)
def test_rows_of_any_cluster_spell_out_to_its_cells(objects, group, include_self):
    inventory = inventory_from_objects(objects)
    check(connectivity_map(inventory, MapSettings(group=group, include_self=include_self, verify=0)))


def test_a_single_pod_is_not_like_many_where_they_meet_themselves():
    closed = sample.policy("twins", {"tier": "twin"}, ingress=[])
    found = map_of([*OBJECTS, sample.pod("solo", tier="twin"), closed], include_self=True)

    check(found)
    (row,) = (row for row in folded_rows(found) if row.sources[0].name == "shop/solo[Pod]")
    assert [(line.connections.is_all, line.itself) for line in row.lines if line.itself] == [(True, True)]
    assert not any(
        line.itself for row in folded_rows(found) if row.sources[0].name in TWINS for line in row.lines
    )


def test_those_that_reach_each_other_are_not_mixed_with_others_that_do():
    within = [{"podSelector": {}}]
    objects = [
        thing
        for name in ("one", "two")
        for thing in (
            deployment("a", name),
            deployment("b", name),
            policy("within", namespace=name, ingress=[{"from": within}], egress=[{"to": within}]),
        )
    ]

    found = map_of(objects)

    check(found)
    assert [[str(s) for s in row.sources] for row in folded_rows(found) if row.lines] == [
        ["one/a[Deployment]", "one/b[Deployment]"],
        ["two/a[Deployment]", "two/b[Deployment]"],
    ]


def test_workloads_that_differ_in_nothing_stand_in_one_row():
    rows = [tuple(s.name for s in row.sources) for row in folded_rows(map_of(OBJECTS))]

    assert TWINS in rows
    assert (WEB,) in rows


# Names ------------------------------------------------------------------------------------------------


def lines_of(found):
    """The destinations of each source as they are named."""
    namer = Namer(found)
    return {
        ", ".join(namer.sources(row.sources)): [namer.destinations(row, line) for line in row.lines]
        for row in folded_rows(found)
    }


MANY = [deployment(f"app-{n}", "big") for n in range(8)]


def closed(name):
    return policy(f"closed-{name}", {"app": name}, namespace="big", ingress=[])


def test_a_whole_namespace_is_one_word():
    closed = [deployment(name) for name in "abcd"]
    found = map_of([*MANY, *closed, policy("closed", ingress=[])])

    assert lines_of(found) == {
        "every workload in big (8)": [("every other workload in big (7)", "any outside address")],
        ", ".join(f"shop/{name}[Deployment]" for name in "abcd"): [
            ("every workload in big (8)", "any outside address")
        ],
        "any outside address": [("every workload in big (8)",)],
    }


def test_all_workloads_are_one_word():
    found = map_of([*MANY, deployment("web")])

    assert lines_of(found)["every workload (9)"] == [("every other workload (8)", "any outside address")]


def test_few_exceptions_are_named():
    found = map_of([*MANY, closed("app-3")])

    lines = lines_of(found)
    assert lines["any outside address"] == [("every workload but big/app-3[Deployment] (7)",)]
    assert lines["every workload but big/app-3[Deployment] (7)"] == [
        ("every other workload but big/app-3[Deployment] (6)", "any outside address")
    ]
    assert lines["big/app-3[Deployment]"] == [
        ("every other workload (7)", "any outside address"),
    ]


def test_many_exceptions_are_not():
    found = map_of([*MANY, *(closed(f"app-{n}") for n in range(3))])

    assert lines_of(found)["any outside address"] == [tuple(f"big/app-{n}[Deployment]" for n in range(3, 8))]


def test_a_filter_leaves_no_word_for_all():
    objects = [*MANY, deployment("web")]
    inventory = inventory_from_objects(objects)
    destination = parse_endpoint("any pod in namespace big", inventory)

    names = lines_of(map_of(objects, destination=destination))

    assert names["shop/web[Deployment]"] == [tuple(f"big/app-{n}[Deployment]" for n in range(8))]


def test_with_themselves_they_are_no_others():
    found = map_of([*MANY, deployment("web")], include_self=True)

    assert lines_of(found)["every workload (9)"] == [("every workload (9)", "any outside address")]


def test_few_workloads_are_named():
    found = map_of(MANY[:3])

    assert lines_of(found)["big/app-0[Deployment], big/app-1[Deployment], big/app-2[Deployment]"] == [
        ("each other", "any outside address")
    ]
