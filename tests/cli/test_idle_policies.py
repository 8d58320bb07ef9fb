"""Policies without effect are told of even where an answer has nothing else to tell, or no room to."""

from __future__ import annotations

import pytest
from tests.cli.running import SHOP, npverify

NOTHING = "nothing is enforced: under `flannel` every connection is allowed"
IDLE = "policies of kinds that `cilium` does not implement have no effect: ClusterNetworkPolicy fence"
FENCE = """
apiVersion: policy.networking.k8s.io/v1alpha2
kind: ClusterNetworkPolicy
metadata: {name: fence}
spec:
  tier: Admin
  priority: 1
  subject: {namespaces: {}}
  ingress: [{action: Deny, from: [{namespaces: {}}]}]
---
apiVersion: v1
kind: Pod
metadata: {name: api, namespace: shop, labels: {app: api}}
spec: {containers: [{name: c, image: x}]}
"""
HOLDS = "schema: npverify/v1\nmanifests: [.]\nassertions:\n- that: api is reachable from the internet\n"


@pytest.mark.parametrize(
    "arguments",
    [
        ("map", SHOP, "-o", "csv"),
        ("diff", "examples/pull-request/old", "examples/pull-request/new", "-o", "csv"),
        ("check", "examples/check/npverify.yaml", "-o", "gitlab"),
    ],
)
def test_a_format_without_room_has_it_on_standard_error(arguments):
    finished = npverify(*arguments, "--cni", "flannel")

    assert finished.stderr.startswith(NOTHING)
    assert NOTHING not in finished.stdout
    assert NOTHING not in npverify(*arguments, "--cni", "calico").stderr


@pytest.mark.parametrize("output", ["text", "json", "sarif", "junit", "markdown"])
def test_claims_that_hold_are_told_with_the_policies_that_have_no_effect(output, tmp_path):
    (tmp_path / "fence.yaml").write_text(FENCE)
    (tmp_path / "npverify.yaml").write_text(HOLDS)

    finished = npverify("check", "--cni", "cilium", "-o", output, cwd=tmp_path)

    assert finished.returncode == 0
    assert IDLE in finished.stdout.replace("\\", "")


POLICY = """---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: p}
spec: {podSelector: {}}
"""


def test_what_is_simplified_is_told_with_the_policies_that_have_no_effect(tmp_path):
    (tmp_path / "all.yaml").write_text(FENCE + POLICY)

    assert f"note: {IDLE}" in npverify("simplify", "--cni", "cilium", ".", cwd=tmp_path).stderr


def test_lint_looks_at_what_the_plugin_of_the_configuration_enforces(tmp_path):
    (tmp_path / "fence.yaml").write_text(FENCE)
    (tmp_path / "npverify.yaml").write_text(f"{HOLDS}cni: cilium\n")

    def found(*arguments):
        return npverify("lint", "--select", "NPV251", "fence.yaml", *arguments, cwd=tmp_path).stdout

    assert "this policy has no effect under `--cni cilium`" in found()
    assert "`--cni weave`" in found("--cni", "weave")
    assert "no findings" in found("--cni", "calico")
    assert "no findings" in found("--no-config")
