"""What the input tells of its network plugin changes no answer but for the note that says so."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.cni.plugin_objects import (
    ANTREA,
    CALICO,
    CANAL,
    CILIUM,
    FLANNEL_NETPOL,
    KINDNET,
    OVN,
    WEAVE_NET,
    aws,
    config_map,
    container,
    custom,
    definition,
    deployment,
    k3s_node,
    kube_router,
)
from tests.unit.questions.manifests import block, peers, policy
from tests.unit.questions.manifests import deployment as workload

from npverify import load_objects
from npverify.cni import profile_of
from npverify.questions.detected_plugin import plugin_notes
from npverify.questions.settings import QuerySettings

SHOP = [
    workload("web", app="web"),
    workload("db", app="db"),
    policy("db", {"app": "db"}, ingress=[peers({"podSelector": {"matchLabels": {"app": "web"}}})]),
    policy("web", {"app": "web"}, egress=[{"to": [block("10.0.0.0/8")]}], types=["Egress"]),
]
PLUGINS = [
    ANTREA,
    CALICO,
    CANAL,
    CILIUM,
    FLANNEL_NETPOL,
    KINDNET,
    OVN,
    WEAVE_NET,
    aws("--enable-network-policy=true"),
    kube_router(),
    deployment("cilium-operator", container("cilium-operator", "quay.io/cilium/operator:v1.19.4")),
    k3s_node("server"),
    config_map("cilium-config", enable_sctp="true"),
    config_map("amazon-vpc-cni", enable_network_policy_controller="true"),
    custom("operator.tigera.io/v1", "Installation", spec={"variant": "Calico"}),
    definition("cilium.io"),
]
QUESTIONS = ("can any pod reach db?", "what can reach db?", "is web isolated?", "can only web reach db?")
PROFILES = ("generic", "calico", "cilium", "flannel", "aws-vpc,enabled=true,mode=strict")


def without_signs(found):
    """The object as one that tells nothing of a plugin: nothing else of it is another."""
    silent = deepcopy(found)
    silent["metadata"].pop("annotations", None)
    for each in silent.get("spec", {}).get("template", {}).get("spec", {}).get("containers", ()):
        each |= {"name": "x", "image": "x"}
    if found["kind"] == "ConfigMap":
        silent["metadata"]["name"] = "x"
    if found["kind"] == "CustomResourceDefinition":
        silent["spec"]["group"] = "example.com"
    if found["kind"] == "Installation":
        silent["apiVersion"] = "example.com/v1"
    if found["kind"] == "Node":
        silent["status"] = {}
    return silent


@settings(max_examples=25, deadline=None)
@given(
    chosen=st.lists(st.sampled_from(PLUGINS), unique_by=id, min_size=1, max_size=4),
    question=st.sampled_from(QUESTIONS),
    profile=st.sampled_from(PROFILES),
)
def test_signs_of_a_plugin_change_no_verdict(chosen, question, profile):
    loud, silent = (load_objects([*SHOP, *beside]) for beside in (chosen, map(without_signs, chosen)))
    asked = QuerySettings(profile=profile_of(profile))

    answer, other = (cluster.query(question, settings=asked) for cluster in (loud, silent))

    own = plugin_notes(loud.inventory, asked.profile)
    assert silent.inventory.plugin_signs == ()
    assert loud.inventory.plugin_signs
    assert tuple(note for note in answer.notes if note not in own) == other.notes
    assert _bare(answer) == _bare(other)


def _bare(answer):
    """An answer without its notes, and without what was counted and timed."""
    return replace(answer, notes=(), stats=None, input=None)
