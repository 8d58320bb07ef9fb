"""Policies of APIs that are not modelled, under network plugins that have them and under others."""

from __future__ import annotations

import pytest
from tests.unit.questions.manifests import deployment, inventory, policy

from npverify.cni import NAMES, profile_of
from npverify.language import parse_question
from npverify.manifests.plugin_names import GROUPS
from npverify.questions.ask import ask
from npverify.questions.comparison import ComparisonSettings, compare
from npverify.questions.connectivity import MapSettings, connectivity_map
from npverify.questions.profile_remarks import not_enforced
from npverify.questions.settings import QuerySettings
from npverify.questions.unmodelled import left_open, may_decide, without_effect
from npverify.resources.inventory import UnmodelledPolicy

WEB, DENY = deployment("web", app="web"), policy("none")


def foreign(api, kind="NetworkPolicy"):
    return {"apiVersion": api, "kind": kind, "metadata": {"name": "own", "namespace": "one"}, "spec": {}}


CILIUM = foreign("cilium.io/v2", "CiliumNetworkPolicy")
MESH = foreign("security.istio.io/v1", "AuthorizationPolicy")
FOUND = inventory(WEB, DENY, CILIUM)


def settings(cni, **others):
    return QuerySettings(profile=profile_of(cni), **others)


def asked(found, cni, **others):
    return ask(parse_question("can any pod reach web?", found), found, settings(cni, **others))


@pytest.mark.parametrize(
    ("api", "under"),
    [
        ("cilium.io/v2", {"cilium"}),
        ("projectcalico.org/v3", {"calico", "canal", "aws-vpc-calico"}),
        ("crd.projectcalico.org/v1", {"calico", "canal", "aws-vpc-calico"}),
        ("crd.antrea.io/v1beta1", {"antrea"}),
        ("k8s.ovn.org/v1", {"ovn-kubernetes"}),
        ("networking.k8s.aws/v1alpha1", {"aws-vpc-calico"}),
        ("policy.example.com/v1", {*NAMES} - {"generic"}),
        ("security.istio.io/v1", {*NAMES} - {"generic"}),
    ],
)
def test_a_policy_may_decide_under_the_plugin_that_has_its_kind(api, under):
    own = UnmodelledPolicy(api, "NetworkPolicy", "one", "own")

    assert {name for name in NAMES if may_decide(own, profile_of(name))} == {"generic", *under}


def test_the_vpc_cni_has_kinds_of_its_own_once_it_is_enabled():
    own = UnmodelledPolicy("networking.k8s.aws/v1alpha1", "ClusterNetworkPolicy", None, "own")

    assert may_decide(own, profile_of("aws-vpc,enabled=true"))
    assert not may_decide(own, profile_of("aws-vpc"))


@pytest.mark.parametrize("group", GROUPS)
def test_every_group_of_a_plugin_has_profiles(group):
    own = UnmodelledPolicy(f"{group}/v1", "NetworkPolicy", "one", "own")
    enforcing = [profile_of(f"{name},enabled=true" if name == "aws-vpc" else name) for name in NAMES]

    assert 1 < sum(may_decide(own, profile) for profile in enforcing) < len(NAMES)


def test_the_kinds_of_another_plugin_leave_nothing_open():
    assert asked(FOUND, "generic").verdict.value == "undecided"
    assert asked(FOUND, "cilium").verdict.value == "undecided"
    assert asked(FOUND, "calico").verdict.value == "unreachable"
    assert asked(FOUND, "calico").without_unmodelled is None


@pytest.mark.parametrize("cni", ["flannel", "none", "aws-vpc"])
def test_where_nothing_is_enforced_everything_is_reachable(cni):
    answer = asked(FOUND, cni)

    assert answer.verdict.value == "reachable"
    assert "the policies that were read have no effect (2)" in answer.notes[0]


@pytest.mark.parametrize("cni", ["flannel", "calico"])
def test_a_policy_of_a_mesh_may_always_have_a_say(cni):
    assert asked(inventory(WEB, DENY, MESH), cni).verdict.value == "undecided"


def test_policies_of_another_plugin_are_named_with_their_group():
    (note,) = not_enforced([FOUND], profile_of("calico"))

    assert "have no effect: CiliumNetworkPolicy one/own of cilium.io (it implements NetworkPolicy v1" in note
    assert note in asked(FOUND, "calico").notes


def test_a_map_is_decided_where_they_have_no_effect():
    def undecided(cni):
        return connectivity_map(FOUND, MapSettings(query=settings(cni))).undecided

    assert (
        undecided("cilium")
        == "the input has policies of kinds that are not modelled yet: CiliumNetworkPolicy"
    )
    assert undecided("weave") is None


def test_a_comparison_is_decided_where_they_have_no_effect_on_either_side():
    def verdict(old, new):
        wanted = ComparisonSettings(settings(old), new_profile=profile_of(new))
        return compare(FOUND, FOUND, wanted).verdict.value

    assert verdict("calico", "canal") == "equivalent"
    assert verdict("calico", "cilium") == verdict("cilium", "calico") == "undecided"


def test_what_has_no_effect_anyway_is_not_said_to_be_ignored():
    def said(cni):
        return "CiliumNetworkPolicy one/own has no effect (`--ignore-unmodelled`)" in (
            asked(FOUND, cni, ignore_unmodelled=True).assumptions
        )

    assert said("cilium")
    assert not said("calico")


def test_what_is_ignored_leaves_nothing_open():
    assert left_open(FOUND, settings("cilium", ignore_unmodelled=True)) == ()
    assert len(left_open(FOUND, settings("cilium"))) == len(without_effect(FOUND, profile_of("calico"))) == 1
