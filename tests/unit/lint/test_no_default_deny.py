"""NPV224: pods that stay open beside isolated ones."""

from __future__ import annotations

import pytest
from tests.unit.lint.linting import deployment, findings, messages, policy

CODE = "NPV224"
DB, CACHE, API = (deployment(name, f"app: {name}") for name in ("db", "cache", "api"))


def job(ports: str = "") -> str:
    return (
        "apiVersion: batch/v1\nkind: Job\nmetadata: {name: load, namespace: shop}\n"
        "spec: {template: {metadata: {labels: {app: load}}, "
        f"spec: {{containers: [{{name: a, ports: [{ports}]}}]}}}}}}\n"
    )


def isolating(app: str, types: str = "Ingress") -> str:
    return policy(f"podSelector: {{matchLabels: {{app: {app}}}}}, policyTypes: [{types}]", name=app)


def test_the_open_pods_are_named():
    (found,) = findings(CODE, DB, CACHE, API, isolating("db"))

    assert found.subject == "Namespace shop"
    assert found.part == "ingress"
    assert found.message == (
        "`shop/deployment/api` and `shop/deployment/cache` are open to connections from anywhere: "
        "policies isolate other pods of the namespace only"
    )
    assert [related.message for related in found.related] == ["`shop/deployment/cache` is open too"]


def test_one_open_pod_is():
    assert messages(CODE, DB, CACHE, isolating("db"))[0].startswith("`shop/deployment/cache` is open to")


def test_a_namespace_whose_every_pod_is_selected_is_closed():
    assert findings(CODE, DB, CACHE, isolating("db"), isolating("cache")) == ()
    assert findings(CODE, DB, CACHE, policy("podSelector: {}, policyTypes: [Ingress]")) == ()


def test_a_policy_that_selects_nothing_isolates_nothing():
    assert findings(CODE, DB, CACHE, isolating("other")) == ()


def test_other_namespaces_are_their_own():
    assert findings(CODE, DB, deployment("web", "app: web", namespace="other"), isolating("db")) == ()


def test_egress_counts_where_most_pods_are_isolated_for_it():
    egress_for = [isolating(app, "Egress") for app in ("db", "cache")]

    (found,) = findings(CODE, DB, CACHE, API, *egress_for)

    assert found.part == "egress"
    assert found.message.startswith("`shop/deployment/api` is free to connect to anything")
    assert findings(CODE, DB, CACHE, API, egress_for[0]) == ()
    assert findings(CODE, DB, CACHE, egress_for[0]) == ()


def test_host_network_pods_are_not_counted():
    agent = deployment("agent", "app: agent", spec="hostNetwork: true")

    assert findings(CODE, DB, agent, isolating("db")) == ()


def test_nobody_connects_to_a_job_without_ports():
    assert findings(CODE, DB, job(), isolating("db")) == ()
    assert len(findings(CODE, DB, job("{containerPort: 80}"), isolating("db"))) == 1


def test_a_job_connects_to_others():
    both = [isolating(app, "Egress") for app in ("db", "cache")]

    assert len(findings(CODE, DB, CACHE, job(), *both)) == 1


@pytest.mark.parametrize(("kind", "number"), [("CiliumClusterwideNetworkPolicy", 0), ("CiliumEndpoint", 1)])
def test_policies_that_are_not_modelled_may_isolate_the_rest(kind, number):
    other = f"apiVersion: cilium.io/v2\nkind: {kind}\nmetadata: {{name: deny, namespace: x}}\n"

    assert len(findings(CODE, DB, CACHE, other, isolating("db"))) == number
