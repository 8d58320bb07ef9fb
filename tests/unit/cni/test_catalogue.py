"""Profiles by name: versions, settings, mistakes; and every fact with its source."""

from __future__ import annotations

from dataclasses import fields

import pytest

from npverify.cni import (
    FACTS,
    GENERIC,
    NAMES,
    PLUGINS,
    TELLING,
    CniProfile,
    ExceptMode,
    NamedPorts,
    OwnNodeEgress,
    OwnNodeIngress,
    Sctp,
    SelfService,
    outdated_by,
    profile_of,
)
from npverify.cni.facts import NO_FACTS
from npverify.cni.topics import LIMITS, OTHER_KINDS, TOPICS
from npverify.errors import UsageError

NP = "networking.k8s.io/v1/NetworkPolicy"
CNP = "policy.networking.k8s.io/v1alpha2/ClusterNetworkPolicy"
ANP = "policy.networking.k8s.io/v1alpha1/AdminNetworkPolicy"
BANP = "policy.networking.k8s.io/v1alpha1/BaselineAdminNetworkPolicy"
AWS = "aws-vpc,enabled=true"


def test_every_fact_has_a_title_and_every_profile_a_source_for_it():
    assert set(FACTS) == {field.name for field in fields(CniProfile)} - NO_FACTS
    for text in TELLING:
        profile = profile_of(text)
        told = set(FACTS) if profile.enforces else {"enforces", "kinds"}
        differing = {f for f in told if getattr(profile, f) != getattr(GENERIC, f)}
        assert profile == GENERIC or differing <= set(profile.evidence) | {"unselected_isolated"}, text
        assert all(each.source for each in profile.evidence.values())


def test_every_remark_has_a_topic_of_all_plugins():
    for plugin in PLUGINS.values():
        assert {remark.topic for remark in plugin.remarks} <= set(TOPICS)


def test_every_plugin_that_enforces_has_every_row_of_the_matrix():
    of_some = {OTHER_KINDS, LIMITS}

    for text in TELLING[1:]:
        profile = profile_of(text)
        topics = {remark.topic for remark in PLUGINS[profile.name].remarks}
        assert not profile.enforces or set(TOPICS) - of_some <= topics, text


@pytest.mark.parametrize(
    ("text", "fact", "value"),
    [
        ("flannel", "enforces", False),
        ("none", "enforces", False),
        ("aws-vpc", "enforces", False),
        (AWS, "enforces", True),
        ("cilium", "ip_block_matches_pods", False),
        ("cilium", "ip_block_matches_nodes", False),
        ("cilium,cidr-match-mode=pods", "ip_block_matches_pods", True),
        ("cilium,cidr-match-mode=pods", "ip_block_matches_nodes", False),
        ("cilium,cidr-match-mode=pods+nodes", "ip_block_matches_nodes", True),
        ("calico", "ip_block_matches_pods", True),
        (AWS, "except_mode", ExceptMode.ONE_TABLE),
        (f"{AWS},except-fixed=true", "except_mode", ExceptMode.PER_BLOCK),
        ("kube-router", "except_mode", ExceptMode.ONE_SET),
        ("k3s", "except_mode", ExceptMode.ONE_SET),
        ("kube-router", "any_ipv6_block", False),
        ("k3s", "unresolved_names_open", True),
        ("kube-router", "directions_apart", False),
        (AWS, "directions_apart", True),
        ("weave", "named_ports_ingress", NamedPorts.REJECT_POLICY),
        (AWS, "named_ports_ingress", NamedPorts.SELECTED_PODS),
        (AWS, "named_ports_egress", NamedPorts.SELECTED_PEERS),
        ("ovn-kubernetes", "named_ports_egress", NamedPorts.ALL_PORTS),
        ("kube-router", "named_ports_egress", NamedPorts.NAMESPACE_NUMBERS),
        ("cilium@1.19", "named_ports_egress", NamedPorts.AGREED),
        ("cilium@1.20", "named_ports_egress", NamedPorts.PER_DESTINATION),
        ("weave", "end_port", False),
        ("weave", "families", (4,)),
        (f"{AWS},family=6", "families", (6,)),
        ("cilium", "sctp", Sctp.DROPPED),
        ("cilium,sctp=true", "sctp", Sctp.ENFORCED),
        (AWS, "host_network_peers", True),
        ("antrea", "host_network_peers", False),
        ("flannel-netpol", "own_node_ingress", OwnNodeIngress.OPEN),
        (AWS, "own_node_egress", OwnNodeEgress.ALWAYS),
        ("weave", "own_node_egress", OwnNodeEgress.ALWAYS),
        ("calico", "own_node_egress", OwnNodeEgress.POLICY),
        ("calico,endpoint-to-host=drop", "own_node_egress", OwnNodeEgress.NEVER),
        ("cilium", "policy_types", False),
        ("cilium,policy-types-fixed=true", "policy_types", True),
        ("calico,endpoint-to-host=return", "own_node_egress", OwnNodeEgress.POLICY),
        ("cilium@1.19,cidr-match-mode=pods+nodes", "ip_block_matches_pods", False),
        ("cilium@1.19,cidr-match-mode=pods+nodes", "ip_block_matches_nodes", True),
        (AWS, "self_service_egress", SelfService.POLICY),
        (AWS, "self_service_ingress", SelfService.ALWAYS),
        ("calico", "self_service_ingress", SelfService.POLICY),
        ("cilium", "self_service_egress", SelfService.ALWAYS),
        ("antrea", "self_service_ingress", SelfService.ALWAYS),
        (f"{AWS},mode=strict", "unselected_isolated", True),
        (AWS, "unselected_isolated", False),
        ("aws-vpc@1.13,enabled=true", "enforces", False),
        ("aws-vpc@1.14,enabled=true", "enforces", True),
        ("aws-vpc@1.17.0,enabled=true,mode=strict", "unselected_isolated", False),
        ("aws-vpc@1.17.1,enabled=true,mode=strict", "unselected_isolated", True),
        ("antrea@2.6,cluster-network-policy=true", "kinds", (NP,)),
        ("antrea@2.7,cluster-network-policy=true", "kinds", (NP, CNP)),
        ("calico@3.29", "kinds", (NP,)),
        ("calico@3.32.1", "kinds", (NP, CNP)),
        ("antrea,cluster-network-policy=true", "kinds", (NP, CNP)),
        ("antrea,admin-network-policy=true", "kinds", (NP, ANP, BANP)),
        ("cilium@1.19,cluster-network-policy=true", "kinds", (NP,)),
    ],
)
def test_a_profile_has_the_facts_of_its_plugin(text, fact, value):
    assert getattr(profile_of(text), fact) == value


def test_admin_policies_were_in_calico_for_two_releases():
    assert [ANP in profile_of(f"calico@{v}").kinds for v in ("3.29", "3.30", "3.31.2", "3.32")] == [
        False,
        True,
        True,
        False,
    ]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("generic", "generic"),
        ("calico", "calico"),
        ("calico@v3.30", "calico@3.30"),
        ("cilium@1.20, sctp=true", "cilium@1.20,sctp=true"),
        ("cilium,sctp=false", "cilium"),
    ],
)
def test_a_profile_is_called_by_what_is_not_so_anyway(text, shown):
    assert str(profile_of(text)) == shown


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ("calicoo", "no network plugin `calicoo` is known", "did you mean `calico`?"),
        ("", "no network plugin `` is known", "npverify knows generic, calico"),
        ("calico@new", "`new` is no version of calico", "calico@3.32.1"),
        ("calico@", "`` is no version of calico", "calico@3.32.1"),
        ("flannel@1", "does not tell the versions of `flannel` apart", "leave out the version: flannel"),
        ("k3s@1.30", "does not tell the versions of `k3s` apart", "leave out the version: k3s"),
        ("generic@1", "no versions and no settings", "calico@3.30"),
        ("calico,endpoint=drop", "calico has no setting `endpoint`", "endpoint-to-host"),
        ("flannel,a=b", "flannel has no setting `a`", "--cni flannel"),
        ("cilium,sctp", "`sctp`: the setting sctp of cilium", "false, true"),
        ("cilium,sctp=tru", "`sctp=tru`: the setting sctp of cilium", "did you mean `true`?"),
        ("cilium,sctp=true,sctp=true", "is given twice", "once"),
    ],
)
def test_mistakes_are_told_with_a_remedy(text, message, hint):
    with pytest.raises(UsageError, match=message.replace("`", "`")) as caught:
        profile_of(text)

    assert hint in (caught.value.hint or "")


def test_the_names_are_those_of_the_plugins():
    assert ("generic", *PLUGINS) == NAMES
    assert [text.split(",")[0] for text in TELLING] == list(NAMES)


@pytest.mark.parametrize(
    ("text", "newest"),
    [
        ("calico", None),
        ("calico@3.32.9", None),
        ("calico@3", None),
        ("calico@3.33", "3.32.1"),
        ("calico@4", "3.32.1"),
        ("cilium@1.20.4", None),
        ("cilium@1.21.0", "1.20"),
        ("generic", None),
        ("flannel", None),
    ],
)
def test_a_release_later_than_those_that_were_read_is_known_as_such(text, newest):
    assert outdated_by(profile_of(text)) == newest
