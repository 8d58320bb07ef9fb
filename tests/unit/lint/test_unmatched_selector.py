"""NPV209: selectors that no declared workload matches."""

from __future__ import annotations

import pytest
from tests.unit.lint.linting import deployment, egress, findings, ingress, marked, namespace, policy

CODE = "NPV209"
WEB = deployment("web", "app: frontend, tier: web")
DB = deployment("db", "app: db, role: data", namespace="data")


def test_the_nearest_value_is_suggested_with_the_caret_on_the_wrong_one():
    (found,) = findings(CODE, WEB, policy("podSelector: {matchLabels: {tier: web, app: fronted}}"))

    assert (
        found.message
        == "no declared pod of namespace `shop` matches `tier=web,app=fronted`: the policy selects nothing"
    )
    assert found.hint == "did you mean `app=frontend`?"
    assert marked(found) == "fronted"
    assert found.part == "podSelector"


def test_the_key_under_which_the_value_is_carried_is_suggested():
    (found,) = findings(CODE, WEB, policy("podSelector: {matchLabels: {app.kubernetes.io/name: frontend}}"))

    assert found.hint == "did you mean `app=frontend`?"


def test_labels_that_are_carried_but_never_together_have_no_culprit():
    other = deployment("api", "app: api, tier: backend")

    (found,) = findings(CODE, WEB, other, policy("podSelector: {matchLabels: {tier: web, app: api}}"))

    assert found.hint is None
    assert found.label is None
    assert marked(found) == "{matchLabels: {tier: web, app: api}}"


def test_a_peer_that_admits_nothing_is_found():
    (found,) = findings(CODE, WEB, ingress("{podSelector: {}}, {podSelector: {matchLabels: {app: zzz}}}"))

    assert found.message == "no declared pod of namespace `shop` matches `app=zzz`: the peer admits nothing"
    assert found.part == "ingress rule 1 peer 2"
    assert found.hint is None


@pytest.mark.parametrize(
    ("document", "hint"),
    [
        (
            policy("podSelector: {matchLabels: {role: data}}"),
            "there are such pods in namespace `data`, but a policy acts in its own namespace only",
        ),
        (
            egress("{podSelector: {matchLabels: {role: data}}}"),
            (
                "there are such pods in namespace `data`, which a `namespaceSelector` beside the "
                "`podSelector` would admit"
            ),
        ),
        (
            egress("{podSelector: {matchLabels: {app: zzz, kubernetes.io/metadata.name: data}}}"),
            "`kubernetes.io/metadata.name` is a label of namespaces: ask for it in a `namespaceSelector`",
        ),
    ],
)
def test_the_hint_tells_where_such_pods_are(document, hint):
    another = deployment("another", "app: another", namespace="another")

    (found,) = findings(CODE, another, WEB, DB, document)

    assert found.hint == hint


def test_a_namespace_without_declared_workloads_is_not_judged_by_those_of_others():
    two = (
        "{namespaceSelector: {matchExpressions: [{key: kubernetes.io/metadata.name, operator: In, "
        "values: [data, empty]}]}, podSelector: {matchLabels: {app: dbs}}}"
    )

    assert findings(CODE, DB, policy("podSelector: {matchLabels: {role: data}}")) == ()
    assert findings(CODE, DB, WEB, namespace("empty"), egress(two)) == ()


def test_a_namespace_without_declared_workloads_is_not_judged():
    policies = [
        policy("podSelector: {matchLabels: {app: x}}"),
        ingress("{podSelector: {matchLabels: {app: x}}}", name="q"),
    ]

    assert findings(CODE, DB, *policies) == ()


@pytest.mark.parametrize(
    "selector",
    ["{}", "{matchLabels: {app: frontend}}", "{matchExpressions: [{key: tier, operator: Exists}]}"],
)
def test_what_matches_is_not_reported(selector):
    assert (
        findings(
            CODE, WEB, policy(f"podSelector: {selector}"), ingress(f"{{podSelector: {selector}}}", name="q")
        )
        == ()
    )


def test_an_empty_selector_is_not_reported_where_no_pod_is_on_the_pod_network():
    assert (
        findings(CODE, deployment("agent", "app: agent", spec="hostNetwork: true"), policy("podSelector: {}"))
        == ()
    )


def test_a_selector_of_host_network_pods_is_for_another_check():
    agent = deployment("agent", "app: agent", spec="hostNetwork: true")

    assert findings(CODE, agent, policy("podSelector: {matchLabels: {app: agent}}")) == ()
    assert len(findings(CODE, agent, policy("podSelector: {matchLabels: {app: other}}"))) == 1


def test_a_dead_selector_is_for_another_check():
    dead = "{matchLabels: {app: x}, matchExpressions: [{key: app, operator: DoesNotExist}]}"

    assert findings(CODE, WEB, policy(f"podSelector: {dead}")) == ()


BY_NAME = (
    "{{namespaceSelector: {{matchLabels: {{kubernetes.io/metadata.name: {name}}}}}, "
    "podSelector: {{matchLabels: {{app: {app}}}}}}}"
)


@pytest.mark.parametrize(
    ("name", "app", "number"), [("data", "db", 0), ("data", "dbx", 1), ("elsewhere", "dbx", 0)]
)
def test_a_peer_of_a_named_namespace_is_judged_where_the_input_shows_it(name, app, number):
    assert len(findings(CODE, WEB, DB, egress(BY_NAME.format(name=name, app=app)))) == number


def test_a_peer_of_two_namespaces_names_both():
    selector = "{matchExpressions: [{key: kubernetes.io/metadata.name, operator: In, values: [data, shop]}]}"

    (found,) = findings(
        CODE, WEB, DB, egress(f"{{namespaceSelector: {selector}, podSelector: {{matchLabels: {{app: x}}}}}}")
    )

    assert (
        found.message
        == "no declared pod of namespaces `data` and `shop` matches `app=x`: the peer admits nothing"
    )


@pytest.mark.parametrize(
    "selector",
    ["{}", "{matchExpressions: [{key: team, operator: NotIn, values: [x]}]}", "{matchLabels: {team: other}}"],
)
def test_a_peer_of_namespaces_that_the_input_need_not_show_is_not_judged(selector):
    peer = f"{{namespaceSelector: {selector}, podSelector: {{matchLabels: {{app: x}}}}}}"

    assert findings(CODE, WEB, DB, namespace("data", "team: data"), egress(peer)) == ()


def test_a_peer_of_labelled_namespaces_is_judged_where_all_of_them_have_workloads():
    peer = "{namespaceSelector: {matchLabels: {team: data}}, podSelector: {matchLabels: {app: x}}}"
    data, more = namespace("data", "team: data"), namespace("more", "team: data")

    assert len(findings(CODE, WEB, DB, data, egress(peer))) == 1
    assert findings(CODE, WEB, DB, data, more, egress(peer)) == ()
    assert findings(CODE, WEB, DB, data, egress(peer), open_namespaces=True) == ()


def test_labels_beside_the_name_are_not_known_without_a_namespace_object():
    selector = "{matchLabels: {kubernetes.io/metadata.name: data, team: data}}"
    peer = f"{{namespaceSelector: {selector}, podSelector: {{matchLabels: {{app: x}}}}}}"

    assert findings(CODE, WEB, DB, egress(peer)) == ()
    assert len(findings(CODE, WEB, DB, namespace("data", "team: data"), egress(peer))) == 1


ROLLOUT = "apiVersion: argoproj.io/v1alpha1\nkind: Rollout\nmetadata: {name: api, namespace: shop}\n"
MONITOR = (
    "apiVersion: monitoring.coreos.com/v1\nkind: ServiceMonitor\nmetadata: {name: api, namespace: shop}\n"
)
PROMETHEUS = (
    "apiVersion: monitoring.coreos.com/v1\nkind: Prometheus\nmetadata: {name: api, namespace: shop}\n"
)
ROLE = "apiVersion: rbac.authorization.k8s.io/v1\nkind: Role\nmetadata: {name: api, namespace: shop}\n"


@pytest.mark.parametrize(
    ("other", "app", "number"),
    [
        (ROLLOUT, "api", 0),
        (ROLLOUT, "fronted", 1),
        (PROMETHEUS, "api", 0),
        (PROMETHEUS, "frontends", 1),
        (PROMETHEUS, "front", 0),
        (MONITOR, "api", 1),
        (ROLE, "api", 1),
    ],
)
def test_pods_that_a_controller_may_make_are_not_missed_unless_it_looks_like_a_slip(other, app, number):
    assert len(findings(CODE, WEB, other, policy(f"podSelector: {{matchLabels: {{app: {app}}}}}"))) == number


def test_the_platform_has_pods_that_the_input_need_not_show():
    agent = deployment("agent", "k8s-app: agent", namespace="kube-system")
    dns = deployment("coredns", "k8s-app: kube-dns", namespace="kube-system")
    peer = BY_NAME.format(name="kube-system", app="zzz")

    assert findings(CODE, agent, egress(peer)) == ()
    assert len(findings(CODE, agent, dns, egress(peer))) == 1
    assert len(findings(CODE, agent, egress(peer.replace("app: zzz", "k8s-app: agents")))) == 1


def test_two_peers_that_look_like_one_are_for_another_check():
    peers = (
        "{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: data}}}, "
        "{podSelector: {matchLabels: {app: db}}}"
    )

    assert findings(CODE, WEB, DB, ingress(peers)) == ()
    assert len(findings(CODE, WEB, DB, ingress(peers.replace("app: db", "app: x")))) == 1


def test_pods_of_one_of_the_namespaces_are_enough():
    selector = "{matchExpressions: [{key: kubernetes.io/metadata.name, operator: In, values: [data, shop]}]}"

    assert (
        findings(
            CODE,
            WEB,
            DB,
            egress(f"{{namespaceSelector: {selector}, podSelector: {{matchLabels: {{app: db}}}}}}"),
        )
        == ()
    )


def test_of_two_namespaces_one_may_be_the_platforms():
    agent = deployment("agent", "k8s-app: agent", namespace="kube-system")
    selector = (
        "{matchExpressions: [{key: kubernetes.io/metadata.name, operator: In, values: [data, kube-system]}]}"
    )
    peer = f"{{namespaceSelector: {selector}, podSelector: {{matchLabels: {{app: zzz}}}}}}"

    assert findings(CODE, WEB, DB, agent, egress(peer)) == ()
