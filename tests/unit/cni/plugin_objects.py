"""Objects that network plugins are installed by, as short as can be: names and keys are the real ones."""

from __future__ import annotations

import json

from npverify.cni.detection import detect
from npverify.manifests import inventory_from_objects

SYSTEM = "kube-system"


def container(name, image="", *, args=(), env=None, **more):
    written = [
        {"name": key, **({"value": value} if isinstance(value, str) else {"valueFrom": value})}
        for key, value in (env or {}).items()
    ]
    return {"name": name, "image": image, "args": [*args], "env": written, **more}


def daemon_set(name, *containers, namespace=SYSTEM, scheduled=None):
    found = _workload("apps/v1", "DaemonSet", name, namespace, containers)
    if scheduled is not None:
        found["status"] = {"desiredNumberScheduled": scheduled}
    return found


def deployment(name, *containers, namespace=SYSTEM):
    return _workload("apps/v1", "Deployment", name, namespace, containers)


def _workload(version, kind, name, namespace, containers):
    labels = {"k8s-app": name}
    return {
        "apiVersion": version,
        "kind": kind,
        "metadata": {"name": name, "namespace": namespace},
        "spec": {
            "selector": {"matchLabels": labels},
            "template": {
                "metadata": {"labels": labels},
                "spec": {"hostNetwork": True, "containers": [*containers]},
            },
        },
    }


def pod(name, *containers, owner=None, phase="Running"):
    owners = [{"kind": "DaemonSet", "name": owner, "controller": True}] if owner else []
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": name, "namespace": SYSTEM, "ownerReferences": owners},
        "spec": {"hostNetwork": True, "containers": [*containers]},
        "status": {"phase": phase},
    }


def config_map(name, namespace=SYSTEM, **data):
    entries = {key.replace("_", "-"): value for key, value in data.items()}
    metadata = {"name": name, "namespace": namespace}
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": entries}


def definition(group, plural="things"):
    return {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": f"{plural}.{group}"},
        "spec": {"group": group, "names": {"plural": plural}},
    }


def custom(api_version, kind, name="default", **fields):
    return {"apiVersion": api_version, "kind": kind, "metadata": {"name": name}, **fields}


def policy(api_version, kind, name="a", namespace="shop"):
    return {"apiVersion": api_version, "kind": kind, "metadata": {"name": name, "namespace": namespace}}


def k3s_node(*arguments, name="one", version="v1.33.1+k3s1"):
    annotations = {"k3s.io/node-args": json.dumps([*arguments])} if arguments else {}
    return {
        "apiVersion": "v1",
        "kind": "Node",
        "metadata": {"name": name, "annotations": annotations},
        "status": {"nodeInfo": {"kubeletVersion": version}},
    }


HOST_ACTION = "FELIX_DEFAULTENDPOINTTOHOSTACTION"
CALICO_NODE = container("calico-node", "quay.io/calico/node:v3.32.1", env={HOST_ACTION: "ACCEPT"})
KUBE_FLANNEL = container("kube-flannel", "ghcr.io/flannel-io/flannel:v0.28.9", args=["--ip-masq"])
POLICIES = container("kube-network-policies", "registry.k8s.io/networking/kube-network-policies:v1.0.0")
CILIUM_AGENT = container(
    "cilium-agent", "quay.io/cilium/cilium:v1.19.4@sha256:0a1b", args=["--config-dir=/tmp/cilium/config-map"]
)
WEAVE = container("weave", "weaveworks/weave-kube:2.8.1")
WEAVE_NPC = container("weave-npc", "weaveworks/weave-npc:2.8.1")
AWS_NODE = container(
    "aws-node",
    "602401143452.dkr.ecr.us-west-2.amazonaws.com/amazon-k8s-cni:v1.19.0-eksbuild.1",
    env={"ENABLE_IPv4": "true", "ENABLE_IPv6": "false", "NETWORK_POLICY_ENFORCING_MODE": "standard"},
)
ANTREA_AGENT = container("antrea-agent", "antrea/antrea-agent-ubuntu:v2.7.0")
OVN_NODE = container("ovnkube-controller", "ghcr.io/ovn-kubernetes/ovn-kubernetes/ovn-kube-ubuntu:master")

CALICO = daemon_set("calico-node", CALICO_NODE)
CANAL = daemon_set("canal", CALICO_NODE, KUBE_FLANNEL)
CILIUM = daemon_set("cilium", CILIUM_AGENT)
FLANNEL = daemon_set("kube-flannel-ds", KUBE_FLANNEL, namespace="kube-flannel")
FLANNEL_NETPOL = daemon_set("kube-flannel-ds", KUBE_FLANNEL, POLICIES, namespace="kube-flannel")
WEAVE_NET = daemon_set("weave-net", WEAVE, WEAVE_NPC)
ANTREA = daemon_set("antrea-agent", ANTREA_AGENT)
OVN = daemon_set("ovnkube-node", OVN_NODE, namespace="ovn-kubernetes")
KINDNET = daemon_set("kindnet", container("kindnet-cni", "docker.io/kindest/kindnetd:v20250512-df8de77b"))


def aws(*agent_flags, env=None, node=AWS_NODE):
    """aws-node, with its agent where there are flags."""
    own = {**node, "env": [*node["env"], *container("", env=env)["env"]]}
    agent = container("aws-eks-nodeagent", "amazon/aws-network-policy-agent:v1.2.1", args=agent_flags)
    return daemon_set("aws-node", own, *([agent] if agent_flags else []))


def kube_router(*flags, tag="v2.11.1"):
    return daemon_set(
        "kube-router", container("kube-router", f"docker.io/cloudnativelabs/kube-router:{tag}", args=flags)
    )


def found_in(*objects):
    inventory = inventory_from_objects(objects)
    return detect(inventory.plugin_signs, inventory.unmodelled)


def suggested(*objects):
    """The one profile that is suggested."""
    (suggestion,) = found_in(*objects).suggestions
    return str(suggestion.profile)


def possible(*objects):
    """All profiles that are possible."""
    return [str(suggestion.profile) for suggestion in found_in(*objects).suggestions]
