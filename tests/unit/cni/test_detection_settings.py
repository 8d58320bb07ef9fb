"""Versions and settings that the signs of a network plugin tell, and what cannot be read."""

from __future__ import annotations

import pytest
from tests.unit.cni.plugin_objects import (
    ANTREA,
    CALICO,
    CALICO_NODE,
    CILIUM,
    CILIUM_AGENT,
    FLANNEL,
    HOST_ACTION,
    KUBE_FLANNEL,
    aws,
    config_map,
    container,
    custom,
    daemon_set,
    deployment,
    found_in,
    kube_router,
    suggested,
)

from npverify.cni.detection.texts import find_flag, image_tag, parse_truth, parse_version
from npverify.resources import Setting

ON = "--enable-network-policy=true"


def caveats(*objects):
    return found_in(*objects).suggestions[0].caveats


# Texts -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "version"),
    [
        ("v3.32.1", (3, 32, 1)),
        ("3.32", (3, 32)),
        ("v3.29.0-build20240910", (3, 29, 0)),
        ("v3.26.3-gke.9", (3, 26, 3)),
        ("v3.26.3_arm64", (3, 26, 3)),
        ("v4.0.0", (4, 0, 0)),
        ("v5.0.0", None),
        ("2026.05", None),
        ("v3", None),
        ("master", None),
        ("latest", None),
        ("", None),
        ("{{ .Values.tag }}", None),
        ("v3.32.0-rc.1", None),
        ("v3.33.0-0.dev-123-gabc", None),
        ("v3.32.0-pre.2", None),
        ("v3.32.0-alpha", None),
        ("v3.32.0-devel", None),
        ("v3.32.0+ci-1", None),
        ("v3.32.1.2", (3, 32, 1)),
    ],
)
def test_a_tag_tells_a_release_or_nothing(text, version):
    assert parse_version(text, "3.32.1") == version


@pytest.mark.parametrize(
    ("image", "tag"),
    [
        ("quay.io/calico/node:v3.32.1", "v3.32.1"),
        ("localhost:5000/calico/node", ""),
        ("localhost:5000/calico/node:v3.32.1@sha256:0a", "v3.32.1"),
        ("node@sha256:0a", ""),
        ("", ""),
    ],
)
def test_the_tag_of_an_image(image, tag):
    assert image_tag(image) == tag


@pytest.mark.parametrize(
    ("text", "truth"),
    [("true", True), ("True", True), ("1", True), ("false", False), ("F", False), ("yes", None), ("", None)],
)
def test_truth_is_as_go_reads_it(text, truth):
    assert parse_truth(text) is truth


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (["--run-firewall=true"], "true"),
        (["-run-firewall=false"], "false"),
        (["--run-firewall"], "true"),
        (["--run-firewall=true", "--run-firewall=false"], "false"),
        (["--run-firewall-x=true"], None),
        (["run-firewall=true"], None),
        (["sh -c 'kube-router --run-firewall=$X'"], "sh -c 'kube-router --run-firewall=$X'"),
        ([], None),
    ],
)
def test_the_last_flag_counts(arguments, text):
    found = find_flag([Setting("", argument) for argument in arguments], "run-firewall")

    assert (found.text if found else None) == text


# Versions ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("tag", [":latest", "", "@sha256:0a1b", ":{{ .Values.tag }}", ":v3.33.0-rc.1"])
def test_an_image_that_tells_no_release_leaves_the_version_out(tag):
    image = f"quay.io/calico/node{tag}"
    objects = [daemon_set("calico-node", container("calico-node", image, env={HOST_ACTION: "ACCEPT"}))]

    assert suggested(*objects) == "calico"
    assert caveats(*objects) == (f"the release is left out: image `{image}` does not tell it",)
    assert "version" not in found_in(*objects).suggestions[0].known


def test_two_releases_leave_the_version_out():
    older = daemon_set("calico-node-old", container("calico-node", "quay.io/calico/node:v3.29.1"))

    assert suggested(CALICO, older).startswith("calico,") or suggested(CALICO, older) == "calico"
    assert "the release is left out: there are several, 3.29.1, 3.32.1" in caveats(CALICO, older)


def test_the_image_of_an_agent_comes_before_that_of_a_controller():
    operator = deployment("cilium-operator", container("cilium-operator", "quay.io/cilium/operator:v1.18.0"))
    unreadable = daemon_set("cilium", container("cilium-agent", "quay.io/cilium/cilium@sha256:0a"))

    assert suggested(CILIUM, operator) == "cilium@1.19.4"
    assert suggested(unreadable, operator) == "cilium"
    assert suggested(operator) == "cilium@1.18.0"


def test_calico_tells_its_version_itself():
    installation = custom("operator.tigera.io/v1", "Installation", status={"calicoVersion": "v3.30.2"})
    information = custom("crd.projectcalico.org/v1", "ClusterInformation", spec={"calicoVersion": "v3.29.1"})

    assert suggested(installation) == "calico@3.30.2"
    assert suggested(information) == "calico@3.29.1"
    assert suggested(installation, CALICO) == "calico@3.32.1"


@pytest.mark.parametrize(
    "mark",
    [
        custom("operator.tigera.io/v1", "Installation", spec={"variant": "TigeraSecureEnterprise"}),
        custom("operator.tigera.io/v1", "Installation", spec={"variant": "CalicoEnterprise"}),
        daemon_set("calico-node", container("calico-node", "quay.io/tigera/cnx-node:v3.20.1")),
    ],
)
def test_calico_enterprise_has_other_numbers(mark):
    assert suggested(mark) == "calico"
    assert "Calico Enterprise numbers its releases otherwise" in caveats(mark)[0]


def test_plugins_that_are_the_same_in_every_version_get_none():
    assert found_in(FLANNEL).suggestions[0].profile.version is None


# Calico ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("action", "profile"),
    [
        ("ACCEPT", "calico@3.32.1"),
        ("Drop", "calico@3.32.1,endpoint-to-host=drop"),
        ("return", "calico@3.32.1,endpoint-to-host=return"),
    ],
)
def test_what_felix_does_with_traffic_to_the_node(action, profile):
    image = "quay.io/calico/node:v3.32.1"
    node = daemon_set("calico-node", container("calico-node", image, env={HOST_ACTION: action}))
    mixed = container("calico-node", image, env={"FELIX_DefaultEndpointToHostAction": action})
    felix = custom(
        "crd.projectcalico.org/v1", "FelixConfiguration", spec={"defaultEndpointToHostAction": action}
    )
    bare = daemon_set("calico-node", container("calico-node", image))

    assert suggested(node) == suggested(daemon_set("calico-node", mixed)) == suggested(felix, bare) == profile
    assert caveats(node) == caveats(felix, bare) == ()
    assert "endpoint-to-host" in found_in(node).suggestions[0].known


def test_a_variable_of_felix_comes_before_its_configuration():
    felix = custom("projectcalico.org/v3", "FelixConfiguration", spec={"defaultEndpointToHostAction": "Drop"})

    assert suggested(CALICO, felix) == "calico@3.32.1"


@pytest.mark.parametrize(
    ("objects", "words"),
    [
        ([daemon_set("calico-node", container("calico-node"))], "felix drops it where it is told nothing"),
        (
            [
                daemon_set(
                    "calico-node",
                    container("calico-node", env={HOST_ACTION: {"configMapKeyRef": {"key": "a"}}}),
                )
            ],
            "stands elsewhere",
        ),
        ([daemon_set("calico-node", container("calico-node", env={HOST_ACTION: "${X}"}))], "${x} is none of"),
        (
            [
                custom(
                    "crd.projectcalico.org/v1",
                    "FelixConfiguration",
                    "node.one",
                    spec={"defaultEndpointToHostAction": "Drop"},
                )
            ],
            "FelixConfigurations of single nodes",
        ),
    ],
)
def test_what_felix_does_is_left_out_where_it_cannot_be_read(objects, words):
    assert any("endpoint-to-host is left out" in each and words in each for each in caveats(*objects))
    assert "endpoint-to-host" not in found_in(*objects).suggestions[0].known


def test_the_operator_says_that_the_network_is_the_vpc_cni():
    installation = custom("operator.tigera.io/v1", "Installation", spec={"cni": {"type": "AmazonVPC"}})

    assert suggested(installation, CALICO) == "aws-vpc-calico@3.32.1"
    assert suggested(daemon_set("calico-node", CALICO_NODE, KUBE_FLANNEL), installation) == "canal@3.32.1"


# Cilium ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("entries", "settings"),
    [
        ({}, ""),
        ({"enable_sctp": "true"}, ",sctp=true"),
        ({"enable_sctp": "false"}, ""),
        ({"policy_cidr_match_mode": "nodes"}, ",cidr-match-mode=nodes"),
        ({"policy_cidr_match_mode": "pods"}, ",cidr-match-mode=pods"),
        ({"policy_cidr_match_mode": "nodes,pods"}, ",cidr-match-mode=pods+nodes"),
        ({"policy_cidr_match_mode": "pods nodes"}, ",cidr-match-mode=pods+nodes"),
        ({"policy_cidr_match_mode": ""}, ""),
        ({"enable_k8s_cluster_network_policy": "true"}, ",cluster-network-policy=true"),
        ({"enable_policy": "default"}, ""),
        (
            {"enable_sctp": "true", "policy_cidr_match_mode": "nodes"},
            ",cidr-match-mode=nodes,sctp=true",
        ),
    ],
)
def test_the_settings_of_cilium(entries, settings):
    objects = [CILIUM, config_map("cilium-config", **entries)]

    assert suggested(*objects) == f"cilium@1.19.4{settings}"
    assert caveats(*objects) == ()
    assert {"sctp", "cidr-match-mode", "cluster-network-policy"} <= found_in(*objects).suggestions[0].known


def test_flags_of_the_agent_come_before_the_config_map():
    agent = container("cilium-agent", CILIUM_AGENT["image"], args=["--enable-sctp=true"])
    objects = [daemon_set("cilium", agent), config_map("cilium-config", enable_sctp="false")]

    assert suggested(*objects) == "cilium@1.19.4,sctp=true"


def test_without_its_config_map_the_settings_of_cilium_are_left_out():
    assert caveats(CILIUM) == ("its settings are left out: the ConfigMap cilium-config is not in the input",)
    assert found_in(CILIUM).suggestions[0].known == {"version"}


@pytest.mark.parametrize(
    "entries",
    [
        {"enable_policy": "never"},
        {"enable_policy": "Never"},
        {"policy_audit_mode": "true"},
        {"enable_k8s_networkpolicy": "false"},
    ],
)
def test_a_cilium_that_enforces_nothing_is_said_to_do_so(entries):
    found = found_in(CILIUM, config_map("cilium-config", **entries))

    assert str(found.suggestion.profile) == "none"
    assert found.suggestion.title == "Cilium, which is told to enforce nothing"
    (name, text), *_ = entries.items()
    assert found.suggestion.signs[-1].says == f"has {name.replace('_', '-')} `{text}`"


@pytest.mark.parametrize(
    ("entries", "words"),
    [
        ({"enable_policy": "always"}, "enable-policy is `always`, which no profile has"),
        ({"enable_sctp": "{{ .Values.sctp }}"}, "sctp is left out: enable-sctp of ConfigMap kube-system/cil"),
        ({"policy_cidr_match_mode": "some"}, "cidr-match-mode is left out"),
        (
            {"enable_k8s_networkpolicy": "false", "enable_k8s_cluster_network_policy": "true"},
            "NetworkPolicies have no effect",
        ),
    ],
)
def test_what_no_profile_of_cilium_has_is_a_caveat(entries, words):
    (caveat,) = caveats(CILIUM, config_map("cilium-config", **entries))

    assert words in caveat


def test_two_config_maps_that_differ_are_a_caveat():
    one, other = config_map("cilium-config", enable_sctp="true"), config_map("cilium-config", "cilium")

    assert suggested(CILIUM, one, other) == "cilium@1.19.4"
    assert caveats(CILIUM, one, other) == (
        "sctp is left out: enable-sctp of ConfigMap kube-system/cilium-config is not the same everywhere",
    )


# The Amazon VPC CNI ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("env", "settings"),
    [
        ({"NETWORK_POLICY_ENFORCING_MODE": "strict"}, ",mode=strict"),
        ({"NETWORK_POLICY_ENFORCING_MODE": "standard"}, ""),
        ({}, ""),
        ({"ENABLE_IPv6": "true"}, ",family=6"),
        ({"ENABLE_IPv6": "false"}, ",family=4"),
        ({"ENABLE_IPv6": "true", "NETWORK_POLICY_ENFORCING_MODE": "strict"}, ",mode=strict,family=6"),
    ],
)
def test_the_settings_of_the_vpc_cni(env, settings):
    node = container("aws-node", "amazon-k8s-cni:v1.19.0")

    assert suggested(aws(ON, env=env, node=node)) == f"aws-vpc@1.19.0,enabled=true{settings}"


def test_the_agent_tells_the_ip_version_where_the_node_does_not():
    node = container("aws-node", "amazon-k8s-cni:v1.19.0")

    assert suggested(aws(ON, "--enable-ipv6=true", node=node)) == "aws-vpc@1.19.0,enabled=true,family=6"


@pytest.mark.parametrize(
    ("env", "words"),
    [
        ({"NETWORK_POLICY_ENFORCING_MODE": "other"}, "mode is left out"),
        ({"ENABLE_IPv6": "maybe"}, "family is left out"),
        ({}, "family is left out"),
    ],
)
def test_what_the_vpc_cni_does_not_tell_is_left_out(env, words):
    found = caveats(aws(ON, env=env, node=container("aws-node", "amazon-k8s-cni:v1.19.0")))

    assert any(words in caveat for caveat in found)


def test_auto_mode_has_no_daemon_set():
    objects = [config_map("amazon-vpc-cni", enable_network_policy_controller="true")]

    assert suggested(*objects) == "aws-vpc,enabled=true"
    assert [caveat.split(" ")[0] for caveat in caveats(*objects)] == ["mode", "family"]


# The others --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("image", "flags", "profile", "is_known"),
    [
        ("v1.0.0", [], "flannel-netpol@1.0.0", True),
        ("v1.0.0-npa-v1alpha2", [], "flannel-netpol@1.0.0,flavour=v1alpha2", True),
        ("v1.0.0-npa-v1alpha1", [], "flannel-netpol@1.0.0,flavour=v1alpha1", True),
        ("v0.7.0", ["-admin-network-policy=true"], "flannel-netpol@0.7.0,flavour=v1alpha1", True),
        ("v0.7.0", ["-baseline-admin-network-policy"], "flannel-netpol@0.7.0,flavour=v1alpha1", True),
        ("v0.7.0", ["-admin-network-policy=false"], "flannel-netpol@0.7.0", True),
        ("v1.0.0-iptracker", [], "flannel-netpol@1.0.0", False),
        ("v1.0.0-npa-v1alpha9", [], "flannel-netpol@1.0.0", False),
        ("latest", [], "flannel-netpol", False),
    ],
)
def test_the_flavour_of_kube_network_policies(image, flags, profile, is_known):
    policies = container("kube-network-policies", f"kube-network-policies:{image}", args=flags)

    (suggestion,) = found_in(daemon_set("kube-network-policies", policies)).suggestions
    assert str(suggestion.profile) == profile
    assert ("flavour" in suggestion.known) is is_known
    assert any("flavour is left out" in caveat for caveat in suggestion.caveats) is not is_known


def test_two_daemon_sets_that_differ_in_a_setting_leave_it_out():
    images = ("v1.0.0", "v1.0.0-npa-v1alpha2")
    objects = [
        daemon_set(f"policies-{number}", container("kube-network-policies", f"kube-network-policies:{image}"))
        for number, image in enumerate(images)
    ]

    (suggestion,) = found_in(*objects).suggestions
    assert str(suggestion.profile) == "flannel-netpol@1.0.0"
    assert "flavour" not in suggestion.known
    assert suggestion.caveats == ("flavour is left out: it is not the same everywhere",)


@pytest.mark.parametrize(
    ("flag", "profile"),
    [
        ("--netpol-default-deny", "kube-router@2.11.1,default-deny=true"),
        ("--netpol-default-deny=true", "kube-router@2.11.1,default-deny=true"),
        ("--netpol-default-deny=false", "kube-router@2.11.1"),
    ],
)
def test_the_default_of_kube_router(flag, profile):
    assert suggested(kube_router("--run-firewall=true", flag)) == profile
    assert "netpol-default-deny cannot be read" in caveats(kube_router("--netpol-default-deny=$X"))[0]


CONF = """\
# FeatureGates is a map of feature names to bools that enable or disable experimental features.
featureGates:
# Enable the AdminNetworkPolicy APIs.
#  AdminNetworkPolicy: false
{gates}
apiPort: 10349
"""


@pytest.mark.parametrize(
    ("gates", "profile"),
    [
        ("", "antrea@2.7.0"),
        ("  ClusterNetworkPolicy: true", "antrea@2.7.0,cluster-network-policy=true"),
        ("  AdminNetworkPolicy: true  # old", "antrea@2.7.0,admin-network-policy=true"),
        ("  AdminNetworkPolicy: false", "antrea@2.7.0"),
        ("#  ClusterNetworkPolicy: true", "antrea@2.7.0"),
        ("  AllAlpha: true", "antrea@2.7.0,cluster-network-policy=true,admin-network-policy=true"),
        (
            "  AllAlpha: true\n  AdminNetworkPolicy: false",
            "antrea@2.7.0,cluster-network-policy=true",
        ),
    ],
)
def test_the_feature_gates_of_antrea(gates, profile):
    config = config_map("antrea-config", **{"antrea-controller.conf": CONF.format(gates=gates)})

    assert suggested(ANTREA, config) == profile
    assert caveats(ANTREA, config) == ()


def test_feature_gates_that_are_not_there_or_not_readable_are_left_out():
    config = config_map("antrea-config", **{"antrea-controller.conf": CONF.format(gates="  AllAlpha: maybe")})

    assert "feature gates are left out" in caveats(ANTREA)[0]
    assert [caveat.split(" ")[0] for caveat in caveats(ANTREA, config)] == [
        "cluster-network-policy",
        "admin-network-policy",
    ]


def test_a_gate_of_that_name_was_another_one_in_old_releases_of_antrea():
    old = daemon_set("antrea-agent", container("antrea-agent", "antrea/antrea-ubuntu:v0.9.3"))
    gates = "  ClusterNetworkPolicy: true\n  AdminNetworkPolicy: true"
    config = config_map("antrea-config", **{"antrea-controller.conf": CONF.format(gates=gates)})

    assert suggested(old, config) == "antrea@0.9.3"


def test_admin_policies_that_ovn_kubernetes_does_not_enforce_are_a_caveat():
    node = container("ovnkube-node", "ovn:v1.2.0", env={"OVN_ADMIN_NETWORK_POLICY_ENABLE": "false"})
    other = container("ovnkube-node", "ovn:v1.2.0", env={"ENABLE_IPV6": "false"})

    assert caveats(daemon_set("ovnkube-node", other)) == ()
    assert suggested(daemon_set("ovnkube-node", node)) == "ovn-kubernetes@1.2.0"
    assert "which no profile has" in caveats(daemon_set("ovnkube-node", node))[0]
