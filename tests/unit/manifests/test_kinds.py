"""Which objects are read, which are policies of another API, and which say nothing about policies."""

from __future__ import annotations

import pytest

from npverify.manifests import CODES, codes


def read_kind(read, api_version: str, kind: str):
    return read(f"apiVersion: {api_version}\nkind: {kind}\nmetadata: {{name: a}}\nspec: {{x: 1}}\n")


@pytest.mark.parametrize(
    ("api_version", "kind", "namespace"),
    [
        ("policy.networking.k8s.io/v1alpha1", "ClusterNetworkPolicy", None),
        ("policy.networking.k8s.io/v1alpha2", "AdminNetworkPolicy", None),
        ("policy.networking.k8s.io/v1alpha2", "BaselineAdminNetworkPolicy", None),
        ("policy.networking.k8s.io/v1beta1", "ClusterNetworkPolicy", None),
        ("projectcalico.org/v3", "NetworkPolicy", "default"),
        ("projectcalico.org/v3", "GlobalNetworkPolicy", None),
        ("crd.projectcalico.org/v1", "StagedGlobalNetworkPolicy", None),
        ("crd.projectcalico.org/v1", "StagedKubernetesNetworkPolicy", "default"),
        ("cilium.io/v2", "CiliumNetworkPolicy", "default"),
        ("cilium.io/v2", "CiliumClusterwideNetworkPolicy", None),
        ("crd.antrea.io/v1beta1", "NetworkPolicy", "default"),
        ("crd.antrea.io/v1beta1", "ClusterNetworkPolicy", None),
        ("security.antrea.tanzu.vmware.com/v1alpha1", "ClusterNetworkPolicy", None),
        ("networking.k8s.aws/v1alpha1", "ApplicationNetworkPolicy", "default"),
        ("k8s.ovn.org/v1", "EgressFirewall", "default"),
        ("extensions/v1beta1", "NetworkPolicy", "default"),
        ("networking.k8s.io/v1beta1", "NetworkPolicy", "default"),
        ("v1", "NetworkPolicy", "default"),
        ("example.com/v1", "FancyNetworkPolicy", "default"),
        ("security.istio.io/v1", "AuthorizationPolicy", "default"),
    ],
)
def test_policies_of_other_apis_are_named_and_never_read_as_kubernetes_own(
    read, api_version, kind, namespace
):
    inventory = read_kind(read, api_version, kind)

    assert inventory.policies == inventory.admin_policies == ()
    assert [(p.api_version, p.kind, p.namespace, p.name) for p in inventory.unmodelled] == [
        (api_version, kind, namespace, "a")
    ]
    assert inventory.unmodelled[0].origin.line == 1


def test_a_policy_without_a_name_is_named_all_the_same(read):
    inventory = read("apiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nspec: {}\n")

    assert [str(p) for p in inventory.unmodelled] == ["CiliumNetworkPolicy default/(unnamed)"]


def test_a_definition_of_a_policy_kind_is_no_policy(read):
    inventory = read(
        "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\n"
        "metadata: {name: networkpolicies.crd.projectcalico.org}\n"
        "spec: {names: {kind: NetworkPolicy, listKind: NetworkPolicyList}}\n"
    )

    assert inventory.unmodelled == ()
    assert inventory.ignored == {"apiextensions.k8s.io/v1 CustomResourceDefinition": 1}


def test_all_other_kinds_are_counted(read):
    text = "---\n".join(
        f"apiVersion: {v}\nkind: {k}\nmetadata: {{name: a}}\n"
        for v, k in [
            ("v1", "Secret"),
            ("v1", "ConfigMap"),
            ("v1", "Secret"),
            ("example.com/v1", "Deployment"),
        ]
    )

    inventory = read(text + "---\nkind: pipeline\n")

    assert list(inventory.ignored.items()) == [
        ("(no apiVersion) pipeline", 1),
        ("example.com/v1 Deployment", 1),
        ("v1 ConfigMap", 1),
        ("v1 Secret", 2),
    ]


@pytest.mark.parametrize(
    ("api_version", "kind"),
    [
        ("apps/v1", "Deployment"),
        ("apps/v1beta2", "Deployment"),
        ("extensions/v1beta1", "DaemonSet"),
        ("apps/v1", "StatefulSet"),
        ("apps/v1", "ReplicaSet"),
        ("v1", "ReplicationController"),
        ("batch/v1", "Job"),
        ("batch/v1beta1", "CronJob"),
    ],
)
def test_workloads_of_every_kind_are_read(read, api_version, kind):
    template = "{template: {metadata: {labels: {app: a}}}}"
    spec = f"{{jobTemplate: {{spec: {template}}}}}" if kind == "CronJob" else template

    inventory = read(f"apiVersion: {api_version}\nkind: {kind}\nmetadata: {{name: a}}\nspec: {spec}\n")
    (workload,) = inventory.workloads

    assert (workload.kind, workload.namespace, workload.name) == (kind, "default", "a")
    assert [(p.labels, p.replicated) for p in workload.pods] == [({"app": "a"}, True)]
    assert workload.template == workload.pods[0]


def test_every_code_has_its_explanation():
    named = {value for name, value in vars(codes).items() if name.isupper() and isinstance(value, str)}

    assert set(CODES) == named
    assert all(code.title and code.explanation.endswith((".", "result.")) for code in CODES.values())
