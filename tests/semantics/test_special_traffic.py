"""Semantics 1.5: a pod and itself, hostNetwork and nodes, finished pods, namespaces without a manifest."""

from __future__ import annotations

import pytest
from tests.semantics.checking import ALLOWED, DENIED, WORLD, flow_is_allowed, pod, policy

from npverify import QuerySettings, Verdict, load_objects
from npverify.cni import CniProfile, OwnNodeEgress, profile_of
from npverify.manifests import ReadOptions

DENY_ALL = policy("shop/deny", podSelector={}, policyTypes=["Ingress", "Egress"])


def ask(objects, question, options=None, **settings):
    return load_objects(objects, options=options).query(question, settings=QuerySettings(**settings))


def test_a_pod_always_reaches_itself():
    assert load_objects([*WORLD, DENY_ALL]).allows("shop/db", "shop/db", 80)
    assert not load_objects([*WORLD, DENY_ALL]).allows("shop/api", "shop/db", 80)


def test_a_pod_and_itself_are_no_counterexample():
    answer = ask([*WORLD, DENY_ALL], "can shop/pod/db reach shop/pod/db?", universe="declared")

    assert answer.verdict is Verdict.UNREACHABLE


def test_replicas_of_one_template_are_different_pods():
    template = {"metadata": {"labels": {"app": "twin"}}, "spec": {"containers": [{"name": "main"}]}}
    twins = {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "twin", "namespace": "shop"},
        "spec": {"selector": {"matchLabels": {"app": "twin"}}, "template": template},
    }

    assert ask([twins], "can shop/deployment/twin reach shop/deployment/twin?").declared is Verdict.REACHABLE
    denied = ask([twins, DENY_ALL], "can shop/deployment/twin reach shop/deployment/twin?")
    assert denied.declared is Verdict.UNREACHABLE


HOST = pod("shop/agent", ips=["192.0.2.1"], host_network=True, app="api")


def test_no_policy_selects_a_host_network_pod():
    assert flow_is_allowed([*WORLD, HOST, DENY_ALL], "web/front", "shop/agent") is ALLOWED


def test_no_label_peer_matches_a_host_network_pod_but_a_block_does():
    by_label = policy(
        "web/p", podSelector={}, policyTypes=["Egress"], egress=[{"to": [{"namespaceSelector": {}}]}]
    )
    block = {"ipBlock": {"cidr": "192.0.2.0/24"}}
    by_block = policy("web/q", podSelector={}, policyTypes=["Egress"], egress=[{"to": [block]}])
    profile = CniProfile("test", own_node_egress=OwnNodeEgress.POLICY)

    assert flow_is_allowed([*WORLD, HOST, by_label], "web/front", "shop/agent", profile=profile) is DENIED
    assert flow_is_allowed([*WORLD, HOST, by_block], "web/front", "shop/agent", profile=profile) is ALLOWED


def test_host_network_pods_can_be_treated_like_any_other():
    options = ReadOptions(host_network_as_pods=True)

    answer = ask([*WORLD, HOST, DENY_ALL], "can web/pod/front reach shop/pod/agent?", options)

    assert answer.verdict is Verdict.UNREACHABLE


def test_the_own_node_always_reaches_its_pods():
    answer = ask([*WORLD, DENY_ALL], "can a node reach shop/pod/db?")

    assert answer.verdict is Verdict.REACHABLE
    assert answer.witness.flow.source.is_own_node
    assert any("own node" in text or "runs on" in text for text in answer.assumptions)


@pytest.mark.parametrize(
    ("own_node_egress", "verdict", "conditions"),
    [
        (OwnNodeEgress.OPEN, Verdict.REACHABLE, 1),
        (OwnNodeEgress.ALWAYS, Verdict.REACHABLE, 0),
        (OwnNodeEgress.POLICY, Verdict.UNREACHABLE, 0),
    ],
)
def test_whether_a_pod_reaches_its_own_node_is_the_profiles(own_node_egress, verdict, conditions):
    profile = CniProfile("test", own_node_egress=own_node_egress)

    answer = ask([*WORLD, DENY_ALL], "can shop/pod/db reach a node?", profile=profile)

    assert answer.verdict is verdict
    assert len(answer.conditions) == conditions


@pytest.mark.parametrize("phase", ["Succeeded", "Failed"])
def test_finished_pods_do_not_exist(phase):
    objects = [*WORLD, pod("shop/job", phase=phase, app="job")]

    left_out = ask(objects, "can app=job reach shop/pod/db?", universe="declared")
    kept = ask(
        objects, "can app=job reach shop/pod/db?", ReadOptions(keep_finished=True), universe="declared"
    )

    assert (left_out.verdict, kept.verdict) == (Verdict.UNREACHABLE, Verdict.REACHABLE)
    assert left_out.vacuous
    assert any("finished" in text for text in left_out.assumptions)


def test_a_namespace_without_a_manifest_has_its_name_and_no_other_label():
    by_name = {"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "lost"}}}
    by_team = {"namespaceSelector": {"matchLabels": {"team": "web"}}}
    question = "can lost/pod/p reach shop/pod/db?"

    def objects(peer):
        return [*WORLD, pod("lost/p"), policy("shop/p", podSelector={}, ingress=[{"from": [peer]}])]

    assert ask(objects(by_name), question).verdict is Verdict.REACHABLE
    closed = ask(objects(by_team), question)
    assert closed.verdict is Verdict.UNREACHABLE
    assert any("--open-namespaces" in text for text in closed.assumptions)
    assert ask(objects(by_team), question, open_namespaces=True).verdict is Verdict.REACHABLE


def on_node(item, node, address):
    item["spec"]["nodeName"] = node
    item["status"]["hostIPs"] = [{"ip": address}]
    return item


PLACED = [
    *WORLD[:2],
    on_node(pod("shop/agent", ips=["192.0.2.1"], host_network=True), "n1", "192.0.2.1"),
    on_node(pod("shop/near", ips=["10.0.0.1"]), "n1", "192.0.2.1"),
    on_node(pod("shop/far", ips=["10.0.0.9"]), "n2", "192.0.2.2"),
    DENY_ALL,
]


@pytest.mark.parametrize(("target", "verdict"), [("near", Verdict.REACHABLE), ("far", Verdict.UNREACHABLE)])
def test_a_host_network_pod_is_the_own_node_of_the_pods_beside_it_only(target, verdict):
    assert ask(PLACED, f"can shop/pod/agent reach shop/pod/{target}?", universe="declared").verdict is verdict
    is_allowed = verdict is Verdict.REACHABLE
    assert load_objects(PLACED).allows("shop/agent", f"shop/{target}", 80) is is_allowed
    assert load_objects(PLACED).allows("192.0.2.1", f"shop/{target}", 80) is is_allowed


def test_every_pod_is_reached_by_the_node_that_it_runs_on():
    question = "does every shop/pod/agent reach shop/pod/near on tcp/80?"

    assert ask(PLACED, question, universe="declared").verdict is Verdict.HOLDS
    other = question.replace("near", "far")
    assert ask(PLACED, other, universe="declared").verdict is Verdict.VIOLATED


def test_named_nodes_reach_the_pods_that_run_on_them():
    nodes = [
        {
            "apiVersion": "v1",
            "kind": "Node",
            "metadata": {"name": name},
            "status": {"addresses": [{"type": "InternalIP", "address": address}]},
        }
        for name, address in (("n1", "192.0.2.1"), ("n2", "192.0.2.2"))
    ]

    def verdict(node, target):
        return ask(
            [*PLACED, *nodes], f"can node/{node} reach shop/pod/{target}?", universe="declared"
        ).verdict

    assert verdict("n1", "near") is verdict("n2", "far") is Verdict.REACHABLE
    assert verdict("n1", "far") is verdict("n2", "near") is Verdict.UNREACHABLE


@pytest.mark.parametrize(
    ("target", "cni", "vacuous"),
    [
        ("other", "generic", ()),
        ("old", "generic", ("",)),
        ("other", "weave", (" (the network plugin carries IPv4 only)",)),
    ],
)
def test_a_claim_about_pods_without_an_address_family_in_common_says_nothing(target, cni, vacuous):
    objects = [
        pod("shop/one", ips=["2001:db8::1"]),
        pod("shop/other", ips=["2001:db8::2"]),
        pod("shop/old", ips=["10.0.0.1"]),
    ]
    claim = f"does every shop/pod/one reach shop/pod/{target}?"

    answer = ask(objects, claim, universe="declared", profile=profile_of(cni))

    assert answer.verdict is Verdict.HOLDS
    assert [text.partition(" a flow that the question asks about") for text in answer.vacuous] == [
        ("no two declared endpoints have", " a flow that the question asks about", words) for words in vacuous
    ]
