"""NPV256: `0.0.0.0/0`, and whether the cluster is in it."""

from __future__ import annotations

import pytest
from tests.unit.lint.linting import egress, findings, ingress, marked, messages, pod

from npverify.cni import GENERIC, CniProfile, Evidence, profile_of

CODE = "NPV256"
EVERYTHING = "the rule admits every pod and every node"
OUTSIDE = "the rule admits addresses outside the cluster only"
CALICO, CILIUM = profile_of("calico"), profile_of("cilium")


def block(cidr: str, *excepts: str) -> str:
    listed = f", except: [{', '.join(excepts)}]" if excepts else ""
    return f"{{ipBlock: {{cidr: '{cidr}'{listed}}}}}"


@pytest.mark.parametrize("rule", [ingress, egress])
@pytest.mark.parametrize(
    ("cni", "words"),
    [
        (
            "calico",
            "holds the cluster as well: under `--cni calico` the rule admits every pod and every node",
        ),
        (
            "aws-vpc,enabled=true",
            f"holds the cluster as well: under `--cni aws-vpc,enabled=true` {EVERYTHING}",
        ),
        (
            "cilium",
            f"holds no pod and no node under `--cni cilium`: {OUTSIDE}",
        ),
        (
            "cilium,cidr-match-mode=pods",
            "holds every pod of the cluster as well, and no node, under `--cni cilium,cidr-match-mode=pods`",
        ),
        (
            "cilium,cidr-match-mode=nodes",
            "holds the nodes of the cluster as well, and no pod, under `--cni cilium,cidr-match-mode=nodes`",
        ),
    ],
)
def test_what_everywhere_means_is_told_by_plugin(rule, cni, words):
    (found,) = findings(CODE, rule(block("0.0.0.0/0")), profile=profile_of(cni))

    assert found.message == f"`0.0.0.0/0` {words}"
    assert marked(found) == "'0.0.0.0/0'"


def test_the_hint_is_to_take_the_cluster_out_or_to_add_it():
    (opens,) = findings(CODE, egress(block("0.0.0.0/0")), profile=CALICO)
    (misses,) = findings(CODE, egress(block("0.0.0.0/0")), profile=CILIUM)

    assert "`except`" in opens.hint
    assert "`namespaceSelector: {}`" in misses.hint


@pytest.mark.parametrize("profile", [GENERIC, profile_of("flannel")])
def test_nothing_is_said_of_no_plugin(profile):
    assert findings(CODE, egress(block("0.0.0.0/0")), profile=profile) == ()


@pytest.mark.parametrize("profile", [CALICO, CILIUM])
@pytest.mark.parametrize(
    "peers",
    [
        f"{block('0.0.0.0/0')}, {{namespaceSelector: {{}}}}",
        f"{block('0.0.0.0/0')}, {{namespaceSelector: {{}}, podSelector: {{}}}}",
        block("0.0.0.0/0", "10.0.0.0/8"),
        block("0.0.0.0/0", "10.0.0.0/9", "10.128.0.0/9"),
        block("10.0.0.0/8"),
        "{podSelector: {}}",
        "",
    ],
)
def test_where_the_rule_says_what_of_the_cluster_it_means_nothing_is_reported(profile, peers):
    assert findings(CODE, egress(peers), profile=profile) == ()


@pytest.mark.parametrize(
    "peers",
    [
        block("0.0.0.0/0", "169.254.169.254/32"),
        block("0.0.0.0/0", "10.0.0.0/9"),
        f"{block('0.0.0.0/0')}, {{namespaceSelector: {{matchLabels: {{a: b}}}}}}",
        f"{block('0.0.0.0/0')}, {{namespaceSelector: {{}}, podSelector: {{matchLabels: {{a: b}}}}}}",
        f"{block('0.0.0.0/0')}, {block('::/0')}",
    ],
)
def test_a_rule_is_reported_once(peers):
    assert len(findings(CODE, egress(peers), profile=CALICO)) == 1


def test_known_addresses_of_pods_tell_whether_the_cluster_is_out():
    api = pod("api", ips=["172.20.0.5"])

    assert findings(CODE, api, egress(block("0.0.0.0/0", "172.20.0.0/16")), profile=CALICO) == ()
    assert len(findings(CODE, api, egress(block("0.0.0.0/0", "10.0.0.0/8")), profile=CALICO)) == 1


def test_the_pod_network_may_be_given():
    def found(*excepts: str) -> int:
        rule = egress(block("0.0.0.0/0", *excepts))
        return len(findings(CODE, rule, pod_cidrs=["100.96.0.0/11"], profile=CALICO))

    assert found("100.64.0.0/10") == 0
    assert found("10.0.0.0/8") == 1


def test_what_nobody_has_checked_is_said():
    profile = CniProfile("mine", evidence={"ip_block_matches_nodes": Evidence("a guess", verified=False)})

    (message,) = messages(CODE, egress(block("0.0.0.0/0")), profile=profile)

    assert "under `--cni mine` (an inference, checked on no cluster) the rule" in message
