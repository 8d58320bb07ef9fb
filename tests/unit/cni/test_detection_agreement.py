"""Whether the profile that was asked for is the one that the signs tell."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.unit.cni.plugin_objects import (
    CALICO,
    CILIUM,
    FLANNEL,
    aws,
    config_map,
    found_in,
    k3s_node,
)

from npverify.cni import CniProfile, profile_of
from npverify.cni.detection import disagreement

CONFIG = config_map("cilium-config")
SCTP = config_map("cilium-config", enable_sctp="true")


def differing(given, *objects):
    profile = given if isinstance(given, CniProfile) else profile_of(given)
    return disagreement(profile, found_in(*objects).suggestion)


@pytest.mark.parametrize(
    ("given", "objects"),
    [
        ("calico", [CALICO]),
        ("calico@3.32", [CALICO]),
        ("canal", [CALICO]),
        ("k3s", [k3s_node("server")]),
        ("kube-router", [k3s_node("server")]),
        ("flannel", [FLANNEL]),
        ("none", [FLANNEL]),
        ("aws-vpc", [aws("--enable-network-policy=false")]),
        ("cilium@1.19", [CILIUM, CONFIG]),
        ("cilium@1.19,sctp=true", [CILIUM, SCTP]),
        ("cilium@1.19,policy-types-fixed=true", [CILIUM, CONFIG]),
    ],
)
def test_the_same_facts_agree_whatever_they_are_called(given, objects):
    assert differing(given, *objects) == ()


@pytest.mark.parametrize(
    ("given", "objects", "facts"),
    [
        ("calico@3.29", [CALICO], ("kinds",)),
        ("cilium@1.19", [CILIUM, SCTP], ("sctp",)),
        ("cilium@1.19,sctp=true", [CILIUM, CONFIG], ("sctp",)),
        ("cilium", [CILIUM, CONFIG], ("named_ports_egress",)),
        ("calico,endpoint-to-host=drop", [CALICO], ("own_node_egress",)),
        ("aws-vpc", [aws("--enable-network-policy=true")], ("enforces",)),
        ("calico", [FLANNEL], ("enforces",)),
    ],
)
def test_what_the_signs_tell_otherwise_is_named(given, objects, facts):
    assert set(facts) <= set(differing(given, *objects))


def test_another_plugin_differs_in_its_facts():
    assert {"ip_block_matches_pods", "sctp"} <= set(differing("calico", CILIUM, CONFIG))


@pytest.mark.parametrize(
    "given", ["cilium@1.19,sctp=true", "cilium@1.19,cidr-match-mode=nodes", "cilium@1.19.4"]
)
def test_what_the_signs_leave_open_is_no_difference(given):
    assert differing(given, CILIUM) == ()


def test_a_version_that_cannot_be_read_is_no_difference():
    assert differing("cilium@1.15", CONFIG) == ()
    assert differing("canal@3.29,endpoint-to-host=drop", config_map("calico-config")) == ()


def test_facts_that_were_set_by_hand_are_no_difference():
    by_hand = replace(profile_of("calico"), ip_block_matches_pods=False)

    assert differing(by_hand, CALICO) == ()


def test_a_profile_of_ones_own_is_compared_as_it_is():
    assert "end_port" in differing(CniProfile("mine", end_port=False), CALICO)
