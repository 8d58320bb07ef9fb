"""NPV263: policies of both directions that are one chain to the network plugin."""

from __future__ import annotations

import json

import pytest
from tests.unit.lint.linting import findings
from tests.unit.questions.manifests import deployment, peers, pods, policy, to

from npverify.cni import profile_of

BOTH = ("Ingress", "Egress")
KUBE_ROUTER = profile_of("kube-router")
WORKLOADS = [deployment(name, app=name) for name in ("a", "b")]


def found(*policies, profile=KUBE_ROUTER):
    return findings("NPV263", *map(json.dumps, [*WORKLOADS, *policies]), profile=profile)


def chain(name="p", select=None, **rules):
    return policy(name, {} if select is None else select, types=BOTH, **rules)


FROM_B = [peers(pods(app="b"), ports=[{"port": 80}])]
TO_B = [to(pods(app="b"), ports=[{"port": 80}])]


def test_an_ingress_rule_opens_egress_between_pods_of_the_policy():
    (finding,) = found(chain(ingress=FROM_B, egress=[]))

    assert finding.subject == "NetworkPolicy one/p"
    assert finding.message == (
        "under `--cni kube-router` the rules of this policy for one direction count for the other one too, "
        "between two pods that it selects: one/deployment/b reaches one/deployment/a on tcp/80, though its "
        "policies for egress say no"
    )
    assert [each.message for each in finding.related] == ["admits it for both: one/p rule 1"]


def test_an_egress_rule_opens_ingress():
    (finding,) = found(chain(egress=TO_B, ingress=[]))

    assert finding.message.endswith("on tcp/80, though its policies for ingress say no")


@pytest.mark.parametrize(
    "policies",
    [
        [policy("in", types=["Ingress"], ingress=FROM_B), policy("out", types=["Egress"], egress=[])],
        [chain(select={"app": "a"}, ingress=FROM_B, egress=[])],
        [chain(ingress=[], egress=[])],
        [chain(ingress=[{}], egress=[{}])],
        [chain(ingress=FROM_B, egress=[]), policy("out", types=["Egress"], egress=[{}])],
    ],
    ids=["one a direction", "only one end selected", "no rules", "admitted anyway", "admitted by another"],
)
def test_what_opens_nothing_is_not_reported(policies):
    assert found(*policies) == ()


def test_each_policy_that_opens_something_is_reported_once():
    named = [each.subject for each in found(chain("p", ingress=FROM_B), chain("q", egress=TO_B))]

    assert named == ["NetworkPolicy one/p", "NetworkPolicy one/q"]


@pytest.mark.parametrize("name", ["generic", "calico", "cilium", "flannel", "aws-vpc,enabled=true"])
def test_other_plugins_keep_directions_apart(name):
    assert found(chain(ingress=FROM_B, egress=[]), profile=profile_of(name)) == ()
