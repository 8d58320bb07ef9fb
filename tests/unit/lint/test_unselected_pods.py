"""NPV260, and NPV224 beside it: pods that no policy selects, where that isolates them."""

from __future__ import annotations

import pytest
from tests.unit.lint.linting import context_of, deployment, findings, messages, policy

from npverify import Cluster, QuerySettings, Verdict
from npverify.cni import profile_of

CODE, OPEN = "NPV260", "NPV224"
STRICT = profile_of("aws-vpc,enabled=true,mode=strict")
WEB, DB = deployment("web", "app: web"), deployment("db", "app: db")
OF_DB = policy("podSelector: {matchLabels: {app: db}}, policyTypes: [Ingress]")


def test_the_pods_are_listed_by_namespace():
    more = deployment("api", "app: api", namespace="other")

    there, here = findings(CODE, more, WEB, DB, OF_DB, profile=STRICT)

    assert there.subject == "Namespace other"
    assert here.message == (
        "no policy selects `shop/deployment/web`: under `--cni aws-vpc,enabled=true,mode=strict` such pods "
        "are isolated in both directions"
    )


def test_it_is_so():
    context = context_of(WEB, DB, OF_DB)
    question = "can shop/deployment/web reach 203.0.113.1/32 on tcp/443?"

    def verdict(cni: str) -> Verdict:
        settings = QuerySettings(profile=profile_of(cni))
        return Cluster(context.inventory).query(question, settings=settings).verdict

    assert verdict("aws-vpc,enabled=true") is Verdict.REACHABLE
    assert verdict("aws-vpc,enabled=true,mode=strict") is Verdict.UNREACHABLE


@pytest.mark.parametrize("types", ["[Ingress]", "[Egress]", "[Ingress, Egress]"])
def test_a_policy_of_any_direction_will_do(types):
    assert findings(CODE, WEB, policy(f"podSelector: {{}}, policyTypes: {types}"), profile=STRICT) == ()


def test_policies_that_are_not_modelled_may_select_them():
    metadata = "metadata: {name: x, namespace: shop}"
    api = "networking.k8s.aws/v1alpha1"
    unknown = f"apiVersion: {api}\nkind: ApplicationNetworkPolicy\n{metadata}\nspec: {{}}\n"

    assert findings(CODE, WEB, DB, OF_DB, unknown, profile=STRICT) == ()
    assert len(findings(CODE, WEB, DB, OF_DB, unknown, profile=STRICT, ignore_unmodelled=True)) == 1


def test_pods_of_the_node_are_no_subjects():
    agent = deployment("agent", "app: agent", spec="hostNetwork: true")

    assert findings(CODE, agent, DB, OF_DB, profile=STRICT) == ()


@pytest.mark.parametrize("cni", ["generic", "calico", "aws-vpc,enabled=true", "aws-vpc,mode=strict"])
def test_elsewhere_such_pods_are_open(cni):
    assert findings(CODE, WEB, DB, OF_DB, profile=profile_of(cni)) == ()


def test_such_a_pod_is_not_called_open():
    assert len(findings(OPEN, WEB, DB, OF_DB, profile=profile_of("aws-vpc,enabled=true"))) == 1
    assert findings(OPEN, WEB, DB, OF_DB, profile=STRICT) == ()


def test_a_pod_that_a_policy_selects_in_the_other_direction_only_is_open():
    of_web = policy("podSelector: {matchLabels: {app: web}}, policyTypes: [Egress]", "web")

    (message,) = messages(OPEN, WEB, DB, OF_DB, of_web, profile=STRICT)

    assert message.startswith("`shop/deployment/web` is open to connections from anywhere")
