"""NPV231: NodeLocal DNS is no pod to policies."""

from __future__ import annotations

import pytest
from tests.unit.lint.linting import deployment, egress, findings, policy

from npverify.cni import CniProfile, OwnNodeEgress, profile_of

CODE = "NPV231"
CACHE = deployment(
    "node-local-dns", "k8s-app: node-local-dns", namespace="kube-system", spec="hostNetwork: true"
)
API, WEB = deployment("api", "app: api"), deployment("web", "app: web")
DNS_PODS = (
    "{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: kube-system}}, "
    "podSelector: {matchLabels: {k8s-app: kube-dns}}}"
)
PORTS = "{port: 53, protocol: UDP}, {port: 53}"
BY_LABEL = egress(DNS_PODS, PORTS)
ANOTHER_WAY = (
    "use a policy kind of the plugin itself, or the setting with which an ipBlock matches nodes "
    "(`npverify cni cilium`)"
)
NEVER = "no pod reaches its own node: change that setting of the plugin"
LOCAL = "{ipBlock: {cidr: 169.254.20.10/32}}"


def test_a_rule_by_label_does_not_admit_the_cache_on_the_node():
    (found,) = findings(CODE, CACHE, API, BY_LABEL)

    assert found.message == (
        "name servers are admitted by label only: NodeLocal DNS answers on the node, which no label matches"
    )
    assert found.part == "egress rule 1"
    assert (
        found.hint == "add an `ipBlock` with `cidr: 169.254.20.10/32`, or the address that it listens on here"
    )
    assert found.related[0].message == (
        "`kube-system/deployment/node-local-dns` runs in the network of its node"
    )


def test_nothing_is_said_without_the_cache():
    other = deployment("agent", "k8s-app: agent", namespace="kube-system", spec="hostNetwork: true")

    assert findings(CODE, API, other, BY_LABEL) == ()
    assert findings(CODE, CACHE.replace("hostNetwork: true, ", ""), API, BY_LABEL) == ()


def test_a_plugin_that_always_lets_pods_reach_their_node_admits_it():
    profile = CniProfile("open", own_node_egress=OwnNodeEgress.ALWAYS)

    assert findings(CODE, CACHE, API, BY_LABEL, profile=profile) == ()


@pytest.mark.parametrize(
    "other",
    [
        egress(LOCAL, PORTS, name="q"),
        egress(LOCAL, name="q"),
        egress("{ipBlock: {cidr: 0.0.0.0/0, except: [10.0.0.0/8]}}", name="q"),
        egress("", "{port: 53, protocol: UDP}", name="q"),
    ],
)
def test_another_rule_may_admit_it(other):
    assert findings(CODE, CACHE, API, BY_LABEL, other) == ()


@pytest.mark.parametrize(
    "other",
    [
        egress(LOCAL, "{port: 443}", name="q"),
        egress("{ipBlock: {cidr: 0.0.0.0/0, except: [169.254.0.0/16]}}", name="q"),
        egress(LOCAL, PORTS, name="q", selector="{matchLabels: {app: web}}"),
    ],
)
def test_rules_for_something_else_do_not(other):
    assert len(findings(CODE, CACHE, API, WEB, BY_LABEL, other)) == 1


@pytest.mark.parametrize(
    "rule",
    [
        egress(DNS_PODS),
        egress(LOCAL, PORTS),
        egress(f"{DNS_PODS}, {LOCAL}", PORTS),
        egress("", PORTS),
        egress("", "{port: 443}"),
    ],
)
def test_only_a_rule_for_dns_by_label_alone_is_reported(rule):
    assert findings(CODE, CACHE, API, rule) == ()


def test_a_policy_without_declared_pods_is_not_judged():
    assert findings(CODE, CACHE, BY_LABEL) == ()


def test_an_ingress_policy_with_egress_rules_is_not_about_dns():
    assert (
        findings(
            CODE,
            CACHE,
            API,
            policy(
                f"podSelector: {{}}, policyTypes: [Ingress], egress: [{{to: [{DNS_PODS}], ports: [{PORTS}]}}]"
            ),
        )
        == ()
    )


def test_policies_that_are_not_modelled_may_admit_it():
    other = "apiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata: {name: dns, namespace: shop}\n"

    assert findings(CODE, CACHE, API, BY_LABEL, other) == ()


@pytest.mark.parametrize(
    ("cni", "hint"),
    [
        ("calico", "add an `ipBlock` with `cidr: 169.254.20.10/32`, or the address that it listens on here"),
        (
            "cilium",
            ANOTHER_WAY,
        ),
        (
            "calico,endpoint-to-host=drop",
            f"under `--cni calico,endpoint-to-host=drop` {NEVER}",
        ),
    ],
)
def test_what_to_do_is_told_by_plugin(cni, hint):
    (found,) = findings(CODE, CACHE, API, BY_LABEL, profile=profile_of(cni))

    assert found.hint == hint
