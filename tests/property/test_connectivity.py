"""Maps against the reference evaluator, flow by flow, and against questions and comparisons."""

from __future__ import annotations

from ipaddress import ip_network
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.admin_policies import admin_policies
from tests.connectivity_oracle import (
    Oracle,
    PodEnd,
    endpoints_of,
    exposures_of,
    interesting_ports,
    is_exposed,
)

from npverify import strategies
from npverify.cni import CniProfile, OwnNodeEgress
from npverify.manifests import inventory_from_objects
from npverify.questions.connectivity import MapSettings, connectivity_map
from npverify.questions.settings import QuerySettings
from npverify.resources import (
    METADATA_NAME,
    ContainerPort,
    Direction,
    ExternalEndpoint,
    Namespace,
    Pod,
    PodEndpoint,
    Protocol,
)

POD_CIDRS = ((), (), ("10.0.0.0/28",), ("10.0.0.0/30", "2001:db8::/124"), ("10.0.0.4/32",))


@st.composite
def crowds(draw, **sizes):
    """Clusters, of which some Pods belong to one StatefulSet."""
    objects = draw(strategies.clusters(**sizes))
    joined = []
    for item in objects:
        if item["kind"] == "Pod" and draw(st.booleans()):
            owner = {
                "apiVersion": "apps/v1",
                "kind": "StatefulSet",
                "name": "crowd",
                "uid": "1",
                "controller": True,
            }
            item = {**item, "metadata": {**item["metadata"], "ownerReferences": [owner]}}
        joined.append(item)
    sets = [
        {
            "apiVersion": "apps/v1",
            "kind": "StatefulSet",
            "metadata": {"name": "crowd", "namespace": namespace},
            "spec": {"selector": {}, "template": {"metadata": {}, "spec": {"containers": []}}},
        }
        for namespace in ("one", "two")
    ]
    return [*joined, *(each for each in sets if draw(st.booleans()))]


@st.composite
def query_settings(draw):
    profile = CniProfile(
        name="random",
        ip_block_matches_pods=draw(st.integers(0, 3)) > 0,
        own_node_egress=draw(st.sampled_from(OwnNodeEgress)),
    )
    return QuerySettings(
        pod_cidrs=tuple(map(ip_network, draw(st.sampled_from(POD_CIDRS)))),
        open_namespaces=draw(st.booleans()),
        profile=profile,
    )


def check(inventory, wanted, traffic, verify=0):
    found = connectivity_map(inventory, MapSettings(query=wanted, include_self=True, verify=verify))
    oracle = Oracle(inventory, wanted)
    for source, destination in product((*oracle.pods, *oracle.outside), repeat=2):
        if not isinstance(source, PodEnd) and not isinstance(destination, PodEnd):
            continue
        if source == destination and not source.pod.replicated:
            continue
        (one,), (other,) = endpoints_of(found, source), endpoints_of(found, destination)
        if one == other and not one.several:
            continue
        cell = found.cell(one, other)
        for protocol, port in traffic:
            sure, possible = oracle.decide(source, destination, protocol, port)
            told = cell.connections.admits(protocol, port), cell.possible.admits(protocol, port)

            assert told == (sure, possible), (source, destination, protocol, port, cell)


def some_traffic(data, inventory, count):
    every = list(product(Protocol, interesting_ports(inventory)))
    return data.draw(st.lists(st.sampled_from(every), min_size=count, max_size=count, unique=True))


@st.composite
def possible_pods(draw, oracle):
    """A pod that one could create, in a namespace that is there or that one could create."""
    name = draw(st.sampled_from(("one", "two", "three")))
    known = oracle.inventory.namespaces.get(name)
    if known is None or (not known.declared and oracle.settings.open_namespaces):
        team = draw(st.dictionaries(st.just("team"), st.sampled_from(("a", "one", "z")), max_size=1))
        known = Namespace(name, {**team, METADATA_NAME: name}, declared=False)
    labels = draw(
        st.dictionaries(
            st.sampled_from(("app", "tier", "x")), st.sampled_from(("a", "b", "", "z")), max_size=2
        )
    )
    ports = tuple(
        ContainerPort(port, draw(st.sampled_from((80, 81, 5432))), draw(st.sampled_from(Protocol)))
        for port in draw(st.lists(st.sampled_from(("http", "db")), unique=True, max_size=2))
    )
    inside = oracle.settings.pod_cidrs
    addresses = [a for a in oracle.addresses if not inside or any(a in cidr for cidr in inside)]
    return PodEndpoint(Pod(name, "possible", labels, ports=ports), known, draw(st.sampled_from(addresses)))


def check_exposure(inventory, wanted, data, *, peers, ports):
    found = connectivity_map(inventory, MapSettings(query=wanted, exposure=True, verify=0))
    oracle = Oracle(inventory, wanted)
    outside = [ExternalEndpoint(address) for address in oracle.outside]
    others = [
        data.draw(possible_pods(oracle))
        if not outside or data.draw(st.integers(0, 2))
        else data.draw(st.sampled_from(outside))
        for _ in range(peers)
    ]
    traffic = some_traffic(data, inventory, ports)
    for own, other, direction in product(oracle.pods, others, Direction):
        if own.pod.host_network:
            continue
        (exposure,) = exposures_of(found, own, direction)
        for mine, (protocol, port) in product(oracle.possible_ends(own, other), traffic):
            ends = (other, mine) if direction is Direction.INGRESS else (mine, other)
            allowed = oracle.allows(*ends, protocol, port)

            told = is_exposed(exposure, mine, other, protocol, port)

            assert told == allowed, (direction, mine, other, protocol, port, exposure.entries)


@settings(max_examples=60)
@given(crowds(), query_settings(), st.data())
def test_every_cell_is_that_of_the_reference_evaluator(objects, wanted, data):
    inventory = inventory_from_objects(objects)

    check(inventory, wanted, some_traffic(data, inventory, 4))


@settings(max_examples=40)
@given(crowds(), admin_policies(max_size=2), st.data())
def test_every_cell_under_admin_policies_is_that_of_the_reference_evaluator(objects, admin, data):
    """Of policies of different priorities; the solver confirms those of tied ones."""
    admin = [{**p, "spec": {**p["spec"], "priority": n}} for n, p in enumerate(admin, start=1)]
    inventory = inventory_from_objects([*objects, *admin])

    check(inventory, QuerySettings(), some_traffic(data, inventory, 4))


@settings(max_examples=25)
@given(crowds(), admin_policies())
def test_the_solver_confirms_every_cell_under_admin_policies(objects, admin):
    inventory = inventory_from_objects([*objects, *admin])

    found = connectivity_map(inventory, MapSettings(include_self=True, verify=10_000))

    assert found.undecided is not None or found.verification.is_complete


@settings(max_examples=25)
@given(crowds(), query_settings())
def test_the_solver_confirms_every_cell(objects, wanted):
    inventory = inventory_from_objects(objects)

    found = connectivity_map(inventory, MapSettings(query=wanted, include_self=True, verify=10_000))

    open_namespaces = any(not each.declared for each in inventory.namespaces.values())
    assert found.verification.is_complete or (wanted.open_namespaces and open_namespaces)


@settings(max_examples=60)
@given(crowds(), query_settings(), st.data())
def test_exposure_is_just_what_possible_peers_can_do(objects, wanted, data):
    check_exposure(inventory_from_objects(objects), wanted, data, peers=8, ports=3)


@pytest.mark.slow
@settings(max_examples=600)
@given(crowds(max_workloads=4, max_policies=6), query_settings(), st.data())
def test_exposure_is_just_what_possible_peers_can_do_in_many_clusters(objects, wanted, data):
    check_exposure(inventory_from_objects(objects), wanted, data, peers=12, ports=4)


@pytest.mark.slow
@settings(max_examples=1000)
@given(crowds(max_workloads=5, max_policies=6), query_settings(), st.data())
def test_every_cell_is_that_of_the_reference_evaluator_on_many_clusters(objects, wanted, data):
    inventory = inventory_from_objects(objects)

    check(inventory, wanted, some_traffic(data, inventory, 6))


@settings(max_examples=40)
@given(crowds(), admin_policies(max_size=2), st.data())
def test_exposure_under_admin_policies_is_just_what_possible_peers_can_do(objects, admin, data):
    admin = [{**p, "spec": {**p["spec"], "priority": n}} for n, p in enumerate(admin, start=1)]

    check_exposure(inventory_from_objects([*objects, *admin]), QuerySettings(), data, peers=8, ports=3)
