"""What a rule of an admin policy matches, as the solver sees it: one pod asks for each of many ends."""

from __future__ import annotations

from ipaddress import ip_address, ip_network

import pytest
from tests.oracle import flow_query, split_pods

from npverify.manifests import inventory_from_objects
from npverify.questions.answer import Verdict
from npverify.questions.ask import ask
from npverify.questions.settings import QuerySettings, Universe
from npverify.resources import Protocol

RESOLVED = {
    name: (ip_network(text),)
    for name, text in (
        ("a.example.com", "203.0.113.9/32"),
        ("pod.example.com", "10.0.1.1/32"),
        ("*.wild.example", "203.0.113.10/32"),
    )
}
OUTSIDE = {"9": "203.0.113.9", "10": "203.0.113.10", "six": "2001:db8:ffff::1"}
NODES = {"n1": ("192.168.0.1", "a"), "n2": ("192.168.0.2", "b"), "n6": ("2001:db8:1::6", "a")}


def pod(name, namespace="shop", *ports, address=None, **spec):
    declared = [{"name": n, "containerPort": number, "protocol": p} for n, number, p in ports]
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": name, "namespace": namespace, "labels": {"app": name}},
        "spec": {"containers": [{"name": "main", "ports": declared}], **spec},
        "status": {"podIPs": [{"ip": address}]} if address else {},
    }


def node(name, address, pool):
    return {
        "apiVersion": "v1",
        "kind": "Node",
        "metadata": {"name": name, "labels": {"pool": pool}},
        "status": {"addresses": [{"type": "InternalIP", "address": address}]},
    }


def namespace(name):
    return {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name, "labels": {"team": name}}}


def hosted(name, address):
    return pod(f"on-{name}", address=address, hostNetwork=True, nodeName=name)


WORLD = [
    namespace("shop"),
    namespace("web"),
    *(node(name, *rest) for name, rest in NODES.items()),
    *(hosted(name, address) for name, (address, _) in NODES.items()),
    hosted("stranger", "192.168.0.9"),
    pod("api", address="10.0.0.2"),
    pod("api6", address="2001:db8::2"),
    pod("db", "shop", ("web", 80, "TCP"), ("dns", 53, "UDP"), address="10.0.0.1"),
    pod("front", "web", ("web", 81, "TCP"), address="10.0.1.1"),
    pod("front6", "web", address="2001:db8::5"),
]


def cluster_policy(
    action, peers, *, protocols=(), tier="Admin", field="egress", name="p", of=("api", "api6")
):
    made = {"action": action, {"egress": "to", "ingress": "from"}[field]: list(peers)}
    if protocols:
        made["protocols"] = list(protocols)
    selector = {"matchExpressions": [{"key": "app", "operator": "In", "values": list(of)}]}
    return {
        "apiVersion": "policy.networking.k8s.io/v1alpha2",
        "kind": "ClusterNetworkPolicy",
        "metadata": {"name": name},
        "spec": {
            "tier": tier,
            "priority": 1,
            "subject": {"pods": {"namespaceSelector": {}, "podSelector": selector}},
            field: [made],
        },
    }


def own(name="own", **spec):
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": {"name": name, "namespace": "shop"},
        "spec": {"podSelector": {"matchLabels": {"app": "api"}}, **spec},
    }


def verdict(policies, source, destination, port=80, protocol=Protocol.TCP):
    inventory = inventory_from_objects([*WORLD, *policies])
    by_name = {workload.name: workload for workload in split_pods(inventory)}
    first, last = (by_name.get(end) or ip_address(OUTSIDE[end]) for end in (source, destination))
    settings = QuerySettings(universe=Universe.DECLARED, resolved=RESOLVED)
    return ask(flow_query(first, last, protocol, port), inventory, settings).verdict


ENDS = {
    "api": ("db", "front", "on-n1", "on-n2", "on-stranger", "9", "10"),
    "api6": ("front6", "on-n6", "six"),
}
EVERY_POD = {"namespaces": {}}


def pods_where(**labels):
    return {"pods": {"namespaceSelector": {}, "podSelector": {"matchLabels": labels}}}


DENIED = [
    ([EVERY_POD], "db front front6"),
    ([pods_where(app="db")], "db"),
    ([{"namespaces": {"matchLabels": {"team": "web"}}}], "front front6"),
    ([pods_where(app="on-n1")], ""),
    ([{"networks": ["0.0.0.0/0"]}], "db front on-n1 on-n2 on-stranger 9 10"),
    ([{"networks": ["::/0"]}], "front6 on-n6 six"),
    ([{"networks": ["10.0.1.0/24", "192.168.0.0/30"]}], "front on-n1 on-n2"),
    ([{"networks": ["2001:db8::/48", "203.0.113.8/31"]}], "9 front6"),
    ([{"nodes": {}}], "on-n1 on-n2 on-stranger on-n6"),
    ([{"nodes": {"matchLabels": {"pool": "a"}}}], "on-n1 on-n6"),
    ([{"nodes": {"matchExpressions": [{"key": "pool", "operator": "NotIn", "values": ["a"]}]}}], "on-n2"),
    ([{"nodes": {"matchLabels": {"pool": "c"}}}], ""),
    ([{"domainNames": ["a.example.com"]}], "9"),
    ([{"domainNames": ["pod.example.com"]}], "front"),
    ([{"domainNames": ["*.wild.example"]}], "10"),
    ([{"domainNames": ["*.mple.com"]}], ""),
    ([{"newKindOfPeer": {}}], "db front on-n1 on-n2 on-stranger 9 10 front6 on-n6 six"),
    ([pods_where(app="db"), {"nodes": {"matchLabels": {"pool": "b"}}}], "db on-n2"),
]


@pytest.mark.parametrize(("peers", "expected"), DENIED, ids=str)
def test_what_a_denial_matches(peers, expected):
    policies = [cluster_policy("Deny", peers)]

    denied = [
        end
        for source, ends in ENDS.items()
        for end in ends
        if verdict(policies, source, end) is Verdict.UNREACHABLE
    ]

    assert denied == expected.split()


OPEN = [
    (["b.example.com"], "9 10 six"),
    (["*.example.com"], "10 six"),
    (["*.wild.example"], ""),
    (["a.example.com", "x.org"], "10 six"),
]


@pytest.mark.parametrize(("names", "expected"), OPEN, ids=str)
def test_an_open_domain_name_stands_for_outside_addresses_only(names, expected):
    """An address outside can be among those of the name, and then the denial of all is not what decides."""
    policies = [
        cluster_policy("Accept", [{"domainNames": names}], name="a"),
        cluster_policy("Deny", [{"networks": ["0.0.0.0/0", "::/0"]}], name="b"),
    ]
    policies[1]["spec"]["priority"] = 2
    resolved = {"9"} if "a.example.com" in names or "*.example.com" in names else set()
    resolved |= {"front"} if "*.example.com" in names else set()
    resolved |= {"10"} if "*.wild.example" in names else set()

    reachable = {
        end
        for source, ends in ENDS.items()
        for end in ends
        if verdict(policies, source, end) is Verdict.REACHABLE
    }

    assert reachable == resolved | set(expected.split())


@pytest.mark.parametrize("action", ["Accept", "Deny", "Pass"])
@pytest.mark.parametrize("tier", ["Admin", "Baseline"])
def test_an_unknown_peer_never_opens_anything(action, tier):
    closed = cluster_policy(action, [{"newKindOfPeer": {}}], tier=tier)

    assert verdict([closed, own(policyTypes=["Egress"])], "api", "db") is Verdict.UNREACHABLE


@pytest.mark.parametrize(
    ("action", "expected"), [("Accept", "REACHABLE"), ("Deny", "UNREACHABLE"), ("Pass", "UNREACHABLE")]
)
def test_an_unknown_peer_closes_what_a_rule_denies_or_passes_on(action, expected):
    unknown = cluster_policy(
        action, [{"newKindOfPeer": {}}], protocols=[{"udp": {"destinationPort": {"number": 1}}}]
    )

    assert verdict([unknown, own(egress=[{}])], "api", "db") is Verdict[expected]


@pytest.mark.parametrize(
    ("policy_types", "expected"),
    [
        (None, "UNREACHABLE"),
        (["Ingress"], "UNREACHABLE"),
        (["Egress"], "REACHABLE"),
        (["Ingress", "Egress"], "REACHABLE"),
    ],
)
def test_a_network_policy_keeps_baseline_out_of_its_own_direction(policy_types, expected):
    below = cluster_policy("Deny", [EVERY_POD], tier="Baseline")
    policies = [own(policyTypes=policy_types, ingress=[{}], egress=[{}])] if policy_types else []

    assert verdict([below, *policies], "api", "db") is Verdict[expected]


@pytest.mark.parametrize(("egress", "expected"), [([], "UNREACHABLE"), ([{}], "REACHABLE")])
def test_a_pass_leaves_it_to_the_network_policies(egress, expected):
    passes = cluster_policy("Pass", [EVERY_POD])
    denies = cluster_policy("Deny", [EVERY_POD], name="q")
    denies["spec"]["priority"] = 2

    found = verdict([passes, denies, own(policyTypes=["Egress"], egress=egress)], "api", "db")

    assert found is Verdict[expected]


def test_a_pass_at_baseline_falls_to_the_default():
    tier = [
        cluster_policy("Pass", [pods_where(app="db")], tier="Baseline", name="a"),
        cluster_policy("Deny", [EVERY_POD], tier="Baseline", name="b"),
    ]
    tier[1]["spec"]["priority"] = 2

    assert verdict(tier, "api", "db") is Verdict.REACHABLE
    assert verdict(tier, "api", "front") is Verdict.UNREACHABLE


PORTS = [
    # protocols, and which of tcp 53, tcp 80, tcp 81, udp 53 and sctp 80 are denied to db and to front
    ([{"tcp": {"destinationPort": {"number": 80}}}], "tcp80", "tcp80"),
    ([{"tcp": {"destinationPort": {"range": {"start": 80, "end": 81}}}}], "tcp80 tcp81", "tcp80 tcp81"),
    ([{"tcp": {"destinationPort": {"range": {"start": 79, "end": 80}}}}], "tcp80", "tcp80"),
    ([{"udp": {"destinationPort": {"number": 53}}}, {"sctp": {"destinationPort": {"number": 80}}}],
     "udp53 sctp80", "udp53 sctp80"),
    ([{"destinationNamedPort": "web"}], "tcp80", "tcp81"),
    ([{"destinationNamedPort": "dns"}], "udp53", ""),
    ([{"destinationNamedPort": "dns"}, {"tcp": {"destinationPort": {"number": 81}}}], "tcp81 udp53", "tcp81"),
]  # fmt: skip
TRAFFIC = [
    (Protocol.TCP, 53),
    (Protocol.TCP, 80),
    (Protocol.TCP, 81),
    (Protocol.UDP, 53),
    (Protocol.SCTP, 80),
]


@pytest.mark.parametrize(("protocols", "at_db", "at_front"), PORTS, ids=str)
def test_what_a_denial_of_protocols_matches(protocols, at_db, at_front):
    policies = [cluster_policy("Deny", [EVERY_POD], protocols=protocols)]

    for end, expected in (("db", at_db), ("front", at_front)):
        denied = [
            f"{protocol.lower()}{port}"
            for protocol, port in TRAFFIC
            if verdict(policies, "api", end, port, protocol) is Verdict.UNREACHABLE
        ]

        assert denied == expected.split()


def test_an_accept_at_one_end_leaves_the_other_end_alone():
    accepted = cluster_policy("Accept", [EVERY_POD], name="a")
    denied = cluster_policy("Deny", [EVERY_POD], field="ingress", name="b", of=("db",))
    denied["spec"]["priority"] = 2

    assert verdict([accepted], "api", "db") is Verdict.REACHABLE
    assert verdict([accepted, denied], "api", "db") is Verdict.UNREACHABLE
    assert (
        verdict([accepted, own(podSelector={"matchLabels": {"app": "db"}})], "api", "db")
        is Verdict.UNREACHABLE
    )


def test_a_host_network_pod_is_no_subject():
    every = cluster_policy("Deny", [EVERY_POD], of=("on-n1", "api"))

    assert verdict([every], "on-n1", "db") is Verdict.REACHABLE
    assert verdict([every], "api", "db") is Verdict.UNREACHABLE
