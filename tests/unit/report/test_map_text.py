"""A connectivity map as text: what is on it, and how wide it is."""

from __future__ import annotations

import re
from dataclasses import replace
from ipaddress import ip_address

import pytest
from tests.unit.report import map_sample as sample
from tests.unit.report.map_sample import LIVE, OBJECTS, map_of

from npverify.language import parse_endpoint
from npverify.manifests import inventory_from_objects
from npverify.questions.connectivity import (
    ALL_CONNECTIONS,
    ENTIRE_CLUSTER,
    AddressRange,
    Connections,
    EndpointKind,
    Exposure,
    ExposureEntry,
    Grouping,
    MapEndpoint,
    NamedPort,
    OutsideAddresses,
    PossiblePods,
    Verification,
)
from npverify.questions.settings import QuerySettings
from npverify.report import Style
from npverify.report.map_exposure import exposure_lines, peer_words
from npverify.report.map_text import render_map_text
from npverify.report.map_words import cell_connections, connection_words, endpoint_names, reasons_of
from npverify.resources import Direction, Requirement
from npverify.resources.selectors import Operator

HTTP = Connections.of({"TCP": [(80, 80)]})


@pytest.fixture(scope="module")
def text():
    return render_map_text(map_of(OBJECTS))


def test_each_source_stands_above_what_it_reaches(text):
    assert "shop/web[Deployment]\n  TCP 80 → shop/api[Deployment]\n" in text
    assert re.search(r"^shop/twin-a\[Deployment\], shop/twin-b\[Deployment\]\n", text, re.MULTILINE)
    assert re.search(r"^  All Connections → each other, any outside address$", text, re.MULTILINE)


def test_the_headline_counts_pairs(text):
    assert text.startswith(
        "map: 35 of 60 pairs connect, 3 of them only if open facts are so, "
        "among 5 workloads and 4 ranges of outside addresses\n"
    )


def test_sources_without_connections_are_listed_at_the_end(text):
    assert re.search(r"\nno connections\n  else/odd\[Deployment\]\n\n  open ", text)


def test_what_hangs_on_open_facts_says_so_and_on_which(text):
    assert "All Connections (conditional: pod addresses) → shop/web[Deployment]" in text
    assert "open       pod addresses: the input does not give the addresses of all pods (`--pod-cidr`" in text


def test_hostnetwork_pods_are_listed_as_such():
    text = render_map_text(map_of(LIVE))

    assert "shop/agent[Deployment] (hostNetwork)" in text
    assert "(conditional: nodes) → " in text
    assert "nodes: the input does not say on which nodes all pods run" in text


def test_reasons_are_those_of_the_two_ends():
    found = map_of(LIVE, query=QuerySettings(open_namespaces=True))
    ends = {name: found.endpoint(name) for name in (sample.WEB, sample.API, "shop/agent[Deployment]")}
    web, api, agent = ends.values()

    assert reasons_of(web, api, found) == ("pod addresses", "namespace labels")
    assert reasons_of(web, agent, found) == ("nodes", "namespace labels")
    assert reasons_of(agent, api, map_of(OBJECTS)) == ("nodes",)


def test_pods_of_one_namespace_that_differ_are_told():
    text = render_map_text(map_of(OBJECTS, group=Grouping.NAMESPACE))

    assert "among 2 namespaces and 2 ranges" in text
    assert re.search(r"^  All Connections → itself.* \(some pods only\)$", text, re.MULTILINE)


def test_an_undecided_map_says_so_first():
    text = render_map_text(replace(map_of(OBJECTS), undecided="there is a policy of an unknown kind"))

    first, second, *_ = text.splitlines()
    assert first == "undecided: there is a policy of an unknown kind"
    assert second.startswith("  without    35 of 60 pairs connect")
    assert second.endswith(", if the policies that are not modelled did nothing")


@pytest.mark.parametrize(
    ("verification", "words"),
    [
        (Verification(60, 60), "confirmed  every pair, by the solver"),
        (Verification(50, 60), "confirmed  50 of 60 pairs, by the solver"),
    ],
)
def test_what_the_solver_has_confirmed(verification, words):
    assert words in render_map_text(replace(map_of(OBJECTS), verification=verification))


def test_nothing_is_said_of_the_solver_where_it_was_not_asked(text):
    assert "solver" not in text


def test_filters_are_shown_as_they_were_understood():
    inventory = inventory_from_objects(OBJECTS)
    selection = parse_endpoint("web", inventory)

    text = render_map_text(map_of(OBJECTS, source=selection))

    assert "  from       the pods of shop/deployment/web (the workload of that name)" in text
    assert text.count("\nshop/") == 1


def test_a_filter_that_means_nothing_here_is_vacuous():
    selection = parse_endpoint("shop/app=nobody", inventory_from_objects(OBJECTS))

    assert "vacuous    no source of the map is in `shop/app=nobody`" in render_map_text(
        map_of(OBJECTS, source=selection)
    )
    assert "vacuous    no destination of the map is in" in render_map_text(
        map_of(OBJECTS, destination=selection)
    )


def test_outside_addresses_are_not_without_connections_to_each_other():
    internet = parse_endpoint("internet", inventory_from_objects(OBJECTS))

    assert not re.search(
        r"no connections\n(  .*\n)*  any outside", render_map_text(map_of(OBJECTS, destination=internet))
    )


# Width and colour -------------------------------------------------------------------------------------


@pytest.mark.parametrize("width", [20, 40, 57, 80, 120])
def test_lines_keep_to_the_width_unless_a_name_is_longer(width):
    for line in render_map_text(map_of(LIVE, exposure=True), width=width).splitlines():
        assert len(line) <= max(40, width) or len(line.split()) == 1


def test_off_a_terminal_nothing_is_wrapped(text):
    assert max(map(len, text.splitlines())) > 100


def test_colour_is_no_more_than_colour(text):
    coloured = render_map_text(map_of(OBJECTS), style=Style(color=True))

    assert coloured != text
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == text


# Words ------------------------------------------------------------------------------------------------


def outside(first, last):
    ends = AddressRange(ip_address(first), ip_address(last))
    return MapEndpoint(str(ends), EndpointKind.EXTERNAL, range=ends)


def test_addresses_are_ranges_or_networks():
    some = outside("10.0.0.0", "10.0.0.2")

    assert endpoint_names([some]) == ("10.0.0.0-10.0.0.2",)
    assert endpoint_names([some], cidr=True) == ("10.0.0.0/31, 10.0.0.2/32",)


def test_all_addresses_of_a_family_are_said_in_words():
    whole4 = [outside("0.0.0.0", "9.255.255.255"), outside("10.0.0.0", "255.255.255.255")]
    whole6 = outside("::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff")

    assert endpoint_names([*whole4, whole6]) == ("any outside address",)
    assert endpoint_names(whole4) == ("any outside IPv4 address",)
    assert endpoint_names([whole4[0], whole6]) == ("0.0.0.0-9.255.255.255", "any outside IPv6 address")


def test_connections_in_words():
    rest = ALL_CONNECTIONS.difference(HTTP)

    assert connection_words(HTTP) == "TCP 80"
    assert connection_words(HTTP, ("nodes",)) == "TCP 80 (conditional: nodes)"
    assert cell_connections(HTTP, Connections(), ()) == "TCP 80"
    assert cell_connections(Connections(), HTTP, ("nodes",)) == "TCP 80 (conditional: nodes)"
    assert cell_connections(HTTP, rest, ("nodes",)) == (
        "TCP 80, and TCP 1-79,81-65535; UDP; SCTP (conditional: nodes)"
    )


# Exposure ---------------------------------------------------------------------------------------------


def requirement(key, *values):
    return Requirement(key, Operator.IN, values)


@pytest.mark.parametrize(
    ("peers", "words"),
    [
        (ENTIRE_CLUSTER, "entire cluster"),
        (PossiblePods(namespaces=("shop",)), "every pod in namespace shop"),
        (PossiblePods(pod_labels=(requirement("app", "web"),)), "pods with app=web"),
        (
            PossiblePods(
                excluded_namespaces=("shop", "else"),
                namespace_labels=(requirement("team", "a"),),
                pod_labels=(requirement("app", "web"), requirement("tier", "x")),
            ),
            "pods with app=web and tier=x outside namespace shop and else in namespaces with team=a",
        ),
        (
            PossiblePods(addresses=(outside("10.0.0.0", "10.0.0.2").range,)),
            "every pod with an address in 10.0.0.0-10.0.0.2",
        ),
        (OutsideAddresses((outside("10.0.0.0", "10.0.0.2").range,)), "10.0.0.0-10.0.0.2"),
    ],
)
def test_peers_in_words(peers, words):
    assert peer_words(peers) == words


def exposure(*entries, direction=Direction.INGRESS, **fields):
    found = map_of(OBJECTS)
    return Exposure((found.endpoint(sample.API),), direction, True, tuple(entries), **fields)


def test_entire_cluster_exposure_is_said_in_those_words():
    assert list(exposure_lines(exposure(ExposureEntry(ENTIRE_CLUSTER, HTTP)))) == [
        "TCP 80 from entire cluster"
    ]
    assert list(
        exposure_lines(exposure(ExposureEntry(ENTIRE_CLUSTER, HTTP), direction=Direction.EGRESS))
    ) == ["TCP 80 to entire cluster"]


def test_ports_by_name_and_conditions_are_said():
    entry = ExposureEntry(
        PossiblePods(namespaces=("shop",)), HTTP, (NamedPort(("http",)),), ("a name resolves to it",)
    )

    assert list(exposure_lines(exposure(entry, direction=Direction.EGRESS))) == [
        "TCP 80; named http to every pod in namespace shop (conditional: a name resolves to it)"
    ]


def test_no_exposure_and_not_all_of_it_are_told_apart():
    assert list(exposure_lines(exposure())) == ["nothing beyond what is declared"]
    assert list(exposure_lines(exposure(complete=False))) == [
        "not all: the time limit was reached, so there may be more"
    ]


def test_exposure_has_a_heading_with_its_isolation():
    found = map_of(OBJECTS)
    shown = replace(
        found,
        exposure=(
            exposure(ExposureEntry(ENTIRE_CLUSTER, HTTP)),
            replace(exposure(direction=Direction.EGRESS), isolated=False),
        ),
    )

    text = render_map_text(shown)

    assert "\nexposure of shop/api[Deployment] for ingress (isolated)\n  TCP 80 from entire cluster\n" in text
    assert "\nexposure of shop/api[Deployment] for egress (not isolated by any policy)\n" in text
