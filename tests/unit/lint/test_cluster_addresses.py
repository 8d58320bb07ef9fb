"""NPV228: ipBlocks for pods and ClusterIPs."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.unit.lint.linting import egress, findings, ingress, marked, messages, node, pod, service

from npverify.cni import GENERIC, CniProfile, Evidence, profile_of

CODE = "NPV228"
API = pod("api", "app: api", ips=["10.244.1.5", "fd00:10::5"])
FRONT = service("api", "clusterIP: 10.96.0.17, selector: {app: api}, ports: [{port: 80}]")
APISERVER = service(
    "kubernetes", "clusterIP: 10.96.0.1, ports: [{port: 443, targetPort: 6443}]", namespace="default"
)


BEFORE = (
    "looks at egress before the translation, so that the rule admits the Service as long as it keeps the "
    "address; most plugins see the address behind it"
)


def block(cidr: str, *excepts: str) -> str:
    listed = f", except: [{', '.join(excepts)}]" if excepts else ""
    return f"{{ipBlock: {{cidr: '{cidr}'{listed}}}}}"


@pytest.mark.parametrize("rule", [ingress, egress])
@pytest.mark.parametrize("cidr", ["10.244.1.5/32", "10.244.0.0/16", "10.0.0.0/8", "fd00:10::/64"])
def test_a_block_with_addresses_of_pods_is_reported(rule, cidr):
    (found,) = findings(CODE, API, rule(block(cidr)))

    assert found.message == (
        f"`{cidr}` holds addresses of `shop/pod/api`: "
        "whether an ipBlock admits pods depends on the network plugin"
    )
    assert marked(found) == f"'{cidr}'"


def test_under_a_plugin_that_never_matches_pods_by_address_the_message_says_so():
    profile = CniProfile("strict", ip_block_matches_pods=False)

    (message,) = messages(CODE, API, egress(block("10.244.0.0/16")), profile=profile)

    assert message.endswith(
        ": under `--cni strict` an ipBlock never matches pods, so that the rule admits none"
    )


def test_without_a_plugin_the_option_is_named():
    profile = replace(GENERIC, ip_block_matches_pods=False)

    (message,) = messages(CODE, API, egress(block("10.244.0.0/16")), profile=profile)

    assert message.endswith(
        ": an ipBlock never matches pods (`--ipblock-pods`), so that the rule admits none"
    )


@pytest.mark.parametrize(
    ("cni", "end"),
    [
        ("calico", "under `--cni calico` the rule admits whatever pod has such an address"),
        ("cilium", "under `--cni cilium` an ipBlock never matches pods, so that the rule admits none"),
        (
            "cilium,cidr-match-mode=pods",
            "under `--cni cilium,cidr-match-mode=pods` the rule admits whatever pod has such an address",
        ),
        (
            "cilium@1.19",
            "under `--cni cilium@1.19` an ipBlock never matches pods, so that the rule admits none",
        ),
    ],
)
def test_what_a_block_for_pods_does_is_told_by_plugin(cni, end):
    (message,) = messages(CODE, API, egress(block("10.244.0.0/16")), profile=profile_of(cni))

    assert message == f"`10.244.0.0/16` holds addresses of `shop/pod/api`: {end}"


def test_what_nobody_has_checked_is_said():
    unsure = {"ip_block_matches_pods": Evidence("a guess", verified=False)}
    profile = CniProfile("mine", evidence=unsure)

    (message,) = messages(CODE, API, egress(block("10.244.0.0/16")), profile=profile)

    assert message.endswith("has such an address (an inference, checked on no cluster)")


@pytest.mark.parametrize(
    "peer",
    [
        block("0.0.0.0/0"),
        block("::/0"),
        block("8.0.0.0/6"),
        block("10.0.0.0/8", "10.244.0.0/16"),
        block("203.0.113.0/24"),
        "{podSelector: {}}",
    ],
)
def test_everywhere_and_elsewhere_are_fine(peer):
    assert findings(CODE, API, FRONT, egress(peer)) == ()


def test_each_peer_is_reported_and_direction_tells_what_a_clusterip_does():
    both = [egress(block("10.96.0.17/32")), egress(block("10.96.0.17/32"), name="q")]

    assert len(findings(CODE, FRONT, *both)) == 2
    assert len(set(messages(CODE, FRONT, both[0], ingress(block("10.96.0.17/32"), name="r")))) == 2


def test_nodes_can_be_named_by_address_only():
    assert findings(CODE, node("n1", "192.0.2.1"), ingress(block("192.0.2.0/24"))) == ()


@pytest.mark.parametrize(
    "nodes", [node("n1", "192.0.2.1"), pod("agent", spec="hostNetwork: true", ips=["192.0.2.1"])]
)
def test_a_block_for_nodes_is_reported_where_it_never_matches_them(nodes):
    rule = ingress(block("192.0.2.0/24"))

    (found,) = findings(CODE, nodes, rule, profile=profile_of("cilium"))

    assert found.message.endswith(
        ": under `--cni cilium` an ipBlock never matches nodes, so that the rule does not admit them"
    )
    assert "(`npverify cni cilium`)" in found.hint
    assert findings(CODE, nodes, rule, profile=profile_of("cilium,cidr-match-mode=nodes")) == ()


def test_nodes_and_the_pods_on_them_are_named():
    rule = ingress(block("192.0.2.0/24"))
    agent = pod("agent", spec="hostNetwork: true", ips=["192.0.2.1"])
    profile = profile_of("cilium")

    (of_node,) = messages(CODE, node("n1", "192.0.2.1"), rule, profile=profile)
    (of_pod,) = messages(CODE, agent, rule, profile=profile)

    assert of_node.startswith("`192.0.2.0/24` holds addresses of node `n1`: ")
    assert of_pod.startswith("`192.0.2.0/24` holds addresses of the nodes of `shop/pod/agent`: ")


def test_the_clusterip_of_a_service_is_not_what_policies_see():
    (found,) = findings(CODE, FRONT, egress(block("10.96.0.0/16")))

    assert (
        found.message
        == "`10.96.0.0/16` holds the ClusterIP of Service `shop/api`: policies see the address behind it"
    )
    assert found.hint == "admit the pods behind the Service by their labels"


@pytest.mark.parametrize(
    ("rule", "cni", "words"),
    [
        (egress, "calico", "policies see the address behind it"),
        (ingress, "calico", "no connection comes from such an address"),
        (ingress, "aws-vpc,enabled=true", "no connection comes from such an address"),
        (
            egress,
            "aws-vpc,enabled=true",
            f"`--cni aws-vpc,enabled=true` {BEFORE}",
        ),
    ],
)
def test_what_a_clusterip_does_is_told_by_direction_and_plugin(rule, cni, words):
    (message,) = messages(CODE, FRONT, rule(block("10.96.0.17/32")), profile=profile_of(cni))

    assert message == f"`10.96.0.17/32` holds the ClusterIP of Service `shop/api`: {words}"


def test_a_service_without_selector_has_endpoints_elsewhere():
    (found,) = findings(CODE, APISERVER, egress(block("10.96.0.1/32")))

    assert found.hint == "name the addresses of the endpoints of the Service"


def test_several_services_are_counted():
    (message,) = messages(CODE, FRONT, APISERVER, egress(block("10.96.0.0/12")))

    assert message.startswith(
        "`10.96.0.0/12` holds the ClusterIP of Services `default/kubernetes` and `shop/api`"
    )


def test_a_block_that_is_more_than_a_range_of_clusterips_means_something_else():
    assert findings(CODE, FRONT, egress(block("10.0.0.0/8"))) == ()
    assert findings(CODE, FRONT, egress(block("10.96.0.0/12", "10.96.0.17/32"))) == ()


@pytest.mark.parametrize(
    ("cidr", "words"),
    [("10.244.3.0/24", "is in"), ("10.244.0.0/14", "is in"), ("10.240.0.0/12", "holds")],
)
def test_the_pod_network_may_be_given(cidr, words):
    (message,) = messages(CODE, egress(block(cidr)), pod_cidrs=["10.244.0.0/14"])

    assert message == (
        f"`{cidr}` {words} the pod network `10.244.0.0/14`: "
        "whether an ipBlock admits pods depends on the network plugin"
    )


def test_a_block_beside_the_pod_network_is_fine():
    assert findings(CODE, egress(block("10.0.0.0/8", "10.244.0.0/14")), pod_cidrs=["10.244.0.0/14"]) == ()
