"""NPV226: hostNetwork pods in policies."""

from __future__ import annotations

import pytest
from tests.unit.lint.linting import deployment, egress, findings, ingress, marked, policy

CODE = "NPV226"
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


def test_a_peer_for_every_namespace_is_about_pods_outside_the_input():
    assert findings(CODE, AGENT, ingress("{namespaceSelector: {}}", selector="{matchLabels: {app: x}}")) == ()
