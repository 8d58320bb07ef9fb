"""NPV251: policies without effect, those of kinds that only other network plugins have included."""

from __future__ import annotations

import pytest
from tests.unit.lint.linting import findings

from npverify.cni import profile_of

CODE = "NPV251"
CILIUM = """\
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: web, namespace: shop}
spec: {}
"""
AWS = """\
apiVersion: networking.k8s.aws/v1alpha1
kind: ClusterNetworkPolicy
metadata: {name: fence}
spec: {}
"""
BETTER = "use a network plugin that enforces it, or name the one that you use with --cni"


@pytest.mark.parametrize("cni", ["calico", "flannel", "antrea", "aws-vpc"])
def test_a_policy_of_another_plugin_is_an_error(cni):
    (found,) = findings(CODE, CILIUM, profile=profile_of(cni))

    assert found.severity.value == "error"
    assert found.subject == "CiliumNetworkPolicy shop/web"
    assert found.message.startswith(f"this policy of cilium.io has no effect under `--cni {cni}`: ")
    assert found.hint == BETTER


@pytest.mark.parametrize("cni", ["generic", "cilium"])
def test_a_policy_that_may_have_an_effect_is_none(cni):
    assert findings(CODE, CILIUM, profile=profile_of(cni)) == ()


def test_the_plugin_of_the_kind_may_only_have_to_be_told():
    (found,) = findings(CODE, AWS, profile=profile_of("aws-vpc"))

    assert found.hint == "turn its enforcement on, and say `--cni aws-vpc,enabled=true`"
    assert findings(CODE, AWS, profile=profile_of("aws-vpc,enabled=true")) == ()


def test_a_release_that_is_too_old_is_not_to_be_turned_on():
    (found,) = findings(CODE, AWS, profile=profile_of("aws-vpc@1.13,enabled=true"))

    assert found.hint == BETTER
