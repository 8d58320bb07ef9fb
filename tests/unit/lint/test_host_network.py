"""NPV226: hostNetwork pods in policies."""

from __future__ import annotations

import pytest
from tests.unit.lint.linting import deployment, egress, findings, ingress, marked, policy

from npverify.cni import profile_of

CODE = "NPV226"
HOST_ENDPOINTS = "restricted by HostEndpoints only, which npverify does not model"
AGENT = deployment("agent", "app: agent, part: all", spec="hostNetwork: true")
WEB = deployment("web", "app: web, part: all")
FAR = deployment("agent", "app: agent", namespace="system", spec="hostNetwork: true")
SYSTEM = "namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: system}}"


def test_a_policy_has_no_effect_on_a_host_network_pod():
    (found,) = findings(CODE, AGENT, WEB, policy("podSelector: {matchLabels: {app: agent}}"))

    assert found.message == (
        "the policy has no effect on `shop/deployment/agent`: policies do not apply to hostNetwork pods"
    )
    assert marked(found) == "{matchLabels: {app: agent}}"
    assert found.part == "podSelector"


def test_the_other_pods_of_the_selector_do_not_change_that():
    assert len(findings(CODE, AGENT, WEB, policy("podSelector: {matchLabels: {part: all}}"))) == 1


def test_a_policy_for_every_pod_is_about_the_others():
    assert findings(CODE, AGENT, WEB, policy("podSelector: {}")) == ()
    assert len(findings(CODE, AGENT, policy("podSelector: {}"))) == 1


@pytest.mark.parametrize(
    "peer",
    [
        "{podSelector: {matchLabels: {app: agent}}}",
        f"{{{SYSTEM}}}",
        f"{{{SYSTEM}, podSelector: {{}}}}",
        "{namespaceSelector: {}, podSelector: {matchLabels: {app: agent}}}",
    ],
)
@pytest.mark.parametrize("rule", [ingress, egress])
def test_a_peer_for_host_network_pods_alone_does_not_admit_them(peer, rule):
    (found,) = findings(CODE, AGENT, WEB, FAR, rule(f"{{podSelector: {{}}}}, {peer}"))

    assert found.message.startswith("the peer does not admit `")
    assert found.part.endswith("rule 1 peer 2")
    assert found.hint == "use an `ipBlock` with the addresses of the nodes"


@pytest.mark.parametrize(
    "peer",
    [
        "{podSelector: {}}",
        "{podSelector: {matchLabels: {part: all}}}",
        "{podSelector: {matchLabels: {app: web}}}",
        "{namespaceSelector: {}}",
        "{ipBlock: {cidr: 10.0.0.0/8}}",
        "{namespaceSelector: {matchExpressions: [{key: x, operator: DoesNotExist}]}}",
    ],
)
def test_a_peer_that_admits_others_does_not_rely_on_them(peer):
    assert findings(CODE, AGENT, WEB, FAR, ingress(peer)) == ()


@pytest.mark.parametrize(
    ("cni", "hint"),
    [
        ("generic", "restrict them with the host policies of the network plugin, or drop `hostNetwork`"),
        ("weave", "drop `hostNetwork`: under `--cni weave` such pods are never restricted"),
        (
            "calico",
            f"drop `hostNetwork`: under `--cni calico` such pods are {HOST_ENDPOINTS}",
        ),
    ],
)
def test_how_such_pods_are_restricted_is_told_by_plugin(cni, hint):
    documents = [AGENT, WEB, policy("podSelector: {matchLabels: {app: agent}}")]

    (found,) = findings(CODE, *documents, profile=profile_of(cni))

    assert found.hint == hint


def test_where_no_block_matches_nodes_another_way_is_shown():
    peer = ingress("{podSelector: {matchLabels: {app: agent}}}")

    (found,) = findings(CODE, AGENT, WEB, peer, profile=profile_of("cilium"))
    (with_setting,) = findings(CODE, AGENT, WEB, peer, profile=profile_of("cilium,cidr-match-mode=nodes"))

    assert found.hint.endswith("(`npverify cni cilium`)")
    assert with_setting.hint == "use an `ipBlock` with the addresses of the nodes"


def test_where_the_plugin_admits_the_nodes_of_such_pods_that_is_said():
    documents = [AGENT, WEB, ingress("{podSelector: {matchLabels: {app: agent}}}")]
    profile = profile_of("aws-vpc,enabled=true")

    (found,) = findings("NPV262", *documents, profile=profile)

    assert findings(CODE, *documents, profile=profile) == ()
    assert found.message == (
        "under `--cni aws-vpc,enabled=true` the peer admits `shop/deployment/agent` by the addresses of "
        "their nodes, and so whatever else has these addresses"
    )
    assert findings("NPV262", *documents, profile=profile_of("calico")) == ()
    assert findings("NPV262", *documents, profile=profile_of("aws-vpc")) == ()


def test_such_a_pod_is_no_subject_of_any_plugin():
    of_agent = policy("podSelector: {matchLabels: {app: agent}}")

    assert len(findings(CODE, AGENT, WEB, of_agent, profile=profile_of("aws-vpc,enabled=true"))) == 1
    assert findings("NPV262", AGENT, WEB, of_agent, profile=profile_of("aws-vpc,enabled=true")) == ()


def test_a_peer_for_every_namespace_is_about_pods_outside_the_input():
    assert findings(CODE, AGENT, ingress("{namespaceSelector: {}}", selector="{matchLabels: {app: x}}")) == ()
