"""The published strategies: valid, complete, shrinking, repeatable, and strict about their arguments."""

from __future__ import annotations

import subprocess
import sys
from contextlib import suppress
from ipaddress import ip_network
from itertools import combinations

import pytest
from hypothesis import Phase, find, given, settings
from hypothesis.errors import InvalidArgument, NoSuchExample

from npverify import load_objects, strategies
from npverify.resources import Direction, Operator

small = settings(max_examples=2000, database=None, derandomize=True)


@settings(max_examples=100)
@given(strategies.clusters())
def test_clusters_load_and_have_no_findings(objects):
    inventory = load_objects(objects).inventory

    assert not inventory.left_out
    assert inventory.findings == ()
    assert not inventory.unmodelled


@settings(max_examples=100)
@given(strategies.clusters())
def test_no_two_pods_share_an_address(objects):
    pods = [item for item in objects if item["kind"] == "Pod"]
    addresses = [entry["ip"] for pod in pods for entry in pod["status"].get("podIPs", [])]

    assert len(set(addresses)) == len(addresses)


class World:
    """The objects as they were generated, and what was read from them."""

    def __init__(self, objects):
        self.objects = objects
        inventory = load_objects(objects).inventory
        self.namespaces = inventory.namespaces
        self.policies = inventory.policies
        self.pods = [pod for workload in inventory.workloads for pod in workload.pods]
        self.read_rules = [r for policy in self.policies for r in (*policy.ingress, *policy.egress)]
        self.peers = [peer for rule in self.read_rules for peer in rule.peers]
        self.blocks = [peer.ip_block for peer in self.peers if peer.ip_block]
        self.ports = [port for rule in self.read_rules for port in rule.ports]
        selectors = [policy.pod_selector for policy in self.policies]
        self.operators = {r.operator for selector in selectors for r in selector.requirements}
        policies = [item for item in objects if item["kind"] == "NetworkPolicy"]
        self.specs = [item["spec"] for item in policies if "spec" in item]
        self.lacks_spec = len(self.specs) < len(policies)
        lists = [spec.get(field) or () for spec in self.specs for field in ("ingress", "egress")]
        self.rules = [rule for rules in lists for rule in rules]
        self.phases = [item["status"]["phase"] for item in objects if item["kind"] == "Pod"]


def disagree_on_a_port(world):
    numbers = [{port.name: port.number for port in pod.ports} for pod in world.pods]
    return any(a[name] != b[name] for a, b in combinations(numbers, 2) for name in a.keys() & b.keys())


FEATURES = {
    "peer with pods only": lambda w: any(p.pod_selector and not p.namespace_selector for p in w.peers),
    "peer with namespaces only": lambda w: any(p.namespace_selector and not p.pod_selector for p in w.peers),
    "peer with both selectors": lambda w: any(p.namespace_selector and p.pod_selector for p in w.peers),
    "empty pod selector of a peer": lambda w: any(
        p.pod_selector and not p.pod_selector.requirements for p in w.peers
    ),
    "namespace by its name": lambda w: any(
        "kubernetes.io/metadata.name" in str(rule.get("from")) for rule in w.rules
    ),
    "ipBlock without except": lambda w: any(not b.excepts for b in w.blocks),
    "ipBlock of v4 with except": lambda w: any(b.excepts and b.cidr.version == 4 for b in w.blocks),
    "ipBlock of v6 with except": lambda w: any(b.excepts and b.cidr.version == 6 for b in w.blocks),
    "ipBlock with two excepts": lambda w: any(len(b.excepts) == 2 for b in w.blocks),
    "ipBlock of everything": lambda w: any(b.cidr.prefixlen == 0 for b in w.blocks),
    "named port": lambda w: any(isinstance(p.port, str) for p in w.ports),
    "named port of UDP": lambda w: any(isinstance(p.port, str) and p.protocol == "UDP" for p in w.ports),
    "protocol without port": lambda w: any(p.port is None for p in w.ports),
    "range of several ports": lambda w: any(p.end_port and p.end_port > p.port for p in w.ports),
    "range of one port": lambda w: any(p.end_port == p.port and p.port for p in w.ports),
    "port of UDP": lambda w: any(p.protocol == "UDP" for p in w.ports),
    "port of SCTP": lambda w: any(p.protocol == "SCTP" for p in w.ports),
    "empty port": lambda w: any({} in (rule.get("ports") or ()) for rule in w.rules),
    "In": lambda w: Operator.IN in w.operators,
    "NotIn": lambda w: Operator.NOT_IN in w.operators,
    "Exists": lambda w: Operator.EXISTS in w.operators,
    "DoesNotExist": lambda w: Operator.DOES_NOT_EXIST in w.operators,
    "null matchLabels": lambda w: any(
        "matchLabels" in (s.get("podSelector") or {}) and s["podSelector"]["matchLabels"] is None
        for s in w.specs
    ),
    "missing podSelector": lambda w: any("podSelector" not in s for s in w.specs),
    "null podSelector": lambda w: any(s.get("podSelector", 0) is None for s in w.specs),
    "empty podSelector": lambda w: any(s.get("podSelector") == {} for s in w.specs),
    "missing spec": lambda w: w.lacks_spec,
    "missing policyTypes": lambda w: any("policyTypes" not in s for s in w.specs),
    "null policyTypes": lambda w: any(s.get("policyTypes", 0) is None for s in w.specs),
    "empty policyTypes": lambda w: any(s.get("policyTypes") == [] for s in w.specs),
    "Ingress": lambda w: any(s.get("policyTypes") == ["Ingress"] for s in w.specs),
    "Egress": lambda w: any(s.get("policyTypes") == ["Egress"] for s in w.specs),
    "both types in the other order": lambda w: any(
        s.get("policyTypes") == ["Egress", "Ingress"] for s in w.specs
    ),
    "dead rules": lambda w: any(p.ingress and p.policy_types == (Direction.EGRESS,) for p in w.policies),
    "missing ingress": lambda w: any("ingress" not in s for s in w.specs),
    "null ingress": lambda w: any(s.get("ingress", 0) is None for s in w.specs),
    "empty egress": lambda w: any(s.get("egress") == [] for s in w.specs),
    "empty rule": lambda w: {} in w.rules,
    "null from": lambda w: any(rule.get("from", 0) is None for rule in w.rules),
    "empty to": lambda w: any(rule.get("to") == [] for rule in w.rules),
    "null ports": lambda w: any(rule.get("ports", 0) is None for rule in w.rules),
    "empty ports": lambda w: any(rule.get("ports") == [] for rule in w.rules),
    "several policies": lambda w: len(w.policies) >= 3,
    "Deployment": lambda w: any(pod.replicated for pod in w.pods),
    "pod without an address": lambda w: any(not p.addresses and not p.replicated for p in w.pods),
    "pod of both families": lambda w: any({a.version for a in p.addresses} == {4, 6} for p in w.pods),
    "pod of v6 alone": lambda w: any({a.version for a in p.addresses} == {6} for p in w.pods),
    "hostNetwork": lambda w: any(pod.host_network for pod in w.pods),
    "pod that succeeded": lambda w: "Succeeded" in w.phases,
    "pod that failed": lambda w: "Failed" in w.phases,
    "pod without labels": lambda w: any(not pod.labels for pod in w.pods),
    "label with an empty value": lambda w: any("" in pod.labels.values() for pod in w.pods),
    "one name, two numbers": disagree_on_a_port,
    "namespace without its object": lambda w: not all(n.declared for n in w.namespaces.values()),
}


def test_every_feature_occurs():
    missing = dict(FEATURES)

    def completes(objects):
        world = World(objects)
        for name in [name for name, holds in missing.items() if holds(world)]:
            del missing[name]
        return not missing

    with suppress(NoSuchExample):
        find(strategies.clusters(), completes, settings=settings(small, phases=[Phase.generate]))

    assert sorted(missing) == []


def policy(**spec):
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": {"name": "policy", "namespace": "one"},
        "spec": spec,
    }


@pytest.mark.parametrize(
    ("strategy", "wanted", "smallest"),
    [
        (strategies.label_sets(), lambda labels: labels, {"app": "a"}),
        (strategies.selectors(), lambda s: s.get("matchLabels"), {"matchLabels": {"app": "a"}}),
        (
            strategies.selectors(),
            lambda s: s.get("matchExpressions"),
            {"matchExpressions": [{"key": "app", "operator": "Exists"}]},
        ),
        (strategies.cidrs(), lambda _: True, "10.0.0.0/29"),
        (strategies.cidrs(), lambda cidr: ":" in cidr, "2001:db8::/125"),
        (
            strategies.ip_blocks(),
            lambda block: block.get("except"),
            {"cidr": "10.0.0.0/29", "except": ["10.0.0.0/30"]},
        ),
        (strategies.port_ranges(), lambda _: True, {}),
        (strategies.port_ranges(), lambda port: "endPort" in port, {"port": 80, "endPort": 80}),
        (strategies.network_policies(), lambda p: (p.get("spec") or {}).get("egress"), policy(egress=[{}])),
        (
            strategies.network_policies(max_rules=0),
            lambda p: (p.get("spec") or {}).get("egress") == [],
            policy(egress=[]),
        ),
        (strategies.policy_sets(), lambda _: True, []),
    ],
)
def test_examples_shrink_to_what_matters(strategy, wanted, smallest):
    assert find(strategy, lambda example: bool(wanted(example)), settings=small) == smallest


def test_a_cluster_shrinks_to_one_policy():
    found = find(
        strategies.clusters(min_workloads=0),
        lambda c: any(i["kind"] == "NetworkPolicy" for i in c),
        settings=small,
    )

    assert [item["kind"] for item in found] == ["NetworkPolicy"]


def test_own_vocabularies_are_kept_to():
    arguments = {
        "namespaces": ["prod"],
        "keys": ["role"],
        "values": ["x"],
        "networks": ["172.16.0.0/12"],
        "addresses": ["172.16.0.9"],
        "ports": [7000],
        "names": ["grpc"],
    }

    @settings(max_examples=100)
    @given(strategies.clusters(**arguments))
    def check(objects):
        world = World(objects)
        assert set(world.namespaces) <= {"prod"}
        assert {key for pod in world.pods for key in pod.labels} <= {"role"}
        assert {value for pod in world.pods for value in pod.labels.values()} <= {"x"}
        assert {str(address) for pod in world.pods for address in pod.addresses} <= {"172.16.0.9"}
        assert {(port.name, port.number) for pod in world.pods for port in pod.ports} <= {("grpc", 7000)}
        assert all(port.port in (7000, "grpc", None) for port in world.ports)
        assert all(block.cidr.subnet_of(ip_network("172.16.0.0/12")) for block in world.blocks)

    check()


def test_examples_do_not_depend_on_the_hash_seed():
    program = (
        "from hypothesis import given, settings, HealthCheck\n"
        "from npverify import strategies\n"
        "@settings(derandomize=True, database=None, max_examples=20, suppress_health_check=HealthCheck)\n"
        "@given(strategies.clusters().flatmap(lambda c: strategies.flows(cluster=c)))\n"
        "def show(flow): print(flow)\n"
        "show()\n"
    )
    shown = {
        subprocess.run(
            [sys.executable, "-c", program],
            env={"PYTHONPATH": ":".join(sys.path), "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }

    assert len(shown) == 1
    assert "FlowArguments" in shown.pop()


@pytest.mark.parametrize(
    ("strategy", "arguments", "words"),
    [
        (strategies.label_sets, {"keys": []}, r"keys=\[\]"),
        (strategies.label_sets, {"keys": "app"}, "keys='app'"),
        (strategies.label_sets, {"keys": ["a b"]}, "keys: 'a b'"),
        (strategies.label_sets, {"values": ["-"]}, "values: '-'"),
        (strategies.selectors, {"values": [1]}, r"values=\[1\]"),
        (strategies.port_ranges, {"ports": [0]}, r"ports=\[0\]"),
        (strategies.port_ranges, {"ports": [True]}, r"ports=\[True\]"),
        (strategies.port_ranges, {"names": ["80"]}, "names: '80'"),
        (strategies.network_policies, {"max_rules": -1}, "max_rules=-1"),
        (strategies.network_policies, {"name": "My_Policy"}, "name: 'My_Policy'"),
        (strategies.network_policies, {"networks": ["10.0.0.1/8"]}, "networks: 10.0.0.1/8"),
        (strategies.policy_sets, {"min_size": 3, "max_size": 2}, "max_size=2"),
        (strategies.namespaces, {"name": "a.b"}, "name: 'a.b'"),
        (strategies.workloads, {"name": "A"}, "name: 'A'"),
        (strategies.workloads, {"ports": [65_536]}, r"ports=\[65536\]"),
        (strategies.workloads, {"addresses": ["10.0.0.1", "10.0.0.2"]}, "at most one address of each family"),
        (strategies.clusters, {"min_workloads": -1}, "min_workloads=-1"),
        (strategies.clusters, {"max_policies": -1}, "max_size=-1"),
        (strategies.clusters, {"namespaces": ["One"]}, "namespaces: 'One'"),
        (strategies.clusters, {"addresses": ["10.0.0"]}, "addresses: '10.0.0'"),
        (strategies.clusters, {"addresses": ["::1", "0::1"]}, "no address twice"),
        (strategies.cidrs, {"within": ["nonsense"]}, "within: 'nonsense'"),
    ],
)
def test_wrong_arguments_are_shown(strategy, arguments, words):
    with pytest.raises(InvalidArgument, match=words):
        find(strategy(**arguments), lambda _: True)
