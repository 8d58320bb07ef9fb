"""The Python API: loading, asking, and single flows by the reference evaluator."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from tests.oracle import reference_reaches, split_pods

from npverify import (
    Form,
    InputError,
    QuerySettings,
    UsageError,
    Verdict,
    load,
    load_objects,
    profile_of,
    strategies,
)
from npverify.resources import Protocol

ROOT = Path(__file__).resolve().parents[2]
SHOP = ROOT / "examples" / "shop"


def test_sentence_and_parts_ask_the_same():
    cluster = load(SHOP)

    by_sentence = cluster.query("can the api reach the database on tcp/5432?")
    by_parts = cluster.query(source="api", destination="database", port=5432, protocol="tcp")

    assert by_sentence.verdict is by_parts.verdict is Verdict.REACHABLE
    assert by_sentence.witness == by_parts.witness


def test_destination_alone_asks_what_can_reach_it():
    assert load(SHOP).query(destination="database").query.form is Form.WHAT_CAN_REACH


def test_sentence_and_parts_together_are_an_error():
    with pytest.raises(UsageError, match="both"):
        load(SHOP).query("can a reach b?", source="a")


def test_objects_load_like_files():
    objects = [d for path in sorted(SHOP.glob("*.yaml")) for d in yaml.safe_load_all(path.read_text())]

    answer = load_objects(objects).query("can any frontend pod reach the database?")

    assert answer.verdict is Verdict.UNREACHABLE
    assert answer.core[0].origin.file.startswith("<memory>")


def test_standard_input():
    text = (SHOP / "policies.yaml").read_bytes()

    assert len(load("-", stdin=io.BytesIO(text)).inventory.policies) == 6


def test_bad_objects_raise_with_every_problem():
    bad = {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": {"name": "A"},
        "spec": 1,
    }

    with pytest.raises(InputError) as raised:
        load_objects([bad])

    assert len(raised.value.problems) == 2


@pytest.mark.parametrize(
    ("source", "destination", "port", "expected"),
    [
        ("shop/api", "shop/database", 5432, True),
        ("shop/api", "shop/database", 5433, False),
        ("shop/frontend", "shop/database", 5432, False),
        ("203.0.113.7", "shop/frontend", 8080, True),
        ("203.0.113.7", "shop/frontend", 8081, False),
        ("shop/backup", "198.51.100.7", 443, True),
        ("shop/backup", "203.0.113.7", 443, False),
    ],
)
def test_allows_one_concrete_flow(source, destination, port, expected):
    assert load(SHOP).allows(source, destination, port) is expected


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("shop/nobody", "shop/api", 80), "shop/nobody"),
        (("shop/api", "shop/database", 0), "1-65535"),
        (("shop/api", "shop/database", 80, "ICMP"), "ICMP"),
    ],
)
def test_allows_rejects_what_is_no_flow(arguments, words):
    with pytest.raises(UsageError, match=words):
        load(SHOP).allows(*arguments)


@settings(max_examples=30)
@given(strategies.clusters().flatmap(lambda c: strategies.flows(cluster=c).map(lambda f: (c, f))))
def test_allows_is_implied_by_the_brute_force(pair):
    objects, flow = pair
    cluster = load_objects(objects)
    pods = {f"{w.pods[0].namespace}/{w.pods[0].name}": w for w in split_pods(cluster.inventory)}
    if flow.source not in pods or flow.destination not in pods or flow.source == flow.destination:
        return

    if cluster.allows(*flow):
        ends = pods[flow.source], pods[flow.destination]
        assert reference_reaches(cluster.inventory, *ends, Protocol(flow.protocol), flow.port)


def test_ends_without_a_common_address_family_do_not_connect():
    pods = [
        {
            "apiVersion": "v1",
            "kind": "Pod",
            "metadata": {"name": name, "namespace": "one"},
            "spec": {"containers": []},
            "status": {"podIPs": [{"ip": address}]},
        }
        for name, address in (("four", "10.0.0.1"), ("six", "2001:db8::1"), ("other", "10.0.0.2"))
    ]

    assert load_objects(pods).allows("one/four", "one/other", 80)
    assert not load_objects(pods).allows("one/four", "one/six", 80)
    assert not load_objects(pods).allows("2001:db8::9", "one/four", 80)


@pytest.mark.parametrize(
    ("cni", "by_address", "at_all"),
    [
        ("generic", True, True),
        ("weave", True, False),
        ("aws-vpc,enabled=true,family=4", True, False),
        ("aws-vpc,enabled=true,family=6", False, True),
    ],
)
def test_a_flow_is_of_a_family_that_the_network_plugin_carries(cni, by_address, at_all):
    pods = [
        {
            "apiVersion": "v1",
            "kind": "Pod",
            "metadata": {"name": name, "namespace": "one"},
            "spec": {"containers": []},
            "status": {"podIPs": [{"ip": address} for address in addresses]},
        }
        for name, *addresses in (
            ("six", "2001:db8::1"),
            ("both", "10.0.0.1", "2001:db8::2"),
            ("other", "10.0.0.2", "2001:db8::3"),
        )
    ]
    by_four = {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": {"name": "p", "namespace": "one"},
        "spec": {"podSelector": {}, "ingress": [{"from": [{"ipBlock": {"cidr": "10.0.0.0/8"}}]}]},
    }
    wanted = QuerySettings(profile=profile_of(cni))

    assert load_objects([*pods, by_four]).allows("one/both", "one/other", 80, settings=wanted) is by_address
    assert load_objects(pods).allows("one/six", "one/other", 80, settings=wanted) is at_all


def on_one_node(name, **spec):
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": name, "namespace": "one", "labels": {"app": name}},
        "spec": {"containers": [], "nodeName": "n", **spec},
        "status": {"podIPs": [{"ip": "10.1.0.1" if spec else "10.0.0.1"}]},
    }


def test_a_flow_that_hangs_on_the_network_plugin_is_decided_when_it_is_named():
    deny = {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": {"name": "deny", "namespace": "one"},
        "spec": {"podSelector": {}, "policyTypes": ["Egress"]},
    }
    cluster = load_objects([on_one_node("a"), on_one_node("host", hostNetwork=True), deny])

    with pytest.raises(UsageError, match="the network plugin lets a pod reach the node it runs on"):
        cluster.allows("one/a", "one/host", 80)

    for cni, expected in (("calico", False), ("weave", True)):
        settings = QuerySettings(profile=profile_of(cni))
        assert cluster.allows("one/a", "one/host", 80, settings=settings) is expected
    assert not cluster.allows("one/a", "203.0.113.7", 80)
    assert cluster.allows("one/host", "one/a", 80)


def test_a_flow_that_a_policy_of_another_kind_may_decide_is_not_decided():
    other = {
        "apiVersion": "cilium.io/v2",
        "kind": "CiliumNetworkPolicy",
        "metadata": {"name": "deny", "namespace": "one"},
        "spec": {"endpointSelector": {}, "ingressDeny": [{"fromEntities": ["all"]}]},
    }
    cluster = load_objects([on_one_node("a"), on_one_node("host", hostNetwork=True), other])

    with pytest.raises(UsageError, match="kinds that are not modelled yet: CiliumNetworkPolicy"):
        cluster.allows("one/a", "203.0.113.7", 80)

    for wanted in (QuerySettings(ignore_unmodelled=True), QuerySettings(profile=profile_of("calico"))):
        assert cluster.allows("one/a", "203.0.113.7", 80, settings=wanted)
