"""Admin policies: three kinds in one form, whatever the version calls things."""

from __future__ import annotations

import json
from ipaddress import ip_network

import pytest
import yaml
from tests.unit.manifests.admin_texts import ADMIN, BASELINE, CLUSTER, admin_rule, baseline_rule, cluster_rule

from npverify.resources import (
    AdminAction,
    AdminPeer,
    AdminPort,
    AdminRule,
    Direction,
    LabelSelector,
    Operator,
    PodSet,
    Protocol,
    Requirement,
    Tier,
)

EVERYWHERE = "[{namespaces: {}}]"


def selecting(**labels: str) -> LabelSelector:
    return LabelSelector(tuple(Requirement(key, Operator.IN, (value,)) for key, value in labels.items()))


def one(read, text, **options):
    inventory = read(text, **options)
    (policy,) = inventory.admin_policies
    assert inventory.findings == ()
    assert inventory.unmodelled == ()
    return policy


def only_rule(policy) -> AdminRule:
    (rule,) = (*policy.ingress, *policy.egress)
    return rule


@pytest.mark.parametrize(
    ("text", "kind", "tier", "priority"),
    [
        (CLUSTER, "ClusterNetworkPolicy", Tier.ADMIN, 10),
        (CLUSTER.replace("Admin", "Baseline"), "ClusterNetworkPolicy", Tier.BASELINE, 10),
        (CLUSTER.replace("10", "0"), "ClusterNetworkPolicy", Tier.ADMIN, 0),
        (CLUSTER.replace("10", "1000"), "ClusterNetworkPolicy", Tier.ADMIN, 1000),
        (ADMIN, "AdminNetworkPolicy", Tier.ADMIN, 10),
        (BASELINE, "BaselineAdminNetworkPolicy", Tier.BASELINE, 0),
    ],
)
def test_every_kind_has_a_tier_and_a_priority(read, text, kind, tier, priority):
    policy = one(read, text)

    assert (policy.kind, policy.tier, policy.priority) == (kind, tier, priority)
    assert (policy.ingress, policy.egress) == ((), ())


@pytest.mark.parametrize(
    ("subject", "pods"),
    [
        ("{namespaces: {}}", PodSet()),
        ("{namespaces: {matchLabels: {a: b}}}", PodSet(selecting(a="b"))),
        ("{namespaces: {}, pods: null}", PodSet()),
        ("{pods: {podSelector: {}, namespaceSelector: {}}}", PodSet()),
        (
            "{pods: {namespaceSelector: {matchLabels: {a: b}}, podSelector: {matchLabels: {c: d}}}}",
            PodSet(selecting(a="b"), selecting(c="d")),
        ),
    ],
)
@pytest.mark.parametrize("head", [CLUSTER, ADMIN, BASELINE])
def test_subjects(read, head, subject, pods):
    assert one(read, head.replace("{namespaces: {}}", subject)).subject == pods


@pytest.mark.parametrize("namespaces", ["", ", namespaceSelector: null"])
def test_a_cluster_network_policy_may_leave_out_the_namespace_selector(read, namespaces):
    text = CLUSTER.replace(
        "{namespaces: {}}", f"{{pods: {{podSelector: {{matchLabels: {{a: b}}}}{namespaces}}}}}"
    )

    assert one(read, text).subject == PodSet(LabelSelector(), selecting(a="b"))


@pytest.mark.parametrize(
    ("text", "action"),
    [
        (cluster_rule(f"{{action: Accept, to: {EVERYWHERE}}}"), AdminAction.ACCEPT),
        (cluster_rule(f"{{action: Deny, to: {EVERYWHERE}}}"), AdminAction.DENY),
        (cluster_rule(f"{{action: Pass, to: {EVERYWHERE}}}"), AdminAction.PASS),
        (
            cluster_rule(f"{{action: Pass, to: {EVERYWHERE}}}").replace("Admin", "Baseline"),
            AdminAction.PASS,
        ),
        (admin_rule(f"{{action: Allow, to: {EVERYWHERE}}}"), AdminAction.ACCEPT),
        (admin_rule(f"{{action: Deny, to: {EVERYWHERE}}}"), AdminAction.DENY),
        (admin_rule(f"{{action: Pass, to: {EVERYWHERE}}}"), AdminAction.PASS),
        (baseline_rule(f"{{action: Allow, to: {EVERYWHERE}}}"), AdminAction.ACCEPT),
        (baseline_rule(f"{{action: Deny, to: {EVERYWHERE}}}"), AdminAction.DENY),
    ],
)
def test_actions(read, text, action):
    assert only_rule(one(read, text)) == AdminRule(action, (AdminPeer(PodSet()),))


PEERS = {
    "{namespaces: {}}": AdminPeer(PodSet()),
    "{namespaces: {matchLabels: {a: b}}}": AdminPeer(PodSet(selecting(a="b"))),
    "{pods: {namespaceSelector: {}, podSelector: {matchLabels: {a: b}}}}": AdminPeer(
        PodSet(LabelSelector(), selecting(a="b"))
    ),
    "{namespaces: null, pods: {namespaceSelector: {}, podSelector: {}}}": AdminPeer(PodSet()),
}
EGRESS_PEERS = {
    "{nodes: {}}": AdminPeer(nodes=LabelSelector()),
    "{nodes: {matchLabels: {a: b}}}": AdminPeer(nodes=selecting(a="b")),
    "{networks: [10.0.0.0/8, '::/0']}": AdminPeer(networks=(ip_network("10.0.0.0/8"), ip_network("::/0"))),
    "{networks: ['64:ff9b::10.0.0.0/120']}": AdminPeer(networks=(ip_network("64:ff9b::a00:0/120"),)),
}
NAMES = {
    "{domainNames: [example.com]}": AdminPeer(domain_names=("example.com",)),
    "{domainNames: ['*.Example.COM.', a_b.example.com]}": AdminPeer(
        domain_names=("*.example.com", "a_b.example.com")
    ),
    "{domainNames: [example.com, EXAMPLE.com]}": AdminPeer(domain_names=("example.com",)),
}


@pytest.mark.parametrize(("peer", "expected"), PEERS.items())
@pytest.mark.parametrize("text", [cluster_rule, admin_rule, baseline_rule])
def test_peers_of_ingress(read, text, peer, expected):
    policy = one(read, text(f"{{action: Deny, from: [{peer}]}}", "ingress"))

    assert policy.egress == ()
    assert policy.rules(Direction.INGRESS) == (AdminRule(AdminAction.DENY, (expected,)),)


@pytest.mark.parametrize(("peer", "expected"), {**PEERS, **EGRESS_PEERS}.items())
@pytest.mark.parametrize("text", [cluster_rule, admin_rule, baseline_rule])
def test_peers_of_egress(read, text, peer, expected):
    policy = one(read, text(f"{{action: Deny, to: [{peer}]}}"))

    assert policy.ingress == ()
    assert policy.rules(Direction.EGRESS) == (AdminRule(AdminAction.DENY, (expected,)),)


@pytest.mark.parametrize(("peer", "expected"), NAMES.items())
@pytest.mark.parametrize(("text", "action"), [(cluster_rule, "Accept"), (admin_rule, "Allow")])
def test_domain_names_are_kept_as_dns_compares_them(read, text, action, peer, expected):
    rule = only_rule(one(read, text(f"{{action: {action}, to: [{peer}]}}")))

    assert rule == AdminRule(AdminAction.ACCEPT, (expected,))
    assert len(rule.peers[0].domain_name_origins) == len(expected.domain_names)


def test_only_version_1alpha1_takes_labels_that_begin_with_an_underscore(read, faults):
    rule = "{{action: {}, to: [{{domainNames: [_a.example.com]}}]}}"

    assert only_rule(one(read, admin_rule(rule.format("Allow")))).peers[0].domain_names == ("_a.example.com",)
    assert len(faults(cluster_rule(rule.format("Accept")))) == 1


PROTOCOLS = {
    "{tcp: {destinationPort: {number: 80}}}": AdminPort(Protocol.TCP, 80, 80),
    "{udp: {destinationPort: {number: 65535}}}": AdminPort(Protocol.UDP, 65535, 65535),
    "{sctp: {destinationPort: {range: {start: 1, end: 2}}}}": AdminPort(Protocol.SCTP, 1, 2),
    "{tcp: {destinationPort: {number: 80, range: null}}}": AdminPort(Protocol.TCP, 80, 80),
    "{destinationNamedPort: http}": AdminPort(name="http"),
}
PORTS = {
    "{portNumber: {port: 80}}": AdminPort(Protocol.TCP, 80, 80),
    "{portNumber: {port: 80, protocol: null}}": AdminPort(Protocol.TCP, 80, 80),
    "{portNumber: {port: 53, protocol: UDP}}": AdminPort(Protocol.UDP, 53, 53),
    "{portRange: {start: 1, end: 65535}}": AdminPort(Protocol.TCP, 1, 65535),
    "{portRange: {start: 5, end: 5, protocol: SCTP}}": AdminPort(Protocol.SCTP, 5, 5),
    "{namedPort: dns}": AdminPort(name="dns"),
}


@pytest.mark.parametrize(("port", "expected"), PROTOCOLS.items())
def test_protocols(read, port, expected):
    rule = only_rule(one(read, cluster_rule(f"{{action: Pass, to: {EVERYWHERE}, protocols: [{port}]}}")))

    assert rule.ports == (expected,)


@pytest.mark.parametrize(("port", "expected"), PORTS.items())
@pytest.mark.parametrize("text", [admin_rule, baseline_rule])
def test_ports(read, text, port, expected):
    rule = only_rule(one(read, text(f"{{action: Deny, to: {EVERYWHERE}, ports: [{port}]}}")))

    assert rule.ports == (expected,)


@pytest.mark.parametrize(
    ("text", "ports"), [(cluster_rule, "protocols"), (admin_rule, "ports"), (baseline_rule, "ports")]
)
def test_missing_and_null_are_the_same(read, text, ports):
    policy = one(read, text(f"{{name: null, action: Deny, to: {EVERYWHERE}, {ports}: null}}\n  ingress:"))

    assert policy.ingress == ()
    assert only_rule(policy) == AdminRule(AdminAction.DENY, (AdminPeer(PodSet()),))


def test_rules_peers_and_ports_keep_their_order(read):
    peers = "[{namespaces: {}}, {networks: [10.0.0.0/8]}, {nodes: {}}]"
    ports = "[{udp: {destinationPort: {number: 2}}}, {tcp: {destinationPort: {number: 1}}}]"
    policy = one(
        read,
        cluster_rule(
            f"{{name: first, action: Pass, to: {peers}, protocols: {ports}}}\n"
            f"  - {{name: second, action: Deny, to: {EVERYWHERE}}}"
        ),
    )

    first, second = policy.egress

    assert (first.name, second.name) == ("first", "second")
    assert first.peers == tuple(
        {**PEERS, "n": AdminPeer(networks=(ip_network("10.0.0.0/8"),)), **EGRESS_PEERS}[key]
        for key in ("{namespaces: {}}", "n", "{nodes: {}}")
    )
    assert [port.protocol for port in first.ports] == [Protocol.UDP, Protocol.TCP]


def test_the_limits_themselves_are_allowed(read):
    networks = ", ".join(f"10.{number}.0.0/16" for number in range(25))
    peers = ", ".join(f"{{networks: [{networks}]}}" for _ in range(25))
    ports = ", ".join("{tcp: {destinationPort: {number: 1}}}" for _ in range(25))
    rule = f"{{name: {'n' * 100}, action: Deny, to: [{peers}], protocols: [{ports}]}}"

    policy = one(read, CLUSTER + "  egress:\n" + 25 * f"  - {rule}\n")

    assert {(len(r.peers), len(r.ports), len(r.peers[0].networks)) for r in policy.egress} == {(25, 25, 25)}
    assert len(policy.egress) == 25


def test_version_1alpha1_has_a_hundred_of_each(read):
    rule = (
        f"{{action: Deny, to: [{', '.join(['{nodes: {}}'] * 100)}], "
        f"ports: [{', '.join(['{portNumber: {port: 1}}'] * 100)}]}}"
    )

    policy = one(read, ADMIN + "  egress:\n" + 100 * f"  - {rule}\n")

    assert (len(policy.egress), len(policy.egress[0].peers), len(policy.egress[0].ports)) == (100, 100, 100)


@pytest.mark.parametrize(
    "text",
    [
        cluster_rule("{action: Accept, to: [{domainNames: ['*.a.b']}, {networks: [10.0.0.0/8]}]}"),
        admin_rule("{action: Allow, from: [{namespaces: {}}], ports: [{namedPort: a}]}", "ingress"),
        baseline_rule("{action: Deny, to: [{nodes: {}}], ports: [{portRange: {start: 1, end: 2}}]}"),
    ],
)
def test_json_reads_as_yaml_does(read, text):
    inventory = read(json.dumps(yaml.safe_load(text), indent=2))

    assert inventory.admin_policies == (one(read, text),)


def test_policies_stand_by_tier_then_priority_then_name(read):
    def policy(name: str, tier: str, priority: int) -> str:
        return (
            CLUSTER.replace("name: p", f"name: {name}")
            .replace("Admin", tier)
            .replace("priority: 10", f"priority: {priority}")
        )

    texts = [
        BASELINE,
        policy("a", "Baseline", 0),
        policy("z", "Admin", 2),
        policy("b", "Admin", 10),
        policy("a", "Admin", 10).replace("name: a", "name: ab"),
        ADMIN.replace("name: p", "name: b"),
        policy("x", "Baseline", 1000),
        ADMIN.replace("name: p", "name: aa"),
    ]
    found = read("---\n".join(texts)).admin_policies

    assert [(p.name, p.kind[0]) for p in found] == [
        ("z", "C"),
        ("aa", "A"),
        ("ab", "C"),
        ("b", "A"),
        ("b", "C"),
        ("a", "C"),
        ("default", "B"),
        ("x", "C"),
    ]
    assert read("---\n".join(reversed(texts))).admin_policies == found


def test_a_second_policy_of_a_name_replaces_the_first_of_its_kind_alone(read):
    inventory = read("---\n".join([CLUSTER, ADMIN, CLUSTER.replace("10", "20")]))

    assert [(p.kind, p.priority) for p in inventory.admin_policies] == [
        ("AdminNetworkPolicy", 10),
        ("ClusterNetworkPolicy", 20),
    ]
    (finding,) = inventory.findings
    assert (finding.code, finding.message) == (
        "NPV105",
        "ClusterNetworkPolicy `p` replaces the one at <stdin>:1:1",
    )
    assert (finding.origin.line, finding.origin.column) == (18, 18)


def test_generated_names_replace_nothing(read):
    text = CLUSTER.replace("{name: p}", "{generateName: p-}")

    inventory = read(f"{text}---\n{text}")

    assert [p.name for p in inventory.admin_policies] == ["p-*", "p-*"]
    assert inventory.findings == ()


@pytest.mark.parametrize(
    ("version", "kind", "head"),
    [
        ("policy.networking.k8s.io/v1alpha2", "ClusterNetworkPolicy", CLUSTER),
        ("policy.networking.k8s.io/v1alpha1", "AdminNetworkPolicy", ADMIN),
        ("policy.networking.k8s.io/v1alpha1", "BaselineAdminNetworkPolicy", BASELINE),
    ],
)
def test_items_of_typed_lists_are_read(read, version, kind, head):
    item = {key: value for key, value in yaml.safe_load(head).items() if key in ("metadata", "spec")}
    text = json.dumps({"apiVersion": version, "kind": f"{kind}List", "items": [item]})

    assert read(text).admin_policies == (one(read, head),)


def test_a_namespace_has_no_meaning_for_an_admin_policy(read):
    inventory = read(CLUSTER.replace("{name: p}", "{name: p, namespace: shop}"))

    assert str(inventory.admin_policies[0]) == "p"
    assert inventory.namespaces == {}


def test_bits_beyond_the_prefix_are_masked_with_a_warning_or_rejected_on_request(read, faults):
    text = cluster_rule("{action: Deny, to: [{networks: [10.1.2.3/8]}]}")
    inventory = read(text)

    (warning,) = inventory.findings
    (error,) = faults(text, strict_addresses=True)

    assert inventory.admin_policies[0].egress[0].peers[0].networks == (ip_network("10.0.0.0/8"),)
    assert (warning.code, error.code) == ("NPV106", "NPV102")
    assert warning.origin == error.origin


def test_annotations_for_npverify_are_kept(read):
    text = CLUSTER.replace("{name: p}", "{name: p, annotations: {npverify.dev/ignore: NPV2}}")

    assert [(a.key, a.value) for a in one(read, text).annotations] == [("npverify.dev/ignore", "NPV2")]
