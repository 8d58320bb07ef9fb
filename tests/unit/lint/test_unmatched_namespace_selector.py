"""NPV223: namespace selectors that look wrong, and those that may mean something outside the input."""

from __future__ import annotations

import pytest
from tests.unit.lint.linting import deployment, egress, findings, ingress, marked, namespace

CODE = "NPV223"
SHOP = namespace("shop", "team: shop")
PLATFORM = namespace("monitoring", "team: platform")


def by(labels: str) -> str:
    return ingress(f"{{namespaceSelector: {{matchLabels: {{{labels}}}}}}}")


def test_the_label_name_is_no_label_of_namespaces():
    (found,) = findings(CODE, by("name: kube-system"))

    assert found.message == (
        "no namespace is known to match `name=kube-system`: "
        "namespaces have no label `name` unless somebody sets it"
    )
    assert found.hint == (
        "every namespace carries its name as `kubernetes.io/metadata.name`: ask for "
        "`kubernetes.io/metadata.name: kube-system`"
    )
    assert marked(found) == "kube-system"
    assert found.part == "ingress rule 1 peer 1"


@pytest.mark.parametrize(
    "key", ["name", "namespace", "metadata.name", "kubernetes.io/name", "kubernetes.io/namespace"]
)
def test_the_label_of_the_name_is_often_miswritten(key):
    assert len(findings(CODE, SHOP, by(f"{key}: kube-system"))) == 1


def test_a_label_name_that_namespaces_carry_here_is_in_use():
    assert findings(CODE, namespace("shop", "name: shop"), by("name: shop")) == ()
    assert findings(CODE, namespace("shop", "name: shop"), by("name: other")) == ()


def test_the_nearest_label_is_suggested():
    (found,) = findings(CODE, SHOP, PLATFORM, by("team: platfrom"))

    assert found.message == "no known namespace matches `team=platfrom`: the peer admits nothing"
    assert found.hint == "did you mean `team=platform`?"
    assert marked(found) == "platfrom"


def test_the_name_of_a_namespace_under_another_key_is_recognised():
    (found,) = findings(CODE, SHOP, PLATFORM, by("app: monitoring"))

    assert found.hint == "did you mean `kubernetes.io/metadata.name=monitoring`?"


def test_with_several_labelled_namespaces_one_that_matches_should_be_among_them():
    assert len(findings(CODE, SHOP, PLATFORM, by("team: data"))) == 1
    assert findings(CODE, SHOP, by("team: data")) == ()
    assert findings(CODE, SHOP, namespace("kube-system"), by("team: data")) == ()
    assert findings(CODE, by("team: data")) == ()


def test_namespaces_that_are_not_declared_carry_unknown_labels():
    web = deployment("web", "app: web", namespace="web")

    assert findings(CODE, web, by("team: data")) == ()
    assert len(findings(CODE, web, by("name: web"))) == 1
    assert len(findings(CODE, web, SHOP, PLATFORM, by("team: data"))) == 1
    assert findings(CODE, web, SHOP, PLATFORM, by("team: data"), open_namespaces=True) == ()


@pytest.mark.parametrize(
    "labels",
    [
        "kubernetes.io/metadata.name: ingress-nginx",
        "kubernetes.io/metadata.name: kube-system",
        "kubernetes.io/metadata.name: monitorink",
    ],
)
def test_a_namespace_by_name_may_be_outside_the_input(labels):
    assert findings(CODE, SHOP, PLATFORM, by(labels)) == ()


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("monitorin", "monitoring"),
        ("monitroing", "monitoring"),
        ("monitoringg", "monitoring"),
        ("kube-sytem", "kube-system"),
    ],
)
def test_a_misspelt_name_is_recognised(written, meant):
    (found,) = findings(CODE, SHOP, PLATFORM, by(f"kubernetes.io/metadata.name: {written}"))

    assert found.hint == f"did you mean `kubernetes.io/metadata.name={meant}`?"


@pytest.mark.parametrize("written", ["team-b", "team-aa1", "team-2"])
def test_another_letter_in_the_same_place_is_another_namespace(written):
    assert (
        findings(
            CODE, namespace("team-a"), namespace("team-1"), by(f"kubernetes.io/metadata.name: {written}")
        )
        == ()
    )


def test_one_known_name_among_several_is_enough():
    peer = (
        "{namespaceSelector: {matchExpressions: "
        "[{key: kubernetes.io/metadata.name, operator: In, values: [kube-sytem, kube-system]}]}}"
    )

    assert findings(CODE, SHOP, PLATFORM, egress(peer)) == ()


@pytest.mark.parametrize(
    "selector",
    ["{}", "{matchLabels: {team: platform}}", "{matchExpressions: [{key: x, operator: NotIn, values: [z]}]}"],
)
def test_what_matches_is_not_reported(selector):
    assert findings(CODE, SHOP, PLATFORM, ingress(f"{{namespaceSelector: {selector}}}")) == ()


def test_a_dead_selector_is_for_another_check():
    dead = "{matchLabels: {team: x}, matchExpressions: [{key: team, operator: DoesNotExist}]}"

    assert findings(CODE, SHOP, PLATFORM, ingress(f"{{namespaceSelector: {dead}}}")) == ()
