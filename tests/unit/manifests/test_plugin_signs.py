"""What the reader keeps of objects that tell of a network plugin: places, and never a fault."""

from __future__ import annotations

import pickle

import pytest

from npverify.manifests import DocumentMemory, read_paths
from npverify.manifests.plugin_names import (
    CONFIG_MAP_KEYS,
    CONFIG_MAPS,
    CONTAINERS,
    CONTROLLERS,
    GROUPS,
    SOURCES,
)
from npverify.resources import Component, PluginSign, SignKind

CALICO = """\
# Source: calico.yaml
apiVersion: apps/v1
kind: DaemonSet
metadata:
  name: calico-node
  namespace: kube-system
spec:
  selector: {matchLabels: {k8s-app: calico-node}}
  template:
    metadata: {labels: {k8s-app: calico-node}}
    spec:
      containers:
        - name: calico-node
          image: quay.io/calico/node:v3.32.1
          command: [start_runit]
          args: [--one, 2, --three]
          env:
            - name: FELIX_LOGSEVERITYSCREEN
              value: info
            - name: FELIX_DefaultEndpointToHostAction
              value: ACCEPT
            - name: ENABLE_IPv6
              valueFrom: {configMapKeyRef: {name: a, key: b}}
"""
CONFIG = """\
apiVersion: v1
kind: ConfigMap
metadata: {name: cilium-config, namespace: kube-system}
data:
  enable-ipv4: "true"
  enable-sctp: "true"
"""


def test_a_daemon_set_is_kept_with_its_image_arguments_and_variables(read):
    (sign,) = read(CALICO).plugin_signs

    (container,) = sign.containers
    assert str(sign) == "DaemonSet kube-system/calico-node"
    assert (sign.sign_kind, sign.components) == (SignKind.RUNS, (Component.CALICO,))
    assert str(sign.origin) == "<stdin>:2:1"
    assert (container.image, str(container.origin)) == ("quay.io/calico/node:v3.32.1", "<stdin>:14:18")
    assert [setting.text for setting in container.arguments] == ["start_runit", "--one", "--three"]
    assert [(s.name, s.text) for s in container.environment] == [
        ("FELIX_DEFAULTENDPOINTTOHOSTACTION", "ACCEPT"),
        ("ENABLE_IPV6", ""),
    ]
    assert container.environment[0].origin.line == 20
    assert container.referred == ("ENABLE_IPV6",)


def test_of_a_config_map_only_what_matters_is_kept_with_its_place(read):
    inventory = read(CONFIG)

    (sign,) = inventory.plugin_signs
    assert [(s.name, s.text, str(s.origin)) for s in sign.settings] == [
        ("enable-sctp", "true", "<stdin>:6:16")
    ]
    assert inventory.ignored == {"v1 ConfigMap": 1}


def test_items_of_a_list_are_found_as_well(read):
    items = "".join(
        f"- {text.strip()}\n".replace("\n", "\n  ").rstrip() + "\n" for text in (CALICO[22:], CONFIG)
    )

    signs = read(f"apiVersion: v1\nkind: List\nitems:\n{items}").plugin_signs

    assert [str(sign) for sign in signs] == [
        "DaemonSet kube-system/calico-node",
        "ConfigMap kube-system/cilium-config",
    ]
    assert all(sign.origin.line > 3 for sign in signs)


@pytest.mark.parametrize(
    "text",
    [
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: cilium-config}\ndata: [1]\n",
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: cilium-config}\ndata: {enable-sctp: true}\n",
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: cilium-config}\n",
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: cilium-config, namespace: 3}\ndata: 7\n",
        "apiVersion: crd.projectcalico.org/v1\nkind: FelixConfiguration\nspec: 3\n",
        "apiVersion: operator.tigera.io/v1\nkind: Installation\nspec: {cni: [], variant: 3}\nstatus: x\n",
    ],
)
def test_an_object_that_is_not_sound_is_a_sign_without_settings(read, text):
    inventory = read(text)

    (sign,) = inventory.plugin_signs
    assert sign.settings == ()
    assert inventory.findings == ()


@pytest.mark.parametrize(
    "text",
    [
        "apiVersion: v1\nkind: ConfigMap\n",
        "apiVersion: v1\nkind: ConfigMap\nmetadata: [x]\n",
        "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nspec: {group: [cilium.io]}\n",
        "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nspec: cilium.io\n",
        "apiVersion: config.openshift.io/v1\nkind: Network\nspec: {networkType: 3}\n",
        "apiVersion: example.com/v1\nkind: ConfigMap\nmetadata: {name: cilium-config}\n",
        "apiVersion: example.com/v1\nkind: Installation\nmetadata: {name: default}\n",
    ],
)
def test_an_object_that_tells_nothing_is_no_sign_and_no_fault(read, text):
    inventory = read(text)

    assert inventory.plugin_signs == inventory.findings == ()


def test_a_daemon_set_that_is_left_out_is_no_sign(read):
    broken = CALICO.replace("command: [start_runit]", "ports: [{containerPort: 0}]")

    inventory = read(f"{broken}---\n{CONFIG}", keep_going=True)

    assert [str(sign) for sign in inventory.plugin_signs] == ["ConfigMap kube-system/cilium-config"]
    assert len(inventory.left_out) == 1


def test_a_node_that_is_left_out_is_no_sign(read):
    node = (
        "apiVersion: v1\nkind: Node\nmetadata: {name: one}\n"
        "status: {nodeInfo: {kubeletVersion: v1.33.1+k3s1}, addresses: [{type: InternalIP, address: x}]}\n"
    )

    inventory = read(node, keep_going=True)

    assert inventory.plugin_signs == ()
    assert len(inventory.left_out) == 1


def test_a_later_object_replaces_an_earlier_one_of_its_name(read):
    later = CALICO.replace("v3.32.1", "v3.29.0")

    (sign,) = read(f"{CALICO}---\n{later}").plugin_signs

    assert sign.containers[0].image.endswith("v3.29.0")


def test_of_many_nodes_that_tell_the_same_one_is_kept(read):
    node = (
        "apiVersion: v1\nkind: Node\nmetadata: {{name: n{0}}}\n"
        "status: {{nodeInfo: {{kubeletVersion: v1.33.1+k3s{1}}}}}\n"
    )
    texts = [node.format(number, 1) for number in range(50)] + [node.format(50, 2)]

    assert [sign.name for sign in read("---\n".join(texts)).plugin_signs] == ["n0", "n50"]


def test_signs_come_with_shared_documents_too(tmp_path):
    (tmp_path / "a.yaml").write_text(f"{CALICO}---\n{CONFIG}")
    memory = DocumentMemory()

    first, second = (read_paths([tmp_path], memory=memory) for _ in range(2))

    assert len(first.plugin_signs) == 2
    assert first.plugin_signs == second.plugin_signs
    assert [sign.origin for sign in first.plugin_signs] == [sign.origin for sign in second.plugin_signs]


def test_signs_can_be_sent_to_another_process(read):
    signs = read(CALICO).plugin_signs

    again = pickle.loads(pickle.dumps(signs))

    assert again == signs
    assert [sign.origin for sign in again] == [sign.origin for sign in signs]


def test_a_cluster_scoped_sign_has_no_namespace_in_its_name():
    assert str(PluginSign("Node", "", "one", SignKind.RUNS, (Component.K3S,))) == "Node one"


def test_every_component_has_a_name_to_be_known_by():
    named = {*CONTAINERS.values(), *GROUPS.values(), *(component for component, _ in CONTROLLERS.values())}
    named |= {component for components in CONFIG_MAPS.values() for component in components}

    assert named | {Component.K3S, Component.WEAVE, Component.OPENSHIFT_SDN} == set(Component)
    assert set(SOURCES) == set(Component)
    assert all(key == key.lower() for key in CONFIG_MAP_KEYS)
