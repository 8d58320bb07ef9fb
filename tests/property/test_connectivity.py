"""Maps against the reference evaluator, flow by flow, and against questions and comparisons."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import ip_network
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.admin_policies import NETWORKS, PODS, admin_policies
from tests.connectivity_oracle import (
    Oracle,
    PodEnd,
    endpoints_of,
    exposures_of,
    interesting_ports,
    is_exposed,
    may_be_found,
)
from tests.plugin_space import profiles

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


NODES = [
    {
        "apiVersion": "v1",
        "kind": "Node",
        "metadata": {"name": f"node-{number}", "labels": {"pool": "a"}},
        "status": {"addresses": [{"type": "InternalIP", "address": f"192.168.0.{number}"}]},
    }
    for number in (1, 2)
]
RESOLVED = ({}, {"b.a.example": (ip_network("203.0.113.9/32"),)})
NAMES = st.sampled_from(({"domainNames": ["b.a.example"]}, {"domainNames": ["*.a.example", "b.test"]}))
HOSTS = st.sampled_from(({"nodes": {}}, {"nodes": {"matchLabels": {"pool": "a"}}}))
TEAMS = st.sampled_from(
    (
        {"namespaces": {}},
        {"namespaces": {"matchLabels": {"team": "a"}}},
        {"pods": {"namespaceSelector": {"matchLabels": {"team": "b"}}, "podSelector": {}}},
        {
            "namespaces": {
                "matchExpressions": [
                    {"key": "team", "operator": "DoesNotExist"},
                    {"key": METADATA_NAME, "operator": "NotIn", "values": ["one"]},
                ]
            }
        },
    )
)
"""Peers and subjects that look at one label of namespaces, and at their names."""


def by_team():
    return admin_policies(max_size=2, subjects=TEAMS, sources=TEAMS, destinations=TEAMS)


@st.composite
def governed(draw, crowd, **sizes):
    """Clusters with admin policies of every kind of peer, of which two may tie."""
    policies = draw(admin_policies(destinations=PODS | NETWORKS | NAMES | HOSTS, **sizes))
    nodes = draw(st.sampled_from(([], NODES[:1], NODES)))
    return [*draw(crowd), *nodes, *map(with_domain_names_accepted, policies)]


def with_domain_names_accepted(policy):
    """The policy as the API has it: domain names are for Accept, and for the Admin tier."""
    spec = policy["spec"]
    rules = [
        {**rule, "action": "Accept"} if any("domainNames" in peer for peer in rule["to"]) else rule
        for rule in spec["egress"]
    ]
    if spec["tier"] == "Baseline":
        rules = [rule for rule in rules if not any("domainNames" in peer for peer in rule["to"])]
    return {**policy, "spec": {**spec, "egress": [*map(without_port_names, rules)]}}


def without_port_names(rule):
    if all(peer.keys() <= {"pods", "namespaces"} for peer in rule["to"]):
        return rule
    ports = [port for port in rule.get("protocols", ()) if "destinationNamedPort" not in port]
    return {**{k: v for k, v in rule.items() if k != "protocols"}, **({"protocols": ports} if ports else {})}


@st.composite
def query_settings(draw, known=False):
    """Settings that leave this or that open; `known`: not the labels of namespaces."""
    profile = CniProfile(
        name="random",
        ip_block_matches_pods=draw(st.integers(0, 3)) > 0,
        own_node_egress=draw(st.sampled_from(OwnNodeEgress)),
    )
    return QuerySettings(
        pod_cidrs=tuple(map(ip_network, draw(st.sampled_from(POD_CIDRS)))),
        open_namespaces=not known and draw(st.booleans()),
        profile=profile,
        resolved=draw(st.sampled_from(RESOLVED)),
    )


@st.composite
def plugins(draw):
    """Settings for a network plugin that reads policies in its own way."""
    families = draw(st.sampled_from(((4, 6), (4,), (6,))))
    return QuerySettings(profile=replace(draw(profiles()), families=families))


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
    return PodEndpoint(Pod(name, "possible", labels, ports=ports), known, draw(st.sampled_from(oracle.free)))


def check_exposure(inventory, wanted, data, *, peers, ports):
    found = connectivity_map(inventory, MapSettings(query=wanted, exposure=True, verify=0))
    oracle = Oracle(inventory, wanted)
    outside = [ExternalEndpoint(address) for address in oracle.outside]
    others = [data.draw(possible_pods(oracle)) for _ in range(peers)] if oracle.free else []
    others += data.draw(st.lists(st.sampled_from(outside), max_size=3)) if outside else []
    for entry in (entry for each in found.exposure for entry in each.entries):
        assert may_be_found(entry.peers, oracle), entry
    traffic = some_traffic(data, inventory, ports)
    for own, other, direction in product(oracle.pods, others, Direction):
        if own.pod.host_network:
            continue
        (exposure,) = exposures_of(found, own, direction)
        for mine, (protocol, port) in product(oracle.possible_ends(own, other), traffic):
            ends = (other, mine) if direction is Direction.INGRESS else (mine, other)
            for facts in oracle.facts_about(own, other.address, protocol):
                allowed = oracle.allows(*ends, protocol, port, facts)

                told = is_exposed(exposure, mine, other, protocol, port, facts)

                where = (direction, mine, other, protocol, port, facts, exposure.entries)
                assert told[0] <= allowed <= told[1], where
                assert isinstance(other, ExternalEndpoint) or told == (allowed, allowed), where


@settings(max_examples=25)
@given(crowds(), query_settings(), st.data())
def test_every_cell_is_that_of_the_reference_evaluator(objects, wanted, data):
    inventory = inventory_from_objects(objects)

    check(inventory, wanted, some_traffic(data, inventory, 4))


@settings(max_examples=15)
@given(governed(crowds(), max_size=2), query_settings(known=True), st.data())
def test_every_cell_under_admin_policies_is_that_of_the_reference_evaluator(objects, wanted, data):
    inventory = inventory_from_objects(objects)

    check(inventory, wanted, some_traffic(data, inventory, 3))


@settings(max_examples=30)
@given(crowds(max_policies=1), by_team(), st.data())
def test_admin_policies_select_by_labels_that_are_open(objects, admin, data):
    inventory = inventory_from_objects([*objects, *admin])

    check(inventory, QuerySettings(open_namespaces=True), some_traffic(data, inventory, 2))


@settings(max_examples=15)
@given(crowds(), plugins(), st.data())
def test_every_cell_is_as_the_network_plugin_has_it(objects, wanted, data):
    inventory = inventory_from_objects(objects)

    check(inventory, wanted, some_traffic(data, inventory, 4))


@settings(max_examples=15)
@given(governed(crowds()), query_settings(known=True))
def test_the_solver_confirms_every_cell_under_admin_policies(objects, wanted):
    inventory = inventory_from_objects(objects)

    found = connectivity_map(inventory, MapSettings(query=wanted, include_self=True, verify=10_000))

    assert found.undecided is not None or found.verification.is_complete


@settings(max_examples=25)
@given(crowds(), query_settings())
def test_the_solver_confirms_every_cell(objects, wanted):
    inventory = inventory_from_objects(objects)

    found = connectivity_map(inventory, MapSettings(query=wanted, include_self=True, verify=10_000))

    open_namespaces = any(not each.declared for each in inventory.namespaces.values())
    assert found.verification.is_complete or (wanted.open_namespaces and open_namespaces)


@settings(max_examples=20)
@given(crowds(), plugins())
def test_the_solver_confirms_every_cell_under_network_plugins(objects, wanted):
    inventory = inventory_from_objects(objects)

    found = connectivity_map(inventory, MapSettings(query=wanted, include_self=True, verify=10_000))

    assert found.verification.is_complete


@settings(max_examples=25)
@given(crowds(), query_settings(), st.data())
def test_exposure_is_just_what_possible_peers_can_do(objects, wanted, data):
    check_exposure(inventory_from_objects(objects), wanted, data, peers=8, ports=3)


@settings(max_examples=15)
@given(governed(crowds(), max_size=2), query_settings(known=True), st.data())
def test_exposure_under_admin_policies_is_just_what_possible_peers_can_do(objects, wanted, data):
    check_exposure(inventory_from_objects(objects), wanted, data, peers=8, ports=3)


@settings(max_examples=20)
@given(crowds(max_policies=1), by_team(), st.data())
def test_exposure_under_admin_policies_that_select_by_labels_that_are_open(objects, admin, data):
    wanted = QuerySettings(open_namespaces=True)

    check_exposure(inventory_from_objects([*objects, *admin]), wanted, data, peers=8, ports=3)


@settings(max_examples=30)
@given(crowds(), plugins(), st.data())
def test_exposure_is_as_the_network_plugin_has_it(objects, wanted, data):
    check_exposure(inventory_from_objects(objects), wanted, data, peers=8, ports=3)


@pytest.mark.slow
@settings(max_examples=600)
@given(crowds(max_workloads=4, max_policies=6), query_settings() | plugins(), st.data())
def test_exposure_is_just_what_possible_peers_can_do_in_many_clusters(objects, wanted, data):
    check_exposure(inventory_from_objects(objects), wanted, data, peers=12, ports=4)


@pytest.mark.slow
@settings(max_examples=400)
@given(governed(crowds(max_workloads=4)), query_settings(known=True), st.data())
def test_exposure_under_admin_policies_of_many_clusters(objects, wanted, data):
    check_exposure(inventory_from_objects(objects), wanted, data, peers=10, ports=3)


@pytest.mark.slow
@settings(max_examples=1000)
@given(crowds(max_workloads=5, max_policies=6), query_settings() | plugins(), st.data())
def test_every_cell_is_that_of_the_reference_evaluator_on_many_clusters(objects, wanted, data):
    inventory = inventory_from_objects(objects)

    check(inventory, wanted, some_traffic(data, inventory, 6))


@pytest.mark.slow
@settings(max_examples=400)
@given(governed(crowds(max_workloads=4), max_size=2), query_settings(known=True), st.data())
def test_every_cell_under_admin_policies_of_many_clusters(objects, wanted, data):
    inventory = inventory_from_objects(objects)

    check(inventory, wanted, some_traffic(data, inventory, 4))
