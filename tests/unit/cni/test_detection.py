"""Each sign of a network plugin, what it leads to, and what several of them make together."""

from __future__ import annotations

import pytest
from tests.unit.cni.plugin_objects import (
    ANTREA,
    AWS_NODE,
    CALICO,
    CALICO_NODE,
    CANAL,
    CILIUM,
    CILIUM_AGENT,
    FLANNEL,
    FLANNEL_NETPOL,
    KINDNET,
    KUBE_FLANNEL,
    OVN,
    POLICIES,
    WEAVE,
    WEAVE_NET,
    aws,
    config_map,
    container,
    custom,
    daemon_set,
    definition,
    deployment,
    found_in,
    k3s_node,
    kube_router,
    pod,
    policy,
    possible,
    suggested,
)

from npverify.cni import PLUGINS, profile_of
from npverify.resources import Component

ON = "--enable-network-policy=true"
OFF = "--enable-network-policy=false"
BOTH_AWS = ["aws-vpc,enabled=true", "aws-vpc"]


# What runs ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("objects", "profile"),
    [
        ([CALICO], "calico@3.32.1"),
        ([CANAL], "canal@3.32.1"),
        ([daemon_set("rke2-canal", CALICO_NODE, KUBE_FLANNEL)], "canal@3.32.1"),
        ([CALICO, FLANNEL], "canal@3.32.1"),
        ([CALICO, aws(OFF)], "aws-vpc-calico@3.32.1"),
        ([CILIUM], "cilium@1.19.4"),
        ([CILIUM, FLANNEL], "cilium@1.19.4"),
        ([CILIUM, aws(OFF)], "cilium@1.19.4"),
        ([daemon_set("anetd", CILIUM_AGENT)], "cilium@1.19.4"),
        ([FLANNEL], "flannel"),
        ([FLANNEL_NETPOL], "flannel-netpol@1.0.0"),
        ([FLANNEL, daemon_set("kube-network-policies", POLICIES)], "flannel-netpol@1.0.0"),
        ([daemon_set("kube-network-policies", POLICIES)], "flannel-netpol@1.0.0"),
        ([WEAVE_NET], "weave"),
        ([daemon_set("weave-net", WEAVE)], "none"),
        ([aws(ON)], "aws-vpc@1.19.0,enabled=true,family=4"),
        ([aws(OFF)], "aws-vpc@1.19.0"),
        ([aws()], "aws-vpc@1.19.0"),
        ([aws("--enable-ipv6=false")], "aws-vpc@1.19.0"),
        ([kube_router("--run-router=true", "--run-firewall=true")], "kube-router@2.11.1"),
        ([kube_router()], "kube-router@2.11.1"),
        ([kube_router("--run-firewall=false")], "none"),
        ([FLANNEL, kube_router("--run-firewall=true", "--run-router=false")], "kube-router@2.11.1"),
        ([kube_router("--run-firewall=false"), FLANNEL], "none"),
        ([ANTREA], "antrea@2.7.0"),
        ([ANTREA, aws(OFF)], "antrea@2.7.0"),
        ([OVN], "ovn-kubernetes"),
        ([k3s_node("server")], "k3s"),
        ([k3s_node("agent"), k3s_node("server", "--tls-san", "x", name="two")], "k3s"),
        ([k3s_node("server", "--disable-network-policy")], "flannel"),
        ([k3s_node("server", "--disable-network-policy", "true")], "flannel"),
        ([k3s_node("server", "--disable-network-policy=false")], "k3s"),
        ([CALICO, k3s_node("server", "--flannel-backend=none", "--disable-network-policy")], "calico@3.32.1"),
        ([CILIUM, k3s_node("server", "--disable-network-policy", "--cluster-init")], "cilium@1.19.4"),
    ],
)
def test_what_runs_is_suggested(objects, profile):
    found = found_in(*objects)

    assert found.suggestion is not None
    assert str(found.suggestion.profile) == profile
    assert found.suggestion.profile == profile_of(profile)
    assert all(sign.origin.file for sign in found.suggestion.signs)
    assert found.suggestion.signs[0].says.startswith("runs ")


@pytest.mark.parametrize(
    "renamed",
    [
        container("node", "mirror.example:5000/calico/node:v3.32.1"),
        container("agent", "cilium/cilium:v1.19.4"),
        container("flanneld", "docker.io/flannel/flannel:v0.28.9"),
        container("policies", "registry.k8s.io/networking/kube-network-policies:v1.0.0"),
        container("npc", "weaveworks/weave-npc@sha256:0a1b"),
        container("cni", "1.dkr.ecr.eu-west-1.amazonaws.com/amazon-k8s-cni:v1.19.0"),
        container("router", "cloudnativelabs/kube-router"),
    ],
    ids=lambda renamed: renamed["name"],
)
def test_a_container_that_was_renamed_is_known_by_its_image(renamed):
    assert len(possible(daemon_set("a", renamed))) == 1


def test_a_container_of_the_same_name_in_a_deployment_runs_nothing_on_nodes():
    assert found_in(deployment("calico-node", CALICO_NODE)).is_empty
    assert found_in(daemon_set("node", container("node", "registry.example/node:v3.32.1"))).is_empty


@pytest.mark.parametrize(
    ("name", "image", "profile"),
    [
        ("calico-kube-controllers", "quay.io/calico/kube-controllers:v3.30.2", "calico@3.30.2"),
        ("calico-typha", "quay.io/calico/typha:v3.30.2", "calico@3.30.2"),
        ("tigera-operator", "quay.io/tigera/operator:v1.38.0", "calico"),
        ("cilium-operator", "quay.io/cilium/operator-generic:v1.18.1", "cilium@1.18.1"),
        ("antrea-controller", "antrea/antrea-controller-ubuntu:v2.6.0", "antrea@2.6.0"),
        ("ovnkube-cluster-manager", "quay.io/openshift-release-dev/ocp@sha256:0a1b", "ovn-kubernetes"),
    ],
)
def test_a_controller_tells_of_its_plugin(name, image, profile):
    assert suggested(deployment("any-name", container(name, image))) == profile


def test_pods_are_as_good_as_the_daemon_set_that_owns_them():
    pods = [pod(f"calico-node-{n}", CALICO_NODE, owner="calico-node") for n in ("x1", "x2")]

    (suggestion,) = found_in(*pods).suggestions
    assert str(suggestion.signs[0]) == "DaemonSet kube-system/calico-node runs Calico"
    assert found_in(CALICO, *pods).suggestions == found_in(CALICO).suggestions
    assert found_in(pod("calico-node-x3", CALICO_NODE, phase="Failed")).is_empty
    assert "Pod kube-system/alone runs Calico" in map(
        str, found_in(pod("alone", CALICO_NODE)).suggestions[0].signs
    )


def test_what_is_scheduled_nowhere_runs_nothing():
    idle = daemon_set("aws-node", AWS_NODE, scheduled=0)

    assert suggested(CILIUM, idle) == "cilium@1.19.4"
    assert possible(idle) == BOTH_AWS


# What is configured, what kinds there are, and what policies -------------------------------------------


@pytest.mark.parametrize(
    ("objects", "profile"),
    [
        ([config_map("cilium-config")], "cilium"),
        ([config_map("calico-config")], "calico"),
        ([config_map("canal-config")], "canal"),
        ([config_map("rke2-canal-config")], "canal"),
        ([config_map("antrea-config-58b8gh4k5h")], "antrea"),
        ([config_map("amazon-vpc-cni", enable_network_policy_controller="true")], "aws-vpc,enabled=true"),
        ([config_map("amazon-vpc-cni", enable_network_policy_controller="false")], "aws-vpc"),
        ([custom("operator.tigera.io/v1", "Installation")], "calico"),
        ([custom("crd.projectcalico.org/v1", "FelixConfiguration")], "calico"),
        (
            [custom("config.openshift.io/v1", "Network", "cluster", spec={"networkType": "OVNKubernetes"})],
            "ovn-kubernetes",
        ),
        (
            [custom("config.openshift.io/v1", "Network", "cluster", status={"networkType": "Calico"})],
            "calico",
        ),
        ([definition("crd.projectcalico.org"), definition("operator.tigera.io")], "calico"),
        ([definition("projectcalico.org")], "calico"),
        ([definition("cilium.io"), definition("cilium.io", "others")], "cilium"),
        ([definition("crd.antrea.io")], "antrea"),
        ([definition("k8s.ovn.org")], "ovn-kubernetes"),
        ([policy("projectcalico.org/v3", "NetworkPolicy")], "calico"),
        ([policy("crd.projectcalico.org/v1", "GlobalNetworkPolicy")], "calico"),
        ([policy("cilium.io/v2", "CiliumNetworkPolicy")], "cilium"),
        ([policy("crd.antrea.io/v1beta1", "ClusterNetworkPolicy")], "antrea"),
        ([policy("k8s.ovn.org/v1", "EgressFirewall")], "ovn-kubernetes"),
    ],
)
def test_weaker_signs_lead_to_a_profile_as_well(objects, profile):
    found = found_in(*objects)

    assert found.suggestion is not None
    assert str(found.suggestion.profile) == profile
    assert not found.suggestion.signs[0].says.startswith("runs ")


@pytest.mark.parametrize(
    "sign",
    [
        definition("networking.k8s.aws"),
        definition("crd.k8s.amazonaws.com"),
        policy("networking.k8s.aws/v1alpha1", "ApplicationNetworkPolicy"),
        config_map("amazon-vpc-cni", branch_eni_cooldown="60"),
    ],
)
def test_that_the_vpc_cni_is_there_does_not_tell_whether_it_enforces(sign):
    found = found_in(sign)

    assert found.suggestion is None
    assert [str(suggestion.profile) for suggestion in found.suggestions] == BOTH_AWS
    assert "neither enable-network-policy nor" in found.suggestions[0].caveats[0]


def test_the_configuration_of_flannel_does_not_tell_whether_policies_are_enforced():
    assert possible(config_map("kube-flannel-cfg")) == ["flannel-netpol", "flannel"]


def test_the_configuration_of_kube_router_does_not_tell_whether_its_firewall_runs():
    assert possible(config_map("kube-router-cfg")) == ["kube-router", "none"]


def test_what_is_certain_comes_before_what_may_be():
    every_eks_cluster_has = [definition("networking.k8s.aws"), definition("crd.k8s.amazonaws.com")]

    assert suggested(*every_eks_cluster_has, definition("cilium.io")) == "cilium"
    assert suggested(config_map("kube-flannel-cfg"), config_map("cilium-config")) == "cilium"


def test_one_of_many_kinds_is_told_as_one_of_many():
    found = found_in(definition("cilium.io", "a"), definition("cilium.io", "b"), definition("cilium.io", "c"))

    assert [str(sign) for sign in found.suggestions[0].signs] == [
        "CustomResourceDefinition a.cilium.io defines kinds of Cilium (one of 3)"
    ]


def test_objects_that_have_nothing_to_do_with_a_plugin_are_no_signs():
    others = [
        config_map("settings", enable_sctp="true"),
        definition("example.com"),
        policy("example.com/v1", "FancyNetworkPolicy"),
        deployment("web", container("web", "nginx:1.27")),
        daemon_set("logs", container("fluent-bit", "fluent/fluent-bit:3.1")),
        k3s_node(version="v1.33.1"),
        custom("config.openshift.io/v1", "Network", "cluster", spec={"networkType": "Other"}),
    ]

    assert found_in(*others).is_empty
    assert found_in().is_empty


# What contradicts ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("objects", "profiles"),
    [
        ([CALICO, CILIUM], ["calico@3.32.1", "cilium@1.19.4"]),
        ([CALICO, aws(ON)], ["aws-vpc-calico@3.32.1", "aws-vpc@1.19.0,enabled=true,family=4"]),
        (
            [CALICO, aws("--enable-network-policy=$X")],
            ["aws-vpc-calico@3.32.1", "aws-vpc@1.19.0,enabled=true,family=4"],
        ),
        ([CILIUM, aws(ON)], ["cilium@1.19.4", "aws-vpc@1.19.0,enabled=true,family=4"]),
        ([CALICO, k3s_node("server", "--flannel-backend", "none")], ["calico@3.32.1", "k3s"]),
        ([CALICO, k3s_node("agent")], ["calico@3.32.1", "k3s"]),
        ([CILIUM, FLANNEL_NETPOL], ["cilium@1.19.4", "flannel-netpol@1.0.0"]),
        ([ANTREA, OVN], ["antrea@2.7.0", "ovn-kubernetes"]),
        ([definition("cilium.io"), definition("crd.projectcalico.org")], ["calico", "cilium"]),
        (
            [k3s_node("server"), k3s_node("server", "--disable-network-policy", name="two")],
            ["k3s", "flannel"],
        ),
    ],
)
def test_where_two_may_enforce_policies_nothing_is_guessed(objects, profiles):
    found = found_in(*objects)

    assert found.suggestion is None
    assert [str(suggestion.profile) for suggestion in found.suggestions] == profiles


@pytest.mark.parametrize(
    ("objects", "told"),
    [
        ([aws(ON), config_map("amazon-vpc-cni", enable_network_policy_controller="false")], "`false`"),
        ([aws(OFF), config_map("amazon-vpc-cni", enable_network_policy_controller="true")], "`true`"),
        ([aws("--enable-network-policy={{ .Values.on }}")], "`{{ .Values.on }}`"),
        ([aws(), config_map("amazon-vpc-cni", enable_network_policy_controller="true")], "`true`"),
    ],
)
def test_the_agent_and_the_controller_of_the_vpc_cni_have_to_agree(objects, told):
    found = found_in(*objects)

    assert [suggestion.profile.enforces for suggestion in found.suggestions] == [True, False]
    assert all(told in suggestion.caveats[0] for suggestion in found.suggestions)


def test_a_firewall_that_cannot_be_read_leaves_both():
    script = daemon_set(
        "kube-router",
        container("kube-router", "kube-router:v2.11.1", args=["-c", "exec kube-router --run-firewall=$X"]),
    )

    assert possible(script) == ["kube-router@2.11.1", "none"]
    assert possible(kube_router("--run-firewall=maybe")) == ["kube-router@2.11.1", "none"]


def test_weaker_signs_of_another_plugin_are_remarked_and_decide_nothing():
    found = found_in(
        CILIUM, definition("crd.projectcalico.org"), policy("cilium.io/v2", "CiliumNetworkPolicy")
    )

    assert str(found.suggestion.profile) == "cilium@1.19.4"
    (remark,) = found.remarks
    assert remark.startswith("there are weaker signs of Calico too: CustomResourceDefinition things.crd.")


@pytest.mark.parametrize(
    ("sign", "words"),
    [
        (KINDNET, "DaemonSet kube-system/kindnet runs kindnet"),
        (
            daemon_set("azure-npm", container("azure-npm", "mcr.microsoft.com/azure-npm:v1.5.0")),
            "DaemonSet kube-system/azure-npm runs the Azure Network Policy Manager",
        ),
        (
            custom("config.openshift.io/v1", "Network", "cluster", spec={"networkType": "OpenShiftSDN"}),
            "Network cluster configures OpenShift SDN",
        ),
    ],
)
def test_a_plugin_without_a_profile_is_named_and_nothing_is_suggested(sign, words):
    found = found_in(sign)

    assert (found.suggestion, found.suggestions) == (None, ())
    assert [str(each) for each in found.unprofiled] == [words]
    assert not found.is_empty


def test_beside_a_plugin_without_a_profile_no_other_one_is_sure():
    found = found_in(KINDNET, CALICO)

    assert found.suggestion is None
    assert [str(each.profile) for each in found.suggestions] == ["calico@3.32.1"]


def test_k3s_may_leave_everything_to_a_plugin_that_is_not_in_the_input():
    found = found_in(k3s_node("server", "--flannel-backend=none", "--disable-network-policy"))

    assert found.suggestions == ()
    assert found.remarks[0].startswith("k3s runs neither its policy controller nor Flannel (Node one, ")


def test_arguments_of_k3s_that_cannot_be_read_are_a_caveat():
    node = k3s_node()
    node["metadata"]["annotations"] = {"k3s.io/node-args": "[not json"}
    for each in (node, k3s_node(), k3s_node("agent")):
        (suggestion,) = found_in(each).suggestions

        assert str(suggestion.profile) == "k3s"
        assert "`--disable-network-policy`" not in str(suggestion.signs)
        assert suggestion.caveats == (
            "whether a server was started with --disable-network-policy does not show",
        )


def test_the_arguments_of_k3s_are_not_told_in_full_as_they_may_hold_secrets():
    found = found_in(k3s_node("server", "--token", "hush", "--disable-network-policy"))

    assert "hush" not in str(found)
    assert "Node one was started with `--disable-network-policy`" in map(str, found.suggestions[0].signs)


def test_every_plugin_but_those_without_a_sign_of_their_own_can_be_suggested():
    every = [CALICO, CANAL, CILIUM, FLANNEL, FLANNEL_NETPOL, WEAVE_NET, aws(ON), kube_router(), ANTREA, OVN]
    names = {found_in(each).suggestions[0].profile.name for each in every}
    names |= {found_in(CALICO, aws(OFF)).suggestions[0].profile.name, "k3s", "none"}

    assert names == set(PLUGINS)
    assert len(Component) == len({component.value for component in Component})
