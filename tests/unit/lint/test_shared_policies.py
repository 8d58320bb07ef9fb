"""NPV259: pods whose names are alike up to the last `-`."""

from __future__ import annotations

import pytest
from tests.unit.lint.linting import deployment, findings, messages, pod, policy

from npverify.cni import profile_of

CODE = "NPV259"
AWS = profile_of("aws-vpc,enabled=true")
ADMIN = policy("podSelector: {matchLabels: {app: admin}}, policyTypes: [Ingress]", "admin")


def test_pods_of_one_prefix_under_different_policies_are_reported():
    (found,) = findings(CODE, pod("web-1", "app: web"), pod("web-2", "app: admin"), ADMIN, profile=AWS)

    assert found.subject == "Pod shop/web-1"
    assert found.message == (
        "`shop/pod/web-1` and `shop/pod/web-2` may be under each other's policies: "
        "`--cni aws-vpc,enabled=true` tells pods of a namespace apart by their name up to the last `-`, "
        "which is `web` for all of them"
    )
    assert [each.message for each in found.related] == [
        "`shop/pod/web-1` is selected by no policy",
        "`shop/pod/web-2` is selected by `NetworkPolicy shop/admin`",
    ]


@pytest.mark.parametrize(
    "pods",
    [
        [pod("web-1", "app: admin"), pod("web-2", "app: admin")],
        [pod("web-1", "app: web"), pod("api-2", "app: admin")],
        [pod("web-1-x", "app: web"), pod("web-2-x", "app: admin")],
        [pod("web-1", "app: web"), pod("web-2", "app: admin", namespace="other")],
        [pod("web-1", "app: web"), pod("web-2", "app: admin", spec="hostNetwork: true")],
        [deployment("web", "app: web"), pod("web-2", "app: admin")],
    ],
)
def test_pods_that_it_tells_apart_or_that_are_alike_are_fine(pods):
    assert findings(CODE, *pods, ADMIN, profile=AWS) == ()


@pytest.mark.parametrize("kind", ["StatefulSet", "DaemonSet", "ReplicaSet"])
def test_the_pods_of_a_controller_are_called_after_it(kind):
    controller = deployment("web", "app: web").replace("Deployment", kind)

    (message,) = messages(CODE, controller, pod("web-2", "app: admin"), ADMIN, profile=AWS)

    assert f"`shop/{kind.lower()}/web`" in message
    assert message.endswith("which is `web` for all of them")


def test_a_name_without_a_dash_stands_for_itself():
    assert len(findings(CODE, pod("web", "app: web"), pod("web-2", "app: admin"), ADMIN, profile=AWS)) == 1


@pytest.mark.parametrize("cni", ["generic", "calico", "aws-vpc", "aws-vpc-calico"])
def test_other_plugins_know_pods_by_their_whole_name(cni):
    documents = [pod("web-1", "app: web"), pod("web-2", "app: admin"), ADMIN]

    assert findings(CODE, *documents, profile=profile_of(cni)) == ()
